"""Intervals of numbers, open or closed at each end: what is sure of a quantity."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = Fraction | float
"""A fraction, or ±∞."""

End: TypeAlias = tuple[Number, bool]
"""An end, and whether it is left out."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from lo to hi; an open end is left out."""

    lo: Number = -math.inf
    hi: Number = math.inf
    lo_open: bool = True
    hi_open: bool = True

    @property
    def point(self) -> Fraction | None:
        """The one number that it holds, if it holds no other."""
        return Fraction(self.lo) if self.lo == self.hi and not self.is_empty else None

    @property
    def is_zero(self) -> bool:
        return self.point == 0

    @property
    def holds_zero(self) -> bool:
        return self.holds(Fraction(0))

    @property
    def is_empty(self) -> bool:
        return self.lo > self.hi or (self.lo == self.hi and (self.lo_open or self.hi_open))

    def meet(self, other: Interval) -> Interval:
        """The numbers that lie in both."""
        lo, lo_open = max((self.lo, self.lo_open), (other.lo, other.lo_open))
        hi, hi_closed = min((self.hi, not self.hi_open), (other.hi, not other.hi_open))
        return Interval(lo, hi, lo_open, not hi_closed)

    def hull(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        if self.is_empty or other.is_empty:
            return other if self.is_empty else self
        return spanned(self.ends + other.ends)

    @property
    def ends(self) -> tuple[End, End]:
        return (self.lo, self.lo_open), (self.hi, self.hi_open)

    def plus(self, other: Interval) -> Interval:
        if self.is_empty or other.is_empty:
            return NO_NUMBER
        lo_open, hi_open = self.lo_open or other.lo_open, self.hi_open or other.hi_open
        return Interval(self.lo + other.lo, self.hi + other.hi, lo_open, hi_open)

    def times(self, other: Interval) -> Interval:
        if self.is_empty or other.is_empty:
            return NO_NUMBER
        return spanned(tuple(_product(a, b) for a in self.ends for b in other.ends))

    def whole_power(self, exponent: int) -> Interval:
        """xⁿ for n ≥ 1."""
        if self.is_empty:
            return NO_NUMBER
        ends = tuple((_raised(end, exponent), is_open) for end, is_open in self.ends)
        if exponent % 2 == 1:
            return spanned(ends)
        return spanned(ends + (((Fraction(0), False),) if self.holds(Fraction(0)) else ()))

    def holds(self, value: Fraction) -> bool:
        return not self.meet(point(value)).is_empty

    def within(self, other: Interval) -> bool:
        return self.meet(other) == self


def spanned(ends: Iterable[End]) -> Interval:
    """The smallest interval that holds these ends; one that is left out here and kept there is kept."""
    every = tuple(ends)
    lo, hi = min(value for value, _ in every), max(value for value, _ in every)
    lo_open, hi_open = (all(is_open for value, is_open in every if value == end) for end in (lo, hi))
    return Interval(lo, hi, lo_open, hi_open)


def _product(a: End, b: End) -> End:
    if a[0] == 0 or b[0] == 0:  # 0 · x = 0 for every finite x, and ends at ∞ are never met
        return Fraction(0), all(is_open for value, is_open in (a, b) if value == 0)
    return a[0] * b[0], a[1] or b[1]


def _raised(value: Number, exponent: int) -> Number:
    if isinstance(value, float):
        return math.inf if value > 0 or exponent % 2 == 0 else -math.inf
    return value**exponent


def point(value: Fraction | int) -> Interval:
    return Interval(Fraction(value), Fraction(value), False, False)


ANY = Interval()
NOTHING = point(0)
POSITIVE = Interval(Fraction(0), math.inf, True, True)
NOT_NEGATIVE = Interval(Fraction(0), math.inf, False, True)
NEGATIVE = Interval(-math.inf, Fraction(0), True, True)
NOT_POSITIVE = Interval(-math.inf, Fraction(0), True, False)
NO_NUMBER = Interval(Fraction(1), Fraction(0), False, False)
