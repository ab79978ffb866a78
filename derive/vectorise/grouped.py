"""Common factors of some of a sum's terms taken out, where that is shorter.

r_n a_nd − r_n b_n + c_nd  =  r_n (a_nd − b_n) + c_nd
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from derive.notation.algebra import add, matmul, scale, times
from derive.notation.common import factored
from derive.notation.expression import Expr, Factor, Number, Term, is_inverse
from derive.notation.matrix import Matrix
from derive.notation.rewrite import length
from derive.notation.walk import letters_of
from derive.vectorise.same import key


def grouped(expr: Expr) -> Expr:
    """The sum with the terms that share a factor under one parenthesis; the same object if nothing gets shorter."""
    if len(expr.terms) < 2:
        return expr
    for shared in sorted(_shared(expr), key=len, reverse=True):
        members = Expr(tuple(expr.terms[n] for n in shared))
        taken = factored(members)
        if len(taken.terms) == 1 and length(taken) < length(members):
            first = shared[0]
            rest = tuple(t for n, t in enumerate(expr.terms) if n > first and n not in shared)
            return Expr((*expr.terms[:first], *taken.terms, *grouped(Expr(rest)).terms))
    return expr


def taken_out(matrix: Matrix) -> Matrix:
    """A sum in parentheses behind a number with the matrix that all of its products end with taken out, then the one
    that they begin with.

    ½ (S⁻¹ r + S⁻ᵀ r) = ½ (S⁻¹ + S⁻ᵀ) r
    """
    inner = matrix.args[-1] if matrix.op in ("scale", "times") else matrix
    if inner is matrix or inner.op != "add" or any(a.op != "matmul" for a in inner.args):
        return matrix
    last = inner.args[0].args[-1]
    if last.rows is None or any(key(a.args[-1]) != key(last) for a in inner.args):
        return matrix
    heads = [matmul(*a.args[:-1]) for a in inner.args]
    if any(head.columns is None for head in heads):
        return matrix
    product = matmul(_first_out(heads), last)
    return replace(matrix, args=(*matrix.args[:-1], product))


def _first_out(terms: list[Matrix]) -> Matrix:
    """A sum of products with the matrix that all begin with taken out: V X + V Y = V (X + Y)."""
    whole = add(terms[0].rows, terms[0].columns, *terms)
    first = terms[0].args[0] if terms[0].op == "matmul" else whole
    if any(a.op != "matmul" or key(a.args[0]) != key(first) for a in terms) or first.columns is None:
        return whole
    rests = [matmul(*a.args[1:]) for a in terms]
    if any(rest.rows is None for rest in rests):
        return whole
    return matmul(first, add(rests[0].rows, rests[0].columns, *rests))


def scaled(matrix: Matrix) -> Matrix:
    """½ A + ½ B = ½ (A + B)."""
    numbers = {a.data for a in matrix.args if a.op == "scale"}
    if matrix.op != "add" or len(numbers) != 1 or any(a.op != "scale" for a in matrix.args):
        return matrix
    whole = add(matrix.rows, matrix.columns, *(a.args[0] for a in matrix.args))
    return Matrix("scale", (whole,), matrix.rows, matrix.columns, matrix.args[0].data)


def _shared(expr: Expr) -> list[tuple[int, ...]]:
    """For each factor outside sums, the places of the terms that have it, if several do."""
    places: dict[Factor, list[int]] = {}
    for n, term in enumerate(expr.terms):
        for factor in dict.fromkeys(term.factors):
            if _is_free(factor, term):
                places.setdefault(factor, []).append(n)
    return list(dict.fromkeys(tuple(met) for met in places.values() if len(met) > 1))


def _is_free(factor: Factor, term: Term) -> bool:
    """Whether none of a factor's letters is summed; a mere denominator is not worth a parenthesis."""
    letters = letters_of(factor)
    return bool(letters or not is_inverse(factor)) and not any(x in term.bound for x in letters)


def identity_out(matrix: Matrix) -> Matrix:
    """A sum in which one product ends, or begins, with another: X − B P X = (I − B P) X."""
    if matrix.op != "add":
        return matrix
    scalars = _scalars(matrix.args[0])
    if scalars and all([key(a) for a in _scalars(arg)] == [key(a) for a in scalars] for arg in matrix.args):
        rests = [_without_scalars(arg) for arg in matrix.args]
        return times(list(scalars), identity_out(add(matrix.rows, matrix.columns, *rests)))
    terms = [_signed(a) for a in matrix.args]
    for n, m in permutations(range(len(terms)), 2):
        found = _around_identity(terms[n], terms[m])
        if found is not None:
            args = [found if k == min(n, m) else a for k, a in enumerate(matrix.args) if k != max(n, m)]
            return identity_out(add(matrix.rows, matrix.columns, *args))
    return matrix


def _scalars(matrix: Matrix) -> tuple[Matrix, ...]:
    """The scalars in front of a product."""
    inner = matrix.args[0] if matrix.op == "scale" else matrix
    return inner.args[:-1] if inner.op == "times" else ()


def _without_scalars(matrix: Matrix) -> Matrix:
    if matrix.op == "scale" and isinstance(matrix.data, (int, Fraction)):
        return scale(matrix.data, _without_scalars(matrix.args[0]))
    return matrix.args[-1]


def _signed(matrix: Matrix) -> tuple[Number, tuple[Matrix, ...]]:
    """(number, factors) of a product."""
    inner = matrix.args[0] if matrix.op == "scale" else matrix
    number = matrix.data if matrix.op == "scale" and isinstance(matrix.data, (int, Fraction)) else 1
    return number, inner.args if inner.op == "matmul" else (inner,)


def _around_identity(one: tuple[Number, tuple[Matrix, ...]], other: tuple[Number, tuple[Matrix, ...]]) -> Matrix | None:
    """X + c Y X = (I + c Y) X, X + c X Y = X (I + c Y), X of several factors."""
    (number, own), (factor, long) = one, other
    size, rest = len(own), len(long) - len(own)
    if abs(number) != 1 or size < 2 or rest < 1:
        return None
    keys = [key(a) for a in long]
    if keys[rest:] == [key(a) for a in own]:
        return scale(number, matmul(_identity_plus(factor * number, long[:rest]), *own))
    if keys[:size] == [key(a) for a in own]:
        return scale(number, matmul(*own, _identity_plus(factor * number, long[size:])))
    return None


def _identity_plus(number: Number, factors: tuple[Matrix, ...]) -> Matrix:
    product = matmul(*factors)
    return add(product.rows, product.rows, Matrix("identity", (), product.rows, product.rows), scale(number, product))
