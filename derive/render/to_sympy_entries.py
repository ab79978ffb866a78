"""Matrices whose entries are a function of their positions, which count from 0 in SymPy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import sympy
from sympy.matrices.expressions import FunctionMatrix

from derive.notation.index import Index, Range
from derive.notation.matrix import Matrix
from derive.render.to_sympy import Scope, position

Value = Any


def shape(m: Matrix, scope: Scope) -> tuple[Value, Value]:
    return length(m.rows, scope), length(m.columns, scope)


def length(axis: Range | None, scope: Scope) -> Value:
    return sympy.Integer(1) if axis is None else position(axis.size, scope)


def is_scalar(m: Matrix) -> bool:
    return m.rows is None and m.columns is None


def here(letters: Sequence[Index], places: Sequence[Value], scope: Scope) -> Scope:
    """The scope with letters at places that count from 0."""
    known = {x: at + position(x.range.lo, scope) for x, at in zip(letters, places, strict=True)}
    return replace(scope, letters={**scope.letters, **known})


def by_entries(m: Matrix, scope: Scope, entry: Callable[[Value, Value], Value]) -> Value:
    """The matrix of this shape whose entries are a function of their positions, which count from 0."""
    row, column = sympy.Dummy("i", integer=True), sympy.Dummy("j", integer=True)
    if is_scalar(m):
        return entry(sympy.Integer(0), sympy.Integer(0))
    return FunctionMatrix(*shape(m, scope), sympy.Lambda((row, column), entry(row, column)))


def entry_at(value: Value, row: Value, column: Value) -> Value:
    """An entry of a matrix expression; a scalar is every entry."""
    if not getattr(value, "is_Matrix", False):
        return value
    row = 0 if value.shape[0] == 1 else row
    return value[row, 0 if value.shape[1] == 1 else column]
