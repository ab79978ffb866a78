"""Common factors taken out, parentheses multiplied out, and signs put as people put them.

y_k g_k − Σ_i g_i y_i y_k  =  y_k (g_k − Σ_i g_i y_i)
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.notation.expression import (
    Bracket,
    Entry,
    Expr,
    Factor,
    Number,
    Power,
    Term,
    is_inverse,
    is_parenthesis,
    of,
    sides,
    whole,
)
from derive.notation.product import add, negative, power, product, spread
from derive.notation.rewrite import length
from derive.notation.walk import apart, letters_of, substitute_factor


def factored(expr: Expr) -> Expr:
    """The expression with its common factors in front, where that is shorter."""
    if len(expr.terms) < 2:
        return expr
    common = _common(expr.terms)
    scale = _common_size(expr.terms)
    if not common and scale == 1:
        return expr
    inside = add(*(Expr((_without(term, common, scale),)) for term in expr.terms))
    common.sort(key=lambda f: not _is_bar(f))
    taken = product(scale, (), (*(f for f in common if not is_inverse(f)), Power(inside), *filter(is_inverse, common)))
    return taken if length(taken) < length(expr) else expr


def _is_bar(factor: Factor) -> bool:
    return isinstance(factor, Entry) and factor.tensor.is_bar


def _common(terms: tuple[Term, ...]) -> list[Factor]:
    """The factors that every term has, to the lowest of their powers, none of whose letters is summed in any term."""
    found: list[Factor] = []
    for base in dict.fromkeys(_powered(f)[0] for f in terms[0].factors):
        exponents = [_exponent(term, base) for term in terms]
        if all(e > 0 for e in exponents) or all(e < 0 for e in exponents):
            found += _raised(base, min(exponents, key=lambda e: max(e, -e)))
    return found


def has_power(term: Term, base: Expr) -> bool:
    """Whether a term has a power of a base outside its sums."""
    return _exponent(term, base) != 0


def _raised(base: Expr, exponent: Number) -> list[Factor]:
    """A power as a factor; none to the exponent 0."""
    raised = power(base, whole(exponent))
    return [raised.factor or Power(raised)] if exponent else []


def _powered(factor: Factor) -> tuple[Expr, Number]:
    """What a factor is a power of, and to which exponent."""
    if isinstance(factor, Power) and not isinstance(factor.exponent, Expr):
        return factor.base, factor.exponent
    return of(factor), 1


def _exponent(term: Term, base: Expr) -> Number:
    """The exponent to which a term has a base outside its sums; 0 if it has not."""
    met = (_powered(f) for f in term.factors if _is_free(f, term))
    return next((exponent for other, exponent in met if other == base), 0)


def _is_free(factor: Factor, term: Term) -> bool:
    return not any(letter in term.bound for letter in letters_of(factor))


def _common_size(terms: tuple[Term, ...]) -> Number:
    """The coefficient that all terms share up to sign."""
    size = max(terms[0].coefficient, -terms[0].coefficient)
    return size if all(term.coefficient in (size, -size) for term in terms) else 1


def _without(term: Term, common: list[Factor], scale: Number) -> Term:
    rest = list(term.factors)
    for factor in common:
        base, exponent = _powered(factor)
        place = next(n for n, f in enumerate(rest) if _powered(f)[0] == base and _is_free(f, term))
        rest[place : place + 1] = _raised(base, _powered(rest[place])[1] - Fraction(exponent))
    coefficient = whole(Fraction(term.coefficient) / scale)
    return Term(coefficient, term.bound, tuple(rest))


def expanded(expr: Expr, which: Callable[[Factor], bool] = is_parenthesis) -> Expr:
    """The expression with its parentheses, or those asked for, multiplied out, outside functions and powers."""
    return add(*(_expanded_term(term, which) for term in expr.terms))


def _expanded_term(term: Term, which: Callable[[Factor], bool]) -> Expr:
    for place, factor in enumerate(term.factors):
        if is_parenthesis(factor) and which(factor):
            return expanded(spread(term, place), which)
    return Expr((term,))


def ties_read(expr: Expr) -> Expr:
    """δ_ki p_ik / p_ii as δ_ki: beside a δ of two letters the one is read as the other, where that is shorter."""
    return add(*(min((Expr((term,)), _tied(term)), key=length) for term in expr.terms))


def _tied(term: Term) -> Expr:
    factors = term.factors
    for place, factor in enumerate(factors):
        between = sides(factor) if isinstance(factor, Bracket) and factor.relation == "=" else None
        one, other = (side.letter for side in between) if between else (None, None)
        if one is not None and other is not None and one.range == other.range:
            rest = (substitute_factor(f, {one: other.slot}) for f in factors[place + 1 :])
            before = (substitute_factor(f, {one: other.slot}) for f in factors[:place])
            factors = (*before, factor, *rest)
    return product(term.coefficient, term.bound, factors)


def multiplied_out(expr: Expr) -> Expr:
    """The expression with its parentheses and the whole powers of its sums multiplied out, outside functions."""
    return add(*(_multiplied_out(term) for term in expr.terms))


def _multiplied_out(term: Term) -> Expr:
    for place, factor in enumerate(term.factors):
        if isinstance(factor, Power) and _is_power_of_sum(factor):
            less = power(factor.base, factor.exponent - 1)  # type: ignore[operator]
            rest = (*term.factors[:place], *term.factors[place + 1 :], Power(less))
            parts = (Power(Expr((part,))) for part in apart(factor.base).terms)
            return multiplied_out(add(*(product(term.coefficient, term.bound, (part, *rest)) for part in parts)))
    return Expr((term,))


def _is_power_of_sum(factor: Power) -> bool:
    several = len(factor.base.terms) > 1 or any(term.bound for term in factor.base.terms)
    return several and isinstance(factor.exponent, int) and factor.exponent > 0


LONGEST = 80
"""Symbols beyond which nothing is multiplied out in the hope that it gets shorter."""


def tidied(expr: Expr) -> Expr:
    """The shorter of the expression as it is and multiplied out, each with its common factors in front.

    Differences are b − a, not −a + b.
    """
    forms = [positive_first(factored(expr))]
    if length(expr) <= LONGEST and any(is_parenthesis(f) for term in expr.terms for f in term.factors):
        forms.append(positive_first(factored(expanded(expr))))
    return min(forms, key=length)


def positive_first(expr: Expr) -> Expr:
    """b − a for −a + b, and c (b − a) for −c (a − b), in parentheses too."""
    terms = tuple(_turned(term) for term in expr.terms)
    if len(terms) > 1 and terms[0].coefficient < 0:
        first = next((n for n, term in enumerate(terms) if term.coefficient > 0), 0)
        terms = (terms[first], *terms[:first], *terms[first + 1 :])
    return Expr(terms)


def _turned(term: Term) -> Term:
    """The term with its differences turned, so that a minus in front is used up, and −c (a + b) for c (−a − b)."""
    coefficient, factors = term.coefficient, list(term.factors)
    for place, factor in enumerate(factors):
        if is_parenthesis(factor):
            base = factor.base
            if (coefficient < 0 and _is_difference(base)) or all(term.coefficient < 0 for term in base.terms):
                coefficient, base = -coefficient, negative(base)
            factors[place] = Power(positive_first(base))
    return Term(coefficient, term.bound, tuple(factors))


def _is_difference(expr: Expr) -> bool:
    """a − b, neither of them a mere number."""
    if len(expr.terms) != 2 or not all(term.factors for term in expr.terms):
        return False
    return expr.terms[0].coefficient * expr.terms[1].coefficient < 0
