"""The functions of a matrix by name, of entries along one leading axis, as the functions of a whole axis are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from derive.operators import Row
from derive.referee.axes import ALONG, Record
from derive.referee.decompositions import FACTORED
from derive.referee.dual import Array, Integers, Truths, Value, linear, plus, real_part
from derive.referee.matrices import determinant, identity, inverted, last, log_determinant, product


def of_matrix(name: str) -> Callable[[Value, tuple[int, ...], Record], Value]:
    """A function of matrices whose entries stand along one leading axis, row by row; its values' axes are one too."""

    def of(value: Value, sizes: tuple[int, ...], record: Record) -> Value:
        found = FUNCTIONS[name](linear(lambda a: a.reshape(*sizes, *a.shape[1:]), value), record)
        beside = len(np.shape(real_part(value))) - 1
        return linear(lambda a: a.reshape(-1, *a.shape[a.ndim - beside :]) if a.ndim > beside else a, found)

    return of


def placed(positions: Sequence[Array], sizes: tuple[int, ...], out: tuple[int, ...]) -> list[Array]:
    """The positions of a function's values along the leading axis, on each of their axes."""
    if not out:
        return list(positions)
    axes = [np.min(positions[n]) + np.arange(sizes[n]) for n in out]
    return [grid.reshape(-1, *(1,) * (positions[0].ndim - 1)) for grid in np.meshgrid(*axes, indexing="ij")]


def watched(of: Callable[[Value], Value]) -> Callable[[Value, Record], Value]:
    """What is recorded are the determinants and their signs: between two of another sign is a matrix without an
    inverse."""

    def recorded(value: Value, record: Record) -> Value:
        sizes = np.asarray(np.linalg.det(last(real_part(value))))
        record(sizes, sizes > 0)
        return of(value)

    return recorded


FUNCTIONS: Mapping[str, Callable[[Value, Record], Value]] = MappingProxyType({
    "inv": watched(inverted), "det": watched(determinant), "logdet": watched(log_determinant), **FACTORED,
})  # fmt: skip
"""Name -> the value of a matrix on the two leading axes."""

OF_MATRIX: Mapping[str, Callable[[Value, tuple[int, ...], Record], Value]] = MappingProxyType(
    {name: of_matrix(name) for name in FUNCTIONS}
)
"""The same, of entries along one leading axis."""


def _power(value: Value, size: int, exponent: Integers) -> Value:
    """Aⁿ, by one product after the other; n may differ from place to place."""
    square = linear(lambda a: a.reshape(size, size, *a.shape[1:]), value)
    power: Value = identity(real_part(square))
    found: Value = np.zeros(())
    for n in range(max(0, int(np.max(exponent, initial=0))) + 1):
        flat = linear(lambda a: a.reshape(size * size, *a.shape[2:]), power)
        found = plus(found, linear(lambda a, n=n: np.where(exponent == n, a, 0.0), flat))  # type: ignore[misc]
        power = product(power, square)
    return found


def along(
    row: Row,
    value: Value,
    positions: list[Array],
    held: Truths,
    sizes: tuple[int, ...],
    record: Record,
    exponents: Sequence[Integers] = (),
) -> tuple[Value, list[Array]]:
    """What a function of whole axes gives, and the positions of that, along the leading axis."""
    if row.exponent:
        return _power(value, sizes[0], exponents[0]), placed(positions, sizes, row.out)
    if row.axes == 2:
        return OF_MATRIX[row.name](value, sizes, record), placed(positions, sizes, row.out)
    return ALONG[row.name](value, held, record), positions
