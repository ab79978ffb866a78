"""Means: 1/N beside a sum over an axis of N positions.

(1/N) 1ᵀv = mean(v),   (1/N) aᵀb = mean(a ∘ b),   (1/D) A 1 = the mean of each row of A
"""

from __future__ import annotations

from derive.notation import algebra
from derive.notation.algebra import hadamard, transpose
from derive.notation.index import Range, Slot
from derive.notation.matrix import Matrix
from derive.vectorise.laid import Laid


def with_means(operands: list[Laid]) -> list[Laid]:
    """The operands of a product with each 1/N used up by a sum over N positions, if there is one."""
    for operand in operands:
        size = _below(operand.matrix)
        if size is not None:
            rest = [o for o in operands if o is not operand]
            for n, other in enumerate(rest):
                mean = _mean(other.matrix, size)
                if mean is not None:
                    return with_means([*rest[:n], Laid(other.rows, other.columns, mean), *rest[n + 1 :]])
    return operands


def _below(matrix: Matrix) -> Slot | None:
    """N of 1/N."""
    if matrix.op == "power" and matrix.data == -1 and len(matrix.args) == 1:
        data = matrix.args[0].data
        return data if isinstance(data, Slot) else None
    return None


def _mean(matrix: Matrix, size: Slot) -> Matrix | None:
    """size⁻¹ times the matrix, where that is a mean."""
    if matrix.op == "scale":
        inner = _mean(matrix.args[0], size)
        assert not isinstance(matrix.data, (str, tuple))
        return inner and Matrix("scale", (inner,), inner.rows, inner.columns, matrix.data)
    if matrix.op == "sum":
        return _of_sum(matrix.args[0], size)
    if matrix.op != "matmul":
        return None
    first, last = matrix.args[0], matrix.args[-1]
    if last.op == "ones" and last.columns is None and _is(last.rows, size) and len(matrix.args) == 2:
        return Matrix("mean", (first,), matrix.rows, None)
    if len(matrix.args) == 2 and algebra.is_scalar(matrix) and _is(last.rows, size):
        return Matrix("mean", (hadamard(transpose(first), last),))
    return None


def _of_sum(matrix: Matrix, size: Slot) -> Matrix | None:
    """The mean of a vector; a matrix, or what is itself a sum of rows or columns, is summed over more than one axis."""
    summed = matrix.op == "matmul" and "ones" in (matrix.args[0].op, matrix.args[-1].op)
    if summed or (matrix.rows is not None and matrix.columns is not None):
        return None
    return Matrix("mean", (matrix,)) if _is(matrix.rows or matrix.columns, size) else None


def _is(axis: Range | None, size: Slot) -> bool:
    return axis is not None and axis.size == size


def without_ones(terms: list[Matrix]) -> list[Matrix]:
    """A mean beside arrays is taken from each entry: x − mean(x), not x − mean(x) 𝟏."""
    plain = [_without_ones(term) for term in terms]
    return plain if any(not algebra.is_scalar(term) for term in plain) else terms


def _without_ones(term: Matrix) -> Matrix:
    if term.op == "scale":
        inner = _without_ones(term.args[0])
        assert not isinstance(term.data, (str, tuple))
        return Matrix("scale", (inner,), inner.rows, inner.columns, term.data)
    if term.op == "times" and term.args[-1].op == "ones" and any(_is_mean(a) for a in term.args[:-1]):
        return algebra.times(list(term.args[:-2]), term.args[-2])
    return term


def _is_mean(matrix: Matrix) -> bool:
    return matrix.op == "mean" and algebra.is_scalar(matrix)
