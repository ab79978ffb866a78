"""Positions and entries: integers over the letters in scope, and what an array has there; zero outside an axis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from derive.check.forms import Quantity, is_part, spelled
from derive.check.ranges import LONGEST, Letters
from derive.check.setting import Setting
from derive.check.symbols import Symbols
from derive.check.values import Array, Axis, Disagree, Unknown, Value, elementwise, laid_out, scalar
from derive.notation.expression import Tensor
from derive.notation.index import Range
from derive.notation.layout import extent
from derive.syntax.tree import Dots, Fenced, Name, Node, Number, Relation, Sum, Times

COMPARE: Mapping[str, Callable[[Array, Array], Array]] = {
    "=": lambda a, b: np.asarray(a == b, float),
    "==": lambda a, b: np.asarray(a == b, float),
    "!=": lambda a, b: np.asarray(a != b, float),
    "<": lambda a, b: np.asarray(a < b, float),
    "<=": lambda a, b: np.asarray(a <= b, float),
    ">": lambda a, b: np.asarray(a > b, float),
    ">=": lambda a, b: np.asarray(a >= b, float),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Which of several meanings is taken, where a notation has several.

    dot: what · is between vectors.  partial: whether ∂y/∂x goes through y's own equation ("usual": where that reads x,
    else through all), through that alone, through all ("total"), or through it and what the problem folds into it
    ("folded").  diagonal: ∂y/∂x entry by entry.  schematic: x̄ ∂x/∂y sums
    over what both share.  rows: bars of vectors are rows, those of matrices transposed.  row_gradients: so are ∂E/∂x.
    row_slices: Z_{i,:} is a row, as it stands in Z, not a column.  as_declared: D is a size and d a differential,
    though the answer has given its own meaning to that letter.  case: along which of the problem's directions dots are.
    powers: Aᵗ of a square matrix, t a label or a size: "matrix", as a product, which is the usual one, or "entries".
    counts: Aᵀ of a square matrix, T the number of steps, is a power: "all", or "outer" of (Aᵀ)ᵀ.
    norms: ‖A‖₂ of a matrix is its largest singular value, "spectral", or the root of the sum of all squares, "entries".
    ones: the size that 1 and I have where nothing beside them says theirs: 1ᵀ (I − 1 1ᵀ/N) = 0.
    """

    dot: str = "product"
    partial: str = "usual"
    diagonal: bool = False
    schematic: bool = False
    rows: bool = False
    row_gradients: bool = False
    tight: bool = False
    as_declared: bool = False
    row_slices: bool = False
    case: int = 0
    powers: str = ""
    counts: str = ""
    norms: str = ""
    ones: str = ""


USUAL = Reading()


def is_row_slice(slots: Sequence[Node | None], count: int) -> bool:
    """Whether positions in `count` axes leave a row of a matrix: all but the last one are given, that is a colon."""
    return count > 1 and len(slots) == count and slots[-1] is None and None not in slots[:-1]


@dataclass(eq=False)
class Entries:
    """One point, one reading, and the letters in scope."""

    setting: Setting
    symbols: Symbols
    reading: Reading = USUAL
    functions: Mapping[str, tuple[str, Node]] = field(default_factory=dict)
    """Functions that the answer defines: f′ -> (its letter, its right side)."""
    stated: Mapping[tuple[str, str], Node] = field(default_factory=dict)
    """∂y/∂x as the answer has stated it: (y, x) -> its right side."""
    letters: Letters = field(init=False)

    def __post_init__(self) -> None:
        self.letters = Letters(self.setting, self.symbols)

    def value(self, node: Node) -> Value:
        """A node's numbers."""
        raise NotImplementedError

    def quantity(self, meaning: Quantity) -> Value:
        """A quantity's numbers at its positions."""
        raise NotImplementedError

    def array(self, tensor: Tensor) -> Array:
        """A tensor's numbers. Raises Unknown for a bar that there is not."""
        try:
            return self.setting.array(tensor)
        except KeyError:
            raise Unknown(f"{tensor.name} has no error signal" if tensor.is_bar else f"{tensor.name}") from None

    def axis(self, axis: Range) -> Axis:
        lo, hi = self.setting.world.limits(axis)
        return Axis(max(0, hi - lo + 1), extent(axis), axis)

    def entries(self, array: Array, tensor: Tensor, slots: Sequence[Node | None], turned: bool) -> Value:
        array, slots, axes = self._cut(array, tensor, slots)
        gathered, running = self.gather(array, tensor.axes, slots)
        named = self.symbols.is_slice(tensor)
        in_row = self.reading.row_slices and (named or is_row_slice(slots, len(axes)))
        is_row = tensor.row != in_row if named else tensor.row or in_row
        value = laid_out(gathered, [axes[n] for n in running], "row" if is_row else "column")
        return value.transposed if turned and not value.is_odd and not in_row else value

    def _cut(
        self, array: Array, tensor: Tensor, slots: Sequence[Node | None]
    ) -> tuple[Array, list[Node | None], list[Axis]]:
        """An array with the parts of axes, 2:N, that are read instead of all of these, zero outside; then they run."""
        axes, left = [self.axis(axis) for axis in tensor.axes], list(slots)
        for n, slot in enumerate(slots):
            if not isinstance(slot, Relation) or not is_part(slot):
                continue
            lo, hi = self.setting.world.limits(tensor.axes[n])
            at = self._part(slot, lo, hi)
            inside = (at >= lo) & (at <= hi)
            taken = np.take(array, np.clip(at, lo, max(lo, hi)) - lo, axis=n)
            array = taken * inside.reshape((-1,) + (1,) * (array.ndim - n - 1))
            left[n], axes[n] = None, Axis(len(at), slot.tex or "a part")
        return array, left, axes

    def _part(self, slot: Relation, lo: int, hi: int) -> NDArray[np.int_]:
        """The positions of 2:N, of 2: and of :N. Raises Unknown, Disagree."""
        ends = [None if isinstance(side, Dots) else self.position(side) for side in slot.sides]
        if len(ends) != 2 or any(end is not None and (end.ndim or end % 1) for end in ends):
            raise Unknown(f"the part {slot.tex} of an axis")
        first, last = (otherwise if end is None else int(end) for end, otherwise in zip(ends, (lo, hi), strict=True))
        if not -LONGEST < first <= last < LONGEST:
            raise Disagree(f"{slot.tex} has no position")
        return np.arange(first, last + 1)

    def gather(self, array: Array, axes: Sequence[Range], slots: Sequence[Node | None]) -> tuple[Array, list[int]]:
        """An array's entries at positions, zero outside; its axes without one run, and come last."""
        fixed = [n for n, slot in enumerate(slots) if slot is not None]
        running = [n for n in range(len(axes)) if n not in fixed]
        if not fixed:
            return array, running
        places, inside = [], np.ones((), bool)
        for n in fixed:
            slot = slots[n]
            assert slot is not None
            lo, hi = self.setting.world.limits(axes[n])
            at = self.position(slot)
            inside = inside & (at >= lo) & (at <= hi)
            places.append((np.clip(at, lo, max(lo, hi)) - lo).astype(int))
        found = array.transpose([*fixed, *running])[tuple(np.broadcast_arrays(*places))]
        mask = np.broadcast_to(inside, found.shape[: found.ndim - len(running)])
        return np.where(mask.reshape(mask.shape + (1,) * len(running)), found, 0.0), running

    def position(self, node: Node) -> Array:
        """A position as integers over the letters."""
        if isinstance(node, Number):
            return np.asarray(float(node.text))
        if isinstance(node, Fenced):
            return self.position(node.body)
        if isinstance(node, Sum):
            parts = [
                self.position(t) if s == "+" else -self.position(t) for t, s in zip(node.terms, node.signs, strict=True)
            ]
            return np.asarray(sum(parts[1:], parts[0]))
        if isinstance(node, Times) and not any(j == "/" for j in node.joins):
            total: Array = np.ones(())
            for factor in node.factors:
                total = total * self.position(factor)
            return total
        if isinstance(node, Name):
            return self._named_position(node)
        raise Unknown(f"{getattr(node, 'tex', '')} is no position")

    def _named_position(self, name: Name) -> Array:
        letter = self.letters.scope.get(spelled(name))
        if letter is not None:
            return letter.positions
        size = self.symbols.size(name)
        if size is not None:
            return np.asarray(float(self.setting.world.size(size)))
        for meaning in self.symbols.meanings(name):
            if isinstance(meaning, Quantity) and meaning.tensor.among is not None and meaning.is_entry:
                return self.quantity(meaning).array[..., 0, 0]
        raise Unknown(f"{name.tex or spelled(name)} is no letter, size or class here")

    def bracket(self, node: Relation) -> Value:
        """[k = t], [z > 0]: 1 where the relation holds, else 0; of vectors entry by entry."""
        held = scalar(1.0)
        sides = [self._compared(side) for side in node.sides]
        for left, right, relation in zip(sides[:-1], sides[1:], node.relations, strict=True):
            compare = COMPARE.get(relation)
            if compare is None:
                raise Unknown(f"the relation {relation} in a bracket")
            held = elementwise(held, elementwise(left, right, compare, relation))
        return held

    def _compared(self, node: Node) -> Value:
        try:
            return scalar(self.position(node))
        except Unknown:
            return self.value(node)

    def class_named(self, node: Node) -> Quantity | None:
        """The classes that a name stands for: all of them, or those at some labels."""
        if isinstance(node, Name):
            for meaning in self.symbols.meanings(node):
                if isinstance(meaning, Quantity) and meaning.tensor.among is not None:
                    return meaning
        return None

    def at(self, value: Value, subs: Sequence[Node]) -> Value:
        """(…)_{ij}: entries of a vector or a matrix."""
        if value.is_odd:
            axes = (*value.of, *value.by)
            array = value.array
        else:
            axes = tuple(axis for axis in (value.rows, value.columns) if axis is not None)
            if any(axis.is_open for axis in axes):
                raise Disagree(f"{len(subs)} subscripts on {value.shape}")
            array = value.array.reshape(value.array.shape[:-2] + tuple(axis.length for axis in axes))
        if len(subs) == 1 and isinstance(subs[0], Number) and len(axes) == len(subs[0].text) > 1:
            subs = [Number(digit) for digit in subs[0].text]
        if len(subs) != len(axes):
            raise Disagree(f"{len(subs)} subscripts on {value.shape}")
        for place in reversed(range(len(axes))):
            array = self._picked(array, self.position(subs[place]), axes[place], place)
        return Value(array[..., None, None])

    def _picked(self, array: Array, at: Array, axis: Axis, others: int) -> Array:
        """The last array axis at positions over the letters; `others` axes that run stand before it."""
        lo = 1 if axis.range is None else self.setting.world.limits(axis.range)[0]
        here = at[..., None] == np.arange(lo, lo + axis.length)
        wide = here.reshape(here.shape[:-1] + (1,) * others + here.shape[-1:])
        return np.asarray((array * wide).sum(-1))

    def picked_at(self, array: Array, tensor: Tensor, slots: Sequence[Node | None]) -> Value:
        """Entries of an array over the letters and, last, over the axes of a tensor."""
        axes = [self.axis(axis) for axis in tensor.axes]
        if len(slots) < len(axes) or None in slots:
            if slots:
                raise Unknown("a derivative with respect to a slice")
            return laid_out(array, axes, "column")
        for place in reversed(range(len(axes))):
            slot = slots[place]
            assert slot is not None
            array = self._picked(array, self.position(slot), axes[place], place)
        return Value(array[..., None, None])

    def is_transpose(self, node: Node) -> bool:
        taken = self.symbols.exponents
        signs = ("T", "top", "intercal", "t")
        return isinstance(node, Name) and node.base in signs and node.base not in taken and not node.subs
