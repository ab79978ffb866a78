"""One name where another belongs: another layer, another quantity, another function."""

from __future__ import annotations

from collections.abc import Iterator

from derive.check.mistakes.edit import Change, Spot, under_mark
from derive.check.mistakes.names import as_function, renamed
from derive.check.mistakes.say import say, say_whole
from derive.check.mistakes.scene import Scene, name_of
from derive.declare.network import Network
from derive.notation.expression import Apply, Tensor
from derive.notation.layout import extent
from derive.notation.walk import factors
from derive.operators import TABLE
from derive.render.latex_math import math
from derive.syntax.tree import Fraction, Name, Node

CONFUSED = (("sum", "mean"), ("softmax", "log_softmax"), ("max", "min"), ("amax", "amin"), ("sigmoid", "tanh"))
"""Functions that are taken for one another."""


def layers(scene: Scene, spot: Spot) -> Iterator[Change]:
    """W⁽²⁾ for W⁽¹⁾, z₂ for z₁, y′ for y: the same letter with another mark."""
    yield from _named(scene, spot, True)


def quantities(scene: Scene, spot: Spot) -> Iterator[Change]:
    """Another quantity of the same shape: z for h, x for y."""
    yield from _named(scene, spot, False)


def _named(scene: Scene, spot: Spot, same_letter: bool) -> Iterator[Change]:
    node = spot.node
    meaning = scene.quantity(node)
    if not isinstance(node, Name) or meaning is None:
        return
    before = scene.printed(meaning.tensor)
    for tensor in scene.symbols.derivation.network.tensors.values():
        own = scene.printed(tensor) if tensor != meaning.tensor else None
        if own is None or (before is not None and own.base.lower() == before.base.lower()) != same_letter:
            continue
        if not same_letter and (not alike(tensor, meaning.tensor) or (under_mark(scene, spot) and spot.script)):
            continue
        if not _has_slope(scene, spot, tensor):
            continue
        made = renamed(scene, node, tensor)
        if made is not None:
            yield made, f"{say_whole(scene, made)}, not {say_whole(scene, node)}"


def _has_slope(scene: Scene, spot: Spot, tensor: Tensor) -> bool:
    """Whether, in ∂a/∂b, an equation of a reads b; what does not is no slope that anyone means."""
    slope = spot.above[-2] if len(spot.above) > 1 else None
    if not isinstance(slope, Fraction) or not under_mark(scene, spot):
        return True
    sides = (slope.top, slope.bottom)
    top, below = (tensor if spot.parent is side else _tensor(scene, side) for side in sides)
    if top is None or below is None or scene.signal(slope) is not None:
        return True
    return below in scene.judge.settings[0].direct(top)


def _tensor(scene: Scene, side: Node) -> Tensor | None:
    """x of ∂x."""
    name = scene.after_mark(side)
    meaning = scene.quantity(name) if name is not None else None
    return meaning.tensor if meaning is not None else None


def alike(a: Tensor, b: Tensor) -> bool:
    """Whether one may stand where the other does: axes of the same sizes, or as many of them, if few."""
    return [extent(x) for x in a.axes] == [extent(x) for x in b.axes] and (a.among is None) == (b.among is None)


def functions(scene: Scene, spot: Spot) -> Iterator[Change]:
    """Another function of the problem; a mean for a sum."""
    node = spot.node
    function = scene.function(node)
    if not isinstance(node, Name) or function is None:
        return
    pairs = [pair for pair in CONFUSED if function.name in pair]
    network = scene.symbols.derivation.network
    found = [*(n for pair in pairs for n in pair), *network.functions, *_applied(network)]
    for name in dict.fromkeys(found):
        own = None if name == function.name else name_of(math(scene.symbols.names.function(name)))
        if own is not None:
            made = as_function(node, own, node.primes)
            yield made, f"{say(made)}, not {say(node)}"
    for own in scene.ours.functions:
        if say(own) != say(node):
            yield own, f"{say(own)}, not {say(node)}"


def _applied(network: Network) -> tuple[str, ...]:
    """The functions of one number that a network's equations apply."""
    applied = (f for e in network.equations for f in factors(e.right) if isinstance(f, Apply))
    return tuple(dict.fromkeys(f.function for f in applied if f.function in TABLE))
