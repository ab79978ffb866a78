"""The numeric values of leaves of vectors and matrices: tensors, at labels too, brackets, unit vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from derive.notation.expression import Bracket, Entry, Tensor, of
from derive.notation.index import Index, Range, Slot, position
from derive.notation.matrix import Matrix
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate, evaluate_slots
from derive.referee.world import World


class ShapeError(Exception):
    """An operation got arguments, or gave a result, of another shape than it says: a mistake of the recogniser."""


def shape(matrix: Matrix, world: World) -> tuple[int, int]:
    return _length(matrix.rows, world), _length(matrix.columns, world)


def _length(axis: Range | None, world: World) -> int:
    if axis is None:
        return 1
    lo, hi = limits(axis, world)
    return max(0, hi - lo + 1)


def limits(axis: Range, world: World) -> tuple[int, int]:
    """The first and the last position of an axis, which may depend on labels."""
    lo, hi = evaluate_slots((axis.lo, axis.hi), (), world)
    return int(lo), int(hi)


def here(axis: Range, world: World) -> Range:
    """An axis with its ends as numbers."""
    lo, hi = limits(axis, world)
    return Range(position(lo), position(hi))


def positions_of(letters: Sequence[Index], world: World) -> Iterator[World]:
    """The world with letters fixed, once for each of their positions; ranges may depend on other letters."""
    if not letters:
        yield world
        return
    first = next((x for x in letters if not any(y in letters for y in _in_range(x))), letters[0])
    lo, hi = limits(first.range, world)
    for at in range(lo, hi + 1):
        yield from positions_of([x for x in letters if x is not first], world.at({first: at}))


def _in_range(letter: Index) -> list[Index]:
    return [*letter.range.lo.letters(), *letter.range.hi.letters()]


def tensor(m: Matrix, args: list[Array], world: World) -> Array:
    assert isinstance(m.data, Tensor)
    letters = tuple(Index("·", axis) for axis in m.data.axes)
    return evaluate(of(Entry(m.data, tuple(x.slot for x in letters))), letters, world).reshape(shape(m, world))


def labelled(m: Matrix, args: list[Array], world: World) -> Array:
    """A tensor at positions of its labels; its other slots are letters."""
    assert isinstance(m.data, Entry)
    letters = tuple(x for n, s in enumerate(m.data.slots) if n not in m.data.tensor.labels for x in s.letters())
    return evaluate(of(m.data), letters, world).reshape(shape(m, world))


def condition(m: Matrix, args: list[Array], world: World) -> Array:
    assert isinstance(m.data, Bracket)
    return evaluate(of(m.data), (), world).reshape(1, 1)


def mask(m: Matrix, args: list[Array], world: World) -> Array:
    """[j ≤ i]: of the letters that are no labels, the columns' occurs first."""
    assert isinstance(m.data, Bracket) and isinstance(m.data.left, Slot) and isinstance(m.data.right, Slot)
    met = dict.fromkeys([*m.data.left.letters(), *m.data.right.letters()])
    letters = tuple(reversed([x for x in met if x not in world.letters]))
    return evaluate(of(m.data), letters, world).reshape(shape(m, world))


def scalar(m: Matrix, args: list[Array], world: World) -> Array:
    """An entry or a size at fixed positions."""
    assert isinstance(m.data, (Entry, Slot))
    return evaluate(of(m.data), (), world).reshape(1, 1)


def one_hot(m: Matrix, args: list[Array], world: World) -> Array:
    """[k = t] along the axis of a class t; for a vector of classes, a row [k = t_n] for each of its entries."""
    assert isinstance(m.data, (Entry, Slot))
    slots = m.data.slots if isinstance(m.data, Entry) else ()
    letters = tuple(x for x in dict.fromkeys(x for s in slots for x in s.letters()) if x not in world.letters)
    classes = evaluate(of(m.data), letters, world).reshape(-1, 1)
    axis = m.columns if m.columns is not None else m.rows
    assert axis is not None
    lo, hi = limits(axis, world)
    rows = np.asarray(classes == np.arange(lo, hi + 1), dtype=float)
    return rows if m.columns is not None else rows.T
