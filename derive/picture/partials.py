"""The local partials of an equation, as people write them at an edge: ∂y_i/∂h_j = w_ij."""

from __future__ import annotations

from collections.abc import Iterable

from derive.backward.contributions import output_names, reads_by_tensor, worked_out
from derive.document import Fraction, Math, Operator, Symbol, row
from derive.notation.common import tidied
from derive.notation.differential import Read
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Tensor
from derive.notation.product import add, product
from derive.operators.facts import simplified
from derive.picture.glyphs import typeset
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe, listed

CURLY, EQUALS = Symbol("∂"), Operator("=", "relation")
LONGEST = 9.0
"""Ems that a partial may take at an edge; a longer one is told elsewhere, and at the edge its name stands alone."""


def partials(equation: Equation, scribe: Scribe) -> dict[Tensor, tuple[Math, Math]]:
    """For each quantity that an equation reads: (what stands at the edge, the same in full)."""
    return {tensor: _shown(equation, reads, scribe) for tensor, reads in reads_by_tensor(equation).items()}


def _shown(equation: Equation, reads: list[Read], scribe: Scribe) -> tuple[Math, Math]:
    found = [_one(equation, entry, met, scribe) for entry, met in _by_entry(reads).items()]
    full = listed(row(name, EQUALS, value) for name, value in found)
    if typeset(full).width <= LONGEST:
        return full, full
    return listed(dict.fromkeys(name for name, _ in found[:1])), full


def _by_entry(reads: Iterable[Read]) -> dict[Entry, list[Read]]:
    met: dict[Entry, list[Read]] = {}
    for read in reads:
        met.setdefault(read.entry, []).append(read)
    return met


def _one(equation: Equation, entry: Entry, reads: list[Read], scribe: Scribe) -> tuple[Math, Math]:
    """∂y_i/∂h_j, and what it is: the cofactor, not summed over the letters of what is read."""
    value = simplified(tidied(add(*(_cofactor(equation, read) for read in reads))))
    letters = [letter for slot in entry.slots for letter in slot.letters()]
    inner = scribe.binding(dict.fromkeys((*equation.letters, *letters)))
    name = Fraction(row(CURLY, inner.entry(equation.left)), row(CURLY, inner.entry(entry)))
    return name, expression(value, inner).box


def _cofactor(equation: Equation, read: Read) -> Expr:
    own = {letter for slot in read.entry.slots for letter in slot.letters()}
    bound = tuple(letter for letter in read.cofactor.bound if letter not in own)
    return product(read.cofactor.coefficient, bound, tuple(worked_out(read, output_names(equation))))


def whole(reader: Math, read: Math) -> Math:
    """∂y/∂x along all that lies between."""
    return Fraction(row(CURLY, reader), row(CURLY, read))
