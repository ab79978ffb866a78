"""What is read outside its axes: z̄⁽ᵀ⁺¹⁾ = 0 by its own symbol where a label leaves its axis, else a general remark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.derivation import Line
from derive.document import Math, Operator, Symbol, Words, row
from derive.notation.bounds import always_inside, surely_inside
from derive.notation.expression import Entry
from derive.notation.index import Range, Slot, position
from derive.notation.walk import factors
from derive.typeset.scribe import Scribe

OUTSIDE: Words = ("Entries outside their axes are 0.",)
MOST = 3
"""How many positions beyond an end are named one by one."""


def outside(lines: Iterable[Line], scribe: Scribe) -> tuple[Words, ...]:
    """A remark that names what lies just outside, and the general one if there is more."""
    vectors: dict[Math, None] = {}
    scalars: dict[Math, None] = {}
    general = False
    for entry in _read_outside(lines):
        met = _beyond(entry)
        general = general or met is None
        names = vectors if entry.tensor.layout else scalars
        names.update((_named(read, scribe), None) for read in met or ())
    zeros = ((vectors, Symbol("0", "bold")), (scalars, Symbol("0", "upright")))
    told = [_zero(tuple(names), zero) for names, zero in zeros if names]
    return (*told, *((OUTSIDE,) if general else ()))


def _read_outside(lines: Iterable[Line]) -> Iterator[Entry]:
    for line in lines:
        for step in line.steps:
            for factor in factors(step.right):
                if isinstance(factor, Entry) and not always_inside(factor):
                    yield factor


def _beyond(entry: Entry) -> tuple[Entry, ...] | None:
    """The entry at each position of its labels that lies outside; None where they cannot be named."""
    found: list[Entry] = []
    for n, (slot, axis) in enumerate(zip(entry.slots, entry.tensor.axes, strict=True)):
        if not surely_inside(slot, axis):
            met = _ends(slot, axis) if n in entry.tensor.labels else None
            if met is None:
                return None
            found += [entry.at((*entry.slots[:n], at, *entry.slots[n + 1 :])) for at in met]
    return tuple(found)


def _ends(slot: Slot, axis: Range) -> list[Slot] | None:
    """The positions of t + c beyond an axis, whatever the sizes; a few at most."""
    reached = _reached(slot)
    if reached is None:
        return None
    before, after = axis.lo - reached.lo, reached.hi - axis.hi
    if not before.is_number or not after.is_number or max(before.constant, after.constant) > MOST:
        return None
    low = [axis.lo - n for n in range(before.constant, 0, -1)]
    return [*low, *(axis.hi + n for n in range(1, after.constant + 1))]


def _reached(slot: Slot) -> Range | None:
    """From where to where t + c or c − t goes."""
    letters = list(dict.fromkeys(slot.letters()))
    if not letters:
        return Range(slot, slot)
    sign = slot.coefficient(letters[0]) if len(letters) == 1 else None
    if sign not in (1, -1):
        return None
    low, high = (slot.substitute({letters[0]: position(end)}) for end in (letters[0].range.lo, letters[0].range.hi))
    return Range(low, high) if sign == 1 else Range(high, low)


def _named(entry: Entry, scribe: Scribe) -> Math:
    return scribe.names.labelled(entry.tensor, tuple(scribe.slot(slot) for slot in entry.slots))


def _zero(names: tuple[Math, ...], zero: Math) -> Words:
    """a = b = 0; of many a, b, c, d are 0, which may be broken."""
    equals = Operator("=", "relation")
    if len(names) <= MOST:
        return row(*(part for name in names for part in (name, equals)), zero), "."
    listed = [part for name in names[:-1] for part in (name, ", ")]
    return (*listed[:-1], " and ", names[-1], " are ", zero, ".")
