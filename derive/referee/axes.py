"""The numeric values of functions of a whole axis, with slopes where the numbers have them: the referee's own.

Nothing here reads the table of operators. An argument's positions are its leading axis; `held` says which count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from derive.referee.dual import Array, Dual, Truths, Value, elementary, linear, plus, real_part, times, to_number

Record = Callable[[Array, Truths], None]
"""Told how far the entries are from being chosen, and which of them are."""


def kept(held: Truths, value: Value, otherwise: float = 0.0) -> Value:
    """The entries that count, a number in place of the others, whatever stood there."""
    real = linear(lambda a: np.where(held, a, 0.0), value)
    return plus(real, np.where(held, 0.0, otherwise)) if otherwise else real


def total(value: Value) -> Value:
    return linear(lambda a: np.asarray(a.sum(axis=0)), value)


def _logsumexp(value: Value, held: Truths, record: Record) -> Value:
    """Relative to the largest entry, which is a mere number here."""
    shifted, top = _shifted(value, held)
    return plus(elementary("log", 0, total(kept(held, elementary("exp", 0, shifted)))), top)


def _softmax(value: Value, held: Truths, record: Record) -> Value:
    powers = kept(held, elementary("exp", 0, _shifted(value, held)[0]))
    return times(powers, to_number(total(powers), -1.0))


def _log_softmax(value: Value, held: Truths, record: Record) -> Value:
    return kept(held, plus(value, times(np.asarray(-1.0), _logsumexp(value, held, record))))


def _shifted(value: Value, held: Truths) -> tuple[Value, Array]:
    top = np.asarray(np.max(np.where(held, real_part(value), -np.inf), axis=0, initial=-np.inf))
    top = np.where(np.isfinite(top), top, 0.0)
    return kept(held, plus(value, -top)), top


def _product(value: Value, held: Truths, record: Record) -> Value:
    entries = kept(held, value, 1.0)
    size = max(real_part(entries).shape[0], held.shape[0])
    found: Value = np.ones(())
    for k in range(size):
        found = times(found, linear(partial(_row, k=k), entries))
    return found


def _row(array: Array, k: int) -> Array:
    return np.asarray(array[k if array.shape[0] > 1 else 0])


def _spread(less: int, root: bool) -> Callable[[Value, Truths, Record], Value]:
    def spread(value: Value, held: Truths, record: Record) -> Value:
        """Σ (x − m)² over the number of entries, less 0 or 1."""
        count = np.broadcast_to(held, np.broadcast_shapes(held.shape, real_part(value).shape)).sum(axis=0)
        mean = times(1.0 / count, total(kept(held, value)))
        squares = kept(held, to_number(plus(value, times(np.asarray(-1.0), mean)), 2.0))
        variance = times(1.0 / (count - less), total(squares))
        return to_number(variance, 0.5) if root else variance

    return spread


def _extreme(sign: int, first: bool) -> Callable[[Value, Truths, Record], Value]:
    def extreme(value: Value, held: Truths, record: Record) -> Value:
        """The largest entry; the slope of the first of these, or the mean of their slopes."""
        tied = _tied(sign * real_part(value), held, record)
        leader = tied & (np.cumsum(tied, axis=0) == 1)
        return _picked(value, leader, leader if first else tied)

    return extreme


def _picked(value: Value, leader: Truths, sharing: Truths) -> Value:
    """The leader's entry, nothing where there is none, with the mean of the slopes of those that share it."""
    if isinstance(value, Dual):
        slope = times(1.0 / sharing.sum(axis=0), total(kept(sharing, value.slope)))
        return Dual(_picked(value.real, leader, sharing), slope, value.level)
    return np.where(np.any(leader, axis=0), np.where(leader, value, 0.0).sum(axis=0), np.nan)


def _tied(real: Array, held: Truths, record: Record) -> Truths:
    """Where the largest entry stands; any other one that comes near is a kink nearby."""
    entries = np.where(held, real, -np.inf)
    top = np.max(entries, axis=0, initial=-np.inf)
    tied = np.asarray((entries == top) & held)
    leader = tied & (np.cumsum(tied, axis=0) == 1)
    record(np.where(leader | ~held, np.inf, top - entries), tied)
    return tied


def _place(sign: int) -> Callable[[Value, Truths, Record], Value]:
    def place(value: Value, held: Truths, record: Record) -> Value:
        """The first of the largest entries, counted from 0."""
        return np.asarray(np.argmax(_tied(sign * real_part(value), held, record), axis=0), float)

    return place


ALONG: Mapping[str, Callable[[Value, Truths, Record], Value]] = MappingProxyType({
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    "amax": _extreme(1, False),
    "amin": _extreme(-1, False),
    "amax_first": _extreme(1, True),
    "amin_first": _extreme(-1, True),
    "prod": _product,
    "var": _spread(0, False),
    "std": _spread(0, True),
    "sample_var": _spread(1, False),
    "sample_std": _spread(1, True),
    "argmax": _place(1),
    "argmin": _place(-1),
})  # fmt: skip
"""Name -> the value of its entries along the leading axis; the axis is kept by softmax and log_softmax."""
