"""Factors replaced throughout an expression, which is contracted again on the way up; and the measure of its length."""

from __future__ import annotations

from collections.abc import Callable

from derive.notation.expression import Apply, Bracket, Expr, Factor, Lambda, Power, Term, of
from derive.notation.product import add, bracket, power, product
from derive.notation.walk import apart

Change = Callable[[Factor], Expr | None]


def rewrite(expr: Expr, change: Change) -> Expr:
    """The expression with each factor f for which change(f) is not None replaced by it, outermost first."""
    return add(
        *(product(t.coefficient, t.bound, tuple(Power(_rewritten(f, change)) for f in t.factors)) for t in expr.terms)
    )


def _rewritten(factor: Factor, change: Change) -> Expr:
    changed = change(factor)
    if changed is not None:
        return apart(changed)
    if isinstance(factor, Power):
        exponent = factor.exponent
        return power(
            rewrite(factor.base, change), rewrite(exponent, change) if isinstance(exponent, Expr) else exponent
        )
    if isinstance(factor, Apply):
        arguments = tuple(Lambda(a.letters, rewrite(a.body, change)) for a in factor.args)
        return of(Apply(factor.function, arguments, factor.slots, factor.partials))
    if isinstance(factor, Bracket) and isinstance(factor.left, Expr) and isinstance(factor.right, Expr):
        return bracket(factor.relation, rewrite(factor.left, change), rewrite(factor.right, change))
    return of(factor)


def length(expr: Expr) -> int:
    """How many symbols a person writes for an expression, parentheses not counted."""
    return sum(_term_length(t) for t in expr.terms) + max(len(expr.terms) - 1, 0)


def _term_length(term: Term) -> int:
    counted = 2 * len(term.bound) + (term.coefficient not in (1, -1))
    return max(1, counted + sum(_factor_length(f) for f in term.factors))


def _factor_length(factor: Factor) -> int:
    if isinstance(factor, Power):
        exponent = factor.exponent
        return length(factor.base) + (exponent not in (1, -1)) + (length(exponent) if isinstance(exponent, Expr) else 0)
    if isinstance(factor, Apply):
        return 1 + len(factor.partials) + sum(length(a.body) for a in factor.args)
    if isinstance(factor, Bracket):
        return 1 + sum(length(s) if isinstance(s, Expr) else 0 for s in (factor.left, factor.right))
    return 1
