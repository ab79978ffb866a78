"""Σ over labels: as far in as the factors that depend on the labels go.

Σ_t z̄⁽ᵗ⁾ h⁽ᵗ⁻¹⁾ᵀ,   Wᵀ Σ_t z̄⁽ᵗ⁾,   a Σ_t [t < T] b⁽ᵗ⁾
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from derive.notation import algebra
from derive.notation.algebra import hadamard, matmul, times
from derive.notation.expression import Bracket, Entry
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import Matrix
from derive.notation.walk import letters_of


def over(letters: tuple[Index, ...], matrix: Matrix) -> Matrix:
    """Σ over labels, with the leading factors that do not depend on them in front."""
    if not letters:
        return matrix
    if matrix.op == "scale":
        assert isinstance(matrix.data, (int, Fraction))
        return algebra.scale(matrix.data, over(letters, matrix.args[0]))
    if matrix.op == "times":
        return _times(letters, matrix)
    if matrix.op in ("matmul", "hadamard"):
        free = _leading(letters, matrix.args)
        if free:
            join = matmul if matrix.op == "matmul" else hadamard
            return join(*matrix.args[:free], over(letters, join(*matrix.args[free:])))
    return Matrix("over", (matrix,), matrix.rows, matrix.columns, letters)


def _times(letters: tuple[Index, ...], matrix: Matrix) -> Matrix:
    """Scalars that do not depend on the labels go in front; an array that does not stands behind the others."""
    free = [a for a in matrix.args[:-1] if not depends(a, letters)]
    tied = [a for a in matrix.args[:-1] if depends(a, letters)]
    last = matrix.args[-1]
    if not tied:
        return times(free, over(letters, last))
    inside = times(tied, last)
    return times(free, Matrix("over", (inside,), inside.rows, inside.columns, letters))


def _leading(letters: tuple[Index, ...], args: tuple[Matrix, ...]) -> int:
    """How many of the first factors do not depend on the labels, the last factor not counted."""
    tied = (n for n, arg in enumerate(args[:-1]) if depends(arg, letters))
    return next(tied, len(args) - 1)


def depends(matrix: Matrix, letters: Iterable[Index]) -> bool:
    """Whether a label is free in a matrix."""
    found = letters_in(matrix)
    return any(letter in found for letter in letters)


def letters_in(matrix: Matrix) -> dict[Index, None]:
    """The letters in a matrix that no Σ over labels binds, in reading order: its labels, and letters of its leaves."""
    found: dict[Index, None] = {}
    for argument in matrix.args:
        found.update(letters_in(argument))
    found.update((x, None) for part in (matrix.rows, matrix.columns, *_parts(matrix)) for x in _of_part(part))
    if matrix.op == "over":
        assert isinstance(matrix.data, tuple)
        return {x: None for x in found if x not in matrix.data}
    return found


def _parts(matrix: Matrix) -> tuple[object, ...]:
    return matrix.data if isinstance(matrix.data, tuple) and matrix.op != "over" else (matrix.data,)


def _of_part(part: object) -> Iterator[Index]:
    if isinstance(part, Range):
        yield from part.lo.letters()
        yield from part.hi.letters()
    elif isinstance(part, (Entry, Slot, Bracket)):
        yield from letters_of(part)
