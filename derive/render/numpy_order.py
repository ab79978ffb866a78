"""The order in which lines are worked out, recurrences as loops: upwards where they read back, downwards where ahead.

    z[t] reads h[t-1], h[t] reads z[t]:    for t = 1, …, T: z, then h
    h̄[t] reads z̄[t+1], z̄[t] reads h̄[t]:    for t = T, …, 1: h̄, then z̄

Lines that read each other make a loop along one axis of each of their quantities; reads that do not move along it may
make another loop inside. What is no such loop is repeated until nothing changes any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from derive.declare.order import components, evaluation_order
from derive.derivation import Line
from derive.notation.bounds import surely_nonnegative, surely_positive
from derive.notation.expression import Entry, Tensor
from derive.notation.index import Range, Slot
from derive.notation.walk import entries

Places: TypeAlias = Mapping[Tensor, int]


@dataclass(frozen=True, slots=True)
class Loop:
    """Steps for each position along one axis of each quantity, from the first position on or from the last one back."""

    places: Places
    upwards: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Rounds:
    """Lines that are repeated together until all is settled."""

    lines: tuple[Line, ...]


Step: TypeAlias = Line | Loop | Rounds


@dataclass(frozen=True, slots=True)
class _Read:
    reader: int
    read: int
    entry: Entry


def arranged(lines: Sequence[Line]) -> tuple[Step, ...]:
    """Every line once, after those that it reads."""
    return _arranged(lines, range(len(lines)), _reads(lines))


def lines_in(step: Step) -> tuple[Line, ...]:
    """The lines of a step, in order."""
    if isinstance(step, Line):
        return (step,)
    return step.lines if isinstance(step, Rounds) else tuple(line for inner in step.steps for line in lines_in(inner))


def _reads(lines: Sequence[Line]) -> list[_Read]:
    givers: dict[Tensor, list[int]] = {}
    for n, line in enumerate(lines):
        givers.setdefault(line.tensor, []).append(n)
    return [
        _Read(n, giver, entry)
        for n, line in enumerate(lines)
        for entry in dict.fromkeys(entries(line.scalar.right))
        for giver in givers.get(entry.tensor, ())
        if _may_give(lines[giver], entry)
    ]


def _may_give(line: Line, entry: Entry) -> bool:
    """Whether a line may give an entry: no slot is surely apart."""
    for own, at in zip(line.left.slots, entry.slots, strict=True):
        ends = _range(own)
        if ends is not None and (surely_positive(ends.lo - at) or surely_positive(at - ends.hi)):
            return False
    return True


def _range(slot: Slot) -> Range | None:
    """From where to where a slot of a left side goes: t + c, or a fixed position."""
    letters = list(slot.letters())
    if not letters:
        return Range(slot, slot)
    offset = slot - letters[0].slot
    fixed = len(letters) == 1 and not any(True for _ in offset.letters())
    return Range(letters[0].range.lo + offset, letters[0].range.hi + offset) if fixed else None


def _arranged(lines: Sequence[Line], nodes: Sequence[int], reads: Sequence[_Read]) -> tuple[Step, ...]:
    """The lines of some nodes, by their reads among each other."""
    number = {node: n for n, node in enumerate(nodes)}
    sources: list[list[int]] = [[] for _ in nodes]
    for read in reads:
        sources[number[read.reader]].append(number[read.read])
    groups = sorted((sorted(nodes[n] for n in group) for group in components(sources)), key=lambda group: group[0])
    inside = {node: n for n, group in enumerate(groups) for node in group}
    between: list[list[int]] = [[] for _ in groups]
    for read in reads:
        if inside[read.reader] != inside[read.read]:
            between[inside[read.reader]].append(inside[read.read])
    order = evaluation_order(between)
    own = [[r for r in reads if inside[r.reader] == n == inside[r.read]] for n in order]
    return tuple(_step(lines, groups[n], closed) for n, closed in zip(order, own, strict=True))


def _step(lines: Sequence[Line], group: Sequence[int], reads: Sequence[_Read]) -> Step:
    if not reads:
        return lines[group[0]]
    for start in _starts(lines[group[0]]):
        places = _places(lines, reads, start)
        moves = [(read, _move(lines[read.reader], read.entry, places)) for read in reads] if places else []
        for upwards in (True, False):
            gone = [(read, move if upwards else -move) for read, move in moves]
            still = [read for read, move in gone if not surely_positive(move)]
            if places and len(still) < len(reads) and all(surely_nonnegative(move) for _, move in gone):
                return Loop(places, upwards, _arranged(lines, group, still))
    return Rounds(tuple(lines[n] for n in group))


def _starts(line: Line) -> list[tuple[Tensor, int]]:
    """Axes along which a loop may go, labels first."""
    labels = line.tensor.labels
    return [(line.tensor, n) for n in (*labels, *(n for n in range(len(line.left.slots)) if n not in labels))]


def _move(line: Line, entry: Entry, places: Places) -> Slot:
    """How far back along the loop's axis a line reads."""
    return line.left.slots[places[line.tensor]] - entry.slots[places[entry.tensor]]


def _places(lines: Sequence[Line], reads: Sequence[_Read], start: tuple[Tensor, int]) -> dict[Tensor, int] | None:
    """The axis of each quantity that goes along with one axis of the first: where reads differ by no letter."""
    found = dict([start])
    waiting = list(reads)
    while waiting:
        ready = [read for read in waiting if lines[read.reader].tensor in found]
        if not ready:
            return None
        for read in ready:
            line = lines[read.reader]
            place = _beside(line.left.slots[found[line.tensor]], read.entry, found.get(read.entry.tensor))
            if place is None:
                return None
            found[read.entry.tensor] = place
        waiting = [read for read in waiting if read not in ready]
    return found


def _beside(own: Slot, entry: Entry, known: int | None) -> int | None:
    """The place of an entry whose slot is a fixed distance from a slot of the line, labels first."""
    labels = entry.tensor.labels
    order = [*labels, *(n for n in range(len(entry.slots)) if n not in labels)] if known is None else [known]
    plain = any(True for _ in own.letters())
    for n in order:
        slot = entry.slots[n]
        if not any(True for _ in (own - slot).letters()) and any(True for _ in slot.letters()) == plain:
            return n
    return None
