"""An equation: one entry of a tensor, for a range of positions, equals its index form."""

from __future__ import annotations

from dataclasses import dataclass

from derive.errors import Place
from derive.notation.expression import Entry, Expr
from derive.notation.index import Index


@dataclass(frozen=True, slots=True)
class Equation:
    """`left = right` for every position of the letters in `left.slots`, each over its own range.

    `place` is where the user wrote it; None for equations that were derived.
    """

    left: Entry
    right: Expr
    place: Place | None = None

    @property
    def letters(self) -> tuple[Index, ...]:
        """The letters that the equation holds for, in the order of the axes."""
        return tuple(dict.fromkeys(letter for slot in self.left.slots for letter in slot.letters()))
