"""What compares vector forms: how long they are, and a text that two share if and only if they are one expression."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derive.notation.canonical import factor_key, range_key, slot_key, tensor_key
from derive.notation.expression import Apply, Bracket, Entry, Tensor
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import Matrix
from derive.notation.walk import letters_of

Names = Mapping[Index, str]


def key(matrix: Matrix, names: Names | None = None) -> str:
    """The key of an expression; `names` are the labels that a Σ around it runs over."""
    outer = dict(names or {})
    if matrix.op == "over" and isinstance(matrix.data, tuple):
        for letter in matrix.data:
            if isinstance(letter, Index):
                outer[letter] = f"{len(outer)}:{range_key(letter.range, outer)}"
    args = ",".join(key(argument, outer) for argument in matrix.args)
    shape = "×".join(range_key(axis, outer) if axis else "1" for axis in (matrix.rows, matrix.columns))
    return f"{matrix.op}<{shape}>[{_data(matrix, outer)}]({args})"


def length(matrix: Matrix) -> int:
    """How many operations and leaves an expression has; A⁻ᵀ is as long as A⁻¹."""
    if matrix.op == "transpose" and matrix.args[0].op == "inverse":
        return length(matrix.args[0])
    return 1 + sum(map(length, matrix.args))


def transposes(matrix: Matrix) -> int:
    """How many transposes an expression has."""
    return (matrix.op == "transpose") + sum(map(transposes, matrix.args))


def _data(matrix: Matrix, names: dict[Index, str]) -> str:
    data = matrix.data
    if isinstance(data, Entry) and matrix.op == "labelled":
        at = (slot_key(data.slots[n], names) for n in data.tensor.labels)
        return f"{tensor_key(data.tensor)}@{','.join(at)}"
    if isinstance(data, Bracket):
        along = sum(axis is not None for axis in (matrix.rows, matrix.columns)) if matrix.op == "mask" else 0
        own = [x for x in letters_of(data) if x.range in (matrix.rows, matrix.columns) and x not in names][:along]
        return factor_key(data, {**names, **{x: f"·{n}" for n, x in enumerate(own)}})
    if isinstance(data, Apply):
        return f"{data.function}{len(data.slots)}" + "".join(f"'{n}:{len(at)}" for n, at in data.partials)
    if isinstance(data, (Entry, Slot)):
        return factor_key(data, names)
    if isinstance(data, Tensor):
        return tensor_key(data)
    return _other(data, names)


def _other(data: object, names: Names) -> str:
    if isinstance(data, tuple):
        return ",".join(_other(part, names) for part in data)
    if isinstance(data, Range):
        return range_key(data, names)
    if isinstance(data, Slot):
        return slot_key(data, names)
    if isinstance(data, Index):
        return names.get(data, data.name)
    return str(data) if isinstance(data, (int, Fraction, str)) else ""
