"""derive: a network's equations in, the derivation of its gradients out.

    declare         ->  forward           ->  backward         ->  vectorise        ->  render
    YAML, formulas      scalar equations      bar equations        matrix equations     terminal, LaTeX, JSON, NumPy
    Network             z_j = Σ_i W_ji x_i    W̄_ji = z̄_j x_i      W̄ = z̄ xᵀ

    import derive
    d = derive.load("problems/residual.yaml").derive()
    print(d)
    d["x"].vector                # a SymPy equation

Bars are error signals, x̄ = ∂E/∂x. Sources: Giles 2008, "Collected matrix derivative results for forward and reverse
mode algorithmic differentiation"; Griewank & Walther 2008, "Evaluating Derivatives".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.api import CheckFailed, Derivation, Network, load, parse
    from derive.errors import DeriveError

__all__ = ["CheckFailed", "Derivation", "DeriveError", "Network", "load", "parse"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """The public names, imported when somebody asks for one: the command's --help needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    from derive import api

    return getattr(api, name)
