"""Our own right sides of a left side, in every form that we have, as the writer would have written them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from derive.backward.closed import closed_form
from derive.check.mistakes.likely import Read
from derive.check.mistakes.ours import scribe_for
from derive.check.mistakes.scene import Scene
from derive.check.mistakes.spelling import as_written
from derive.check.mistakes.target import Target
from derive.derivation import Derivation, Line
from derive.errors import DeriveError
from derive.notation.expression import Entry, Expr, Tensor
from derive.notation.matrix import Matrix
from derive.notation.walk import entries
from derive.render.latex_math import math
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Node
from derive.typeset.scalar import expression
from derive.typeset.vector import matrix

KEPT = 8
"""Of how many derivations closed forms are kept."""
LINES = 3
"""Of how many lines of ours a left side's forms are looked at: a recurrence has one for its end, one for the rest."""


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """A right side of a line of ours: in index form, or in vectors.  reads: which quantities, and how often."""

    line: Line
    right: Expr | Matrix
    reads: Read


def models_of(scene: Scene, target: Target) -> Iterator[Model]:
    """All forms of the lines for a left side that have its form."""
    derivation = scene.symbols.derivation
    lines = (*derivation.backward, *derivation.folded, *derivation.forward)
    met = [line for line in lines if line.tensor == target.tensor and line.steps[-1].rule != "upstream"]
    for line in met[:LINES]:
        yield from _forms(line, target)


def _forms(line: Line, target: Target) -> Iterator[Model]:
    if target.is_entry:
        for right in dict.fromkeys(step.right for step in line.steps):
            yield Model(line, right, Counter((e.tensor.name, e.tensor.is_bar) for e in entries(right)))
    elif line.vector is not None:
        reads = Counter((t.name, t.is_bar) for t in _tensors(line.vector.right))
        yield Model(line, line.vector.right, reads)


_CLOSED: dict[int, tuple[Derivation, dict[tuple[str, int], Line | None]]] = {}
"""The closed forms of the derivations that were asked last: a class of answers asks for the same ones."""


def closed_of(scene: Scene, target: Target, longest: int) -> Iterator[Model]:
    """The closed form of a bar, if it has one that is not much longer than what is written."""
    if not target.tensor.is_bar:
        return
    derivation = scene.symbols.derivation
    if id(derivation) not in _CLOSED and len(_CLOSED) >= KEPT:
        _CLOSED.clear()
    known = _CLOSED.setdefault(id(derivation), (derivation, {}))[1]
    key = (target.tensor.name, longest // 50)
    if key not in known:
        try:
            known[key] = closed_form(derivation, target.tensor.name, longest)
        except (DeriveError, LookupError):
            known[key] = None
    line = known[key]
    if line is not None:
        yield from _forms(line, target)


def _tensors(right: Matrix) -> Iterator[Tensor]:
    data = right.data.tensor if isinstance(right.data, Entry) else right.data
    if isinstance(data, Tensor):
        yield data
    for argument in right.args:
        yield from _tensors(argument)


def written(scene: Scene, model: Model, target: Target) -> Node | None:
    """A right side of ours as the writer would have written it."""
    scribe = scribe_for(scene, model.line, target)
    if isinstance(model.right, Expr):
        box = expression(model.right, scribe.binding(())).box
    else:
        box = matrix(model.right, scribe).box
    try:
        found = read(math(box))
    except Unreadable:
        return None
    return as_written(scene, found[0]) if len(found) == 1 else None
