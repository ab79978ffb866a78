"""Small numbers for sizes: unequal where they can be, every quotient whole, no range empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from derive.notation.division import NotWhole, inner_sizes
from derive.notation.index import Range, Slot
from derive.notation.sizes import Defined, Quotient
from derive.referee.world import World

if TYPE_CHECKING:
    from derive.referee.sample import Names

TRIES = 60
"""How often sizes are drawn, from more and more numbers."""
AGAIN = 20
"""How often from the same numbers, where sizes are divided."""


class NoSizes(ValueError):
    """No small sizes do."""


def draw_sizes(
    names: Names, fixed: Mapping[str, int], random: np.random.Generator, empty: bool = False
) -> dict[str, int]:
    """Small numbers for the sizes, unequal as far as seven numbers go, such that no range is empty; fixed ones stay.

    A size that stands for a formula gets the number that comes out. empty: a range of fixed sizes may be empty. One
    that is empty whatever is drawn, as 2..L where L is given as 1, asks for nothing.
    """
    named: dict[str, Defined] = {name: name for name in names.sizes if isinstance(name, Defined)}
    given = {name: number for name, number in fixed.items() if name not in named}
    free = [name for name in names.sizes if name not in given and name not in named]
    ranges = [axis for axis in names.ranges if _known(axis) and not (empty and _is_made_of(axis, fixed))]
    ranges = [axis for axis in ranges if not _is_empty(axis, given)]
    for room in range(TRIES):
        largest = max(5, min(len(free) + 1, 8)) + room // 6
        pool = [n for n in range(2, largest + 1) if n not in given.values() or room > TRIES // 2]
        for _ in range(AGAIN if names.quotients or names.longer else 1):
            drawn = random.choice(pool, len(free), replace=len(free) > len(pool)).tolist() if pool else []
            made = _completed({**given, **dict(zip(free, drawn, strict=False))}, free, names.quotients, named)
            runs = len(drawn) == len(free) and made is not None and _all_run(ranges, made, room < TRIES // 2)
            if runs and made is not None and fit(names, made):
                return made
    divided = ", ".join(quotient for quotient in names.quotients if not quotient.floor)
    whole = f"make {divided} whole and " if divided else ""
    raise NoSizes(f"no small sizes {whole}leave every range at least one position")


def fit(names: Names, sizes: Mapping[str, int]) -> bool:
    """Whether every range that is at least as long as another one is, as far as they are known."""
    world = World(sizes)
    for one, other in names.longer:
        try:
            if world.number(one.size) < world.number(other.size):
                return False
        except KeyError:
            continue
    return True


def _completed(
    sizes: dict[str, int], free: Iterable[str], quotients: Iterable[Quotient], named: Mapping[str, Defined]
) -> dict[str, int] | None:
    """The sizes, a free one moved up for each quotient that is not whole, and those that stand for a formula."""
    for quotient in quotients:
        try:
            World(sizes).size(quotient)
        except NotWhole:
            if not _moved(sizes, free, quotient):
                return None
    try:
        return {**sizes, **{name: World(sizes).size(size) for name, size in named.items()}}
    except NotWhole:
        return None


def _moved(sizes: dict[str, int], free: Iterable[str], quotient: Quotient) -> bool:
    """Move a size of the numerator up until the quotient is whole."""
    try:
        top, below = World(sizes).number(quotient.numerator), World(sizes).number(quotient.denominator)
    except NotWhole:
        return False
    alone = dict(quotient.numerator.parts)
    for name in free:
        coefficient = alone.get((name,), 0)
        if coefficient in (1, -1):
            sizes[name] += (-coefficient * top) % below
            return True
    return False


def _all_run(ranges: Iterable[Range], sizes: Mapping[str, int], longer: bool) -> bool:
    """Whether every range has a position; longer: one that a quotient ends has two."""
    world = World(sizes)
    return all(world.number(axis.size) > (longer and _rests(axis.size)) for axis in ranges)


def _rests(slot: Slot) -> bool:
    """Whether a position rests on a quotient."""
    inner = (inside for atom in slot.atoms() if isinstance(atom, str) for inside in inner_sizes(atom))
    return any(isinstance(atom, Quotient) for atom in slot.atoms()) or any(_rests(inside) for inside in inner)


def _is_made_of(axis: Range, sizes: Mapping[str, int]) -> bool:
    return any(atom in sizes for end in (axis.lo, axis.hi) for atom in end.atoms())


def _is_empty(axis: Range, sizes: Mapping[str, int]) -> bool:
    """Whether numbers that are given leave a range no position."""
    try:
        return World(sizes).number(axis.size) < 1
    except (KeyError, NotWhole):  # not all of them are given
        return False


def _known(axis: Range) -> bool:
    return all(isinstance(a, str) for s in (axis.lo, axis.hi) for a in s.atoms())
