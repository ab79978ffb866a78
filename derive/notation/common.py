"""Common factors taken out, parentheses multiplied out, and signs put as people put them.

y_k g_k − Σ_i g_i y_i y_k  =  y_k (g_k − Σ_i g_i y_i)
"""

from __future__ import annotations

from fractions import Fraction

from derive.notation.expression import Entry, Expr, Factor, Number, Power, Term, is_inverse, is_parenthesis, whole
from derive.notation.product import add, negative, product, spread
from derive.notation.rewrite import length
from derive.notation.walk import letters_of


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
    """The factors that every term has, none of whose letters is summed in any of them."""
    first = [f for f in terms[0].factors if _is_free(f, terms[0])]
    return [f for f in first if all(f in t.factors and _is_free(f, t) for t in terms[1:])]


def _is_free(factor: Factor, term: Term) -> bool:
    return not any(letter in term.bound for letter in letters_of(factor))


def _common_size(terms: tuple[Term, ...]) -> Number:
    """The coefficient that all terms share up to sign."""
    size = max(terms[0].coefficient, -terms[0].coefficient)
    return size if all(term.coefficient in (size, -size) for term in terms) else 1


def _without(term: Term, common: list[Factor], scale: Number) -> Term:
    rest = list(term.factors)
    for factor in common:
        rest.remove(factor)
    coefficient = whole(Fraction(term.coefficient) / scale)
    return Term(coefficient, term.bound, tuple(rest))


def expanded(expr: Expr) -> Expr:
    """The expression with its parentheses multiplied out, outside functions and powers."""
    return add(*(_expanded_term(term) for term in expr.terms))


def _expanded_term(term: Term) -> Expr:
    for place, factor in enumerate(term.factors):
        if is_parenthesis(factor):
            return expanded(spread(term, place))
    return Expr((term,))


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
    """The term with its differences turned, so that a minus in front is used up."""
    coefficient, factors = term.coefficient, list(term.factors)
    for place, factor in enumerate(factors):
        if is_parenthesis(factor):
            base = factor.base
            if coefficient < 0 and _is_difference(base):
                coefficient, base = -coefficient, negative(base)
            factors[place] = Power(positive_first(base))
    return Term(coefficient, term.bound, tuple(factors))


def _is_difference(expr: Expr) -> bool:
    """a − b, neither of them a mere number."""
    if len(expr.terms) != 2 or not all(term.factors for term in expr.terms):
        return False
    return expr.terms[0].coefficient * expr.terms[1].coefficient < 0
