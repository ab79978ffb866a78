"""What each step of an order comes to where the file gives numbers: exact, by rows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from derive.analyse.cost.measure import Measured
from derive.analyse.cost.parts import Part

Numbers: TypeAlias = Any
"""A number, a list of numbers (a vector), or a list of rows."""
Rows: TypeAlias = "list[list[Fraction]]"
MOST = 4096
"""Entries of an array that is worked out."""


def worked_out(order: Measured, values: Mapping[str, Any], name: str) -> dict[str, Numbers]:
    """The numbers of the named steps, the result under `name`; empty where an input has none."""
    known: dict[str, Rows] = {}
    for key, value in values.items():
        rows = _rows(value)
        if rows is not None:
            known[key] = rows
    found: dict[str, Numbers] = {}
    for step in order.steps:
        rows = _value(step.part, known)
        if rows is None:
            return {}
        if step.name:
            known[step.name] = rows
            found[step.name] = _plain(rows, step.part)
    return found


def _rows(value: Any) -> Rows | None:
    """A column for a vector, 1 × 1 for a number."""
    if isinstance(value, (int, float)):
        return [[Fraction(str(value))]]
    if not isinstance(value, list) or not value or len(value) > MOST:
        return None
    rows = [row if isinstance(row, list) else [row] for row in value]
    numbers = all(isinstance(x, (int, float)) for row in rows for x in row)
    even = len({len(row) for row in rows}) == 1
    return [[Fraction(str(x)) for x in row] for row in rows] if numbers and even else None


def _value(part: Part, known: Mapping[str, Rows]) -> Rows | None:
    if part.op == "number":
        return [[Fraction(part.value)]]
    if part.op == "leaf":
        rows = known.get(part.name)
        return [list(column) for column in zip(*rows, strict=True)] if rows is not None and part.turned else rows
    left, right = (_value(argument, known) for argument in part.args)
    if left is None or right is None or len(left) * len(right[0]) > MOST:
        return None
    if part.op == "@":
        if len(left[0]) != len(right):
            return None
        columns = list(zip(*right, strict=True))
        return [[sum((a * b for a, b in zip(r, c, strict=True)), Fraction(0)) for c in columns] for r in left]
    return _entrywise(part.op, left, right)


def _entrywise(op: str, left: Rows, right: Rows) -> Rows | None:
    if op == "*" and len(left) == len(left[0]) == 1:
        return [[left[0][0] * x for x in row] for row in right]
    if op == "*" and len(right) == len(right[0]) == 1:
        return _entrywise(op, right, left)
    if len(left) != len(right) or len(left[0]) != len(right[0]):
        return None
    signs = {"*": lambda a, b: a * b, "+": lambda a, b: a + b, "-": lambda a, b: a - b}
    return [[signs[op](a, b) for a, b in zip(r, s, strict=True)] for r, s in zip(left, right, strict=True)]


def _plain(rows: Rows, part: Part) -> Numbers:
    """As a file writes it: a column as one list."""
    if part.is_scalar:
        return _number(rows[0][0])
    if len(rows[0]) == 1:
        return [_number(row[0]) for row in rows]
    return [[_number(x) for x in row] for row in rows]


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
