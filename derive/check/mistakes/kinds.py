"""The kinds of mistakes. To add one, write a function that yields what may be put in one place, and a row here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.check.mistakes import exchanges, letters, marks, nested, products
from derive.check.mistakes.edit import Edit, Kind, Spot, spots
from derive.check.mistakes.scene import Scene
from derive.check.surgery import exchanged
from derive.syntax.tree import Node, Sum

KINDS: tuple[Kind, ...] = (
    Kind("transpose", 0, marks.transposes),
    Kind("bar", 0, marks.bars),
    Kind("sign", 0, products.signs),
    Kind("swap", 0, letters.swaps),
    Kind("prime", 0, marks.primes),
    Kind("join", 0, products.joins),
    Kind("order", 1, products.orders),
    Kind("layer", 1, exchanges.layers),
    Kind("index", 1, letters.others),
    Kind("shift", 1, letters.shifts),
    Kind("term", 1, products.terms_away),
    Kind("factor", 1, products.factors_away),
    Kind("sum", 1, letters.sums),
    Kind("factor", 2, products.factors_lost),
    Kind("part", 1, nested.parts_lost),
    Kind("number", 2, products.numbers),
    Kind("scale", 2, products.factors_added),
    Kind("function", 2, exchanges.functions),
    Kind("range", 2, letters.ranges),
    Kind("power", 2, marks.powers),
    Kind("quantity", 3, exchanges.quantities),
)


BOLDEST = 3
"""The ranks of two edits of one and the same part, together, at most."""


def edits(scene: Scene, node: Node) -> list[Edit]:
    """All single edits of a term, the likelier ones first."""
    return sorted(_all(scene, node), key=lambda edit: edit.rank)


def _all(scene: Scene, node: Node) -> Iterator[Edit]:
    places = list(spots(scene, node, _above_term(scene, node)))
    for kind in KINDS:
        for spot in places:
            yield from _at(scene, kind, spot)


def whole_edits(scene: Scene, right: Node) -> Iterator[Edit]:
    """Edits of all of a side."""
    yield from _at(scene, Kind("sign", 0, products.sign_of_all), Spot(right))
    if isinstance(right, Sum):
        yield from _at(scene, Kind("transpose", 0, marks.transpose_of_all), Spot(right))


def edits_at(scene: Scene, spot: Spot) -> Iterator[Edit]:
    """All single edits of one part."""
    for kind in KINDS:
        yield from _at(scene, kind, spot)


def again(scene: Scene, first: Edit) -> Iterator[tuple[Edit, Edit]]:
    """What an edit put in, edited once more."""
    above = first.spot.above
    if above:
        above = (*above[:-1], exchanged(above[-1], {first.old: first.new}))
    for spot in spots(scene, first.new, above, first.spot.script):
        if spot.node is first.new or not spot.node.tex:
            made = replace(spot, made_by=first)
            for kind in KINDS:
                if first.rank + kind.rank <= BOLDEST:
                    yield from ((first, second) for second in _at(scene, kind, made))


def _above_term(scene: Scene, node: Node) -> tuple[Node, ...]:
    return () if node is scene.right else (scene.right,)


def _at(scene: Scene, kind: Kind, spot: Spot) -> Iterator[Edit]:
    for new, words in kind.changes(scene, spot):
        yield Edit(kind.name, kind.rank, spot, new, words)
