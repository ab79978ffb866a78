"""Sums over the same labels as one: Σ_h A⁽ʰ⁾ + Σ_h B⁽ʰ⁾ = Σ_h (A⁽ʰ⁾ + B⁽ʰ⁾)."""

from __future__ import annotations

from derive.notation.expression import Expr, Power, Term
from derive.notation.index import Index, Range
from derive.notation.walk import substitute
from derive.vectorise.labels import Labels


def joined(expr: Expr, labels: Labels) -> Expr:
    """The sum with its sums over labels of the same ranges joined; the same object where there are none."""
    groups: dict[tuple[Range, ...], list[int]] = {}
    for n, term in enumerate(expr.terms):
        own = _own(term, labels)
        if own:
            groups.setdefault(tuple(x.range for x in own), []).append(n)
    several = [places for places in groups.values() if len(places) > 1]
    if not several:
        return expr
    inside = {n for places in several for n in places[1:]}
    firsts = {places[0]: _one([expr.terms[n] for n in places], labels) for places in several}
    return Expr(tuple(firsts.get(n, term) for n, term in enumerate(expr.terms) if n not in inside))


def _own(term: Term, labels: Labels) -> tuple[Index, ...]:
    return tuple(x for x in term.bound if x in labels.letters)


def _one(terms: list[Term], labels: Labels) -> Term:
    """Terms over the same labels under one Σ, in the letters of the first."""
    letters = _own(terms[0], labels)
    return Term(1, letters, (Power(Expr(tuple(_inner(term, letters, labels) for term in terms))),))


def _inner(term: Term, letters: tuple[Index, ...], labels: Labels) -> Term:
    own = _own(term, labels)
    rest = Term(term.coefficient, tuple(x for x in term.bound if x not in own), term.factors)
    return substitute(Expr((rest,)), {old: new.slot for old, new in zip(own, letters, strict=True)}).terms[0]
