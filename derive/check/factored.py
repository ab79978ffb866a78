"""Functions that factor a matrix, on values: NumPy's own, with the signs and the order that the problem's have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from derive.check.values import Array, Disagree, Open, Unknown, Value

MOST = 100
"""The largest power of a matrix that is worked out."""
PSEUDO = ("+", "dagger")
"""What stands above A in its pseudo-inverse."""


def matrix_of(value: Value) -> Array:
    """The numbers of a matrix."""
    if not (value.rows and value.columns) or value.is_odd:
        raise Disagree(f"a function of a matrix, of {value.shape}")
    if value.rows.is_open or value.columns.is_open:
        raise Open("a function of a matrix whose size nothing says")
    return value.array


def square_of(value: Value) -> Array:
    """The numbers of ½ (A + Aᵀ)."""
    array = matrix_of(value)
    if array.shape[-1] != array.shape[-2]:
        raise Disagree(f"a function of a square matrix, of {value.shape}")
    return np.asarray((array + array.swapaxes(-1, -2)) / 2)


def _found(how: Callable[[Array], Any], array: Array) -> Array:
    try:
        return np.asarray(how(array), float)
    except np.linalg.LinAlgError:
        raise Unknown("a matrix that has no such factors") from None


def _of_square(how: Callable[[Array], Any]) -> Callable[[Value], Value]:
    return lambda value: Value(_found(how, square_of(value)), value.rows, value.columns)


def _cholesky(value: Value) -> Value:
    return _of_square(np.linalg.cholesky)(value)


def _eigenvectors(array: Array) -> Array:
    vectors = np.linalg.eigh(array)[1]
    return np.asarray(vectors * np.where(vectors.sum(axis=-2, keepdims=True) < 0, -1.0, 1.0))


def _gaps(array: Array) -> Array:
    values = np.linalg.eigvalsh(array)
    apart = values[..., None, :] - values[..., :, None] + np.eye(values.shape[-1])
    return np.asarray((1.0 - np.eye(values.shape[-1])) / apart)


def weights(rows: Array, columns: Array) -> Array:
    """Φ_ij: 1 below the diagonal, ½ on it."""
    return np.asarray((rows > columns) + 0.5 * (rows == columns), float)


def _tril_half(value: Value) -> Value:
    array = matrix_of(value)
    places = np.arange(array.shape[-1], dtype=float)
    if array.shape[-1] != array.shape[-2]:
        raise Disagree(f"Φ of {value.shape}")
    return Value(array * weights(places[:, None], places), value.rows, value.columns)


def _svd(array: Array) -> tuple[Array, Array, Array]:
    """U, s, V as they are in the problem's functions."""
    left, sizes, right = (np.asarray(a, float) for a in np.linalg.svd(array, full_matrices=False))
    sign = np.where(right.sum(axis=-1, keepdims=True) < 0, -1.0, 1.0)
    return left * sign.swapaxes(-1, -2), sizes, (right * sign).swapaxes(-1, -2)


def _singular(value: Value) -> Value:
    return Value(_found(lambda a: _svd(a)[1], matrix_of(value))[..., :, None], value.columns)


def _left(value: Value) -> Value:
    return Value(_found(lambda a: _svd(a)[0], matrix_of(value)), value.rows, value.columns)


def _right(value: Value) -> Value:
    return Value(_found(lambda a: _svd(a)[2], matrix_of(value)), value.columns, value.columns)


def _polar(value: Value) -> Value:
    def of(array: Array) -> Array:
        left, _, right = _svd(array)
        return np.asarray(left @ right.swapaxes(-1, -2))

    return Value(_found(of, matrix_of(value)), value.rows, value.columns)


def pseudo_inverse(value: Value) -> Value:
    """A⁺."""
    return Value(_found(np.linalg.pinv, matrix_of(value)), value.columns, value.rows)


def power(value: Value, by: Value) -> Value:
    """Aⁿ, n a whole number that may differ from place to place; A⁻ⁿ is the power of the inverse."""
    exponents, size = np.rint(by.array), matrix_of(value).shape[-1]
    if np.any(exponents != by.array) or np.max(np.abs(exponents), initial=0) > MOST:
        raise Unknown("a power of a matrix that is no whole number")
    found: Array = np.zeros(())
    for sign in (1, -1) if np.any(exponents < 0) else (1,):
        step = value.array if sign > 0 else _found(np.linalg.inv, value.array)
        product: Array = np.eye(size)
        for n in range(int(np.max(sign * exponents, initial=0)) + 1):
            if n or sign > 0:
                found = found + np.where(exponents == sign * n, product, 0.0)
            product = np.asarray(product @ step)
    return Value(found, value.rows, value.columns)


def spectral(value: Value) -> Value:
    """‖A‖₂, the largest singular value."""
    return Value(_found(lambda a: _svd(a)[1][..., :1, None], matrix_of(value)))


def nuclear(value: Value) -> Value:
    """‖A‖_*, the sum of the singular values."""
    return Value(_found(lambda a: _svd(a)[1].sum(axis=-1)[..., None, None], matrix_of(value)))


FACTORED: Mapping[str, Callable[..., Value]] = {
    "cholesky": _cholesky,
    "tril_half": _tril_half,
    "eigvalsh": lambda value: Value(_found(np.linalg.eigvalsh, square_of(value))[..., :, None], value.rows),
    "eigvecsh": _of_square(_eigenvectors),
    "eig_gaps": _of_square(_gaps),
    "svdvals": _singular,
    "svd_u": _left,
    "svd_v": _right,
    "pinv": pseudo_inverse,
    "spectral_norm": spectral,
    "nuclear_norm": nuclear,
    "polar": _polar,
    "top_u": lambda value: Value(_left(value).array[..., :, :1], value.rows),
    "top_v": lambda value: Value(_right(value).array[..., :, :1], value.columns),
}
"""The table's functions that factor a matrix."""
