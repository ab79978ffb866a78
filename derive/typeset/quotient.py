"""Which factors of a product of scalars and one array stand before the fraction's line, above it and below it.

½ (1/v) ‖𝐫‖² -> ‖𝐫‖²/(2 v)      (1/√M) S̄ K -> S̄ K/√M      (1/N) 𝐗ᵀ(𝐏 − 𝐘) stays as it is
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.notation.expression import Number
from derive.notation.matrix import Matrix

ABOVE = 3
"""How many names may stand side by side above a line."""
LEAVES = ("tensor", "labelled", "entry", "size", "ones", "one-hot", "identity", "norm2")
OPENED = ("matmul", "transpose", "slice", "power", "trace")
"""Operations that look as long as their arguments."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """number · Π above / Π below."""

    number: Number = 1
    above: tuple[Matrix, ...] = ()
    below: tuple[Matrix, ...] = ()


def gathered(expr: Matrix) -> Gathered:
    """The factors of nested `scale` and `times`."""
    if expr.op == "number" and isinstance(expr.data, (int, Fraction)):
        return Gathered(expr.data)
    if expr.op == "scale" and isinstance(expr.data, (int, Fraction)):
        inner = gathered(expr.args[0])
        return Gathered(expr.data * inner.number, inner.above, inner.below)
    if expr.op == "times":
        parts = [gathered(argument) for argument in expr.args]
        number: Number = 1
        for part in parts:
            number *= part.number
        return Gathered(number, sum((p.above for p in parts), ()), sum((p.below for p in parts), ()))
    return Gathered(1, (), (expr,)) if is_inverse(expr) and not is_array(expr) else Gathered(1, (expr,))


def ordered(factors: tuple[Matrix, ...]) -> tuple[Matrix, ...]:
    """Scalars among themselves: plain ones first."""
    if any(is_array(factor) for factor in factors):
        return factors
    return tuple(sorted(factors, key=lambda f: f.op not in ("tensor", "labelled", "size", "entry", "number", "add")))


def fits_above(factors: tuple[Matrix, ...]) -> bool:
    """Whether factors are short enough to stand above a line: a few names, or one sum."""
    return [f.op for f in factors] == ["add"] or sum(map(_length, factors)) <= ABOVE


def _length(expr: Matrix) -> int:
    """How many names stand side by side; more than fit for what is no plain product."""
    if expr.op in LEAVES:
        return 1
    if expr.op in OPENED:
        return sum(map(_length, expr.args))
    return 1 + _length(expr.args[0]) if expr.op == "sum" else ABOVE + 1


def is_dot(expr: Matrix) -> bool:
    """A scalar that looks like a product of arrays: 𝐱ᵀ𝐲, 𝟏ᵀ𝐱."""
    return expr.op in ("matmul", "sum") and not is_array(expr)


def is_inverse(expr: Matrix) -> bool:
    return expr.op == "power" and len(expr.args) == 1 and isinstance(expr.data, (int, Fraction)) and expr.data < 0


def is_array(expr: Matrix) -> bool:
    return expr.rows is not None or expr.columns is not None
