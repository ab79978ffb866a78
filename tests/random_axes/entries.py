"""Tensors in PyTorch, entry by entry: what is given are leaves of the tape, the others are worked out when read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import torch

from tests.random_axes.language import Axis, Call, Case, Cond, Equation, Expr, Name, Neg, Num, Op, Read
from tests.random_axes.torch_functions import RELATIONS, Number, Unusable

Env: TypeAlias = Mapping[str, int]
NOTHING: Env = MappingProxyType({})
Arrays: TypeAlias = dict[str, np.ndarray]


@dataclass(frozen=True)
class Array:
    """A column (n, 1), a row (1, n) or a matrix; scalars are plain numbers."""

    data: Number
    rows: bool
    columns: bool

    @staticmethod
    def of(data: Number, rows: bool, columns: bool) -> Value:
        return Array(data, rows, columns) if rows or columns else data.reshape(())


Value: TypeAlias = "Number | Array"


@dataclass
class Entries:
    """The tensors of one case at one point, entry by entry."""

    case: Case
    sizes: dict[str, int]
    data: Arrays
    leaves: dict[tuple[str, tuple[int, ...]], Number] = field(default_factory=dict)
    entries: dict[tuple[str, tuple[int, ...]], Number] = field(default_factory=dict)
    rights: dict[tuple[Any, ...], Value] = field(default_factory=dict)
    outside: int = 0
    around: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.case.wanted:
            for at in self.positions(name):
                value = float(self.data[name][self.place(name, at)])
                self.leaves[name, at] = torch.tensor(value, dtype=torch.float64, requires_grad=True)

    def limits(self, axis: Axis, env: Env = NOTHING) -> tuple[int, int]:
        return self.integer(axis.lo, env), self.integer(axis.hi, env)

    def positions(self, name: str) -> Iterator[tuple[int, ...]]:
        limits = (self.limits(axis) for axis in self.case.tensors[name].axes)
        return product(*(range(lo, hi + 1) for lo, hi in limits))

    def place(self, name: str, at: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(n - self.limits(axis)[0] for n, axis in zip(at, self.case.tensors[name].axes, strict=True))

    def integer(self, expr: Expr, env: Env) -> int:
        """A position."""
        if isinstance(expr, Num):
            return int(expr.text)
        if isinstance(expr, Name):
            return env[expr.name] if expr.name in env else self.sizes[expr.name]
        if isinstance(expr, Neg):
            return -self.integer(expr.body, env)
        if isinstance(expr, Read):
            at = tuple(self.integer(slot, env) for slot in expr.slots)
            return int(self.data[expr.name][self.place(expr.name, at)])
        if isinstance(expr, Call):
            assert expr.name == "floor"
            return self.integer(expr.args[0], env)
        assert isinstance(expr, Op)
        left, right = self.integer(expr.left, env), self.integer(expr.right, env)
        return {"+": left + right, "-": left - right, "*": left * right, "/": left // right if right else 0}[expr.sign]

    def entry(self, name: str, at: tuple[int, ...]) -> Number:
        """One entry; 0 outside the tensor's axes."""
        tensor = self.case.tensors[name]
        for n, axis in zip(at, tensor.axes, strict=True):
            lo, hi = self.limits(axis)
            if not lo <= n <= hi:
                self.outside += 1
                return torch.zeros((), dtype=torch.float64)
        if tensor.role in ("input", "parameter"):
            return self.leaves[name, at]
        if tensor.role == "constant":
            return torch.tensor(float(self.data[name][self.place(name, at)]), dtype=torch.float64)
        if (name, at) not in self.entries:
            outside = self.outside
            own = self._defined(name, at).clone()  # a number of its own on the tape, also where it is a constant
            self.entries[name, at] = own if own.requires_grad else own.requires_grad_()
            self.outside = outside
        return self.entries[name, at]

    def _defined(self, name: str, at: tuple[int, ...]) -> Number:
        for place, equation in enumerate(self.case.equations):
            if equation.name == name and (env := self._covers(equation, at)) is not None:
                rest = at[len(equation.slots) :]
                key = (place, *sorted(env.items()))
                if key not in self.rights:
                    self.rights[key] = self._right(equation, env)
                return self._inside(name, self.rights[key], rest) if rest else self._number(self.rights[key])
        raise AssertionError(f"no equation gives {name}{at}")

    def _right(self, equation: Equation, env: Env) -> Value:
        """A right side; its letters run where the equation holds, also in softmax(t, x[t])."""
        around = self.around
        self.around = {x: (self.integer(lo, {}), self.integer(hi, {})) for x, lo, hi in equation.ranges}
        value = self.value(equation.right, env)
        self.around = around
        return value

    @staticmethod
    def _number(value: Value) -> Number:
        assert not isinstance(value, Array), "a scalar was meant"
        return value

    def _inside(self, name: str, right: Value, rest: tuple[int, ...]) -> Number:
        """An entry of a vector or matrix."""
        assert isinstance(right, Array)
        axes = self.case.tensors[name].axes[-len(rest) :]
        where = [n - self.limits(axis)[0] for n, axis in zip(rest, axes, strict=True)]
        if right.rows and right.columns:
            return right.data[where[0], where[1]]
        return right.data[where[0], 0] if right.rows else right.data[0, where[0]]

    def _covers(self, equation: Equation, at: tuple[int, ...]) -> Env | None:
        """The letters at which an equation gives an entry."""
        env: dict[str, int] = {}
        for slot, n in zip(equation.slots, at, strict=False):
            letters = [x for x in _names(slot) if x in self.case.letters]
            if not letters:
                if self.integer(slot, {}) != n:
                    return None
            else:
                (letter,) = letters
                env[letter] = n - self.integer(slot, {letter: 0})
        ranges = {letter: (lo, hi) for letter, lo, hi in equation.ranges}
        for letter, n in env.items():
            axis = self.case.letters[letter]
            lo, hi = ranges.get(letter, (axis.lo, axis.hi))
            if not self.integer(lo, {}) <= n <= self.integer(hi, {}):
                return None
        return env

    def value(self, expr: Expr, env: Env) -> Value:
        """An expression's number, column or matrix."""
        raise NotImplementedError

    def scalar(self, expr: Expr, env: Env) -> Number:
        return self._number(self.value(expr, env))

    def holds(self, condition: Cond, env: Env) -> bool:
        """A condition between positions."""
        sides = self.integer(condition.left, env), self.integer(condition.right, env)
        return RELATIONS[condition.relation](*sides)

    def run(self) -> tuple[Arrays, Arrays]:
        """The arrays of all hidden tensors, and the bars of all tensors."""
        values = {name: self._array(name, self.entry) for name in self.case.hidden}
        assert self.case.cost is not None
        cost = self.entry(self.case.cost, ())
        keys = [*self.leaves, *self.entries]
        numbers = [*self.leaves.values(), *self.entries.values()]
        slopes = torch.autograd.grad(cost, numbers, allow_unused=True)
        bars = {key: 0.0 if s is None else s.item() for key, s in zip(keys, slopes, strict=True)}
        names = (*self.case.wanted, *self.case.hidden)
        slope = {name: self._array(name, lambda name, at: bars[name, at]) for name in names}
        arrays = [*values.values(), *slope.values()]
        if not all(np.all(np.isfinite(a)) for a in arrays) or any(np.max(abs(a), initial=0) > 1e9 for a in arrays):
            raise Unusable("no finite number")
        return values, slope

    def _array(self, name: str, entry: Callable[..., Any]) -> np.ndarray:
        limits = [self.limits(axis) for axis in self.case.tensors[name].axes]
        array = np.zeros([max(0, hi - lo + 1) for lo, hi in limits])
        for at in self.positions(name):
            found = entry(name, at)
            array[self.place(name, at)] = found.item() if isinstance(found, torch.Tensor) else found
        return array


def _names(expr: Expr) -> list[str]:
    waiting, found = [expr], []
    while waiting:
        one = waiting.pop()
        if isinstance(one, Name):
            found.append(one.name)
        elif isinstance(one, Op):
            waiting += [one.left, one.right]
    return found
