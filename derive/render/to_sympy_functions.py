"""Functions of matrices in SymPy: of each entry, of whole vectors, of rows; conditions between entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy
from sympy.core.relational import Relational

from derive.notation.expression import Apply, Entry, Expr, Lambda, Tensor, Term
from derive.notation.index import Index
from derive.notation.matrix import Matrix
from derive.referee.matrix_functions import positions_at
from derive.render.to_sympy import RELATIONS, Scope, expression, position
from derive.render.to_sympy_entries import by_entries, entry_at, is_scalar

Value = Any


def apply(m: Matrix, args: list[Value], scope: Scope) -> Value:
    """A function of each entry: `applyfunc` where it has one argument and no condition."""
    assert isinstance(m.data, Apply)
    place = sympy.Dummy("d")
    single = _function_of(m.data, [place]) if len(args) == 1 and not is_scalar(m) else None
    if single is not None and not single.atoms(Relational):
        return args[0].applyfunc(sympy.Lambda(place, single))
    return by_entries(m, scope, lambda i, j: _function_of(m.data, [entry_at(a, i, j) for a in args]))


def _function_of(apply: object, values: list[Value]) -> Value:
    assert isinstance(apply, Apply)
    places = {Tensor(f"{n}", ()): value for n, value in enumerate(values)}
    scope = Scope(read=lambda entry, slots: places.get(entry.tensor))
    bodies = tuple(Lambda((), Expr((Term(1, (), (Entry(place),)),))) for place in places)
    return expression(Expr((Term(1, (), (replace(apply, args=bodies),)),)), scope)


def whole(m: Matrix, args: list[Value], scope: Scope) -> Value:
    """A function of whole vectors, or of each row of matrices; its positions are the new axes."""
    return by_entries(m, scope, lambda i, j: _whole_at(m, args, i, j, scope))


def _whole_at(m: Matrix, args: list[Value], row: Value, column: Value, scope: Scope) -> Value:
    assert isinstance(m.data, Apply)
    by_rows = any(_is_by_rows(a, x) for a, x in zip(m.args, m.data.args, strict=True))
    axes = [(axis, at) for axis, at in ((m.rows, row), (m.columns, column)) if axis is not None]
    new = [(Index("p", axis), at + position(axis.lo, scope)) for axis, at in axes[1 if by_rows else 0 :]]
    values: dict[Tensor, Callable[[tuple[Value, ...]], Value]] = {}
    bodies = []
    for n, (value, parameter) in enumerate(zip(args, m.data.args, strict=True)):
        place = Tensor(f"{n}", tuple(x.range for x in parameter.letters))
        values[place] = _reader(value, parameter, row if _is_by_rows(m.args[n], parameter) else None, scope)
        read_place = Entry(place, tuple(x.slot for x in parameter.letters))
        bodies.append(Lambda(parameter.letters, Expr((Term(1, (), (read_place,)),))))
    slots, partials = positions_at(m.data, [letter for letter, _ in new])
    apply = Apply(m.data.function, tuple(bodies), slots, partials)

    def read(entry: Entry, at: tuple[Value, ...]) -> Value | None:
        return values[entry.tensor](at) if entry.tensor in values else None

    return expression(Expr((Term(1, (), (apply,)),)), replace(scope, letters={**scope.letters, **dict(new)}, read=read))


def _is_by_rows(argument: Matrix, parameter: Lambda) -> bool:
    return len(parameter.letters) == 1 and argument.rows is not None and argument.columns is not None


def _reader(
    value: Value, parameter: Lambda, sample: Value | None, scope: Scope
) -> Callable[[tuple[Value, ...]], Value]:
    """What reads an argument's entries by the positions of its letters."""
    lows = [position(x.range.lo, scope) for x in parameter.letters]

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


def indicator(m: Matrix, args: list[Value], scope: Scope) -> Value:
    assert isinstance(m.data, str)
    holds = RELATIONS[m.data]
    return by_entries(
        m, scope, lambda i, j: sympy.Piecewise((1, holds(entry_at(args[0], i, j), entry_at(args[1], i, j))), (0, True))
    )
