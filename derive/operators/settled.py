"""What intervals and sets decide: conditions, |x| = x for x ≥ 0, e^{log g} = g for g > 0, m² = m for m ∈ {0, 1}."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from types import MappingProxyType

from derive.notation.bounds import always_inside
from derive.notation.canonical import key
from derive.notation.common import expanded
from derive.notation.expression import ONE, Apply, Bracket, Entry, Expr, Factor, Lambda, Power, Term, number, of
from derive.notation.fact import Fact
from derive.notation.interval import NEGATIVE, NOT_NEGATIVE, NOT_POSITIVE, POSITIVE, Interval
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
    if factor.function in OF_SCALARS and not factor.partials:
        found = OF_SCALARS[factor.function](factor.args[0].body, bounds)
        if found is not None or factor.function in ("sqrt", "exp"):
            return found
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
    """√(x² y²) = x y where x, y ≥ 0; −x for x where x ≤ 0."""
    size = _square_root(inside)
    if size is None or not inside.terms[0].factors:
        return None
    halves: list[Expr] = [number(size)]
    for factor in inside.terms[0].factors:
        even = isinstance(factor, Power) and isinstance(factor.exponent, int) and factor.exponent % 2 == 0
        if not even or not isinstance(factor, Power):
            return None
        within = bounds.of(factor.base)
        if not within.within(NOT_NEGATIVE) and not within.within(NOT_POSITIVE):
            return None
        base = factor.base if within.within(NOT_NEGATIVE) else negative(factor.base)
        halves.append(power(base, Fraction(factor.exponent) / 2))  # type: ignore[arg-type]
    return multiply(*halves)


def _square_root(inside: Expr) -> Fraction | None:
    """The root of the number in front of a single product, where it is a fraction."""
    if len(inside.terms) != 1 or inside.terms[0].bound or inside.terms[0].coefficient <= 0:
        return None
    whole = Fraction(inside.terms[0].coefficient)
    root = Fraction(math.isqrt(whole.numerator), math.isqrt(whole.denominator))
    return root if root * root == whole else None


def _exponential(inside: Expr, bounds: Bounds) -> Expr | None:
    """e^{s + n log g} = gⁿ eˢ where g > 0, n whole."""
    found: list[Expr] = []
    rest: list[Term] = []
    for term in inside.terms:
        only = term.factors[0] if len(term.factors) == 1 and not term.bound else None
        log = isinstance(only, Apply) and only.function == "log" and not only.partials
        if log and isinstance(term.coefficient, int) and bounds.of(only.args[0].body).within(POSITIVE):  # type: ignore[union-attr]
            found.append(power(only.args[0].body, term.coefficient))  # type: ignore[union-attr]
        else:
            rest.append(term)
    if not found:
        return None
    return multiply(*found, *([of(Apply("exp", (Lambda((), Expr(tuple(rest))),)))] if rest else []))


def _size(inside: Expr, bounds: Bounds) -> Expr | None:
    """|x g| = g |x| where g ≥ 0, −g |x| where g ≤ 0."""
    return _apart(inside, "abs", lambda f: _signed(of(f), bounds.of(of(f)), NOT_NEGATIVE, NOT_POSITIVE), abs)


def _sign(inside: Expr, bounds: Bounds) -> Expr | None:
    """sign(x g) = sign(x) where g > 0, −sign(x) where g < 0."""

    def change(factor: Factor) -> Expr | None:
        return _signed(ONE, bounds.of(of(factor)), POSITIVE, NEGATIVE)

    return _apart(inside, "sign", change, lambda n: (n > 0) - (n < 0))


def _signed(expr: Expr, within: Interval, above: Interval, below: Interval) -> Expr | None:
    return expr if within.within(above) else negative(expr) if within.within(below) else None


def _apart(
    inside: Expr,
    function: str,
    change: Callable[[Factor], Expr | None],
    of_number: Callable[[Fraction], Fraction | int],
) -> Expr | None:
    """f(c x g) = f(c) h(g) f(x), for the factors g of a product that the change knows."""
    if len(inside.terms) != 1 or inside.terms[0].bound:
        return None
    term = inside.terms[0]
    met = [(f, change(f)) for f in term.factors]
    if all(known is None for _, known in met):
        return None
    rest = product(1, (), tuple(f for f, known in met if known is None))
    called = [of(Apply(function, (Lambda((), rest),)))] if rest != ONE else []
    return multiply(number(of_number(Fraction(term.coefficient))), *(k for _, k in met if k is not None), *called)


OF_SCALARS: Mapping[str, Callable[[Expr, Bounds], Expr | None]] = MappingProxyType(
    {"sqrt": _root, "exp": _exponential, "abs": _size, "sign": _sign}
)
"""What signs make of a function of one number."""


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
