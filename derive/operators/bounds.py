"""What is sure of an expression's values, given intervals for some of the entries that it reads.

n > 0:   |n| is n,  [n > 0] is 1      y ∈ (0, 1):   1 − y > 0      (interval arithmetic: Moore 1966)
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.notation.bounds import always_inside, decided, surely_positive
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Power, Relation, Term
from derive.notation.fact import Fact
from derive.notation.index import Slot
from derive.notation.interval import ANY, NEGATIVE, NOT_NEGATIVE, NOT_POSITIVE, NOTHING, POSITIVE, Interval, point
from derive.notation.product import add, negative
from derive.operators.elementary import SPECIAL

EITHER = Interval(Fraction(0), Fraction(1), False, False)


class Bounds:
    """The intervals that facts give."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = [fact for fact in facts if fact.kind in ("within", "among") and fact.entry is not None]

    def of(self, expr: Expr) -> Interval:
        """An interval that holds all values of an expression."""
        total = NOTHING
        for term in expr.terms:
            total = total.plus(self._term(term))
        return total

    def holds(self, bracket: Bracket) -> bool | None:
        """Whether a bracket surely holds, surely fails, or neither."""
        left, right = bracket.left, bracket.right
        if isinstance(left, Slot) and isinstance(right, Slot):
            return decided(bracket.relation, left, right)
        assert isinstance(left, Expr) and isinstance(right, Expr)
        return _settled(bracket.relation, self.of(add(right, negative(left))))

    def _term(self, term: Term) -> Interval:
        found = point(Fraction(term.coefficient))
        for factor in term.factors:
            found = found.times(self._factor(factor))
        for letter in term.bound:
            some = Fraction(int(surely_positive(letter.range.size)))
            found = found if found.is_zero else found.times(Interval(some, float("inf"), False, True))
        return found

    def _factor(self, factor: Factor) -> Interval:
        if isinstance(factor, Entry):
            return self._entry(factor)
        if isinstance(factor, Power):
            return self._power(factor)
        if isinstance(factor, Slot):
            return point(factor.constant) if factor.is_number else POSITIVE if surely_positive(factor) else ANY
        if isinstance(factor, Bracket):
            known = self.holds(factor)
            return EITHER if known is None else point(int(known))
        if isinstance(factor, Apply) and not factor.partials:
            special = SPECIAL.get(factor.function)
            if special is not None and factor.args:
                return special(self.of(factor.args[0].body))
            return Interval(Fraction(0), Fraction(1), True, False) if factor.function == "softmax" else ANY
        return ANY

    def _entry(self, entry: Entry) -> Interval:
        found = ANY
        for fact in self.facts:
            own = fact.entry
            assert own is not None
            if own.tensor == entry.tensor and (fact.whole is not None or own.slots == entry.slots):
                found = found.meet(_members(fact) if fact.kind == "among" else fact.within)
        return found if found is ANY or always_inside(entry) else found.hull(NOTHING)

    def _power(self, factor: Power) -> Interval:
        base, exponent = self.of(factor.base), factor.exponent
        if isinstance(exponent, Expr):
            return POSITIVE if base.within(POSITIVE) else ANY
        if Fraction(exponent).denominator != 1:
            return POSITIVE if base.within(POSITIVE) else NOT_NEGATIVE
        if exponent > 0:
            return base.whole_power(int(exponent))
        if base.within(POSITIVE) or exponent % 2 == 0:
            return POSITIVE
        return NEGATIVE if base.within(NEGATIVE) else ANY


def _members(fact: Fact) -> Interval:
    return Interval(min(fact.members), max(fact.members), False, False)


def _settled(relation: Relation, gap: Interval) -> bool | None:
    """Whether `left relation right` holds, from where right − left lies."""
    apart = gap.within(POSITIVE) or gap.within(NEGATIVE)
    holds = {"=": gap.is_zero, "!=": apart, "<": gap.within(POSITIVE), "<=": gap.within(NOT_NEGATIVE)}[relation]
    fails = {"=": apart, "!=": gap.is_zero, "<": gap.within(NOT_POSITIVE), "<=": gap.within(NEGATIVE)}[relation]
    return True if holds else False if fails else None
