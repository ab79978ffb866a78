"""Recurrences: forward and backward in time, over layers and time, with cells; and costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.random_axes.language import Axis, Expr, Name, Over, Read, Transpose, upto
from tests.random_axes.words import ONE, PLAIN, SQUASH, call, num, op, plus, product, total
from tests.random_axes.writer import Block, Writer

ZERO = num(0)


def recurrence(w: Writer) -> None:
    """h[t] = tanh(W @ x[t] + U @ h[t-1] + b) in columns or entry by entry, in one equation or two."""
    run(w, w.chance(0.35))


def bidirectional(w: Writer) -> None:
    """h forward, g backward, both read together."""
    key = w.draw.choice(PLAIN)
    first, second = run(w, False, key, single=True), run(w, True, key, single=True)
    pair = [w.reading(n, Name("t")) for n in (first, second)]
    w.hidden([upto("T"), upto(key)], [((Name("t"),), w.draw.choice(SQUASH)(total(*pair)))])


@dataclass(frozen=True)
class Loop:
    """A recurrence in time over columns of a size, or over numbers (key "").

    base: how it begins: from positions that are given, from 0 outside its axis, or with its own first positions.
    outer: whether a second label, b, runs beside t, before it or after it.
    """

    key: str
    backward: bool
    delay: int
    base: str
    outer: str = ""

    @property
    def step(self) -> int:
        return self.delay if self.backward else -self.delay

    @property
    def env(self) -> dict[str, str]:
        """The letters around a step."""
        return {**self.beside, "t": "T"}

    @property
    def beside(self) -> dict[str, str]:
        return {"b": "B"} if self.outer else {}

    def lead(self, at: Expr) -> tuple[Expr, ...]:
        """The leading positions at a time."""
        return {"before": (Name("b"), at), "after": (at, Name("b"))}.get(self.outer, (at,))

    def axes(self, time: Axis) -> list[Axis]:
        labels = {"before": [upto("B"), time], "after": [time, upto("B")]}.get(self.outer, [time])
        return [*labels, *([upto(self.key)] if self.key else [])]

    @property
    def starts(self) -> list[Expr]:
        """The positions that the step does not give."""
        end = Name("T")
        if self.base == "out":
            return []
        if self.base == "given":
            return [plus(end, n + 1) if self.backward else num(n + 1 - self.delay) for n in range(self.delay)]
        return [plus(end, -n) if self.backward else num(n + 1) for n in range(self.delay)]


Ranges = tuple[tuple[str, Expr, Expr], ...]


def run(w: Writer, backward: bool, key: str = "", single: bool = False) -> str:
    """One recurrence in time over columns (or numbers)."""
    key = key or w.draw.choice([*PLAIN, *PLAIN, ""])
    delay = 2 if w.chance(0.2) else 1
    loop = Loop(key, backward, delay, w.draw.choice(["given", "given", "out", "own"]))
    axis, ranges = _axis(w, loop)
    outer = w.chance(0.15) and not single
    before = w.draw.random() < 0.5
    loop = replace(loop, outer=("before" if before else "after") if outer else "")
    reads = _step(w, key, loop.env)
    name = w.hidden(loop.axes(axis))
    if loop.base == "own" and delay == 2:
        w.stated.add(name)  # else who knows whether T or 2 is the greater
    for at in loop.starts:
        w.equation(name, loop.lead(at), _start(w, loop))
    w.equation(name, loop.lead(Name("t")), _right(w, loop, name, axis, reads, ranges), *ranges)
    return name


def _axis(w: Writer, loop: Loop) -> tuple[Axis, Ranges]:
    """The time axis of a recurrence, and the range of its step; own: the first position has its own equation."""
    end, delay = Name("T"), loop.delay
    if loop.base == "given":
        axis = Axis(ONE, plus(end, delay), "T") if loop.backward else Axis(num(1 - delay), end, "T")
        return axis, (("t", ONE, end),)
    if loop.base == "out":
        return upto("T"), (("t", ONE, end),) if w.chance(0.5) else ()
    w.least["T"] = max(w.least["T"], delay)
    return upto("T"), ((("t", ONE, plus(end, -delay)),) if loop.backward else (("t", num(1 + delay), end),))


def _start(w: Writer, loop: Loop) -> Expr:
    """What a position has that the step does not give."""
    start = w.given(*loop.beside.values(), *([loop.key] if loop.key else []), parameter=w.chance(0.5))
    right = w.reading(start, *map(Name, loop.beside))
    return call("tanh", right) if w.chance(0.3) else right


def _step(w: Writer, key: str, env: dict[str, str]) -> list[Expr]:
    """What a step reads beside its own past: columns or numbers at t."""
    reads = [w.column(key, env, 1) if key else w.term(env) for _ in range(w.draw.choice([1, 1, 2]))]
    return [w.draw.choice(SQUASH)(r) if w.chance(0.3) else r for r in reads]


def _right(w: Writer, loop: Loop, name: str, axis: Axis, reads: list[Expr], ranges: Ranges) -> Expr:
    """The step's right side: tanh(…), a gate, a weighted sum; or z[t] = …, an equation of its own, then tanh(z[t])."""

    def own(shift: int) -> Read:
        return Read(name, loop.lead(plus(Name("t"), shift)))

    key, past = loop.key, own(loop.step)
    kind = w.draw.choice(["plain", "plain", "two", "gate", "linear"])
    inner = op("@", w.weight({}, key, key), past) if key else product(Read(w.given(parameter=True), ()), past)
    if loop.delay == 2 and w.chance(0.6):
        inner = total(inner, op("/", own(loop.step // 2), num(2)))
    if kind == "two":
        return w.draw.choice(SQUASH)(_inside(w, loop, axis, total(*reads, inner), ranges))
    if kind == "gate":
        gate = call("sigmoid", reads[0])
        return total(op("*", gate, past), op("*", op("-", num(1), gate), call("tanh", inner)))
    if kind == "linear":
        return total(op("/", past, num(2)), *reads)
    return w.draw.choice(SQUASH)(total(*reads, inner))


def _inside(w: Writer, loop: Loop, axis: Axis, whole: Expr, ranges: Ranges) -> Read:
    """z[t] = …, for all t, also those at which nobody reads it."""
    z = w.hidden(loop.axes(upto("T")))
    w.unread.pop(z)
    everywhere = not ranges or ranges[0][1:] == (ONE, Name("T"))
    w.equation(z, loop.lead(Name("t")), whole, *(ranges if everywhere else ()))
    return Read(z, loop.lead(Name("t")))


def cell(w: Writer) -> None:
    """An LSTM's c and h: two states that read each other; all gates, or some."""
    key, t = w.draw.choice(PLAIN), Name("t")
    axis = Axis(ZERO, Name("T"), "T")
    other = "N"
    x = w.piece({"t": "T"}, other)
    c, h = w.hidden([axis, upto(key)]), w.hidden([axis, upto(key)])
    before = plus(t, -1)
    gates = []
    for function in ("sigmoid", "sigmoid", "tanh", "sigmoid"):
        z = total(op("@", w.weight({}, key, other), x), op("@", w.weight({}, key, key), Read(h, (before,))))
        if w.chance(0.6):
            gate = w.hidden([upto("T"), upto(key)], [((t,), call(function, z))])
            gates.append(w.reading(gate, t))
        else:
            gates.append(call(function, z))
    i, f, g, o = gates
    every = ("t", ONE, Name("T"))
    w.equation(c, (ZERO,), w.reading(w.given(key, parameter=True)))
    w.equation(h, (ZERO,), w.reading(w.given(key)))
    w.equation(c, (t,), total(product(f, Read(c, (before,))), product(i, g)), every)
    w.equation(h, (t,), product(o, call("tanh", Read(c, (t,)))), every)
    w.unread.pop(c) if w.chance(0.6) else None


def memory(w: Writer) -> None:
    """A matrix state: A[t] = A[t-1] / 2 + k[t] @ v[t].T, y[t] = A[t] @ q[t]."""
    first, second = w.draw.choice(PLAIN), w.draw.choice(PLAIN)
    env, t = {"t": "T"}, Name("t")
    k, v, q = w.piece(env, first), w.piece(env, second), w.piece(env, second)
    state = w.hidden([upto("T"), upto(first), upto(second)])
    step = op("+", op("/", Read(state, (plus(t, -1),)), num(2)), op("@", k, Transpose(v)))
    w.equation(state, (t,), step)
    w.hidden([upto("T"), upto(first)], [((t,), op("@", w.reading(state, t), q))])


def stacked(w: Writer) -> None:
    """h[l,t] = tanh(W[l] @ h[l-1,t] + U[l] @ h[l,t-1] + b[l]): over layers and time."""
    key, level, t = w.draw.choice(PLAIN), Name("l"), Name("t")
    given = w.chance(0.5)
    times = Axis(ZERO, Name("T"), "T") if given else upto("T")
    x = w.piece({"t": "T"}, key)
    name = w.hidden([Axis(ZERO, Name("L"), "L"), times, upto(key)])
    w.equation(name, (ZERO, t), x, ("t", ONE, Name("T")))
    if given:
        start = w.declare("parameter", Axis(ZERO, Name("L"), "L"), upto(key)) if w.chance(0.5) else None
        if start:
            w.equation(name, (level, ZERO), Read(start, (level,)), ("l", ZERO, Name("L")))
        else:
            w.equation(name, (ZERO, ZERO), w.reading(w.given(key)))
            w.equation(name, (level, ZERO), Read(w.given("L", key, parameter=True), (level,)), ("l", ONE, Name("L")))
    below = op("@", w.weight({"l": "L"}, key, key), Read(name, (plus(level, -1), t)))
    before = op("@", w.weight({"l": "L"}, key, key), Read(name, (level, plus(t, -1))))
    right = w.draw.choice(SQUASH)(total(below, before))
    right = op("+", Read(name, (plus(level, -1), t)), right) if w.chance(0.3) else right
    w.equation(name, (level, t), right, ("l", ONE, Name("L")), ("t", ONE, Name("T")))


def deep(w: Writer) -> None:
    """h[l] = tanh(W[l] @ h[l-1] + b[l]), the first layer its own equation or not."""
    key, level = w.draw.choice(PLAIN), Name("l")
    own = w.chance(0.5)
    if own:
        other = w.draw.choice(PLAIN)
        first = call("tanh", op("@", w.weight({}, key, other), w.piece({}, other)))
    else:
        first = w.piece({}, key)
    name = w.hidden([upto("L") if own else Axis(ZERO, Name("L"), "L"), upto(key)])
    w.equation(name, (ONE if own else ZERO,), first)
    weights, bias = w.given("L", key, key, parameter=True), w.given("L", key, parameter=True)
    inner = total(op("@", Read(weights, (level,)), Read(name, (plus(level, -1),))), Read(bias, (level,)))
    w.equation(name, (level,), call("tanh", inner), ("l", num(2) if own else ONE, Name("L")))


def chain(w: Writer) -> None:
    """A recurrence entry by entry: s[t,i] = tanh(sum(j, U[i,j] * s[t-1,j]) + x[t,i])."""
    backward = w.chance(0.4)
    key, t = w.draw.choice(PLAIN), Name("t")
    i, j = _two(w, key)
    x = w.scalar({"t": "T", i: key}, 1)
    name = w.hidden([upto("T"), upto(key)])
    past = plus(t, 1 if backward else -1)
    inner = Over(
        "sum", (j,), product(Read(w.given(key, key, parameter=True), (Name(i), Name(j))), Read(name, (past, Name(j))))
    )
    w.equation(name, (t, Name(i)), w.draw.choice(SQUASH)(total(inner, x)))


def _two(w: Writer, key: str) -> tuple[str, str]:
    first = str(w.letter(key, ("t",)))
    return first, str(w.letter(key, ("t", first)))


SEQUENCES: tuple[tuple[Block, int], ...] = (
    (recurrence, 8),
    (chain, 2),
    (bidirectional, 2),
    (cell, 1),
    (memory, 1),
    (stacked, 2),
    (deep, 2),
)
