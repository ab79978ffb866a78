"""What is sure about an expression, given facts: an interval that holds its value whatever the rest is.

    h₁ = relu(z₁), z₁ = −1:     [0 < z₁] = 0, so h₁ = 0 and relu′(z₁) = 0
    y = h₁ w₁:                  0 · w₁ = 0

Entries are looked up among the facts, then in the equations and lines that define them. (Interval arithmetic: Moore
1966.) Nothing is recursive in the network's depth: what an expression needs first is put on a stack.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from derive.analyse.facts import Fact, positions_of, said
from derive.declare.network import Network
from derive.derivation import Derivation
from derive.notation.bounds import always_inside, decided, surely_inside, surely_outside, surely_positive
from derive.notation.canonical import range_key, slot_key
from derive.notation.division import NotWhole
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Power, Tensor, Term, of
from derive.notation.index import Index, Range, Slot, position
from derive.notation.interval import (
    ANY,
    NEGATIVE,
    NO_NUMBER,
    NOT_NEGATIVE,
    NOT_POSITIVE,
    NOTHING,
    POSITIVE,
    Interval,
    point,
)
from derive.notation.product import add, negative
from derive.notation.walk import substitute, substitute_factor
from derive.operators import TABLE
from derive.operators.elementary import SPECIAL
from derive.operators.slopes import value, written_slope
from derive.referee.world import World

Assumed: TypeAlias = tuple[Fact, ...]

MOST = 64
"""Positions of a summed letter that are looked at one by one."""
AGAIN = 3
"""How often a tensor may wait for itself (a recurrence) before nothing is said of it."""


RELU = ("relu", "relu_1")


class _Needed(Exception):
    """An entry whose interval has to be known first."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry


@dataclass(frozen=True, slots=True)
class Defined:
    """A right side of an entry, at its positions; sure: it holds whatever the sizes are."""

    right: Expr
    sure: bool = True


class Known:
    """What is sure under the facts; made once for a derivation and a set of facts."""

    def __init__(self, derivation: Derivation, facts: Iterable[Fact], numbers: Mapping[str, int] | None = None) -> None:
        network = derivation.network
        self.facts = (stated := tuple(facts)) + tuple(back for fact in stated for back in _through(fact, network))
        given = {name: size.number for name, size in network.sizes.items() if size.number is not None}
        self.sizes = World({**given, **(numbers or {})})
        self.open = frozenset(network.functions)
        self.spots = positions_of(self.facts)
        self.lines: dict[Tensor, list[Equation]] = {}
        free = [line for line in derivation.backward if line.steps[-1].rule != "upstream"]
        for equation in (*network.equations, *(line.scalar for line in (*derivation.folded, *free))):
            self.lines.setdefault(equation.left.tensor, []).append(equation)
        self.contradicted = False
        self._memo: dict[tuple[Tensor, tuple[str, ...]], Interval] = {}

    def of(self, expr: Expr) -> Interval:
        """An interval that holds the expression's value."""
        return self._settled(lambda: self._expr(expr, ()))

    def of_factor(self, factor: Factor) -> Interval:
        return self._settled(lambda: self._factor(factor, ()))

    def of_term(self, term: Term) -> Interval:
        return self._settled(lambda: self._term(term, ()))

    def given(self, expr: Expr) -> Interval:
        """What the facts alone say."""
        return said(self.facts, expr)

    def definitions(self, entry: Entry) -> tuple[Defined, ...]:
        """The right sides that an entry may have; none for what is declared, and for what lies outside."""
        return tuple(self._definitions(entry))

    def positions(self, letter: Index) -> range | None:
        """The positions of a letter, where they are few and known, and some fact is about single ones."""
        if not self.spots:
            return None
        try:
            lo, hi = self.sizes.limits(letter.range)
        except (KeyError, TypeError, NotWhole):
            return None
        return range(lo, hi + 1) if hi - lo < MOST else None

    def _settled(self, find: Callable[[], Interval]) -> Interval:
        """The interval, after those of the entries that it needs."""
        waiting: list[Entry] = []
        while True:
            try:
                if not waiting:
                    return find()
                entry = waiting[-1]
                self._memo[_key(entry)] = self._entry_found(entry)
                waiting.pop()
            except _Needed as needed:
                again = sum(other.tensor == needed.entry.tensor for other in waiting)
                if again >= AGAIN:
                    self._memo[_key(needed.entry)] = self.given(of(needed.entry))
                else:
                    waiting.append(needed.entry)

    def _entry_found(self, entry: Entry) -> Interval:
        if surely_outside(entry):
            return NOTHING
        rights = self.definitions(entry)
        found = NO_NUMBER if rights else ANY
        for right in rights:
            found = found.hull(self._expr(right.right, ()))
        if rights and not always_inside(entry) and not self._is_inside(entry):
            found = found.hull(NOTHING)
        found = found.meet(self.given(of(entry)))
        self.contradicted = self.contradicted or found.is_empty
        return found

    def _is_inside(self, entry: Entry) -> bool:
        """Whether an entry lies inside where the sizes are numbers."""
        try:
            limits = [self.sizes.limits(axis) for axis in entry.tensor.axes]
            at = [self.sizes.number(slot) for slot in entry.slots]
        except (KeyError, TypeError, NotWhole):
            return False
        return all(lo <= n <= hi for n, (lo, hi) in zip(at, limits, strict=True))

    def _definitions(self, entry: Entry) -> Iterator[Defined]:
        for equation in self.lines.get(entry.tensor, ()):
            met = _matched(equation.left, entry)
            if met is not None:
                yield Defined(substitute(equation.right, met[0]), met[1])

    def _expr(self, expr: Expr, assumed: Assumed) -> Interval:
        total = NOTHING
        for term in expr.terms:
            total = total.plus(self._term(term, assumed))
        return total.meet(said((*self.facts, *assumed), expr)) if self.facts or assumed else total

    def _term(self, term: Term, assumed: Assumed) -> Interval:
        letter = next((x for x in term.bound if self.positions(x) is not None), None)
        if letter is not None:
            rest = tuple(x for x in term.bound if x is not letter)
            total = NOTHING
            for at in self.positions(letter) or ():
                total = total.plus(self._term(_at(Term(term.coefficient, rest, term.factors), letter, at), assumed))
            return total
        inside = self._product(term.factors, assumed).times(point(term.coefficient))
        for summed in term.bound:
            inside = self._summed(inside, summed)
        return inside

    def _product(self, factors: Sequence[Factor], assumed: Assumed) -> Interval:
        """Undecided conditions hold while the rest is looked at, and may fail: then the product is 0."""
        brackets = [f for f in factors if isinstance(f, Bracket)]
        values = [self._bracket(f, assumed) for f in brackets]
        if any(v.is_zero for v in values):
            return NOTHING
        doubtful = [f for f, v in zip(brackets, values, strict=True) if v.point is None]
        inner = (*assumed, *(fact for f in doubtful for fact in _holds(f)))
        total = point(1)
        needed: _Needed | None = None
        for factor in factors:
            if not isinstance(factor, Bracket):
                try:
                    total = total.times(self._factor(factor, inner))
                except _Needed as met:
                    needed = needed or met
        if needed is not None and not total.is_zero:
            raise needed
        return (
            total.hull(NOTHING) if doubtful else total
        )  # hull: where the conditions exclude each other, only 0 is left

    def _summed(self, inside: Interval, letter: Index) -> Interval:
        """Σ over a letter, whose range may be empty unless it surely has a position."""
        if inside.is_zero:
            return inside
        times = Interval(Fraction(int(surely_positive(letter.range.size))), math.inf, False, True)
        return inside.times(times)

    def _factor(self, factor: Factor, assumed: Assumed) -> Interval:
        if isinstance(factor, Entry):
            return self._entry(factor).meet(said(assumed, of(factor)) if assumed else ANY)
        if isinstance(factor, Power):
            return self._power(factor, assumed)
        if isinstance(factor, Apply):
            return self._apply(factor, assumed)
        if isinstance(factor, Bracket):
            return self._bracket(factor, assumed)
        if isinstance(factor, Slot):
            return self._slot(factor)
        return ANY

    def _slot(self, slot: Slot) -> Interval:
        try:
            return point(self.sizes.number(slot))
        except (KeyError, TypeError, NotWhole):
            return POSITIVE if surely_positive(slot) else ANY

    def _entry(self, entry: Entry) -> Interval:
        known = self._memo.get(_key(entry))
        if known is None:
            raise _Needed(entry)
        return known

    def _power(self, factor: Power, assumed: Assumed) -> Interval:
        base, exponent = self._expr(factor.base, assumed), factor.exponent
        if isinstance(exponent, Expr):
            return POSITIVE if base.within(POSITIVE) else ANY
        if exponent == 1:
            return base
        if Fraction(exponent).denominator == 1 and exponent > 0:
            return base.whole_power(int(exponent))
        if Fraction(exponent).denominator != 1:
            return POSITIVE if base.within(POSITIVE) or exponent < 0 else NOT_NEGATIVE
        if base.point:
            return point(base.point ** int(exponent))
        return POSITIVE if base.within(POSITIVE) or exponent % 2 == 0 else NEGATIVE if base.within(NEGATIVE) else ANY

    def _apply(self, factor: Apply, assumed: Assumed) -> Interval:
        row = TABLE.get(factor.function)
        if row is None or factor.function in self.open:
            return ANY
        if factor.partials:
            slope = written_slope(factor, row)
            return ANY if slope.factor == factor else self._expr(slope, assumed)
        special = SPECIAL.get(factor.function)
        found = special(self._expr(factor.args[0].body, assumed)) if special else ANY
        opened = None if row.axes else value(factor)
        return found if opened is None else found.meet(self._expr(opened, assumed))

    def _bracket(self, factor: Bracket, assumed: Assumed) -> Interval:
        """1 where the relation surely holds, 0 where it surely fails, else one of them."""
        left, right = factor.left, factor.right
        if isinstance(left, Slot) and isinstance(right, Slot):
            holds = decided(factor.relation, left, right)
        else:
            assert isinstance(left, Expr) and isinstance(right, Expr)
            holds = _decided(factor.relation, self._expr(add(right, negative(left)), assumed))
        return EITHER if holds is None else point(int(holds))


EITHER = Interval(Fraction(0), Fraction(1), False, False)


def _decided(relation: str, gap: Interval) -> bool | None:
    """Whether `left relation right` holds, from what right − left is."""
    yes, no = {
        "=": (NOTHING, None),
        "!=": (None, NOTHING),
        "<": (POSITIVE, NOT_POSITIVE),
        "<=": (NOT_NEGATIVE, NEGATIVE),
    }[relation]
    apart = gap.within(POSITIVE) or gap.within(NEGATIVE)
    if (yes is not None and gap.within(yes)) or (yes is None and apart):
        return True
    return False if (no is not None and gap.within(no)) or (no is None and apart) else None


def _through(fact: Fact, network: Network) -> Iterator[Fact]:
    """What a bound on relu(z) says of z: it is above 0 only where z is, and 0 only where z is not."""
    entry = fact.expr.factor
    own = [e for e in network.equations if isinstance(entry, Entry) and e.left.tensor == entry.tensor]
    call = own[0].right.factor if len(own) == 1 else None
    if not isinstance(entry, Entry) or not isinstance(call, Apply) or call.function not in RELU or call.partials:
        return
    met = _matched(own[0].left, entry)
    sign = next((s for s in (POSITIVE, NOT_POSITIVE) if fact.within.within(s)), None)
    if met is not None and met[1] and sign is not None:
        within = fact.within if sign is POSITIVE else NOT_POSITIVE
        yield Fact(fact.text, substitute(call.args[0].body, met[0]), within, fact.place)


def _holds(bracket: Bracket) -> Iterator[Fact]:
    """A condition between expressions as a fact: it holds where its product is not 0."""
    if isinstance(bracket.left, Expr) and isinstance(bracket.right, Expr) and bracket.relation != "!=":
        gap = add(bracket.right, negative(bracket.left))
        yield Fact("", gap, {"=": NOTHING, "<": POSITIVE, "<=": NOT_NEGATIVE}[bracket.relation], fixed=True)


def _at(term: Term, letter: Index, at: int) -> Term:
    mapping = {letter: position(at)}
    return Term(term.coefficient, term.bound, tuple(substitute_factor(f, mapping) for f in term.factors))


def _key(entry: Entry) -> tuple[Tensor, tuple[str, ...]]:
    """An entry up to the names of its letters, which keep their ranges."""
    letters = dict.fromkeys(x for slot in entry.slots for x in slot.letters())
    names = {x: f"{n}∈{range_key(x.range, {})}:" for n, x in enumerate(letters)}
    return entry.tensor, tuple(slot_key(slot, names) for slot in entry.slots)


def _matched(left: Entry, entry: Entry) -> tuple[dict[Index, Slot], bool] | None:
    """What the letters of a left side are at an entry, and whether it surely holds there; None: surely not."""
    mapping: dict[Index, Slot] = {}
    sure = True
    for own, at in zip(left.slots, entry.slots, strict=True):
        letter = next(own.letters(), None)
        if letter is None:
            holds = decided("=", own, at)
            if holds is False:
                return None
            sure = sure and holds is True
            continue
        place = at - (own - letter.slot)
        mapping[letter] = place
        if _is_off(place, letter.range):
            return None
        sure = sure and surely_inside(place, letter.range)
    return mapping, sure


def _is_off(slot: Slot, limits: Range) -> bool:
    return surely_positive(limits.lo - slot) or surely_positive(slot - limits.hi)
