"""A bar's closed form: the bars above it put in, down to quantities of the forward pass.

x̄ = W⁽¹⁾ᵀ((r + W⁽²⁾ᵀ(y − s)) ∘ σ′(z)) + (y − s)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from math import prod

from derive.backward.indicators import written_out
from derive.derivation import Derivation, Line, Step
from derive.errors import DeriveError, Place, Problem
from derive.notation.expression import Entry, Expr, Factor, Power, Tensor, Term, bar, is_parenthesis, whole
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import apart, entries, factors
from derive.vectorise import vectorised

LONGEST = 20_000
"""Symbols beyond which nobody reads a closed form; with much fan-out it doubles at each layer."""


def with_closed_forms(derivation: Derivation, names: Iterable[str]) -> Derivation:
    """The derivation with the closed forms of those bars; raises DeriveError if one gets too long."""
    return replace(derivation, closed=tuple(closed_form(derivation, name) for name in dict.fromkeys(names)))


def closed_form(derivation: Derivation, name: str, longest: int = LONGEST) -> Line:
    """The line of one bar with every intermediate bar written out; raises DeriveError if it gets too long."""
    done: dict[Tensor, Line] = {}
    for line in _needed(derivation, name):
        right = _closed(line.steps[-1].right, done)
        if length(right) > longest:
            place = _place(derivation, (line.tensor.name,))
            what = f"the closed form of {name}'s bar has over {longest} symbols"
            raise DeriveError(Problem(place, what, "ask for the bar of a quantity nearer to the cost"))
        done[line.tensor] = replace(line, steps=(Step("closed", right),), parts=())
    return done[bar(derivation.network.tensors[name], derivation.cost)].with_vector(vectorised)


def _needed(derivation: Derivation, name: str) -> list[Line]:
    """The lines that the wanted bar's is made of, each after those that it reads; raises DeriveError."""
    lines: dict[Tensor, list[Line]] = {}
    for line in derivation.backward:
        lines.setdefault(line.tensor, []).append(line)
    lines.update(_solved(derivation))
    waiting = [bar(derivation.network.tensors[name], derivation.cost)]
    reads: dict[Tensor, list[Tensor]] = {}
    while waiting:
        tensor = waiting.pop()
        if tensor not in reads:
            reads[tensor] = list(dict.fromkeys(read for line in lines[tensor] for read in _bars(line) if read in lines))
            waiting.extend(reads[tensor])
    try:
        order = [line for tensor in TopologicalSorter(reads).static_order() for line in lines[tensor]]
    except CycleError as error:
        names = [tensor.name for tensor in reversed(error.args[1])]
        around = " from ".join(f"{met}'s" for met in names)
        why = f"has no end: {around}, a recurrence that is not solved"
        raise _refused(name, why, _place(derivation, names)) from None
    if len(order) > len(reads):
        several = [tensor.name for tensor in reads if len(lines[tensor]) > 1]
        raise _refused(name, "is made of bars that have a line for each case", _place(derivation, several))
    return order


def _place(derivation: Derivation, names: Sequence[str]) -> Place | None:
    """Where one of some quantities is defined from one of them, else where one is defined."""
    own = [e for e in derivation.network.equations if e.left.tensor.name in names]
    again = [e for e in own if any(entry.tensor.name in names for entry in entries(e.right))]
    return next((e.place for e in (*again, *own) if e.place is not None), None)


def _solved(derivation: Derivation) -> dict[Tensor, list[Line]]:
    """The solutions of the linear recurrences among bars that hold for all of their positions."""
    if not derivation.network.delayed:
        return {}
    from derive.backward.recurrences import is_complete, solutions

    lines = (*derivation.forward, *derivation.backward)
    found = solutions(lines, derivation.network, written=True)
    return {line.tensor: [line] for line in found if line.tensor.is_bar and is_complete(line)}


def _bars(line: Line) -> list[Tensor]:
    """The bars that a line's result reads; an error signal that is given reads none."""
    if _is_itself(line):
        return []
    return [f.tensor for f in factors(line.steps[-1].right) if isinstance(f, Entry) and f.tensor.is_bar]


def _refused(name: str, why: str, place: Place | None) -> DeriveError:
    mend = f"take `{name}` out of `closed_form`; its own line stays"
    return DeriveError(Problem(place, f"the closed form of {name}'s bar {why}", mend))


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
