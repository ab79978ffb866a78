"""Conditions in brackets: [k = t], [x > 0], [1 ≤ p ≤ K]. The side that depends on more stands left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.document import Fenced, Math, Operator, row
from derive.notation.expression import Bracket, Entry, Expr, Factor, Relation, Tensor
from derive.notation.index import Slot
from derive.notation.walk import factors as every_factor
from derive.typeset.level import Piece
from derive.typeset.scribe import Scribe

Write = Callable[[Expr, Scribe], Piece]

RELATIONS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤"}
MIRRORED = {"=": "=", "!=": "≠", "<": ">", "<=": "≥"}
DEPENDS = {"constant": 1, "parameter": 2}
"""How much a tensor of a role depends on, others 3."""


def bracket(factor: Bracket, scribe: Scribe, write: Write) -> Fenced:
    """[k = t], [z > 0]."""
    left, right = factor.left, factor.right
    if isinstance(left, Slot) and isinstance(right, Slot):
        return oriented(factor.relation, (scribe.slot(left), scribe.slot(right)), (depends(left), depends(right)))
    assert isinstance(left, Expr) and isinstance(right, Expr)
    boxes = write(left, scribe).box, write(right, scribe).box
    return oriented(factor.relation, boxes, (_most(left), _most(right)))


def _most(expr: Expr) -> int:
    """How much an expression depends on: as much as the one of its factors that depends on most."""
    return max((depends(f) for f in every_factor(expr)), default=0)


def depends(on: Factor | Tensor) -> int:
    """0 for a number, 1 for sizes, up to 3 for what changes from sample to sample."""
    if isinstance(on, Slot):
        return 3 if any(not isinstance(atom, str) for atom in on.atoms()) else 1 if on.parts else 0
    tensor = on.tensor if isinstance(on, Entry) else on
    return DEPENDS.get(tensor.role, 3) if isinstance(tensor, Tensor) else 0


def oriented(sign: Relation, sides: tuple[Math, Math], depend: tuple[int, int]) -> Fenced:
    """[x > 0], [|r| > δ]: the side that depends on more stands left."""
    if depend[0] < depend[1]:
        return relation(MIRRORED[sign], sides[1], sides[0])
    return relation(RELATIONS[sign], *sides)


def relation(sign: str, left: Math, right: Math) -> Fenced:
    return Fenced(row(left, Operator(sign, "relation"), right), "[", "]")


def between(factors: Sequence[Factor], scribe: Scribe) -> Fenced | None:
    """[a ≤ p] and [p ≤ b], where they follow each other, as [a ≤ p ≤ b]."""
    if len(factors) != 2 or not all(isinstance(f, Bracket) and f.relation in ("<", "<=") for f in factors):
        return None
    low, high = factors
    assert isinstance(low, Bracket) and isinstance(high, Bracket)
    slots = [side for f in (low, high) for side in (f.left, f.right) if isinstance(side, Slot)]
    if len(slots) != 4 or slots[1] != slots[2] or depends(slots[1]) < 3:
        return None
    signs = [Operator(RELATIONS[f.relation], "relation") for f in (low, high)]
    return Fenced(
        row(scribe.slot(slots[0]), signs[0], scribe.slot(slots[1]), signs[1], scribe.slot(slots[3])), "[", "]"
    )
