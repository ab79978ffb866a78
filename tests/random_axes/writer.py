"""Random expressions over what is there to read: scalars in index form, columns and matrices."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.random_axes.growing import Growing
from tests.random_axes.language import (
    Along,
    Axis,
    Cond,
    Expr,
    Mask,
    Name,
    Num,
    Over,
    Read,
    Tensor,
    Where,
    names,
    nodes,
    upto,
)
from tests.random_axes.words import ENTRYWISE, KEYS, PAIRS, PLAIN, REDUCTIONS, Env, call, num, op, plus, product


class Writer(Growing):
    """A growing network, and expressions for the right sides of its equations."""

    def slot(self, axis: Axis, env: Env, bound: dict[str, str], room: int) -> Expr:
        """A position on an axis: a letter of around, one to bind, a shift, a class, a fixed one."""
        fitting = [x for x, key in (*env.items(), *bound.items()) if key == axis.key]
        if fitting and self.chance(0.8):
            return self.moved(self.draw.choice(fitting), axis)
        if self.chance(0.15) and axis == upto(axis.key):
            keys = [k for k in dict.fromkeys((*env.values(), *bound.values())) if self.chance(0.5)][:2]
            slots = [Name(next(x for x, k in (*env.items(), *bound.items()) if k == key)) for key in keys]
            return Read(self.classes(axis.key, *keys), tuple(slots))
        if len(bound) < room and (x := self.letter(axis.key, (*env, *bound))) is not None and self.chance(0.9):
            bound[x] = axis.key
            return self.moved(x, axis)
        return self.draw.choice([axis.lo, axis.hi]) if not fitting else Name(fitting[0])

    def moved(self, letter: str, axis: Axis) -> Expr:
        """t, and now and then t - 1, t + 1, 2*t - 1, T + 1 - t."""
        x = Name(letter)
        if not self.chance(0.2):
            return x
        end = self.letters[letter].hi
        return self.draw.choice(
            [
                plus(x, -1),
                plus(x, 1),
                plus(x, -2),
                plus(x, 2),
                plus(op("*", num(2), x), -1),
                op("-", plus(end, 1), x),
                op("-", end, x),
            ]
        )

    def read(self, env: Env, bound: dict[str, str], room: int) -> Expr:
        """An entry of something that is there, or of a new input or parameter."""
        name = self.choose(lambda n, t: len(t.axes) <= 3) if self.chance(0.65) else None
        if name is None:
            around = [k for k in dict.fromkeys(env.values()) if self.chance(0.6)]
            inner = [self.draw.choice(KEYS)] if self.chance(0.6) and room else []
            keys = [*around, *inner][:3]
            self.draw.shuffle(keys)
            name = self.given(*keys, parameter=self.chance(0.6))
        slots = [self.slot(axis, env, bound, room) for axis in self.tensors[name].axes]
        return self.reading(name, *slots)

    def term(self, env: Env) -> Expr:
        """One read, or a reduction of a product of reads."""
        bound: dict[str, str] = {}
        room = self.draw.choice([1, 1, 1, 2])
        factors = [self.read(env, bound, room) for _ in range(self.draw.choice([1, 2, 2, 3]))]
        if not bound:
            return product(*factors[:2])
        if self.chance(0.25):
            factors.insert(0, Mask(self.condition(self.draw.choice(list(bound)), env, bound)))
        return self.reduced(bound, product(*factors), env)

    def reduced(self, bound: Mapping[str, str], body: Expr, env: Env) -> Expr:
        """Σ, max, … over the letters, perhaps under a condition."""
        kind = self.draw.choice(REDUCTIONS)
        if outside_sensitive(body) and kind != "norm":
            kind = "sum"
        if kind == "prod":
            body = op("+", num(1), op("/", call("tanh", body), num(3)))
        if kind == "logsumexp" or (kind in ("max", "min", "mean") and self.chance(0.3)):
            body = call("tanh", body)
        conditions, named = [], True
        if self.chance(0.25):
            conditions = [self.condition(self.draw.choice(list(bound)), env, bound)]
            named = len(bound) > 1 or self.chance(0.5)
        return Over(kind, tuple(bound), body, tuple(conditions), named)

    def condition(self, letter: str, env: Env, bound: Mapping[str, str]) -> Cond:
        """A condition on one letter, mostly against another of the same size."""
        key = self.letters[letter].key
        others = [x for x, k in (*env.items(), *bound.items()) if k == key and x != letter]
        if others and self.chance(0.8):
            return Cond(Name(letter), self.draw.choice(["<=", ">=", "!=", "<"]), Name(self.draw.choice(others)))
        if self.chance(0.3):
            return Cond(op("-", plus(Name(key), 1), Name(letter)), self.draw.choice(["<=", "!=", "=="]), num(2))
        relation, side = self.draw.choice(
            [("==", num(1)), ("<=", num(2)), (">=", num(2)), ("!=", num(1)), ("<", Name(key)), ("==", Name(key))]
        )
        return Cond(Name(letter), relation, side)

    def scalar(self, env: Env, depth: int = 2) -> Expr:
        """A scalar in index form, the letters of around free in it."""
        roll = self.draw.random()
        if depth == 0 or roll < 0.35:
            return self.term(env)
        if roll < 0.6:
            return self.draw.choice(ENTRYWISE)(self.scalar(env, depth - 1))
        if roll < 0.85 or not env:
            return self.draw.choice(PAIRS)(self.scalar(env, depth - 1), self.scalar(env, depth - 1))
        letter = self.draw.choice(list(env))
        if roll < 0.89:
            condition = self.condition(letter, env, {})
            return Where(condition, self.scalar(env, depth - 1), self.scalar(env, depth - 1))
        if roll < 0.93:
            return product(Mask(self.condition(letter, env, {})), self.scalar(env, depth - 1))
        return self.along(letter, env, depth)

    def along(self, letter: str, env: Env, depth: int) -> Expr:
        """softmax(j, j <= i, S[i,j]) with j of around."""
        body = self.scalar(env, depth - 1)
        if letter not in free(body) or outside_sensitive(body):
            return body
        kind = self.draw.choice(["softmax", "softmax", "log_softmax", "cumsum"])
        others = [x for x, k in env.items() if k == env[letter] and x != letter]
        conditions = ()
        if kind == "softmax" and others and self.chance(0.7):
            conditions = (Cond(Name(letter), self.draw.choice(["<=", ">="]), Name(self.draw.choice(others))),)
        return Along(kind, letter, body, conditions)

    # columns and matrices, at the letters of around

    def lead(self, tensor: Tensor, env: Env, rest: int) -> list[Expr] | None:
        """Positions on a tensor's leading axes, made of the letters of around; None if there are none."""
        slots: list[Expr] = []
        for axis in tensor.axes[: len(tensor.axes) - rest]:
            fitting = [x for x, key in env.items() if key == axis.key]
            if not fitting and not self.chance(0.25):
                return None
            slots.append(
                self.moved(self.draw.choice(fitting), axis) if fitting else self.draw.choice([axis.lo, axis.hi])
            )
        return slots

    def piece(self, env: Env, *keys: str) -> Expr:
        """x[t], Q[h]: a column or matrix of these sizes, read at the letters of around."""
        found = self.choose(lambda n, t: t.axes[-len(keys) :] == tuple(map(upto, keys))) if self.chance(0.75) else None
        slots = self.lead(self.tensors[found], env, len(keys)) if found else None
        if found and slots is not None:
            return self.reading(found, *slots)
        if self.chance(0.2) and len(keys) == 1:
            around = [(x, k) for x, k in env.items() if self.chance(0.7)][:2]
            chosen = Read(self.classes("V", *(k for _, k in around)), tuple(Name(x) for x, _ in around))
            return Read(self.given("V", keys[0], parameter=True), (chosen,))
        around = [(x, k) for x, k in env.items() if self.chance(0.7)][:2]
        name = self.given(*(k for _, k in around), *keys, parameter=self.chance(0.3))
        return self.reading(name, *(Name(x) for x, _ in around))

    def weight(self, env: Env, *keys: str) -> Expr:
        """A parameter matrix or bias, one for all or one for each label."""
        labels = [(x, k) for x, k in env.items() if k in ("H", "L") and self.chance(0.5)]
        name = self.given(*(k for _, k in labels), *keys, parameter=True)
        return Read(name, tuple(Name(x) for x, _ in labels))

    def affine(self, env: Env, key: str, inside: Expr, other: str) -> Expr:
        bias = self.chance(0.4)
        found = op("@", self.weight(env, key, other), inside)
        return op("+", found, self.weight(env, key)) if bias else found

    def column(self, key: str, env: Env, depth: int = 2) -> Expr:
        """A column over a size."""
        roll = self.draw.random()
        if depth == 0 or roll < 0.25:
            return self.piece(env, key)
        if roll < 0.5:
            other = self.draw.choice(PLAIN)
            return self.affine(env, key, self.column(other, env, depth - 1), other)
        if roll < 0.7:
            return self.draw.choice(ENTRYWISE)(self.column(key, env, depth - 1))
        if roll < 0.9:
            return self.draw.choice(PAIRS)(self.column(key, env, depth - 1), self.column(key, env, depth - 1))
        if roll < 0.95:
            return op("*", self.scalar(env, 0), self.column(key, env, depth - 1))
        return call(self.draw.choice(["softmax", "log_softmax"]), self.column(key, env, depth - 1))


def free(expr: Expr) -> set[str]:
    return names(expr) - {x for n in nodes(expr) if isinstance(n, Over) for x in n.letters}


def outside_sensitive(body: Expr) -> bool:
    """Whether what a reduction leaves out is not plain to see: reads that may lie outside, beside or inside others."""
    reads = [n for n in nodes(body) if isinstance(n, Read)]
    shifted = [n for n in reads if any(not isinstance(s, (Name, Num)) for s in n.slots)]
    return bool(shifted)


Block = Callable[[Writer], None]
