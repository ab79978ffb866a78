"""One summed letter eliminated at a time, and what remains laid out on the wanted letters.

Operands with the same letters merge by ∘; a letter on one vector gives 1ᵀv, on a matrix and a vector Av, on two
matrices AB, with a vector between them A diag(v) B.
"""

from __future__ import annotations

from derive.errors import NoMatrixForm
from derive.notation import algebra
from derive.notation.algebra import hadamard, matmul, times, transpose
from derive.notation.index import Index
from derive.notation.matrix import Matrix
from derive.vectorise.laid import Laid


def eliminated(letter: Index, operands: list[Laid], wanted: tuple[Index | None, ...]) -> list[Laid]:
    """The operands with one summed letter gone; the result stands where the first that had it stood."""
    touching = [o for o in operands if o.has(letter)]
    if not touching:
        raise NoMatrixForm
    vectors = [o.matrix for o in touching if o.columns is None]
    joined = _contracted(letter, vectors, _merged(letter, touching), wanted)
    first = next(n for n, o in enumerate(operands) if o.has(letter))
    before = [o for o in operands[:first] if not o.has(letter)]
    return [*before, joined, *(o for o in operands[first:] if not o.has(letter))]


def _merged(letter: Index, touching: list[Laid]) -> list[Laid]:
    """The matrices that have the letter, those of the same other letter merged by ∘; the letter along the columns."""
    found: dict[Index, list[Laid]] = {}
    for operand in touching:
        other = operand.other(letter)
        if other is not None:
            found.setdefault(other, []).append(operand)
    return [Laid(other, letter, _one(met).along(other)) for other, met in found.items()]


def _one(laid: list[Laid]) -> Laid:
    """Matrices on the same two letters as one, laid as the first is."""
    rows = laid[0].rows
    return Laid(rows, laid[0].columns, hadamard(*(x.along(rows) for x in laid)))


def _contracted(letter: Index, vectors: list[Matrix], matrices: list[Laid], wanted: tuple[Index | None, ...]) -> Laid:
    if not matrices:
        return Laid(None, None, _dot(vectors))
    if len(matrices) == 1:
        vector = hadamard(*vectors) if vectors else algebra.ones(letter.range, None)
        return Laid(matrices[0].rows, None, matmul(matrices[0].matrix, vector))
    if len(matrices) > 2:
        raise NoMatrixForm
    first, second = _left_to_right(matrices, wanted)
    between = [algebra.diag(hadamard(*vectors))] if vectors else []
    return Laid(first.rows, second.rows, matmul(first.matrix, *between, transpose(second.matrix)))


def _dot(vectors: list[Matrix]) -> Matrix:
    """aᵀb; 1ᵀv of one vector; the trace of a diagonal."""
    if len(vectors) > 1:
        return matmul(transpose(vectors[0]), hadamard(*vectors[1:]))
    only = vectors[0]
    return Matrix("trace", only.args) if only.op == "diagonal" else Matrix("sum", (only,))


def _left_to_right(matrices: list[Laid], wanted: tuple[Index | None, ...]) -> tuple[Laid, Laid]:
    """The matrix with the wanted rows first, the one with the wanted columns last."""
    first, second = matrices
    swap = second.rows is wanted[0] or first.rows is wanted[1]
    return (second, first) if swap and first.rows is not wanted[0] else (first, second)


def laid_out(operands: list[Laid], rows: Index | None, columns: Index | None) -> Matrix:
    """What remains, on the wanted letters: a scalar, a vector, a matrix, an outer product, a sum's 1bᵀ."""
    scalars = [o.matrix for o in operands if o.rows is None]
    down = [o.matrix for o in operands if o.columns is None and o.rows is rows and rows is not None]
    across = [o.matrix for o in operands if o.columns is None and o.rows is columns and columns is not None]
    both = [o.along(rows) for o in operands if o.columns is not None]
    if rows is None:
        return times(scalars[:-1], scalars[-1]) if scalars else algebra.number(1)
    if columns is None:
        return times(scalars, hadamard(*down) if down else algebra.ones(rows.range, None))
    return times(scalars, _spread(down, across, both, rows, columns))


def _spread(down: list[Matrix], across: list[Matrix], both: list[Matrix], rows: Index, columns: Index) -> Matrix:
    if both:
        left = [algebra.diag(hadamard(*down))] if down else []
        right = [algebra.diag(hadamard(*across))] if across else []
        return matmul(*left, hadamard(*both), *right)
    if not down and not across:
        return algebra.ones(rows.range, columns.range)
    one = hadamard(*down) if down else algebra.ones(rows.range, None)
    two = hadamard(*across) if across else algebra.ones(columns.range, None)
    return matmul(one, transpose(two))
