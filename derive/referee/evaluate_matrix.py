"""The numeric value of an expression in vectors and matrices.

Inside, everything is a matrix: a column is (N, 1), a row (1, N), a scalar (1, 1). What `evaluate_matrix` gives has one
array axis for each axis that the `Matrix` says it has: (N,) for a column or a row, () for a scalar.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from derive.notation.expression import Apply, Entry, Lambda, Partials, Tensor, of
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import Matrix
from derive.referee.dual import Array
from derive.referee.evaluate import COMPARE, evaluate
from derive.referee.world import World, key_of


class ShapeError(Exception):
    """An operation got arguments, or gave a result, of another shape than it says: a mistake of the recogniser."""


def evaluate_matrix(matrix: Matrix, world: World) -> Array:
    """The entries of an expression in vectors and matrices, laid out on the axes that it has."""
    with np.errstate(all="ignore"):
        value = _value(matrix, world)
    kept = tuple(n for n, axis in enumerate((matrix.rows, matrix.columns)) if axis is not None)
    return np.asarray(value.reshape(tuple(value.shape[n] for n in kept)))


def _value(matrix: Matrix, world: World) -> Array:
    """The entries as a matrix, its shape compared with what the expression says of itself."""
    args = [_value(argument, world) for argument in matrix.args]
    value = np.asarray(_OPERATIONS[matrix.op](matrix, args, world), dtype=float)
    if value.shape != _shape(matrix, world):
        raise ShapeError(f"{matrix.op}: {value.shape} instead of {_shape(matrix, world)}")
    return value


def _shape(matrix: Matrix, world: World) -> tuple[int, int]:
    return _length(matrix.rows, world), _length(matrix.columns, world)


def _length(axis: Range | None, world: World) -> int:
    if axis is None:
        return 1
    lo, hi = world.limits(axis)
    return hi - lo + 1


def _tensor(m: Matrix, args: list[Array], world: World) -> Array:
    assert isinstance(m.data, Tensor)
    letters = tuple(Index("·", axis) for axis in m.data.axes)
    return evaluate(of(Entry(m.data, tuple(x.slot for x in letters))), letters, world).reshape(_shape(m, world))


def _scalar(m: Matrix, args: list[Array], world: World) -> Array:
    """An entry or a size at fixed positions."""
    assert isinstance(m.data, (Entry, Slot))
    return evaluate(of(m.data), (), world).reshape(1, 1)


def _one_hot(m: Matrix, args: list[Array], world: World) -> Array:
    """[k = t] along the axis of a class t; for a vector of classes, a row [k = t_n] for each of its entries."""
    assert isinstance(m.data, (Entry, Slot))
    slots = m.data.slots if isinstance(m.data, Entry) else ()
    letters = tuple(dict.fromkeys(x for slot in slots for x in slot.letters()))
    classes = evaluate(of(m.data), letters, world).reshape(-1, 1)
    axis = m.columns if m.columns is not None else m.rows
    assert axis is not None
    lo, hi = world.limits(axis)
    rows = np.asarray(classes == np.arange(lo, hi + 1), dtype=float)
    return rows if m.columns is not None else rows.T


def _slice(m: Matrix, args: list[Array], world: World) -> Array:
    assert isinstance(m.data, tuple)
    inner = m.args[0]
    rows, columns = m.data
    return args[0][_chosen(rows, inner.rows, world)][:, _chosen(columns, inner.columns, world)]


def _chosen(part: object, axis: Range | None, world: World) -> slice:
    if part is None:
        return slice(None)
    first = world.number(axis.lo) if axis is not None else 1
    if isinstance(part, Range):
        lo, hi = world.limits(part)
        return slice(lo - first, hi - first + 1)
    assert isinstance(part, Slot)
    at = int(evaluate(of(part), (), world)) - first
    return slice(at, at + 1)


def _apply(m: Matrix, args: list[Array], world: World) -> Array:
    """A function of each entry of its arguments."""
    assert isinstance(m.data, Apply)
    letters = _letters(*np.broadcast_shapes(*(a.shape for a in args)))
    wide = [np.broadcast_to(a, tuple(world_size(x) for x in letters)) for a in args]
    tensors, inner = _named(wide, letters, world)
    bodies = tuple(Lambda((), of(Entry(t, tuple(x.slot for x in letters)))) for t in tensors)
    return evaluate(of(replace(m.data, args=bodies)), letters, inner)


def _whole(m: Matrix, args: list[Array], world: World) -> Array:
    """A function of whole vectors, or of each row of matrices; its slots and its partials' positions are new axes."""
    assert isinstance(m.data, Apply)
    by_rows = any(_is_by_rows(a, x) for a, x in zip(m.args, m.data.args, strict=True))
    axes = [Index("·", axis) for axis in (m.rows, m.columns) if axis is not None]
    sample, new = (axes[:1], axes[1:]) if by_rows else ([], axes)
    bodies, arrays = [], {}
    for n, (value, argument) in enumerate(zip(args, m.data.args, strict=True)):
        rows = sample if _is_by_rows(m.args[n], argument) else []
        letters = [*rows, *argument.letters]
        tensor = Tensor(f"#{n}", tuple(x.range for x in letters))
        arrays[key_of(tensor)] = value.reshape(world.shape(tensor))
        bodies.append(Lambda(argument.letters, of(Entry(tensor, tuple(x.slot for x in letters)))))
    slots, partials = positions_at(m.data, new)
    apply = Apply(m.data.function, tuple(bodies), slots, partials)
    return evaluate(of(apply), tuple(axes), world.with_arrays(arrays)).reshape(_shape(m, world))


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


def _indicator(m: Matrix, args: list[Array], world: World) -> Array:
    assert isinstance(m.data, str)
    return np.asarray(COMPARE[m.data](args[0], args[1]), dtype=float)


def _add(m: Matrix, args: list[Array], world: World) -> Array:
    """Arguments of one shape; only a scalar may stand beside arrays."""
    _same_shapes(m.op, [a for a in args if a.size != 1])
    return reduce(np.add, args)


def _hadamard(m: Matrix, args: list[Array], world: World) -> Array:
    _same_shapes(m.op, args)
    return reduce(np.multiply, args)


def _same_shapes(op: str, args: list[Array]) -> None:
    if len({a.shape for a in args}) > 1:
        raise ShapeError(f"{op} of shapes " + ", ".join(str(a.shape) for a in args))


def _matmul(m: Matrix, args: list[Array], world: World) -> Array:
    for left, right in pairwise(args):
        if left.shape[1] != right.shape[0]:
            raise ShapeError(f"{left.shape} times {right.shape}")
    return reduce(np.matmul, args)


def _times(m: Matrix, args: list[Array], world: World) -> Array:
    """Scalars times the last argument."""
    if any(a.size != 1 for a in args[:-1]):
        raise ShapeError("only scalars stand in front: " + ", ".join(str(a.shape) for a in args))
    return reduce(np.multiply, args)


def _cross(m: Matrix, args: list[Array], world: World) -> Array:
    return np.cross(args[0].ravel(), args[1].ravel()).reshape(args[0].shape)


def _concatenate(m: Matrix, args: list[Array], world: World) -> Array:
    return np.concatenate(args, axis=1 if m.rows is None and m.columns is not None else 0)


def _power(m: Matrix, args: list[Array], world: World) -> Array:
    """Each entry to a number, or to a second argument (a scalar, or one exponent for each entry)."""
    return np.asarray(np.power(args[0], args[1] if len(args) == 2 else _number(m)))


def _diagonal(m: Matrix, args: list[Array], world: World) -> Array:
    return np.diagonal(args[0]).reshape(-1, 1)


def _number(m: Matrix) -> float:
    assert isinstance(m.data, (int, Fraction))
    return float(m.data)


_OPERATIONS: Mapping[str, Callable[[Matrix, list[Array], World], Array]] = MappingProxyType({
    "tensor": _tensor,
    "entry": _scalar,
    "size": _scalar,
    "number": lambda m, args, world: np.full((1, 1), _number(m)),
    "ones": lambda m, args, world: np.ones(_shape(m, world)),
    "identity": lambda m, args, world: np.eye(*_shape(m, world)),
    "one-hot": _one_hot,
    "transpose": lambda m, args, world: args[0].T,
    "scale": lambda m, args, world: _number(m) * args[0],
    "diag": lambda m, args, world: np.diag(args[0].ravel()),
    "diagonal": _diagonal,
    "trace": lambda m, args, world: np.trace(args[0]).reshape(1, 1),
    "sum": lambda m, args, world: args[0].sum().reshape(1, 1),
    "norm2": lambda m, args, world: np.square(args[0]).sum().reshape(1, 1),
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
})
