"""Facts that a file states, put to use in expressions, each use told with its fact.

    Σ_k t_k = 1      y_k Σ_i t_i − t_k   is   y_k − t_k          a formula: wherever it stands, up to letters
    a + b = 1        a x + b x       is   x                      a sum: one of its summands by the others
    A = Aᵀ           Σ_j a_ji x_j        is   Σ_j a_ij x_j       a property: see `operators.stated`
    n > 0            |n|                 is   n                  an interval: conditions that it decides
    m ∈ {0, 1}       m²                  is   m                  a set: powers that it makes equal

Facts change values only. The backward pass takes every entry as independent, and what a fact says of the values is put
in afterwards: so the bar of u is that of free entries although ‖u‖ = 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from derive.notation.canonical import key
from derive.notation.common import tidied
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Entry, Expr, Factor, Lambda, Tensor, of
from derive.notation.fact import Fact
from derive.notation.index import Index, Slot
from derive.notation.product import add
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import entries, substitute
from derive.operators.called import called, exchanged, tied
from derive.operators.matrix_facts import (
    above,
    apart_from_matrices,
    inverse,
    is_of_matrix,
    logdet,
    orthogonal,
    outside,
    seen,
)
from derive.operators.settled import needed, reduced, settled
from derive.operators.stated import PROPERTIES

ROUNDS = 6
"""How often facts are put to use in what facts gave."""
MOST = 4
"""How many entries of one matrix are turned one by one."""
LONGEST = 400
"""Symbols beyond which facts of the orientation of sums are not looked for."""

SUMMED = 1
"""The rank of a letter of a sum."""

Letters = tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """An expression, and the facts that made it so, in the order in which they were put to use."""

    expr: Expr
    facts: tuple[Fact, ...] = ()


class Known:
    """What is known of a network's quantities: the facts that its file states, and those that follow of matrices."""

    def __init__(self, facts: Sequence[Fact], equations: Iterable[Equation] = ()) -> None:
        self.facts = tuple(facts)
        if any(fact.kind in PROPERTIES for fact in facts):
            for equation in equations:
                self.facts = (*self.facts, *self._following(equation))

    def __bool__(self) -> bool:
        return bool(self.facts)

    def used(self, expr: Expr, first: Letters = ()) -> Used:
        """The expression with the facts put to use; first: the letters of the left side's rows and columns."""
        about = self._about(expr)
        if not about:
            return Used(expr)
        met: dict[Fact, None] = {}
        found, text = expr, key(expr)
        for _ in range(ROUNDS):
            before = text
            for facts, changed in self._changes(found, about, first):
                if changed is not None and key(changed) != text:
                    met.update(dict.fromkeys(facts))
                    found, text = changed, key(changed)
                    break
            if text == before:
                break
        return Used(tidied(found), tuple(met)) if text != key(expr) else Used(expr)

    def _changes(self, expr: Expr, about: list[Fact], first: Letters) -> Iterator[tuple[tuple[Fact, ...], Expr | None]]:
        """What each fact makes of an expression; what several intervals together make of it."""
        for fact in about:
            if fact.kind == "equal":
                yield (fact,), _shorter(expr, self._named(fact, expr), -1)
                for other in exchanged(expr, fact) if max(len(fact.left.terms), len(fact.right.terms)) > 1 else ():
                    yield (fact,), _shorter(expr, other, -1)
            elif fact.kind == "among":
                yield (fact,), _shorter(expr, rewrite(expr, partial(reduced, fact)))
            elif fact.kind in PROPERTIES:
                yield (fact,), self._of_property(fact, expr, first)
        within = tuple(fact for fact in about if fact.kind in ("within", "among"))
        done = _shorter(expr, settled(expr, within)) if within else None
        if done is not None and key(done) != key(expr):
            yield needed(expr, within, key(done)), done

    def _about(self, expr: Expr) -> list[Fact]:
        """The facts that speak of something that an expression reads."""
        read = {e.tensor for e in entries(expr)}
        return [fact for fact in self.facts if any(tensor in read for tensor in fact.tensors)]

    # formulas ---------------------------------------------------------------------------------------------------

    def _named(self, fact: Fact, expr: Expr) -> Expr:
        """The longer side of an equality called by the shorter one."""
        one, other = fact.left, fact.right
        if length(other) > length(one):
            one, other = other, one
        entry = one.factor
        if isinstance(entry, Entry):
            return expr if _reads(other, entry.tensor) else rewrite(expr, lambda f: tied(f, entry, other))
        return called(expr, one, other, fact.letters)

    # properties of matrices -------------------------------------------------------------------------------------

    def _of_property(self, fact: Fact, expr: Expr, first: Letters) -> Expr:
        row = PROPERTIES[fact.kind]
        found = expr
        if row.triangular:
            found = rewrite(rewrite(found, partial(logdet, fact)), apart_from_matrices(partial(above, fact)))
        if row.inverse is not None:
            found = rewrite(found, partial(inverse, fact))
        if row.entry_from is not None:
            found = _shorter(found, rewrite(found, apart_from_matrices(partial(seen, fact))), 1) or found
        if row.orthogonal:
            found = _shorter(found, orthogonal(found, fact)) or found
        return self._turned(found, fact, first) if row.turned else found

    def _turned(self, expr: Expr, fact: Fact, first: Letters) -> Expr:
        """The entries of a matrix that is its own transpose, and of its inverse, at letters of the left side first;
        those at letters of sums alone as they are, or so that like terms meet."""
        plain = rewrite(expr, lambda f: self._oriented(f, fact, first))
        if len(plain.terms) < 2 or length(plain) > LONGEST:
            return plain
        alike = add(*(min(self._ways(Expr((t,)), fact, first), key=key) for t in plain.terms))
        return alike if length(alike) < length(plain) else plain

    def _ways(self, expr: Expr, fact: Fact, first: Letters) -> list[Expr]:
        """The expression with each of these entries, at letters of sums alone, turned or not."""
        found = [expr]
        for place in range(min(MOST, sum(self._is_free(f, fact, first) for f in outside(expr)))):
            found += [self._exchanged_at(e, place, fact, first) for e in found]
        return found

    def others(self, expr: Expr, first: Letters) -> Iterator[tuple[Fact, Expr]]:
        """The expression with one entry turned that may be."""
        for fact in self._about(expr):
            if fact.kind in PROPERTIES and PROPERTIES[fact.kind].turned:
                for place in range(min(MOST, sum(self._is_free(f, fact, first) for f in outside(expr)))):
                    yield fact, self._exchanged_at(expr, place, fact, first)

    def _is_free(self, factor: Factor, fact: Fact, first: Letters) -> bool:
        places = self._places(factor, fact)
        return places is not None and all(_rank(factor.slots[n], first) == SUMMED for n in places)  # type: ignore[union-attr]

    def _exchanged_at(self, expr: Expr, place: int, fact: Fact, first: Letters) -> Expr:
        count = iter(range(10**9))

        def change(factor: Factor) -> Expr | None:
            places = self._places(factor, fact)
            if places is None or not self._is_free(factor, fact, first) or next(count) != place:
                return of(factor) if is_of_matrix(factor) else None
            return of(_exchanged(factor, places))

        return rewrite(expr, change)

    def _oriented(self, factor: Factor, fact: Fact, first: Letters) -> Expr | None:
        if is_of_matrix(factor):
            return of(self._exchanged_by_rank(self._inside(factor, fact), fact, first))
        return of(self._exchanged_by_rank(factor, fact, first)) if isinstance(factor, Entry) else None

    def _inside(self, factor: Factor, fact: Fact) -> Factor:
        """A function of a whole matrix, of A where it is one of Aᵀ."""
        assert isinstance(factor, Apply)
        args = tuple(
            Lambda(a.letters, rewrite(a.body, lambda f: self._oriented(f, fact, a.letters)))  # noqa: B023
            for a in factor.args
        )
        return Apply(factor.function, args, factor.slots, factor.partials)

    def _exchanged_by_rank(self, factor: Factor, fact: Fact, first: Letters) -> Factor:
        places = self._places(factor, fact)
        if places is None:
            return factor
        row, column = (factor.slots[n] for n in places)  # type: ignore[union-attr]
        return factor if _rank(row, first) <= _rank(column, first) else _exchanged(factor, places)

    def _places(self, factor: Factor, fact: Fact) -> tuple[int, int] | None:
        """The places of the rows and columns of an entry that a fact allows to turn."""
        if isinstance(factor, Entry):
            return fact.square if fact.entry and factor.tensor == fact.entry.tensor else None
        if isinstance(factor, Apply) and factor.function == "inv" and not factor.partials:
            reads = _reads(factor.args[0].body, fact.tensors[0])
            return (0, 1) if reads and self.is_symmetric(factor.args[0].body, *factor.args[0].letters) else None
        return None

    def is_symmetric(self, body: Expr, i: Index, j: Index) -> bool:
        """Whether a matrix, entry by entry, is its own transpose as far as the facts say."""
        turned = substitute(body, {i: j.slot, j: i.slot})
        return key(self._straight(body, (i, j))) == key(self._straight(turned, (i, j)))

    def _straight(self, expr: Expr, first: Letters) -> Expr:
        for fact in self._about(expr):
            if fact.kind in PROPERTIES and PROPERTIES[fact.kind].turned:
                expr = self._turned(expr, fact, first)
        return expr

    def _following(self, equation: Equation) -> list[Fact]:
        """C = A⁻¹ is symmetric where A is."""
        own = equation.letters
        square = len(own) == len(equation.left.slots) > 1 and own[-1].range == own[-2].range
        met = [f for f in self._about(equation.right) if f.kind in PROPERTIES and PROPERTIES[f.kind].turned]
        if not square or not met or any(f.kind == "symmetric" and f.whole == equation.left.tensor for f in self.facts):
            return []
        if not self.is_symmetric(equation.right, own[-2], own[-1]):
            return []
        text = " and ".join(dict.fromkeys(f.text for f in met))
        return [Fact("symmetric", text, of(equation.left), own, follows=True, place=met[0].place)]


def _shorter(expr: Expr, found: Expr, by: int = 0) -> Expr | None:
    """What was found, if it is no longer."""
    return found if length(tidied(found)) <= length(tidied(expr)) + by else None


def _reads(expr: Expr, tensor: Tensor) -> bool:
    return any(entry.tensor == tensor for entry in entries(expr))


def _rank(slot: Slot, first: Letters) -> int:
    """Where a position comes: fixed ones, the letter of the left side's rows, letters of sums, that of its columns."""
    ranks = {x: 2 if n else 0 for n, x in enumerate(first)}
    return max((ranks.get(x, SUMMED) for x in slot.letters()), default=-1)


def _exchanged(factor: Factor, places: tuple[int, int]) -> Factor:
    assert isinstance(factor, (Entry, Apply))
    slots = list(factor.slots)
    slots[places[0]], slots[places[1]] = slots[places[1]], slots[places[0]]
    if isinstance(factor, Entry):
        return Entry(factor.tensor, tuple(slots))
    return Apply(factor.function, factor.args, tuple(slots), factor.partials)
