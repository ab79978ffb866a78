"""What a left side is: a quantity or a bar, at some positions."""

from __future__ import annotations

from dataclasses import dataclass

from derive.check.mistakes.scene import Scene
from derive.notation.expression import Tensor, bar
from derive.syntax.marks import flat
from derive.syntax.tree import Fenced, Name, Node, Scripted


@dataclass(frozen=True, eq=False, slots=True)
class Target:
    """tensor: the quantity or its bar.  slots: a position for each leading axis, None for one that runs."""

    tensor: Tensor
    slots: tuple[Node | None, ...]

    @property
    def is_entry(self) -> bool:
        return len(self.slots) == len(self.tensor.axes) and None not in self.slots


def target_of(scene: Scene) -> Target | None:
    """The quantity or the bar that the left side is; None if it is neither."""
    node, slots = scene.left, tuple[Node, ...]()
    if isinstance(node, Scripted) and isinstance(node.body, Fenced):
        slots = tuple(flat(node.subs))
        node = node.body.body
    signal = scene.signal(node)
    meaning = scene.quantity(signal if signal is not None else node)
    if meaning is None or not isinstance(signal or node, Name) or meaning.power is not None or meaning.transposed:
        return None
    of = meaning.tensor
    cost = scene.symbols.derivation.cost
    return Target(bar(of, cost) if meaning.bar or signal is not None else of, (*meaning.slots, *slots))


def reads(scene: Scene, node: Node, target: Target) -> bool:
    """Whether a name is the left side's quantity; another position of a recurrence counts as another."""
    signal = scene.signal(node)
    meaning = scene.quantity(signal if signal is not None else node)
    if meaning is None or meaning.tensor.labels:
        return False
    return meaning.tensor.name == target.tensor.name and (meaning.bar or signal is not None) == target.tensor.is_bar
