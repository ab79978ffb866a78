"""The paths from a quantity to the outputs, along which the chain rule adds up (Griewank & Walther 2008, chapter 2).

There may be more paths than anyone can list: they are counted exactly, and some are shown, the shortest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from derive.declare.network import Network
from derive.graph import Graph
from derive.notation.expression import Tensor

MOST = 12
"""How many paths are listed."""


@dataclass(frozen=True, slots=True)
class Paths:
    """shown: the first paths, each from the quantity to an output.  count: how many there are in all.

    round: quantities on the way that a recurrence leads back to: a path may go round there, position by position.
    """

    shown: tuple[tuple[str, ...], ...]
    count: int
    round: tuple[str, ...] = ()


def paths(network: Network, name: str) -> Paths:
    """The paths from a quantity to the cost, or to the outputs where no cost is named."""
    graph = Graph(network)
    ends = graph.outputs(network.cost)
    onward = _onward(graph, network)
    start = network.tensors[name]
    counts = _counts(onward, ends, start)
    found = _first(onward, counts, ends, start) if counts.get(start) else []
    met = {name for path in found for name in path}
    round_ = [t.name for t in network.tensors.values() if t.name in met and _comes_back(t, graph, network)]
    return Paths(tuple(found), counts.get(start, 0), tuple(round_))


Onward = Mapping[Tensor, Sequence[Tensor]]


def _onward(graph: Graph, network: Network) -> Onward:
    """Who reads a quantity, in file order, reads of another position aside."""
    return {
        tensor: [
            reader
            for reader in dict.fromkeys(w.equation.left.tensor for w in written)
            if (reader.key, tensor.key) not in network.delayed and reader != tensor
        ]
        for tensor, written in graph.readers.items()
    }


def _counts(onward: Onward, ends: Sequence[Tensor], start: Tensor) -> dict[Tensor, int]:
    """How many paths lead from each quantity to an end: those of its readers added up, the last ones first."""
    counts: dict[Tensor, int] = {}
    waiting = [start]
    while waiting:
        tensor = waiting[-1]
        open_ = [t for t in onward.get(tensor, ()) if t not in counts] if tensor not in ends else []
        if open_ and tensor not in counts:
            waiting.extend(open_)
            continue
        waiting.pop()
        counts[tensor] = 1 if tensor in ends else sum(counts[t] for t in onward.get(tensor, ()))
    return counts


def _first(
    onward: Onward, counts: Mapping[Tensor, int], ends: Sequence[Tensor], start: Tensor
) -> list[tuple[str, ...]]:
    """Some paths, the shortest first, those of one length in the order of the file.

    The steps that are left are known exactly, so that each path taken up leads to an end as short as it promises.
    """
    left = _left(onward, counts, ends)
    waiting: list[tuple[int, tuple[int, ...], tuple[Tensor, ...]]] = [(left[start], (), (start,))]
    found: list[tuple[str, ...]] = []
    while waiting and len(found) < MOST:
        _, order, path = heappop(waiting)
        if path[-1] in ends:
            found.append(tuple(t.key for t in path))
            continue
        for n, reader in enumerate(onward.get(path[-1], ())):
            if counts.get(reader):
                heappush(waiting, (len(path) + left[reader], (*order, n), (*path, reader)))
    return found


def _left(onward: Onward, counts: Mapping[Tensor, int], ends: Sequence[Tensor]) -> dict[Tensor, int]:
    """The number of steps from each quantity to the nearest end; counts lists readers before what they read."""
    left: dict[Tensor, int] = {}
    for tensor, count in counts.items():
        steps = [left[reader] + 1 for reader in onward.get(tensor, ()) if reader in left]
        if count:
            left[tensor] = 0 if tensor in ends else min(steps)
    return left


def _comes_back(tensor: Tensor, graph: Graph, network: Network) -> bool:
    """Whether a delayed read leads from the quantity's readers back to it."""
    readers = {w.equation.left.tensor.key for w in graph.readers.get(tensor, ())}
    return tensor not in graph.around and any((reader, tensor.key) in network.delayed for reader in readers)
