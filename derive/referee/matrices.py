"""The numeric values of functions of a square matrix, with slopes where the numbers have them: the referee's own.

Nothing here knows a derivative of an inverse or a determinant. Plain numbers go to NumPy; numbers with a slope go
through Newton's iteration for A C = I and through elimination, in the arithmetic of `dual`. A matrix is on the two
leading axes; other axes are beside it.
"""

from __future__ import annotations

import numpy as np

from derive.referee.dual import Array, Dual, Value, elementary, linear, plus, real_part, times, to_number

TWICE = np.asarray(2.0)
WORST = 1e9
"""The condition beyond which a matrix counts as one without an inverse: of XᵀX, where X has too few rows, 10¹⁶."""
MINUS = np.asarray(-1.0)


def last(array: Array) -> Array:
    """The matrix on the two last axes, as NumPy has it."""
    return np.moveaxis(array, (0, 1), (-2, -1))


def inverse(stacked: Array) -> Array:
    """The inverses of matrices on the two last axes; no numbers where what comes out would be mere rounding."""
    try:
        found = np.linalg.inv(stacked)
    except np.linalg.LinAlgError:
        return np.full(stacked.shape, np.nan)
    sizes = [np.sqrt(np.sum(np.square(a), axis=(-2, -1), keepdims=True)) for a in (stacked, found)]
    return np.where(sizes[0] * sizes[1] < WORST, found, np.nan)


def _plain_inverse(array: Array) -> Array:
    return np.moveaxis(inverse(last(array)), (-2, -1), (0, 1))


def product(left: Value, right: Value) -> Value:
    """A B, entry by entry."""
    terms = times(linear(lambda a: a[:, :, None], left), linear(lambda b: b[None], right))
    return linear(lambda a: np.asarray(a.sum(axis=1)), terms)


def inverted(value: Value) -> Value:
    """C ← C (2I − A C) from the inverse of the plain numbers: one step makes one more order of slopes exact."""
    found: Value = _plain_inverse(real_part(value))
    own = identity(real_part(value))
    for _ in range(depth(value)):
        found = product(found, plus(times(TWICE, own), times(MINUS, product(value, found))))
    return found


def identity(array: Array) -> Array:
    size = len(array)
    return np.eye(size).reshape(size, size, *(1 for _ in array.shape[2:]))


def depth(value: Value) -> int:
    """How many orders of slopes are kept."""
    return 1 + max(depth(value.real), depth(value.slope)) if isinstance(value, Dual) else 0


def determinant(value: Value) -> Value:
    known = np.asarray(np.linalg.det(last(real_part(value))))
    found: Value = known
    for pivot in _pivots(value):
        found = times(found, pivot)
    return found


def log_determinant(value: Value) -> Value:
    plain = last(real_part(value))
    known = np.asarray(np.linalg.slogdet(plain)[1] + 0.0 * inverse(plain).sum(axis=(-2, -1)))
    found: Value = known
    for pivot in _pivots(value):
        found = plus(found, elementary("log", 0, pivot))
    return found


def _pivots(value: Value) -> list[Value]:
    """Of A C₀, where C₀ is the inverse of the plain numbers of A: each is 1, and has a slope."""
    if not isinstance(value, Dual):
        return []
    rest, pivots = product(value, _plain_inverse(real_part(value))), []
    for _ in range(len(real_part(value))):
        pivot = linear(lambda a: a[0, 0], rest)
        pivots.append(pivot)
        column, row = linear(lambda a: a[1:, 0:1], rest), linear(lambda a: a[0:1, 1:], rest)
        below = times(times(MINUS, column), times(to_number(pivot, -1.0), row))
        rest = plus(linear(lambda a: a[1:, 1:], rest), below)
    return pivots
