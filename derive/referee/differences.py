"""Directional derivatives by central differences, with an estimate of their own error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from derive.referee.dual import Array
from derive.referee.world import Held, Watch, World

_WEIGHTS = ((1, 3 / 4), (2, -3 / 20), (3, 1 / 60))
"""The central difference of order 6 on ±h, ±2h, ±3h (Fornberg 1988)."""
_LOWER = ((1, 2 / 3), (2, -1 / 12))
_RELIABLE = 1e-7


@dataclass(frozen=True, slots=True)
class Scaled:
    """A sum, and the sum of the magnitudes that it is made of."""

    value: float
    magnitude: float

    @staticmethod
    def of(*arrays: Array) -> Scaled:
        return Scaled(sum(float(a.sum()) for a in arrays), sum(float(np.abs(a).sum()) for a in arrays))


@dataclass(frozen=True, slots=True)
class Slope:
    """A directional derivative, and the smallest difference that its rounding lets one see."""

    value: float
    noise: float

    def apart(self, other: Scaled) -> float:
        """How far another value is away, relative to both and to the magnitudes that it is made of."""
        size = max(abs(self.value), abs(other.value), 1e-3 * other.magnitude, self.noise)
        return abs(self.value - other.value) / size if size else 0.0


def directional(moved: Callable[[float, World], Scaled], world: World, attempt: int) -> Slope | None:
    """d/dt of `moved(t, world)` at 0. None where it is not finite, where a bracket falls otherwise at one of the
    points (a kink), or where differences of two orders disagree."""
    step = (4e-3, 1e-3, 2e-4)[attempt % 3]
    values: dict[int, Scaled] = {}
    before: Watch | None = None
    held = Held()
    for count in (0, -3, -2, -1, 1, 2, 3):  # 0 too: sign(x²) falls alike on both sides of its kink, and otherwise on it
        watched, watch = replace(world, held=held).watched()
        held.begin()
        values[count] = moved(count * step, watched)
        if not np.isfinite(values[count].value) or (before is not None and not watch.same(before)):
            return None
        before = watch
        held.recording = False
    return _slope(values, step)


def _slope(values: dict[int, Scaled], step: float) -> Slope | None:
    odd = {k: (values[k].value - values[-k].value) / step for k in (1, 2, 3)}
    high, low = (sum(w * odd[k] for k, w in weights) for weights in (_WEIGHTS, _LOWER))
    magnitude = max(v.magnitude for v in values.values())
    noise = 1e-6 * magnitude
    return Slope(high, noise) if abs(high - low) <= _RELIABLE * max(abs(high), noise) else None
