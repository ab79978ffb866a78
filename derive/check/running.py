"""Σ whose ends depend on another letter: Σ_{j=1}^i."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from derive.check.bound_letters import Bound
from derive.check.ranges import Letter
from derive.check.values import Array, Unknown
from derive.syntax.tree import Node

if TYPE_CHECKING:
    from derive.check.evaluate import Evaluator


def whole_ranges(ev: Evaluator, found: Sequence[Bound]) -> tuple[list[Bound], list[Bound]]:
    """The letters of a Σ, those whose ends depend on another letter, Σ_{j=1}^i, over all of their axes; and these
    with their ends."""
    whole, dependent = [], []
    for one in found:
        ends = [end for end in one[1:] if end is not None]
        others = {x for end in ends for x in ev.letters.letters_in(end) if x in ev.letters.scope}
        dependent += [one] if others and one[0] not in others else []
        whole.append((one[0], None, None) if dependent[-1:] == [one] else one)
    return whole, dependent


def between(ev: Evaluator, letter: Letter, low: Node | None, high: Node | None) -> Array:
    """1 between two ends, else 0. Raises Unknown where some of what is between them is outside of the axis."""
    at = letter.positions
    first, last = (float(at.min()), float(at.max())) if at.size else (1.0, 0.0)
    lo = np.asarray(first) if low is None else ev.position(low)
    hi = np.asarray(last) if high is None else ev.position(high)
    if np.any((lo <= hi) & ((lo < first) | (hi > last))):
        raise Unknown(f"{letter.name} runs out of its axis")
    return np.asarray((at >= lo) & (at <= hi), float)
