"""Matrix forms rewritten where that is shorter: traces, functions that scale each entry, a sign in front of a sum.

1ᵀ (A ∘ Bᵀ) 1 = tr(A B)      Lᵀ L̄ ∘ Φ = Φ(Lᵀ L̄)      c (−A − B) = −c (A + B)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from derive.notation.algebra import add, hadamard, matmul, scale, transpose
from derive.notation.expression import Apply, Number
from derive.notation.matrix import Matrix
from derive.operators import TABLE
from derive.vectorise.same import key, length


def shorter(matrix: Matrix) -> Matrix:
    """The same with every part as short as the rules make it."""
    args = tuple(shorter(argument) for argument in matrix.args)
    same = all(a is b for a, b in zip(args, matrix.args, strict=True))
    made = matrix if same else replace(matrix, args=args)
    rule = RULES.get(made.op)
    return made if rule is None else rule(made)


def has(matrix: Matrix, op: str) -> bool:
    """Whether an operation occurs in an expression."""
    return matrix.op == op or any(has(argument, op) for argument in matrix.args)


def _trace(matrix: Matrix) -> Matrix:
    """Σ A_ij B_ij = tr(A Bᵀ) = tr(Aᵀ B), where the transpose makes nothing longer."""
    inner = matrix.args[0]
    if inner.op in LINEAR:
        from derive.vectorise.traces import of_diagonals

        whole = of_diagonals(inner)
        if whole is not None:
            return _shorter_trace(Matrix("trace", (whole,)))
    if inner.op == "matmul" and len(inner.args) == 2 and inner.args[1].op == "ones":
        inner = inner.args[0]
    if inner.op != "hadamard" or inner.columns is None or inner.rows is None:
        return matrix
    first, rest = inner.args[0], hadamard(*inner.args[1:])
    products = (matmul(first, transpose(rest)), matmul(transpose(first), rest))
    found = min((_shorter_trace(Matrix("trace", (product,))) for product in products), key=length)
    return found if length(found) <= length(Matrix("sum", (inner,))) else matrix


LINEAR = ("diagonal", "add", "scale", "times")
"""What a trace goes through."""


def _shorter_trace(matrix: Matrix) -> Matrix:
    """tr(I) = N, tr(A B Bᵀ Aᵀ) = ‖A B‖²."""
    from derive.vectorise.traces import trace

    return trace(matrix)


def _diagonal(matrix: Matrix) -> Matrix:
    """That of Aᵀ is that of A."""
    inner = matrix.args[0]
    return replace(matrix, args=(min(inner, transpose(inner), key=length),))


def _quadratic(matrix: Matrix) -> Matrix:
    """xᵀ Aᵀ x as xᵀ A x."""
    if matrix.rows is not None or matrix.columns is not None or len(matrix.args) < 3:
        return matrix
    made = matmul(*(transpose(a) for a in reversed(matrix.args)))
    ends = key(matrix.args[0]) == key(transpose(matrix.args[-1]))
    return made if ends and length(made) < length(matrix) else matrix


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


PARENTHESES = 2
"""What a pair of parentheses adds to the length."""


def _common_out(matrix: Matrix) -> Matrix:
    """D (X b + c) + Dᵀ (X b + c) = (D + Dᵀ) (X b + c), and the same in front; Bᵀ Xᵀ + Xᵀ Bᵀ = (X B + B X)ᵀ."""
    found = [form for form in (_last_out(matrix), _turned(matrix)) if form is not None]
    best = min(found, key=length, default=matrix)
    return best if length(best) + PARENTHESES < length(matrix) else matrix


def _added(matrix: Matrix) -> Matrix:
    """A sum, with what has become equal collected."""
    made = add(matrix.rows, matrix.columns, *matrix.args)
    return _common_out(made) if made.op == "add" else made


def _last_out(matrix: Matrix) -> Matrix | None:
    """A sum of products with the factors that all of them end and begin with taken out."""
    if len(matrix.args) < 2 or not all(_product(a).op == "matmul" for a in matrix.args):
        return None
    terms = [(_number(a), list(_product(a).args)) for a in matrix.args]
    last: list[Matrix] = []
    while all(len(own) > 1 for _, own in terms) and len({key(own[-1]) for _, own in terms}) == 1:
        last.insert(0, terms[0][1][-1])
        terms = [(n, own[:-1]) for n, own in terms]
    first: list[Matrix] = []
    while all(len(own) > 1 for _, own in terms) and len({key(own[0]) for _, own in terms}) == 1:
        first.append(terms[0][1][0])
        terms = [(n, own[1:]) for n, own in terms]
    rests = [scale(n, matmul(*own)) for n, own in terms]
    if not (first or last) or any(rest.rows is None or rest.columns is None for rest in rests):
        return None
    return matmul(*first, add(rests[0].rows, rests[0].columns, *rests), *last)


def _turned(matrix: Matrix) -> Matrix | None:
    """The transpose of the sum, where all factors are transposes."""
    terms = [_product(a) for a in matrix.args]
    leaves = [a for term in terms for a in (term.args if term.op == "matmul" else (term,))]
    if matrix.rows is None or matrix.columns is None or any(a.op != "transpose" or a.args[0].args for a in leaves):
        return None
    turned = [transpose(a) for a in matrix.args]
    return Matrix("transpose", (add(matrix.columns, matrix.rows, *turned),), matrix.rows, matrix.columns)


def _product(matrix: Matrix) -> Matrix:
    return matrix.args[0] if matrix.op == "scale" else matrix


def _number(matrix: Matrix) -> Number:
    return matrix.data if matrix.op == "scale" and isinstance(matrix.data, (int, Fraction)) else 1


def _is_negative(matrix: Matrix) -> bool:
    return matrix.op == "scale" and isinstance(matrix.data, (int, Fraction)) and matrix.data < 0


RULES: dict[str, Callable[[Matrix], Matrix]] = {
    "sum": _trace,
    "hadamard": _scaled,
    "times": _sign_out,
    "scale": _sign_out,
    "add": _added,
    "trace": _shorter_trace,
    "diagonal": _diagonal,
    "matmul": _quadratic,
}
"""What is tried for an operation."""
