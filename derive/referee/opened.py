"""Equations with some quantities written out, for partials that go through them: ∂x̂_i/∂x_j through m and r."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from derive.notation.equation import Equation
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Lambda, Power, Tensor, Term
from derive.notation.walk import substitute

Equations = Mapping[Tensor, Sequence[Equation]]


def opened(equations: Iterable[Equation], through: frozenset[Tensor]) -> list[Equation]:
    """The equations, which stand in an order of evaluation, with those quantities replaced by their right sides."""
    known: dict[Tensor, list[Equation]] = {}
    result = []
    for equation in equations:
        after = replace(equation, right=_opened(equation.right, known)) if known else equation
        if equation.left.tensor in through:
            known.setdefault(equation.left.tensor, []).append(after)
        result.append(after)
    return result


def _opened(expr: Expr, known: Equations) -> Expr:
    return Expr(
        tuple(Term(t.coefficient, t.bound, tuple(_opened_factor(f, known) for f in t.factors)) for t in expr.terms)
    )


def _opened_factor(factor: Factor, known: Equations) -> Factor:
    if isinstance(factor, Entry) and factor.tensor in known:
        return Power(Expr(tuple(_at(factor, equation) for equation in known[factor.tensor])))
    if isinstance(factor, Power):
        exponent = factor.exponent
        return Power(_opened(factor.base, known), _opened(exponent, known) if isinstance(exponent, Expr) else exponent)
    if isinstance(factor, Apply):
        arguments = tuple(Lambda(a.letters, _opened(a.body, known)) for a in factor.args)
        return Apply(factor.function, arguments, factor.slots, factor.partials)
    return factor


def _at(entry: Entry, equation: Equation) -> Term:
    """Σ over the equation's letters of [its position = the entry's] · its right side."""
    own = {letter: letter.apart().slot for letter in equation.letters}
    slots = (slot.substitute(own) for slot in equation.left.slots)
    here = tuple(Bracket("=", a, b) for a, b in zip(slots, entry.slots, strict=True))
    bound = tuple(slot.letter for slot in own.values() if slot.letter)
    return Term(1, bound, (Power(substitute(equation.right, own)), *here))
