"""Sums and products that tidy themselves: like terms collected, δ's contracted, powers merged.

There is no simplifier pass afterwards: whatever is built here is as short as these rules make it.

    Σ_i a_i [i = j]   = a_j                 the range of i is kept as a bracket unless a_j is zero outside it
    a_k [k = t]       = a_t [k = t]
    x · x             = x²,  ½·2(y − s) = y − s,  −(a − b) = b − a
    Σ_i a_i ([i = k] − p_k) = a_k − Σ_i a_i p_k
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.notation.bounds import always_inside, decided, surely_nonnegative
from derive.notation.canonical import factor_key, key, term_key
from derive.notation.contraction import contracted, solution
from derive.notation.expression import (
    ONE,
    ZERO,
    Apply,
    Bracket,
    Entry,
    Expr,
    Factor,
    Number,
    Power,
    Relation,
    Term,
    is_parenthesis,
    number,
    of,
    whole,
)
from derive.notation.index import Index, Slot
from derive.notation.walk import apart, letters_of


def add(*summands: Expr) -> Expr:
    """The sum, like terms collected at the place of the first."""
    terms = [term for expr in summands for term in expr.terms]
    if len(terms) < 2:
        return Expr(tuple(terms))
    totals: dict[str, Term] = {}
    for term in terms:
        name = term_key(term)
        met = totals.get(name)
        totals[name] = Term(whole(met.coefficient + term.coefficient), met.bound, met.factors) if met else term
    return Expr(tuple(term for term in totals.values() if term.coefficient))


def multiply(*operands: Expr) -> Expr:
    """The product, its factors in the order of the operands; a sum of several terms stays a parenthesis."""
    return product(1, (), tuple(Power(operand, 1) for operand in operands))


def scale(coefficient: Number, expr: Expr) -> Expr:
    """coefficient · expr, term by term."""
    return (
        Expr(tuple(Term(whole(coefficient * t.coefficient), t.bound, t.factors) for t in expr.terms))
        if coefficient
        else ZERO
    )


def negative(expr: Expr) -> Expr:
    return scale(-1, expr)


def summed(letters: Iterable[Index], expr: Expr) -> Expr:
    """Σ over letters of an expression; a sum of several terms stays whole under one Σ."""
    return product(1, tuple(letters), (Power(expr, 1),))


def power(base: Expr, exponent: Number | Expr) -> Expr:
    """base to the exponent, where (ab)ⁿ = aⁿbⁿ, (xᵃ)ⁿ = xᵃⁿ for whole n, and √x² = x."""
    if isinstance(exponent, Expr):
        if exponent.number is None:
            return Expr((Term(1, (), (Power(base, exponent),)),))
        exponent = exponent.number
    if exponent == 0:
        return ONE
    if exponent == 1 or (not base.terms and exponent > 0):
        return base
    return _power_of_term(base, exponent) if len(base.terms) == 1 else _powered(base, exponent)


def _powered(base: Expr, exponent: Number) -> Expr:
    return Expr((Term(1, (), (Power(base, exponent),)),))


def _power_of_term(base: Expr, exponent: Number) -> Expr:
    term = base.terms[0]
    if Fraction(exponent).denominator != 1 or term.bound:
        return _powered(base, exponent)
    if len(term.factors) == 1 and term.coefficient == 1:
        return _power_of_factor(term.factors[0], int(exponent))
    coefficient = Fraction(term.coefficient) ** int(exponent)
    return product(coefficient, (), tuple(Power(of(f), exponent) for f in term.factors))


def _power_of_factor(factor: Factor, exponent: int) -> Expr:
    if isinstance(factor, Power) and not isinstance(factor.exponent, Expr):
        return power(factor.base, factor.exponent * exponent)
    if isinstance(factor, Apply) and _is_root(factor) and exponent % 2 == 0:
        return power(factor.args[0].body, exponent // 2)
    if isinstance(factor, Bracket) and exponent > 0:
        return of(factor)
    return _powered(of(factor), exponent)


def bracket(relation: Relation, left: Slot | Expr, right: Slot | Expr) -> Expr:
    """[left relation right]: 1 or 0 where the ranges of the letters already decide it."""
    known = decided(relation, left, right) if isinstance(left, Slot) and isinstance(right, Slot) else None
    return number(int(known)) if known is not None else of(Bracket(relation, left, right))


def product(coefficient: Number, bound: tuple[Index, ...], factors: tuple[Factor, ...]) -> Expr:
    """coefficient · Σ_bound Π factors, contracted."""
    coefficient, bound, flat = _flattened(coefficient, bound, factors)
    done = contracted(bound, flat) if coefficient else None
    if done is None:
        return ZERO
    bound, flat = done
    place = _delta_inside(bound, flat)
    if place is None:
        merged = _merged(flat)
        if any(_is_one_term(factor) for factor in merged):  # √(Σ x) √(Σ x): what was inside is multiplied in
            return product(coefficient, bound, tuple(merged))
        return _finished(whole(coefficient), bound, merged)
    return spread(Term(coefficient, bound, tuple(flat)), place)


def spread(term: Term, place: int) -> Expr:
    """The product with the parenthesis at that place multiplied out."""
    factor = term.factors[place]
    assert isinstance(factor, Power)
    before, after = term.factors[:place], term.factors[place + 1 :]
    inner = [(t.coefficient, Power(Expr((Term(1, t.bound, t.factors),)))) for t in apart(factor.base).terms]
    return add(*(product(term.coefficient * c, term.bound, (*before, part, *after)) for c, part in inner))


def _finished(coefficient: Number, bound: tuple[Index, ...], factors: list[Factor]) -> Expr:
    """A lone parenthesis gives up its brackets, also after a minus; a letter that nothing reads counts its range."""
    if len(factors) == 1 and not bound and is_parenthesis(factors[0]) and coefficient in (1, -1):
        return scale(coefficient, factors[0].base)
    used = {letter for factor in factors for letter in letters_of(factor)}
    for letter in bound:
        if letter not in used and surely_nonnegative(letter.range.size):
            rest = tuple(x for x in bound if x is not letter)
            return product(coefficient, rest, (*factors, letter.range.size))
    return Expr((Term(coefficient, bound, tuple(factors)),))


def _flattened(
    coefficient: Number, bound: tuple[Index, ...], factors: tuple[Factor, ...]
) -> tuple[Number, tuple[Index, ...], list[Factor]]:
    """Parentheses of one term opened, numbers gathered, bound letters kept apart."""
    flat: list[Factor] = []
    letters = list(bound)
    waiting = list(reversed(factors))
    while waiting:
        factor = waiting.pop()
        if isinstance(factor, Slot) and factor.is_number:
            coefficient = coefficient * factor.constant
        elif isinstance(factor, Power):
            opened = power(factor.base, factor.exponent)
            if len(opened.terms) != 1:
                if not opened.terms:
                    return 0, (), []
                flat.append(Power(opened, 1))
                continue
            if opened.terms[0].bound and len(factors) > 1:
                opened = apart(opened)  # another factor may have the same sum inside, as in [Σ x > 0] Σ x
            term = opened.terms[0]
            coefficient = coefficient * term.coefficient
            letters.extend(term.bound)
            if len(term.factors) == 1 and isinstance(term.factors[0], Power):
                flat.append(term.factors[0])
            else:
                waiting.extend(reversed(term.factors))
        else:
            flat.append(factor)
    return coefficient, tuple(letters), flat


def _delta_inside(bound: tuple[Index, ...], factors: list[Factor]) -> int | None:
    """The place of a parenthesis one of whose terms fixes a bound letter by a δ, or None."""
    for place, factor in enumerate(factors):
        if is_parenthesis(factor) and any(solution(f, bound) for term in factor.base.terms for f in term.factors):
            return place
    return None


Bases = dict[str, tuple[Factor | Expr, Number, list[Factor]]]
"""A base's canonical key -> the base, its exponent in all, the factors that it stands in."""


def _merged(factors: list[Factor]) -> list[Factor]:
    """Equal bases merged into one power, at the place of the first; x √x is (√x)³."""
    if len(factors) < 2:
        return factors
    totals: Bases = {}
    for factor in factors:
        base, exponent = _base(factor)
        name = key(base) if isinstance(base, Expr) else factor_key(base, {})
        met = totals.get(name)
        totals[name] = (met[0], met[1] + exponent, [*met[2], factor]) if met else (base, exponent, [factor])
    _join_roots(totals)
    if len(totals) == len(factors):
        return factors
    return [f for base, exponent, met in totals.values() for f in _as_power(base, exponent, met)]


def _join_roots(totals: Bases) -> None:
    """√x takes up the powers of x beside it."""
    roots = [(name, base) for name, (base, _, _) in totals.items() if isinstance(base, Apply) and _is_root(base)]
    for name, root in roots:
        _, exponent, met = totals[name]
        inside = root.args[0].body
        only = inside.factor
        other = totals.pop(factor_key(only, {}) if only is not None else key(inside), None)
        if other is not None:
            totals[name] = root, exponent + 2 * other[1], [*met, *other[2]]


def _is_root(apply: Apply) -> bool:
    return apply.function == "sqrt" and not apply.partials


def _base(factor: Factor) -> tuple[Factor | Expr, Number]:
    if isinstance(factor, Power) and not isinstance(factor.exponent, Expr):
        inner = factor.base.factor
        return (inner if inner is not None else factor.base), factor.exponent
    return factor, 1


def _as_power(base: Factor | Expr, exponent: Number, met: list[Factor]) -> list[Factor]:
    if len(met) == 1:
        return met
    if isinstance(base, Bracket):
        return [base]
    if exponent <= 0 and isinstance(base, Entry) and not always_inside(base):
        return met
    powered = power(base if isinstance(base, Expr) else of(base), exponent)
    plain = len(powered.terms) == 1 and powered.terms[0].coefficient == 1 and not powered.terms[0].bound
    return list(powered.terms[0].factors) if plain else [Power(apart(powered), 1)]


def _is_one_term(factor: Factor) -> bool:
    return is_parenthesis(factor) and len(factor.base.terms) == 1


def inverse(expr: Expr) -> Expr:
    return power(expr, -1)
