"""Expressions in vectors and matrices: what `vectorise` recognises, before anyone prints it.

A `Matrix` has a range for its rows and one for its columns; None where it has no such axis: a column vector has rows
only, a row vector columns only, a scalar neither. Each operation is a name from `OPERATIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from derive.errors import Place
from derive.notation.expression import Apply, Bracket, Entry, Number, Relation, Tensor
from derive.notation.index import Index, Range, Slot

Data: TypeAlias = (
    Tensor | Entry | Apply | Slot | Bracket | Number | Relation | tuple[Range | Slot | Index | None, ...] | None
)

OPERATIONS = {
    # leaves
    "tensor": "a tensor of at most two axes; data: Tensor",
    "labelled": "what a tensor is at positions of its labels, h⁽ᵗ⁾: at most two axes; data: Entry, its other slots "
    "letters",
    "entry": "a scalar entry at fixed positions, y'_t; data: Entry",
    "size": "a position as a number, N; data: Slot",
    "number": "a number; data: Number",
    "ones": "the vector (or matrix) of ones of this shape",
    "identity": "the identity matrix",
    "condition": "1 where a bracket between positions holds, else 0, a scalar; data: Bracket, its letters labels",
    "mask": "the matrix, 0 or 1, of a bracket between the position of its row and that of its column, [j <= i]; data: "
    "Bracket; of its letters that are no labels the columns' occurs first, the rows' second (in a vector only one)",
    "one-hot": "the unit vector of a class or position, or the unit rows of a vector of classes; data: Entry or Slot",
    # one argument
    "over": "Σ of the argument over labels; data: their letters, a tuple of Index",
    "transpose": "Aᵀ",
    "scale": "number · A; data: Number",
    "diag": "the diagonal matrix of a vector",
    "diagonal": "the diagonal of a matrix as a column",
    "inverse": "A⁻¹ of a square matrix",
    "matpower": "Aⁿ of a square matrix; data: Slot, n",
    "trace": "the trace",
    "sum": "the sum of all entries, 1ᵀv or 1ᵀA1",
    "mean": "the mean of all entries, a scalar; of a matrix also of each row, a column, or of each column, a row: rows "
    "and columns say which axes are left",
    "norm2": "the squared norm, Σ of squares of all entries",
    "power": "each entry to a number (−1: one over it), data: Number; or to a scalar, the second argument",
    "slice": "some rows and columns, in order, data: (row range, column range), None for all; a Slot picks one",
    "apply": "a function of each entry of the arguments, its primes kept; data: Apply (args unused)",
    "whole": "a function of a whole vector or of each row of a matrix: softmax, ∂f/∂x; a second argument of the "
    "first's shape is 1 where an entry counts, else 0; data: Apply (args unused)",
    "indicator": "1 where the relation holds between the entries of the two arguments; data: Relation",
    # several arguments
    "add": "the sum of arguments of one shape (scalars beside arrays are added to each entry)",
    "matmul": "the product of matrices and vectors, left to right",
    "hadamard": "the product entry by entry, arguments of one shape",
    "times": "scalars times the last argument, or times each other",
    "cross": "the cross product of two vectors of three entries",
    "concatenate": "one vector below the other",
}


@dataclass(frozen=True, slots=True)
class Matrix:
    """One operation on matrices; see OPERATIONS for what `op` means and what `data` it carries."""

    op: str
    args: tuple[Matrix, ...] = ()
    rows: Range | None = None
    columns: Range | None = None
    data: Data = None


@dataclass(frozen=True, slots=True)
class MatrixEquation:
    """left = right, `left` a tensor, or a labelled one at letters or fixed positions of its labels."""

    left: Matrix
    right: Matrix
    place: Place | None = None
