"""What is known of the quantities of a network beside their equations: A = Aᵀ, Σ_k t_k = 1, n > 0. Only data."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derive.errors import Place
from derive.notation.expression import ZERO, Entry, Expr, Tensor
from derive.notation.index import Index
from derive.notation.interval import ANY, Interval
from derive.notation.walk import entries


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, at all positions of its letters.

    kind: a row of `operators.stated`, or "equal", "within", "among".  left: what it is about; of a property an entry,
    whose rows and columns are the last two of the letters.  right: what it is equal to.  within: where it lies.
    members: the numbers that it may be.  text: as it was written, or, of a fact that follows from others, these.
    """

    kind: str
    text: str
    left: Expr
    letters: tuple[Index, ...] = ()
    right: Expr = ZERO
    within: Interval = ANY
    members: tuple[Fraction, ...] = ()
    place: Place | None = field(default=None, compare=False)
    follows: bool = False

    @property
    def entry(self) -> Entry | None:
        """The one entry that it is about, if it is about nothing else."""
        only = self.left.factor
        return only if isinstance(only, Entry) else None

    @property
    def whole(self) -> Tensor | None:
        """The tensor all of whose entries it is about, each by itself."""
        entry = self.entry
        if entry is None:
            return None
        own = [slot.letter for slot in entry.slots]
        ranges = tuple(letter.range for letter in own if letter is not None)
        return entry.tensor if ranges == entry.tensor.axes and len(set(own)) == len(own) else None

    @property
    def square(self) -> tuple[int, int]:
        """Of a property, the places of the rows and of the columns among the axes of its tensor."""
        entry = self.entry
        assert entry is not None
        letters = [slot.letter for slot in entry.slots]
        return letters.index(self.letters[-2]), letters.index(self.letters[-1])

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """What it speaks of."""
        return tuple(dict.fromkeys(e.tensor for side in (self.left, self.right) for e in entries(side)))
