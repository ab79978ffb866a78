"""Costs: what the last equation of a random network makes of everything that nobody reads; and the network."""

from __future__ import annotations

import random

from tests.random_axes.blocks import BLOCKS
from tests.random_axes.language import Axis, Case, Cond, Expr, Mask, Name, Over, Read, Tensor, upto
from tests.random_axes.sequences import SEQUENCES
from tests.random_axes.words import ENTRYWISE, PLAIN, call, num, op, product, total
from tests.random_axes.writer import Writer


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
    body = w.draw.choice([*ENTRYWISE[:12], lambda x: op("**", x, num(2)), lambda x: x])(body)
    body = product(_weights(w, axes, slots), body) if w.chance(0.5) else body
    if letters and w.chance(0.15):
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
    logits = op("@", Read(w.given("V", key, parameter=True)), w.reading(found, Name("t")))
    loss = call("softmax_cross_entropy", logits, Read(w.classes("V", "T"), (Name("t"),)))
    if w.chance(0.5):
        w.hidden([upto("T")], [((Name("t"),), loss)])
    else:
        w.hidden([], [((), Over("sum", ("t",), loss))])


def network(seed: int) -> Case:
    """The random network of a seed."""
    w = Writer(random.Random(seed))
    blocks = (*BLOCKS, *SEQUENCES)
    count = w.draw.choice([1, 1, 2, 2, 3, 4, 5])
    for block, _ in w.draw.choices(blocks, [weight for _, weight in blocks], k=count):
        block(w)
    if w.chance(0.2):
        cross_entropy(w)
    cost(w)
    return w.case()
