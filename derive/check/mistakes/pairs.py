"""Two edits of one term, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from derive.check.mistakes.edit import Edit
from derive.check.mistakes.kinds import again
from derive.check.mistakes.likely import Likely
from derive.check.mistakes.scene import Scene
from derive.check.mistakes.terms import Option, Term
from derive.check.mistakes.trial import Trial
from derive.check.surgery import all_nodes
from derive.syntax.tree import Fraction, Node

MOST = 150
"""Of how many edits of a long term, the likeliest, pairs are made."""
AGAIN = 4_000
"""How many edits of what an edit put in are looked at."""
UNFIT = 3
"""What counts against two edits neither of which gives anything of the right shape alone."""


def pairs(scene: Scene, trial: Trial, term: Term, ours: Sequence[Node], likely: Likely, limit: int) -> Iterator[Option]:
    """The term after two edits, the likeliest first; as many as may be tried."""
    edits = term.edits
    if len(edits) > MOST:
        far = likely.distances(term, ours, [(edit,) for edit in edits])
        edits = [edits[n] for n in np.sort(np.argsort(far, kind="stable")[:MOST])]
    groups = [(a, b) for n, a in enumerate(edits) for b in edits[n + 1 :] if a.old is not b.old]
    groups += islice((pair for edit in edits for pair in again(scene, edit)), AGAIN)
    odd = odd_slopes(scene, term.node)
    if odd:
        groups = [group for group in groups if any(edit.old in odd for edit in group)]
    if not groups:
        return
    bad = np.array([(a not in term.fitting) + (b not in term.fitting) for a, b in groups])
    worse = bad if term.along is not None else UNFIT * (bad == 2)
    for n in np.argsort(likely.distances(term, ours, groups) + worse, kind="stable")[:limit]:
        option = _after(trial, term, *groups[n])
        if option is not None:
            yield option


def odd_slopes(scene: Scene, node: Node) -> frozenset[Node]:
    """The bars in ∂ȳ/∂x, and these slopes: they are mended first, for nobody means them, and they take long."""
    found: set[Node] = set()
    for slope in all_nodes(node):
        if isinstance(slope, Fraction):
            ends = [scene.after_mark(end) for end in (slope.top, slope.bottom)]
            bars = [name for name in ends if name is not None and (m := scene.quantity(name)) is not None and m.bar]
            found.update([*bars, slope] if bars else [])
    return frozenset(found)


def _after(trial: Trial, term: Term, first: Edit, second: Edit) -> Option | None:
    """The term after both; the second may be one of what the first put in."""
    if second.spot.made_by is not first:
        return term.with_edits(trial, [first, second])
    option = term.with_edits(trial, [second.after(first)])
    if option is None:
        return None
    kinds, words = (first.kind, second.kind), (first.words, second.words)
    return Option(option.node, option.sign, option.along, kinds, words, first.rank + second.rank)
