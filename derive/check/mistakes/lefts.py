"""A left side that is another one: a bar lost or put on it, another layer, another quantity, indices swapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derive.check.mistakes import letters, marks
from derive.check.mistakes.edit import Kind, spots
from derive.check.mistakes.exchanges import alike
from derive.check.mistakes.names import renamed
from derive.check.mistakes.say import say_whole
from derive.check.mistakes.scene import Scene
from derive.check.surgery import exchanged
from derive.syntax.tree import Name, Node

KINDS = (
    Kind("bar", 0, marks.bars),
    Kind("swap", 2, letters.swaps),
    Kind("transpose", 2, marks.transposes),
    Kind("shift", 2, letters.shifts),
)


@dataclass(frozen=True, eq=False, slots=True)
class Left:
    """Another left side, and in words. rank: 0 is likelier."""

    node: Node
    words: str
    kind: str
    rank: int


def lefts(scene: Scene) -> Iterator[Left]:
    """The left sides that may be meant, the likelier ones first."""
    places = list(spots(scene, scene.left))
    found = [
        Left(exchanged(scene.left, {spot.node: new}), words, kind.name, kind.rank)
        for kind in KINDS
        for spot in places
        for new, words in kind.changes(scene, spot)
    ]
    found += _others(scene)
    yield from sorted(found, key=lambda left: left.rank)


def _others(scene: Scene) -> Iterator[Left]:
    """The same of another quantity: of the same letter first."""
    for spot in spots(scene, scene.left):
        meaning = scene.quantity(spot.node)
        if not isinstance(spot.node, Name) or meaning is None or meaning.tensor.name == scene.symbols.derivation.cost:
            continue
        before = scene.printed(meaning.tensor)
        for tensor in scene.symbols.derivation.network.tensors.values():
            own = scene.printed(tensor) if tensor != meaning.tensor else None
            layer = before is not None and own is not None and own.base.lower() == before.base.lower()
            if own is None or not (layer or alike(tensor, meaning.tensor)):
                continue
            made = renamed(scene, spot.node, tensor)
            if made is not None:
                words = f"{say_whole(scene, made)}, not {say_whole(scene, spot.node)}"
                node = exchanged(scene.left, {spot.node: made})
                yield Left(node, words, "layer" if layer else "quantity", 1 if layer else 3)
