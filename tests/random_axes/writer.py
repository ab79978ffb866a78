"""A random network as it grows: its tensors, letters and equations; random expressions over what is there to read."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

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
    Tensor,
    Where,
    names,
    nodes,
    text,
    upto,
)

LETTERS = {
    "T": "ts", "H": "ha", "B": "bd", "L": "lo", "N": "ipf", "K": "jqy", "M": "kmg", "R": "ru", "V": "vw",
}  # fmt: skip
LABELS = ("T", "H", "B", "L")
PLAIN = ("N", "K", "M")
KEYS = ("T", "T", "T", "H", "B", "N", "N", "K", "M")
SPARE = "cnxzCDFGIJOQXYZ"
Env = Mapping[str, str]
"""Letters in scope -> the sizes that they run to."""

FEATURES = (
    "columns", "matrices", "recurrence", "stacked", "bidirectional", "attention", "convolution", "pieces", "gather",
    "reduce", "conditions", "along", "shift", "normalise", "symbolic", "where", "cell", "left_out", "cumsum", "single",
    "integers", "floor",
)  # fmt: skip


def num(value: float | str) -> Num:
    return Num(str(value))


def op(sign: str, left: Expr, right: Expr) -> Op:
    return Op(sign, left, right)


def plus(left: Expr, shift: int) -> Expr:
    """left + shift, as people write it."""
    return left if not shift else op("+" if shift > 0 else "-", left, num(abs(shift)))


def call(name: str, *args: Expr) -> Call:
    return Call(name, args)


def product(*factors: Expr) -> Expr:
    total = factors[0]
    for factor in factors[1:]:
        total = op("*", total, factor)
    return total


def total(*terms: Expr) -> Expr:
    whole = terms[0]
    for term in terms[1:]:
        whole = op("+", whole, term)
    return whole


Entrywise = Callable[[Expr], Expr]
ENTRYWISE: tuple[Entrywise, ...] = (
    lambda x: call("tanh", x),
    lambda x: call("tanh", x),
    lambda x: call("sigmoid", x),
    lambda x: call("sin", x),
    lambda x: call("cos", x),
    lambda x: call("softplus", x),
    lambda x: call("silu", x),
    lambda x: call("gelu", x),
    lambda x: call("erf", x),
    lambda x: call("exp", Neg(op("**", x, num(2)))),
    lambda x: call("sqrt", op("+", num(1), op("**", x, num(2)))),
    lambda x: call("log", op("+", num(2), op("**", x, num(2)))),
    lambda x: op("/", num(1), op("+", num(1), op("**", x, num(2)))),
    lambda x: op("**", call("tanh", x), num(2)),
    lambda x: Neg(x),
    lambda x: op("/", x, num(2)),
    lambda x: call("relu", op("+", x, num("0.3"))),
    lambda x: call("abs", op("-", x, num("0.2"))),
    lambda x: call("elu", op("+", x, num("0.1"))),
    lambda x: call("leaky_relu", op("-", x, num("0.3"))),
)
SQUASH: tuple[Entrywise, ...] = (ENTRYWISE[0], ENTRYWISE[2], ENTRYWISE[3])
Pair = Callable[[Expr, Expr], Expr]
PAIRS: tuple[Pair, ...] = (
    lambda a, b: op("+", a, b),
    lambda a, b: op("+", a, b),
    lambda a, b: op("-", a, b),
    lambda a, b: op("*", a, b),
    lambda a, b: op("*", a, b),
    lambda a, b: op("*", a, call("sigmoid", b)),
    lambda a, b: op("/", a, op("+", num(1), op("**", b, num(2)))),
    lambda a, b: call("max", a, op("+", b, num("0.1"))),
    lambda a, b: call("min", a, op("-", b, num("0.1"))),
)
REDUCTIONS = ("sum", "sum", "sum", "mean", "max", "min", "prod", "norm", "logsumexp", "var", "std")


@dataclass
class Writer:
    """What is there so far. unread: hidden tensors that nobody has read yet."""

    draw: random.Random
    features: frozenset[str] = frozenset(FEATURES)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)
    letters: dict[str, Axis] = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)
    formulas: dict[str, Expr] = field(default_factory=dict)
    stated: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.least.update(dict.fromkeys(LETTERS, 1))
        for key, letters in LETTERS.items():
            self.letters.update(dict.fromkeys(letters, upto(key)))

    def chance(self, p: float, feature: str = "") -> bool:
        return self.draw.random() < p and (not feature or feature in self.features)

    def name(self, kind: str) -> str:
        return f"{kind}{1 + sum(n[0] == kind and n[1:].isdigit() for n in self.tensors)}"

    def letter(self, key: str, taken: Sequence[str]) -> str | None:
        """A letter that runs to a size, other than those in use."""
        fitting = [x for x, axis in self.letters.items() if axis == upto(key)]
        return next((x for x in fitting if x not in taken), None)

    def letter_to(self, hi: Expr) -> str:
        """A letter that runs to 1..hi, an end of its own."""
        axis = Axis(num(1), hi, text(hi))
        found = next((x for x, a in self.letters.items() if a == axis), None)
        if found is None:
            found = next(x for x in SPARE if x not in self.letters)
            self.letters[found] = axis
        return found

    def declare(self, role: str, *axes: Axis, among: str = "") -> str:
        kind = {"input": "x", "parameter": "w", "class": "c", "constant": "D", "hidden": "y"}[role]
        name = self.name(kind)
        self.tensors[name] = Tensor(role, axes, upto(among) if among else None)
        if role == "hidden":
            self.unread[name] = None
        return name

    def given(self, *keys: str, parameter: bool = False) -> str:
        """An input or a parameter of these sizes: one that is there, or another."""
        role = "parameter" if parameter else "input"
        axes = tuple(map(upto, keys))
        fitting = [n for n, t in self.tensors.items() if t.role == role and t.axes == axes]
        if fitting and self.chance(0.45):
            return self.draw.choice(fitting)
        return self.declare(role, *axes)

    def classes(self, among: str, *keys: str) -> str:
        axes = tuple(map(upto, keys))
        fitting = [n for n, t in self.tensors.items() if t.among == upto(among) and t.axes == axes]
        return fitting[0] if fitting and self.chance(0.6) else self.declare("class", *axes, among=among)

    def hidden(self, axes: Sequence[Axis], equations: Sequence[tuple[Sequence[Expr], Expr]] = ()) -> str:
        """A new tensor, with its equations."""
        name = self.declare("hidden", *axes)
        for slots, right in equations:
            self.equation(name, slots, right)
        return name

    def equation(self, name: str, slots: Sequence[Expr], right: Expr, *ranges: tuple[str, Expr, Expr]) -> None:
        self.equations.append(Equation(name, tuple(slots), right, tuple(ranges)))

    def reading(self, name: str, *slots: Expr) -> Read:
        self.unread.pop(name, None)
        return Read(name, slots)

    def choose(self, fits: Callable[[str, Tensor], bool]) -> str | None:
        """A hidden tensor or an input that fits; what nobody has read yet is taken more often."""
        fitting = [n for n, t in self.tensors.items() if t.role in ("hidden", "input") and fits(n, t)]
        fresh = [n for n in fitting if n in self.unread]
        if fresh and self.chance(0.7):
            return self.draw.choice(fresh)
        return self.draw.choice(fitting) if fitting else None

    # scalars in index form

    def slot(self, axis: Axis, env: Env, bound: dict[str, str], room: int) -> Expr:
        """A position on an axis: a letter of around, one to bind, a shift, a class, a fixed one."""
        fitting = [x for x, key in (*env.items(), *bound.items()) if key == axis.key]
        if fitting and self.chance(0.8):
            return self.moved(self.draw.choice(fitting), axis)
        if self.chance(0.15, "gather") and axis == upto(axis.key):
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
        if not self.chance(0.2, "shift"):
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
        room = self.draw.choice([1, 1, 1, 2]) if "reduce" in self.features else 0
        factors = [self.read(env, bound, room) for _ in range(self.draw.choice([1, 2, 2, 3]) if room else 1)]
        if not bound:
            return product(*factors[:2])
        if self.chance(0.25, "conditions"):
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
        if self.chance(0.25, "conditions"):
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
        if roll < 0.89 and "where" in self.features:
            condition = self.condition(letter, env, {})
            return Where(condition, self.scalar(env, depth - 1), self.scalar(env, depth - 1))
        if roll < 0.93 and "conditions" in self.features:
            return product(Mask(self.condition(letter, env, {})), self.scalar(env, depth - 1))
        return self.along(letter, env, depth)

    def along(self, letter: str, env: Env, depth: int) -> Expr:
        """softmax(j, j <= i, S[i,j]) with j of around."""
        body = self.scalar(env, depth - 1)
        if "along" not in self.features or letter not in free(body) or outside_sensitive(body):
            return body
        kind = self.draw.choice(["softmax", "softmax", "log_softmax", "cumsum"])
        if kind == "cumsum" and "cumsum" not in self.features:
            kind = "softmax"
        others = [x for x, k in env.items() if k == env[letter] and x != letter]
        conditions = ()
        if kind == "softmax" and others and self.chance(0.7, "conditions"):
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
        if self.chance(0.2, "gather") and len(keys) == 1:
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

    def case(self, cost: str | None = "E") -> Case:
        labelled = {key for key in LABELS if self.chance(0.7)}
        place = "subscript" if self.chance(0.2) else "superscript"
        labels = {x: place for x, axis in self.letters.items() if axis.key in labelled and axis == upto(axis.key)}
        numbers = {}
        if self.chance(0.15):
            numbers = {key: max(n, self.draw.choice([1, 2, 3])) for key, n in self.least.items() if self.chance(0.7)}
        hidden = [n for n, t in self.tensors.items() if t.role == "hidden"]
        stated = frozenset(n for n in hidden if n in self.stated or self.chance(0.15))
        boundary = "cases" if self.chance(0.2) else ""
        return Case(
            self.tensors, tuple(self.equations), self.letters, self.least, numbers, self.formulas, labels, stated,
            cost=cost, boundary=boundary,
        )  # fmt: skip


def free(expr: Expr) -> set[str]:
    return names(expr) - {x for n in nodes(expr) if isinstance(n, Over) for x in n.letters}


def outside_sensitive(body: Expr) -> bool:
    """Whether what a reduction leaves out is not plain to see: reads that may lie outside, beside or inside others."""
    reads = [n for n in nodes(body) if isinstance(n, Read)]
    shifted = [n for n in reads if any(not isinstance(s, (Name, Num)) for s in n.slots)]
    return bool(shifted)
