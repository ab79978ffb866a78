"""The local partials of an equation, as people write them at an edge: ∂y_i/∂h_j = w_ij."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from derive.backward.contributions import output_names, reads_by_tensor, worked_out
from derive.document import Fraction, Math, Operator, Symbol, row
from derive.notation.common import tidied
from derive.notation.differential import Read
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Tensor
from derive.notation.index import Slot, position
from derive.notation.product import add, product
from derive.notation.walk import substitute
from derive.operators.facts import simplified
from derive.picture.glyphs import typeset
from derive.picture.model import At
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe, listed

CURLY, EQUALS = Symbol("∂"), Operator("=", "relation")
LONGEST = 9.0
"""Ems that a partial may take at an edge; a longer one is told elsewhere, and at the edge its name stands alone."""


def partials(equation: Equation, scribe: Scribe) -> dict[Tensor, tuple[Math, Math]]:
    """For each quantity that an equation reads: (what stands at the edge, the same in full)."""
    return {tensor: _shown(equation, reads, scribe) for tensor, reads in reads_by_tensor(equation).items()}


def partials_at(equation: Equation, read: Tensor, places: tuple[At, At], scribe: Scribe) -> tuple[Math, Math] | None:
    """The same between two positions, those of the reader and of what it reads; None where it does not read there."""
    own, at = places
    fixed = {slot.letter: position(p) for n, p in own if (slot := equation.left.slots[n]).letter is not None}
    found = [
        _one(equation, entry, met, scribe, here)
        for entry, met in _by_entry(reads_by_tensor(equation).get(read, [])).items()
        if (here := _there(entry, at, fixed)) is not None
    ]
    return _told(found) if found else None


Letters = Mapping[Any, Slot]


def _there(entry: Entry, at: At, fixed: Letters) -> Letters | None:
    """The letters at which an entry is at a position; None where it never is."""
    letters = dict(fixed)
    for n, p in at:
        slot = entry.slots[n].substitute(fixed)
        if slot.atom is not None:  # a letter, or the end T of a range
            letters[slot.atom] = position(p)
        elif slot.is_number and slot.constant != p:
            return None
    return letters


def _shown(equation: Equation, reads: list[Read], scribe: Scribe) -> tuple[Math, Math]:
    return _told([_one(equation, entry, met, scribe, {}) for entry, met in _by_entry(reads).items()])


def _told(found: list[tuple[Math, Math]]) -> tuple[Math, Math]:
    full = listed(name if value == name else row(name, EQUALS, value) for name, value in found)
    if typeset(full).width <= LONGEST:
        return full, full
    return listed(dict.fromkeys(name for name, _ in found[:1])), full


def _by_entry(reads: Iterable[Read]) -> dict[Entry, list[Read]]:
    met: dict[Entry, list[Read]] = {}
    for read in reads:
        met.setdefault(read.entry, []).append(read)
    return met


def _one(equation: Equation, entry: Entry, reads: list[Read], scribe: Scribe, fixed: Letters) -> tuple[Math, Math]:
    """∂y_i/∂h_j, and what it is: the cofactor, not summed over the letters of what is read; fixed: at a position."""
    value = simplified(tidied(substitute(add(*(_cofactor(equation, read) for read in reads)), fixed)))
    left, entry = (x.at(tuple(slot.substitute(fixed) for slot in x.slots)) for x in (equation.left, entry))
    letters = [letter for slot in (*left.slots, *entry.slots) for letter in slot.letters()]
    inner = scribe.binding(dict.fromkeys(letters))
    name = Fraction(row(CURLY, inner.entry(left)), row(CURLY, inner.entry(entry)))
    return name, expression(value, inner).box


def _cofactor(equation: Equation, read: Read) -> Expr:
    own = {letter for slot in read.entry.slots for letter in slot.letters()}
    bound = tuple(letter for letter in read.cofactor.bound if letter not in own)
    return product(read.cofactor.coefficient, bound, tuple(worked_out(read, output_names(equation))))


def whole(reader: Math, read: Math) -> Math:
    """∂y/∂x along all that lies between."""
    return Fraction(row(CURLY, reader), row(CURLY, read))
