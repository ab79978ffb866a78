"""Whether the limits of a Σ are the ends of the axis that its letter runs over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.declare.latex.shapes import parsed
from derive.declare.scope import Bound, Fault, Scope
from derive.notation.index import Slot, nonnegative
from derive.notation.layout import extent

if TYPE_CHECKING:
    from derive.declare.latex.base import Base


class Elsewhere(Exception):
    """A limit that belongs to another axis; the axis that the letter runs over."""


def same_ends(writer: Base, low: str, high: str | None, bound: Bound | None) -> tuple[bool, bool]:
    """(the lower limit is the first position, the upper one the last)."""
    if bound is None:
        return low == "1", True
    lower, upper = _slot(writer, low), _slot(writer, high) if high is not None else None
    apart = upper - bound.index.range.hi if upper is not None else None
    if upper is not None and apart is not None and not any(upper.letters()) and apart.parts and not nonnegative(-apart):
        raise Elsewhere(extent(bound.index.range))
    return bound.index.range.lo == lower, high is None or bound.index.range.hi == upper


def _slot(writer: Base, piece: str) -> Slot | None:
    from derive.declare.positions import slot

    statement = parsed(piece)
    if statement is None:
        return None
    try:
        return slot(Scope(writer.known.context, statement, writer.bounds), statement.root.parts[1])
    except Fault:
        return None
