"""The paths of ∂S/∂x: the product of Jacobians along each way from x to S, in the writer's notation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

from derive.check.mistakes.scene import Scene
from derive.check.mistakes.spelling import as_written
from derive.check.surgery import product
from derive.notation.expression import Tensor
from derive.syntax.tree import Fraction, Name, Node, Times

MOST = 24
"""How many paths are looked at."""


def paths_of(scene: Scene) -> Iterator[tuple[Node, Tensor]]:
    """(∂S/∂y ∂y/∂x, y) for each path of a left side ∂S/∂x, the shortest first."""
    left = scene.left
    if not isinstance(left, Fraction):
        return
    top, bottom = (scene.quantity(name) if (name := scene.after_mark(n)) else None for n in (left.top, left.bottom))
    if top is None or bottom is None or top.slots or bottom.slots or top.bar or bottom.bar:
        return
    for path in sorted(islice(_ways(scene, top.tensor, bottom.tensor), MOST), key=len):
        names = [scene.printed(tensor) for tensor in path]
        if len(path) > 2 and None not in names and not any(t.labels for t in path):
            slopes = [_slope(a, b) for a, b in pairwise(names) if a is not None and b is not None]
            yield as_written(scene, product(slopes, ("",) * (len(slopes) - 1))), path[1]


def _ways(scene: Scene, top: Tensor, below: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """The ways down from `top` to `below`; no recursion, so that a deep network does no harm."""
    setting = scene.judge.settings[0]
    waiting: list[tuple[Tensor, ...]] = [(top,)]
    for _ in range(MOST * MOST):
        if not waiting:
            return
        path = waiting.pop(0)
        if path[-1] == below:
            yield path
        else:
            waiting += [(*path, t) for t in sorted(setting.direct(path[-1]), key=lambda t: t.name) if t not in path]


def _slope(above: Name, below: Name) -> Node:
    mark = Name("partial", tex=r"\partial", spelled=r"\partial")
    return Fraction(*(Times((mark, name), ("",)) for name in (above, below)))
