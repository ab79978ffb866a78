"""L̄ = y − t: what an answer calls the error signal of the cost is another one, and what rests on it may be right."""

from __future__ import annotations

from derive.check.entries import USUAL
from derive.check.judge import Judge
from derive.check.report import Claim
from derive.check.values import Disagree, Unknown
from derive.notation.expression import Tensor, bar
from derive.referee.world import key_of
from derive.syntax.tree import Name, Node


def renames(judge: Judge, claim: Claim, cost: Tensor, left: Node, right: Node) -> tuple[str, Judge] | None:
    """What the answer calls L̄ from now on, in words, and the judge at points where L̄ is that."""
    if not isinstance(left, Name):
        return None
    key = key_of(bar(cost, cost.name))
    try:
        values = [judge.sides(left, right, n, USUAL)[1] for n in range(len(judge.settings))]
    except (Disagree, Unknown):
        return None
    if not all(value.is_scalar and value.array.size == 1 for value in values):
        return None
    found = [s.knowing({key: v.array.reshape(())}) for s, v in zip(judge.settings, values, strict=True)]
    return f"{claim.tex} (line {claim.line})", Judge(found, judge.symbols, judge.functions)
