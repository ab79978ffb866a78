"""Several equations for one quantity: their ranges are disjoint and cover its axes, or a message says where not.

The ends of an axis follow from what is sure about positions; that each position is given once is tried at small sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from derive.notation.bounds import surely_nonnegative
from derive.notation.index import Range, Slot
from derive.notation.layout import spelled

Box = tuple[Range, ...]
"""The positions that one equation gives, axis by axis."""

LARGEST, MOST = 4, 400
"""How large the sizes are at which a cover is tried, and how many choices of sizes."""


def hull(boxes: Sequence[Box]) -> Box | str:
    """The axes that all boxes together run over, or why that is not known."""
    axes = []
    for place in range(len(boxes[0])):
        ends = _ends([box[place] for box in boxes])
        if isinstance(ends, str):
            return ends
        axes.append(ends)
    return tuple(axes)


def _ends(ranges: Sequence[Range]) -> Range | str:
    low, high = ranges[0].lo, ranges[0].hi
    for one in ranges[1:]:
        least, greatest = _greater(one.lo, low, False), _greater(one.hi, high, True)
        if least is None or greatest is None:
            a, b = (one.lo, low) if least is None else (one.hi, high)
            return f"whether {spelled(a)} or {spelled(b)} is the greater is not known"
        low, high = least, greatest
    return Range(low, high)


def _greater(a: Slot, b: Slot, wanted: bool) -> Slot | None:
    """The greater (wanted) or the smaller of two positions; None where that depends on the sizes."""
    if surely_nonnegative(a - b):
        return a if wanted else b
    return (b if wanted else a) if surely_nonnegative(b - a) else None


def miscount(boxes: Sequence[Box], axes: Box) -> tuple[tuple[int, ...], int, dict[str, int], int] | None:
    """A position of the axes that is not given exactly once: it, how often, the sizes, and the last box that gives it
    (−1: none does); None if there is no such position."""
    ends = [slot for box in (*boxes, axes) for runs in box for slot in (runs.lo, runs.hi)]
    names = sorted({atom for slot in ends for atom in slot.atoms() if type(atom) is str})
    for numbers in islice(product(range(1, LARGEST + 1), repeat=len(names)), MOST):
        sizes = dict(zip(names, numbers, strict=True))
        found = _at(boxes, axes, sizes)
        if found is not None:
            return found[0], found[1], sizes, found[2]
    return None


def _at(boxes: Sequence[Box], axes: Box, sizes: Mapping[str, int]) -> tuple[tuple[int, ...], int, int] | None:
    whole = _numbers(axes, sizes)
    given = [_numbers(box, sizes) for box in boxes]
    if whole is None or None in given:
        return None
    for position in product(*(range(lo, hi + 1) for lo, hi in whole)):
        holders = [n for n, box in enumerate(given) if box is not None and _inside(position, box)]
        if len(holders) != 1:
            return position, len(holders), holders[-1] if holders else -1
    return None


def _inside(position: tuple[int, ...], box: Sequence[tuple[int, int]]) -> bool:
    return all(lo <= at <= hi for at, (lo, hi) in zip(position, box, strict=True))


def _numbers(box: Box, sizes: Mapping[str, int]) -> list[tuple[int, int]] | None:
    ends = [(number(r.lo, sizes), number(r.hi, sizes)) for r in box]
    return [(lo, hi) for lo, hi in ends if lo is not None and hi is not None] if _known(ends) else None


def _known(ends: Sequence[tuple[int | None, int | None]]) -> bool:
    return all(lo is not None and hi is not None for lo, hi in ends)


def number(slot: Slot, sizes: Mapping[str, int]) -> int | None:
    """A position made of sizes; None where one of them has no number."""
    total = slot.constant
    for monomial, coefficient in slot.parts:
        for atom in _atoms(monomial):
            if atom not in sizes:
                return None
            coefficient *= sizes[atom]
        total += coefficient
    return total


def _atoms(monomial: Sequence[object]) -> Iterator[str]:
    return (atom if isinstance(atom, str) else "" for atom in monomial)
