"""The numeric value of an expression in vectors and matrices.

Inside, everything is a matrix: a column is (N, 1), a row (1, N), a scalar (1, 1). What `evaluate_matrix` gives has one
array axis for each axis that the `Matrix` says it has: (N,) for a column or a row, () for a scalar. Labels that are
free in it stand where the world's letters say; Σ over labels is a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from derive.notation.expression import of
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import Matrix
from derive.referee.dual import Array
from derive.referee.evaluate import COMPARE, evaluate
from derive.referee.matrices import inverse
from derive.referee.matrix_functions import applied, of_whole
from derive.referee.matrix_leaves import (
    ShapeError,
    condition,
    labelled,
    limits,
    mask,
    one_hot,
    positions_of,
    scalar,
    shape,
    tensor,
)
from derive.referee.world import World


def evaluate_matrix(matrix: Matrix, world: World) -> Array:
    """The entries of an expression in vectors and matrices, laid out on the axes that it has."""
    with np.errstate(all="ignore"):
        value = _value(matrix, world)
    kept = tuple(n for n, axis in enumerate((matrix.rows, matrix.columns)) if axis is not None)
    return np.asarray(value.reshape(tuple(value.shape[n] for n in kept)))


def _value(matrix: Matrix, world: World) -> Array:
    """The entries as a matrix, its shape compared with what the expression says of itself."""
    args = [] if matrix.op == "over" else [_value(argument, world) for argument in matrix.args]
    value = np.asarray(_OPERATIONS[matrix.op](matrix, args, world), dtype=float)
    if value.shape != shape(matrix, world):
        raise ShapeError(f"{matrix.op}: {value.shape} instead of {shape(matrix, world)}")
    return value


def _over(m: Matrix, args: list[Array], world: World) -> Array:
    """Σ over labels, position by position."""
    assert isinstance(m.data, tuple)
    letters = [x for x in m.data if isinstance(x, Index)]
    total = np.zeros(shape(m, world))
    for there in positions_of(letters, world):
        total = total + _value(m.args[0], there)
    return total


def _slice(m: Matrix, args: list[Array], world: World) -> Array:
    assert isinstance(m.data, tuple)
    inner = m.args[0]
    rows, columns = m.data
    return args[0][_chosen(rows, inner.rows, world)][:, _chosen(columns, inner.columns, world)]


def _chosen(part: object, axis: Range | None, world: World) -> slice:
    if part is None:
        return slice(None)
    first = limits(axis, world)[0] if axis is not None else 1
    if isinstance(part, Range):
        lo, hi = limits(part, world)
        return slice(lo - first, hi - first + 1)
    assert isinstance(part, Slot)
    at = int(evaluate(of(part), (), world)) - first
    return slice(at, at + 1)


def _indicator(m: Matrix, args: list[Array], world: World) -> Array:
    assert isinstance(m.data, str)
    return np.asarray(COMPARE[m.data](args[0], args[1]), dtype=float)


def _add(m: Matrix, args: list[Array], world: World) -> Array:
    """Arguments of one shape; only a scalar may stand beside arrays."""
    _same_shapes(m.op, [a for a in args if a.size != 1])
    return reduce(np.add, args)


def _hadamard(m: Matrix, args: list[Array], world: World) -> Array:
    _same_shapes(m.op, args)
    return _multiplied(m, args)


SPARSE = ("condition", "mask", "indicator", "one-hot", "identity", "diag", "labelled", "entry")
"""Operations whose zeros are brackets, or reads outside an axis: a product with such a 0 is 0, whatever else stands in
it."""


def _is_sparse(m: Matrix) -> bool:
    if m.op in ("transpose", "scale", "times", "hadamard") or (m.op == "power" and len(m.args) == 1 and _number(m) > 0):
        return all(map(_is_sparse, m.args))
    return m.op in SPARSE


def _multiplied(m: Matrix, args: list[Array]) -> Array:
    """The product entry by entry."""
    product = reduce(np.multiply, args)
    for argument, value in zip(m.args, args, strict=True):
        if _is_sparse(argument):
            product = np.where(value == 0, 0.0, product)
    return np.asarray(product)


def _same_shapes(op: str, args: list[Array]) -> None:
    if len({a.shape for a in args}) > 1:
        raise ShapeError(f"{op} of shapes " + ", ".join(str(a.shape) for a in args))


def _matmul(m: Matrix, args: list[Array], world: World) -> Array:
    for left, right in pairwise(args):
        if left.shape[1] != right.shape[0]:
            raise ShapeError(f"{left.shape} times {right.shape}")
    product, sparse = args[0], _is_sparse(m.args[0])
    for argument, value in zip(m.args[1:], args[1:], strict=True):
        brackets = (sparse, _is_sparse(argument))
        product, sparse = (_summed(product, value, *brackets) if any(brackets) else product @ value), False
    return product


def _summed(left: Array, right: Array, left_is_sparse: bool, right_is_sparse: bool) -> Array:
    """The product of two matrices, one of them made of brackets."""
    terms = left[:, :, None] * right[None]
    if left_is_sparse:
        terms = np.where(left[:, :, None] == 0, 0.0, terms)
    if right_is_sparse:
        terms = np.where(right[None] == 0, 0.0, terms)
    return np.asarray(terms.sum(axis=1))


def _times(m: Matrix, args: list[Array], world: World) -> Array:
    """Scalars times the last argument."""
    if any(a.size != 1 for a in args[:-1]):
        raise ShapeError("only scalars stand in front: " + ", ".join(str(a.shape) for a in args))
    return _multiplied(m, args)


def _cross(m: Matrix, args: list[Array], world: World) -> Array:
    return np.cross(args[0].ravel(), args[1].ravel()).reshape(args[0].shape)


def _concatenate(m: Matrix, args: list[Array], world: World) -> Array:
    return np.concatenate(args, axis=1 if m.rows is None and m.columns is not None else 0)


def _power(m: Matrix, args: list[Array], world: World) -> Array:
    """Each entry to a number, or to a second argument (a scalar, or one exponent for each entry)."""
    return np.asarray(np.power(args[0], args[1] if len(args) == 2 else _number(m)))


def _mean(m: Matrix, args: list[Array], world: World) -> Array:
    """The mean over the axes that the result does not have."""
    gone = tuple(n for n, axis in enumerate((m.rows, m.columns)) if axis is None)
    count = np.asarray(float(np.prod([args[0].shape[n] for n in gone])))
    return np.asarray(args[0].sum(axis=gone, keepdims=True) / count)  # not a number where the axis has no position


def _matpower(m: Matrix, args: list[Array], world: World) -> Array:
    """Aⁿ, one factor after the other."""
    assert isinstance(m.data, Slot)
    product = np.eye(len(args[0]))
    for _ in range(int(evaluate(of(m.data), (), world))):
        product = product @ args[0]
    return product


def _diagonal(m: Matrix, args: list[Array], world: World) -> Array:
    return np.diagonal(args[0]).reshape(-1, 1)


def _number(m: Matrix) -> float:
    assert isinstance(m.data, (int, Fraction))
    return float(m.data)


_OPERATIONS: Mapping[str, Callable[[Matrix, list[Array], World], Array]] = MappingProxyType(
    {
        "tensor": tensor,
        "labelled": labelled,
        "over": _over,
        "condition": condition,
        "mask": mask,
        "entry": scalar,
        "size": scalar,
        "number": lambda m, args, world: np.full((1, 1), _number(m)),
        "ones": lambda m, args, world: np.ones(shape(m, world)),
        "identity": lambda m, args, world: np.eye(*shape(m, world)),
        "one-hot": one_hot,
        "transpose": lambda m, args, world: args[0].T,
        "scale": lambda m, args, world: _number(m) * args[0],
        "diag": lambda m, args, world: np.diag(args[0].ravel()),
        "diagonal": _diagonal,
        "inverse": lambda m, args, world: inverse(args[0]),
        "matpower": _matpower,
        "trace": lambda m, args, world: np.trace(args[0]).reshape(1, 1),
        "sum": lambda m, args, world: args[0].sum().reshape(1, 1),
        "mean": _mean,
        "norm2": lambda m, args, world: np.square(args[0]).sum().reshape(1, 1),
        "power": _power,
        "slice": _slice,
        "apply": applied,
        "whole": of_whole,
        "indicator": _indicator,
        "add": _add,
        "matmul": _matmul,
        "hadamard": _hadamard,
        "times": _times,
        "cross": _cross,
        "concatenate": _concatenate,
    }
)
