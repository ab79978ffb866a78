"""A claim that has been judged, with what a hint is looked for with."""

from __future__ import annotations

from dataclasses import dataclass

from derive.check.defining import Definition
from derive.check.entries import USUAL, Reading
from derive.check.judge import Judge
from derive.check.questions import NOTHING, Kind
from derive.check.report import Claim
from derive.syntax.tree import Node


@dataclass(frozen=True, eq=False, slots=True)
class Marked:
    """A claim with what a hint is looked for with: its sides, the reading, and the judge's points at that time."""

    claim: Claim
    left: Node | None = None
    right: Node | None = None
    reading: Reading = USUAL
    judge: Judge | None = None
    kind: Kind = NOTHING
    starts: bool = False
    made: tuple[Definition, ...] = ()
    """What the answer has given names to above it."""
    goals: tuple[Judge, ...] = ()
    """Points where its bar is what is still to be added to it, one contribution or all."""
    lacks: tuple[str, ...] = ()
    """The contributions that its bar, which is added up line by line, still lacks."""

    @property
    def to_mend(self) -> bool:
        """Whether a hint is wanted: it is wrong, as printed or, where that means nothing, as it was plausibly meant."""
        meant = self.claim.verdict == "unknown" and any(r.verdict == "wrong" for r in self.claim.repairs[:1])
        return self.claim.verdict == "wrong" or meant

    def parts(self) -> tuple[Judge, Node, Node]:
        """The judge, the left side and the right side."""
        assert self.judge is not None and self.left is not None and self.right is not None
        return self.judge, self.left, self.right
