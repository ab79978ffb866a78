"""One line as data: left = right, in index form or in vectors, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from derive.document import Chain
from derive.notation.expression import Bracket, Entry, Expr, Term, of
from derive.notation.index import Index, Slot
from derive.notation.matrix import Matrix
from derive.notation.walk import free_letters, letters_of
from derive.render.latex import equation
from derive.typeset.chains import condition, labels_of
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe
from derive.typeset.vector import matrix


@dataclass(frozen=True)
class Scalars:
    """left = right for every position of the letters of `entry`, the left side as the derivation has it."""

    left: Expr
    right: Expr
    entry: Entry

    @property
    def letters(self) -> tuple[Index, ...]:
        """The letters of the left side, then those that the right side leaves free."""
        own = dict.fromkeys(x for slot in self.entry.slots for x in slot.letters())
        return tuple(dict.fromkeys([*own, *free_letters(self.left), *free_letters(self.right)]))


@dataclass(frozen=True)
class Vectors:
    """left = right in vectors; `entry` is the left side with its labels, if it has some."""

    left: Matrix
    right: Matrix
    entry: Entry | None = None

    @property
    def letters(self) -> tuple[Index, ...]:
        """The labels of the left side, then those that the right side leaves free."""
        own = () if self.entry is None else labels_of(Matrix("labelled", data=self.entry))
        return tuple(dict.fromkeys([*own, *labels_in(self.left), *labels_in(self.right)]))


Claim: TypeAlias = Scalars | Vectors


def labels_in(expr: Matrix) -> dict[Index, None]:
    """The labels that are free in an expression, in reading order."""
    found: dict[Index, None] = {}
    for argument in expr.args:
        found.update(labels_in(argument))
    if expr.op == "over":
        assert isinstance(expr.data, tuple)
        return {x: None for x in found if x not in expr.data}
    data = expr.data
    if expr.op in ("labelled", "one-hot") and isinstance(data, Entry):
        taken = range(len(data.slots)) if expr.columns is None and expr.op == "one-hot" else data.tensor.labels
        found.update((x, None) for n in taken for x in data.slots[n].letters())
    elif expr.op in ("entry", "size", "condition") and isinstance(data, (Entry, Slot, Bracket)):
        found.update(letters_of(data))
    elif expr.op == "slice" and isinstance(data, tuple):
        found.update((x, None) for part in data if isinstance(part, Slot) for x in part.letters())
    return found


def chain(claim: Claim, scribe: Scribe) -> Chain:
    """The line in boxes."""
    own = scribe.binding(claim.letters)
    if isinstance(claim, Vectors):
        entry = claim.entry
        held = None if entry is None else condition(entry, own, entry.tensor.labels)
        return Chain(matrix(claim.left, own).box, (matrix(claim.right, own).box,), held)
    right = _right(claim.right, scribe)
    return Chain(expression(claim.left, own).box, (expression(right, own).box,), condition(claim.entry, own))


def _right(right: Expr, scribe: Scribe) -> Expr:
    """In the notation of ∂'s, ∂E/∂E = 1 is not written before another factor."""
    if scribe.names.style.notation != "partial":
        return right
    return Expr(tuple(_without_seed(term, scribe.names.cost) for term in right.terms))


def _without_seed(term: Term, cost: str) -> Term:
    kept = tuple(
        f for f in term.factors if not (isinstance(f, Entry) and f.tensor.name == cost and f.tensor.cost == (cost,))
    )
    return replace(term, factors=kept or term.factors)


def written(claim: Claim, scribe: Scribe) -> str:
    """The line in LaTeX."""
    return equation(chain(claim, scribe))


def entry_claim(entry: Entry, right: Expr) -> Scalars:
    return Scalars(of(entry), right, entry)
