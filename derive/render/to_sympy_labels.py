"""What labels and positions are among SymPy's matrices: x at labels, masks, conditions, means."""

from __future__ import annotations

from typing import Any

import sympy

from derive.notation.expression import Bracket, Entry, Expr, Term
from derive.notation.matrix import Matrix
from derive.notation.walk import letters_of
from derive.render.to_sympy import Scope, expression
from derive.render.to_sympy_entries import by_entries, entry_at, here

Value = Any


def labelled(m: Matrix, args: list[Value], scope: Scope) -> Value:
    """What an array is at positions of its labels, entry by entry: x[t, i]; 0 where they leave their axes."""
    assert isinstance(m.data, Entry)
    entry, labels = m.data, m.data.tensor.labels
    letters = [x for n, slot in enumerate(entry.slots) if n not in labels for x in slot.letters()]
    value = Expr((Term(1, (), (entry,)),))

    def at(row: Value, column: Value) -> Value:
        places = [place for place, axis in ((row, m.rows), (column, m.columns)) if axis is not None]
        return expression(value, here(letters, places, scope))

    return by_entries(m, scope, at)


def condition(m: Matrix, args: list[Value], scope: Scope) -> Value:
    assert isinstance(m.data, Bracket)
    return expression(Expr((Term(1, (), (m.data,)),)), scope)


def mask(m: Matrix, args: list[Value], scope: Scope) -> Value:
    """[j ≤ i]: of the letters that are not in scope the columns' comes first."""
    assert isinstance(m.data, Bracket)
    letters = [x for x in letters_of(m.data) if x not in scope.letters]
    value = Expr((Term(1, (), (m.data,)),))

    def at(row: Value, column: Value) -> Value:
        places = [place for place, axis in ((column, m.columns), (row, m.rows)) if axis is not None]
        return expression(value, here(letters, places, scope))

    return by_entries(m, scope, at)


def mean(m: Matrix, args: list[Value], scope: Scope) -> Value:
    """The sum over the axes that are gone, divided by their sizes."""
    gone = [n for n, axis in enumerate((m.rows, m.columns)) if axis is None]
    counters = [sympy.Dummy("k", integer=True) for _ in gone]
    ranges = [(k, 0, args[0].shape[n] - 1) for k, n in zip(counters, gone, strict=True)]
    size = sympy.Mul(*(args[0].shape[n] for n in gone))

    def at(row: Value, column: Value) -> Value:
        places = [row, column]
        for k, n in zip(counters, gone, strict=True):
            places[n] = k
        return sympy.Sum(entry_at(args[0], *places), *ranges) / size

    return by_entries(m, scope, at)
