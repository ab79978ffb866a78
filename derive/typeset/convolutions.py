"""Lines that are convolutions, said in words: x̄_j = Σ_r ȳ_{j−r+P} w_r, and x̄_j = Σ_i ȳ_i w_{j−S(i−1)+P} with a stride.

Of two factors under a Σ one is read at the line's own letter less a summed letter, the other at the summed letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derive.derivation import Line
from derive.document import Math, Words
from derive.notation.expression import Entry, Tensor, Term
from derive.notation.index import Index, Slot, position
from derive.typeset.scribe import Scribe


@dataclass(frozen=True, slots=True)
class Convolution:
    """The error signal, the kernel that it meets, and the stride along each axis."""

    signal: Tensor
    kernel: Tensor
    strides: tuple[Slot, ...]


def convolutions(line: Line, scribe: Scribe) -> Iterator[Words]:
    """𝐗̄ is a convolution of 𝐘̄ with the flipped kernel 𝐖."""
    names = scribe.names
    for term in line.steps[-1].right.terms:
        met = _of(term, line.scalar.letters)
        if met is not None:
            own, signal, kernel = (names.tensor(t) for t in (line.tensor, met.signal, met.kernel))
            between = _between(met.strides, scribe)
            if between is None:
                yield own, " is a transposed convolution of ", signal, " with ", kernel, "."
            else:
                yield own, " is a convolution of ", signal, *between, " with the flipped kernel ", kernel, "."


def _between(strides: tuple[Slot, ...], scribe: Scribe) -> Words | None:
    """What stands between the entries of the error signal; None where the axes differ."""
    if len(set(strides)) > 1:
        return None
    zeros = strides[0] - 1
    if zeros == position(0):
        return ()
    shown: Math = scribe.slot(zeros)
    return ", ", shown, f" zero{'' if zeros == position(1) else 's'} between its entries,"


def _of(term: Term, own: tuple[Index, ...]) -> Convolution | None:
    """The convolution that a term is: of a bar and of one other tensor."""
    entries = [f for f in term.factors if isinstance(f, Entry)]
    if len(entries) != 2 or len(term.factors) != 2 or entries[0].tensor.is_bar == entries[1].tensor.is_bar:
        return None
    signal, kernel = sorted(entries, key=lambda entry: not entry.tensor.is_bar)
    for moving, still in ((signal, kernel), (kernel, signal)):
        met = [found for slot in moving.slots if (found := _stride(slot, own, term.bound)) is not None]
        strides = tuple(stride for _, stride in met)
        plain = all(any(slot.letter is letter for slot in still.slots) for letter, _ in met)
        if met and plain and (moving is kernel or all(stride == position(1) for stride in strides)):
            return Convolution(signal.tensor, kernel.tensor, strides)
    return None


def _stride(slot: Slot, own: tuple[Index, ...], bound: tuple[Index, ...]) -> tuple[Index, Slot] | None:
    """(i, S) where a position is one of the line's own letters less S times a summed letter i."""
    letters = list(slot.letters())
    mine = [x for x in letters if x in own and slot.coefficient(x) == 1]
    others = [x for x in letters if x in bound]
    if len(letters) != 2 or len(mine) != 1 or len(others) != 1:
        return None
    step = slot.substitute({others[0]: position(0)}) - slot.substitute({others[0]: position(1)})
    return (others[0], step) if not list(step.letters()) and _is_positive(step) else None


def _is_positive(step: Slot) -> bool:
    return all(coefficient > 0 for _, coefficient in step.parts) and (bool(step.parts) or step.constant > 0)
