"""Names for parts of a line, defined on a line of their own: δ_i = ȳ_i, p_k = softmax(y)_k."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import TypeAlias

from derive.notation.expression import Apply, Entry, Tensor, of
from derive.notation.walk import letters_of, substitute_factor
from tests.mutations.claim import Claim, Scalars, entry_claim
from tests.mutations.source import Problem
from tests.mutations.spots import Spot, spots


@dataclass(frozen=True)
class Rewritten:
    """A line that means the same, after lines that define what it calls by a name."""

    claim: Claim
    before: tuple[Claim, ...] = ()


Made: TypeAlias = Callable[[Random], Rewritten]


def stays_inside(entry: Entry) -> bool:
    """Whether the positions of an entry are letters over its axes, or parts of them."""
    pairs = zip(entry.slots, entry.tensor.axes, strict=True)
    return all(slot.letter is not None and axis.contains(slot.letter.range) for slot, axis in pairs)


COMMON = ("delta", "g", "u", "v", "d", "s", "gamma", "eta", "tau", "beta")
"""Names that people give to what they define on the way."""


def free_name(problem: Problem, random: Random, rank: int) -> str:
    """A name that the problem doesn't have; δ with two indices would be Kronecker's."""
    names = problem.scribe("bar", "circ").names
    taken = {*names.taken, *problem.network.letters, *(t.rstrip("0123456789") for t in problem.network.tensors)}
    printed = {text.lower() for text in taken}
    greek = {"delta": "δ", "gamma": "γ", "eta": "η", "tau": "τ", "beta": "β"}
    free = [n for n in COMMON if n not in printed and greek.get(n, n) not in printed and (n, rank) != ("delta", 2)]
    return random.choice(free or ["xi"])


def common_names(problem: Problem, claim: Scalars) -> Iterator[Made]:
    """δ_i = ȳ_i, or p_k = softmax(y)_k, on a line of its own; then the line with that name."""
    for spot in spots(claim.right):
        if isinstance(spot.what, (Entry, Apply)) and _can_be_named(spot, claim):
            yield lambda random, spot=spot: _named(problem, claim, spot, random)  # type: ignore[misc]


def _can_be_named(spot: Spot, claim: Scalars) -> bool:
    if spot.put(spot.what) != claim.right or claim.right == of(spot.what):
        return False
    letters = letters_of(spot.what)
    own = isinstance(spot.what, Apply) or (spot.what.tensor.is_bar and not spot.what.tensor.labels)
    whole = not isinstance(spot.what, Entry) or stays_inside(spot.what)
    plain = isinstance(spot.what, Apply) or all(slot.letter for slot in spot.what.slots)
    ends = [y for x in letters for y in (*x.range.lo.letters(), *x.range.hi.letters())]
    return own and whole and plain and not ends and len(letters) <= 2


def _named(problem: Problem, claim: Scalars, spot: Spot, random: Random) -> Rewritten:
    letters = tuple(letters_of(spot.what))
    labels = tuple(n for n, x in enumerate(letters) if x.name in problem.network.labels)
    tensor = Tensor(free_name(problem, random, len(letters)), tuple(x.range for x in letters), labels=labels)
    entry = Entry(tensor, tuple(x.slot for x in letters))
    fresh = {x: x.apart() for x in letters}
    own = {x: y.slot for x, y in fresh.items()}
    left = substitute_factor(entry, own)
    assert isinstance(left, Entry)
    definition = entry_claim(left, of(substitute_factor(spot.what, own)))
    return Rewritten(replace(claim, right=spot.put(entry)), (definition,))
