"""The argument of a function of whole axes: its entries, and which of its positions count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from derive.notation.expression import ONE, Apply, Entry, Expr, Lambda, of
from derive.notation.index import Index, Slot
from derive.notation.product import add, bracket, multiply, negative, summed
from derive.notation.walk import apart, substitute

Places: TypeAlias = tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """Entries x_j over letters j, and a weight w_j, 0 or 1: positions of weight 0 are left out (no weight: all count).

    What is built here names neither: letters of its own for each sum, so that nothing is captured.
    """

    entries: Lambda
    weight: Lambda | None = None

    @staticmethod
    def of(args: tuple[Lambda, ...]) -> Whole:
        return Whole(args[0], args[1] if len(args) > 1 else None)

    @property
    def args(self) -> tuple[Lambda, ...]:
        return (self.entries,) if self.weight is None else (self.entries, self.weight)

    @property
    def is_entry(self) -> bool:
        """Whether x_j is an entry of a tensor, which is the same number wherever it is read."""
        return isinstance(self.entries.body.factor, Entry)

    def at(self, places: Places) -> Expr:
        """x_j."""
        return _at(self.entries, places)

    def counted(self, places: Places) -> Expr:
        """w_j."""
        return ONE if self.weight is None else _at(self.weight, places)

    def over(self, build: Callable[[Places], Expr]) -> Expr:
        """Σ_j build(j) w_j."""
        letters = tuple(x.apart() for x in self.entries.letters)
        places = tuple(x.slot for x in letters)
        return summed(letters, weighed(build(places), self.counted(places)))

    @property
    def count(self) -> Expr:
        """n = Σ_j w_j."""
        return self.over(lambda j: ONE)

    def without(self, places: Places) -> Whole:
        """The same without one position: w_k [k ≠ j]."""
        letters = tuple(x.apart() for x in self.entries.letters)
        own = tuple(x.slot for x in letters)
        return Whole(self.entries, Lambda(letters, weighed(unequal(own, places), self.counted(own))))

    def call(self, name: str, *places: Slot) -> Expr:
        """A function of this, at a position where it keeps the axis."""
        return of(Apply(name, self.args, places))

    def partial(self, name: str, places: Places) -> Expr:
        """A function's slope by x_j, not worked out: ∂max/∂x_j."""
        return of(Apply(name, self.args, (), ((0, places),)))


def whole(letters: tuple[Index, ...], entries: Expr, weight: Expr = ONE) -> Whole:
    """Entries and weight for each position of letters, which are bound by it."""
    return Whole(_bound(letters, entries), None if weight == ONE else _bound(letters, weight))


def _bound(letters: tuple[Index, ...], body: Expr) -> Lambda:
    own = tuple(x.apart() for x in letters)
    return Lambda(own, substitute(apart(body), {x: y.slot for x, y in zip(letters, own, strict=True)}))


def _at(given: Lambda, places: Places) -> Expr:
    return multiply(substitute(apart(given.body), dict(zip(given.letters, places, strict=True))))


def weighed(expr: Expr, weight: Expr) -> Expr:
    """expr · w, as it is where every position counts."""
    return expr if weight == ONE else multiply(expr, weight)


def equal(left: Places, right: Places) -> Expr:
    """[j = k]."""
    return multiply(*(bracket("=", a, b) for a, b in zip(left, right, strict=True)))


def unequal(left: Places, right: Places) -> Expr:
    """[j ≠ k]."""
    if len(left) == 1:
        return bracket("!=", left[0], right[0])
    return add(ONE, negative(equal(left, right)))


def earlier(left: Places, right: Places) -> Expr:
    """[j < k], in the order of reading over several letters: [j < k] + [j = k] [j′ < k′]."""
    steps = range(len(left))
    return add(*(multiply(equal(left[:n], right[:n]), bracket("<", left[n], right[n])) for n in steps))
