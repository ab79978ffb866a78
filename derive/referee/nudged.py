"""Expressions with an ε added to one entry, wherever its tensor is read: what a local partial is the slope in."""

from __future__ import annotations

from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Power, Tensor, Term


def nudged_entries(expr: Expr, wrt: Entry, epsilon: Tensor) -> Expr:
    """The expression with ε added to the entry `wrt`, wherever its tensor is read."""
    return Expr(
        tuple(
            Term(t.coefficient, t.bound, tuple(_nudged_factor(f, wrt, epsilon) for f in t.factors)) for t in expr.terms
        )
    )


def _nudged_factor(factor: Factor, wrt: Entry, epsilon: Tensor) -> Factor:
    def inside(expr: Expr) -> Expr:
        return nudged_entries(expr, wrt, epsilon)

    if isinstance(factor, Entry) and factor.tensor == wrt.tensor:
        here = tuple(Bracket("=", a, b) for a, b in zip(factor.slots, wrt.slots, strict=True))
        return Power(Expr((Term(1, (), (factor,)), Term(1, (), (Entry(epsilon), *here)))))
    if isinstance(factor, Power):
        exponent = factor.exponent
        return Power(inside(factor.base), inside(exponent) if isinstance(exponent, Expr) else exponent)
    if isinstance(factor, Apply):
        args = tuple(Lambda(a.letters, inside(a.body)) for a in factor.args)
        return Apply(factor.function, args, factor.slots, factor.partials)
    return factor
