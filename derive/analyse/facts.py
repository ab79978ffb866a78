"""Facts about a network's quantities, as a file states them: `h3*w2 + u1 == -1`, `0 <= x[1] < 2`, `z < 0`.

A fact bounds a sum of terms: Σ c_k · term_k lies in an interval. Facts and questions meet in one normal form, in which
the first coefficient is 1 and there is no constant: so 2u + 2v is known where u + v is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from derive.analyse import Asked
from derive.declare.elaborate import value
from derive.declare.formula import expression
from derive.declare.marks import python_passage
from derive.declare.network import Network
from derive.declare.scope import Bound, Context, Fault, Scope
from derive.errors import DeriveError, Place, Problem
from derive.notation.bounds import surely_inside
from derive.notation.canonical import term_key
from derive.notation.expression import Expr, Term
from derive.notation.index import Index, Slot
from derive.notation.interval import ANY, Interval, point
from derive.notation.layout import Array, Misfit, aligned
from derive.notation.product import add, negative
from derive.notation.walk import entries, free_letters, substitute

SIGNS: Mapping[str, Interval] = MappingProxyType(
    {
        "==": point(0),
        "<": Interval(-math.inf, Fraction(0), True, True),
        "<=": Interval(-math.inf, Fraction(0), True, False),
        ">": Interval(Fraction(0), math.inf, True, True),
        ">=": Interval(Fraction(0), math.inf, False, True),
    }
)
"""What left − right is, for each relation."""


@dataclass(frozen=True, slots=True)
class Normal:
    """scale · (Σ of `shares`) + constant; the shares' first coefficient is 1, in the order of their keys."""

    shares: tuple[tuple[str, Fraction], ...]
    scale: Fraction
    constant: Fraction


def normal(expr: Expr) -> Normal:
    """A sum of terms in normal form."""
    shares: dict[str, Fraction] = {}
    constant = Fraction(0)
    for term in expr.terms:
        if not term.factors and not term.bound:
            constant += term.coefficient
        else:
            name = term_key(Term(1, term.bound, term.factors))
            shares[name] = shares.get(name, Fraction(0)) + term.coefficient
    named = sorted((name, share) for name, share in shares.items() if share)
    scale = named[0][1] if named else Fraction(1)
    return Normal(tuple((name, share / scale) for name, share in named), scale, constant)


@dataclass(frozen=True, slots=True)
class Fact:
    """`expr` lies in `within`, at all positions of its free letters, or, where it is fixed, at these letters alone.

    text: as it was written.
    """

    text: str
    expr: Expr
    within: Interval
    place: Place | None = None
    fixed: bool = False

    def of(self, asked: Normal, expr: Expr) -> Interval:
        """What the fact says of an expression."""
        found = ANY
        for own in self._instances(expr):
            met = normal(own)
            if met.shares == asked.shares and met.shares:
                ratio = asked.scale / met.scale
                shifted = self.within.plus(point(-met.constant)).times(point(ratio))
                found = found.meet(shifted.plus(point(asked.constant)))
        return found

    def _instances(self, expr: Expr) -> Iterator[Expr]:
        """The fact at the positions at which the expression reads what the fact speaks of."""
        letters = tuple(free_letters(self.expr))
        if self.fixed or not letters:
            yield self.expr
            return
        for mapping in _matches(self.expr, expr, letters):
            yield substitute(self.expr, mapping)


def _matches(fact: Expr, expr: Expr, letters: tuple[Index, ...]) -> Iterator[dict[Index, Slot]]:
    """Positions for a fact's letters, each read off an entry of the expression, within the letters' ranges."""
    read = tuple(entries(expr))
    for own in entries(fact):
        if not set(letters) <= {x for slot in own.slots for x in slot.letters()}:
            continue
        for other in read:
            if other.tensor == own.tensor:
                found = {a.letter: b for a, b in zip(own.slots, other.slots, strict=True) if a.letter is not None}
                mapping = {x: found[x] for x in letters if x in found}
                if len(mapping) == len(letters) and all(surely_inside(s, x.range) for x, s in mapping.items()):
                    yield mapping


def facts(asked: Asked, settings: Any, network: Network) -> tuple[Fact, ...]:
    """The facts of a question's settings. Raises DeriveError."""
    texts = [settings] if isinstance(settings, str) else settings
    if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
        raise DeriveError(Problem(asked.place("facts"), "facts: a list of conditions is expected", 'facts: ["x > 0"]'))
    return tuple(fact for n, text in enumerate(texts) for fact in read(text, network, asked.place("facts", n)))


def read(text: str, network: Network, place: Place | None = None) -> Iterator[Fact]:
    """The facts that one condition states: one for each of its relations."""
    statement, problem = expression(python_passage("fact", f"[{text}]"))
    asked = statement.root.parts[0] if statement is not None else None
    if statement is None or asked is None or asked.kind != "bracket" or len(statement.root.parts) > 1:
        what = problem.what if problem else "this is no condition"
        raise DeriveError(Problem(place, f"`{text}`: {what}", "write a condition such as `z[1] == -1` or `0 <= x < 2`"))
    context = Context(network.sizes, network.letters, network.functions, tensors=dict(network.tensors))
    bound = {name: Bound(Index(name, limits), None) for name, limits in network.letters.items()}
    scope = Scope(context, statement, MappingProxyType(bound))
    parts = asked.parts[0].parts
    try:
        sides = [value(scope, part) for part in parts[::2]]
        for left, sign, right in zip(sides, parts[1::2], sides[1:], strict=False):
            yield Fact(text, _difference(left, right), _within(scope.word(sign), text, place), place)
    except (Fault, Misfit) as fault:
        raise DeriveError(Problem(place, f"`{text}`: {fault.what}", fault.mend)) from None


def _difference(left: Array, right: Array) -> Expr:
    _, (a, b) = aligned(left, right)
    return add(a, negative(b))


def _within(sign: str, text: str, place: Place | None) -> Interval:
    if sign not in SIGNS:
        raise DeriveError(Problem(place, f"`{text}`: a fact with {sign} bounds nothing", "use ==, <, <=, > or >="))
    return SIGNS[sign]


def said(facts_: Sequence[Fact], expr: Expr) -> Interval:
    """What the facts say of an expression together."""
    asked, found = normal(expr), ANY
    for fact in facts_:
        found = found.meet(fact.of(asked, expr))
    return found


def positions_of(facts_: Sequence[Fact]) -> tuple[int, ...]:
    """The numbers that stand as positions in the facts."""
    slots = [slot for fact in facts_ for entry in entries(fact.expr) for slot in entry.slots]
    return tuple(sorted({slot.constant for slot in slots if slot.is_number}))
