"""Brackets between positions worked off: δ's over summed letters eliminated, with the range of the letter kept.

Σ_i a_i [i = j + 1] = a_{j+1}          a_{j+1} is zero wherever j + 1 leaves the range of i, so nothing else is needed
Σ_i tanh(a_i) [i = j + 1] = tanh(a_{j+1}) [j + 1 ≤ N]          tanh(0) happens to be 0, but in general it is not
Σ_{i=1}^N a_i [2 ≤ i] = Σ_{i=2}^N a_i                          a bracket that only shortens a sum is part of its range
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.notation.bounds import decided, surely_nonnegative, surely_outside
from derive.notation.expression import Bracket, Entry, Factor, sides
from derive.notation.index import Index, Range, Slot
from derive.notation.walk import letters_of, substitute_factor

Product = tuple[tuple[Index, ...], list[Factor]]
"""The summed letters and the factors."""


def contracted(bound: tuple[Index, ...], factors: list[Factor]) -> Product | None:
    """The product with every bracket worked off that can be; None if a bracket is surely 0."""
    if any(isinstance(factor, Entry) and surely_outside(factor) for factor in factors):
        return None
    work: Product | None = (bound, factors)
    place = 0
    while work is not None and place < len(work[1]):
        factor = work[1][place]
        between = sides(factor) if isinstance(factor, Bracket) else None
        after = _worked_off(work, place, factor, *between) if between and isinstance(factor, Bracket) else work
        # a changed product is looked through from its start again
        place = place + 1 if after is work else 0
        if (
            after is not work
            and after is not None
            and any(isinstance(f, Entry) and surely_outside(f) for f in after[1])
        ):
            return None
        work = after
    return work


def _worked_off(work: Product, place: int, delta: Bracket, left: Slot, right: Slot) -> Product | None:
    """One bracket decided, eliminated or put into the other factors; the same product if none of these."""
    bound, factors = work
    known = decided(delta.relation, left, right)
    if known is False:
        return None
    rest = [*factors[:place], *factors[place + 1 :]]
    if known:
        return bound, rest
    solved = solution(delta, bound)
    if solved is not None:
        return _eliminated(bound, rest, *solved)
    shorter = _shortened(delta, bound)
    if shorter is not None:
        letter, own = shorter
        return tuple(own if x is letter else x for x in bound), [substitute_factor(f, {letter: own.slot}) for f in rest]
    pinned = _pinned(delta, rest)
    return work if pinned is None else (bound, [*pinned[:place], delta, *pinned[place:]])


def solution(factor: Factor, bound: Sequence[Index]) -> tuple[Index, Slot] | None:
    """(b, position) for [b = position] with b bound, of coefficient ±1, and not in the position."""
    between = sides(factor) if isinstance(factor, Bracket) and factor.relation == "=" else None
    if between is None:
        return None
    difference = between[0] - between[1]
    for letter in difference.letters():
        coefficient = difference.coefficient(letter)
        if letter in bound and coefficient in (1, -1):
            rest = difference - letter.slot * coefficient
            return letter, -rest if coefficient == 1 else rest
    return None


def _shortened(factor: Bracket, bound: Sequence[Index]) -> tuple[Index, Index] | None:
    """(b, b′) where [c <= b], [b <= c] or the same with < only shorten the range of a summed letter b to that of b′."""
    between = sides(factor) if factor.relation in ("<", "<=") else None
    if between is None:
        return None
    one = 1 if factor.relation == "<" else 0
    (low, high), (below, above) = between, (between[0].letter, between[1].letter)
    if above in bound and above is not None and _is_end(low + one, above, bound):
        shorter = Range(low + one, above.range.hi) if surely_nonnegative(low + one - above.range.lo) else None
        return (above, Index(above.name, shorter)) if shorter else None
    if below in bound and below is not None and _is_end(high - one, below, bound):
        shorter = Range(below.range.lo, high - one) if surely_nonnegative(below.range.hi - high + one) else None
        return (below, Index(below.name, shorter)) if shorter else None
    return None


def _is_end(end: Slot, letter: Index, bound: Sequence[Index]) -> bool:
    """Whether a position can end a range: it is made of numbers and sizes, and no other range rests on the letter."""
    rests = (x for other in bound for slot in (other.range.lo, other.range.hi) for x in slot.letters())
    return all(isinstance(atom, str) for atom in end.atoms()) and letter not in rests


def _eliminated(bound: tuple[Index, ...], rest: list[Factor], letter: Index, at: Slot) -> Product:
    """The product with a summed letter read as a position, which stays inside the letter's range."""
    factors = [substitute_factor(f, {letter: at}) for f in rest]
    return tuple(x for x in bound if x is not letter), factors + _range_kept(letter.range, at, factors)


def _range_kept(limits: Range, at: Slot, factors: list[Factor]) -> list[Factor]:
    """The brackets that keep `at` inside the limits where nothing else does."""
    if any(_vanishes_outside(f, at, limits) for f in factors):
        return []
    ends = ((limits.lo, at), (at, limits.hi))
    return [Bracket("<=", low, high) for low, high in ends if not surely_nonnegative(high - low)]


def _vanishes_outside(factor: Factor, at: Slot, limits: Range) -> bool:
    """Whether a factor, outside any function, is zero wherever `at` leaves the limits."""
    if not isinstance(factor, Entry):
        return False
    pairs = ((slot - at, axis) for slot, axis in zip(factor.slots, factor.tensor.axes, strict=True))
    return any(
        not any(True for _ in ahead.letters()) and limits.contains(Range(axis.lo - ahead, axis.hi - ahead))
        for ahead, axis in pairs
    )


def _pinned(delta: Bracket, rest: list[Factor]) -> list[Factor] | None:
    """The other factors with k read as t, for [k = t] with a class or a fixed position t; None if nothing changes."""
    between = sides(delta) if delta.relation == "=" else None
    for letter, at in ((between[0].letter, between[1]), (between[1].letter, between[0])) if between else ():
        if letter is not None and _is_fixed(at, letter) and any(letter in letters_of(f) for f in rest):
            return [substitute_factor(f, {letter: at}) for f in rest]
    return None


def _is_fixed(at: Slot, letter: Index) -> bool:
    """Whether a position is made of numbers, sizes and classes, and does not depend on the letter."""
    return not any(isinstance(a, Index) for a in at.atoms()) and letter not in at.letters()
