"""A case's numbers in PyTorch, double precision, gradients by autograd. It shares no code with derive.

Every entry of every tensor is a number on the tape, worked out when it is first read and kept: so no order of
evaluation is needed, and a recurrence is what it says. A tensor is zero outside its axes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import torch
from torch.nn import functional as F

from tests.random_axes.entries import Array, Entries, Value
from tests.random_axes.language import Along, Call, Expr, Mask, Name, Neg, Num, Op, Over, Read, Transpose, Where
from tests.random_axes.torch_functions import (
    KEEP,
    KINKED,
    OF_TWO,
    OPERATIONS,
    REDUCE,
    SMOOTH,
    Number,
    Unusable,
    kinked,
    paired,
)
from tests.random_axes.words import Env

LEFT_OUT = frozenset({"max", "min", "mean", "var", "std", "prod", "logsumexp", "softmax", "log_softmax"})
"""Reductions that leave out positions where what they read lies outside."""


class Oracle(Entries):
    """One case at one point: expressions over its entries."""

    def value(self, expr: Expr, env: Env) -> Value:
        found = VALUES[type(expr)](self, expr, env)
        assert isinstance(found, (Array, torch.Tensor))
        return found

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
            return torch.zeros((), dtype=torch.float64)
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
        if rows == columns > 1:
            raise Unusable("which axis is meant, the sizes do not say")
        return Array(KEEP[expr.kind](body.data, 0 if rows == size else 1), body.rows, body.columns)

    def call(self, expr: Call, env: Env) -> Value:
        if expr.name == "softmax_cross_entropy":
            return self._cross_entropy(expr, env)
        args = [self.value(a, env) for a in expr.args]
        if expr.name in SMOOTH:
            return entrywise(SMOOTH[expr.name], *args)
        if expr.name in KINKED:
            return entrywise(kinked(KINKED[expr.name]), *args)
        if expr.name in OF_TWO and len(args) == 2:
            return entrywise(paired(OF_TWO[expr.name]), *args)
        (whole,) = args
        assert isinstance(whole, Array)
        if expr.name in KEEP:
            return Array(KEEP[expr.name](whole.data, 0 if whole.rows else 1), whole.rows, whole.columns)
        return REDUCE[expr.name](whole.data.reshape(-1))

    def _cross_entropy(self, expr: Call, env: Env) -> Number:
        logits, chosen = self.value(expr.args[0], env), self.integer(expr.args[1], env)
        assert isinstance(logits, Array)
        return F.cross_entropy(logits.data.reshape(-1), torch.tensor(chosen - 1))


def entrywise(function: Callable[..., Number], *args: Value) -> Value:
    """Entry by entry; a scalar stands beside each entry."""
    shapes = [(a.rows, a.columns) for a in args if isinstance(a, Array)]
    if not shapes:
        return function(*args)
    assert len(set(shapes)) == 1, "arrays of two kinds"
    data = function(*(a.data if isinstance(a, Array) else a for a in args))
    return Array(data, *shapes[0])


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
    return oracle.value(expr.holds if oracle.holds(expr.condition, env) else expr.fails, env)


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
