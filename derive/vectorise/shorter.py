"""Matrix forms rewritten where that is shorter: traces, functions that scale each entry, a sign in front of a sum.

1ᵀ (A ∘ Bᵀ) 1 = tr(A B)      Lᵀ L̄ ∘ Φ = Φ(Lᵀ L̄)      c (−A − B) = −c (A + B)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from derive.notation.algebra import hadamard, matmul, scale, transpose
from derive.notation.expression import Apply
from derive.notation.matrix import Matrix
from derive.operators import TABLE
from derive.vectorise.same import length


def shorter(matrix: Matrix) -> Matrix:
    """The same with every part as short as the rules make it."""
    args = tuple(shorter(argument) for argument in matrix.args)
    same = all(a is b for a, b in zip(args, matrix.args, strict=True))
    made = matrix if same else replace(matrix, args=args)
    rule = RULES.get(made.op)
    return made if rule is None else rule(made)


def _trace(matrix: Matrix) -> Matrix:
    """Σ A_ij B_ij = tr(A Bᵀ) = tr(Aᵀ B), where the transpose makes nothing longer."""
    inner = matrix.args[0]
    if inner.op == "matmul" and len(inner.args) == 2 and inner.args[1].op == "ones":
        inner = inner.args[0]
    if inner.op != "hadamard" or inner.columns is None or inner.rows is None:
        return matrix
    first, rest = inner.args[0], hadamard(*inner.args[1:])
    products = (matmul(first, transpose(rest)), matmul(transpose(first), rest))
    found = min((Matrix("trace", (product,)) for product in products), key=length)
    return found if length(found) <= length(Matrix("sum", (inner,))) else matrix


def _scaled(matrix: Matrix) -> Matrix:
    """Φ ∘ X as Φ(X)."""
    for n, argument in enumerate(matrix.args):
        rest = [a for m, a in enumerate(matrix.args) if m != n]
        if _scales(argument):
            return replace(argument, args=(hadamard(*rest),))
        if argument.op == "transpose" and _scales(argument.args[0]):
            return transpose(replace(argument.args[0], args=(transpose(hadamard(*rest)),)))
    return matrix


def _scales(matrix: Matrix) -> bool:
    """Whether this is Φ, the function of ones."""
    apply = matrix.data
    ones = matrix.op == "whole" and matrix.args[0].op == "ones"
    return ones and isinstance(apply, Apply) and apply.function in TABLE and TABLE[apply.function].scales


def _sign_out(matrix: Matrix) -> Matrix:
    """c (−A − B) = −c (A + B)."""
    inner = matrix.args[-1]
    if inner.op != "add" or not all(map(_is_negative, inner.args)):
        return matrix
    turned = replace(inner, args=tuple(scale(-1, a) for a in inner.args))
    return scale(-1, replace(matrix, args=(*matrix.args[:-1], turned)))


def _is_negative(matrix: Matrix) -> bool:
    return matrix.op == "scale" and isinstance(matrix.data, (int, Fraction)) and matrix.data < 0


RULES: dict[str, Callable[[Matrix], Matrix]] = {
    "sum": _trace,
    "hadamard": _scaled,
    "times": _sign_out,
    "scale": _sign_out,
}
"""What is tried for an operation."""
