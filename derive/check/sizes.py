"""Sizes for several points: every two of them stand in both orders somewhere, where the ranges leave room for it.

A sum that ends at N where it must end at T reads beyond an axis of T, where all is zero, as long as N > T: only a point
with N < T tells the two apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from derive.notation.division import NotWhole
from derive.notation.index import Range
from derive.notation.sizes import Defined
from derive.referee.sample import Names
from derive.referee.sizes import draw_sizes, fit
from derive.referee.world import World

Sizes = Mapping[str, int]
Order = tuple[str, str]
"""Of two sizes, the smaller one first."""
LARGEST, ROUNDS = 7, 6


def varied_sizes(names: Names, fixed: Sizes, random: np.random.Generator, before: Sequence[Sizes]) -> dict[str, int]:
    """Sizes that are drawn, and then changed, one or two at a time, as long as that shows more orders than `before`."""
    best = draw_sizes(names, fixed, random)
    met = {order for sizes in before for order in orders(sizes)}
    free = [n for n in names.sizes if n not in fixed and not isinstance(n, Defined)]
    wanted = [(b, a) for a, b in sorted(met) if (b, a) not in met]
    for _ in range(ROUNDS if wanted else 0):
        start = best
        for smaller, larger in wanted:
            if best[smaller] >= best[larger]:
                best = _better(names, best, met, _changes(best, free, smaller, larger))
        if best is start:
            break
    return best


def orders(sizes: Sizes) -> set[Order]:
    return {(a, b) for a in sizes for b in sizes if sizes[a] < sizes[b]}


def _changes(sizes: Sizes, free: Sequence[str], smaller: str, larger: str) -> Iterator[dict[str, int]]:
    """Changes of the free sizes after which one of two is the smaller."""
    if smaller in free and larger in free:
        yield {smaller: sizes[larger], larger: sizes[smaller]}
    unused_first = sorted(range(2, LARGEST + 1), key=lambda n: n in sizes.values())
    if larger in free:
        yield from ({larger: n} for n in unused_first if n > sizes[smaller])
    if smaller in free:
        yield from ({smaller: n} for n in unused_first if n < sizes[larger])


def _better(names: Names, sizes: dict[str, int], met: set[Order], changes: Iterator[dict[str, int]]) -> dict[str, int]:
    """The sizes after the first change that is possible and shows more."""
    shown = len(orders(sizes) - met)
    for change in changes:
        changed = _made(names, sizes, change)
        if changed is not None and len(orders(changed) - met) > shown:
            return changed
    return sizes


def _made(names: Names, sizes: Sizes, change: Sizes) -> dict[str, int] | None:
    """All sizes after a change; None where a quotient is not whole or a range has no position left."""
    given: dict[str, int] = {name: n for name, n in sizes.items() if not isinstance(name, Defined)} | {**change}
    world = World(given)
    try:
        for quotient in names.quotients:
            world.size(quotient)
        made = given | {name: world.size(name) for name in sizes if isinstance(name, Defined)}
    except NotWhole:
        return None
    before, after = World(sizes), World(made)
    if not fit(names, made):
        return None
    return made if all(_length(a, after) >= min(1, _length(a, before)) for a in names.ranges) else None


def _length(axis: Range, world: World) -> int:
    try:
        lo, hi = world.limits(axis)
    except KeyError:  # it begins or ends at a letter
        return 1
    return hi - lo + 1
