"""What is missing inside a formula: a term in a parenthesis or under a Σ, a function around its argument."""

from __future__ import annotations

from collections.abc import Iterator

from derive.check.mistakes.edit import Change, Spot
from derive.check.mistakes.say import say
from derive.check.mistakes.scene import Scene
from derive.syntax.tree import Fenced, Sum


def parts_lost(scene: Scene, spot: Spot) -> Iterator[Change]:
    """(a + b) for a, σ(z) for z, where ours is that."""
    node = spot.node
    if spot.script or not scene.ours.wholes or (isinstance(spot.parent, (Fenced, Sum)) and isinstance(node, Sum)):
        return
    said = say(node.body if isinstance(node, Fenced) else node)
    for lost in scene.ours.wholes:
        if lost.rest == said and not (spot.parent is None and isinstance(lost.whole, Sum)):
            bare = isinstance(spot.parent, Fenced) or not isinstance(lost.whole, Sum)
            yield lost.whole if bare else Fenced("(", ")", lost.whole), f"{lost.part} is missing"
