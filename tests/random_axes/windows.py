"""Convolutions and pools: positions made of two letters, with strides, paddings, dilation and sizes as formulas."""

from __future__ import annotations

from tests.random_axes.language import Axis, Expr, Name, Over, Read, upto
from tests.random_axes.words import ONE, SQUASH, call, num, op, plus, product
from tests.random_axes.writer import Writer
from tests.random_axes.written import text


def convolution(w: Writer) -> None:
    """y[c,p] = sum(r, w[c,r] * x[S*(p-1)+r-P]): padding, stride, dilation, flipped, channels; max-pooling."""
    key = w.draw.choice(["T", "N", "K"])
    p, r = str(w.letter(key, ())), "r"
    pool = w.chance(0.2)
    at, axis = _window(w, key, p, r, pool)
    source = w.choose(lambda n, t: t.axes == (upto(key),)) or w.given(key)
    channels = () if pool else w.draw.choice([(), (), ("M",)])
    x = w.reading(source, at)
    if channels:
        x = w.reading(w.given("M", key), Name("m"), at)
    y, out = Name(axis[0]), [axis[1]]
    if pool:
        kind = w.draw.choice(["max", "mean", "min", "logsumexp", "var"])
        w.hidden(out, [((y,), Over(kind, (r,), x))])
        return
    if w.chance(0.4):
        kernel, left, out = w.given("H", *channels, "R", parameter=True), (Name("h"), y), [upto("H"), *out]
        inner = (Name("h"), *([Name("m")] if channels else []), Name(r))
    else:
        kernel, left = w.given(*channels, "R", parameter=True), (y,)
        inner = (*([Name("m")] if channels else []), Name(r))
    letters = (*(["m"] if channels else []), r)
    right: Expr = Over("sum", letters, product(Read(kernel, inner), x))
    w.hidden(out, [(left, w.draw.choice(SQUASH)(right) if w.chance(0.5) else right)])


def _window(w: Writer, key: str, p: str, r: str, pool: bool) -> tuple[Expr, tuple[str, Axis]]:
    """The position that output p and kernel entry r read, and the output's letter and axis; of a pool, such that no
    window lies outside altogether."""
    same = (p, upto(key))
    at, step = Name(p), op("-", Name(p), ONE)
    kinds: list[tuple[Expr, tuple[str, Axis]]] = [
        (plus(op("+", at, Name(r)), -1), same),
        (plus(op("-", at, Name(r)), 1), same),
        (plus(op("+", at, op("*", num(2), Name(r))), -2), same),
    ]
    if not pool:
        kinds += [
            (plus(op("+", at, Name(r)), -2), same),
            (op("+", op("*", num(2), step), Name(r)), same),
            (plus(op("+", op("*", num(2), at), Name(r)), -2), same),
            (op("-", plus(Name(key), 1), at), same),
        ]
    if w.chance(0.5):
        return _symbolic(w, key, p, r, pool)
    if w.chance(0.25):
        w.least[key] = max(w.least[key], 3)
        hi = op("+", op("-", Name(key), Name("R")), ONE)
        letter = w.letter_to(hi)
        return plus(op("+", Name(letter), Name(r)), -1), (letter, Axis(ONE, hi, text(hi)))
    return w.draw.choice(kinds)


def _symbolic(w: Writer, key: str, p: str, r: str, pool: bool) -> tuple[Expr, tuple[str, Axis]]:
    """Strides and paddings that are sizes; an output size (N - R)/S + 1, or its floor."""
    at, step = Name(p), op("-", Name(p), ONE)
    w.least.setdefault("S", 1)
    w.least.setdefault("P", 1)
    if pool or w.chance(0.4):
        w.least[key] = max(w.least[key], 4)
        w.formulas["F"] = op("+", call("floor", op("/", op("-", Name(key), Name("R")), Name("S"))), ONE)
        letter = w.letter_to(Name("F"))
        return op("+", op("*", Name("S"), op("-", Name(letter), ONE)), Name(r)), (letter, upto("F"))
    found = w.draw.choice(
        [
            op("-", op("+", at, Name(r)), Name("P")),
            op("+", op("*", Name("S"), step), Name(r)),
            op("-", op("+", op("*", Name("S"), step), Name(r)), Name("P")),
            op("+", op("-", at, Name(r)), Name("P")),
        ]
    )
    return found, (p, upto(key))


def convolution2(w: Writer) -> None:
    """y[p,q] = sum(r, u, w[r,u] * x[p+r-1,q+u-1]), or the maximum over the window."""
    x = w.choose(lambda n, t: t.axes == (upto("N"), upto("K"))) or w.given("N", "K")
    stride = w.draw.choice([1, 1, 2])

    def at(p: str, r: str) -> Expr:
        first = Name(p) if stride == 1 else op("*", num(2), op("-", Name(p), ONE))
        return plus(op("+", first, Name(r)), -1 if stride == 1 else 0)

    read = w.reading(x, at("i", "r"), at("j", "u"))
    if w.chance(0.3) and stride == 1:
        right: Expr = Over(w.draw.choice(["max", "mean"]), ("r", "u"), read)
    else:
        right = Over("sum", ("r", "u"), product(Read(w.given("R", "R", parameter=True), (Name("r"), Name("u"))), read))
    w.hidden([upto("N"), upto("K")], [((Name("i"), Name("j")), right)])
