"""An order of evaluation: each equation after those whose quantities it reads, in the file's order where that is free.

Strongly connected components by Tarjan (1972), with a stack of its own; linear in equations and reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush


def evaluation_order(reads: Sequence[Sequence[int]]) -> list[int]:
    """Positions such that each stands after all that it reads; those on a cycle, or after one, are left out."""
    waiting = [len(set(sources)) for sources in reads]
    readers: list[list[int]] = [[] for _ in reads]
    for reader, sources in enumerate(reads):
        for source in set(sources):
            readers[source].append(reader)
    ready = [n for n, count in enumerate(waiting) if not count]
    heapify(ready)
    order: list[int] = []
    while ready:
        done = heappop(ready)
        order.append(done)
        for reader in readers[done]:
            waiting[reader] -= 1
            if not waiting[reader]:
                heappush(ready, reader)
    return order


def cycles(reads: Sequence[Sequence[int]]) -> list[list[int]]:
    """For each component that reads itself, a shortest cycle through its first equation: a, what a reads, …, a."""
    found = []
    for component in components(reads):
        first = min(component)
        if len(component) > 1 or first in reads[first]:
            found.append(cycle(first, frozenset(component), reads))
    return sorted(found)


def components(reads: Sequence[Sequence[int]]) -> list[list[int]]:
    """The strongly connected components."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    components: list[list[int]] = []
    for root in range(len(reads)):
        if root in number:
            continue
        work = [(root, iter(reads[root]))]
        number[root] = low[root] = len(number)
        path.append(root)
        on_path.add(root)
        while work:
            node, rest = work[-1]
            for source in rest:
                if source not in number:
                    number[source] = low[source] = len(number)
                    path.append(source)
                    on_path.add(source)
                    work.append((source, iter(reads[source])))
                    break
                if source in on_path:
                    low[node] = min(low[node], number[source])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    components.append(_cut(path, node))
                    on_path.difference_update(components[-1])
    return components


def _cut(path: list[int], root: int) -> list[int]:
    """The end of the path from its root on, taken off."""
    taken = [path.pop()]
    while taken[-1] != root:
        taken.append(path.pop())
    return taken


def cycle(start: int, inside: frozenset[int], reads: Sequence[Sequence[int]]) -> list[int]:
    """A shortest cycle through `start`, by breadth-first search."""
    came: dict[int, int] = {}
    queue = [start]
    for node in queue:
        for source in reads[node]:
            if source == start:
                back = [node]
                while back[-1] != start:
                    back.append(came[back[-1]])
                return [*reversed(back), start]
            if source in inside and source not in came:
                came[source] = node
                queue.append(source)
    return [start, start]
