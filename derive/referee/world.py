"""The numbers that the referee puts into expressions: sizes, arrays, functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from derive.notation.division import size_of
from derive.notation.equation import Equation
from derive.notation.expression import Tensor
from derive.notation.fact import Fact
from derive.notation.index import Index, Range, Slot
from derive.referee.dual import Array, Truths, Value, real_part
from derive.referee.functions import Function

Key = tuple[str, tuple[str, ...]]


def key_of(tensor: Tensor) -> Key:
    return tensor.name, tensor.cost


@dataclass(slots=True)
class Watch:
    """What the referee met on the way: how every bracket between expressions fell, and how close the closest was."""

    decisions: list[Truths] = field(default_factory=list)
    margin: float = np.inf

    def record(self, gap: Array, holds: Truths) -> None:
        self.decisions.append(holds)
        if gap.size:
            self.margin = min(self.margin, float(np.min(np.abs(gap))))

    def same(self, other: Watch) -> bool:
        """Whether all brackets fell alike: no kink lies between the two points."""
        return len(self.decisions) == len(other.decisions) and all(
            np.array_equal(a, b) for a, b in zip(self.decisions, other.decisions, strict=True)
        )


@dataclass(slots=True)
class Held:
    """The values that stay as they were at a first point while a network is moved: those of stop_gradient(e).

    A value's key is its equation and its turn within it, so that an equation may be evaluated again and again.
    """

    values: dict[tuple[int, int], Array] = field(default_factory=dict)
    recording: bool = True
    equation: int = 0
    turn: int = 0

    def begin(self, equation: Equation | None = None) -> None:
        """An equation's evaluation begins."""
        self.equation, self.turn = id(equation), 0

    def keep(self, value: Array) -> Array:
        """The value at the first point; there it is taken down."""
        key = self.equation, self.turn
        self.turn += 1
        if self.recording:
            self.values[key] = value
        return self.values[key]


@dataclass(frozen=True, eq=False, slots=True)
class World:
    """sizes: name -> number.  arrays: (tensor's name, its costs) -> its entries over its axes lo..hi, a class's as
    positions.  functions: abstract functions' names -> their values and partials.  watch: where to record kinks.
    equations: a tensor's equations, for the local partials ∂of/∂wrt of chain-rule lines.
    letters: letters that are fixed at a position, such as the labels around a matrix.
    held: values that do not move.  facts: what arrays that are drawn satisfy."""

    sizes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    arrays: Mapping[Key, Value] = field(default_factory=lambda: MappingProxyType({}))
    functions: Mapping[str, Function] = field(default_factory=lambda: MappingProxyType({}))
    watch: Watch | None = None
    equations: Mapping[Key, tuple[Equation, ...]] = field(default_factory=lambda: MappingProxyType({}))
    letters: Mapping[Index, int] = field(default_factory=lambda: MappingProxyType({}))
    held: Held | None = None
    facts: tuple[Fact, ...] = ()

    def with_arrays(self, arrays: Mapping[Key, Value]) -> World:
        return replace(self, arrays={**self.arrays, **arrays})

    def real(self, key: Key) -> Array:
        """An array's numbers, without slopes."""
        return real_part(self.arrays[key])

    def kept(self, value: Value) -> Array:
        """A value without its slopes; the one at the first point where this is moved."""
        return real_part(value) if self.held is None else self.held.keep(real_part(value))

    def at(self, letters: Mapping[Index, int]) -> World:
        """With letters fixed at positions."""
        return replace(self, letters={**self.letters, **letters})

    def watched(self) -> tuple[World, Watch]:
        watch = Watch()
        return replace(self, watch=watch), watch

    def number(self, slot: Slot) -> int:
        """A position made of sizes alone."""
        total = slot.constant
        for monomial, coefficient in slot.parts:
            for atom in monomial:
                if not isinstance(atom, str):
                    raise TypeError(f"an axis cannot end at {atom!r}")
                coefficient *= self.size(atom)
            total += coefficient
        return total

    def size(self, size: str) -> int:
        """The number of a size; one that is worked out of others may have none of its own."""
        met = self.sizes.get(size)
        if met is not None:
            return met
        found = size_of(size, self.sizes)
        if found is None:
            raise KeyError(f"no number for the size {size}")
        return found

    def limits(self, axis: Range) -> tuple[int, int]:
        return self.number(axis.lo), self.number(axis.hi)

    def shape(self, tensor: Tensor) -> tuple[int, ...]:
        return tuple(max(0, hi - lo + 1) for lo, hi in map(self.limits, tensor.axes))
