"""A bar's closed form: the bars above it put in, down to quantities of the forward pass.

x̄ = W⁽¹⁾ᵀ((r + W⁽²⁾ᵀ(y − s)) ∘ σ′(z)) + (y − s)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import prod

from derive.backward.indicators import written_out
from derive.derivation import Derivation, Line, Step
from derive.errors import DeriveError, Problem
from derive.notation.expression import Entry, Expr, Factor, Power, Tensor, Term, bar, is_parenthesis, whole
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import apart, factors
from derive.vectorise import vectorised

LONGEST = 20_000
"""Symbols beyond which nobody reads a closed form; with much fan-out it doubles at each layer."""


def with_closed_forms(derivation: Derivation, names: Iterable[str]) -> Derivation:
    """The derivation with the closed forms of those bars; raises DeriveError if one gets too long."""
    return replace(derivation, closed=tuple(closed_form(derivation, name) for name in dict.fromkeys(names)))


def closed_form(derivation: Derivation, name: str) -> Line:
    """The line of one bar with every intermediate bar written out; raises DeriveError if it gets too long."""
    done: dict[Tensor, Line] = {}
    needed = _needed(derivation, name)
    for line in derivation.backward:
        if line.tensor in needed:
            right = _closed(line.steps[-1].right, done)
            if length(right) > LONGEST:
                raise DeriveError(
                    Problem(
                        None,
                        f"the closed form of {name}'s bar has over {LONGEST} symbols",
                        "ask for the bar of a quantity nearer to the cost",
                    )
                )
            done[line.tensor] = replace(line, steps=(Step("closed", right),))
    return done[bar(derivation.network.tensors[name], derivation.cost)].with_vector(vectorised)


def _needed(derivation: Derivation, name: str) -> set[Tensor]:
    """The bars that the wanted one is made of, itself among them."""
    needed = {bar(derivation.network.tensors[name], derivation.cost)}
    for line in reversed(derivation.backward):
        if line.tensor in needed:
            needed.update(f.tensor for f in factors(line.steps[-1].right) if isinstance(f, Entry) and f.tensor.is_bar)
    return needed


def _closed(right: Expr, done: dict[Tensor, Line]) -> Expr:
    """The shorter of: the bars put in as they are, and multiplied with what is around them."""
    spliced = _alone(Expr(tuple(_spliced(term, done) for term in right.terms)))
    contracted = _alone(Expr(tuple(t for term in right.terms for t in _contracted(term, done).terms)))
    return min((spliced, contracted), key=length)


def _alone(expr: Expr) -> Expr:
    """A sum without the parentheses around it."""
    only = expr.factor
    return only.base if only is not None and is_parenthesis(only) else expr


def _spliced(term: Term, done: dict[Tensor, Line]) -> Term:
    """A bar of one term opened, of several in parentheses; nothing contracted."""
    parts = [_part(factor, done) for factor in term.factors]
    coefficient = whole(prod([term.coefficient, *(part.coefficient for part in parts)]))
    bound = tuple(x for part in parts for x in part.bound)
    return Term(coefficient, term.bound + bound, tuple(f for part in parts for f in part.factors))


def _part(factor: Factor, done: dict[Tensor, Line]) -> Term:
    if is_parenthesis(factor):
        return Term(1, (), (Power(Expr(tuple(_spliced(term, done) for term in factor.base.terms))),))
    written = _written(factor, done)
    if written is None:
        return Term(1, (), (factor,))
    return written.terms[0] if len(written.terms) == 1 else Term(1, (), (Power(written),))


def _contracted(term: Term, done: dict[Tensor, Line]) -> Expr:
    """A lone bar with several terms keeps its parentheses: … + (y − s)."""
    written = rewrite(Expr((term,)), lambda factor: _written(factor, done))
    return written if len(written.terms) == 1 else Expr((Term(1, (), (Power(written),)),))


def _written(factor: Factor, done: dict[Tensor, Line]) -> Expr | None:
    line = done.get(factor.tensor) if isinstance(factor, Entry) else None
    if line is None or _is_itself(line):
        return None
    assert isinstance(factor, Entry)
    return apart(written_out(line.left, line.steps[-1].right, factor))


def _is_itself(line: Line) -> bool:
    """An upstream error signal stands for itself."""
    return line.steps[-1].right.factor == line.left
