"""Where a line of vectors has a transpose or could have one: boxes with the mark, and the same without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from derive.document import Math
from derive.notation.matrix import Matrix, MatrixEquation
from derive.typeset.chains import labels_of
from derive.typeset.scribe import Scribe
from derive.typeset.vector import matrix

LEAVES = ("tensor", "labelled")


@dataclass(frozen=True, slots=True)
class Marks:
    """plain: a box, with the mark or without -> (the box without it, whether it has one).

    pairs: a box without the mark -> the same with it.
    """

    plain: Mapping[Math, tuple[Math, bool]] = field(default_factory=lambda: MappingProxyType({}))
    pairs: Mapping[Math, Math] = field(default_factory=lambda: MappingProxyType({}))


def marks_of(equation: MatrixEquation, scribe: Scribe, vectors: bool) -> Marks:
    """Of the matrices on a right side; vectors: also of the vectors that stand in products."""
    own = scribe.binding(labels_of(equation.left))
    found: dict[Math, Math] = {}
    for leaf in _leaves(equation.right, False, vectors):
        column = Matrix(leaf.op, leaf.args, leaf.rows, leaf.columns, leaf.data)
        found[matrix(column, own).box] = matrix(Matrix("transpose", (column,), leaf.columns, leaf.rows), own).box
    plain = {box: (box, False) for box in found} | {marked: (box, True) for box, marked in found.items()}
    return Marks(plain, found)


def _leaves(expr: Matrix, factor: bool, vectors: bool) -> Iterator[Matrix]:
    """Quantities: matrices, and vectors that are factors of a product."""
    inner = expr.args[0] if expr.op == "transpose" else expr
    is_matrix = inner.rows is not None and inner.columns is not None
    is_vector = vectors and factor and inner.rows is not None and inner.columns is None
    if inner.op in LEAVES and (is_matrix or is_vector):
        yield inner
    for argument in inner.args:
        yield from _leaves(argument, inner.op == "matmul", vectors)
