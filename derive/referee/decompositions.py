"""The numeric values of what factors a matrix, with slopes where the numbers have them: the referee's own.

Nothing here knows a derivative. Cholesky's L is worked out column by column, singular values are those of AᵀA (of AAᵀ
where A is wider than long), and eigenvectors with a slope go through an iteration for A V = V Λ, VᵀV = I from those of
the plain numbers, in the arithmetic of `dual`: one step makes one more order of slopes exact (Ogita & Aishima 2018).
A matrix is on the two leading axes; what has no such factors has no numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from derive.referee.axes import Record
from derive.referee.dual import Array, Dual, Value, linear, plus, real_part, times, to_number
from derive.referee.matrices import MINUS, depth, identity, inverted, last, product

HALF = np.asarray(0.5)
CLOSE, CLOSE_WITH_SLOPE = 1e-7, 1e-3
"""How far eigenvalues are apart at least, relative to the largest; with a slope, which 1/(λ_j − λ_i) makes inexact. And
so for the squares of singular values."""


def _close(value: Value) -> float:
    return CLOSE_WITH_SLOPE if isinstance(value, Dual) else CLOSE


def turned(value: Value) -> Value:
    """Aᵀ."""
    return linear(lambda a: a.swapaxes(0, 1), value)


def _minus(left: Value, right: Value) -> Value:
    return plus(left, times(MINUS, right))


def _symmetric(value: Value) -> Value:
    """½ (A + Aᵀ)."""
    return times(HALF, plus(value, turned(value)))


def _row(value: Value) -> Value:
    """A vector along the columns."""
    return linear(lambda a: a[None], value)


def _column(value: Value) -> Value:
    return linear(lambda a: a[:, None], value)


def _diagonal(value: Value) -> Value:
    return linear(lambda a: np.moveaxis(np.diagonal(a, axis1=0, axis2=1), -1, 0), value)


def _masked(value: Value, mask: Array) -> Value:
    """Entry by entry times a matrix of numbers; 0 where that is 0, whatever stood there."""
    wide = mask.reshape(*mask.shape, *(1 for _ in np.shape(real_part(value))[2:]))
    return linear(lambda a: np.where(wide == 0, 0.0, a * wide), value)


def _cholesky(value: Value, record: Record) -> Value:
    """L, column by column: L_ij L_jj = A_ij − Σ_{k<j} L_ik L_jk."""
    a, size = _symmetric(value), len(real_part(value))
    found: Value = times(np.asarray(0.0), a)
    for j in range(size):
        known = found
        above = linear(lambda x, j=j: x[j : j + 1], known)  # type: ignore[misc]
        dots = linear(lambda x: np.asarray(x.sum(axis=1)), times(known, above))
        rest = _minus(linear(lambda x, j=j: x[:, j], a), dots)  # type: ignore[misc]
        pivot = linear(lambda x, j=j: x[j], rest)  # type: ignore[misc]
        entries = times(rest, to_number(pivot, -0.5))
        found = plus(found, _masked(_placed(entries, j, size), np.tril(np.ones((size, size)))))
    return found


def _placed(entries: Value, j: int, size: int) -> Value:
    """A column as the j-th of a matrix of zeros."""

    def put(a: Array) -> Array:
        made = np.zeros((size, size, *a.shape[1:]))
        made[:, j] = a
        return made

    return linear(put, entries)


def _tril_half(value: Value, record: Record) -> Value:
    size = len(real_part(value))
    return _masked(value, np.tril(np.ones((size, size)), -1) + 0.5 * np.eye(size))


def eigen(value: Value, record: Record) -> tuple[Value, Value]:
    """The eigenvalues of ½ (A + Aᵀ), rising, and its eigenvectors, each with a positive sum."""
    a = _symmetric(value)
    plain, start = _plain_eigen(real_part(a), record, _close(a))
    vectors: Value = start
    for _ in range(depth(a)):
        vectors = plus(vectors, product(vectors, _step(a, vectors, plain)))
    return _quotients(a, vectors), vectors


def _plain_eigen(array: Array, record: Record, close: float) -> tuple[Array, Array]:
    """Numbers alone; none where two eigenvalues are one. What is recorded is how far they are from that, and the sums
    of the eigenvectors, which make their signs."""
    try:
        values, vectors = np.linalg.eigh(last(array))
    except np.linalg.LinAlgError:
        return np.full(array.shape[1:], np.nan), np.full(array.shape, np.nan)
    gaps = np.diff(values, axis=-1)
    fine = np.all(gaps > close * np.max(np.abs(values), axis=-1, keepdims=True), axis=-1)
    sums = vectors.sum(axis=-2, keepdims=True)
    record(gaps, gaps > 0)
    record(sums, sums > 0)
    signed = np.where(fine[..., None, None], vectors * np.where(sums < 0, -1.0, 1.0), np.nan)
    return np.moveaxis(np.where(fine[..., None], values, np.nan), -1, 0), np.moveaxis(signed, (-2, -1), (0, 1))


def _parts(a: Value, vectors: Value) -> tuple[Value, Value]:
    """VᵀA V and I − VᵀV."""
    across = turned(vectors)
    return product(product(across, a), vectors), _minus(identity(real_part(a)), product(across, vectors))


def _quotients(a: Value, vectors: Value) -> Value:
    """v_iᵀ A v_i / v_iᵀ v_i."""
    seen, rest = _parts(a, vectors)
    return times(_diagonal(seen), to_number(plus(np.asarray(1.0), times(MINUS, _diagonal(rest))), -1.0))


def _step(a: Value, vectors: Value, plain: Array) -> Value:
    """E with V ← V + V E: what A V = V Λ and VᵀV = I still lack, to first order."""
    seen, rest = _parts(a, vectors)
    size = len(plain)
    gaps = plain[None] - plain[:, None] + identity(real_part(a))
    values = times(_diagonal(seen), np.ones(()))
    beside = times(plus(seen, times(_row(values), rest)), 1.0 / gaps)
    return plus(_masked(beside, 1.0 - np.eye(size)), _masked(times(HALF, rest), np.eye(size)))


def _gaps(value: Value, record: Record) -> Value:
    """1/(λ_j − λ_i) off the diagonal."""
    values, size = eigen(value, record)[0], len(real_part(value))
    differences = plus(_minus(_row(values), _column(values)), identity(real_part(value)))
    return _masked(to_number(differences, -1.0), 1.0 - np.eye(size))


def singular(value: Value, record: Record) -> tuple[Value, Value, Value]:
    """U, s and V of A = U diag(s) Vᵀ, s falling, the sums of V's columns positive; as many as the shorter side."""
    if not isinstance(value, Dual):
        return _plain_svd(value, record)
    rows, columns = real_part(value).shape[:2]
    long = value if rows >= columns else turned(value)
    squares, vectors = eigen(product(turned(long), long), record)
    sizes = to_number(linear(lambda a: a[::-1], squares), 0.5)
    right = linear(lambda a: a[:, ::-1], vectors)
    left = times(product(long, right), _row(to_number(sizes, -1.0)))
    left, right = (left, right) if rows >= columns else (right, left)
    sums = real_part(right).sum(axis=0)
    record(sums, sums > 0)
    sign = np.where(sums < 0, -1.0, 1.0)[None]
    return times(sign, left), _positive(sizes), times(sign, right)


def _plain_svd(array: Array, record: Record) -> tuple[Array, Array, Array]:
    """The same of numbers alone."""
    try:
        left, sizes, right = np.linalg.svd(last(array), full_matrices=False)
    except np.linalg.LinAlgError:
        left, sizes, right = (np.full(a.shape, np.nan) for a in np.linalg.svd(np.zeros_like(last(array)), False))
    gaps = -np.diff(np.square(sizes), axis=-1)
    fine = np.all(gaps > CLOSE * np.square(sizes[..., :1]), axis=-1) & (sizes[..., -1] > np.sqrt(CLOSE) * sizes[..., 0])
    sums = right.sum(axis=-1, keepdims=True)
    record(gaps, gaps > 0)
    record(sums, sums > 0)
    signs = np.where(fine[..., None, None], np.where(sums < 0, -1.0, 1.0), np.nan)
    front = (
        np.moveaxis(a, (-2, -1), (0, 1)) for a in (left * signs.swapaxes(-1, -2), (right * signs).swapaxes(-1, -2))
    )
    one, other = front
    return one, np.moveaxis(np.where(fine[..., None], sizes, np.nan), -1, 0), other


def _positive(sizes: Value) -> Value:
    """No numbers where the least is 0."""
    real = real_part(sizes)
    fine = real[-1] > np.sqrt(_close(sizes)) * real[0]
    return linear(lambda a: np.where(fine, a, np.nan), sizes)


def _singular_values(value: Value, record: Record) -> Value:
    """One for each column; of a matrix that is wider than long some are 0, and have no slope."""
    rows, columns = real_part(value).shape[:2]
    return singular(value, record)[1] if rows >= columns else _nothing(value, columns)


def _nothing(value: Value, *sizes: int) -> Value:
    return np.full((*sizes, *real_part(value).shape[2:]), np.nan)


def _side(n: int) -> Callable[[Value, Record], Value]:
    """U or V, with as many columns as A."""

    def side(value: Value, record: Record) -> Value:
        rows, columns = real_part(value).shape[:2]
        return singular(value, record)[n] if rows >= columns else _nothing(value, (rows, 0, columns)[n], columns)

    return side


def _top(n: int) -> Callable[[Value, Record], Value]:
    """The singular vector of the largest singular value."""
    return lambda value, record: linear(lambda a: a[:, 0], singular(value, record)[n])


def _spectral(value: Value, record: Record) -> Value:
    found = singular(value, record)[1] if isinstance(value, Dual) else _plain_singular(value)
    return linear(lambda a: a[0], found)


def _nuclear(value: Value, record: Record) -> Value:
    found = singular(value, record)[1] if isinstance(value, Dual) else _plain_singular(value)
    return linear(lambda a: np.asarray(a.sum(axis=0)), found)


def _plain_singular(array: Array) -> Array:
    try:
        return np.moveaxis(np.asarray(np.linalg.svd(last(array), compute_uv=False), float), -1, 0)
    except np.linalg.LinAlgError:
        return np.full((1, *array.shape[2:]), np.nan)


def _polar(value: Value, record: Record) -> Value:
    """U Vᵀ."""
    left, sizes, right = singular(value, record)
    return product(times(left, _row(times(sizes, to_number(sizes, -1.0)))), turned(right))


def _pinv(value: Value, record: Record) -> Value:
    """(AᵀA)⁻¹ Aᵀ, or Aᵀ (AAᵀ)⁻¹ of a matrix that is wider than long."""
    rows, columns = real_part(value).shape[:2]
    across = turned(value)
    if rows >= columns:
        return product(inverted(product(across, value)), across)
    return product(across, inverted(product(value, across)))


FACTORED: Mapping[str, Callable[[Value, Record], Value]] = MappingProxyType({
    "cholesky": _cholesky, "tril_half": _tril_half,
    "eigvalsh": lambda value, record: eigen(value, record)[0],
    "eigvecsh": lambda value, record: eigen(value, record)[1],
    "eig_gaps": _gaps, "svdvals": _singular_values, "svd_u": _side(0), "svd_v": _side(2), "pinv": _pinv,
    "spectral_norm": _spectral, "nuclear_norm": _nuclear, "polar": _polar, "top_u": _top(0), "top_v": _top(2),
})  # fmt: skip
"""Name -> the value of a matrix on the two leading axes."""
