"""Recurrences: forward and backward in time, over layers and time, with cells; and costs."""

from __future__ import annotations

from tests.random_axes.blocks import BLOCKS, ONE, Block
from tests.random_axes.language import Axis, Case, Cond, Expr, Mask, Name, Over, Read, Tensor, Transpose, upto
from tests.random_axes.writer import (
    ENTRYWISE,
    FEATURES,
    PLAIN,
    SQUASH,
    Writer,
    call,
    num,
    op,
    plus,
    product,
    total,
)

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


def run(w: Writer, backward: bool, key: str = "", single: bool = False) -> str:
    """One recurrence in time over columns (or numbers)."""
    key = key or w.draw.choice([*PLAIN, *PLAIN, ""])
    delay = 2 if w.chance(0.2) else 1
    step = delay if backward else -delay
    base = w.draw.choice(["given", "given", "out", "own"]) if "left_out" in w.features else "given"
    axis, ranges = _axis(w, base, backward, delay)
    outer = {"b": "B"} if w.chance(0.15) and not single else {}
    before = w.draw.random() < 0.5 and bool(outer)
    right_env = {**outer, "t": "T"}
    lead = lambda at: (Name("b"), at) if outer and before else (at, Name("b")) if outer else (at,)  # noqa: E731
    shape = [upto("B"), axis] if outer and before else [axis, upto("B")] if outer else [axis]
    rest = [upto(key)] if key else []
    right = _step(w, key, right_env)
    name = w.hidden([*shape, *rest])
    if base == "own" and delay == 2:
        w.stated.add(name)  # else who knows whether T or 2 is the greater
    _bases(w, name, base, backward, delay, key, lead, outer)
    _steps(w, name, right, lambda at: Read(name, lead(at)), lead, ranges, step, key, [*shape, *rest], right_env)
    return name


def _axis(w: Writer, base: str, backward: bool, delay: int) -> tuple[Axis, tuple[tuple[str, Expr, Expr], ...]]:
    """The time axis of a recurrence, and the range of its step; own: the first position has its own equation."""
    end = Name("T")
    if base == "given" and not backward:
        return Axis(num(1 - delay), end, "T"), (("t", ONE, end),)
    if base == "given":
        return Axis(ONE, plus(end, delay), "T"), (("t", ONE, end),)
    if base == "out":
        return upto("T"), (("t", ONE, end),) if w.chance(0.5) else ()
    w.least["T"] = max(w.least["T"], delay)
    return upto("T"), ((("t", ONE, plus(end, -delay)),) if backward else (("t", num(1 + delay), end),))


def _bases(w, name, base, backward, delay, key, lead, outer) -> None:  # type: ignore[no-untyped-def]
    """The equations of the positions that the step does not give."""
    for n in range(delay if base != "out" else 0):
        end = Name("T")
        given = {False: num(n + 1 - delay), True: plus(end, n + 1)}[backward]
        own = {False: num(n + 1), True: plus(end, -n)}[backward]
        at = given if base == "given" else own
        start = w.given(*outer.values(), *([key] if key else []), parameter=w.chance(0.5))
        right: Expr = w.reading(start, *map(Name, outer))
        right = call("tanh", right) if w.chance(0.3) else right
        w.equation(name, lead(at), right)


def _step(w: Writer, key: str, env: dict[str, str]) -> list[Expr]:
    """What a step reads beside its own past: columns or numbers at t."""
    reads = [w.column(key, env, 1) if key else w.term(env) for _ in range(w.draw.choice([1, 1, 2]))]
    return [w.draw.choice(SQUASH)(r) if w.chance(0.3) else r for r in reads]


def _steps(w, name, reads, own, lead, ranges, step, key, axes, env) -> None:  # type: ignore[no-untyped-def]
    """z[t] = …, h[t] = tanh(z[t]), or in one."""
    past = own(plus(Name("t"), step))
    kind = w.draw.choice(["plain", "plain", "two", "gate", "linear"])
    inner = op("@", w.weight({}, key, key), past) if key else product(Read(w.given(parameter=True), ()), past)
    if abs(step) == 2 and w.chance(0.6):
        inner = total(inner, op("/", own(plus(Name("t"), step // 2)), num(2)))
    whole = total(*reads, inner)
    left = lead(Name("t"))
    if kind == "two":
        z = w.hidden(
            [
                upto("T") if a.key == "T" and a.key == "T" and a.lo != a.hi and a == axes[_time(axes)] else a
                for a in axes
            ]
        )
        w.unread.pop(z)
        if ranges and (ranges[0][1] != ONE or ranges[0][2] != Name("T")):
            w.equation(z, left, total(*reads, inner))
        else:
            w.equation(z, left, whole, *ranges)
        right: Expr = w.draw.choice(SQUASH)(Read(z, left))
    elif kind == "gate":
        gate = call("sigmoid", reads[0])
        right = total(op("*", gate, past), op("*", op("-", num(1), gate), call("tanh", inner)))
    elif kind == "linear":
        right = total(op("/", past, num(2)), *reads)
    else:
        right = w.draw.choice(SQUASH)(whole)
    w.equation(name, left, right, *ranges)


def _time(axes: list[Axis]) -> int:
    return next(n for n, axis in enumerate(axes) if axis.key == "T")


def cell(w: Writer) -> None:
    """An LSTM's c and h: two states that read each other; all gates, or some."""
    key, t = w.draw.choice(PLAIN), Name("t")
    axis = Axis(ZERO, Name("T"), "T")
    x = w.piece({"t": "T"}, w.draw.choice(PLAIN))
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


SEQUENCES: tuple[tuple[Block, int, str], ...] = (
    (recurrence, 8, "recurrence"),
    (chain, 2, "recurrence"),
    (bidirectional, 2, "bidirectional"),
    (cell, 1, "cell"),
    (memory, 1, "recurrence"),
    (stacked, 2, "stacked"),
    (deep, 2, "stacked"),
)


def cost(w: Writer) -> None:
    """E, which reads everything that nobody else reads."""
    parts = [part(w, name) for name in list(w.unread)]
    w.unread.clear()
    w.tensors["E"] = Tensor("hidden", ())
    w.equation("E", (), total(*parts) if parts else w.term({}))


def part(w: Writer, name: str) -> Expr:
    """A number from all positions of a tensor, from the last alone, or from a few."""
    axes = w.tensors[name].axes
    slots: list[Expr] = []
    letters: list[str] = []
    for axis in axes:
        letter = w.letter(axis.key, letters) if axis.key in w.least or axis.key in w.formulas else _odd(w, axis)
        fixed = not letter or w.chance(0.2 if axis.key in ("T", "L") else 0.05)
        if not fixed and letter:
            letters.append(letter)
        slots.append(w.draw.choice([axis.hi, axis.hi, axis.lo]) if fixed else Name(str(letter)))
    body: Expr = Read(name, tuple(slots))
    if len(axes) >= 1 and slots[-1] == Name("v") and False:
        return body
    body = w.draw.choice([*ENTRYWISE[:12], lambda x: op("**", x, num(2)), lambda x: x])(body)
    body = product(_weights(w, axes, slots), body) if w.chance(0.5) else body
    if letters and w.chance(0.15, "conditions"):
        condition = Cond(Name(letters[0]), w.draw.choice(["<=", "!=", ">="]), num(2))
        body = product(Mask(condition), body)
    if not letters:
        return body
    return Over(w.draw.choice(["sum", "sum", "mean"]), tuple(letters), body)


def _odd(w: Writer, axis: Axis) -> str | None:
    return next((x for x, a in w.letters.items() if a.key == axis.key), None)


def _weights(w: Writer, axes: tuple[Axis, ...], slots: list[Expr]) -> Expr:
    """A weight for each entry that the cost reads, so that no two slopes are alike."""
    kept = [(a, s) for a, s in zip(axes, slots, strict=True) if isinstance(s, Name) and s.name in w.letters]
    if any(a.key not in w.least for a, _ in kept):
        return num("0.7")
    name = w.given(*(a.key for a, _ in kept), parameter=w.chance(0.3))
    return w.reading(name, *(s for _, s in kept))


def cross_entropy(w: Writer) -> None:
    """E = sum(t, softmax_cross_entropy(V @ h[t], c[t]))."""
    found = w.choose(lambda n, t: len(t.axes) == 2 and t.axes[0].key == "T" and t.axes[1].key in PLAIN)
    if found is None:
        return
    key = w.tensors[found].axes[1].key
    logits = op(
        "@", w.given("V", key, parameter=True) and Read(w.given("V", key, parameter=True)), w.reading(found, Name("t"))
    )
    loss = call("softmax_cross_entropy", logits, Read(w.classes("V", "T"), (Name("t"),)))
    if w.chance(0.5):
        w.hidden([upto("T")], [((Name("t"),), loss)])
    else:
        w.hidden([], [((), Over("sum", ("t",), loss))])


def network(seed: int, features: frozenset[str] = frozenset(FEATURES)) -> Case:
    """The random network of a seed."""
    import random

    w = Writer(random.Random(seed), features)
    blocks = [b for b in (*BLOCKS, *SEQUENCES) if not b[2] or b[2] in features]
    count = w.draw.choice([1, 1, 2, 2, 3, 4, 5])
    for block, _, _ in w.draw.choices(blocks, [b[1] for b in blocks], k=count):
        block(w)
    if w.chance(0.2, "gather") and "columns" in features:
        cross_entropy(w)
    cost(w)
    return w.case()
