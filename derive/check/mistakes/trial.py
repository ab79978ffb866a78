"""Numbers at one point, for candidates: what a part of the right side is worth, and what it should be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from derive.check.entries import Reading
from derive.check.judge import Judge
from derive.check.setting import Setting
from derive.check.values import Array, Disagree, Unknown, Value, added
from derive.syntax.tree import Node

FAILS = (Disagree, Unknown, ArithmeticError, ValueError, LookupError)
"""What an edit that makes no sense may raise."""


@dataclass(frozen=True, eq=False)
class Trial:
    """The left side at one point, and what is compared with it."""

    judge: Judge
    left: Node
    reading: Reading
    point: int
    value: Value
    rays: Array
    """Two random directions: arrays are compared by their length along these."""

    def array(self, node: Node) -> Array | None:
        """A part of the right side as an array of the left one's shape; None if it has none of that shape."""
        try:
            _, value = self.judge.sides(self.left, node, self.point, self.reading)
            filled = added((self.value, value), ("+", "+"))
            shapes = [(v.rows is None, v.columns is None) for v in (filled, self.value)]
            if shapes[0] != shapes[1]:
                return None
            array = np.asarray(filled.array - self.value.array)
            fits = array.size == self.value.array.size and np.all(np.isfinite(array))
            return array.reshape(self.shape) if fits else None
        except FAILS:
            return None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.array.shape

    def along(self, array: Array) -> Array:
        """How far an array goes in the two directions."""
        return np.asarray(self.rays @ array.ravel())


def trial(judge: Judge, left: Node, reading: Reading) -> Trial | None:
    """The left side at the liveliest point; None where it has no value."""
    met = [(point, value) for point in range(len(judge.settings)) if (value := _value(judge, left, point, reading))]
    if not met:
        return None
    point, value = max(met, key=lambda m: (np.any(m[1].array), _alive(judge.settings[m[0]]), -m[0]))
    rays = np.random.default_rng(0).standard_normal((2, value.array.size))
    return Trial(judge, left, reading, point, value, rays)


def _alive(setting: Setting) -> float:
    """How much of all numbers of a point is not zero: where a ReLU is dead, many formulas are equal."""
    arrays = [np.asarray(array) for array in setting.world.arrays.values()]
    return sum(int(np.count_nonzero(a)) for a in arrays) / max(1, sum(a.size for a in arrays))


def _value(judge: Judge, left: Node, point: int, reading: Reading) -> Value | None:
    try:
        value, _ = judge.sides(left, left, point, reading)
    except FAILS:
        return None
    usable = not value.fills and not value.is_odd and np.all(np.isfinite(value.array))
    return value if usable else None
