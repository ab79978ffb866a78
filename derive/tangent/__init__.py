"""Forward mode, products with a Hessian, and Hessians: the changes of the lines of a derivation along a direction.

Each line T[o] = … , of the forward pass and of the bars alike, gives Ṫ[o] = Σ_R Σ_s ∂T[o]/∂R[s] Ṙ[s]: the differential
that the backward pass uses, read from the inputs on (Griewank & Walther 2008, chapter 3; Pearlmutter 1994 for the
tangents of the bars). With a seed for each entry of w in place of a direction it gives ∂²E/∂w∂wᵀ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.declare.network import Moved
from derive.derivation import Derivation
from derive.tangent.equations import computed
from derive.tangent.gauss_newton import gauss_newton
from derive.tangent.hessian import hessians, jacobian, jacobians
from derive.tangent.lines import tangents
from derive.tangent.reverse import with_reverse

__all__ = ["with_tangents"]


def with_tangents(derivation: Derivation, asked: Moved) -> Derivation:
    """The derivation with its tangents and Hessians; raises DeriveError where there is none to show."""
    moving: Iterable[tuple[tuple[str, ...], bool]] = ((asked.forward, False), (asked.hvp, True))
    found = tuple(tangents(derivation, names, second) for names, second in moving if names)
    found = tuple(
        with_reverse(derivation, t, asked.over) if t.backward else replace(t, jacobians=jacobians(derivation, t.moved))
        for t in found
    )
    return replace(
        derivation,
        tangents=found,
        hessians=hessians(derivation, asked.hessian),
        gauss_newton=tuple(gauss_newton(derivation, *pair, len(asked.gauss_newton) > 1) for pair in asked.gauss_newton),
        jacobians=tuple(jacobian(derivation, computed(derivation, of), name) for of, name in asked.jacobian),
    )
