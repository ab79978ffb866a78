"""The numeric values of elementary functions and their derivatives of every order, and random smooth functions.

These are the referee's own: nothing here reads a slope from the table of operators.
Source: Abramowitz & Stegun 1972 (6.4 polygamma, 7.1.19 erf).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Protocol

import numpy as np

from derive.referee.dual import Array, Integers, Value, elementary, linear, plus, times

Polynomial = tuple[float, ...]


def _exp(x: Array, order: int) -> Array:
    return np.asarray(np.exp(x))


def _log(x: Array, order: int) -> Array:
    """log⁽ⁿ⁾ x = (−1)ⁿ⁻¹ (n−1)! x⁻ⁿ."""
    if not order:
        return np.asarray(np.log(x))
    return np.asarray((-1.0) ** (order - 1) * math.factorial(order - 1) * np.power(x, -float(order)))


def _log2(x: Array, order: int) -> Array:
    return _log(x, order) / math.log(2)


def _sqrt(x: Array, order: int) -> Array:
    falling = math.prod(0.5 - k for k in range(order))
    return np.asarray(falling * np.power(x, 0.5 - order))


def _sine(x: Array, order: int) -> Array:
    """sin and its derivatives, by turns; sin(x + nπ/2) would lose digits."""
    turned = (np.sin(x), np.cos(x), -np.sin(x), -np.cos(x))
    return np.asarray(turned[order % 4])


def _cosine(x: Array, order: int) -> Array:
    return _sine(x, order + 1)


def _derived(step: Polynomial) -> Callable[[int], Polynomial]:
    """The polynomials Pₙ with f⁽ⁿ⁾ = Pₙ(f), for a function with f′ = step(f)."""

    @cache
    def of_order(order: int) -> Polynomial:
        if not order:
            return (0.0, 1.0)
        slope = np.polynomial.polynomial.polyder(of_order(order - 1))
        return tuple(float(c) for c in np.polynomial.polynomial.polymul(slope, step))

    return of_order


def _by_output(value: Callable[[Array], Array], step: Polynomial) -> Callable[[Array, int], Array]:
    polynomial = _derived(step)
    return lambda x, order: np.asarray(np.polynomial.polynomial.polyval(value(x), polynomial(order)))


def _logistic(x: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def _erf(x: Array, order: int) -> Array:
    """erf⁽ⁿ⁾ x = (2/√π) (−1)ⁿ⁻¹ Hₙ₋₁(x) exp(−x²)."""
    if not order:
        return _each(math.erf, x)
    hermite = np.polynomial.hermite.hermval(x, [0.0] * (order - 1) + [1.0])
    return np.asarray(2 / math.sqrt(math.pi) * (-1.0) ** (order - 1) * hermite * np.exp(-np.square(x)))


def _lgamma(x: Array, order: int) -> Array:
    return polygamma(order - 1, x) if order else _each(_log_gamma, x)


def _log_gamma(x: float) -> float:
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return math.inf


def _digamma(x: Array, order: int) -> Array:
    return polygamma(order, x)


def polygamma(order: int, x: Array) -> Array:
    """ψ⁽ⁿ⁾(x): moved to arguments above 20 by its recurrence, and there by its asymptotic series."""
    moved, head = np.asarray(x, float), np.zeros(np.shape(x))
    if not np.all(np.isfinite(moved)) or (moved.size and np.min(moved) < -1e4):
        return np.full(np.shape(x), np.nan)
    sign = (-1.0) ** (order + 1) * math.factorial(order)
    for _ in range(max(0, math.ceil(20 - float(np.min(moved)))) if moved.size else 0):
        head = head + sign * np.power(moved, -float(order + 1))
        moved = moved + 1
    return np.asarray(head + _polygamma_large(order, moved))


def _polygamma_large(order: int, x: Array) -> Array:
    if order == 0:
        series = np.log(x) - 0.5 / x
        return np.asarray(series - sum(b / (2 * k) * x ** (-2.0 * k) for k, b in enumerate(_bernoulli(), 1)))
    series = math.factorial(order - 1) * np.power(x, -float(order)) + math.factorial(order) / 2 * x ** (-order - 1.0)
    for k, b in enumerate(_bernoulli(), 1):
        ratio = math.factorial(2 * k + order - 1) / math.factorial(2 * k)
        series = series + b * ratio * np.power(x, -2.0 * k - order)
    return np.asarray((-1.0) ** (order + 1) * series)


@cache
def _bernoulli(count: int = 9) -> tuple[float, ...]:
    """B₂, B₄, …"""
    numbers = [Fraction(1)]
    for m in range(1, 2 * count + 1):
        numbers.append(-sum((math.comb(m + 1, k) * numbers[k] for k in range(m)), Fraction(0)) / (m + 1))
    return tuple(float(numbers[2 * k]) for k in range(1, count + 1))


def _each(function: Callable[[float], float], x: Array) -> Array:
    flat = [function(float(value)) for value in np.ravel(x)]
    return np.asarray(flat, float).reshape(np.shape(x))


ELEMENTARY: Mapping[str, Callable[[Array, int], Array]] = MappingProxyType(
    {
        "exp": _exp,
        "log": _log,
        "log2": _log2,
        "sqrt": _sqrt,
        "sin": _sine,
        "cos": _cosine,
        "tan": _by_output(lambda x: np.asarray(np.tan(x)), (1.0, 0.0, 1.0)),
        "tanh": _by_output(lambda x: np.asarray(np.tanh(x)), (1.0, 0.0, -1.0)),
        "sigmoid": _by_output(_logistic, (0.0, 1.0, -1.0)),
        "erf": _erf,
        "lgamma": _lgamma,
        "digamma": _digamma,
        "trigamma": lambda x, order: polygamma(order + 1, x),
    }
)
"""Name -> derivative of an order (0: the value) at an array. Powers are in `dual`."""


@dataclass(frozen=True, eq=False, slots=True)
class Argument:
    """An argument of a function: its value, whose leading axes are the positions of a whole vector (none: a scalar)."""

    value: Value
    positions: tuple[Integers, ...] = ()


class Function(Protocol):
    """A function at slots of its arguments, differentiated at positions of them."""

    def __call__(
        self, args: Sequence[Argument], slots: Sequence[Integers], partials: Sequence[tuple[int, Sequence[Integers]]]
    ) -> Value: ...


@dataclass(frozen=True, slots=True)
class Smooth:
    """A random smooth function for an abstract one: Σ_r a_r sin(θ_r), θ_r = p_r + Σ w_r x over all arguments' entries.

    Phases and weights depend on the slots too, so that one object serves functions of scalars, of whole vectors and
    families. Its partials of every order are exact: each brings down a weight.
    """

    seed: int
    waves: int = 3

    def __call__(
        self, args: Sequence[Argument], slots: Sequence[Integers], partials: Sequence[tuple[int, Sequence[Integers]]]
    ) -> Value:
        total: Value = np.zeros(())
        for wave in range(self.waves):
            height, phase, *turns = _numbers(self.seed, wave)
            turned = (np.asarray(slot * (0.5 + t)) for slot, t in zip(slots, turns, strict=False))
            turn = sum(turned, np.asarray(6 * phase))
            angle: Value = turn
            for n, argument in enumerate(args):
                angle = plus(angle, self._read(wave, n, argument, turn))
            down = np.asarray(0.4 + 0.6 * height)
            for n, at in partials:
                down = down * self._weight(wave, n, at, turn) * _inside(args[n], at)
            total = plus(total, times(down, elementary("sin", len(partials), angle)))
        return total

    def _read(self, wave: int, n: int, argument: Argument, turn: Array) -> Value:
        count = len(argument.positions)
        weighted = times(self._weight(wave, n, argument.positions, turn), argument.value)
        return linear(lambda a: np.asarray(np.sum(a, axis=tuple(range(count)))), weighted) if count else weighted

    def _weight(self, wave: int, n: int, at: Sequence[Integers], turn: Array) -> Array:
        first, *others = _numbers(self.seed, wave, n + 1)
        weight = (0.6 + 0.6 * first) * (1 + 0.3 * np.sin(turn))
        for axis, position in enumerate(at):
            speed, start = others[2 * axis : 2 * axis + 2]
            weight = weight * (0.8 + 0.5 * np.sin((0.7 + 1.2 * speed) * position + 6 * start))
        return np.asarray(weight)


@cache
def _numbers(*seeds: int) -> tuple[float, ...]:
    """Random numbers between 0 and 1, the same for the same seeds."""
    return tuple(np.random.default_rng(seeds).uniform(size=12).tolist())


def _inside(argument: Argument, at: Sequence[Integers]) -> Array:
    """1 where a position lies in the argument; the slope by an entry outside is 0."""
    inside = np.ones(())
    for position, known in zip(at, argument.positions, strict=True):
        inside = inside * ((position >= known.min()) & (position <= known.max()))
    return np.asarray(inside)
