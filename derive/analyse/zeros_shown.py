"""The answers on guaranteed zeros as a document: a table, then each proof or witness in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.analyse.facts import Fact
from derive.analyse.reasons import Cause, Need, Reason
from derive.analyse.zeros import Witness, Zero, Zeros
from derive.document import Block, Document, Items, Math, Operator, Prose, Symbol, Table, Words, row
from derive.notation.expression import ZERO, Apply, Entry, Expr, Lambda, number, of
from derive.notation.interval import Interval
from derive.notation.product import negative
from derive.notation.walk import free_letters
from derive.typeset.document import scribe_for
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe
from derive.typeset.values import written

SIGNS: Mapping[str, str] = MappingProxyType({"!=": "≠", ">": ">", ">=": "≥", "==": "=", "<": "<", "<=": "≤"})
LONGEST = 6
"""Reasons of one proof that are shown."""


def document(found: Zeros) -> Document:
    """Which bars are 0 whatever the rest is."""
    scribe = scribe_for(found.derivation)
    given = tuple(_listed([_fact(fact, scribe) for fact in found.facts]))
    told: Words = ("Given ", *given, ", whatever the rest is:") if given else ("With nothing given:",)
    every = [zero for whole in found.zeros for zero in (whole, *whole.parts)]
    head: tuple[Words, ...] = (("error signal",), ("guaranteed to be 0",))
    rows: tuple[tuple[Words, ...], ...] = tuple(((_bar(zero, scribe),), (zero.answer,)) for zero in every)
    blocks: list[Block] = [Prose(told), Table(head, rows), Items(tuple(_told(zero, scribe) for zero in every))]
    return Document("Guaranteed zeros", tuple(blocks))


def _bar(zero: Zero, scribe: Scribe) -> Math:
    letters = [letter for slot in zero.entry.slots for letter in slot.letters()]
    if letters and len(letters) == len(zero.entry.slots):
        return scribe.names.tensor(zero.entry.tensor)
    return _box(of(zero.entry), scribe)


def _box(expr: Expr, scribe: Scribe) -> Math:
    return expression(expr, scribe.binding(free_letters(expr))).box


def _relation(sign: str) -> Operator:
    return Operator(SIGNS[sign], "relation")


def _related(left: Math, sign: str, right: Math) -> Math:
    return row(left, _relation(sign), right)


def _fact(fact: Fact, scribe: Scribe) -> Math:
    """A fact with its number on the right: h₃ w₂ + u₁ = −1."""
    constant = sum((t.coefficient for t in fact.expr.terms if not t.factors and not t.bound), Fraction(0))
    left = Expr(tuple(t for t in fact.expr.terms if t.factors or t.bound))
    flipped = bool(left.terms) and all(t.coefficient < 0 for t in left.terms)
    left, value = (negative(left), constant) if flipped else (left, -constant)
    return _related(_box(left, scribe), _sign(fact.within, flipped), _box(number(value), scribe))


def _sign(within: Interval, flipped: bool) -> str:
    if within.is_zero:
        return "=="
    below = (within.hi == 0) != flipped
    is_open = within.hi_open if within.hi == 0 else within.lo_open
    return ("<" if below else ">") + ("" if is_open else "=")


def _told(zero: Zero, scribe: Scribe) -> Words:
    if zero.answer == "YES":
        return _proof(zero.proof, scribe)
    if zero.witness is None:
        return (*_undecided(zero, scribe), ".")
    words = list(_witness(zero, zero.witness, scribe))
    conditions = [_need(need, scribe) for need in zero.needs]
    return (*words, *((" It needs ", *_listed(conditions), ".") if conditions else ()))


def _undecided(zero: Zero, scribe: Scribe) -> Words:
    if not zero.points:
        return (_bar(zero, scribe), ": no proof was found, and no numbers for which what is given holds")
    told = f": no proof was found; it was 0 at all {zero.points} points at which what is given holds"
    return (_bar(zero, scribe), told)


def _proof(proof: tuple[Reason, ...], scribe: Scribe) -> Words:
    """w̄₁ = ȳ ReLU′(…) h₁, and h₁ = ReLU(…) = ReLU(−1) = 0."""
    out: list[str | Math] = []
    for n, reason in enumerate(proof[:LONGEST]):
        out += [", and " if n else "", *_reason(reason, scribe)]
    more = len(proof) - LONGEST
    return tuple(part for part in (*out, f" (and {more} more steps)." if more > 0 else ".") if part != "")


def _reason(reason: Reason, scribe: Scribe) -> Words:
    left, right = _box(of(reason.left), scribe), reason.right
    if right is None:
        return (_related(left, "==", Symbol("0", "upright")), " is given")
    own = right.factor
    functions = [cause for cause in reason.causes if not isinstance(cause.factor, Entry)]
    if own is not None and functions and functions[0].factor == own:
        shown, since = _cause(functions[0], scribe)
        return (_related(left, "==", shown), *since)
    if right == ZERO:
        return (_related(left, "==", Symbol("0", "upright")),)
    if not reason.causes:
        return (row(_related(left, "==", _box(right, scribe)), _relation("=="), Symbol("0", "upright")),)
    out: list[str | Math] = [_related(left, "==", _box(right, scribe))]
    for cause in functions:
        shown, since = _cause(cause, scribe)
        out += [", and ", shown, *since]
    return tuple(out)


def _cause(cause: Cause, scribe: Scribe) -> tuple[Math, Words]:
    """ReLU(z) = ReLU(−1) = 0; ReLU′(z) = 0, since z ≤ −1."""
    factor, known = cause.factor, cause.argument
    zero = Symbol("0", "upright")
    shown = _box(of(factor), scribe)
    if not isinstance(factor, Apply) or known is None:
        return _related(shown, "==", zero), ()
    if known.point is not None:
        at = Apply(factor.function, (Lambda((), number(known.point)),), (), factor.partials)
        return row(shown, _relation("=="), _box(of(at), scribe), _relation("=="), zero), ()
    bound = _bounded(_box(factor.args[0].body, scribe), known, scribe)
    return _related(shown, "==", zero), (" since ", bound) if bound is not None else ()


def _bounded(box: Math, known: Interval, scribe: Scribe) -> Math | None:
    """z ≤ −1; 0 < z < 2."""
    lo = None if known.lo == -math.inf else _box(number(Fraction(known.lo)), scribe)
    hi = None if known.hi == math.inf else _box(number(Fraction(known.hi)), scribe)
    if lo is None:
        return _related(box, "<" if known.hi_open else "<=", hi) if hi is not None else None
    if hi is None:
        return _related(box, ">" if known.lo_open else ">=", lo)
    below, above = ("<" if is_open else "<=" for is_open in (known.lo_open, known.hi_open))
    return row(lo, _relation(below), box, _relation(above), hi)


def _witness(zero: Zero, witness: Witness, scribe: Scribe) -> Iterator[str | Math]:
    """w̄₃ = 48 for x₁ = 2 …, where all that is given holds."""
    tensors, names = scribe.names.network.tensors, scribe.names
    slots = tuple(Symbol(str(n), "upright") for n in witness.at)
    left = names.entry(zero.entry.tensor, slots) if slots else names.tensor(zero.entry.tensor)
    yield _related(left, "==", written(witness.value))
    yield " for "
    sizes = [_related(names.size(name), "==", written(n)) for name, n in witness.sizes.items()]
    numbers = [_related(names.tensor(tensors[name]), "==", written(n)) for name, n in witness.numbers.items()]
    yield from _listed([*sizes, *numbers])
    if witness.abstract:
        yield f" (with a smooth function drawn for {', '.join(witness.abstract)})"
    yield "."


def _need(need: Need, scribe: Scribe) -> Math:
    expr = need.expr
    return _related(_box(expr, scribe), need.sign, Symbol("0", "upright"))


def _listed(boxes: Iterable[Math]) -> Iterator[str | Math]:
    every = list(boxes)
    for n, box in enumerate(every):
        if n:
            yield " and " if n == len(every) - 1 else ", "
        yield box
