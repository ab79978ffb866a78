"""The same line in other forms of writing: Σ without its range, a dot between scalars, all steps as a chain."""

from __future__ import annotations

from dataclasses import replace

from derive.document import Chain, Fenced, Math, Operator, Root, Row, Script, Summation, Symbol
from derive.notation.expression import Term
from derive.notation.walk import entries
from derive.render.latex import equation
from derive.typeset.scribe import Scribe
from tests.mutations.claim import Claim, Scalars, chain, written
from tests.mutations.source import Source
from tests.mutations.spots import spots

SPELLED = ("spelling", "sums without ranges", "scalars with a dot", "chain")
"""Changes of how a right line is written, not of what is."""


class Unfit(Exception):
    """A line that has no place for a change, or that it leaves as it is."""


def respelled(kind: str, source: Source, scribe: Scribe) -> str:
    """A line of the derivation in another form of writing; "spelling" is done on its text afterwards."""
    if kind == "spelling":
        return written(source.claim, scribe)
    if kind == "chain":
        return _chain(source, scribe)
    boxes = chain(source.claim, scribe)
    if kind == "scalars with a dot":
        if not isinstance(source.claim, Scalars):
            raise Unfit
        return equation(replace(boxes, rights=tuple(dotted(box) for box in boxes.rights)))
    return _without_ranges(source.claim, boxes)


def _chain(source: Source, scribe: Scribe) -> str:
    """left = step = step: all steps of a line."""
    if not isinstance(source.claim, Scalars) or len(source.line.steps) < 2:
        raise Unfit
    claims = [replace(source.claim, right=step.right) for step in source.line.steps]
    boxes = [chain(claim, scribe) for claim in claims]
    rights = tuple(dict.fromkeys(box for one in boxes for box in one.rights if box != one.left))
    return equation(Chain(boxes[0].left, rights, boxes[0].condition))


def dotted(box: Math) -> Math:
    """Factors side by side with · between them."""
    if isinstance(box, Row):
        items = [dotted(item) for item in box.items]
        for n, item in enumerate(items):
            if isinstance(item, Operator) and item == Operator("", "product") and 0 < n < len(items) - 1:
                items[n] = Operator("·", "product") if _is_factor(items[n - 1]) else item
        return Row(tuple(items))
    return box


def _is_factor(box: Math) -> bool:
    """Whether what stands before a gap is a factor, not a sign Σ or the name of a function."""
    while isinstance(box, Script):
        box = box.base
    word = isinstance(box, Symbol) and box.face == "upright" and len(box.text) > 1 and not box.text.isdigit()
    return not isinstance(box, (Summation, Operator)) and not word


def _without_ranges(claim: Claim, boxes: Chain) -> str:
    """Σ_j for Σ_{j=1}^N, where each entry that reads j has exactly this axis there."""
    if not isinstance(claim, Scalars) or not _all_usual(claim):
        raise Unfit
    return equation(replace(boxes, rights=tuple(_bare(box) for box in boxes.rights)))


def _all_usual(claim: Scalars) -> bool:
    letters = [x for spot in spots(claim.right) if isinstance(spot.what, Term) for x in spot.what.bound]
    read = list(entries(claim.right))
    for letter in letters:
        axes = [axis for e in read for slot, axis in zip(e.slots, e.tensor.axes, strict=True) if slot.letter is letter]
        others = any(letter in slot.letters() and slot.letter is not letter for e in read for slot in e.slots)
        if others or not axes or any(axis != letter.range for axis in axes):
            return False
    return bool(letters)


def _bare(box: Math) -> Math:
    if isinstance(box, Summation) and isinstance(box.lower, Row):
        return Summation(box.lower.items[0])
    if isinstance(box, Row):
        return Row(tuple(_bare(item) for item in box.items))
    if isinstance(box, (Fenced, Root)):
        return replace(box, body=_bare(box.body))
    return box
