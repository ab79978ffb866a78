"""Whether the two sides of a line are equal, by the referee's numbers.

𝟏, 𝐈 and 𝐞_t do not say how long they are: a line of these is different only if it is so for every length that they may
have. Nor does U_{o,:} say whether it is the row or, as in u_oᵀ h, its entries as a column: a line with such a slice is
different only if it is so both ways. Shapes that do not go together make a line different too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import Literal

import numpy as np

from derive.notation.expression import Tensor
from derive.notation.index import Range, Slot
from derive.notation.matrix import Matrix
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.evaluate_equations import held_at
from derive.referee.evaluate_matrix import evaluate_matrix
from derive.referee.matrix_leaves import ShapeError, positions_of
from derive.referee.world import World, key_of
from tests.mutations.claim import Claim, Scalars, Vectors
from tests.mutations.shapes import built, is_row, shaped

Answer = Literal["equal", "different", "unclear"]
DIFFERENT, EQUAL = 1e-6, 1e-9
READINGS = 2000
"""How many readings are tried; a line with more is unclear."""


def compared(claim: Claim, worlds: Sequence[World]) -> Answer:
    """Whether the two sides are equal at all of some points, or differ at one of them at least."""
    if isinstance(claim, Scalars):
        return _answer(_scalars_apart(claim, world) for world in worlds)
    answer: Answer = "different"
    for count, reading in enumerate(_readings(claim)):
        found = _answer(_vectors_apart(reading, world) for world in worlds)
        if found == "equal" or count > READINGS:
            return "equal" if found == "equal" else "unclear"
        answer = "unclear" if found == "unclear" else answer
    return answer


def _answer(gaps: Iterable[float]) -> Answer:
    """From the relative distance at each point: one at which the sides differ is enough."""
    farthest, blurred = 0.0, False
    for gap in gaps:
        if gap > DIFFERENT:
            return "different"
        blurred = blurred or np.isnan(gap)
        farthest = farthest if np.isnan(gap) else max(farthest, gap)
    return "equal" if farthest < EQUAL and not blurred else "unclear"


def _scalars_apart(claim: Scalars, world: World) -> float:
    letters = claim.letters
    with np.errstate(all="ignore"):
        left, right = (evaluate(side, letters, world) for side in (claim.left, claim.right))
        held, _ = held_at(claim.entry, letters, world)
        return _distance(np.where(held, left, 0.0), np.where(held, right, 0.0))


def _vectors_apart(claim: Vectors, world: World) -> float:
    farthest = 0.0
    for there in positions_of(claim.letters, world):
        try:
            left, right = _laid_out(claim.left, there), _laid_out(claim.right, there)
        except (ShapeError, ValueError, IndexError):
            return np.inf
        if left.shape != right.shape:
            return np.inf
        gap = _distance(left, right)
        farthest = gap if np.isnan(gap) else max(farthest, gap)
        if np.isnan(farthest):
            break
    return farthest


def _laid_out(side: Matrix, world: World) -> Array:
    """A side's numbers as a matrix: a column (N, 1), a row (1, N)."""
    value = evaluate_matrix(side, world)
    rows = value.shape[:1] if side.rows is not None else (1,)
    columns = value.shape[-1:] if side.columns is not None else (1,)
    return value.reshape((*rows, *columns))


def _distance(left: Array, right: Array) -> float:
    if left.size == 0:
        return 0.0
    gap = float(np.max(np.abs(left - right)))
    size = max(float(np.max(np.abs(left))), float(np.max(np.abs(right))), 1e-6)
    return gap / size if np.isfinite(gap) else np.nan


OPEN = ("ones", "identity", "one-hot")


def _readings(claim: Vectors) -> Iterator[Vectors]:
    """The line with every length that its 𝟏's, 𝐈's and 𝐞's may have, its slices rows or all columns; the one that was
    meant first."""
    axes = tuple(dict.fromkeys([*_axes(claim.left), *_axes(claim.right)]))
    columns = Vectors(_in_columns(claim.left), _in_columns(claim.right), claim.entry)
    for line in (claim, columns) if columns != claim else (claim,):
        yield Vectors(shaped(line.left), shaped(line.right), line.entry)
        for right in _spelled(line.right, axes):
            yield Vectors(shaped(line.left), shaped(right), line.entry)


def _in_columns(matrix: Matrix) -> Matrix:
    """With the rows U_{o,:} of tensors as columns."""
    if _is_row_slice(matrix):
        return built("transpose", matrix)
    return replace(matrix, args=tuple(map(_in_columns, matrix.args)))


def _is_row_slice(matrix: Matrix) -> bool:
    sliced = matrix.op == "slice" and matrix.args[0].op in ("tensor", "labelled") and is_row(matrix)
    return sliced and isinstance(matrix.data, tuple) and isinstance(matrix.data[0], Slot) and matrix.data[1] is None


def _axes(matrix: Matrix) -> Iterator[Range]:
    """The ranges of all leaves."""
    if not matrix.args:
        yield from (axis for axis in (matrix.rows, matrix.columns) if axis is not None)
    for argument in matrix.args:
        yield from _axes(argument)


def _spelled(matrix: Matrix, axes: Sequence[Range]) -> Iterator[Matrix]:
    if matrix.op in OPEN and (matrix.rows or matrix.columns):
        yield from _lengths(matrix, axes)
    elif not matrix.args:
        yield matrix
    else:
        for args in product(*(list(islice(_spelled(a, axes), READINGS)) for a in matrix.args)):
            yield Matrix(matrix.op, args, matrix.rows, matrix.columns, matrix.data)


def _lengths(leaf: Matrix, axes: Sequence[Range]) -> Iterator[Matrix]:
    if leaf.op == "identity":
        yield from (Matrix(leaf.op, (), a, a, leaf.data) for a in axes)
    elif leaf.op == "one-hot":  # its classes say how many rows it has, its length is open
        for a in axes:
            long = (leaf.rows, a) if leaf.columns is not None else (a, None)
            yield Matrix(leaf.op, (), long[0], long[1], leaf.data)
    else:
        yield from (Matrix("ones", (), a, None) if leaf.rows else Matrix("ones", (), None, a) for a in axes)
        yield from (Matrix("ones", (), a, b) for a in axes for b in axes)


def with_definitions(world: World, lines: Iterable[Claim]) -> World:
    """The world with what some lines define, each left side a name of its own."""
    for line in lines:
        if isinstance(line, Scalars):
            tensor, value = line.entry.tensor, evaluate(line.right, line.letters, world)
        else:
            assert isinstance(line.left.data, Tensor)
            tensor, value = line.left.data, evaluate_matrix(line.right, world)
        world = world.with_arrays({key_of(tensor): value})
    return world
