"""Equations in vectors and matrices as SymPy's own: `MatrixSymbol`, `HadamardProduct`, `Transpose`, `Trace` …

A column is N × 1, a row 1 × N, a scalar no matrix at all. Put numbers for the sizes and `.as_explicit()` or `.doit()`
writes the entries out. SymPy's matrices count from 0, positions in the notation from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from types import MappingProxyType
from typing import Any

import sympy
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalOf

from derive.notation.expression import Entry, Expr, Tensor, Term
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import Matrix, MatrixEquation
from derive.render import to_sympy_functions as functions
from derive.render import to_sympy_labels as labels
from derive.render.to_sympy import Scope, expression, limits, position, symbol_name, tensor_symbol
from derive.render.to_sympy_entries import by_entries, entry_at, here, is_scalar, length, shape

Value = Any


def matrix_eq(equation: MatrixEquation, cost: str | None = None) -> Value:
    """The equation as a SymPy `Eq` of matrix expressions (of scalars, where it has no axis); labels are integers."""
    scope = Scope(cost=cost).entered(_letters(equation.left))
    return sympy.Eq(matrix(equation.left, scope), matrix(equation.right, scope), evaluate=False)


def matrix(m: Matrix, scope: Scope) -> Value:
    if m.op == "over":
        return _over(m, scope)
    return _OPERATIONS[m.op](m, [matrix(argument, scope) for argument in m.args], scope)


def _letters(left: Matrix) -> list[Index]:
    """The letters of the labels of a left side."""
    if not isinstance(left.data, Entry):
        return []
    return list(dict.fromkeys(x for n in left.data.tensor.labels for x in left.data.slots[n].letters()))


def _tensor(m: Matrix, args: list[Value], scope: Scope) -> Value:
    assert isinstance(m.data, Tensor)
    if is_scalar(m):
        return tensor_symbol(m.data, scope.cost)
    return sympy.MatrixSymbol(symbol_name(m.data, scope.cost), *shape(m, scope))


def _of_slots(m: Matrix, args: list[Value], scope: Scope) -> Value:
    """An entry at fixed positions (of a `MatrixSymbol`, as in the rest of the line), or a size."""
    if isinstance(m.data, Slot):
        return position(m.data, scope)
    assert isinstance(m.data, Entry)
    tensor = m.data.tensor
    at = [position(s - axis.lo, scope) for s, axis in zip(m.data.slots, tensor.axes, strict=True)]
    sizes = [length(axis, scope) for axis in tensor.axes]
    if not at or len(at) > 2:
        return expression(Expr((Term(1, (), (m.data,)),)), scope)
    if len(at) == 1:
        at, sizes = ([0, *at], [1, *sizes]) if tensor.row else ([*at, 0], [*sizes, 1])
    return sympy.MatrixSymbol(symbol_name(tensor, scope.cost), *sizes)[tuple(at)]


def _over(m: Matrix, scope: Scope) -> Value:
    """Σ over labels, entry by entry."""
    assert isinstance(m.data, tuple)
    letters = [part for part in m.data if isinstance(part, Index)]
    inner = scope.entered(letters)
    summand = matrix(m.args[0], inner)
    ranges = [(inner.letters[x], *limits(x.range, inner)) for x in reversed(letters)]
    return by_entries(m, scope, lambda i, j: sympy.Sum(entry_at(summand, i, j), *ranges))


def _number(m: Matrix) -> Value:
    assert isinstance(m.data, (int, Fraction))
    exact = Fraction(m.data)
    return sympy.Rational(exact.numerator, exact.denominator)


def _ones(m: Matrix, args: list[Value], scope: Scope) -> Value:
    return sympy.Integer(1) if is_scalar(m) else sympy.OneMatrix(*shape(m, scope))


def _one_hot(m: Matrix, args: list[Value], scope: Scope) -> Value:
    """[k = t] along the axis; a row for each class where there are several."""
    assert isinstance(m.data, (Entry, Slot))
    slots = m.data.slots if isinstance(m.data, Entry) else ()
    letters = tuple(x for x in dict.fromkeys(x for s in slots for x in s.letters()) if x not in scope.letters)
    axis = m.columns if m.columns is not None else m.rows
    assert axis is not None
    first = position(axis.lo, scope)

    def entry(row: Value, column: Value) -> Value:
        assert isinstance(m.data, (Entry, Slot))
        chosen = expression(Expr((Term(1, (), (m.data,)),)), here(letters, [row for _ in letters], scope))
        return sympy.KroneckerDelta((column if m.columns is not None else row) + first, chosen)

    return by_entries(m, scope, entry)


def _slice(m: Matrix, args: list[Value], scope: Scope) -> Value:
    assert isinstance(m.data, tuple)
    inner = m.args[0]
    down, across = (_first(part, axis, scope) for part, axis in zip(m.data, (inner.rows, inner.columns), strict=True))
    return by_entries(m, scope, lambda i, j: args[0][i + down, j + across])


def _first(part: object, axis: Range | None, scope: Scope) -> Value:
    """How many positions are left out before the first one that is kept."""
    if part is None or axis is None:
        return sympy.Integer(0)
    assert isinstance(part, (Range, Slot))
    return position((part.lo if isinstance(part, Range) else part) - axis.lo, scope)


def _add(m: Matrix, args: list[Value], scope: Scope) -> Value:
    if is_scalar(m):
        return sympy.Add(*args)
    return sympy.MatAdd(*(a if getattr(a, "is_Matrix", False) else a * sympy.OneMatrix(*shape(m, scope)) for a in args))


def _matmul(m: Matrix, args: list[Value], scope: Scope) -> Value:
    product = sympy.MatMul(*args)
    return product[0, 0] if is_scalar(m) else product


def _hadamard(m: Matrix, args: list[Value], scope: Scope) -> Value:
    return sympy.Mul(*args) if is_scalar(m) else sympy.HadamardProduct(*args)


def _times(m: Matrix, args: list[Value], scope: Scope) -> Value:
    return reduce(lambda a, b: a * b, args)


def _power(m: Matrix, args: list[Value], scope: Scope) -> Value:
    """Each entry to a number, or to a second argument."""
    exponent = args[1] if len(args) == 2 else _number(m)
    return args[0] ** exponent if is_scalar(m) else sympy.HadamardPower(args[0], exponent)


def _sum(m: Matrix, args: list[Value], scope: Scope) -> Value:
    rows, columns = args[0].shape
    left = [sympy.OneMatrix(1, rows)] if rows != 1 else []
    right = [sympy.OneMatrix(columns, 1)] if columns != 1 else []
    return sympy.MatMul(*left, args[0], *right)[0, 0]


def _norm2(m: Matrix, args: list[Value], scope: Scope) -> Value:
    """vᵀv, or tr AᵀA."""
    if m.args[0].columns is None:
        return sympy.MatMul(sympy.Transpose(args[0]), args[0])[0, 0]
    return sympy.Trace(sympy.MatMul(sympy.Transpose(args[0]), args[0]))


def _transpose(m: Matrix, args: list[Value], scope: Scope) -> Value:
    return sympy.Transpose(args[0]) if getattr(args[0], "is_Matrix", False) else args[0]


def _matpower(m: Matrix, args: list[Value], scope: Scope) -> Value:
    assert isinstance(m.data, Slot)
    return sympy.MatPow(args[0], position(m.data, scope))


def _diag(m: Matrix, args: list[Value], scope: Scope) -> Value:
    return DiagMatrix(args[0])


def _cross(m: Matrix, args: list[Value], scope: Scope) -> Value:
    a, b = ([entry_at(v, n, n) for n in range(3)] for v in args)
    entries = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    return sympy.ImmutableMatrix([entries] if m.rows is None else [[e] for e in entries])


def _concatenate(m: Matrix, args: list[Value], scope: Scope) -> Value:
    return sympy.BlockMatrix([args] if m.rows is None else [[a] for a in args])


_OPERATIONS: Mapping[str, Callable[[Matrix, list[Value], Scope], Value]] = MappingProxyType(
    {
        "tensor": _tensor,
        "labelled": labels.labelled,
        "condition": labels.condition,
        "mask": labels.mask,
        "mean": labels.mean,
        "entry": _of_slots,
        "size": _of_slots,
        "number": lambda m, args, scope: _number(m),
        "ones": _ones,
        "identity": lambda m, args, scope: sympy.Identity(shape(m, scope)[0]),
        "one-hot": _one_hot,
        "transpose": _transpose,
        "scale": lambda m, args, scope: _number(m) * args[0],
        "diag": _diag,
        "diagonal": lambda m, args, scope: DiagonalOf(args[0]),
        "inverse": lambda m, args, scope: sympy.Inverse(args[0]),
        "matpower": _matpower,
        "trace": lambda m, args, scope: sympy.Trace(args[0]),
        "sum": _sum,
        "norm2": _norm2,
        "power": _power,
        "slice": _slice,
        "apply": functions.apply,
        "whole": functions.whole,
        "indicator": functions.indicator,
        "add": _add,
        "matmul": _matmul,
        "hadamard": _hadamard,
        "times": _times,
        "cross": _cross,
        "concatenate": _concatenate,
    }
)
