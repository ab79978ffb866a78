"""Sizes that are worked out of others: a name that stands for a formula, a quotient.

Both are texts, as every size is: what asks whether an atom of a position is a letter, a size or a class need not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from derive.notation.index import Slot

Size: TypeAlias = str
"""The name of a size, such as `N`: a positive integer."""


class Defined(str):
    """A size's name that stands for a formula: M for (N − K)/S + 1, a positive integer like every size."""

    __slots__ = ("formula",)

    formula: Slot

    def __new__(cls, name: str, formula: Slot) -> Defined:
        made = super().__new__(cls, name)
        made.formula = formula
        return made

    def __getnewargs__(self) -> tuple[str, Slot]:  # type: ignore[override]
        return str(self), self.formula


class Quotient(str):
    """numerator/denominator of sizes, an integer: it must come out whole, or is ⌊numerator/denominator⌋.

    It may be 0 or less; its denominator is at least 1. Its text is canonical: equal quotients have one text.
    """

    __slots__ = ("denominator", "floor", "numerator")

    numerator: Slot
    denominator: Slot
    floor: bool

    def __new__(cls, text: str, numerator: Slot, denominator: Slot, floor: bool) -> Quotient:
        made = super().__new__(cls, text)
        made.numerator, made.denominator, made.floor = numerator, denominator, floor
        return made

    def __getnewargs__(self) -> tuple[str, Slot, Slot, bool]:  # type: ignore[override]
        return str(self), self.numerator, self.denominator, self.floor
