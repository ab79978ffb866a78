"""Reverse over reverse: the product with the Hessian by a second backward pass, from R = ⟨w̄, ẇ⟩.

w̃ = ∂R/∂w = ∂²E/∂w∂wᵀ ẇ, the other way round than the tangents of the bars (Griewank & Walther 2008, chapter 5). Both
take about as many lines; which is shorter depends on the network.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from derive.backward import backward
from derive.backward.completed import along
from derive.derivation import Derivation, Line, Tangents
from derive.errors import DeriveError, Problem
from derive.forward import forward
from derive.graph import Graph
from derive.notation.rewrite import length

MOST = 60
"""Equations up to which both ways are tried without being asked."""


def with_reverse(derivation: Derivation, found: Tangents, over: str) -> Tangents:
    """The product with both lengths, and the second backward pass where that is shorter or was asked for."""
    network = derivation.network
    if not found.backward or (not over and len(network.equations) > MOST):
        return found
    if over == "reverse":
        return _beside(found, _second_pass(derivation, found.moved), over)
    with suppress(DeriveError):
        return _beside(found, _second_pass(derivation, found.moved), over)
    return found


def _beside(found: Tangents, second: Derivation, over: str) -> Tangents:
    symbols = _symbols(found.lines), _symbols(line for line in (*second.forward[-1:], *second.backward))
    is_shown = over == "reverse" or (not over and symbols[1] < symbols[0])
    return replace(found, symbols=symbols, reverse=second if is_shown else None)


def _symbols(lines: Iterable[Line]) -> int:
    """How many symbols the lines' results take."""
    return sum(1 + length(line.steps[-1].right) for line in lines)


def _second_pass(derivation: Derivation, names: tuple[str, ...]) -> Derivation:
    """The derivation of R; raises DeriveError where there is no cost."""
    network = derivation.network
    if network.cost is None:
        why = "reverse over reverse starts from a cost, and none is named"
        raise DeriveError(Problem(None, why, "name one, cost: E, or ask for the other way: --over forward"))
    inner = along(replace(network, costs=()), names)
    graph = Graph(inner)
    assert inner.cost is not None
    return Derivation(inner, inner.cost, forward(graph), backward(inner, graph, list(names), inner.cost), names)
