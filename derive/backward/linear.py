"""How an entry follows linearly from those one step before: c Σ_k A_ik h_k, d_i h_i, Σ_kl A_ik H_kl B_lj; and n steps.

Along each axis the map is a matrix, a number for each entry or nothing; in front of all a number. Its n-th power is
that of each: cⁿ Σ_k (Aⁿ)_ik h_k.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from derive.notation.expression import ONE, Entry, Expr, Factor, Term, of
from derive.notation.index import Index, Slot
from derive.notation.product import add, bracket, multiply, power, product, summed
from derive.notation.walk import letters_of, substitute
from derive.operators.powers import raised
from derive.operators.whole import Places, whole


@dataclass(frozen=True, slots=True)
class Along:
    """What acts along one axis: entries of a matrix over i and k, or, without k, a number for each i.

    before: whether it is written in front of what it acts on.
    """

    i: Index
    k: Index | None
    body: Expr
    before: bool = True

    def scaled(self, by: Expr, k: Index | None) -> Expr:
        """by · body; as a matrix over i and another letter k, diagonal where this is none."""
        if k is None or self.k is None:
            diagonal = ONE if k is None else bracket("=", self.i.slot, k.slot)
            return multiply(by, self.body, diagonal)
        return multiply(by, substitute(self.body, {self.k: k.slot}))

    def steps(self, at: Slot, n: Slot) -> tuple[Expr, Index | None]:
        """The power at one position, and the letter that is summed."""
        if self.k is None:
            return power(substitute(self.body, {self.i: at}), of(n)), None
        k = self.k.apart()
        only = self.body.factor
        if isinstance(only, Entry) and only.slots[-2:] == (self.k.slot, self.i.slot):
            return raised(whole((self.k, self.i), self.body), k.slot, at, n), k
        return raised(whole((self.i, self.k), self.body), at, k.slot, n), k


@dataclass(frozen=True, slots=True)
class Linear:
    """scalar · what acts along each axis, by the places of the axes."""

    scalar: Expr
    along: Mapping[int, Along]

    def steps(self, n: Slot, at: Places, before: Callable[[Places], Expr]) -> Expr:
        """What n steps make of the entries before."""
        slots, letters, sides = list(at), list[Index](), dict[bool, list[Expr]]({True: [], False: []})
        for place, acts in self.along.items():
            made, k = acts.steps(at[place], n)
            sides[acts.before].append(made)
            if k is not None:
                letters.append(k)
                slots[place] = k.slot
        number = () if self.scalar == ONE else (power(self.scalar, of(n)),)
        return summed(letters, multiply(*number, *sides[True], before(tuple(slots)), *sides[False]))


def linear(terms: Iterable[Term], left: Entry, place: int) -> tuple[Linear, Slot] | None:
    """The map that gives left from its own tensor elsewhere along one axis, and where; None if it is none, or if it
    depends on the position along that axis."""
    found = [_of_term(term, left, place) for term in terms]
    met = [pair for pair in found if pair is not None]
    if not met or len(met) < len(found) or any(at != met[0][1] for _, at in met):
        return None
    total = _sum([acts for acts, _ in met])
    return None if total is None else (total, met[0][1])


def _sum(summands: list[Linear]) -> Linear | None:
    """(I + c A), where all act along one axis."""
    if len(summands) == 1:
        return summands[0]
    places = {place for one in summands for place in one.along}
    if len(places) > 1:
        return None
    if not places:
        return Linear(add(*(one.scalar for one in summands)), {})
    place = places.pop()
    acting = [one.along[place] for one in summands if place in one.along]
    k = next((acts.k for acts in acting if acts.k is not None), None)
    nothing = Along(acting[0].i, None, ONE)
    body = add(*(one.along.get(place, nothing).scaled(one.scalar, k) for one in summands))
    return Linear(ONE, {place: Along(acting[0].i, k, body, acting[0].before)})


def _of_term(term: Term, left: Entry, place: int) -> tuple[Linear, Slot] | None:
    own = [n for n, f in enumerate(term.factors) if isinstance(f, Entry) and f.tensor == left.tensor]
    read = term.factors[own[0]] if len(own) == 1 else None
    letter = left.slots[place].letter
    rest = [(f, n < own[0]) for n, f in enumerate(term.factors) if n not in own] if own else []
    if not isinstance(read, Entry) or letter is None or any(letter in letters_of(f) for f, _ in rest):
        return None
    axes = _axes(term, left, read, place)
    groups = None if axes is None else _groups(term, rest, axes)
    if axes is None or groups is None:
        return None
    scalar = product(term.coefficient, groups[None][0], tuple(f for f, _ in groups[None][1]))
    along = {n: _along(axes, n, *groups[n]) for n in sorted(n for n in groups if n is not None)}
    return Linear(scalar, along), read.slots[place]


def _axes(term: Term, left: Entry, read: Entry, place: int) -> dict[Index, int] | None:
    """The letters of each axis, that of the left side first: another one of the read where that is summed over."""
    found: dict[Index, int] = {}
    for n, (mine, theirs) in enumerate(zip(left.slots, read.slots, strict=True)):
        if n == place:
            continue
        i, k = mine.letter, theirs.letter
        if i is None or k is None or k.range != i.range or i in found or k in found:
            return None
        if k is not i and k not in term.bound:
            return None
        found.update({i: n, k: n})
    return found


Group = tuple[tuple[Index, ...], list[tuple[Factor, bool]]]
"""Summed letters and factors, each with whether it stands in front."""


def _groups(term: Term, rest: list[tuple[Factor, bool]], axes: dict[Index, int]) -> dict[int | None, Group] | None:
    """The factors by the axis along which they act; None where some act along two together."""
    inner = [x for x in term.bound if x not in axes]
    groups: dict[int | None, Group] = {None: ((), [])}
    waiting = rest
    while waiting:
        letters = dict.fromkeys(letters_of(waiting[0][0]))
        while more := {x for f, _ in waiting for x in letters_of(f) if _meets(f, letters, inner)} - set(letters):
            letters.update(dict.fromkeys(more))
        own = [pair for pair in waiting if pair[0] is waiting[0][0] or _meets(pair[0], letters, inner)]
        places = {axes[x] for x in letters if x in axes}
        if len(places) > 1:
            return None
        place = next(iter(places), None)
        bound, met = groups.get(place, ((), []))
        groups[place] = (*bound, *(x for x in inner if x in letters and x not in bound)), [*met, *own]
        waiting = [pair for pair in waiting if not any(pair is one for one in own)]
    unread = any(x in term.bound and n not in groups for x, n in axes.items())
    return None if unread else groups


def _meets(factor: Factor, letters: Mapping[Index, None], inner: list[Index]) -> bool:
    return any(x in letters and x in inner for x in letters_of(factor))


def _along(axes: dict[Index, int], place: int, bound: tuple[Index, ...], factors: list[tuple[Factor, bool]]) -> Along:
    i, *others = (x for x, n in axes.items() if n == place)
    body = product(1, bound, tuple(f for f, _ in factors))
    return Along(i, others[0] if others else None, body, factors[0][1])
