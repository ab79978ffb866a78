"""How high everything stands: lines as straight as can be, nothing over another.

Each column is set right in turn: what its neighbours want, as near as the order and the sizes allow, which is an
isotonic regression (pool adjacent violators; Ayer et al. 1955).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from derive.picture.layers import Layers
from derive.picture.model import Item, Stop
from derive.picture.straight import straightened

SWEEPS, PITCH, GAP = 24, 44.0, 12.0
STIFF = {0: 1.0, 1: 3.0, 2: 9.0}
"""How much a line wants to be straight: between two nodes, at a node, between two stops."""


def heights(found: Layers, extents: Callable[[Item], tuple[float, float]], gap: float = GAP) -> dict[Item, float]:
    """The height of each item's line; extents: how far it goes above and below that."""
    pitch = PITCH if gap else 1.0
    y = {item: at * pitch for column in found.columns for item, at in column}
    wishes = _wishes(found)
    orders = [[item for item, _ in column] for column in found.columns]
    for sweep in range(SWEEPS):
        for order in orders if sweep % 2 == 0 else reversed(orders):
            y.update(_settled(order, y, wishes, extents, gap))
    return straightened(found, y, extents, gap)


Wishes = Mapping[Item, Sequence[tuple[Item, float]]]


def _wishes(found: Layers) -> Wishes:
    """For each item those that it wants to be level with, and how much."""
    wishes: dict[Item, list[tuple[Item, float]]] = {}
    for chain in found.chains.values():
        for a, b in pairwise(chain):
            weight = STIFF[isinstance(a, Stop) + isinstance(b, Stop)]
            wishes.setdefault(a, []).append((b, weight))
            wishes.setdefault(b, []).append((a, weight))
    return wishes


def _settled(
    order: Sequence[Item],
    y: Mapping[Item, float],
    wishes: Wishes,
    extents: Callable[[Item], tuple[float, float]],
    gap: float,
) -> dict[Item, float]:
    """One column, its order kept, nothing nearer to another than it may be."""
    offset, offsets = 0.0, []
    for n, item in enumerate(order):
        offset += extents(order[n - 1])[1] + gap + extents(item)[0] if n else 0.0
        offsets.append(offset)
    wanted = [_wanted(item, y, wishes.get(item, ())) for item in order]
    level = _rising([(at - off, weight) for (at, weight), off in zip(wanted, offsets, strict=True)])
    return {item: at + off for item, at, off in zip(order, level, offsets, strict=True)}


def _wanted(item: Item, y: Mapping[Item, float], wishes: Sequence[tuple[Item, float]]) -> tuple[float, float]:
    total = sum(weight for _, weight in wishes)
    return (sum(y[other] * weight for other, weight in wishes) / total, total) if wishes else (y[item], 1.0)


def _rising(wanted: Sequence[tuple[float, float]]) -> list[float]:
    """The nearest numbers that never fall."""
    blocks: list[tuple[float, float, int]] = []
    for at, weight in wanted:
        blocks.append((at, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, v, m), (b, w, n) = blocks[-2:]
            blocks[-2:] = [((a * v + b * w) / (v + w), v + w, m + n)]
    return [at for at, _, count in blocks for _ in range(count)]
