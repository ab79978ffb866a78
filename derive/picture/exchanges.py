"""Neighbours in a column that change places where fewer lines cross then (greedy switching; Eades & Kelly 1986)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)
ROUNDS = 12


def exchanged(columns: Sequence[Sequence[Item]], pairs: Sequence[tuple[Item, Item]]) -> list[list[Item]]:
    """The columns in a better order; pairs: what a line joins, from one column to the next."""
    before: dict[Item, list[Item]] = {}
    after: dict[Item, list[Item]] = {}
    for a, b in pairs:
        after.setdefault(a, []).append(b)
        before.setdefault(b, []).append(a)
    orders = [list(column) for column in columns]
    place = {item: n for order in orders for n, item in enumerate(order)}
    best, fewest = [list(order) for order in orders], _total(orders, place, after)
    for turn in range(ROUNDS):
        for order in orders:  # every other time also where as many cross: two that go together may both move on
            _pass(order, place, (before, after), turn % 2)
        if (met := _total(orders, place, after)) < fewest:
            best, fewest = [list(order) for order in orders], met
    return best


Beside = Sequence[Mapping[Item, Sequence[Item]]]


def _pass(order: list[Item], place: dict[Item, int], beside: Beside[Item], below: int) -> None:
    """Exchanges two of a column where the change in crossings is below a number."""
    for n in range(len(order) - 1):
        a, b = order[n], order[n + 1]
        if sum(_crossings(b, a, place, side) - _crossings(a, b, place, side) for side in beside) < below:
            order[n], order[n + 1] = b, a
            place[a], place[b] = n + 1, n


def _total(orders: Sequence[Sequence[Item]], place: Mapping[Item, int], after: Mapping[Item, Sequence[Item]]) -> int:
    return sum(_crossings(a, b, place, after) for order in orders for n, b in enumerate(order) for a in order[:n])


def _crossings(upper: Item, lower: Item, place: Mapping[Item, int], side: Mapping[Item, Sequence[Item]]) -> int:
    return sum(place[p] > place[q] for p in side.get(upper, ()) for q in side.get(lower, ()))
