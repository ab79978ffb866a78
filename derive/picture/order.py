"""The columns of a graph whose quantities keep their order, as the units of a layer do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

from derive.picture.model import Item, Stop

Chains = Mapping[int, tuple[Item, ...]]
Level = tuple[int, float, int]
"""(the first node of a connected part, how far down its column, the edge)."""


def kept_order(chains: Chains, columns: Mapping[int, int]) -> tuple[tuple[tuple[Item, float], ...], ...]:
    """Each column's nodes as they are numbered, part below part; where an edge passes, between its ends."""
    part = _parts(chains, columns)
    level = _levels(part, columns)
    found: list[list[tuple[Level, Item]]] = [[] for _ in range(1 + max(columns.values(), default=0))]
    for n, column in columns.items():
        found[column].append(((part[n], level[n], -1), n))
    for chain in chains.values():
        ends = [item for item in chain if not isinstance(item, Stop)]
        for at, item in enumerate(chain):
            if isinstance(item, Stop):
                share = at / (len(chain) - 1)
                between = (1 - share) * level[ends[0]] + share * level[ends[1]]
                found[item.column].append(((part[ends[0]], between, item.edge), item))
    ordered = (sorted(column, key=lambda met: met[0]) for column in found)
    return tuple(tuple((item, float(at)) for at, (_, item) in enumerate(column)) for column in ordered)


def _parts(chains: Chains, nodes: Collection[int]) -> dict[int, int]:
    """The first node that each is connected with."""
    first = {n: n for n in nodes}

    def root(n: int) -> int:
        while first[n] != n:
            n = first[n]
        return n

    for chain in chains.values():
        for a, b in pairwise(root(item) for item in chain if not isinstance(item, Stop)):
            first[max(a, b)] = min(a, b)
    return {n: root(n) for n in nodes}


def _levels(part: Mapping[int, int], columns: Mapping[int, int]) -> dict[int, float]:
    """How far down each stands in its part of a column, from 0 to 1."""
    own: dict[tuple[int, int], list[int]] = {}
    for n, column in columns.items():
        own.setdefault((part[n], column), []).append(n)
    return {n: (at + 0.5) / len(met) for met in own.values() for at, n in enumerate(met)}
