"""Counts as a document: the table with its products, the totals, what is odd, what to change, the answer judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from derive.analyse.cost.polynomials import box, digits
from derive.analyse.counts.layers import Layer, Product, Side, Totals
from derive.document import (
    JUXTAPOSED,
    Block,
    Chain,
    Display,
    Document,
    Fenced,
    Heading,
    Items,
    Math,
    Operator,
    Prose,
    Script,
    Summation,
    Symbol,
    Table,
    Words,
    row,
)
from derive.notation.index import Slot

if TYPE_CHECKING:
    from derive.analyse.counts.results import Counts
    from derive.analyse.counts.suggestions import Suggestion
    from derive.analyse.counts.tables import Entry

TIMES, EQUALS, PLUS = Operator("×", "binary"), Operator("=", "relation"), Operator("+", "plus")
HEAD: tuple[Words, ...] = (("Layer",), ("Units",), ("Weights",), ("Biases",))
TONES = {"right": "right", "slip": "a slip in the product", "wrong": "wrong", "unknown": "not decided"}


def document(counts: Counts) -> Document:
    rows = tuple(_row(layer) for layer in counts.layers)
    totals = counts.totals
    blocks: list[Block] = [
        Table(HEAD, rows),
        _connections(counts.layers),
        Prose(("Every connection of a layer is a weight at one position; those to padding count.",)),
        *_formula(counts),
        Items(_totals(counts, totals)),
        *_explained(counts.layers),
        *_suggested(counts, totals),
        *_judged(counts.judged),
    ]
    return Document("Units, weights and connections", tuple(blocks))


def _row(layer: Layer) -> tuple[Words, ...]:
    products = (layer.units, layer.weights, layer.biases)
    return ((layer.name,), *((_spelled(p),) if p.factors else ("",) for p in products))


def _connections(layers: Sequence[Layer]) -> Table:
    """In a table of their own: the products are long, and a page is narrow."""
    rows = tuple(((x.name,), (_spelled(x.connections),)) for x in layers if x.connections.factors)
    return Table((("Layer",), ("Connections",)), rows)


def _spelled(product: Product) -> Math:
    """96 × 55 × 55 = 290,400; m n = mn is m n."""
    value = _value(product.value)
    if len(product.factors) == 1:
        return value
    parts = [b for n, f in enumerate(product.factors) for b in (*((TIMES,) if n else ()), _factor(f))]
    return row(*parts, EQUALS, value)


def _factor(size: Slot) -> Math:
    if size.is_number:
        return Symbol(str(size.constant), "upright")
    return box(size) if len(size.parts) + bool(size.constant) == 1 else Fenced(box(size))


def _value(size: Slot) -> Math:
    return digits(size.constant) if size.is_number else box(size)


def _formula(counts: Counts) -> list[Block]:
    """Σ_i d⁽ⁱ⁾ d⁽ⁱ⁺¹⁾, where all layers are fully connected."""
    if any(layer.spec.kind not in ("input", "full") for layer in counts.layers) or len(counts.layers[0].shape) > 1:
        return []
    last = len(counts.layers) - 1
    i, one = Symbol("i"), Symbol("1", "upright")
    here, following = (Script(Symbol("d"), None, Fenced(label)) for label in (i, row(i, PLUS, one)))
    sign = Summation(row(i, EQUALS, Symbol("0", "upright")), Symbol(str(last - 1), "upright"))
    sizes = [layer.shape[0] for layer in counts.layers]
    spelled = _sum((_factor(a), TIMES, _factor(b)) for a, b in pairwise(sizes))
    biased = _sum((Fenced(row(_factor(a), PLUS, one)), TIMES, _factor(b)) for a, b in pairwise(sizes))
    with_bias = row(Fenced(row(here, PLUS, one)), JUXTAPOSED, following)
    totals = counts.totals
    plain = row(sign, JUXTAPOSED, here, JUXTAPOSED, following)
    chains = (
        Chain(Symbol("weights", "upright"), (plain, spelled, _value(totals.weights))),
        Chain(Symbol("with biases", "upright"), (row(sign, JUXTAPOSED, with_bias), biased, _value(totals.parameters))),
    )
    return [
        Prose(("With ", here, " units in layer ", i, ", the input being layer 0:")),
        Display(chains),
    ]


def _sum(parts: Iterable[tuple[Math, ...]]) -> Math:
    return row(*(b for n, part in enumerate(parts) for b in (*((PLUS,) if n else ()), *part)))


def _totals(counts: Counts, totals: Totals) -> tuple[Words, ...]:
    connections = _share(counts, "convolution", "connections", "the convolutions")
    return (
        ("Weights: ", _value(totals.weights), *_share(counts, "full", "weights", "the fully connected layers")),
        ("Parameters, with ", _value(totals.biases), " biases: ", _value(totals.parameters), "."),
        ("Connections: ", _value(totals.connections), *connections),
    )


def _share(counts: Counts, kind: str, quantity: str, words: str) -> Words:
    share = counts.share(kind, quantity)
    return (".",) if share is None or share in (0.0, 1.0) else (f"; {100 * share:.0f} % of them are in {words}.",)


def _explained(layers: Sequence[Layer]) -> list[Block]:
    items = tuple(_side(layer, side) for layer in layers for side in layer.explained)
    return [Heading("Sizes that do not come out", 3), Items(items)] if items else []


def _side(layer: Layer, side: Side) -> Words:
    """(224 − 11)/4 + 1 = 54.25, not 55: that needs padding of 3 in all, or an input of 227."""
    top, bottom = side.fraction
    plus = f" + {side.padding}" if side.padding else ""
    comes = f"{top / bottom:g}"
    needs = f"a padding of {side.needed_padding} in all" if side.needed_padding >= 0 else "less than no padding"
    return (
        f"{layer.name}: ({side.size}{plus} − {side.kernel})/{side.stride} + 1 = {comes}, not {side.said}. "
        f"For {side.said} it takes {needs}, or an input of {side.needed_size}.",
    )


def _suggested(counts: Counts, totals: Totals) -> list[Block]:
    blocks: list[Block] = []
    for goal, found in counts.suggestions.items():
        if found:
            head: tuple[Words, ...] = (("Change",), ("Parameters",), ("Connections",), ("Saved",))
            rows = tuple(_suggestion(s, goal, totals) for s in found)
            blocks += [Heading(f"For fewer {goal}", 3), Table(head, rows)]
    return blocks


def _suggestion(found: Suggestion, goal: str, before: Totals) -> tuple[Words, ...]:
    saved = f"{100 * found.saved(goal, before):.1f} %"
    return (found.words,), (_value(found.after.parameters),), (_value(found.after.connections),), (saved,)


def _judged(entries: Sequence[Entry]) -> list[Block]:
    if not entries:
        return []
    odd = [e for e in entries if e.verdict != "right"]
    wrong = any(e.verdict == "wrong" for e in entries)
    head = Heading("The answer's table", 3, "bad" if wrong else "unsure" if odd else "good")
    right = len(entries) - len(odd)
    told = f"{right} of {len(entries)} entries {'is' if right == 1 else 'are'} right."
    told = "The one entry is right." if right == len(entries) == 1 else told
    moved = sum(e.displaced for e in entries)
    told += f" {moved} {'stands' if moved == 1 else 'stand'} in another column than their own." if moved else ""
    items = tuple((f"{e.layer}, {e.quantity}: {TONES[e.verdict]}. {e.reason[:1].upper()}{e.reason[1:]}.",) for e in odd)
    return [head, Prose((told,)), *([Items(items)] if items else [])]
