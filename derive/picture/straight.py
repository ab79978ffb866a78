"""Long lines made straight: pieces in neighbouring columns brought to one height where there is room for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from derive.picture.layers import Layers
from derive.picture.model import Item, Stop

Extents = Callable[[Item], tuple[float, float]]
ANY = (float("-inf"), float("inf"))


def straightened(found: Layers, y: Mapping[Item, float], extents: Extents, gap: float) -> dict[Item, float]:
    """The heights, those of each line in as few steps as its neighbours allow."""
    level = dict(y)
    orders = [[item for item, _ in column] for column in found.columns]
    place = {item: (order, n) for order in orders for n, item in enumerate(order)}
    for chain in found.chains.values():
        run: list[Item] = []
        low, high = ANY
        for item in (item for item in chain if isinstance(item, Stop)):
            least, most = _room(*place[item], level, extents, gap)
            if max(low, least) > min(high, most):
                _set_level(run, low, high, level)
                run, (low, high) = [], ANY
            run, low, high = [*run, item], max(low, least), min(high, most)
        _set_level(run, low, high, level)
    return level


def _room(order: Sequence[Item], n: int, y: Mapping[Item, float], extents: Extents, gap: float) -> tuple[float, float]:
    """How high and how low one of a column may be."""
    up, down = extents(order[n])
    least = y[order[n - 1]] + extents(order[n - 1])[1] + gap + up if n else ANY[0]
    most = y[order[n + 1]] - extents(order[n + 1])[0] - gap - down if n + 1 < len(order) else ANY[1]
    return min(least, y[order[n]]), max(most, y[order[n]])


def _set_level(run: Sequence[Item], low: float, high: float, y: dict[Item, float]) -> None:
    """A run at the height that is nearest to where it was."""
    if run:
        middle = sum(y[item] for item in run) / len(run)
        y.update(dict.fromkeys(run, min(max(middle, low), high)))
