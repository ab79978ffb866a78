"""A matrix and the letters along its rows and columns."""

from __future__ import annotations

from dataclasses import dataclass

from derive.notation.algebra import transpose
from derive.notation.index import Index, Range
from derive.notation.matrix import Matrix


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
