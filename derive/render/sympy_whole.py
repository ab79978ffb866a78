"""Functions of a whole array that are no sum in SymPy: abstract ones, max, Π, the place of the largest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import sympy

Value = Any
At = tuple[int, ...]
"""A position in an argument."""


def _largest(sign: int) -> Callable[[Mapping[At, Value], Mapping[At, Value]], Value]:
    """max, or −max of what is turned around."""

    def largest(entries: Mapping[At, Value], counted: Mapping[At, Value]) -> Value:
        return sign * sympy.Max(*(_or_else(sign * x, counted.get(at), -sympy.oo) for at, x in entries.items()))

    return largest


def _place(sign: int) -> Callable[[Mapping[At, Value], Mapping[At, Value]], Value]:
    """The first position whose entry no other one exceeds."""

    def place(entries: Mapping[At, Value], counted: Mapping[At, Value]) -> Value:
        held = {at: _or_else(sign * x, counted.get(at), -sympy.oo) for at, x in entries.items()}
        found = [(at[0], sympy.And(*(x >= y for y in held.values() if y is not x))) for at, x in held.items()]
        return sympy.Piecewise(*found, (0, True))

    return place


def _product(entries: Mapping[At, Value], counted: Mapping[At, Value]) -> Value:
    return sympy.Mul(*(_or_else(x, counted.get(at), 1) for at, x in entries.items()))


def _or_else(value: Value, counted: Value | None, otherwise: Value) -> Value:
    return value if counted is None else sympy.Piecewise((value, sympy.Ne(counted, 0)), (otherwise, True))


CHOSEN: Mapping[str, Callable[[Mapping[At, Value], Mapping[At, Value]], Value]] = MappingProxyType(
    {
        "amax": _largest(1),
        "amin": _largest(-1),
        "amax_first": _largest(1),
        "amin_first": _largest(-1),
        "argmax": _place(1),
        "argmin": _place(-1),
        "prod": _product,
    }
)
"""Functions of the table: what each is of entries and of weights, by their positions."""


def _inverse(square: Value, row: int, column: int) -> Value:
    """One entry, a cofactor over the determinant."""
    minor = square.minor_submatrix(column, row) if len(square) > 1 else sympy.eye(1)
    return (-1) ** (row + column) * _determinant(minor) / _determinant(square)


def _determinant(square: Value) -> Value:
    return square.det(method="laplace")


def _log_determinant(square: Value) -> Value:
    """log |det A|; SymPy's slope of |d| is not written out where it does not know d to be real."""
    return sympy.log(_determinant(square) ** 2) / 2


def _cholesky(square: Value, row: int, column: int) -> Value:
    """One entry of L, L Lᵀ = ½ (A + Aᵀ)."""
    symmetric = (square + square.T) / 2
    found = sympy.zeros(*square.shape)
    for j in range(column + 1):
        for i in range(j, max(row, column) + 1):
            rest = symmetric[i, j] - sum(found[i, k] * found[j, k] for k in range(j))
            found[i, j] = sympy.sqrt(rest) if i == j else rest / found[j, j]
    return found[row, column]


def _tril_half(square: Value, row: int, column: int) -> Value:
    """Φ(X)_ij; as a `Piecewise` under a sum SymPy would take it out of the sum."""
    weight = 1 if row > column else sympy.Rational(row == column, 2)
    return weight * square[row, column]


SQUARE: Mapping[str, Callable[..., Value]] = MappingProxyType({
    "inv": _inverse, "det": _determinant, "logdet": _log_determinant, "cholesky": _cholesky, "tril_half": _tril_half,
    "matrix_power": lambda square, row, column, exponent: (square**exponent)[row, column],
})  # fmt: skip
"""Functions of a square matrix, at a position counted from 0 where they are a matrix again."""

KNOWN = frozenset({*CHOSEN, *SQUARE})
"""Functions of the table that are no sum in SymPy."""


class Whole(sympy.Expr):  # type: ignore[misc]
    """f(x₁, …, xₙ), an abstract function of a whole vector or one that is `CHOSEN`, and its partials ∂ᵢf.

    args: its name, its arguments as (Lambda, ranges …), slots, partials as (argument, position …). `doit` writes it out
    as a `Function` of the entries (as what it is, if it is known), or as its `Derivative`, once the sizes and positions
    are numbers.
    """

    is_commutative = True

    def doit(self, **hints: object) -> Value:
        name, arguments, slots, partials = self.args
        if name.name in SQUARE and slots.free_symbols:
            return self
        if partials.free_symbols or any(end.free_symbols for _, *ranges in arguments for r in ranges for end in r):
            return self
        entries = [_written_out(argument) for argument in arguments]
        flat = [(n, at) for n, found in enumerate(entries) for at in found]
        places = {key: sympy.Dummy(f"xi_{k + 1}", real=True) for k, key in enumerate(flat)}
        value = _value(name.name, slots, places)
        for n, *at in partials:
            key = (int(n), tuple(int(a) for a in at))
            value = value.diff(places[key]) if key in places else sympy.Integer(0)
        values = [entries[n][at].doit(**hints) for n, at in flat]
        if name.name in KNOWN:
            return value.xreplace(dict(zip(places.values(), values, strict=True)))
        if not partials:
            return value.func(*slots, *values)
        return sympy.Subs(value, list(places.values()), values) if value else value

    def _eval_derivative(self, symbol: Value) -> Value:
        """Through its entries, if they can be written out."""
        value = self.doit()
        if value is self:
            raise NotImplementedError(f"{self.args[0]}: put numbers for the sizes first")
        return value.diff(symbol)


def _value(name: str, slots: Value, places: Mapping[tuple[int, At], Value]) -> Value:
    """The function of symbols for its entries."""
    if name in SQUARE:
        return _of_matrix(name, slots, places)
    if name not in CHOSEN:
        return sympy.Function(name)(*slots, *places.values())
    entries, counted = ({at: x for (n, at), x in places.items() if n == k} for k in (0, 1))
    return CHOSEN[name](entries, counted)


def _of_matrix(name: str, slots: Value, places: Mapping[tuple[int, At], Value]) -> Value:
    """A function of a square matrix of symbols, at a position counted as its entries are."""
    rows = sorted({at[0] for _, at in places})
    square = sympy.ImmutableDenseMatrix([[places[0, (i, j)] for j in rows] for i in rows])
    return SQUARE[name](square, *(int(slot) - rows[0] for slot in slots[:2]), *(int(slot) for slot in slots[2:]))


def _written_out(argument: Value) -> dict[At, Value]:
    """position -> entry; the ranges are numbers."""
    body, *ranges = argument
    found: dict[At, Value] = {(): None}
    for lo, hi in ranges:
        found = {(*at, k): None for at in found for k in range(int(lo), int(hi) + 1)}
    return {at: body(*at) for at in found}
