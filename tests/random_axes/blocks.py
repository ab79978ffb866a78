"""Blocks without a recurrence: each adds one or a few equations of a kind that networks have."""

from __future__ import annotations

from tests.random_axes.language import Along, Axis, Cond, Expr, Mask, Name, Over, Read, Transpose, upto
from tests.random_axes.windows import convolution, convolution2
from tests.random_axes.words import KEYS, ONE, PAIRS, PLAIN, SQUASH, call, num, op, plus, product, total
from tests.random_axes.writer import Block, Writer
from tests.random_axes.written import text


def entries(w: Writer) -> None:
    """y[t,i] = an expression of entries."""
    keys = w.draw.sample(sorted(set(KEYS)), w.draw.choice([0, 1, 1, 2, 2, 3]))
    if len(keys) == 2 and w.chance(0.2):
        keys[1] = keys[0]
    letters: list[str] = []
    for key in keys:
        letters.append(w.letter(key, letters) or "?")
    right = w.scalar(dict(zip(letters, keys, strict=True)))
    right = w.draw.choice(SQUASH)(right) if w.chance(0.5) else right
    w.hidden([upto(k) for k in keys], [(tuple(map(Name, letters)), right)])


def labelled(w: Writer) -> tuple[dict[str, str], list[Axis]]:
    """Up to two labels: their letters in scope, and their axes."""
    keys = w.draw.sample(["T", "H", "B", "T"], w.draw.choice([0, 1, 1, 1, 2]))
    env = {str(w.letter(k, ())): k for k in dict.fromkeys(keys)}
    return env, [upto(k) for k in env.values()]


def columns(w: Writer) -> None:
    """y[t] = W @ x[t] + …: a column at each label."""
    env, axes = labelled(w)
    key = w.draw.choice(PLAIN)
    right = w.column(key, env)
    w.hidden([*axes, upto(key)], [(tuple(map(Name, env)), right)])


def residual(w: Writer) -> None:
    """y[t] = x[t] + V @ tanh(W @ x[t])."""
    env, axes = labelled(w)
    key, other = w.draw.choice(PLAIN), w.draw.choice(PLAIN)
    x = w.piece(env, key)
    inner = w.draw.choice(SQUASH)(w.affine(env, other, x, key))
    w.hidden([*axes, upto(key)], [(tuple(map(Name, env)), op("+", x, op("@", w.weight(env, key, other), inner)))])


def matrices(w: Writer) -> None:
    """Products of matrices at each head; of columns, outer; softmax along a named axis."""
    env, axes = labelled(w)
    first, second = w.draw.sample(PLAIN, 2)
    other = w.draw.choice(PLAIN)
    kind = w.draw.randrange(5)
    if kind == 0:
        right: Expr = op("@", w.piece(env, first, other), w.piece(env, other, second))
    elif kind == 1:
        right = op("@", w.piece(env, first, other), Transpose(w.piece(env, second, other)))
    elif kind == 2:
        right = op("@", w.piece(env, first), Transpose(w.piece(env, second)))
    elif kind == 3:
        axis = str(w.letter(w.draw.choice([first, second]), list(env)))
        right = Along("softmax", axis, w.piece(env, first, second))
    else:
        right = w.draw.choice(PAIRS)(w.piece(env, first, second), w.piece(env, first, second))
    right = w.draw.choice(SQUASH)(right) if w.chance(0.3) else right
    w.hidden([*axes, upto(first), upto(second)], [(tuple(map(Name, env)), right)])


def attention(w: Writer) -> None:
    """S[i,j] = Q[i].T @ K[j] / sqrt(D), P = softmax(j, j <= i, S[i,j]), O[i] = sum(j, P[i,j] * V[j])."""
    heads = {"h": "H"} if w.chance(0.4) else {}
    around, axes = [Name(x) for x in heads], [upto(k) for k in heads.values()]
    key, value = w.draw.choice(PLAIN), w.draw.choice(PLAIN)
    first, second = "t", "s"
    q = w.piece({**heads, first: "T"}, key)
    k = w.piece({**heads, second: "T"}, key)
    score = op("@", Transpose(q), k)
    score = op("/", score, call("sqrt", Name(key))) if w.chance(0.6) else score
    at = (*around, Name(first), Name(second))
    s = w.hidden([*axes, upto("T"), upto("T")], [(at, score)])
    causal = Cond(Name(second), "<=", Name(first))
    conditions = (causal,) if w.chance(0.6) else ()
    p = w.hidden([*axes, upto("T"), upto("T")], [(at, Along("softmax", second, w.reading(s, *at), conditions))])
    v = w.piece({**heads, second: "T"}, value)
    if w.chance(0.5):
        body = op("*", w.reading(p, *at), v)
        w.hidden([*axes, upto("T"), upto(value)], [((*around, Name(first)), Over("sum", (second,), body))])
    else:
        rows = w.given(*heads.values(), "T", value)
        right = op("@", w.reading(p, *around), w.reading(rows, *around))
        w.hidden([*axes, upto("T"), upto(value)], [(tuple(around), right)])


def pieces(w: Writer) -> None:
    """Several equations for one tensor: its first or last position alone, or two ranges end to end."""
    kind = w.draw.randrange(3)
    if kind == 2:
        return _halves(w)
    key = w.draw.choice(["T", "N", "L"])
    other = w.draw.choice([[], ["K"]])
    letter, rest = str(w.letter(key, ())), {str(w.letter(k, ())): k for k in other}
    inner = tuple(map(Name, rest))
    end = ONE if kind == 0 else Name(key)
    lo, hi = (num(2), Name(key)) if kind == 0 else (ONE, plus(Name(key), -1))
    alone = w.term(rest)
    every = w.scalar({letter: key, **rest}, 1)
    name = w.hidden([upto(k) for k in (key, *other)])
    w.equation(name, (end, *inner), alone)
    w.equation(name, (Name(letter), *inner), every, (letter, lo, hi))


def _halves(w: Writer) -> None:
    """y[i] = a[i] for i = 1..N; y[i + N] = b[i] for i = 1..K: an axis of N + K."""
    hi = op("+", Name("N"), Name("K"))
    first, second = w.scalar({"i": "N"}, 1), w.scalar({"j": "K"}, 1)
    name = w.hidden([Axis(ONE, hi, text(hi))])
    w.letter_to(hi)
    w.equation(name, (Name("i"),), first, ("i", ONE, Name("N")))
    w.equation(name, (op("+", Name("j"), Name("N")),), second, ("j", ONE, Name("K")))


def embedding(w: Writer) -> None:
    """y[t] = E[tok[t]] + P[t]."""
    keys = w.draw.choice([("T",), ("B", "T"), ()])
    letters = tuple(Name(str(w.letter(k, ()))) for k in keys)
    key = w.draw.choice(PLAIN)
    table = w.given("V", key, parameter=True)
    chosen = Read(w.classes("V", *keys), letters)
    axes = [upto(k) for k in (*keys, key)]
    extra = w.given("T", key, parameter=True) if "T" in keys and w.chance(0.5) else None
    if w.chance(0.5):
        right: Expr = Read(table, (chosen,))
        right = op("+", right, Read(extra, (Name("t"),))) if extra else right
        w.hidden(axes, [(letters, right)])
        return
    own = Name(str(w.letter(key, ())))
    right = Read(table, (chosen, own))
    right = op("+", right, Read(extra, (Name("t"), own))) if extra else right
    w.hidden(axes, [((*letters, own), right)])


def normalised(w: Writer) -> None:
    """Layer norm and RMS norm, line by line."""
    env, axes = labelled(w)
    key = w.draw.choice(PLAIN)
    at, i = tuple(map(Name, env)), str(w.letter(key, list(env)))
    x = w.choose(lambda n, t: t.axes == (*axes, upto(key))) or w.given(*env.values(), key)
    whole = w.reading(x, *at, Name(i))
    if w.chance(0.5):
        m = w.hidden(axes, [(at, Over("mean", (i,), whole))])
        v = w.hidden(axes, [(at, Over(w.draw.choice(["var", "mean"]), (i,), op("**", whole, num(2))))])
        top: Expr = op("-", whole, w.reading(m, *at))
    else:
        v, top = w.hidden(axes, [(at, Over("mean", (i,), op("**", whole, num(2))))]), whole
    root = call("sqrt", op("+", w.reading(v, *at), num("0.1")))
    right = op("/", product(Read(w.given(key, parameter=True), (Name(i),)), top), root)
    w.hidden([*axes, upto(key)], [((*at, Name(i)), right)])


def masked(w: Writer) -> None:
    """y[t] = sum(s, [s <= t] * D[t,s] * x[s]), D a dropout mask."""
    key = w.draw.choice(PLAIN)
    drop = w.tensors and w.chance(0.5)
    mask = Mask(Cond(Name("s"), w.draw.choice(["<=", "!=", "<", ">="]), Name("t")))
    factors: list[Expr] = [mask, w.piece({"s": "T"}, key)]
    if drop:
        name = w.declare("constant", upto("T"), upto("T"))
        factors.insert(1, Read(name, (Name("t"), Name("s"))))
    w.hidden([upto("T"), upto(key)], [((Name("t"),), Over("sum", ("s",), product(*factors)))])


def reversed_(w: Writer) -> None:
    """y[t] = x[T+1-t], a slice or a shift, entry by entry or in columns."""
    key = w.draw.choice(PLAIN)
    found = w.choose(lambda n, t: t.axes[-2:] == (upto("T"), upto(key)) and len(t.axes) == 2) or w.given("T", key)
    back = op("-", plus(Name("T"), 1), Name("t"))
    at = w.draw.choice([back, plus(Name("t"), -1), plus(Name("t"), 1)])
    w.hidden([upto("T"), upto(key)], [((Name("t"),), total(w.reading(found, at), w.piece({"t": "T"}, key)))])


BLOCKS: tuple[tuple[Block, int], ...] = (
    (entries, 8),
    (columns, 5),
    (residual, 2),
    (matrices, 2),
    (attention, 3),
    (convolution, 4),
    (convolution2, 1),
    (pieces, 2),
    (embedding, 2),
    (normalised, 2),
    (masked, 2),
    (reversed_, 2),
)
