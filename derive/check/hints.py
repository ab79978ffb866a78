"""What mends a wrong claim: a small edit of one of its sides; else what it says something true about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.check.above import Above
from derive.check.entries import USUAL
from derive.check.judge import Judge
from derive.check.limits import MENDED, WORK
from derive.check.marked import Marked
from derive.check.missing import Missing
from derive.check.mistakes import mend
from derive.check.report import Mend
from derive.check.show_claim import head_of
from derive.check.surgery import all_nodes
from derive.check.values import Disagree, Unknown, Value, apart
from derive.check.write import write
from derive.derivation import Derivation
from derive.notation.expression import Tensor
from derive.render.latex_math import math
from derive.syntax.tree import Fraction, Node, Sum

LONG = 25_000
"""More work than this is never begun; up to it the first wrong line is mended, however long."""


LACKS = "factor"
"""The kind of what a fact may stand for: (1ᵀ t) is missing, unless Σ_k t_k = 1."""

UNLIKELY = ("exchange", "quantity")
"""Edits that are less likely than one of a definition above."""


def to_mend(claims: Sequence[Marked]) -> list[int]:
    """Which claims a hint is looked for: the wrong ones from the first, as far as WORK reaches."""
    found: list[int] = []
    left = WORK
    for n, marked in enumerate(claims):
        if marked.to_mend and marked.right is not None and len(found) < MENDED:
            work = _work(marked.right)
            if work <= left:
                left -= work
                found.append(n)
    return found


def _work(right: Node) -> int:
    terms = right.terms if isinstance(right, Sum) else (right,)
    work = sum(sum(1 for _ in all_nodes(term)) ** 2 for term in terms) + len(terms) ** 2
    return work if work > LONG else min(work, WORK)


def hinted(derivation: Derivation, marked: Marked, missing: Missing | None = None) -> Marked:
    """A wrong claim with its hint, if one is found; missing: facts that the problem might state."""
    if marked.left is None or marked.right is None or marked.judge is None:
        return marked
    of_cost = head_of(marked.judge.symbols, marked.left).name == derivation.cost
    found = (_another(derivation, marked) if of_cost else None) or _many_axes(marked) or _edit(marked, missing)
    found = found or _another(derivation, marked)
    if found is None and missing is not None and not of_cost:
        found = missing.hint(*marked.parts())
    return marked if found is None else replace(marked, claim=replace(marked.claim, hint=found))


def _edit(marked: Marked, missing: Missing | None) -> Mend | None:
    judge, left, right = marked.parts()
    found = [hint for one in marked.goals or (judge,) if (hint := mend(one, left, right, marked.reading)) is not None]
    best = min(found, key=lambda hint: hint.edits, default=None)
    if marked.made and (best is None or best.edits > 1 or best.kind in UNLIKELY):
        above = Above(judge, left, right, marked.reading, marked.made).mended()
        if above is not None:
            return above
    if best is None or (best.kind != "bar" and head_of(judge.symbols, left).is_input):
        return None
    fact = missing.fact(judge, left, right) if missing is not None and best.kind in (LACKS, *UNLIKELY) else None
    words = f"{best.words}, unless {fact}: the problem does not state that under `facts`" if fact else best.words
    return Mend(words, f"{write(best.left or left)} {'+=' if marked.goals else '='} {best.tex}")


def _values(judge: Judge, left: Node, right: Node, point: int) -> tuple[Value, Value] | None:
    try:
        return judge.sides(left, right, point, USUAL)
    except (Disagree, Unknown):
        return None


def _many_axes(marked: Marked) -> Mend | None:
    """∂r/∂V of a vector and a matrix has three indices."""
    judge, left, _ = marked.parts()
    both = _values(judge, left, left, 0) if isinstance(left, Fraction) else None
    if both is None or not both[0].is_odd:
        return None
    count = len(both[0].of) + len(both[0].by)
    ordinal = {3: "third", 4: "fourth"}.get(count, f"{count}th")
    return Mend(
        f"this is a {ordinal}-order tensor, with {count} indices: write its entries, with a [i = j] in them", ""
    )


def _another(derivation: Derivation, marked: Marked) -> Mend | None:
    """L̄ = y − t: the right side is another quantity's error signal."""
    judge, left, right = marked.parts()
    head = head_of(judge.symbols, left)
    if not head.is_bar:
        return None
    for line in derivation.backward:
        tensor = line.tensor
        if tensor.name != head.name and tensor.axes == () and _is(judge, left, right, tensor):
            named = math(judge.symbols.names.tensor(tensor))
            return Mend(f"this is {named}, the error signal of {tensor.name}", f"{named} = {write(right)}")
    return None


def _is(judge: Judge, left: Node, right: Node, tensor: Tensor) -> bool:
    """Whether a right side is a scalar's bar at all points."""
    for point in range(len(judge.settings)):
        both = _values(judge, left, right, point)
        if both is None or not both[1].is_scalar:
            return False
        if apart(both[1], Value(judge.settings[point].array(tensor).reshape(1, 1))) > 1e-7:
            return False
    return bool(judge.settings)
