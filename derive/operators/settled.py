"""What intervals and sets decide: conditions, |x| = x for x ≥ 0, m² = m for m ∈ {0, 1}."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import partial

from derive.notation.bounds import always_inside
from derive.notation.canonical import key
from derive.notation.common import expanded
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Power, Term, number, of
from derive.notation.fact import Fact
from derive.notation.interval import NOT_NEGATIVE
from derive.notation.product import add, multiply, negative, power, product
from derive.notation.rewrite import rewrite
from derive.notation.walk import factors
from derive.operators.bounds import Bounds
from derive.operators.functions import TABLE
from derive.operators.slopes import slope, value, written_slope


def settled(expr: Expr, facts: Iterable[Fact]) -> Expr:
    """The expression with its conditions decided, |x| = x for x ≥ 0."""
    return rewrite(expr, partial(_decided, Bounds(facts)))


def needed(expr: Expr, facts: tuple[Fact, ...], text: str) -> tuple[Fact, ...]:
    """The facts without which something else comes out."""
    for fact in facts:
        rest = tuple(f for f in facts if f is not fact)
        if key(settled(expr, rest)) == text:
            return needed(expr, rest, text)
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


def reduced(fact: Fact, factor: Factor) -> Expr | None:
    """m² = m for m ∈ {0, 1}, s² = 1 for s ∈ {−1, 1}: a power that is c times a lower one for all numbers of the set."""
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
