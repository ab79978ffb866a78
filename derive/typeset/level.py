"""Precedence, in one table: what binds how tightly, and where parentheses follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from derive.document import Fenced, Math


class Level(IntEnum):
    """How tightly a piece holds together, loosest first."""

    SUM = 0  # a + b, −a
    ENTRYWISE = 1  # a ∘ b
    PRODUCT = 2  # a b, ½ a, Σ_i a_i
    SCRIPTED = 3  # a², wᵢⱼ⁽¹⁾: a second superscript needs parentheses
    ATOM = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A box, how tightly it holds, and whether it would swallow what follows (Σ_i a_i, log a)."""

    box: Math
    level: Level = Level.ATOM
    open: bool = False

    def inside(self, level: Level, last: bool = True) -> Math:
        """The box where something of this level is wanted; not `last`: another factor follows."""
        return Fenced(self.box) if self.level < level or (self.open and not last) else self.box
