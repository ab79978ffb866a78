"""Numbers with a slope: a + b ε with ε² = 0, where a and b are arrays or such numbers again.

The referee takes derivatives of functions with these, so that it needs no rule of the engine. Nesting gives mixed
derivatives of any order: each ε has a level of its own. Source: Griewank & Walther 2008, chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"
Integers: TypeAlias = "NDArray[np.int64]"
Truths: TypeAlias = "NDArray[np.bool_]"


@dataclass(frozen=True, eq=False, slots=True)
class Dual:
    """real + slope · ε, the ε of this level."""

    real: Value
    slope: Value
    level: int


Value: TypeAlias = "Array | Dual"

NOTHING: Array = np.zeros(())


def linear(change: Callable[[Array], Array], value: Value) -> Value:
    """A linear map of arrays (a sum, a broadcast, a mask) on a value."""
    if isinstance(value, Dual):
        return Dual(linear(change, value.real), linear(change, value.slope), value.level)
    return change(value)


def real_part(value: Value) -> Array:
    while isinstance(value, Dual):
        value = value.real
    return value


def slope_at(value: Value, level: int) -> Value:
    """The coefficient of the ε of a level; 0 where the value does not depend on it."""
    return _split(value, level)[1]


def plus(left: Value, right: Value) -> Value:
    if not isinstance(left, Dual) and not isinstance(right, Dual):
        return np.asarray(left + right)
    level = _level(left, right)
    (a, b), (c, d) = _split(left, level), _split(right, level)
    return Dual(plus(a, c), plus(b, d), level)


def times(left: Value, right: Value) -> Value:
    if not isinstance(left, Dual) and not isinstance(right, Dual):
        return np.asarray(left * right)
    level = _level(left, right)
    (a, b), (c, d) = _split(left, level), _split(right, level)
    return Dual(times(a, c), plus(times(a, d), times(b, c)), level)


def to_number(base: Value, exponent: float) -> Value:
    """base to a fixed exponent, entry by entry."""
    if not isinstance(base, Dual):
        return np.asarray(np.power(base, exponent))
    if exponent == 0:
        return np.ones_like(real_part(base))
    slope = times(times(np.asarray(exponent), to_number(base.real, exponent - 1)), base.slope)
    return Dual(to_number(base.real, exponent), slope, base.level)


def to_value(base: Value, exponent: Value) -> Value:
    """base to an exponent, both of them values: where the exponent has a slope, xʸ = exp(y log x)."""
    if not isinstance(base, Dual) and not isinstance(exponent, Dual):
        return np.asarray(np.power(base, exponent))
    level = _level(base, exponent)
    (a, b), (c, d) = _split(base, level), _split(exponent, level)
    slope: Value = NOTHING
    if isinstance(base, Dual) and base.level == level:
        slope = times(times(c, to_value(a, plus(c, np.asarray(-1.0)))), b)
    if isinstance(exponent, Dual) and exponent.level == level:
        slope = plus(slope, times(times(to_value(a, c), elementary("log", 0, a)), d))
    return Dual(to_value(a, c), slope, level)


def elementary(name: str, order: int, value: Value) -> Value:
    """The derivative of that order of an elementary function, at a value."""
    if isinstance(value, Dual):
        slope = times(elementary(name, order + 1, value.real), value.slope)
        return Dual(elementary(name, order, value.real), slope, value.level)
    from derive.referee.functions import ELEMENTARY

    return np.asarray(ELEMENTARY[name](value, order))


def _level(*values: Value) -> int:
    return max(value.level for value in values if isinstance(value, Dual))


def _split(value: Value, level: int) -> tuple[Value, Value]:
    return (value.real, value.slope) if isinstance(value, Dual) and value.level == level else (value, NOTHING)
