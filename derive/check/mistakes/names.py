"""A name taken apart and put together again: with a bar, a transpose, other positions, or as another quantity's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.check.forms import TRANSPOSES, Quantity, is_bar
from derive.check.mistakes.scene import Scene, mark_text
from derive.check.surgery import atoms_joined, product
from derive.notation.expression import Tensor
from derive.syntax.marks import flat
from derive.syntax.tree import Fenced, Fraction, Name, Node, Scripted, Times, children, edited


def barred(scene: Scene, name: Name) -> Node:
    """The error signal of a quantity, as the writer writes them."""
    if scene.notation == "bar":
        return edited(name, accents=(*name.accents, scene.accent))
    bare, marks = bare_of(name)
    if scene.notation == "partial":
        top, bottom = (Times((Name("partial", tex=r"\partial"), n), ("",)) for n in (scene.cost, bare))
        return scripted(Fraction(top, bottom), marks)
    if scene.notation == "nabla":
        return scripted(Times((Name("nabla", spelled=r"\nabla", subs=(bare,)), scene.cost), ("",)), marks)
    if scene.notation == "delta":
        return scripted(Name("delta", spelled=r"\delta", subs=(bare,)), marks)
    return Times((Name("d", face="upright", spelled=r"\mathrm{d}"), name), ("",))


def bare_of(name: Name) -> tuple[Name, tuple[Node, ...]]:
    """A name without its transposes, and these."""
    found = tuple(sup for sup in flat(name.sups) if is_transpose(sup))
    rest = [sup for sup in flat(name.sups) if sup not in found]
    return (edited(name, sups=atoms_joined(rest)) if found else name), found


def unbarred(name: Name) -> Name | None:
    """The quantity itself, of a name with a bar, or of δ with the quantity below."""
    inner = name.subs[0] if name.base == "delta" and len(name.subs) == 1 else None
    if isinstance(inner, Name):
        return edited(inner, sups=atoms_joined((*flat(inner.sups), *flat(name.sups)))) if name.sups else inner
    accents = tuple(a for a in name.accents if not is_bar(a))
    return edited(name, accents=accents) if len(accents) < len(name.accents) else None


def is_transpose(node: Node) -> bool:
    return isinstance(node, Name) and node.base in TRANSPOSES and not node.subs and not node.sups


def has_transpose(node: Node) -> bool:
    return isinstance(node, (Name, Scripted)) and any(is_transpose(sup) for sup in flat(node.sups))


def transposed(scene: Scene, node: Node) -> Node:
    """The node with its transpose put on, or taken off."""
    if has_transpose(node):
        assert isinstance(node, (Name, Scripted))
        kept = [sup for sup in flat(node.sups) if not is_transpose(sup)]
        if isinstance(node, Scripted) and not (kept or node.subs or node.accents or node.primes):
            return node.body
        return edited(node, sups=atoms_joined(kept))
    if isinstance(node, Name):
        return edited(node, sups=atoms_joined((*flat(node.sups), scene.transpose)))
    return scripted(node, (scene.transpose,))


def scripted(node: Node, sups: Sequence[Node]) -> Node:
    """Scripts above something, in parentheses where it needs them."""
    if not sups:
        return node
    if isinstance(node, Name):
        return edited(node, sups=atoms_joined((*flat(node.sups), *sups)))
    if isinstance(node, Scripted):
        return edited(node, sups=atoms_joined((*flat(node.sups), *sups)))
    body = node if isinstance(node, Fenced) else Fenced("(", ")", node)
    return Scripted(body, sups=atoms_joined(sups))


def reversed_product(scene: Scene, node: Times) -> Node:
    """(A b)ᵀ as bᵀ Aᵀ."""
    return product([transposed(scene, factor) for factor in reversed(node.factors)], tuple(reversed(node.joins)))


def renamed(scene: Scene, name: Name, tensor: Tensor) -> Name | None:
    """Another quantity in a name's place: with its bar, its positions, its transpose, its face."""
    meaning, own = scene.quantity(name), scene.printed(tensor)
    if meaning is None or own is None or len(meaning.slots) > len(tensor.axes):
        return None
    made = _with_marks(name, meaning, own)
    before = scene.printed(meaning.tensor)
    made = edited(
        made,
        base=_cased(own.base, name, before),
        face=name.face if before is not None else own.face,
        spelled="",
        accents=(*own.accents, *(a for a in name.accents if is_bar(a))),
        primes=own.primes,
    )
    found = scene.quantity(made)
    same = found is not None and found.tensor == tensor and found.bar == meaning.bar
    return made if same and found is not None and len(found.slots) == len(meaning.slots) else None


def _cased(base: str, name: Name, before: Name | None) -> str:
    """w for W, where the writer has the small letter for the capital one."""
    if before is not None and len(base) == 1 and name.base != before.base:
        return base.lower() if name.base.islower() else base.upper()
    return base


def _with_marks(name: Name, meaning: Quantity, own: Name) -> Name:
    """A name's scripts with the marks of another one, where the writer has marks: above or below."""
    above, below = _split(flat(name.sups), meaning), _split(flat(name.subs), meaning)
    ups, downs = flat(own.sups), flat(own.subs)
    marks = [*ups, *downs]
    if above[0] and not below[0]:
        ups, downs = [_fenced(mark, isinstance(above[0][0], Fenced)) for mark in marks], []
    elif below[0] and not above[0]:
        ups, downs = [], [_fenced(mark, False) for mark in marks]
    commas = len(name.subs) > 1 or not below[0]
    parts = [atoms_joined(downs), atoms_joined(below[1]) if len(name.subs) <= 1 or below[0] else tuple(name.subs)]
    subs = (*parts[0], *parts[1]) if commas else atoms_joined([*downs, *below[1]])
    return edited(name, sups=atoms_joined([*ups, *above[1]]), subs=subs)


def _fenced(mark: Node, wanted: bool) -> Node:
    body = mark.body if isinstance(mark, Fenced) else mark
    if not wanted:
        return body
    return mark if isinstance(mark, Fenced) else Fenced("(", ")", body)


def _split(atoms: Sequence[Node], meaning: Quantity) -> tuple[list[Node], list[Node]]:
    """Atoms of a script: (marks, the rest: positions, transposes, powers)."""
    others = {*(slot for slot in meaning.slots if slot is not None), meaning.power}

    def is_other(atom: Node) -> bool:
        return (
            atom in others
            or is_transpose(atom)
            or any(child in others for child in children(atom))
            or not mark_text(atom)
        )

    return [a for a in atoms if not is_other(a)], [a for a in atoms if is_other(a)]


def as_function(name: Name, own: Name, order: int) -> Name:
    """Another function in a name's place, with a number of primes; what stands above stays."""
    return replace(own, primes=order, sups=name.sups, tex="")
