"""Our formulas in the writer's hand: faces, bars, transposes, the sign of a product entry by entry."""

from __future__ import annotations

from collections import Counter

from derive.check.forms import is_bar
from derive.check.mistakes.names import has_transpose, is_transpose
from derive.check.mistakes.scene import ENTRYWISE, Scene
from derive.check.surgery import atoms_joined, with_children
from derive.syntax.marks import flat
from derive.syntax.tree import Name, Node, Scripted, Times, children, edited


def as_written(scene: Scene, node: Node) -> Node:
    """The node as the writer would have written it."""
    atom = isinstance(node, Name) and node.base not in ("nabla", "delta")
    after = () if atom else tuple(as_written(scene, child) for child in children(node))
    if after and any(a is not b for a, b in zip(after, children(node), strict=True)):
        node = with_children(node, after)
    if isinstance(node, Times):
        joins = tuple(scene.entrywise if join in ENTRYWISE else join for join in node.joins)
        return node if joins == node.joins else edited(node, joins=joins)
    if isinstance(node, (Name, Scripted)) and has_transpose(node):
        sups = [scene.transpose if is_transpose(sup) else sup for sup in flat(node.sups)]
        node = edited(node, sups=atoms_joined(sups))
    return _name(scene, node) if isinstance(node, Name) else node


def _name(scene: Scene, node: Name) -> Name:
    meaning = scene.quantity(node)
    accents = tuple(scene.accent if is_bar(a) else a for a in node.accents)
    changes: dict[str, object] = {} if accents == node.accents else {"accents": accents}
    if meaning is not None:
        same = [n for n in scene.nodes if isinstance(n, Name) and _is_same(scene, n, node)]
        if same and (same[0].spelled, same[0].base) != (node.spelled, node.base):
            changes |= {"base": same[0].base, "face": same[0].face, "spelled": same[0].spelled}
        elif not same and not meaning.is_entry and (face := _face(scene)) is not None and face != node.face:
            changes |= {"face": face, "spelled": ""}
    made = edited(node, **changes) if changes else node
    found = scene.quantity(made)
    return made if meaning is None or (found is not None and found.tensor == meaning.tensor) else node


def _is_same(scene: Scene, theirs: Name, ours: Name) -> bool:
    """Whether a name of the writer's is the same quantity, whole or by entries as ours is."""
    one, other = scene.quantity(theirs), scene.quantity(ours)
    return one is not None and other is not None and one.tensor == other.tensor and one.is_entry == other.is_entry


def _face(scene: Scene) -> str | None:
    """The face of most of the writer's vectors and matrices."""
    names = [n for n in scene.nodes if isinstance(n, Name) and (m := scene.quantity(n)) and not m.is_entry]
    met = Counter(name.face for name in names)
    return met.most_common(1)[0][0] if met else None
