"""Functions of values: of scalars entry by entry, of whole vectors, families, those that the answer defines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from derive.check.entries import COMPARE, Entries
from derive.check.forms import Function, Quantity, spelled
from derive.check.functions import AXIS_FUNCTIONS, WHOLE_FUNCTIONS
from derive.check.values import Array, Axis, Disagree, Unknown, Value, elementwise, laid_out, scalar
from derive.notation.layout import extent
from derive.operators.functions import TABLE
from derive.syntax.marks import flat
from derive.syntax.tree import Name, Node, Relation, Sum

STEP = 1e-5
"""How far an argument is moved for a slope."""


class Applied(Entries):
    """What functions give."""

    def with_given(self, name: str, value: Value, body: Node) -> Value:
        """The value of a function's body for an argument."""
        raise NotImplementedError

    def raised(self, value: Value, exponent: Node) -> Value:
        """A power."""
        raise NotImplementedError

    def applied_to(self, function: Function, value: Value) -> Value:
        """A function of a value; tanh² is the square of what comes out."""
        found = self._applied(function, value)
        if function.power is None:
            return found
        if isinstance(function.power, Sum):
            raise Unknown("σ⁻¹ may be an inverse or 1/σ: write what you mean")
        if self.is_transpose(function.power):
            return found.transposed
        return elementwise(found, self.value(function.power), np.power)

    def _applied(self, function: Function, value: Value) -> Value:
        defined = self.functions.get(function.name)
        if defined is not None:
            return self._slope_of(defined, value) if function.order else self.with_given(defined[0], value, defined[1])
        known = AXIS_FUNCTIONS.get(function.name) or WHOLE_FUNCTIONS.get(function.name)
        if known is not None:
            if function.order:
                raise Unknown(f"{function.name}′ of a whole vector")
            return known(value, self.held(function.condition, value)) if function.condition else known(value)
        kind = self.symbols.derivation.network.functions.get(function.name)
        if kind == "whole":
            if function.order:
                return self.setting.gradient_of_whole(function.name, value)
            return self.setting.of_whole(function.name, value)
        if kind == "family":
            return self._family(function, value)
        if value.is_odd:
            raise Disagree(f"{function.name} of {value.shape}")
        row = TABLE.get(function.name) if kind is None else None
        if row is not None and (row.arity > 1 or row.axes):
            raise Unknown(f"{function.name} of {value.shape} alone")
        array = self.setting.function(function.name, function.order, np.asarray(value.array, float))
        return Value(array, value.rows, value.columns, "ones" if value.fills == "ones" else "")

    def _slope_of(self, defined: tuple[str, Node], value: Value) -> Value:
        """f′ of an answer's own f, by central differences."""
        sides = [
            self.with_given(defined[0], replace(value, array=value.array + sign * STEP, name=""), defined[1])
            for sign in (1, -1)
        ]
        return replace(sides[0], array=(sides[0].array - sides[1].array) / (2 * STEP), name="")

    def _family(self, function: Function, value: Value) -> Value:
        """g_i(w), or all of them as a column."""
        if not value.is_scalar:
            raise Disagree(f"{function.name} of {value.shape}")
        if function.slots:
            at = [self.position(slot) for slot in function.slots]
            return scalar(self.setting.of_family(function.name, function.order, value.array[..., 0, 0], at))
        axis = self.symbols.family(function.name)
        if axis is None:
            raise Unknown(f"how many {function.name} there are")
        lo, hi = self.setting.world.limits(axis)
        found = self.setting.of_family(function.name, function.order, value.array[..., 0], [np.arange(lo, hi + 1.0)])
        return laid_out(found, [self.axis(axis)], "column")

    def held(self, condition: Node, value: Value) -> Array:
        """Where a condition holds under a function along an axis: softmax_{m ≤ i}, m along the axis, i a letter or the
        row."""
        axis = value.columns or value.rows
        if axis is None or not isinstance(condition, Relation):
            raise Unknown("a condition of a function without an axis")
        along = np.arange(1, axis.length + 1).reshape((1, -1) if value.columns else (-1, 1))
        names = [side for side in condition.sides if isinstance(side, Name)]
        rows = np.arange(1, value.array.shape[-2] + 1).reshape(-1, 1)
        places = dict(
            zip((spelled(n) for n in names if spelled(n) not in self.letters.scope), (along, rows), strict=False)
        )
        sides = [
            places[spelled(s)] if isinstance(s, Name) and spelled(s) in places else self.position(s)[..., None, None]
            for s in condition.sides
        ]
        held: Array = np.ones(())
        for left, right, relation in zip(sides[:-1], sides[1:], condition.relations, strict=True):
            held = held * COMPARE[relation](left, right)
        return held

    def one_hot_rows(self, node: Node) -> Value:
        """1[t]: a row for each class of t, 1 at its position, else 0."""
        found = self.class_named(node)
        assert found is not None and found.tensor.among is not None
        value = self.quantity(found)
        lo, hi = self.setting.world.limits(found.tensor.among)
        hot = np.asarray(value.array == np.arange(lo, hi + 1), float)
        return Value(hot, value.rows, Axis(hi - lo + 1, extent(found.tensor.among), found.tensor.among))

    def _one_hot(self, subs: Sequence[Node]) -> Value:
        """e_t: 1 at a class's position, else 0."""
        only = flat(tuple(subs))
        if len(only) == 1 and isinstance(only[0], Name):
            for meaning in self.symbols.meanings(only[0]):
                if isinstance(meaning, Quantity) and meaning.tensor.among is not None:
                    among = meaning.tensor.among
                    lo, hi = self.setting.world.limits(among)
                    at = self.position(only[0])
                    hot = np.asarray(at[..., None] == np.arange(lo, hi + 1), float)
                    return laid_out(hot, [Axis(hi - lo + 1, extent(among), among)], "column")
        raise Unknown("a unit vector whose length nothing says")

    def entry_of_whole(self, meaning: Quantity, function: Callable[[Value], Value]) -> Value:
        """softmax(y)_i for softmax(y_i): the function of the whole last axis, read at the last position."""
        *labels, last = meaning.slots
        assert last is not None
        whole = function(self.quantity(replace(meaning, slots=tuple(labels), power=None)))
        value = self.at(whole, [last])
        return value if meaning.power is None else self.raised(value, meaning.power)
