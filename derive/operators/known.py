"""Facts that a file states, put to use in expressions, each use told with its fact.

    Σ_k t_k = 1      y_k Σ_i t_i − t_k   is   y_k − t_k          a formula: wherever it stands, up to letters
    A = Aᵀ           Σ_j a_ji x_j        is   Σ_j a_ij x_j       a property: see `operators.stated`
    n > 0            |n|                 is   n                  an interval: conditions that it decides
    m ∈ {0, 1}       m²                  is   m                  a set: powers that it makes equal

Facts change values only. The backward pass takes every entry as independent, and what a fact says of the values is put
in afterwards: so the bar of u is that of free entries although ‖u‖ = 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from derive.notation.bounds import always_inside, decided
from derive.notation.canonical import key
from derive.notation.common import expanded, tidied
from derive.notation.equation import Equation
from derive.notation.expression import (
    ONE,
    ZERO,
    Apply,
    Bracket,
    Entry,
    Expr,
    Factor,
    Lambda,
    Power,
    Tensor,
    Term,
    number,
    of,
)
from derive.notation.fact import Fact
from derive.notation.index import Index, Slot
from derive.notation.interval import NOT_NEGATIVE
from derive.notation.named import Definitions, named
from derive.notation.product import add, bracket, multiply, negative, power, product, summed
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import entries, factors, parts, substitute
from derive.operators.bounds import Bounds
from derive.operators.functions import TABLE
from derive.operators.matrices import NAMES as OF_MATRICES
from derive.operators.slopes import slope, value, written_slope
from derive.operators.stated import PROPERTIES, entries_of

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
            elif fact.kind == "among":
                yield (fact,), _shorter(expr, rewrite(expr, partial(_reduced, fact)))
            elif fact.kind in PROPERTIES:
                yield (fact,), self._of_property(fact, expr, first)
        within = tuple(fact for fact in about if fact.kind in ("within", "among"))
        settled = _shorter(expr, _settled(expr, within)) if within else None
        if settled is not None and key(settled) != key(expr):
            yield _needed(expr, within, key(settled)), settled

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
            return expr if _reads(other, entry.tensor) else rewrite(expr, lambda f: _tied(f, entry, other))
        return _called(expr, one, other, fact.letters)

    # properties of matrices -------------------------------------------------------------------------------------

    def _of_property(self, fact: Fact, expr: Expr, first: Letters) -> Expr:
        row = PROPERTIES[fact.kind]
        found = expr
        if row.triangular:
            found = rewrite(rewrite(found, partial(_logdet, fact)), _apart_from_matrices(partial(_above, fact)))
        if row.inverse is not None:
            found = rewrite(found, partial(_inverse, fact))
        if row.entry_from is not None:
            found = _shorter(found, rewrite(found, _apart_from_matrices(partial(_seen, fact))), 1) or found
        if row.orthogonal:
            found = _shorter(found, _orthogonal(found, fact)) or found
        return self._turned(found, fact, first) if row.turned else found

    def _turned(self, expr: Expr, fact: Fact, first: Letters) -> Expr:
        """The entries of a matrix that is its own transpose, and of its inverse, at letters of the left side first; those
        at letters of sums alone as they are, or so that like terms meet."""
        plain = rewrite(expr, lambda f: self._oriented(f, fact, first))
        if len(plain.terms) < 2 or length(plain) > LONGEST:
            return plain
        alike = add(*(min(self._ways(Expr((t,)), fact, first), key=key) for t in plain.terms))
        return alike if length(alike) < length(plain) else plain

    def _ways(self, expr: Expr, fact: Fact, first: Letters) -> list[Expr]:
        """The expression with each of these entries, at letters of sums alone, turned or not."""
        found = [expr]
        for place in range(min(MOST, sum(self._is_free(f, fact, first) for f in _outside(expr)))):
            found += [self._exchanged_at(e, place, fact, first) for e in found]
        return found

    def others(self, expr: Expr, first: Letters) -> Iterator[tuple[Fact, Expr]]:
        """The expression with one entry turned that may be."""
        for fact in self._about(expr):
            if fact.kind in PROPERTIES and PROPERTIES[fact.kind].turned:
                for place in range(min(MOST, sum(self._is_free(f, fact, first) for f in _outside(expr)))):
                    yield fact, self._exchanged_at(expr, place, fact, first)

    def _is_free(self, factor: Factor, fact: Fact, first: Letters) -> bool:
        places = self._places(factor, fact)
        return places is not None and all(_rank(factor.slots[n], first) == SUMMED for n in places)  # type: ignore[union-attr]

    def _exchanged_at(self, expr: Expr, place: int, fact: Fact, first: Letters) -> Expr:
        count = iter(range(10**9))

        def change(factor: Factor) -> Expr | None:
            places = self._places(factor, fact)
            if places is None or not self._is_free(factor, fact, first) or next(count) != place:
                return of(factor) if _is_of_matrix(factor) else None
            return of(_exchanged(factor, places))

        return rewrite(expr, change)

    def _oriented(self, factor: Factor, fact: Fact, first: Letters) -> Expr | None:
        places = self._places(factor, fact)
        if places is None:
            return None
        row, column = (factor.slots[n] for n in places)  # type: ignore[union-attr]
        if _rank(row, first) <= _rank(column, first):
            return None
        return of(_exchanged(factor, places))

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


def _tied(factor: Factor, entry: Entry, other: Expr) -> Expr | None:
    """An entry that is another one, at its own place."""
    if not isinstance(factor, Entry) or factor.tensor != entry.tensor or not always_inside(factor):
        return None
    own = [slot.letter for slot in entry.slots]
    if any(x is None for x in own) or len(set(own)) < len(own):
        return other if factor.slots == entry.slots else None
    return substitute(other, {x: at for x, at in zip(own, factor.slots, strict=True) if x is not None})


def _called(expr: Expr, pattern: Expr, other: Expr, letters: Letters) -> Expr:
    """The expression with a product, Σ_k t_k, called what it is, wherever it stands."""
    if len(pattern.terms) != 1:
        return expr
    mark = Tensor("·fact", tuple(x.range for x in letters))
    left = Entry(mark, tuple(x.slot for x in letters))
    met = named(expr, Definitions([Equation(left, pattern)]))

    def opened(factor: Factor) -> Expr | None:
        if not isinstance(factor, Entry) or factor.tensor != mark:
            return None
        return substitute(other, dict(zip(letters, factor.slots, strict=True)))

    return rewrite(rewrite(met, opened), _of_number)


def _of_number(factor: Factor) -> Expr | None:
    """√1, log 1 and powers of 1."""
    if isinstance(factor, Power) and factor.base.number == 1:
        return ONE
    if isinstance(factor, Apply) and not factor.partials and len(factor.args) == 1:
        at = factor.args[0].body.number
        return {("sqrt", 1): ONE, ("sqrt", 0): ZERO, ("log", 1): ZERO, ("abs", 1): ONE}.get((factor.function, at))  # type: ignore[arg-type]
    return None


def _apart_from_matrices(change: Callable[[Factor], Expr | None]) -> Callable[[Factor], Expr | None]:
    """The change, but not inside a function of a whole matrix."""
    return lambda f: of(f) if _is_of_matrix(f) else change(f)


def _is_of_matrix(factor: Factor) -> bool:
    return isinstance(factor, Apply) and factor.function in OF_MATRICES


def _outside(expr: Expr) -> Iterator[Factor]:
    """Every factor of an expression but those inside functions of a whole matrix."""
    for term in expr.terms:
        for factor in term.factors:
            yield factor
            for inner in () if _is_of_matrix(factor) else parts(factor):
                yield from _outside(inner)


def _settled(expr: Expr, facts: Iterable[Fact]) -> Expr:
    """The expression with its conditions decided, |x| = x for x ≥ 0."""
    return rewrite(expr, partial(_decided, Bounds(facts)))


def _needed(expr: Expr, facts: tuple[Fact, ...], text: str) -> tuple[Fact, ...]:
    """The facts without which something else comes out."""
    for fact in facts:
        rest = tuple(f for f in facts if f is not fact)
        if key(_settled(expr, rest)) == text:
            return _needed(expr, rest, text)
    return facts


def _decided(bounds: Bounds, factor: Factor) -> Expr | None:
    """A bracket that the facts decide; a function of scalars whose conditions they do; √x² = x for x ≥ 0."""
    if isinstance(factor, Bracket):
        known = bounds.holds(factor) if isinstance(factor.left, Expr) else None
        return None if known is None else number(int(known))
    if not isinstance(factor, Apply) or factor.function not in TABLE or TABLE[factor.function].axes:
        return None
    if factor.function == "sqrt" and not factor.partials:
        return _root(factor.args[0].body, bounds)
    opened = _opened(factor)
    if opened is None or not any(isinstance(f, Bracket) for f in factors(opened)):
        return None
    done = rewrite(opened, lambda f: _decided(bounds, f) if isinstance(f, Bracket) else None)
    done = add(*(_without_idle(term, bounds) for term in expanded(done).terms))
    return None if any(isinstance(f, Bracket) and isinstance(f.left, Expr) for f in factors(done)) else done


def _without_idle(term: Term, bounds: Bounds) -> Expr:
    """[x > 0] x = x for x ≥ 0: a condition that fails only where what stands beside it is 0."""
    idle = [f for f in term.factors if isinstance(f, Bracket) and _is_idle(f, term, bounds)]
    return product(term.coefficient, term.bound, tuple(f for f in term.factors if f not in idle))


def _is_idle(condition: Bracket, term: Term, bounds: Bounds) -> bool:
    left, right = condition.left, condition.right
    if condition.relation != "<" or not isinstance(left, Expr) or not isinstance(right, Expr):
        return False
    gap = add(right, negative(left))
    beside = [key(of(f)) for f in term.factors if f != condition]
    return key(gap) in beside and bounds.of(gap).within(NOT_NEGATIVE)


def _opened(factor: Apply) -> Expr | None:
    """A function's value, or its slope, in brackets and other functions."""
    if not factor.partials:
        return value(factor)
    written = written_slope(factor, TABLE[factor.function])
    return None if written.factor == factor else rewrite(written, _value_of)


def _value_of(factor: Factor) -> Expr | None:
    if not isinstance(factor, Apply) or factor.function not in TABLE or TABLE[factor.function].axes:
        return None
    return value(factor) if not factor.partials else slope(factor) if slope(factor).factor != factor else None


def _root(inside: Expr, bounds: Bounds) -> Expr | None:
    """√(x² y²) = x y where x, y ≥ 0."""
    if len(inside.terms) != 1 or inside.terms[0].bound or inside.terms[0].coefficient != 1:
        return None
    halves: list[Expr] = []
    for factor in inside.terms[0].factors:
        even = isinstance(factor, Power) and isinstance(factor.exponent, int) and factor.exponent % 2 == 0
        if not even or not isinstance(factor, Power) or not bounds.of(factor.base).within(NOT_NEGATIVE):
            return None
        halves.append(power(factor.base, Fraction(factor.exponent) / 2))  # type: ignore[arg-type]
    return multiply(*halves) if halves else None


def _reduced(fact: Fact, factor: Factor) -> Expr | None:
    """m² = m for m ∈ {0, 1}, s² = 1 for s ∈ {−1, 1}: a power that is c times a lower one for every number of the set."""
    if not isinstance(factor, Power) or not isinstance(factor.exponent, int) or factor.exponent < 2:
        return None
    entry = factor.base.factor
    own = fact.entry
    if own is None or not isinstance(entry, Entry) or entry.tensor != own.tensor:
        return None
    if (fact.whole is None and own.slots != entry.slots) or not fact.members:
        return None
    for lower in range(factor.exponent):
        times = _times(fact.members, factor.exponent, lower)
        if times is not None and (lower or always_inside(entry)):
            return multiply(number(times), power(factor.base, lower))
    return None


def _times(members: Sequence[Fraction], exponent: int, lower: int) -> Fraction | None:
    """The c with mⁿ = c mᵏ for all numbers."""
    ratios = {m ** (exponent - lower) for m in members if m}
    zeros = Fraction(0) in members and lower == 0
    return ratios.pop() if len(ratios) == 1 and not zeros else None


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


def _is_of(factor: Factor, fact: Fact) -> bool:
    return isinstance(factor, Entry) and fact.entry is not None and factor.tensor == fact.entry.tensor


def _seen(fact: Fact, factor: Factor) -> Expr | None:
    """d_ij as d_ii [i = j]."""
    row = PROPERTIES[fact.kind].entry_from
    if row is None or not _is_of(factor, fact):
        return None
    assert isinstance(factor, Entry)
    i, j = (factor.slots[n] for n in fact.square)
    return None if i == j else row(entries_of(factor, fact.square), i, j)


def _above(fact: Fact, factor: Factor) -> Expr | None:
    """An entry that is 0 whatever the letters are: above the diagonal of a lower matrix."""
    if not _is_of(factor, fact):
        return None
    assert isinstance(factor, Entry)
    i, j = (factor.slots[n] for n in fact.square)
    above, below = decided("<", i, j) is True, decided("<", j, i) is True
    zero = {"lower": above, "upper": below, "diagonal": above or below}[fact.kind]
    return ZERO if zero else None


def _matrix(factor: Factor, functions: Iterable[str], fact: Fact) -> tuple[Entry, bool] | None:
    """The entry of the one matrix that a function is of, and whether it is of the transpose."""
    if not isinstance(factor, Apply) or factor.function not in functions or factor.partials:
        return None
    (argument,) = factor.args
    entry = argument.body.factor
    if not isinstance(entry, Entry) or not _is_of(entry, fact):
        return None
    at = tuple(entry.slots[n].letter for n in fact.square)
    if at not in (argument.letters, argument.letters[::-1]):
        return None
    return entry, at != argument.letters


def _inverse(fact: Fact, factor: Factor) -> Expr | None:
    """The inverse of an orthogonal or a diagonal matrix."""
    met = _matrix(factor, ("inv",), fact)
    row = PROPERTIES[fact.kind].inverse
    if met is None or row is None:
        return None
    assert isinstance(factor, Apply)
    i, j = factor.slots if not met[1] else factor.slots[::-1]
    return row(entries_of(met[0], fact.square), i, j)


def _logdet(fact: Fact, factor: Factor) -> Expr | None:
    """log |det L| = Σ_i log |l_ii| of a triangular matrix."""
    met = _matrix(factor, ("logdet",), fact)
    if met is None:
        return None
    i = _letter_of(factor)
    inside = entries_of(met[0], fact.square)(i.slot, i.slot)
    size = of(Apply("abs", (Lambda((), inside),)))
    return summed((i,), of(Apply("log", (Lambda((), size),))))


def _letter_of(factor: Factor) -> Index:
    assert isinstance(factor, Apply)
    return factor.args[0].letters[0].apart()


def _orthogonal(expr: Expr, fact: Fact) -> Expr:
    """Σ_k q_ki q_kj = δ_ij, Σ_k q_ik q_jk = δ_ij, log |det Q| = 0."""
    entry = fact.entry
    assert entry is not None
    axis = fact.letters[-1].range
    for rows in (True, False):
        i, j, k = (Index(name, axis) for name in "ijk")
        at = entries_of(entry, fact.square)
        one, other = (at(k.slot, x.slot) if rows else at(x.slot, k.slot) for x in (i, j))
        labels = tuple(x for x in fact.letters[:-2])
        expr = _called(expr, summed((k,), multiply(one, other)), bracket("=", i.slot, j.slot), (*labels, i, j))
    return rewrite(expr, lambda f: ZERO if _matrix(f, ("logdet",), fact) else None)
