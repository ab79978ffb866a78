"""Functions of a matrix that scale each entry, Φ(X) = Φ ∘ X: written as the function where that is shorter."""

from __future__ import annotations

from dataclasses import replace

from derive.notation.algebra import hadamard, transpose
from derive.notation.expression import Apply, Expr
from derive.notation.matrix import Matrix
from derive.notation.walk import factors
from derive.operators import TABLE


SCALES = frozenset(row.name for row in TABLE.values() if row.scales)


def has_scales(expr: Expr) -> bool:
    """Whether a function in an expression scales each entry."""
    return any(isinstance(f, Apply) and f.function in SCALES for f in factors(expr))


def with_scales(matrix: Matrix) -> Matrix:
    """Lᵀ L̄ ∘ Φ + L̄ᵀ L ∘ Φᵀ = Φ(Lᵀ L̄) + Φ(Lᵀ L̄)ᵀ."""
    args = tuple(with_scales(argument) for argument in matrix.args)
    same = all(a is b for a, b in zip(args, matrix.args, strict=True))
    made = matrix if same else replace(matrix, args=args)
    if made.op != "hadamard":
        return made
    for n, argument in enumerate(made.args):
        rest = [a for m, a in enumerate(made.args) if m != n]
        if _scales(argument):
            return _of(argument, hadamard(*rest))
        if argument.op == "transpose" and _scales(argument.args[0]):
            return transpose(_of(argument.args[0], transpose(hadamard(*rest))))
    return made


def _scales(matrix: Matrix) -> bool:
    """Whether this is Φ, the function of ones."""
    apply = matrix.data
    ones = matrix.op == "whole" and matrix.args[0].op == "ones"
    return ones and isinstance(apply, Apply) and apply.function in SCALES


def _of(function: Matrix, argument: Matrix) -> Matrix:
    return replace(function, args=(argument,))
