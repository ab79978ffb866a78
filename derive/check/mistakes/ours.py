"""Our own terms of the left side, in the writer's notation: what can be missing from the right one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from derive.check.forms import spelled
from derive.check.mistakes.paths import paths_of
from derive.check.mistakes.say import say
from derive.check.mistakes.scene import Scene
from derive.check.mistakes.spelling import as_written
from derive.check.mistakes.target import Target, target_of
from derive.check.surgery import all_nodes
from derive.derivation import Line
from derive.notation.expression import Entry, Expr, Tensor
from derive.notation.index import Index
from derive.notation.matrix import Matrix
from derive.render.latex_math import math
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Fraction, Name, Node, Sum
from derive.typeset.names import Names
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe
from derive.typeset.style import Style
from derive.typeset.vector import matrix


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """One term of ours with its sign; via: the quantity that it comes through, if it comes through one."""

    node: Node
    sign: str
    via: str = ""

    @property
    def words(self) -> str:
        shown = f"{'+' if self.sign == '+' else '−'} {say(self.node)}"
        return f"the path through {self.via} is missing: {shown}" if self.via else f"a term is missing: {shown}"


def parts_of(scene: Scene) -> tuple[Part, ...]:
    """The terms of our line for the left side; nothing where we have none."""
    target = target_of(scene)
    if target is None:
        return tuple(Part(node, "+", _called(scene, via)) for node, via in paths_of(scene))
    derivation = scene.symbols.derivation
    lines = (*derivation.backward, *derivation.folded, *derivation.forward)
    met = [line for line in lines if line.tensor == target.tensor and line.steps[-1].rule != "upstream"]
    return tuple(part for line in met for part in _parts(scene, line, target))


def _parts(scene: Scene, line: Line, target: Target) -> Iterator[Part]:
    scribe = scribe_for(scene, line, target)
    if target.is_entry:
        boxes = _scalars(scene, line)
        written = [(math(expression(e, scribe.binding(())).box), via) for e, via in boxes]
    elif line.vector is not None:
        written = [(math(matrix(m, scribe).box), via) for m, via in _vectors(line)]
    else:
        return
    for tex, via in written:
        try:
            found = read(tex)
        except Unreadable:
            continue
        if len(found) == 1:
            node, sign = _signed(found[0])
            yield Part(as_written(scene, node), sign, _called(scene, via))


def _called(scene: Scene, via: Tensor | None) -> str:
    name = scene.printed(via) if via is not None else None
    return say(name) if name is not None else ""


def scribe_for(scene: Scene, line: Line, target: Target) -> Scribe:
    """Our typesetter, with the writer's letters for those of our left side."""
    symbols = scene.symbols
    product = "odot" if scene.entrywise == "odot" else "circ"
    style = Style(notation=scene.notation, product=product)  # type: ignore[arg-type]
    names = symbols.names if style == Style() else Names(symbols.derivation.network, symbols.derivation.cost, style)
    used: dict[Index, str] = {}
    for slot, own in zip(line.left.slots, target.slots, strict=False):
        if slot.letter is not None and isinstance(own, Name):
            used[slot.letter] = spelled(own)
    if line.vector is not None and isinstance(line.vector.left.data, Entry):
        for slot, own in zip(line.vector.left.data.slots, target.slots, strict=False):
            if slot.letter is not None and isinstance(own, Name):
                used[slot.letter] = spelled(own)
    return replace(Scribe(names), used=used)


def _scalars(scene: Scene, line: Line) -> list[tuple[Expr, Tensor | None]]:
    """The terms of the last step, or of the chain rule where the writer has ∂'s as well."""
    chain = next((step.right for step in line.steps if step.rule == "chain"), None)
    slopes = any(isinstance(n, Fraction) and _is_by(scene, n, line.tensor) for n in all_nodes(scene.right))
    last = line.steps[-1].right
    right = chain if chain is not None and slopes else last
    vias = [_through(term.factors) for term in chain.terms] if chain is not None else []
    known = len(vias) == len(right.terms)
    return [(Expr((t,)), v) for t, v in zip_longest(right.terms, vias if known else [None] * len(right.terms))]


def _is_by(scene: Scene, slope: Fraction, tensor: Tensor) -> bool:
    """Whether it is ∂a/∂b with b the left side's quantity, and no error signal."""
    below = scene.after_mark(slope.bottom)
    meaning = scene.quantity(below) if below is not None and scene.signal(slope) is None else None
    return meaning is not None and meaning.tensor.name == tensor.name


def _through(factors: object) -> Tensor | None:
    """The quantity whose bar a term has."""
    assert isinstance(factors, tuple)
    bars = [f.tensor for f in factors if isinstance(f, Entry) and f.tensor.is_bar]
    return replace(bars[0], cost=()) if bars else None


def _vectors(line: Line) -> list[tuple[Matrix, Tensor | None]]:
    assert line.vector is not None
    terms = list(_apart(line.vector.right))
    return [(term, _bar_in(term)) for term in terms]


def _apart(right: Matrix) -> Iterator[Matrix]:
    """The terms of a sum; Σ over a label of a sum is one for each."""
    if right.op == "add":
        for term in right.args:
            yield from _apart(term)
    elif right.op == "over" and right.args[0].op == "add":
        for term in right.args[0].args:
            yield replace(right, args=(term,))
    else:
        yield right


def _bar_in(term: Matrix) -> Tensor | None:
    """The quantity whose bar is in a matrix expression."""
    tensor = term.data.tensor if isinstance(term.data, Entry) else term.data
    if isinstance(tensor, Tensor) and tensor.is_bar:
        return replace(tensor, cost=())
    return next((met for arg in term.args if (met := _bar_in(arg)) is not None), None)


def _signed(node: Node) -> tuple[Node, str]:
    if isinstance(node, Sum) and len(node.terms) == 1:
        return node.terms[0], node.signs[0]
    return node, "+"
