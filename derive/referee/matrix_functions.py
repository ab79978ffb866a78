"""The numeric values of functions of vectors and matrices, entry by entry or of whole vectors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from derive.notation.expression import Apply, Entry, Lambda, Partials, Tensor, of
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import Matrix
from derive.referee.dual import Array
from derive.referee.evaluate import evaluate
from derive.referee.matrix_leaves import ShapeError, here, shape
from derive.referee.world import World, key_of


def applied(m: Matrix, args: list[Array], world: World) -> Array:
    """A function of each entry of its arguments."""
    assert isinstance(m.data, Apply)
    letters = _letters(*np.broadcast_shapes(*(a.shape for a in args)))
    wide = [np.broadcast_to(a, tuple(world_size(x) for x in letters)) for a in args]
    tensors, inner = _named(wide, letters, world)
    bodies = tuple(Lambda((), of(Entry(t, tuple(x.slot for x in letters)))) for t in tensors)
    return evaluate(of(replace(m.data, args=bodies)), letters, inner)


def of_whole(m: Matrix, args: list[Array], world: World) -> Array:
    """A function of whole vectors, or of each row of matrices; its slots and its partials' positions are new axes."""
    assert isinstance(m.data, Apply)
    by_rows = any(_is_by_rows(a, x) for a, x in zip(m.args, m.data.args, strict=True))
    axes = [Index("·", here(axis, world)) for axis in (m.rows, m.columns) if axis is not None]
    sample, new = (axes[:1], axes[1:]) if by_rows else ([], axes)
    bodies, arrays = [], {}
    for n, (value, argument) in enumerate(zip(args, m.data.args, strict=True)):
        rows = sample if _is_by_rows(m.args[n], argument) else []
        own = tuple(Index(x.name, here(x.range, world)) for x in argument.letters)
        letters = [*rows, *own]
        tensor = Tensor(f"#{n}", tuple(x.range for x in letters))
        arrays[key_of(tensor)] = value.reshape(world.shape(tensor))
        bodies.append(Lambda(own, of(Entry(tensor, tuple(x.slot for x in letters)))))
    slots, partials = positions_at(m.data, new)
    apply = Apply(m.data.function, tuple(bodies), slots, partials)
    return evaluate(of(apply), tuple(axes), world.with_arrays(arrays)).reshape(shape(m, world))


def _is_by_rows(argument: Matrix, parameter: Lambda) -> bool:
    """Whether a matrix stands for a vector that each of its rows is."""
    return len(parameter.letters) == 1 and argument.rows is not None and argument.columns is not None


def positions_at(apply: Apply, letters: list[Index]) -> tuple[tuple[Slot, ...], Partials]:
    """The function's slots and its partials' positions, at letters of a result's axes, one after another."""
    waiting = [x.slot for x in letters]
    wanted = len(apply.slots) + sum(len(at) for _, at in apply.partials)
    if wanted != len(waiting):
        raise ShapeError(f"{apply.function}: {len(waiting)} axes for {wanted} positions")
    slots = tuple(waiting.pop(0) for _ in apply.slots)
    return slots, tuple((n, tuple(waiting.pop(0) for _ in at)) for n, at in apply.partials)


def _letter(size: int) -> Index:
    return Index("·", Range.to(size))


def _letters(*sizes: int) -> tuple[Index, ...]:
    return tuple(_letter(size) for size in sizes)


def world_size(letter: Index) -> int:
    return letter.range.hi.constant


def _named(arrays: list[Array], letters: tuple[Index, ...], world: World) -> tuple[list[Tensor], World]:
    tensors = [Tensor(f"#{n}", tuple(x.range for x in letters)) for n in range(len(arrays))]
    return tensors, world.with_arrays({key_of(t): a for t, a in zip(tensors, arrays, strict=True)})
