"""Every place in an expression, with a function that gives the whole expression with something else there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from derive.notation.expression import Apply, Bracket, Expr, Factor, Lambda, Power, Term
from derive.notation.index import Index
from derive.notation.matrix import Matrix

Put: TypeAlias = Callable[[Any], Any]
Letters: TypeAlias = tuple[Index, ...]


@dataclass(frozen=True)
class Spot:
    """what: the expression, term, factor or matrix there.  put(other): the whole with `other` in its place.

    scope: the letters that are bound around it.  parent: the matrix that it is an argument of, and the n-th.
    """

    what: Any
    put: Put
    scope: Letters = ()
    parent: Matrix | None = None
    place: int = -1


def spots(whole: Expr | Matrix) -> list[Spot]:
    """Every place in reading order, outer ones first."""
    return list(_matrices(whole) if isinstance(whole, Matrix) else _sums(whole, lambda other: other, ()))


def _sums(expr: Expr, put: Put, scope: Letters) -> Iterator[Spot]:
    yield Spot(expr, put, scope)
    for n, term in enumerate(expr.terms):
        yield from _terms(term, _at(expr.terms, n, lambda terms: put(Expr(terms))), scope)


def _at(items: tuple[Any, ...], n: int, put: Put) -> Put:
    return lambda other: put((*items[:n], other, *items[n + 1 :]))


def _terms(term: Term, put: Put, scope: Letters) -> Iterator[Spot]:
    yield Spot(term, put, scope)
    inner = (*scope, *term.bound)
    for n, factor in enumerate(term.factors):
        yield from _factors(factor, _at(term.factors, n, lambda f: put(replace(term, factors=f))), inner)


def _factors(factor: Factor, put: Put, scope: Letters) -> Iterator[Spot]:
    yield Spot(factor, put, scope)
    if isinstance(factor, Power):
        yield from _sums(factor.base, lambda base: put(Power(base, factor.exponent)), scope)
    elif isinstance(factor, Apply):
        kept = factor.args[:1] if factor.args and factor.args[0].letters else factor.args  # no weight of a softmax
        for n, argument in enumerate(kept):
            yield from _arguments(argument, _at(factor.args, n, lambda a: put(replace(factor, args=a))), scope)
    elif isinstance(factor, Bracket) and isinstance(factor.left, Expr) and isinstance(factor.right, Expr):
        yield from _sums(factor.left, lambda side: put(replace(factor, left=side)), scope)
        yield from _sums(factor.right, lambda side: put(replace(factor, right=side)), scope)


def _arguments(argument: Lambda, put: Put, scope: Letters) -> Iterator[Spot]:
    yield from _sums(argument.body, lambda body: put(Lambda(argument.letters, body)), (*scope, *argument.letters))


def _matrices(whole: Matrix) -> Iterator[Spot]:
    yield from _inside(whole, lambda other: other, (), None, -1)


def _inside(matrix: Matrix, put: Put, scope: Letters, parent: Matrix | None, place: int) -> Iterator[Spot]:
    yield Spot(matrix, put, scope, parent, place)
    inner = scope
    if matrix.op == "over" and isinstance(matrix.data, tuple):
        inner = (*scope, *(x for x in matrix.data if isinstance(x, Index)))
    for n, argument in enumerate(matrix.args):
        own = _at(matrix.args, n, lambda args: put(replace(matrix, args=args)))
        yield from _inside(argument, own, inner, matrix, n)
