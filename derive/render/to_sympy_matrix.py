"""Equations in vectors and matrices as SymPy's own: `MatrixSymbol`, `HadamardProduct`, `Transpose`, `Trace` …

A column is N × 1, a row 1 × N, a scalar no matrix at all. Put numbers for the sizes and `.as_explicit()` or `.doit()`
writes the entries out. SymPy's matrices count from 0, positions in the notation from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from types import MappingProxyType
from typing import Any

import sympy
from sympy.matrices.expressions import FunctionMatrix
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalOf

from derive.notation.expression import Apply, Entry, Expr, Lambda, Tensor, Term
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import Matrix, MatrixEquation
from derive.referee.evaluate_matrix import positions_at
from derive.render.to_sympy import RELATIONS, Scope, expression, position, symbol_name, tensor_symbol

Value = Any


def matrix_eq(equation: MatrixEquation) -> Value:
    """The equation as a SymPy `Eq` of matrix expressions (of scalars, where it has no axis)."""
    return sympy.Eq(matrix(equation.left), matrix(equation.right), evaluate=False)


def matrix(m: Matrix) -> Value:
    return _OPERATIONS[m.op](m, [matrix(argument) for argument in m.args])


def _shape(m: Matrix) -> tuple[Value, Value]:
    return _length(m.rows), _length(m.columns)


def _length(axis: Range | None) -> Value:
    return sympy.Integer(1) if axis is None else position(axis.size, Scope())


def _is_scalar(m: Matrix) -> bool:
    return m.rows is None and m.columns is None


def _tensor(m: Matrix, args: list[Value]) -> Value:
    assert isinstance(m.data, Tensor)
    return tensor_symbol(m.data) if _is_scalar(m) else sympy.MatrixSymbol(symbol_name(m.data), *_shape(m))


def _of_slots(m: Matrix, args: list[Value]) -> Value:
    """An entry at fixed positions (of a `MatrixSymbol`, as in the rest of the line), or a size."""
    if isinstance(m.data, Slot):
        return position(m.data, Scope())
    assert isinstance(m.data, Entry)
    tensor = m.data.tensor
    at = [position(s - axis.lo, Scope()) for s, axis in zip(m.data.slots, tensor.axes, strict=True)]
    sizes = [_length(axis) for axis in tensor.axes]
    if not at or len(at) > 2:
        return expression(Expr((Term(1, (), (m.data,)),)))
    if len(at) == 1:
        at, sizes = ([0, *at], [1, *sizes]) if tensor.row else ([*at, 0], [*sizes, 1])
    return sympy.MatrixSymbol(symbol_name(tensor), *sizes)[tuple(at)]


def _number(m: Matrix) -> Value:
    assert isinstance(m.data, (int, Fraction))
    exact = Fraction(m.data)
    return sympy.Rational(exact.numerator, exact.denominator)


def _ones(m: Matrix, args: list[Value]) -> Value:
    return sympy.Integer(1) if _is_scalar(m) else sympy.OneMatrix(*_shape(m))


def by_entries(m: Matrix, entry: Callable[[Value, Value], Value]) -> Value:
    """The matrix of this shape whose entries are a function of their positions, which count from 0."""
    row, column = sympy.Dummy("i", integer=True), sympy.Dummy("j", integer=True)
    if _is_scalar(m):
        return entry(sympy.Integer(0), sympy.Integer(0))
    return FunctionMatrix(*_shape(m), sympy.Lambda((row, column), entry(row, column)))


def _at(value: Value, row: Value, column: Value) -> Value:
    """An entry of a matrix expression; a scalar is every entry."""
    if not getattr(value, "is_Matrix", False):
        return value
    row = 0 if value.shape[0] == 1 else row
    return value[row, 0 if value.shape[1] == 1 else column]


def _one_hot(m: Matrix, args: list[Value]) -> Value:
    """[k = t] along the axis; a row for each class where there are several."""
    assert isinstance(m.data, (Entry, Slot))
    slots = m.data.slots if isinstance(m.data, Entry) else ()
    letters = tuple(dict.fromkeys(x for slot in slots for x in slot.letters()))
    axis = m.columns if m.columns is not None else m.rows
    assert axis is not None
    first = position(axis.lo, Scope())

    def entry(row: Value, column: Value) -> Value:
        assert isinstance(m.data, (Entry, Slot))
        known = {x: row + position(x.range.lo, Scope()) for x in letters}
        chosen = expression(Expr((Term(1, (), (m.data,)),)), Scope(known))
        return sympy.KroneckerDelta((column if m.columns is not None else row) + first, chosen)

    return by_entries(m, entry)


def _slice(m: Matrix, args: list[Value]) -> Value:
    assert isinstance(m.data, tuple)
    inner = m.args[0]
    down, across = (_first(part, axis) for part, axis in zip(m.data, (inner.rows, inner.columns), strict=True))
    return by_entries(m, lambda i, j: args[0][i + down, j + across])


def _first(part: object, axis: Range | None) -> Value:
    """How many positions are left out before the first one that is kept."""
    if part is None or axis is None:
        return sympy.Integer(0)
    assert isinstance(part, (Range, Slot))
    return position((part.lo if isinstance(part, Range) else part) - axis.lo, Scope())


def _apply(m: Matrix, args: list[Value]) -> Value:
    """A function of each entry: `applyfunc` where it has one argument."""
    assert isinstance(m.data, Apply)
    if len(args) == 1 and not _is_scalar(m):
        place = sympy.Dummy("d")
        return args[0].applyfunc(sympy.Lambda(place, _function_of(m.data, [place])))
    return by_entries(m, lambda i, j: _function_of(m.data, [_at(a, i, j) for a in args]))


def _function_of(apply: object, values: list[Value]) -> Value:
    assert isinstance(apply, Apply)
    places = {Tensor(f"{n}", ()): value for n, value in enumerate(values)}
    scope = Scope(read=lambda entry, slots: places.get(entry.tensor))
    bodies = tuple(Lambda((), Expr((Term(1, (), (Entry(place),)),))) for place in places)
    return expression(Expr((Term(1, (), (replace(apply, args=bodies),)),)), scope)


def _whole(m: Matrix, args: list[Value]) -> Value:
    """A function of whole vectors, or of each row of matrices; its positions are the new axes."""
    return by_entries(m, lambda i, j: _whole_at(m, args, i, j))


def _whole_at(m: Matrix, args: list[Value], row: Value, column: Value) -> Value:
    assert isinstance(m.data, Apply)
    by_rows = any(_is_by_rows(a, x) for a, x in zip(m.args, m.data.args, strict=True))
    axes = [(axis, at) for axis, at in ((m.rows, row), (m.columns, column)) if axis is not None]
    new = [(Index("p", axis), at + position(axis.lo, Scope())) for axis, at in axes[1 if by_rows else 0 :]]
    values: dict[Tensor, Callable[[tuple[Value, ...]], Value]] = {}
    bodies = []
    for n, (value, parameter) in enumerate(zip(args, m.data.args, strict=True)):
        place = Tensor(f"{n}", tuple(x.range for x in parameter.letters))
        values[place] = _reader(value, parameter, row if _is_by_rows(m.args[n], parameter) else None)
        read_place = Entry(place, tuple(x.slot for x in parameter.letters))
        bodies.append(Lambda(parameter.letters, Expr((Term(1, (), (read_place,)),))))
    slots, partials = positions_at(m.data, [letter for letter, _ in new])
    apply = Apply(m.data.function, tuple(bodies), slots, partials)

    def read(entry: Entry, at: tuple[Value, ...]) -> Value | None:
        return values[entry.tensor](at) if entry.tensor in values else None

    return expression(Expr((Term(1, (), (apply,)),)), Scope(dict(new), read))


def _is_by_rows(argument: Matrix, parameter: Lambda) -> bool:
    return len(parameter.letters) == 1 and argument.rows is not None and argument.columns is not None


def _reader(value: Value, parameter: Lambda, sample: Value | None) -> Callable[[tuple[Value, ...]], Value]:
    """What reads an argument's entries by the positions of its letters."""
    lows = [position(x.range.lo, Scope()) for x in parameter.letters]

    def read(slots: tuple[Value, ...]) -> Value:
        at = [slot - low for slot, low in zip(slots, lows, strict=True)]
        if len(at) == 2:
            return value[at[0], at[1]]
        return _read_vector(value, sample, at[0]) if at else value

    return read


def _read_vector(value: Value, sample: Value | None, at: Value) -> Value:
    if sample is not None:
        return value[sample, at]
    return value[at, 0] if value.shape[1] == 1 else value[0, at]


def _indicator(m: Matrix, args: list[Value]) -> Value:
    assert isinstance(m.data, str)
    holds = RELATIONS[m.data]
    return by_entries(m, lambda i, j: sympy.Piecewise((1, holds(_at(args[0], i, j), _at(args[1], i, j))), (0, True)))


def _add(m: Matrix, args: list[Value]) -> Value:
    if _is_scalar(m):
        return sympy.Add(*args)
    return sympy.MatAdd(*(a if getattr(a, "is_Matrix", False) else a * sympy.OneMatrix(*_shape(m)) for a in args))


def _matmul(m: Matrix, args: list[Value]) -> Value:
    product = sympy.MatMul(*args)
    return product[0, 0] if _is_scalar(m) else product


def _hadamard(m: Matrix, args: list[Value]) -> Value:
    return sympy.Mul(*args) if _is_scalar(m) else sympy.HadamardProduct(*args)


def _times(m: Matrix, args: list[Value]) -> Value:
    return reduce(lambda a, b: a * b, args)


def _power(m: Matrix, args: list[Value]) -> Value:
    """Each entry to a number, or to a second argument."""
    exponent = args[1] if len(args) == 2 else _number(m)
    return args[0] ** exponent if _is_scalar(m) else sympy.HadamardPower(args[0], exponent)


def _sum(m: Matrix, args: list[Value]) -> Value:
    rows, columns = args[0].shape
    left = [sympy.OneMatrix(1, rows)] if rows != 1 else []
    right = [sympy.OneMatrix(columns, 1)] if columns != 1 else []
    return sympy.MatMul(*left, args[0], *right)[0, 0]


def _norm2(m: Matrix, args: list[Value]) -> Value:
    """vᵀv, or tr AᵀA."""
    if m.args[0].columns is None:
        return sympy.MatMul(sympy.Transpose(args[0]), args[0])[0, 0]
    return sympy.Trace(sympy.MatMul(sympy.Transpose(args[0]), args[0]))


def _transpose(m: Matrix, args: list[Value]) -> Value:
    return sympy.Transpose(args[0]) if getattr(args[0], "is_Matrix", False) else args[0]


def _diag(m: Matrix, args: list[Value]) -> Value:
    return DiagMatrix(args[0])


def _cross(m: Matrix, args: list[Value]) -> Value:
    a, b = ([_at(v, n, n) for n in range(3)] for v in args)
    entries = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    return sympy.ImmutableMatrix([entries] if m.rows is None else [[e] for e in entries])


def _concatenate(m: Matrix, args: list[Value]) -> Value:
    return sympy.BlockMatrix([args] if m.rows is None else [[a] for a in args])


_OPERATIONS: Mapping[str, Callable[[Matrix, list[Value]], Value]] = MappingProxyType(
    {
        "tensor": _tensor,
        "entry": _of_slots,
        "size": _of_slots,
        "number": lambda m, args: _number(m),
        "ones": _ones,
        "identity": lambda m, args: sympy.Identity(_shape(m)[0]),
        "one-hot": _one_hot,
        "transpose": _transpose,
        "scale": lambda m, args: _number(m) * args[0],
        "diag": _diag,
        "diagonal": lambda m, args: DiagonalOf(args[0]),
        "trace": lambda m, args: sympy.Trace(args[0]),
        "sum": _sum,
        "norm2": _norm2,
        "power": _power,
        "slice": _slice,
        "apply": _apply,
        "whole": _whole,
        "indicator": _indicator,
        "add": _add,
        "matmul": _matmul,
        "hadamard": _hadamard,
        "times": _times,
        "cross": _cross,
        "concatenate": _concatenate,
    }
)
