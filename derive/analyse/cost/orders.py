"""The best orders of a product of arrays with symbolic sizes: those that no other order beats for all sizes.

Dynamic programming over the runs of the chain, as for numbers; but two polynomials may each be the less for some
sizes, so that a run keeps every order that no other is never above.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from derive.analyse.cost.measure import Measured, measured
from derive.analyse.cost.parts import Part, chain, product
from derive.analyse.cost.polynomials import LARGE, at, never_above, text, total
from derive.notation.index import Slot

LONGEST = 12
"""Factors of a chain whose orders are compared."""
MOST = 24
"""Orders that a run keeps."""


@dataclass(frozen=True, slots=True)
class Best:
    """The orders with the fewest multiplications, among so many; more than one where the sizes decide."""

    orders: tuple[Measured, ...]
    among: int

    def to_dict(self) -> dict[str, Any]:
        return {"among": self.among, "orders": [order.to_dict() for order in self.orders]}


def best_orders(name: str, part: Part) -> Best | None:
    """The best orders of a product of three factors or more; None for what has one order only."""
    factors = chain(part)
    if not 3 <= len(factors) <= LONGEST:
        return None
    best: dict[tuple[int, int], list[Part]] = {(n, n + 1): [f] for n, f in enumerate(factors)}
    for length in range(2, len(factors) + 1):
        for lo in range(len(factors) - length + 1):
            best[lo, lo + length] = _unbeaten(_joined(best, lo, lo + length))
    return Best(tuple(measured(name, {name: p}) for p in best[0, len(factors)]), orders_of(len(factors)))


def _joined(best: dict[tuple[int, int], list[Part]], lo: int, hi: int) -> Iterable[Part]:
    for cut in range(lo + 1, hi):
        for left in best[lo, cut]:
            for right in best[cut, hi]:
                made = product(left, right)
                if made is not None:
                    yield made


def _unbeaten(parts: Iterable[Part]) -> list[Part]:
    """Those that no other is never above; of equal ones the first."""
    kept: list[tuple[Slot, Part]] = []
    for part in parts:
        cost = multiplications(part)
        if not any(never_above(other, cost) for other, _ in kept):
            kept = [(other, p) for other, p in kept if not never_above(cost, other)] + [(cost, part)]
    return [part for _, part in sorted(kept, key=lambda k: (at(k[0], {}, LARGE), text(k[0])))[:MOST]]


def multiplications(part: Part) -> Slot:
    """Of all its operations, each once."""
    return total(step.multiplications for step in part.operations())


def orders_of(factors: int) -> int:
    """How many orders a product of so many factors has: the Catalan numbers 1, 1, 2, 5, 14 …"""
    found = 1
    for n in range(1, factors):
        found = found * 2 * (2 * n - 1) // (n + 1)
    return found
