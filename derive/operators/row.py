"""What a row of the tables of functions says, and the builders that rows are written with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from derive.notation.expression import Apply, Expr, Lambda, of
from derive.notation.product import add, inverse, multiply, negative

Build: TypeAlias = Callable[..., Expr]


@dataclass(frozen=True, slots=True)
class Row:
    """One function.

    latex: how its name is printed.  axes: how many axes of its argument it takes as a whole (0: entry by entry, 1:
    softmax, 2: a square matrix, inv).  keeps: whether those axes are in the result (softmax) or not (logsumexp).
    value: its expression in other rows.  numeric: its name in `referee`, for those that have no such expression.
    slopes: one for each argument.  primed: shown with a prime.  big: shown as a sign with its letters below, max_i x_i.
    note: kinks, domain, the equation that it solves.  position: its value is a position, a class: argmax.
    mirror: f(−x) in terms of f(x).  total: its values along its axes add up to 1.  kept: f f′ = f.
    out: of a function of a matrix, which axes of its argument its values have: (0, 1) inv, (1, 0) pinv, (1,) svdvals.
    condition: what such an argument has to be: positive definite.
    exponent: whether its last slot is one: matrix_power.
    orthogonal: its values are an orthogonal matrix.
    letter: the letter that its values have in vector lines: V for eigvecsh(A).  scales: f(X) = f(1) ∘ X.
    """

    name: str
    latex: str
    arity: int = 1
    axes: int = 0
    keeps: bool = False
    value: Build | None = None
    numeric: str = ""
    slopes: tuple[Build, ...] = ()
    primed: bool = False
    big: bool = False
    position: bool = False
    mirror: Build | None = None
    total: bool = False
    kept: bool = False
    out: tuple[int, ...] = ()
    condition: str = ""
    exponent: bool = False
    orthogonal: bool = False
    letter: str = ""
    scales: bool = False
    note: str = ""


def call(name: str, *args: Expr) -> Expr:
    """A function of scalars."""
    return of(Apply(name, tuple(Lambda((), a) for a in args)))


def minus(left: Expr, right: Expr) -> Expr:
    return add(left, negative(right))


def fraction(top: Expr, bottom: Expr) -> Expr:
    return multiply(top, inverse(bottom))
