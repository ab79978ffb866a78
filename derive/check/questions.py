"""The questions of an answer: where a new one begins, and which of them are about another problem.

A question is another problem's where its own definitions differ from the problem's and none agrees, while another
question of the answer fits. A lone wrong forward line is no such question: it is wrong.
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
    """What a claim says of its question: `own` agrees with a definition of the problem, `other` differs from one."""

    own: bool = False
    other: bool = False
    foreign: bool = False
    """It cannot be judged by this problem's names."""


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
    return -1 if (other or foreign) and own <= other else 0


def _other(claim: Claim, claims: Sequence[Claim], kinds: Sequence[Kind]) -> Claim:
    shows = next((c for c, k in zip(claims, kinds, strict=True) if k.other), None)
    shows = shows or next((c for c, k in zip(claims, kinds, strict=True) if k.foreign), claim)
    why = f"this question is about another problem: it has {shows.reading or shows.tex}"
    return replace(
        claim, verdict="other", follows="n/a", under=(), why=why, hint=None, example=None, repairs=claim.repairs
    )
