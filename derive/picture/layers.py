"""The layers of a graph and the order in each: fast-sugiyama's network simplex and its crossings.

Two calls: one for the columns of the quantities, one with every edge cut into pieces of one column each, so that what
is written at edges has columns of its own and no line passes over anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from derive.errors import DeriveError, Problem
from derive.picture.exchanges import exchanged
from derive.picture.model import Edge, Item, Plan, Stop
from derive.picture.order import kept_order

MISSING = "a graph needs fast-sugiyama for its layout"
INSTALL = "install it: pip install 'derive[graph]'"


@dataclass(frozen=True, slots=True)
class Layers:
    """columns: what stands in each, from the top, with a first height.  chains: each edge's items, left to right."""

    columns: tuple[tuple[tuple[Item, float], ...], ...]
    chains: Mapping[int, tuple[Item, ...]]


def layers(plan: Plan) -> Layers:
    """Columns from left to right; an edge that leads back is turned round for it, one to itself left out."""
    number = {node.name: n for n, node in enumerate(plan.nodes)}
    ends = {n: _ends(edge, number) for n, edge in enumerate(plan.edges) if edge.source != edge.target}
    columns = _columns(len(plan.nodes), list(dict.fromkeys(ends.values())))
    written = {n: columns[ends[n][1]] - 1 for n in ends if plan.edges[n].label is not None}
    renumbered = _with_label_columns(set(written.values()), max(columns.values(), default=0))
    chains = {n: _chain(n, ends[n], columns, renumbered, written.get(n)) for n in ends}
    own = {n: renumbered[at, False] for n, at in columns.items()}
    return Layers(kept_order(chains, own) if plan.ordered else _ordered(chains, own), chains)


def _ends(edge: Edge, number: Mapping[str, int]) -> tuple[int, int]:
    ends = number[edge.source], number[edge.target]
    return ends[::-1] if edge.back else ends


Pairs = list[tuple[int, int]]


def _placed(pairs: Pairs) -> list[Mapping[int, tuple[float, float]]]:
    """(layer, place in it) of each number, for each connected part."""
    try:
        from fast_sugiyama import from_edges
    except ImportError:
        raise DeriveError(Problem(None, MISSING, INSTALL)) from None
    found = from_edges(
        pairs,
        minimum_length=1,
        vertex_spacing=1.0,
        dummy_vertices=False,
        ranking_type="minimize",
        crossing_minimization="barycenter",
        transpose=True,
        check_layout=False,
    )
    return [{int(n): (y, x) for n, (x, y) in positions} for positions, *_ in found]


def _columns(count: int, pairs: Pairs) -> dict[int, int]:
    """The column of each node, the first being 0; a node without edges stands in the first."""
    found: dict[int, int] = dict.fromkeys(range(count), 0)
    for part in _placed(pairs) if pairs else []:
        layers = sorted({layer for layer, _ in part.values()}, reverse=True)
        found.update({n: layers.index(layer) for n, (layer, _) in part.items()})
    return found


def _with_label_columns(written: set[int], last: int) -> dict[tuple[int, bool], int]:
    """(column, False) -> its new number; (column, True) -> that of the column for labels after it."""
    kept = [(at, label) for at in range(last + 1) for label in (False, True) if not label or at in written]
    return {place: n for n, place in enumerate(kept)}


def _chain(
    edge: int, ends: tuple[int, int], columns: Mapping[int, int], renumbered: Mapping[tuple[int, bool], int],
    written: int | None,
) -> tuple[Item, ...]:  # fmt: skip
    """A node, a stop in each column between, a node."""
    first, last = (renumbered[columns[n], False] for n in ends)
    label = None if written is None else renumbered[written, True]
    stops = [Stop(edge, at, at == label) for at in range(first + 1, last)]
    return (ends[0], *stops, ends[1])


def _ordered(
    chains: Mapping[int, Sequence[Item]], columns: Mapping[int, int]
) -> tuple[tuple[tuple[Item, float], ...], ...]:
    """Each column's items in an order with few crossings, connected parts one below the other."""
    items: list[Item] = [*columns, *(x for chain in chains.values() for x in chain if isinstance(x, Stop))]
    number = {item: n for n, item in enumerate(items)}
    pairs = [(number[a], number[b]) for chain in chains.values() for a, b in pairwise(chain)]
    height = _heights(pairs, len(items))
    found: list[list[tuple[Item, float]]] = [[] for _ in range(_count(items, columns))]
    for item in items:
        found[item.column if isinstance(item, Stop) else columns[item]].append((item, height[number[item]]))
    ordered = [sorted(column, key=lambda met: (met[1], number[met[0]])) for column in found]
    joined = [pair for chain in chains.values() for pair in pairwise(chain)]
    better = exchanged([[item for item, _ in column] for column in ordered], joined)
    levels = ([at for _, at in column] for column in ordered)
    return tuple(tuple(zip(order, level, strict=True)) for order, level in zip(better, levels, strict=True))


def _count(items: Iterable[Item], columns: Mapping[int, int]) -> int:
    return 1 + max(item.column if isinstance(item, Stop) else columns[item] for item in items)


def _heights(pairs: Pairs, count: int) -> dict[int, float]:
    parts = sorted(_placed(list(dict.fromkeys(pairs))), key=min) if pairs else []
    found: dict[int, float] = {}
    top = 0.0
    for part in parts:
        least = min(at for _, at in part.values())
        found.update({n: top + at - least for n, (_, at) in part.items()})
        top = max(found.values()) + 1
    alone = [n for n in range(count) if n not in found]
    return found | {n: top + at for at, n in enumerate(alone)}
