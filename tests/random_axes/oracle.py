"""A case's numbers in PyTorch, double precision, gradients by autograd. It shares no code with derive.

Every entry of every tensor is a number on the tape, worked out when it is first read and kept: so no order of
evaluation is needed, and a recurrence is what it says. A tensor is zero outside its axes.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import torch
from torch.nn import functional as F

from tests.random_axes.language import (
    Along,
    Axis,
    Call,
    Case,
    Cond,
    Equation,
    Expr,
    Mask,
    Name,
    Neg,
    Num,
    Op,
    Over,
    Read,
    Transpose,
    Where,
)

Number: TypeAlias = torch.Tensor
Env: TypeAlias = Mapping[str, int]
Arrays: TypeAlias = dict[str, np.ndarray]

CLOSE = 1e-7
"""Two sides of a comparison that are closer, and not the same, are near a kink: another point is drawn."""


class Unusable(Exception):
    """The case has no value, or no slope, at this point: a maximum of nothing, a root of 0, a kink."""


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

RELATIONS: Mapping[str, Callable[[float, float], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
SMOOTH: Mapping[str, Callable[..., Number]] = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "sin": torch.sin,
    "cos": torch.cos,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "erf": torch.erf,
    "softplus": F.softplus,
    "silu": F.silu,
    "gelu": F.gelu,
}
KINKED: Mapping[str, Callable[..., Number]] = {
    "relu": F.relu,
    "abs": torch.abs,
    "elu": F.elu,
    "leaky_relu": F.leaky_relu,
}
PAIRS: Mapping[str, Callable[..., Number]] = {"max": torch.maximum, "min": torch.minimum}
LEFT_OUT = frozenset({"max", "min", "mean", "var", "std", "prod", "logsumexp", "softmax", "log_softmax"})
"""Reductions that leave out positions where what they read lies outside."""


def _near(values: Number) -> None:
    """Refuse a point near a tie for the largest; exact ties are shares."""
    gaps = (values.detach().max() - values.detach()).abs()
    if bool(((gaps > 0) & (gaps < CLOSE)).any()):
        raise Unusable("near a tie")


def _largest(values: Number) -> Number:
    _near(values)
    return torch.amax(values)


def _norm(values: Number) -> Number:
    if float(values.detach().abs().max()) < 1e-6:
        raise Unusable("the norm of 0")
    return torch.linalg.norm(values)


def _root(variance: Number) -> Number:
    if float(variance.detach()) < 1e-8:
        raise Unusable("the root of no variance")
    return torch.sqrt(variance)


REDUCE: Mapping[str, Callable[[Number], Number]] = {
    "sum": torch.sum,
    "mean": torch.mean,
    "prod": torch.prod,
    "norm": _norm,
    "logsumexp": lambda v: torch.logsumexp(v, 0),
    "max": _largest,
    "min": lambda v: -_largest(-v),
    "var": lambda v: torch.var(v, correction=0),
    "std": lambda v: _root(torch.var(v, correction=0)),
}
KEEP: Mapping[str, Callable[[Number, int], Number]] = {
    "softmax": lambda v, dim: torch.softmax(v, dim),
    "log_softmax": lambda v, dim: torch.log_softmax(v, dim),
    "cumsum": lambda v, dim: torch.cumsum(v, dim),
}


@dataclass
class Oracle:
    """One case at one point."""

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

    def limits(self, axis: Axis, env: Env = {}) -> tuple[int, int]:  # noqa: B006
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
        found = VALUES[type(expr)](self, expr, env)
        assert isinstance(found, (Array, torch.Tensor))
        return found

    def scalar(self, expr: Expr, env: Env) -> Number:
        return self._number(self.value(expr, env))

    def holds(self, condition: Cond, env: Env) -> bool:
        """A condition between positions."""
        sides = self.integer(condition.left, env), self.integer(condition.right, env)
        return RELATIONS[condition.relation](*sides)

    def read(self, expr: Read, env: Env) -> Value:
        axes = self.case.tensors[expr.name].axes
        at = tuple(self.integer(slot, env) for slot in expr.slots)
        ranges = [range(lo, hi + 1) for lo, hi in (self.limits(axis) for axis in axes[len(at) :])]
        if not ranges:
            return self.entry(expr.name, at)
        entries = [self.entry(expr.name, (*at, *rest)) for rest in product(*ranges)]
        shape = (len(ranges[0]), len(ranges[1]) if len(ranges) == 2 else 1)
        return Array(torch.stack(entries).reshape(shape), True, len(ranges) == 2)

    def op(self, expr: Op, env: Env) -> Value:
        left, right = self.value(expr.left, env), self.value(expr.right, env)
        if expr.sign == "@":
            assert isinstance(left, Array) and isinstance(right, Array) and left.columns == right.rows
            return Array.of(left.data @ right.data, left.rows, right.columns)
        return entrywise(OPERATIONS[expr.sign], left, right)

    def over(self, expr: Over, env: Env) -> Value:
        """A reduction over letters, those positions alone where its conditions hold."""
        values = []
        ranges = [self.limits(self.case.letters[x]) for x in expr.letters]
        for at in product(*(range(lo, hi + 1) for lo, hi in ranges)):
            here = {**env, **dict(zip(expr.letters, at, strict=True))}
            if all(self.holds(c, here) for c in expr.conditions):
                values.extend(self._kept(expr.kind, expr.body, here))
        if not values and expr.kind == "sum":
            return _nothing(expr, self, env)
        if not values:
            raise Unusable(f"the {expr.kind} of nothing")
        if isinstance(values[0], Array):
            return entrywise(lambda *all_: torch.stack(all_).sum(0), *values)
        return REDUCE[expr.kind](torch.stack(values))

    def _kept(self, kind: str, body: Expr, env: Env) -> list[Value]:
        """The body there, unless it reads outside and the reduction leaves that out."""
        before = self.outside
        value = self.value(body, env)
        left_out = self.outside > before and kind in LEFT_OUT
        if kind not in LEFT_OUT:
            return [value]
        self.outside = before
        return [] if left_out else [value]

    def along(self, expr: Along, env: Env) -> Value:
        """A function that keeps its axis, at the letter of around; 0 where that is left out."""
        if expr.letter not in env:
            return self._along_axis(expr, env)
        lo, hi = self.around.get(expr.letter) or self.limits(self.case.letters[expr.letter])
        values, own = [], None
        for n in range(lo, hi + 1):
            here = {**env, expr.letter: n}
            if all(self.holds(c, here) for c in expr.conditions):
                kept = self._kept(expr.kind, expr.body, here)
                own = len(values) if n == env[expr.letter] and kept else own
                values.extend(kept)
        if own is None:
            if expr.kind != "softmax":
                raise Unusable("a position that is left out")
            return torch.zeros((), dtype=torch.float64)
        return KEEP[expr.kind](torch.stack(values), 0)[own]

    def _along_axis(self, expr: Along, env: Env) -> Value:
        """Over the axis of a matrix that a letter names: the one that runs to the same end."""
        body = self.value(expr.body, env)
        assert isinstance(body, Array)
        _, size = self.limits(self.case.letters[expr.letter])
        rows, columns = body.data.shape
        assert rows != columns or rows == 1 or self.sizes_differ(expr), "which axis?"
        return Array(KEEP[expr.kind](body.data, 0 if rows == size else 1), body.rows, body.columns)

    def sizes_differ(self, expr: Along) -> bool:
        raise Unusable("the axes of a matrix have one size")

    def call(self, expr: Call, env: Env) -> Value:
        if expr.name == "softmax_cross_entropy":
            return self._cross_entropy(expr, env)
        args = [self.value(a, env) for a in expr.args]
        if expr.name in SMOOTH:
            return entrywise(SMOOTH[expr.name], *args)
        if expr.name in KINKED:
            return entrywise(_kinked(KINKED[expr.name]), *args)
        if expr.name in PAIRS and len(args) == 2:
            return entrywise(_paired(PAIRS[expr.name]), *args)
        (whole,) = args
        assert isinstance(whole, Array)
        if expr.name in KEEP:
            return Array(KEEP[expr.name](whole.data, 0 if whole.rows else 1), whole.rows, whole.columns)
        if expr.name == "outer" or expr.name == "diag":
            raise AssertionError(expr.name)
        return REDUCE[expr.name](whole.data.reshape(-1))

    def _cross_entropy(self, expr: Call, env: Env) -> Number:
        logits, chosen = self.value(expr.args[0], env), self.integer(expr.args[1], env)
        assert isinstance(logits, Array)
        return F.cross_entropy(logits.data.reshape(-1), torch.tensor(chosen - 1))

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


def entrywise(function: Callable[..., Number], *args: Value) -> Value:
    """Entry by entry; a scalar stands beside each entry."""
    shapes = [(a.rows, a.columns) for a in args if isinstance(a, Array)]
    if not shapes:
        return function(*args)
    assert len(set(shapes)) == 1, "arrays of two kinds"
    data = function(*(a.data if isinstance(a, Array) else a for a in args))
    return Array(data, *shapes[0])


def _nothing(expr: Over, oracle: Oracle, env: Env) -> Value:
    """Σ over no position: 0."""
    return torch.zeros((), dtype=torch.float64)


def _kinked(function: Callable[..., Number]) -> Callable[..., Number]:
    def guarded(x: Number) -> Number:
        if bool((x.detach().abs() < CLOSE).any()):
            raise Unusable("near a kink")
        return function(x)

    return guarded


def _paired(function: Callable[..., Number]) -> Callable[..., Number]:
    def guarded(a: Number, b: Number) -> Number:
        if bool(((a - b).detach().abs() < CLOSE).any()):
            raise Unusable("near a tie")
        return function(a, b)

    return guarded


OPERATIONS: Mapping[str, Callable[[Number, Number], Number]] = {
    "+": torch.add,
    "-": torch.sub,
    "*": torch.mul,
    "/": torch.div,
    "**": torch.pow,
}


def _number(oracle: Oracle, expr: Any, env: Env) -> Value:
    return torch.tensor(float(expr.text), dtype=torch.float64)


def _position(oracle: Oracle, expr: Any, env: Env) -> Value:
    return torch.tensor(float(oracle.integer(expr, env)), dtype=torch.float64)


def _negative(oracle: Oracle, expr: Any, env: Env) -> Value:
    return entrywise(torch.neg, oracle.value(expr.body, env))


def _transposed(oracle: Oracle, expr: Any, env: Env) -> Value:
    body = oracle.value(expr.body, env)
    assert isinstance(body, Array)
    return Array(body.data.T, body.columns, body.rows)


def _mask(oracle: Oracle, expr: Any, env: Env) -> Value:
    return torch.tensor(float(oracle.holds(expr.condition, env)), dtype=torch.float64)


def _where(oracle: Oracle, expr: Any, env: Env) -> Value:
    """Of positions, or of two numbers that are not equal."""
    condition = expr.condition
    try:
        holds = oracle.holds(condition, env)
    except (AssertionError, ValueError, KeyError, IndexError):
        left, right = (float(oracle.scalar(side, env).detach()) for side in (condition.left, condition.right))
        if abs(left - right) < CLOSE:
            raise Unusable("near a condition's edge") from None
        holds = RELATIONS[condition.relation](left, right)
    return oracle.value(expr.holds if holds else expr.fails, env)


VALUES: Mapping[type, Callable[[Oracle, Any, Env], Value]] = {
    Num: _number,
    Name: _position,
    Read: Oracle.read,
    Op: Oracle.op,
    Neg: _negative,
    Call: Oracle.call,
    Transpose: _transposed,
    Over: Oracle.over,
    Along: Oracle.along,
    Mask: _mask,
    Where: _where,
}


def draw_sizes(case: Case, draw: random.Random, small: bool) -> dict[str, int]:
    """Numbers for the sizes: 1 and 2, or up to 4."""
    pool = (1, 1, 2, 2, 3) if small else (2, 3, 3, 4)
    return {n: case.numbers.get(n, max(lo, draw.choice(pool))) for n, lo in case.least.items()}


def draw_data(case: Case, oracle: Callable[[Axis], tuple[int, int]], draw: random.Random) -> Arrays:
    """Arrays for what is given: numbers of about size 1, classes as positions."""
    random_ = np.random.default_rng(draw.getrandbits(32))
    data = {}
    for name, tensor in case.tensors.items():
        shape = [max(0, hi - lo + 1) for lo, hi in map(oracle, tensor.axes)]
        if tensor.among is not None:
            lo, hi = oracle(tensor.among)
            data[name] = random_.integers(lo, hi + 1, shape)
        elif tensor.role == "constant":
            data[name] = random_.integers(0, 2, shape).astype(float)
        elif tensor.role != "hidden":
            data[name] = random_.normal(0.1, 0.7, shape)
    return data


@dataclass(frozen=True)
class Truth:
    sizes: dict[str, int]
    data: Arrays
    values: Arrays
    bars: Arrays


TRIES = 12


def truth(case: Case, seed: int, small: bool) -> Truth | None:
    """The case at the first usable point."""
    for attempt in range(TRIES):
        draw = random.Random(f"{seed} {small} {attempt}")
        sizes = draw_sizes(case, draw, small and attempt < TRIES // 2)
        empty = Oracle(Case({}, (), {}, {}), sizes, {})
        for name, formula in case.formulas.items():
            sizes[name] = empty.integer(formula, {})
        if any(n < 1 for n in sizes.values()):
            continue
        data = draw_data(case, empty.limits, draw)
        try:
            values, bars = Oracle(case, sizes, data).run()
        except Unusable:
            continue
        assert not any(math.isnan(float(np.sum(a))) for a in bars.values())
        return Truth(sizes, data, values, bars)
    return None
