"""What to change for fewer parameters or fewer connections: each change of one layer, counted anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derive.analyse.counts.layers import Layer, Spec, Totals, Unfit, counted, plain, totals
from derive.notation.index import Slot, position

MOST = 5
"""Suggestions for each goal."""
GOALS = ("parameters", "connections")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change in words, and the totals after it."""

    words: str
    after: Totals

    def saved(self, goal: str, before: Totals) -> float:
        """The part of a total that the change saves."""
        whole = getattr(before, goal).constant
        return 1 - getattr(self.after, goal).constant / whole if whole else 0.0

    def to_dict(self) -> dict[str, Any]:
        return {"change": self.words, **self.after.to_dict()}


def suggestions(shape: Sequence[Slot], specs: Sequence[Spec], layers: Sequence[Layer]) -> dict[str, list[Suggestion]]:
    """For each goal the changes that save most; none where sizes are symbolic."""
    before = totals(layers)
    if not (before.parameters.is_number and before.connections.is_number):
        return {}
    found = []
    for words, changed in _changes(specs, layers):
        try:
            found.append(Suggestion(words, totals(counted(shape, changed))))
        except Unfit:
            continue
    return {goal: _ranked(found, goal, before) for goal in GOALS}


def _ranked(found: list[Suggestion], goal: str, before: Totals) -> list[Suggestion]:
    best = sorted(found, key=lambda s: -s.saved(goal, before))
    return [s for s in best if s.saved(goal, before) > 0.005][:MOST]


def _changes(specs: Sequence[Spec], layers: Sequence[Layer]) -> Iterator[tuple[str, tuple[Spec, ...]]]:
    """Half the maps or units; a hidden full layer left out; twice the groups; means of maps before the first full."""
    whole = tuple(specs)
    for n, spec in enumerate(specs):
        last = n == len(specs) - 1
        if spec.kind != "pooling" and not last and spec.maps.constant % 2 == 0:
            half = position(spec.maps.constant // 2)
            what = "units" if spec.kind == "full" else "maps"
            yield (
                f"{spec.name}: {plain(half):,} {what} for {plain(spec.maps):,}",
                _with(whole, n, replace(spec, maps=half)),
            )
        if spec.kind == "full" and not last:
            yield f"without {spec.name}", (*whole[:n], *whole[n + 1 :])
        if spec.kind == "convolution":
            more = spec.groups * 2
            yield f"{spec.name} in {more} groups", _with(whole, n, replace(spec, groups=more))
    yield from _pooled(whole, layers)


def _pooled(specs: tuple[Spec, ...], layers: Sequence[Layer]) -> Iterator[tuple[str, tuple[Spec, ...]]]:
    """The mean of each map before the first full layer."""
    first = next((n for n, spec in enumerate(specs) if spec.kind == "full"), None)
    shape = layers[first].shape if first is not None else ()
    if first is not None and len(shape) > 1 and any(side != position(1) for side in shape[1:]):
        ones = tuple(position(1) for _ in shape[1:])
        pool = Spec("pooling", "mean", position(0), shape[1:], ones, tuple(position(0) for _ in ones))
        yield f"maps averaged before {specs[first].name}", (*specs[:first], pool, *specs[first:])


def _with(specs: tuple[Spec, ...], n: int, spec: Spec) -> tuple[Spec, ...]:
    return (*specs[:n], spec, *specs[n + 1 :])
