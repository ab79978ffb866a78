"""Common factors of some of a sum's terms taken out, where that is shorter.

r_n a_nd − r_n b_n + c_nd  =  r_n (a_nd − b_n) + c_nd
"""

from __future__ import annotations

from dataclasses import replace

from derive.notation.algebra import add, matmul
from derive.notation.common import factored
from derive.notation.expression import Expr, Factor, Term, is_inverse
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
    """A sum in parentheses behind a number with the matrix that all of its products end with taken out.

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
    product = matmul(add(heads[0].rows, heads[0].columns, *heads), last)
    return replace(matrix, args=(*matrix.args[:-1], product))


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
