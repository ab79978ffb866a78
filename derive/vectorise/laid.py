"""A matrix and the letters along its rows and columns; the letters that a form is wanted on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from derive.errors import NoMatrixForm
from derive.notation.algebra import transpose
from derive.notation.expression import Expr
from derive.notation.index import Index, Range
from derive.notation.matrix import Matrix
from derive.notation.walk import free_letters
from derive.vectorise.labels import Labels


@dataclass(frozen=True, slots=True)
class Laid:
    """A matrix and the letters that run along its rows and columns. A vector is laid as a column."""

    rows: Index | None
    columns: Index | None
    matrix: Matrix

    def has(self, letter: Index) -> bool:
        return self.rows is letter or self.columns is letter

    def other(self, letter: Index) -> Index | None:
        return self.columns if self.rows is letter else self.rows

    def along(self, rows: Index | None) -> Matrix:
        """The matrix, turned if need be so that `rows` runs along its rows."""
        return self.matrix if self.rows is rows else transpose(self.matrix)


def extent(letter: Index | None) -> Range | None:
    """The range along a letter; None where there is none."""
    return letter.range if letter else None


def shaped(letters: Sequence[Index], matrix: Matrix) -> Laid:
    """A matrix on at most two letters, rows first."""
    rows, columns = (*letters, None, None)[:2]
    return Laid(rows, columns, matrix)


@dataclass(frozen=True, slots=True)
class Frame:
    """The letters that are wanted along rows and columns, and those that are labels."""

    rows: Index | None = None
    columns: Index | None = None
    labels: Labels = field(default_factory=Labels)

    @property
    def wanted(self) -> tuple[Index | None, Index | None]:
        return self.rows, self.columns

    def on(self, rows: Index | None = None, columns: Index | None = None) -> Frame:
        """The same labels, other rows and columns."""
        return replace(self, rows=rows, columns=columns)

    def free(self, expr: Expr) -> list[Index]:
        """The letters that an expression depends on and that are no labels, in reading order."""
        return self.without_labels(free_letters(expr))

    def without_labels(self, letters: Iterable[Index]) -> list[Index]:
        return [x for x in letters if x not in self.labels.letters]

    def around(self, exprs: Iterable[Expr]) -> Frame:
        """The letters of some expressions, at most two: wanted ones first, the others as they are read."""
        met = list(dict.fromkeys(x for e in exprs for x in self.free(e)))
        letters = [x for x in self.wanted if x in met] + [x for x in met if x not in self.wanted]
        if len(letters) > 2:
            raise NoMatrixForm
        rows, columns = (*letters, None, None)[:2]
        return self.on(rows, columns)


Lay: TypeAlias = Callable[[Expr, Frame], Matrix]
"""What lays a sum out on the rows and columns of a frame."""


def beside(expr: Expr, frame: Frame, lay: Lay) -> Matrix:
    """An expression on the letters of a frame; one without letters stays a scalar."""
    return lay(expr, frame if frame.free(expr) else frame.on())
