"""Derivatives that are no error signals: ∂z_n/∂w_d, ∂𝐳/∂𝐰ᵀ; of w's own bar the second ones, ∂²E/∂w_d∂w_e, ∂²E/∂𝐰∂𝐰ᵀ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from derive.document import Fraction, Math, Script, Symbol, row
from derive.notation.expression import CURLY, Tensor
from derive.typeset.positions import At

if TYPE_CHECKING:
    from derive.typeset.names import Names

SIGN = Symbol("∂")


def derivative(names: Names, tensor: Tensor, at: At) -> Math:
    """The derivative of a tensor, or of its entry, in another."""
    wrt = names.network.tensors[tensor.cost[-1].removeprefix(CURLY)]
    of = _without(tensor, len(tensor.axes) - len(wrt.axes))
    upper, lower = _parted(names, of, at)
    below = row(SIGN, turned(names, names.plain(wrt, lower), at.slots is None and bool(of.axes and wrt.axes)))
    known = names.network.tensors.get(of.name)
    asked = of.name == wrt.name or (known is not None and known.role != "hidden")
    if len(of.cost) == 1 and (asked or names.style.notation != "bar"):
        twice = row(Script(SIGN, None, Symbol("2", "upright")), names.cost_named(of.cost[0]))
        return Fraction(twice, row(SIGN, names.plain(replace(of, cost=()), upper), below), True)
    return Fraction(row(SIGN, names.written(of, upper)), below, True)


def _without(tensor: Tensor, rank: int) -> Tensor:
    """What is differentiated: the first axes of its derivative."""
    labels = tuple(n for n in tensor.labels if n < rank)
    return replace(tensor, axes=tensor.axes[:rank], cost=tensor.cost[:-1], labels=labels)


def _parted(names: Names, of: Tensor, at: At) -> tuple[At, At]:
    """The positions of what is differentiated, and those of what it is differentiated in."""
    below = sum(names.is_below(of.axes[n]) for n in of.labels)
    above, rank = len(of.labels) - below, len(of.layout)
    upper, lower = (at.slots[:rank], at.slots[rank:]) if at.slots is not None else (None, None)
    return At(upper, at.above[:above], at.below[:below]), At(lower, at.above[above:], at.below[below:])


def turned(names: Names, box: Math, turned: bool) -> Math:
    """A quantity as a row: the columns of a derivative."""
    if not turned:
        return box
    sign = Symbol("⊤" if "T" in names.taken else "T", "upright")
    if isinstance(box, Script):
        return Script(box.base, box.sub, sign if box.sup is None else row(box.sup, sign))
    return Script(box, None, sign)
