"""Operations of an index form: what loops over its letters do when each value that is met is worked out once.

- A sum or a function inside a product is worked out once for each position of its own letters.
- Factors that do not read a summed letter are multiplied outside its Σ; of several sums the cheapest order is taken.
- A condition [i = j] picks positions and a sign − is free; any other coefficient is one multiplication.
- A division counts as a multiplication; an integer power p as p − 1; a function's value as one evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from derive.analyse.cost.polynomials import LARGE, ZERO, at, text
from derive.analyse.cost.polynomials import product as multiplied
from derive.notation.canonical import key
from derive.notation.expression import Apply, Bracket, Expr, Factor, Lambda, Power, Term, is_inverse, is_parenthesis
from derive.notation.index import Index, Range, Slot
from derive.notation.walk import free_letters, letters_of

RULE = (
    "Each equation's index form is evaluated by loops, each value in it once: factors that a Σ does not need stand "
    "outside it, several Σ in their cheapest order. Divisions count as multiplications, an integer power p as p − 1, "
    "a function's value as one evaluation. Conditions such as [i = j] pick positions; they and a sign − cost nothing. "
    "Values are not shared between equations; a Σ under a mask, or one that reads 0 outside an axis, counts all of its "
    "positions."
)


@dataclass(frozen=True, slots=True)
class Operations:
    """Polynomials in the sizes."""

    multiplications: Slot = ZERO
    additions: Slot = ZERO
    evaluations: Slot = ZERO

    def __add__(self, other: Operations) -> Operations:
        return Operations(
            self.multiplications + other.multiplications,
            self.additions + other.additions,
            self.evaluations + other.evaluations,
        )


NONE = Operations()
Letters: TypeAlias = "frozenset[Index]"


def added(parts: Iterable[Operations]) -> Operations:
    found = NONE
    for part in parts:
        found = found + part
    return found


def operations(right: Expr, letters: Iterable[Index]) -> Operations:
    """Of an equation: its right side for each position of its letters."""
    return _Counter({}).whole(right, frozenset(letters))


def positions(letters: Iterable[Index], fixed: Iterable[Index] = ()) -> Slot:
    """How many positions letters have together, those that others fix aside."""
    left = [letter for letter in letters if letter not in set(fixed)]
    return multiplied(_extent(letter.range) for letter in sorted(left, key=lambda x: (x.name, id(x))))


def _extent(axis: Range) -> Slot:
    """A range's size; a letter in its ends is taken at its own last position."""
    size = axis.size
    for _ in range(8):
        inner = list(size.letters())
        if not inner:
            break
        size = size.substitute({letter: letter.range.hi for letter in inner})
    return size


@dataclass(slots=True)
class _Counter:
    """met: what was worked out already in this equation."""

    met: dict[str, None]

    def whole(self, expr: Expr, letters: Letters) -> Operations:
        """The terms, and their sum at each position."""
        terms = added(self.term(term, letters) for term in expr.terms)
        more = len(expr.terms) - 1
        return terms + Operations(additions=positions(letters) * more) if more > 0 else terms

    def term(self, term: Term, letters: Letters) -> Operations:
        """The factors, each once, and their product summed."""
        inner = added(self.factor(factor) for factor in term.factors)
        brackets = [f for f in term.factors if isinstance(f, Bracket)]
        rest = [f for f in term.factors if not isinstance(f, Bracket)]
        conditions = frozenset(x for f in brackets for x in letters_of(f))
        fixed = _fixed(brackets, frozenset(term.bound))
        operands = [frozenset(letters_of(f)) & (letters | set(term.bound)) for f in rest]
        bound = frozenset(term.bound)
        done = _contracted(operands, _Sums(bound, fixed, conditions))
        divided = _divisions([is_inverse(f) for f in rest], operands, bound)
        scaled = abs(term.coefficient) != 1 and bool(rest) and (bool(bound) or not all(map(is_inverse, rest)))
        outside = Operations(positions(letters & _joined(operands))) if scaled else NONE
        return inner + done + divided + outside

    def factor(self, factor: Factor) -> Operations:
        """What is inside a factor, once for each position of its own letters."""
        if isinstance(factor, (Power, Apply)):
            letters = frozenset(letters_of(factor))
            name = key(Expr((Term(1, (), (factor,)),)), {x: f"{x.name}{id(x)}" for x in letters})
            if name in self.met:
                return NONE
            self.met[name] = None
            return self.power(factor, letters) if isinstance(factor, Power) else self.function(factor, letters)
        if isinstance(factor, Bracket):
            sides = [side for side in (factor.left, factor.right) if isinstance(side, Expr)]
            return added(self.whole(side, frozenset(free_letters(side))) for side in sides)
        return NONE

    def power(self, factor: Power, letters: Letters) -> Operations:
        inner = self.whole(factor.base, frozenset(free_letters(factor.base)))
        if is_parenthesis(factor):
            return inner
        if isinstance(factor.exponent, int):
            return inner + Operations(positions(letters) * (abs(factor.exponent) - 1))
        own = factor.exponent
        exponent = self.whole(own, frozenset(free_letters(own))) if isinstance(own, Expr) else NONE
        return inner + exponent + Operations(evaluations=positions(letters))

    def function(self, factor: Apply, letters: Letters) -> Operations:
        inner = added(self.argument(argument) for argument in factor.args)
        return inner + Operations(evaluations=positions(letters))

    def argument(self, argument: Lambda) -> Operations:
        return self.whole(argument.body, frozenset(free_letters(argument.body)))


def _joined(operands: Iterable[Letters]) -> Letters:
    return frozenset(x for operand in operands for x in operand)


def _divisions(inverse: list[bool], operands: list[Letters], bound: Letters) -> Operations:
    """The 1/x that are worked out alone: where nothing is divided, or where they are summed before they meet it."""
    found = NONE
    for n, operand in enumerate(operands):
        others = _joined(o for m, o in enumerate(operands) if m != n)
        first = n == 0 and all(inverse)
        if inverse[n] and (first or (operand & bound) - others):
            found = found + Operations(positions(operand))
    return found


def _fixed(brackets: Iterable[Bracket], bound: Letters) -> Letters:
    """Summed letters that a condition [letter = …] fixes: their Σ has one position."""
    found: set[Index] = set()
    for bracket in brackets:
        sides = (bracket.left, bracket.right)
        if bracket.relation == "=" and all(isinstance(side, Slot) for side in sides):
            lone = [s.letter for s in sides if isinstance(s, Slot) and s.letter is not None]
            met = [x for x in lone if x not in found]
            met.sort(key=lambda x: x not in bound)
            found.update(met[:1])
    return frozenset(found)


State: TypeAlias = "tuple[Letters, ...]"
SEARCHED = 6
"""Factors of a product whose orders are all tried."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """The summed letters, those that conditions fix, and all that conditions read."""

    bound: Letters
    fixed: Letters
    tied: Letters


def _contracted(operands: list[Letters], sums: _Sums) -> Operations:
    """The product of operands summed over bound letters, two at a time, in the cheapest order.

    A summed letter is added up as soon as nothing else reads it; letters in conditions are summed last.
    """
    if not operands:
        return NONE
    return _search(tuple(operands), sums, {})


def _search(state: State, sums: _Sums, known: dict[State, Operations]) -> Operations:
    if state in known:
        return known[state]
    summed, left = _summed(state, sums)
    if len(state) == 1:
        return summed
    pairs = combinations(range(len(state)), 2) if len(state) <= SEARCHED else [(0, 1)]
    best = min((_joining(left, pair, sums, known) for pair in pairs), key=_rank)
    known[state] = summed + best
    return known[state]


def _summed(state: State, sums: _Sums) -> tuple[Operations, State]:
    """The Σ over each letter that only one operand reads, and what that leaves."""
    cost, left = NONE, []
    for n, operand in enumerate(state):
        others = _joined(o for m, o in enumerate(state) if m != n)
        alone = {x for x in operand & sums.bound if x not in others and (x not in sums.tied or len(state) == 1)}
        cost = cost + _sum(operand, frozenset(alone), sums.fixed)
        left.append(operand - alone)
    return cost, tuple(left)


def _joining(left: State, pair: tuple[int, int], sums: _Sums, known: dict[State, Operations]) -> Operations:
    """Two operands multiplied, and the cheapest way on from there."""
    joined = left[pair[0]] | left[pair[1]]
    rest = (joined, *(o for n, o in enumerate(left) if n not in pair))
    return Operations(positions(joined, sums.fixed)) + _search(rest, sums, known)


def _rank(found: Operations) -> tuple[object, ...]:
    return at(found.multiplications, {}, LARGE), at(found.additions, {}, LARGE), text(found.multiplications)


def _sum(operand: Letters, over: Letters, fixed: Letters) -> Operations:
    """Σ over letters: one addition less than positions, for each position of the others."""
    if not over:
        return NONE
    return Operations(additions=positions(operand, fixed) - positions(operand - over, fixed))


def size_of(axes: Iterable[Range]) -> Slot:
    """How many numbers an array holds."""
    return multiplied(axis.size for axis in axes)
