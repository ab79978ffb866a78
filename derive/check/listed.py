"""Lists of entries that are not all written: [e₁, e₂, …] is a row, its entry found by what changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from derive.check.surgery import with_children
from derive.check.values import Axis, Unknown, Value
from derive.syntax.tree import Big, Dots, Name, Node, Number, Times, children, edited

if TYPE_CHECKING:
    from derive.check.evaluate import Evaluator

LETTER = "•"
"""The letter of the entry that stands for all."""


def listed(ev: Evaluator, items: Sequence[Node]) -> Value:
    """The row of a list. Raises Unknown where nothing shows how it goes on."""
    written = [_before_dots(item) for item in items if not isinstance(item, Dots)]
    if not written:
        raise Unknown("an empty list")
    if len(written) == len(items) and all(a is b for a, b in zip(written, items, strict=True)):
        return _row(ev, written)
    pattern = general(written[0], written[1]) if len(written) > 1 else None
    if pattern is None:
        raise Unknown("a list in which something is left out (…)")
    with ev.letters.binding([(LETTER, None, None)], pattern, ev.position) as letters:
        value = ev.value(pattern)
        if not value.is_scalar:
            raise Unknown("a list of vectors")
        return _laid(value, letters[0].place, letters[0].axis)


def _before_dots(item: Node) -> Node:
    """An entry without the dots that stand beside it: a, b …"""
    if isinstance(item, Big):
        return item if (body := _before_dots(item.body)) is item.body else edited(item, body=body)
    if isinstance(item, Times) and isinstance(item.factors[-1], Dots):
        kept = item.factors[:-1]
        return kept[0] if len(kept) == 1 else edited(item, factors=kept, joins=item.joins[:-1])
    return item


def _row(ev: Evaluator, items: Sequence[Node]) -> Value:
    values = [ev.value(item) for item in items]
    if not all(value.is_scalar for value in values):
        raise Unknown("a list of vectors")
    cells = np.broadcast_arrays(*[value.array[..., 0, 0] for value in values])
    return Value(np.stack(cells, -1)[..., None, :], None, Axis(len(items), str(len(items))))


def _laid(value: Value, place: int, axis: Axis) -> Value:
    """A letter's array axis as the columns."""
    at = value.array.ndim - 3 - place
    if at < 0:
        raise Unknown("a list whose entries are all the same")
    moved = np.moveaxis(value.array[..., 0, 0], at, -1)
    return Value(np.expand_dims(moved, at)[..., None, :], None, axis)


def general(first: Node, second: Node) -> Node | None:
    """What two entries have in common, a letter where the one has 1 and the other 2."""
    if isinstance(first, Number) and isinstance(second, Number):
        if first.text == second.text:
            return first
        return Name(LETTER) if (first.text, second.text) == ("1", "2") else None
    if type(first) is not type(second):
        return None
    parts, others = children(first), children(second)
    if len(parts) != len(others) or (not parts and _said(first) != _said(second)):
        return None
    found = [general(mine, theirs) for mine, theirs in zip(parts, others, strict=True)]
    kept = [one for one in found if one is not None]
    if len(kept) < len(found):
        return None
    return first if all(a is b for a, b in zip(kept, parts, strict=True)) else with_children(first, kept)


def _said(node: Node) -> str:
    return node.base if isinstance(node, Name) else getattr(node, "tex", "")
