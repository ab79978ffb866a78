"""One edit of a formula, and the places at which edits are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from derive.check.derivatives import is_mark
from derive.check.mistakes.scene import Scene
from derive.check.surgery import exchanged
from derive.syntax.tree import Big, Name, Node, Relation, Scripted, Sum, Times, children


@dataclass(frozen=True, eq=False, slots=True)
class Spot:
    """A node, the nodes above it from the top on, and whether it stands in scripts: a position, a range, a mark."""

    node: Node
    above: tuple[Node, ...] = ()
    script: bool = False
    made_by: Edit | None = None
    """The edit that put it there, if one did."""

    @property
    def parent(self) -> Node | None:
        return self.above[-1] if self.above else None

    @property
    def is_term(self) -> bool:
        """Whether it stands where a term may stand: a whole side, a term of a sum, what a Σ is over."""
        return not self.script and (self.parent is None or isinstance(self.parent, (Sum, Big)))

    @property
    def owner(self) -> Node | None:
        """The name or the Σ in whose scripts it stands."""
        return next((n for n in reversed(self.above) if isinstance(n, (Name, Big, Scripted))), None)


Change: TypeAlias = tuple[Node, str]
"""What is put in a node's place, and in words."""
Changes: TypeAlias = Callable[[Scene, Spot], Iterator[Change]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mistake: how it is mended where it may have been made. rank: the likelier ones have less."""

    name: str
    rank: int
    changes: Changes


@dataclass(frozen=True, eq=False, slots=True)
class Edit:
    """`new` for what stands at a place."""

    kind: str
    rank: int
    spot: Spot
    new: Node
    words: str

    @property
    def old(self) -> Node:
        return self.spot.node

    def after(self, first: Edit) -> Edit:
        """Both edits as one, where this one is of what the first put in."""
        return Edit(self.kind, self.rank, first.spot, exchanged(first.new, {self.old: self.new}), self.words)


def spots(scene: Scene, node: Node, above: tuple[Node, ...] = (), script: bool = False) -> Iterator[Spot]:
    """All places in a formula, in reading order; what ∂ stands before is none."""
    yield Spot(node, above, script)
    inner = (*above, node)
    for child in children(node):
        if not is_mark(scene.evaluator, child):
            yield from spots(scene, child, inner, script or _is_script(node, child))


def _is_script(node: Node, child: Node) -> bool:
    if isinstance(node, (Scripted, Big)):
        return child is not node.body
    return isinstance(node, (Name, Relation))


def under_mark(scene: Scene, spot: Spot) -> bool:
    """Whether a name is the x of ∂ x, ∇_x or d x."""
    parent = spot.parent
    if isinstance(parent, Times):
        at = parent.factors.index(spot.node)
        return at > 0 and not parent.joins[at - 1] and _is_operator(scene, parent.factors[at - 1])
    return isinstance(parent, Name) and parent.base in ("nabla", "delta")


def _is_operator(scene: Scene, node: Node) -> bool:
    return is_mark(scene.evaluator, node) or (isinstance(node, Name) and node.base == "nabla")
