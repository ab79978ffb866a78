"""The questions of an answer: where a new one begins, and which of them are about another problem.

A question is another problem's where another question of the answer fits and this one has no line that does, and

- it defines the problem's quantities as no mistake explains, or speaks of quantities of its own, and of no error signal
  of the problem; or
- it has error signals that the problem knows, but makes the quantities of other ones.

All else is judged: a wrong line is wrong, and what nobody knows is unknown, whatever stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.check.report import Claim

BEGINS = re.compile(
    r"^[ \t]*(?:[-*•][ \t]+)?(?:#+\s|\*{0,2}(?:Question|Problem|Exercise|Part|Task|Q)\b\s*\.?\s*\d"
    r"|\(?\d+(?:\.\d+)*[.)]?\s+\**[A-Z]|\d+(?:\.\d+)+\s|\**Solution\b|\([a-h]\)\s"
    r"|\\(?:sub)*section\b|\\question\b)",
    re.MULTILINE,
)
"""A heading, a number, a letter in parentheses, the word Solution at the beginning of a line."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a claim says of its question: `own` agrees with the problem, `other` differs from a definition of it."""

    own: bool = False
    other: bool = False
    redefines: bool = False
    """It makes a quantity of the problem of what the problem does not have."""
    foreign: bool = False
    """It cannot be judged by this problem's names, and it is about one that the problem does not have."""
    signal: bool = False
    """It is about an error signal of the problem, right or wrong."""


NOTHING = Kind()


def begins(before: str) -> bool:
    """Whether a new question begins in the prose before a formula."""
    return bool(BEGINS.search(before))


def told_apart(claims: Sequence[Claim], starts: Sequence[bool], kinds: Sequence[Kind]) -> list[Claim]:
    """The claims, those of other problems' questions marked so."""
    found: list[Claim] = []
    spans = _spans(starts)
    fits = [_fits(kinds[a:b]) for a, b in spans]
    for (a, b), fit in zip(spans, fits, strict=True):
        found += (
            [_other(claim, claims[a:b], kinds[a:b]) for claim in claims[a:b]]
            if fit < 0 and any(f > 0 for f in fits)
            else list(claims[a:b])
        )
    return found


def _spans(starts: Sequence[bool]) -> list[tuple[int, int]]:
    edges = [n for n, start in enumerate(starts) if start and n] if starts else []
    return [(a, b) for a, b in zip([0, *edges], [*edges, len(starts)], strict=True) if a < b]


def _fits(kinds: Sequence[Kind]) -> int:
    """1: the question is about this problem, −1: about another one, 0: nothing says."""
    own, other = sum(k.own for k in kinds), sum(k.other for k in kinds)
    foreign = sum(k.foreign for k in kinds)
    if own > other and own >= foreign // 2:
        return 1
    if any(k.signal for k in kinds):
        return -1 if own < sum(k.redefines for k in kinds) else 0
    return -1 if own <= other and 2 * (other + foreign) >= len(kinds) else 0


def _other(claim: Claim, claims: Sequence[Claim], kinds: Sequence[Kind]) -> Claim:
    shows = next((c for c, k in zip(claims, kinds, strict=True) if k.other), None)
    shows = shows or next((c for c, k in zip(claims, kinds, strict=True) if k.foreign), claim)
    why = f"this question is about another problem: it has {shows.reading or shows.tex}"
    return replace(
        claim, verdict="other", follows="n/a", under=(), why=why, hint=None, example=None, repairs=claim.repairs
    )
