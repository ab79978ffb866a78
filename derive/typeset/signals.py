"""Error signals in notations other than the bar: ∂E/∂𝐡⁽ᵗ⁾, ∇_𝐡⁽ᵗ⁾ E, d𝐡⁽ᵗ⁾, 𝛅_𝐡⁽ᵗ⁾."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from derive.document import JUXTAPOSED, Fenced, Fraction, Math, Script, Symbol, row
from derive.notation.expression import Tensor
from derive.typeset.positions import At, subscript


class Writer(Protocol):
    """What writes the names that signals are made of."""

    def plain(self, tensor: Tensor, at: At) -> Math: ...

    def cost_named(self, cost: str) -> Math: ...

    def is_other(self, cost: str) -> bool: ...


def signal(notation: str, names: Writer, tensor: Tensor, at: At, cost: str) -> Math:
    """The error signal of a tensor, or of its entry."""
    return _SIGNALS[notation](names, tensor, at, cost)


def _partial(names: Writer, tensor: Tensor, at: At, cost: str) -> Math:
    curly = Symbol("∂")
    return Fraction(row(curly, names.cost_named(cost)), row(curly, names.plain(tensor, at)), True)


def _nabla(names: Writer, tensor: Tensor, at: At, cost: str) -> Math:
    whole = row(Script(Symbol("∇"), names.plain(tensor, at.whole)), JUXTAPOSED, names.cost_named(cost))
    return Script(Fenced(whole), subscript(at.slots)) if at.slots else whole


def _d(names: Writer, tensor: Tensor, at: At, cost: str) -> Math:
    sign = Symbol("d", "upright")
    return row(Script(sign, names.cost_named(cost)) if names.is_other(cost) else sign, names.plain(tensor, at))


def _delta(names: Writer, tensor: Tensor, at: At, cost: str) -> Math:
    bold = at.slots is None and tensor.layout
    above = Fenced(names.cost_named(cost)) if names.is_other(cost) else None
    return Script(Symbol("δ", "bold" if bold else "italic"), names.plain(tensor, at), above)


_SIGNALS: Mapping[str, Callable[[Writer, Tensor, At, str], Math]] = MappingProxyType(
    {"partial": _partial, "nabla": _nabla, "d": _d, "delta": _delta}
)
