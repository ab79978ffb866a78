"""Why an expression is 0 under facts, factor by factor, and what must hold for it not to be.

w̄₁ = ȳ relu′(h₁ w₁ + h₂ w₅) h₁:    the factor h₁ is 0;   h₁ = relu(h₃ w₂ + u₁) = relu(−1) = 0
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from derive.analyse.known import Known
from derive.notation.canonical import factor_key
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Power, Term, of
from derive.notation.index import Slot, position
from derive.notation.interval import Interval
from derive.notation.product import add, negative
from derive.notation.walk import factors, substitute_factor
from derive.operators import TABLE
from derive.operators.slopes import value, written_slope

LONGEST = 40
"""Reasons in one proof."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A factor that is 0.  argument: what is sure of the argument, for a function of one."""

    factor: Factor
    argument: Interval | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """`left` is 0: by `right`, each of whose terms has one of `causes`; right is None where a fact says so."""

    left: Entry
    right: Expr | None
    causes: tuple[Cause, ...] = ()


def reasons(known: Known, entry: Entry) -> tuple[Reason, ...]:
    """A proof that an entry is 0, which it is: what it is made of, and why that is 0, down to the facts."""
    waiting, found, met = [entry], list[Reason](), {factor_key(entry, {})}
    while waiting and len(found) < LONGEST:
        left = waiting.pop(0)
        for reason in _of_entry(known, left):
            found.append(reason)
            for cause in reason.causes:
                name = factor_key(cause.factor, {})
                if isinstance(cause.factor, Entry) and name not in met:
                    met.add(name)
                    waiting.append(cause.factor)
    return tuple(found)


def _of_entry(known: Known, left: Entry) -> Iterator[Reason]:
    if known.given(of(left)).is_zero:
        yield Reason(left, None)
        return
    for defined in known.definitions(left):
        yield Reason(left, defined.right, tuple(_once(_causes(known, defined.right))))


def _once(causes: Iterator[Cause]) -> list[Cause]:
    return list({factor_key(cause.factor, {}): cause for cause in causes}.values())


def _causes(known: Known, expr: Expr) -> Iterator[Cause]:
    """A factor that is 0 for each term."""
    for term in expr.terms:
        zero = [f for f in term.factors if known.of_factor(f).is_zero]
        if zero:
            yield from _leaves(known, min(zero, key=_order))
        else:
            for single in _at_positions(known, term):
                yield from _causes(known, Expr((single,)))


def _order(factor: Factor) -> int:
    """Slopes and conditions say most by themselves, then what is read."""
    return 0 if isinstance(factor, (Apply, Bracket)) else 2 if isinstance(factor, Power) else 1


def _leaves(known: Known, factor: Factor) -> Iterator[Cause]:
    if isinstance(factor, Power):
        yield from _causes(known, factor.base)
    elif isinstance(factor, Apply) and len(factor.args) == 1:
        yield Cause(factor, known.of(factor.args[0].body))
    else:
        yield Cause(factor)


def _at_positions(known: Known, term: Term) -> Iterator[Term]:
    """A term at each position of its first summed letter whose positions are known."""
    for n, letter in enumerate(term.bound):
        for at in known.positions(letter) or ():
            mapping = {letter: position(at)}
            rest = (*term.bound[:n], *term.bound[n + 1 :])
            yield Term(term.coefficient, rest, tuple(substitute_factor(f, mapping) for f in term.factors))
        if known.positions(letter) is not None:
            return


Sign: TypeAlias = Literal["!=", ">", ">=", "=="]


@dataclass(frozen=True, slots=True)
class Need:
    """A condition without which a bar is 0: expr is not 0, or above it."""

    expr: Expr
    sign: Sign = "!="


def needs(known: Known, entry: Entry) -> tuple[Need, ...]:
    """What has to hold for an entry not to be 0, as far as one product decides it; given facts are left out."""
    found: dict[str, Need] = {}
    own = Need(of(entry))
    waiting, met = [entry], {factor_key(entry, {})}
    while waiting:
        for part in _needed(known, waiting.pop(0)):
            if isinstance(part, Entry):
                name = factor_key(part, {})
                waiting += [] if name in met else [part]
                met.add(name)
            elif part != own:
                found.setdefault(repr((part.sign, _text(part.expr))), part)
    return tuple(found.values())


def _text(expr: Expr) -> str:
    from derive.notation.canonical import key

    return key(expr)


def _needed(known: Known, entry: Entry) -> Iterator[Need | Entry]:
    """What one entry needs: conditions, and entries that need more."""
    rights = [d.right for d in known.definitions(entry)]
    if len(rights) != 1:
        yield from _not_zero(known, of(entry))
        return
    terms = [t for t in rights[0].terms if not known.of_term(t).is_zero]
    if len(terms) != 1 or terms[0].bound:
        forward = not any(isinstance(f, Entry) and f.tensor.is_bar for f in factors(rights[0]))
        yield from _not_zero(known, rights[0] if forward else of(entry))
        return
    for factor in terms[0].factors:
        yield from _factor_needed(known, factor)


def _not_zero(known: Known, expr: Expr) -> Iterator[Need]:
    if known.of(expr).holds_zero:
        yield Need(expr)


def _factor_needed(known: Known, factor: Factor) -> Iterator[Need | Entry]:
    if isinstance(factor, Entry):
        if known.of_factor(factor).holds_zero:
            yield factor
    elif isinstance(factor, Bracket):
        yield from _condition(known, factor)
    elif isinstance(factor, Apply):
        yield from _function_needed(known, factor)
    elif isinstance(factor, Power):
        yield from _power_needed(known, factor)


def _power_needed(known: Known, factor: Power) -> Iterator[Need | Entry]:
    fixed = not isinstance(factor.exponent, Expr) and factor.exponent > 0
    if fixed and len(factor.base.terms) == 1 and not factor.base.terms[0].bound:
        for inner in factor.base.terms[0].factors:
            yield from _factor_needed(known, inner)
    elif fixed:
        yield from _not_zero(known, factor.base)


def _function_needed(known: Known, factor: Apply) -> Iterator[Need | Entry]:
    """A function that is a product, such as relu(z) = [0 < z] z, needs what its factors need."""
    row = TABLE.get(factor.function)
    opened: Expr | None = None
    if row is not None and factor.function not in known.open:
        opened = written_slope(factor, row) if factor.partials else (None if row.axes else value(factor))
    if opened is None or len(opened.terms) != 1 or opened.terms[0].bound or opened.factor == factor:
        yield from _not_zero(known, of(factor))
        return
    inner = opened.terms[0].factors
    conditions = [f for f in inner if isinstance(f, Bracket)]
    for part in conditions or inner:
        yield from _factor_needed(known, part)


def _condition(known: Known, factor: Bracket) -> Iterator[Need]:
    left, right = factor.left, factor.right
    if isinstance(left, Slot) or isinstance(right, Slot) or known.of_factor(factor).point is not None:
        return
    signs: dict[str, Sign] = {"<": ">", "<=": ">=", "=": "==", "!=": "!="}
    yield Need(add(right, negative(left)), signs[factor.relation])
