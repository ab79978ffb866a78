"""Recurrences: equations that read each other at other positions, z[t] reads h[t-1], and an order for all.

A component of equations that read each other is a loop if, along one axis of each of its quantities, every read goes
the same way, back or ahead, and those that do not move close no cycle, or one that moves along another axis. Any
other cycle is none that can be evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derive.declare.order import components, cycle, evaluation_order
from derive.notation.bounds import surely_nonnegative, surely_positive
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Tensor
from derive.notation.index import Slot
from derive.notation.walk import entries


@dataclass(frozen=True, slots=True)
class Edge:
    """Equation `reader` reads an entry that equation `read` gives."""

    reader: int
    read: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Order:
    """order: positions of equations in an order of evaluation.  delayed: (reader's name, read quantity's name) where
    every such read within a loop is of a position that comes earlier.  backwards: the quantities of loops that run from
    the last position to the first.  cycles: what cannot be evaluated, each as positions a, what a reads, …, a."""

    order: tuple[int, ...]
    delayed: frozenset[tuple[str, str]] = frozenset()
    backwards: frozenset[str] = frozenset()
    cycles: tuple[tuple[int, ...], ...] = ()


def ordered(equations: Sequence[Equation], implicit: frozenset[str] = frozenset()) -> Order:
    """An order of evaluation, each loop's equations together.

    implicit: quantities that a condition defines; a cycle through one is no loop, but equations to be solved together.
    """
    edges = _edges(equations)
    reads = _reads(len(equations), edges)
    order = evaluation_order(reads)
    if len(order) == len(equations):
        return Order(tuple(order))
    return _with_loops(equations, edges, reads, implicit)


def _with_loops(
    equations: Sequence[Equation], edges: Sequence[Edge], reads: list[list[int]], implicit: frozenset[str]
) -> Order:
    kept: list[Edge] = []
    inside = {n: k for k, component in enumerate(components(reads)) for n in component}
    loops = [e for e in edges if inside[e.reader] == inside[e.read]]
    groups: dict[int, list[Edge]] = {}
    for edge in loops:
        still = groups.setdefault(inside[edge.reader], [])
        if edge.entry.tensor.name not in implicit:
            still.append(edge)
    solved = {inside[e.reader] for e in loops if e.entry.tensor.name in implicit}
    backwards: set[str] = set()
    bad: list[tuple[int, ...]] = []
    for k in solved:  # what is left within it must be no cycle
        left = groups.pop(k)
        bad.extend(tuple(_shown(part)) for part, closed in _closed(left) if closed)
        kept.extend(left)
    for group in groups.values():
        left, ahead, fault = _undelayed(equations, group)
        kept.extend(left)
        bad.extend(fault)
        backwards.update(ahead)
    return Order(_joined(reads, inside, kept), _delayed(equations, loops, kept), frozenset(backwards), tuple(bad))


def _edges(equations: Sequence[Equation]) -> list[Edge]:
    givers: dict[Tensor, list[int]] = {}
    for n, equation in enumerate(equations):
        givers.setdefault(equation.left.tensor, []).append(n)
    return [
        Edge(n, giver, entry)
        for n, equation in enumerate(equations)
        for entry in dict.fromkeys(entries(equation.right))
        for giver in givers.get(entry.tensor, ())
        if _may_give(equations[giver], entry)
    ]


def _may_give(equation: Equation, entry: Entry) -> bool:
    """Whether an equation may give an entry: no fixed position of its left side is surely another one."""
    for own, at in zip(equation.left.slots, entry.slots, strict=True):
        runs = own.letter.range if own.letter is not None else None
        low, high = (runs.lo, runs.hi) if runs is not None else (own, own)
        if surely_positive(low - at) or surely_positive(at - high):
            return False
    return True


def _reads(count: int, edges: Sequence[Edge]) -> list[list[int]]:
    found: list[dict[int, None]] = [{} for _ in range(count)]
    for edge in edges:
        found[edge.reader][edge.read] = None
    return [list(reads) for reads in found]


def _joined(reads: list[list[int]], inside: Mapping[int, int], kept: Sequence[Edge]) -> tuple[int, ...]:
    """Components in order, each one's equations in the order of their undelayed reads."""
    members: dict[int, list[int]] = {}
    for n in range(len(reads)):
        members.setdefault(inside[n], []).append(n)
    between: dict[int, dict[int, None]] = {k: {} for k in members}
    for n, met in enumerate(reads):
        between[inside[n]].update((inside[r], None) for r in met if inside[r] != inside[n])
    # components are numbered by their first equation, so that the file's order is kept where it is free
    first = sorted(members, key=lambda k: members[k][0])
    number = {k: n for n, k in enumerate(first)}
    outer = evaluation_order([[number[r] for r in between[k]] for k in first])
    own = _reads(len(reads), kept)
    return tuple(n for k in outer for n in _within(members[first[k]], own))


def _within(members: Sequence[int], reads: Sequence[Sequence[int]]) -> list[int]:
    number = {n: k for k, n in enumerate(members)}
    order = evaluation_order([[number[r] for r in reads[n] if r in number] for n in members])
    return [members[k] for k in order] if len(order) == len(members) else list(members)


def _delayed(equations: Sequence[Equation], loops: Sequence[Edge], kept: Sequence[Edge]) -> frozenset[tuple[str, str]]:
    def pair(edge: Edge) -> tuple[str, str]:
        return equations[edge.reader].left.tensor.key, edge.entry.tensor.key

    return frozenset(map(pair, loops)) - frozenset(map(pair, kept))


def _undelayed(equations: Sequence[Equation], edges: list[Edge]) -> tuple[list[Edge], set[str], list[tuple[int, ...]]]:
    """(the reads within a loop that do not move, the quantities whose loop runs backwards, the cycles that stay)."""
    waiting, kept = [edges], list[Edge]()
    ahead: set[str] = set()
    bad: list[tuple[int, ...]] = []
    while waiting:
        group = waiting.pop()
        split = _along_an_axis(equations, group)
        if split is None:
            bad.append(tuple(_shown(group)))
            continue
        still, forwards = split
        if not forwards:
            ahead.update(equations[e.reader].left.tensor.key for e in group)
        parts = _closed(still)
        waiting.extend(part for part, closed in parts if closed)
        kept.extend(e for part, closed in parts for e in part if not closed)
    return kept, ahead, bad


def _closed(edges: list[Edge]) -> list[tuple[list[Edge], bool]]:
    """The reads that still close a cycle, component by component, and the others."""
    if not edges:
        return []
    count = 1 + max(max(e.reader, e.read) for e in edges)
    inside = {n: k for k, met in enumerate(components(_reads(count, edges))) for n in met}
    groups: dict[int, list[Edge]] = {}
    for edge in edges:
        groups.setdefault(inside[edge.reader] if inside[edge.reader] == inside[edge.read] else -1, []).append(edge)
    return [(group, k >= 0) for k, group in groups.items()]


def _shown(edges: Sequence[Edge]) -> list[int]:
    count = 1 + max(max(e.reader, e.read) for e in edges)
    return cycle(min(e.reader for e in edges), frozenset(e.reader for e in edges), _reads(count, edges))


def _along_an_axis(equations: Sequence[Equation], edges: list[Edge]) -> tuple[list[Edge], bool] | None:
    """(the reads that do not move along an axis, whether the others go back along it); None if no axis will do."""
    first = equations[edges[0].reader].left
    for place in range(len(first.slots)):
        places = _places(equations, edges, first.tensor, place)
        if places is None:
            continue
        steps = [(e, _step(equations, e, places)) for e in edges]
        for sign in (1, -1):
            if all(surely_nonnegative(step * sign) for _, step in steps):
                still = [e for e, step in steps if not surely_positive(step * sign)]
                if len(still) < len(edges):
                    return still, sign == 1
    return None


def _step(equations: Sequence[Equation], edge: Edge, places: Mapping[Tensor, int]) -> Slot:
    """How far back a read goes along the chosen axes."""
    left = equations[edge.reader].left
    return left.slots[places[left.tensor]] - edge.entry.slots[places[edge.entry.tensor]]


def _places(
    equations: Sequence[Equation], edges: Sequence[Edge], first: Tensor, place: int
) -> dict[Tensor, int] | None:
    """The axis of each quantity that runs along with one axis of the first: where reads differ by no letter."""
    found = {first: place}
    waiting = list(edges)
    while waiting:
        later = []
        for edge in waiting:
            left = equations[edge.reader].left
            if left.tensor not in found:
                later.append(edge)
            elif edge.entry.tensor not in found:
                met = _beside(left.slots[found[left.tensor]], edge.entry)
                if met is None:
                    return None
                found[edge.entry.tensor] = met
        if len(later) == len(waiting):
            return None
        waiting = later
    return found


def _beside(own: Slot, entry: Entry) -> int | None:
    for place, slot in enumerate(entry.slots):
        if not any(True for _ in (own - slot).letters()) and (own.letter is None or any(True for _ in slot.letters())):
            return place
    return None
