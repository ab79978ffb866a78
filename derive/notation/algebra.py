"""Sums, products and transposes of matrices that tidy themselves: what `vectorise` builds its lines with.

(AB)ᵀ = BᵀAᵀ,  Aᵀᵀ = A,  A I = A,  (cA)B = c(AB),  A ∘ 1 = A
"""

from __future__ import annotations

from fractions import Fraction

from derive.notation.expression import Number, whole
from derive.notation.index import Range, Slot
from derive.notation.matrix import Matrix

_SYMMETRIC = {"identity", "diag"}
_ENTRYWISE = {"hadamard", "add", "power", "apply"}


def number(value: Number) -> Matrix:
    return Matrix("number", data=value)


def ones(rows: Range | None, columns: Range | None) -> Matrix:
    return Matrix("ones", (), rows, columns) if rows or columns else number(1)


def is_scalar(matrix: Matrix) -> bool:
    return matrix.rows is None and matrix.columns is None


def transpose(matrix: Matrix) -> Matrix:
    if is_scalar(matrix) or matrix.op in _SYMMETRIC:
        return matrix
    if matrix.op == "transpose":
        return matrix.args[0]
    if matrix.op == "inverse" and _is_symmetric(matrix.args[0]):
        return matrix
    turned = _turned(matrix)
    if turned is not None:
        return Matrix(matrix.op, turned, matrix.columns, matrix.rows, matrix.data)
    return Matrix("transpose", (matrix,), matrix.columns, matrix.rows)


def _is_symmetric(matrix: Matrix) -> bool:
    """Whether a matrix is its own transpose as it is written: XᵀX, XᵀX + λI."""
    if matrix.op in ("scale", "times"):
        return _is_symmetric(matrix.args[-1])
    if matrix.op == "add":
        return all(map(_is_symmetric, matrix.args))
    return matrix.op in _SYMMETRIC or (matrix.op == "matmul" and transpose(matrix) == matrix)


def inverse(matrix: Matrix) -> Matrix:
    """A⁻¹ of a square matrix: (A⁻¹)⁻¹ = A, (Aᵀ)⁻¹ = (A⁻¹)ᵀ."""
    if matrix.op in ("inverse", "identity"):
        return matrix.args[0] if matrix.args else matrix
    if matrix.op == "transpose":
        return transpose(inverse(matrix.args[0]))
    return Matrix("inverse", (matrix,), matrix.rows, matrix.columns)


def matpower(matrix: Matrix, exponent: Slot) -> Matrix:
    """Aⁿ of a square matrix, n times A side by side: (Aᵀ)ⁿ = (Aⁿ)ᵀ."""
    if exponent.is_number and exponent.constant < 2:
        return matrix if exponent.constant else Matrix("identity", (), matrix.rows, matrix.rows)
    if matrix.op == "transpose":
        return transpose(matpower(matrix.args[0], exponent))
    return Matrix("matpower", (matrix,), matrix.rows, matrix.columns, exponent)


def _turned(matrix: Matrix) -> tuple[Matrix, ...] | None:
    """The arguments of the transpose, where it moves inside and makes nothing longer."""
    if matrix.op == "ones":
        return ()
    if matrix.op == "matmul":
        return tuple(transpose(a) for a in reversed(matrix.args))
    if matrix.op in ("scale", "times", "over"):
        return (*matrix.args[:-1], transpose(matrix.args[-1]))
    if matrix.op in _ENTRYWISE and matrix.args and _turns_freely(matrix):
        return tuple(transpose(a) for a in matrix.args)
    return None


def _turns_freely(matrix: Matrix) -> bool:
    """Whether the transpose has no more transposes in it than the matrix has."""
    if matrix.op in ("scale", "times", "over"):
        return _turns_freely(matrix.args[-1])
    if matrix.op == "matmul":
        return any(_turns_freely(a) for a in matrix.args if a.op != "ones")
    if matrix.op in _ENTRYWISE:
        arrays = [a for a in matrix.args if not is_scalar(a) and a.op != "ones"]
        return 2 * sum(_turns_freely(a) for a in arrays) >= len(arrays)
    return matrix.op in ("transpose", "ones")


def scale(coefficient: Number, matrix: Matrix) -> Matrix:
    if coefficient == 1:
        return matrix
    if matrix.op in ("number", "scale"):
        assert isinstance(matrix.data, (int, Fraction))
        product = coefficient * matrix.data
        return number(product) if matrix.op == "number" else scale(product, matrix.args[0])
    return Matrix("scale", (matrix,), matrix.rows, matrix.columns, coefficient)


def times(scalars: list[Matrix], matrix: Matrix) -> Matrix:
    """Scalars in front of a matrix; a lone 1 is not written."""
    if matrix.op == "scale":
        assert isinstance(matrix.data, (int, Fraction))
        return scale(matrix.data, times(scalars, matrix.args[0]))
    args = [a for a in (*scalars, matrix) if a != number(1)]
    if not args:
        return number(1)
    return args[0] if len(args) == 1 else Matrix("times", tuple(args), matrix.rows, matrix.columns)


def _split(args: tuple[Matrix, ...], op: str) -> tuple[Number, list[Matrix], list[Matrix]]:
    """(number, scalars, the rest) of a product's arguments, nested products of the same kind opened."""
    coefficient: Number = 1
    scalars: list[Matrix] = []
    rest: list[Matrix] = []
    waiting = list(reversed(args))
    while waiting:
        arg = waiting.pop()
        if arg.op == "scale":
            assert isinstance(arg.data, (int, Fraction))
            coefficient = coefficient * arg.data
            waiting.append(arg.args[0])
        elif arg.op == "times":
            scalars.extend(arg.args[:-1])
            waiting.append(arg.args[-1])
        elif arg.op == op:
            waiting.extend(reversed(arg.args))
        else:
            rest.append(arg)
    return coefficient, scalars, rest


def matmul(*args: Matrix) -> Matrix:
    """The product, left to right."""
    coefficient, scalars, rest = _split(args, "matmul")
    kept = _cancelled([a for a in rest if a.op != "identity"]) or [_identity(args[0].rows, rest[0])]
    product = kept[0] if len(kept) == 1 else Matrix("matmul", tuple(kept), args[0].rows, args[-1].columns)
    return scale(coefficient, times(scalars, product))


def _cancelled(factors: list[Matrix]) -> list[Matrix]:
    """The factors without those that are each other's inverses side by side."""
    kept: list[Matrix] = []
    for factor in factors:
        if kept and "inverse" in (_core(kept[-1]).op, _core(factor).op) and kept[-1] == inverse(factor):
            kept.pop()
        else:
            kept.append(factor)
    return kept


def _core(matrix: Matrix) -> Matrix:
    return matrix.args[0] if matrix.op == "transpose" else matrix


def _identity(rows: Range | None, instead: Matrix) -> Matrix:
    return Matrix("identity", (), rows, rows) if rows is not None else instead


def hadamard(*args: Matrix) -> Matrix:
    """The product entry by entry, of arguments of one shape."""
    coefficient, scalars, rest = _split(args, "hadamard")
    rows, columns = args[0].rows, args[0].columns
    arrays = _undivided([a for a in rest if a.op != "ones"])
    kept = sorted(arrays or [a for a in rest if a.op == "ones"][:1] or [ones(rows, columns)], key=_is_inverse)
    product = kept[0] if len(kept) == 1 else Matrix("hadamard", tuple(kept), rows, columns)
    return scale(coefficient, times(scalars, product))


def _undivided(factors: list[Matrix]) -> list[Matrix]:
    """The factors without those that divide each other away: 𝐝 ⊘ 𝐝."""
    kept: list[Matrix] = []
    for factor in factors:
        other = next((a for a in kept if power(a, -1) == factor or power(factor, -1) == a), None)
        if other is None:
            kept.append(factor)
        else:
            kept.remove(other)
    return kept


def _is_inverse(matrix: Matrix) -> bool:
    """1/A entry by entry: a denominator, written last."""
    return matrix.op == "power" and isinstance(matrix.data, (int, Fraction)) and matrix.data < 0


def add(rows: Range | None, columns: Range | None, *args: Matrix) -> Matrix:
    """The sum, equal summands collected: A + B + A = 2 A + B, A − A = 0."""
    if not args:
        return number(0)
    args = _gathered(args)
    if not args:
        return scale(0, ones(rows, columns))
    return args[0] if len(args) == 1 else Matrix("add", args, rows, columns)


def _gathered(args: tuple[Matrix, ...]) -> tuple[Matrix, ...]:
    parts = [(a.data, a.args[0]) if a.op == "scale" else (1, a) for a in args]
    totals: dict[Matrix, Number] = {}
    for coefficient, core in parts:
        assert isinstance(coefficient, (int, Fraction))
        totals[core] = totals.get(core, 0) + coefficient
    return args if len(totals) == len(args) else tuple(scale(whole(c), core) for core, c in totals.items() if c)


def diag(vector: Matrix) -> Matrix:
    """The diagonal matrix of a column vector, written with the row that it is the transpose of, if it is."""
    written = transpose(vector) if _turns_freely(vector) else vector
    return Matrix("diag", (written,), vector.rows, vector.rows)


def power(base: Matrix, exponent: Number) -> Matrix:
    return Matrix("power", (base,), base.rows, base.columns, exponent)
