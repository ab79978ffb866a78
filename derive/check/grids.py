"""Matrices, spelled-out columns and cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from derive.check.values import Axis, Unknown, Value, elementwise, mapped, scalar
from derive.syntax.tree import Dots, Fenced, Grid, List, Node, Relation, Times, Words, edited

if TYPE_CHECKING:
    from derive.check.evaluate import Evaluator

OTHERWISE = ("otherwise", "else", "o.w.", "ow", "o.w", "other", "elsewhere")


def grid(ev: Evaluator, node: Grid) -> Value:
    """The value of a matrix or of cases."""
    return _cases(ev, node) if node.environment in ("cases", "dcases", "rcases") else _matrix(ev, node)


def _cases(ev: Evaluator, node: Grid) -> Value:
    total: Value | None = None
    left = scalar(1.0)
    for row in node.rows:
        cells = [cell for cell in row if not (isinstance(cell, Dots) and not cell.tex)]
        if not cells:
            continue
        value, held = _case(ev, cells, left)
        part = elementwise(value, held)
        total = part if total is None else elementwise(total, part, np.add, "beside")
        left = elementwise(left, mapped(lambda array: 1 - array, held))
    if total is None:
        raise Unknown("cases without a case")
    return Value(total.array, total.rows, total.columns)


def _case(ev: Evaluator, cells: list[Node], left: Value) -> tuple[Value, Value]:
    """A case's value, and where it holds."""
    value_node, condition = cells[0], cells[1] if len(cells) > 1 else None
    if condition is None and isinstance(value_node, List) and len(value_node.items) > 1:
        condition = value_node.items[1]
    if isinstance(value_node, List):
        value_node = value_node.items[0]
    value = ev.value(value_node)
    if condition is None:
        return value, left
    condition = bare(condition)
    if isinstance(condition, Words) or condition is None:
        if condition is None or _is_rest(condition.text):
            return value, left
        raise Unknown(f"the condition “{condition.text.strip()}”")
    if not isinstance(condition, Relation):
        raise Unknown("a condition that is no relation")
    return value, elementwise(ev.bracket(condition), left)


def _is_rest(text: str) -> bool:
    return text.strip().lower().rstrip(".,") in {word.rstrip(".") for word in OTHERWISE} | set(OTHERWISE)


def bare(node: Node) -> Node | None:
    """A condition without the words if, for, when before it."""
    if isinstance(node, Relation):
        first = bare(node.sides[0])
        return node if first is node.sides[0] or first is None else edited(node, sides=(first, *node.sides[1:]))
    if isinstance(node, Times) and isinstance(node.factors[0], Words):
        rest, joins = node.factors[1:], node.joins[1:]
        return rest[0] if len(rest) == 1 else edited(node, factors=rest, joins=joins)
    if isinstance(node, List):
        kept = [item for item in node.items if not isinstance(item, Dots)]
        return bare(kept[-1]) if kept else None
    if isinstance(node, Fenced) and isinstance(node.body, Relation):
        return node.body
    return node


def _described(ev: Evaluator, rows: list[list[Node]]) -> Value | None:
    """A matrix of which one row or column is described in words: (…; column a of X; …) is Xᵀ."""
    cells = [cell for row in rows for cell in row if not isinstance(cell, Dots)]
    only = cells[0] if len(cells) == 1 else None
    if not isinstance(only, Times) or len(only.factors) != 4 or (len(rows) > 1 and len(rows[0]) > 1):
        return None
    first, _, of, what = only.factors
    said = first.text.strip().lower() if isinstance(first, Words) else ""
    if said not in ("column", "row", "col") or not (isinstance(of, Words) and of.text.strip() == "of"):
        return None
    value = ev.value(what)
    return value if (said == "row") == (len(rows) > 1) else value.transposed


def _matrix(ev: Evaluator, node: Grid) -> Value:
    rows = [list(row) for row in node.rows if row]
    width = max(len(row) for row in rows)
    if any(len(row) != width for row in rows):
        raise Unknown("a matrix whose rows have different lengths")
    described = _described(ev, rows)
    if described is not None:
        return described
    if any(isinstance(cell, Dots) for row in rows for cell in row):
        raise Unknown("a matrix in which something is left out (…)")
    values = [[ev.value(cell) for cell in row] for row in rows]
    if not all(v.is_scalar for row in values for v in row):
        raise Unknown("a matrix of vectors")
    cells = np.broadcast_arrays(*[v.array[..., 0, 0] for row in values for v in row])
    array = np.stack(cells, -1).reshape((*cells[0].shape, len(rows), width))
    height = Axis(len(rows), str(len(rows)))
    if width == 1:
        return Value(array, height)
    return (
        Value(array, None, Axis(width, str(width))) if len(rows) == 1 else Value(array, height, Axis(width, str(width)))
    )
