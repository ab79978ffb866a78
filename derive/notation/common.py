"""Common factors taken out, parentheses multiplied out, and signs put as people put them.

y_k g_k − Σ_i g_i y_i y_k  =  y_k (g_k − Σ_i g_i y_i)
"""

from __future__ import annotations

from fractions import Fraction

from derive.notation.expression import Expr, Factor, Number, Power, Term, is_inverse, is_parenthesis, whole
from derive.notation.product import add, product, spread
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
    taken = product(scale, (), (*(f for f in common if not is_inverse(f)), Power(inside), *filter(is_inverse, common)))
    return taken if length(taken) < length(expr) else expr


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


def positive_first(expr: Expr) -> Expr:
    """b − a for −a + b."""
    terms = expr.terms
    if len(terms) > 1 and terms[0].coefficient < 0:
        for n, term in enumerate(terms):
            if term.coefficient > 0:
                return Expr((term, *terms[:n], *terms[n + 1 :]))
    return expr
