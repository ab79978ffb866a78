"""Marks that are lost or too many: bars, transposes, primes, powers."""

from __future__ import annotations

from collections.abc import Iterator

from derive.check.mistakes.edit import Change, Spot, under_mark
from derive.check.mistakes.names import barred, has_transpose, scripted, transposed, unbarred
from derive.check.mistakes.say import say, say_whole
from derive.check.mistakes.scene import Scene
from derive.check.surgery import atoms_joined
from derive.syntax.marks import flat
from derive.syntax.tree import Fenced, Fraction, List, Name, Number, Relation, Scripted, Times, edited


def bars(scene: Scene, spot: Spot) -> Iterator[Change]:
    """y for ȳ, ȳ for y; ∂E/∂y for y."""
    node = spot.node
    signal = scene.signal(node)
    if signal is not None:
        yield signal, f"take the bar off: {say(signal)}, not its error signal"
    if not isinstance(node, Name) or spot.script:
        return
    meaning = scene.quantity(node)
    if meaning is not None and not meaning.bar and meaning.tensor.among is None and not under_mark(scene, spot):
        yield barred(scene, node), f"put a bar on {say_whole(scene, node)}"
    plain = unbarred(node)
    if meaning is not None and meaning.bar and plain is not None:
        yield plain, f"take the bar off {say_whole(scene, plain)}"


def transposes(scene: Scene, spot: Spot) -> Iterator[Change]:
    """W for Wᵀ, Wᵀ for W, of names, parentheses and Jacobians."""
    node = spot.node
    if spot.script or under_mark(scene, spot):
        return
    if isinstance(node, Name):
        meaning = scene.quantity(node)
        ones = meaning is None and node.base == "1"
        if not ones and (meaning is None or meaning.is_entry or not meaning.tensor.axes):
            return
    elif isinstance(node, Fenced):
        if isinstance(node.body, (List, Relation)) or isinstance(spot.parent, Scripted):
            return
    elif not (isinstance(node, Scripted) or (isinstance(node, Fraction) and scene.after_mark(node.bottom))):
        return
    made = transposed(scene, node)
    called = say_whole(scene, node) if isinstance(node, Name) else say(node)
    if has_transpose(node):
        bare = say_whole(scene, made) if isinstance(made, Name) else say(made)
        yield made, f"no transpose: {bare}"
    else:
        yield made, f"transpose {called}"


def transpose_of_all(scene: Scene, spot: Spot) -> Iterator[Change]:
    """A row for a column, a column for a row."""
    yield scripted(spot.node, (scene.transpose,)), "transpose all of it"


def primes(scene: Scene, spot: Spot) -> Iterator[Change]:
    """σ′ for σ, σ for σ′."""
    node = spot.node
    if isinstance(node, Name) and scene.function(node) is not None and scene.quantity(node) is None:
        for order in (1, 0, 2):
            if order != node.primes and abs(order - node.primes) == 1:
                made = edited(node, primes=order)
                yield made, f"{say(made)}, not {say(node)}"


def powers(scene: Scene, spot: Spot) -> Iterator[Change]:
    """A power that is lost, too many, or another one."""
    node = spot.node
    if spot.script or under_mark(scene, spot):
        return
    if isinstance(node, (Name, Scripted)):
        above = flat(node.sups)
        meaning = scene.quantity(node)
        power = meaning.power if meaning is not None else above[-1] if above else None
        if isinstance(power, Number) and power in above and power.text.isdigit():
            yield from _other_powers(node, power)
            return
    entry = isinstance(node, Name) and (met := scene.quantity(node)) is not None and met.power is None
    if entry or (isinstance(node, Fenced) and not isinstance(spot.parent, Scripted) and not _is_argument(scene, spot)):
        made = scripted(node, (Number("2", tex="2"),))
        yield made, f"the square: {say(made)}"


def _other_powers(node: Name | Scripted, power: Number) -> Iterator[Change]:
    above = [sup for sup in flat(node.sups) if sup is not power]
    if isinstance(node, Scripted) and not (above or node.subs or node.accents or node.primes):
        yield node.body, f"{say(node.body)}, without the power"
    else:
        made = edited(node, sups=atoms_joined(above))
        yield made, f"{say(made)}, without the power"
    for text in (str(int(power.text) + 1), str(int(power.text) - 1)):
        if int(text) > 1:
            other = edited(node, sups=atoms_joined([*above, Number(text, tex=text)]))
            yield other, f"the power {text}, not {power.text}"


def _is_argument(scene: Scene, spot: Spot) -> bool:
    """Whether a parenthesis is what a function is of."""
    parent = spot.parent
    if not isinstance(parent, Times):
        return False
    at = parent.factors.index(spot.node)
    return at > 0 and scene.function(parent.factors[at - 1]) is not None
