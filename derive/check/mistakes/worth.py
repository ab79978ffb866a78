"""A right side term by term beside what it should be: what fits, and what is a hint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from derive.check.judge import EQUAL
from derive.check.mistakes.ours import Part
from derive.check.mistakes.scene import Scene
from derive.check.mistakes.target import reads, target_of
from derive.check.mistakes.terms import Option, assembled, signed, terms_of
from derive.check.mistakes.trial import FAILS, Trial
from derive.check.surgery import all_nodes, tidied
from derive.check.values import Array
from derive.check.write import write
from derive.syntax.tree import Node

LEAST = 1e-4
"""Numbers below this are compared by how far they are apart, not by how far relatively."""


@dataclass(frozen=True, slots=True)
class Hint:
    """words: what to change.  right: the mended right side; tex: that in the writer's notation.  kind: the kinds of
    edits; edits: how many there are.  left: the mended left side, where it is that one."""

    words: str
    right: Node
    tex: str
    kind: str
    edits: int
    left: Node | None = None


class Worth:
    """The terms of a wrong right side, and ours, each by its length in the two directions of a trial."""

    def __init__(self, scene: Scene, goal: Trial, parts: Sequence[Part]) -> None:
        self.scene, self.trial = scene, goal
        self.target = goal.along(goal.value.array)
        self.size = float(np.max(np.abs(self.target), initial=LEAST))
        self.terms = terms_of(goal, scene.right)
        arrays = [(part, goal.array(part.node)) for part in parts]
        self.parts = [(p, signed(p.sign, goal.along(a))) for p, a in arrays if a is not None]
        self.zero = np.zeros(2)
        self.target_of = target_of(scene)
        self.own = self._itself(scene.right)
        # points that showed others to be wrong, the last first: many networks tell at few of their points
        self.telling: list[int] = []

    def _is_ours(self, n: int) -> bool:
        """Whether a term as it stands is one of ours."""
        along = self.terms[n].along
        return along is not None and any(self.close(along - part) for _, part in self.parts)

    def _is_there(self, p: int) -> bool:
        """Whether one of ours stands there as it is."""
        return any(t.along is not None and self.close(t.along - self.parts[p][1]) for t in self.terms)

    def _is_right(self, right: Node) -> bool:
        return self.holds(self.scene.left, right)

    def holds(self, left: Node, right: Node) -> bool:
        """Whether a claim is right; one that makes no sense is not."""
        try:
            outcome = self.scene.judge.agrees(left, right, self.scene.reading, self.telling)
        except FAILS:
            return False
        if outcome.point in self.telling:
            self.telling.remove(outcome.point)
        if outcome.point >= 0:
            self.telling.insert(0, outcome.point)
        return outcome.answer == "right"

    def _itself(self, right: Node) -> int:
        """How often the right side reads what the left side is."""
        return sum(self.target_of is not None and reads(self.scene, node, self.target_of) for node in all_nodes(right))

    def _rest(self, but: Sequence[int]) -> Array | None:
        """What is left of the left side for some terms; None if another one has no value."""
        rest = self.target
        for n, term in enumerate(self.terms):
            if n not in but:
                if term.along is None:
                    return None
                rest = rest - term.along
        return rest

    def _idle(self, but: Sequence[int]) -> bool:
        """Whether a term that stays adds nothing: one of ours beside it would only hide what is wrong with it."""
        return any(t.along is not None and self.close(t.along) for n, t in enumerate(self.terms) if n not in but)

    def close(self, gap: Array) -> bool:
        return bool(np.all(np.abs(gap) <= EQUAL * self.size))

    def _close(self, gaps: Array) -> Array:
        return np.asarray(np.all(np.abs(gaps) <= EQUAL * self.size, axis=-1))

    def mended(self, changed: Mapping[int, Option], added: Sequence[Part]) -> Hint | None:
        """The hint of some changes, if they are right at all points."""
        chosen = [changed.get(n) or term.as_it_is for n, term in enumerate(self.terms)]
        right = assembled(self.scene.right, chosen, added)
        if right is None:
            return None
        words = [w for n in sorted(changed) for w in changed[n].words] + [part.words for part in added]
        kinds = [k for n in sorted(changed) for k in changed[n].kinds] + ["path"] * len(added)
        return self.confirmed(right, words, kinds)

    def confirmed(self, right: Node, words: Sequence[str], kinds: Sequence[str]) -> Hint | None:
        """The hint, if it is right at all points and says more than that something is itself."""
        right = tidied(right)
        if self._itself(right) > self.own or not self._is_right(right):
            return None
        return Hint(" and ".join(dict.fromkeys(words)), right, write(right), " and ".join(kinds), len(kinds))
