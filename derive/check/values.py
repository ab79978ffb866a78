"""Values with letters and a layout: the numbers of a part of a claim at one point.

The last two array axes are rows and columns, 1 long where there are none; every letter in scope has an array axis of
its own to the left of them, 1 long where the value does not depend on it. So sums over letters, products and matrix
products are NumPy's own, and an edit of one factor leaves the values of all others as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from derive.notation.index import Range
from derive.notation.layout import article

Array: TypeAlias = "NDArray[np.float64]"


class Disagree(Exception):
    """Shapes or ranges that do not go together: both are named."""


class Unknown(Exception):
    """What cannot be given a value: a name that nobody defined, something left out."""


class Broken(Disagree):
    """What rests on a name whose definition in the answer has no shape."""


class Open(Unknown):
    """A vector of ones that nothing says the length of: it has the one that it needs wherever it stands."""


@dataclass(frozen=True, slots=True)
class Axis:
    """How long an axis is, and how that is written: 3, "N"."""

    length: int
    name: str
    range: Range | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is as long as what stands beside it, as the ones of 1ᵀv are."""
        return self.length < 0


OPEN = Axis(-1, "any number")
MOST = 1_000_000
"""Numbers in one array: letters that run side by side, each over an axis, make many."""
NUMBER = "number"
"""The name of the value of a number that was written: it may stand for one at each entry."""
CONSTANT = "constant"
"""The name of the value of what is made of numbers, constants and sizes alone: 2ε; it may be added to each entry."""
FIXED = (NUMBER, CONSTANT)


@dataclass(frozen=True, eq=False, slots=True)
class Value:
    """rows, columns: None where there are none.  fills: ones or zeros or the identity, of any shape that is needed.
    diagonal: so many times the identity is to be added, once it is known how large that is (I − 1 1ᵀ).
    of, by: a derivative's numerator and denominator, of more than two axes together or a gradient: their axes' lengths
    stand at the end of `array` then, and there is no layout (`is_odd`)."""

    array: Array
    rows: Axis | None = None
    columns: Axis | None = None
    fills: str = ""
    of: tuple[Axis, ...] = ()
    by: tuple[Axis, ...] = ()
    name: str = ""
    diagonal: Array | None = None

    @property
    def is_scalar(self) -> bool:
        return self.rows is None and self.columns is None and not self.is_odd

    @property
    def is_odd(self) -> bool:
        return bool(self.of) or bool(self.by)

    @property
    def is_pending(self) -> bool:
        """Whether something is to stand on the diagonal of a matrix whose size is not known yet."""
        return self.diagonal is not None

    @property
    def is_identity(self) -> bool:
        """Whether this is a number times the identity, of any size; the number is all that `array` holds."""
        return self.fills == "identity"

    @property
    def shape(self) -> str:
        """In words, for messages."""
        if self.is_odd:
            axes = " × ".join(axis.name for axis in (*self.of, *self.by))
            return f"an array of {len(self.of) + len(self.by)} axes, {axes}"
        if self.rows and self.columns:
            return f"{article(self.rows.name)} {self.rows.name} × {self.columns.name} matrix"
        if self.rows or self.columns:
            only = self.rows or self.columns
            assert only
            return f"a {'column' if self.rows else 'row'} of {only.name}"
        return "a scalar"

    @property
    def transposed(self) -> Value:
        if self.is_odd:
            raise Disagree(f"{self.shape} has no transpose")
        name = self.name if self.is_scalar else ""
        return replace(self, array=self.array.swapaxes(-1, -2), rows=self.columns, columns=self.rows, name=name)

    @property
    def is_fixed(self) -> bool:
        """Whether this is a number that no letter and no quantity but a constant changes."""
        return self.is_scalar and self.name in FIXED


def scalar(array: Array | float) -> Value:
    """A number, or one for each position of the letters: an array over their axes."""
    return Value(np.asarray(array, float)[..., None, None])


def ones(name: str = "ones") -> Value:
    return Value(np.ones((1, 1)), OPEN, None, name)


def with_room(a: Array, b: Array) -> None:
    """Raises Unknown where two arrays together make one that is too large."""
    if a.size * b.size > MOST and np.prod(np.broadcast_shapes(a.shape, b.shape), dtype=float) > MOST:
        raise Unknown("its letters run over too many positions together: sum over some of them first")


def added(values: Sequence[Value], signs: Sequence[str]) -> Value:
    """± a ± b …: all of one shape; a number beside vectors stands for one at each entry."""
    leader = _squared(_leader(values, "+"), values)
    for value in values:
        if value.is_scalar and not leader.is_scalar and not value.is_fixed:
            raise Disagree(f"{leader.shape} + {value.shape}")
    if leader.rows and leader.rows.is_open and not leader.fills and any(v.is_identity or v.is_pending for v in values):
        return _pending(values, signs, leader)
    total = _total([_filled(value, leader) for value in values], signs)
    fills = "identity" if all(value.is_identity for value in values) else ""
    return Value(total, leader.rows, leader.columns, fills, leader.of, leader.by, _name_of(*values))


def _squared(leader: Value, values: Sequence[Value]) -> Value:
    """The leader beside the identity: one axis says how long the other is (I − 1 qᵀ)."""
    if leader.fills or not (leader.rows and leader.columns) or not any(v.is_identity or v.is_pending for v in values):
        return leader
    axis = leader.columns if leader.rows.is_open else leader.rows
    if not same(leader.rows, leader.columns):
        raise Disagree(f"the identity beside {leader.shape}")
    return replace(leader, rows=axis, columns=axis)


def _pending(values: Sequence[Value], signs: Sequence[str], leader: Value) -> Value:
    """I − 1 1ᵀ: a number at each entry, and another on the diagonal, of any size."""
    plain = [np.zeros((1, 1)) if v.is_identity else v.array for v in values]
    diagonals = [v.array if v.is_identity else np.zeros((1, 1)) if v.diagonal is None else v.diagonal for v in values]
    return Value(_total(plain, signs), leader.rows, leader.columns, diagonal=_total(diagonals, signs))


def _total(arrays: Sequence[Array], signs: Sequence[str]) -> Array:
    total: Array = np.zeros(())
    for array, sign in zip(arrays, signs, strict=True):
        with_room(total, array)
        total = total + array if sign == "+" else total - array
    return np.asarray(total)


def sized(value: Value, axis: Axis | None) -> Value:
    """A matrix with something on its diagonal whose size was open, now that it is as long as this axis."""
    if value.diagonal is None:
        return value
    if axis is None or axis.is_open:
        raise Open("the identity where nothing says its size: write I_N")
    return Value(value.array + value.diagonal * np.eye(axis.length), axis, axis)


def _name_of(*values: Value) -> str:
    """Of what comes of several values: constant where all of them are."""
    return CONSTANT if all(value.is_fixed for value in values) else ""


def elementwise(
    left: Value, right: Value, how: Callable[[Array, Array], Array] = np.multiply, sign: str = "∘"
) -> Value:
    """Entry by entry."""
    if left.is_scalar != right.is_scalar and (left.is_pending or right.is_pending) and how is np.multiply:
        return product(left, right)
    leader = _leader((left, right), sign)
    sides = _filled(left, leader), _filled(right, leader)
    with_room(*sides)
    array = np.asarray(how(*sides))
    fills = "identity" if left.is_identity and right.is_scalar and how in (np.multiply, np.divide) else ""
    return Value(array, leader.rows, leader.columns, fills, leader.of, leader.by, _name_of(left, right))


def _leader(values: Sequence[Value], sign: str) -> Value:
    """The value that says what shape the others have."""
    shaped = [v for v in values if not v.is_scalar and not v.fills]
    leader = shaped[0] if shaped else next((v for v in values if v.fills), values[0])
    for other in shaped[1:]:
        if not _alike(leader, other):
            raise Disagree(f"{leader.shape} {sign} {other.shape}")
        if leader.rows and leader.rows.is_open:
            leader = other
    return leader


def _alike(a: Value, b: Value) -> bool:
    if a.is_odd or b.is_odd:
        return _lengths(a) == _lengths(b) and a.is_odd and b.is_odd
    return same(a.rows, b.rows) and same(a.columns, b.columns)


def _lengths(value: Value) -> list[int]:
    return [axis.length for axis in (*value.of, *value.by)]


def same(a: Axis | None, b: Axis | None) -> bool:
    """Whether two axes go together."""
    if a is None or b is None:
        return a is b
    return a.is_open or b.is_open or a.length == b.length


def _filled(value: Value, leader: Value) -> Array:
    """The numbers of a value in the leader's shape, as far as broadcasting does not see to it."""
    if value.is_pending:
        return sized(value, leader.rows).array
    if value.is_identity and leader.rows and leader.columns and not leader.rows.is_open:
        if not same(leader.rows, leader.columns):
            raise Disagree(f"the identity beside {leader.shape}")
        return value.array * np.eye(leader.rows.length)
    if leader.is_odd and not value.is_odd:
        extra = len(leader.of) + len(leader.by)
        return value.array.reshape(value.array.shape[:-2] + (1,) * extra)
    return value.array


def product(left: Value, right: Value) -> Value:
    """A matrix product, an outer product, or a number times something."""
    if left.is_odd or right.is_odd:
        return _odd_product(left, right)
    with_room(left.array, right.array)
    if left.is_scalar or right.is_scalar:
        other = right if left.is_scalar else left
        if other.is_identity:
            return replace(other, array=left.array * right.array)
        factor = left.array if left.is_scalar else right.array
        diagonal = None if other.diagonal is None else factor * other.diagonal
        return Value(left.array * right.array, other.rows, other.columns, name=_name_of(left, right), diagonal=diagonal)
    if left.is_identity or right.is_identity:
        other = right if left.is_identity else left
        scale = left.array if left.is_identity else right.array
        diagonal = None if other.diagonal is None else scale * other.diagonal
        return replace(other, array=left.array * right.array, name="", diagonal=diagonal)
    if left.is_pending or right.is_pending:
        left, right = sized(left, right.rows), sized(right, left.columns)
    if left.columns is None and right.rows is None:
        return Value(left.array * right.array, left.rows, right.columns)
    if left.columns is None or right.rows is None or not same(left.columns, right.rows):
        raise Disagree(f"{left.shape} times {right.shape}")
    inner = right.rows if left.columns.is_open else left.columns
    if inner.is_open:
        raise Open("the product of ones with ones: nothing says how many there are")
    a = np.broadcast_to(left.array, (*left.array.shape[:-1], inner.length))
    b = np.broadcast_to(right.array, (*right.array.shape[:-2], inner.length, right.array.shape[-1]))
    return Value(np.matmul(a, b), left.rows, right.columns)


def _odd_product(left: Value, right: Value) -> Value:
    if left.is_scalar or right.is_scalar:
        odd, other = (right, left) if left.is_scalar else (left, right)
        factor = other.array.reshape(other.array.shape[:-2] + (1,) * (len(odd.of) + len(odd.by)))
        return replace(odd, array=odd.array * factor, name="")
    raise Disagree(f"{left.shape} times {right.shape}")


def contracted(left: Value, right: Value) -> Value | None:
    """x̄ ∂x/∂y as people write it schematically: the sum over all axes of x, whatever the layout. None if they do not
    fit so: then the left one is no array of the shape of x, or the right one no derivative."""
    if not right.by and not right.of:
        return None
    axes = _layout_axes(left)
    if axes is None or [a.length for a in axes] != [a.length for a in right.of]:
        return None
    count, rest = len(right.of), len(right.by)
    flat = left.array.reshape(left.array.shape[: left.array.ndim - _tail(left)] + tuple(a.length for a in axes))
    wide = flat.reshape(flat.shape + (1,) * rest)
    total = np.asarray((wide * right.array).sum(axis=tuple(range(-count - rest, -rest))))
    return laid_out(total, right.by, "column")


def _tail(value: Value) -> int:
    return len(value.of) + len(value.by) if value.is_odd else 2


def _layout_axes(value: Value) -> tuple[Axis, ...] | None:
    if value.is_odd:
        return value.by if not value.of else None
    axes = tuple(axis for axis in (value.rows, value.columns) if axis is not None)
    return None if any(axis.is_open for axis in axes) else axes


def laid_out(array: Array, axes: Sequence[Axis], vector: str) -> Value:
    """An array whose last axes run, as a scalar, a column or row, a matrix; with more axes it has no layout."""
    if not axes:
        return Value(array[..., None, None])
    if len(axes) == 1:
        if vector == "column":
            return Value(array[..., :, None], axes[0], None)
        return Value(array[..., None, :], None, axes[0])
    if len(axes) == 2:
        return Value(array, axes[0], axes[1])
    return Value(array, of=tuple(axes))


def summed(value: Value, place: int, length: int) -> Value:
    """Σ over the letter whose array axis stands `place` to the left of the layout."""
    value = sized(value, None)
    tail = _tail(value)
    at = value.array.ndim - tail - 1 - place
    if at < 0 or value.array.shape[at] == 1:
        return replace(value, array=value.array * length, fills="", name="") if length != 1 else value
    return replace(value, array=value.array.sum(axis=at, keepdims=True), fills="", name="")


def reduced(value: Value, place: int, how: Callable[..., Array]) -> Value:
    """Another reduction over a letter: Π, max."""
    at = value.array.ndim - _tail(value) - 1 - place
    return value if at < 0 else replace(value, array=np.asarray(how(value.array, axis=at, keepdims=True)), name="")


def mapped(function: Callable[[Array], Array], value: Value) -> Value:
    """A function of the entries."""
    value = sized(value, None)
    return replace(value, array=np.asarray(function(value.array)), fills="", name=_name_of(value))


def apart(left: Value, right: Value) -> float:
    """How far two values are apart, relative to their size. Raises Disagree for two shapes."""
    if left.is_scalar != right.is_scalar:
        one, other = (left, right) if right.is_scalar else (right, left)
        if other.is_fixed:
            return _apart(one.array, _filled(other, one))
    if left.fills or right.fills:
        leader = right if left.fills else left
        if leader.is_scalar and not (left.is_scalar and right.is_scalar):
            raise Disagree(f"{left.shape} = {right.shape}")
        return _apart(_filled(left, leader), _filled(right, leader))
    if not _alike(left, right):
        raise Disagree(f"{left.shape} = {right.shape}")
    left, right = sized(left, right.rows), sized(right, left.rows)
    return _apart(left.array, right.array)


def _apart(a: Array, b: Array) -> float:
    with_room(a, b)
    a, b = np.broadcast_arrays(a, b)
    gap = float(np.max(np.abs(a - b), initial=0.0))
    if np.isnan(gap):
        return float("nan")
    size = max(float(np.max(np.abs(a), initial=0.0)), float(np.max(np.abs(b), initial=0.0)))
    return 0.0 if gap == 0 else gap / max(size, 1e-4)
