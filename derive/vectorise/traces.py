"""Traces as short as they get, in the order in which the equation reads.

tr(I) = N      tr(Aᵀ) = tr(A)      tr(A B Bᵀ Aᵀ) = ‖A B‖²      tr(C Cᵀ A) = tr(Cᵀ A C), if so it was written
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.notation.algebra import add, matmul, number, ones, scale, transpose
from derive.notation.expression import Entry, Expr, Tensor
from derive.notation.matrix import Matrix
from derive.notation.walk import entries
from derive.vectorise.same import key, length


def trace(matrix: Matrix) -> Matrix:
    """The trace of its argument, without it where the argument says what it is."""
    inner = matrix.args[0]
    if inner.op == "identity" and inner.rows is not None:
        return Matrix("size", data=inner.rows.size)
    if inner.op == "add":
        inner = add(inner.rows, inner.columns, *(min(a, transpose(a), key=length) for a in inner.args))
        if inner == scale(0, ones(inner.rows, inner.columns)):
            return number(0)
    for product in _turns(inner):
        half = len(product) // 2
        if half * 2 == len(product) and key(matmul(*product[half:])) == key(transpose(matmul(*product[:half]))):
            return Matrix("norm2", (matmul(*product[:half]),))
    return Matrix("trace", (min(inner, transpose(inner), key=length),))


def of_diagonals(matrix: Matrix) -> Matrix | None:
    """A + B for diagonal(A) + diagonal(B)."""
    if matrix.op == "diagonal":
        return matrix.args[0]
    if matrix.op not in ("add", "scale", "times"):
        return None
    first = 0 if matrix.op == "add" else len(matrix.args) - 1
    inner = [of_diagonals(argument) for argument in matrix.args[first:]]
    found = [m for m in inner if m is not None]
    if len(found) < len(inner):
        return None
    return replace(matrix, args=(*matrix.args[:first], *found), rows=found[0].rows, columns=found[0].columns)


def as_written(matrix: Matrix, right: Expr) -> Matrix:
    """The same with the factors in each trace in the order of the equation, where that is no longer."""
    return _ordered(matrix, tuple(entry.tensor.key for entry in entries(right)))


def _ordered(matrix: Matrix, order: tuple[str, ...]) -> Matrix:
    args = tuple(_ordered(a, order) for a in matrix.args)
    made = matrix if all(a is b for a, b in zip(args, matrix.args, strict=True)) else replace(matrix, args=args)
    if made.op != "trace":
        return made
    found = [matmul(*product) for product in _turns(made.args[0])]
    return Matrix("trace", (min(found, key=lambda m: (length(m), not _reads_so(m, order))),)) if found else made


def _turns(inner: Matrix) -> list[tuple[Matrix, ...]]:
    """The factors of a product, each of them first in turn, and those of its transpose."""
    if inner.op != "matmul":
        return []
    args = inner.args
    turned = tuple(transpose(a) for a in reversed(args))
    return [(*one[n:], *one[:n]) for one in (args, turned) for n in range(len(args))]


def _reads_so(matrix: Matrix, order: tuple[str, ...]) -> bool:
    own = tuple(_leaves(matrix))
    return any(order[n : n + len(own)] == own for n in range(len(order) - len(own) + 1))


def _leaves(matrix: Matrix) -> Iterator[str]:
    for m in _all(matrix):
        if isinstance(m.data, (Tensor, Entry)) and m.op != "one-hot":
            yield m.data.key if isinstance(m.data, Tensor) else m.data.tensor.key


def _all(matrix: Matrix) -> Iterator[Matrix]:
    """The expression and all that is inside, in reading order."""
    waiting = [matrix]
    while waiting:
        met = waiting.pop()
        yield met
        waiting.extend(reversed(met.args))
