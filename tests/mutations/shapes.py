"""The shapes of an expression worked out again from its leaves, as its reader would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from derive.notation.index import Range
from derive.notation.matrix import Matrix

Shape: TypeAlias = tuple[Range | None, Range | None]


def shape_of(matrix: Matrix) -> Shape:
    return matrix.rows, matrix.columns


def is_scalar(matrix: Matrix) -> bool:
    return shape_of(matrix) == (None, None)


def is_column(matrix: Matrix) -> bool:
    return matrix.rows is not None and matrix.columns is None


def is_row(matrix: Matrix) -> bool:
    return matrix.rows is None and matrix.columns is not None


def is_matrix(matrix: Matrix) -> bool:
    return matrix.rows is not None and matrix.columns is not None


def _widest(args: tuple[Matrix, ...]) -> Shape:
    return next((shape_of(a) for a in args if not is_scalar(a)), (None, None))


SHAPES: dict[str, Callable[[tuple[Matrix, ...]], Shape]] = {
    "transpose": lambda args: (args[0].columns, args[0].rows),
    "matmul": lambda args: (args[0].rows, args[-1].columns),
    "add": _widest, "hadamard": _widest, "times": _widest, "scale": _widest, "power": _widest, "over": _widest,
    "apply": _widest, "indicator": _widest,
    "diag": lambda args: (args[0].rows or args[0].columns, args[0].rows or args[0].columns),
    "sum": lambda args: (None, None), "trace": lambda args: (None, None), "norm2": lambda args: (None, None),
}  # fmt: skip


def shaped(matrix: Matrix) -> Matrix:
    """The same with the rows and columns that follow from its leaves; functions of a whole keep what they say."""
    args = tuple(shaped(argument) for argument in matrix.args)
    rule = SHAPES.get(matrix.op)
    rows, columns = rule(args) if rule else shape_of(matrix)
    return replace(matrix, args=args, rows=rows, columns=columns)


def built(op: str, *args: Matrix, data: object = None) -> Matrix:
    """An operation on arguments, of the shape that follows; one of a single argument, where it is a list, is that."""
    if len(args) == 1 and op in ("add", "matmul", "hadamard", "times"):
        return args[0]
    rows, columns = SHAPES[op](args)
    return Matrix(op, args, rows, columns, data)  # type: ignore[arg-type]


def transposed(matrix: Matrix) -> Matrix:
    """Aᵀ as a sign on A; of a scalar the scalar, of Aᵀ again A."""
    if is_scalar(matrix):
        return matrix
    if matrix.op == "transpose":
        return matrix.args[0]
    if matrix.op == "ones":
        return Matrix("ones", (), matrix.columns, matrix.rows)
    return built("transpose", matrix)
