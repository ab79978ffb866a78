"""A wrong line whose mistake was made above it, where the answer gave a name to something: δ = p + e, then x̄ = Wᵀδ.

What such a name stands for cannot be wrong by itself. So it is put into the line that is, and one edit of one of these
definitions is looked for that makes the line right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from derive.check.defining import Definition
from derive.check.entries import Reading
from derive.check.judge import EQUAL, Judge
from derive.check.mistakes.kinds import edits, whole_edits
from derive.check.mistakes.say import say
from derive.check.mistakes.scene import Scene
from derive.check.mistakes.trial import FAILS, trial
from derive.check.report import Mend
from derive.check.surgery import all_nodes, exchanged, same, tidied
from derive.check.write import write
from derive.syntax.tree import Fenced, Name, Node

TRIED = 120
"""How many edits of one definition are tried."""
LARGEST = 600
"""How many nodes a line has at most with all definitions put in."""


@dataclass(frozen=True, eq=False)
class Above:
    """A line, left = right in one reading, and the definitions above it; the later ones of one name hide the others."""

    judge: Judge
    left: Node
    right: Node
    reading: Reading
    made: Sequence[Definition]

    def mended(self) -> Mend | None:
        """The one edit of a definition that makes the line right."""
        used = [n for n in range(len(self.made)) if self._reads(n)]
        with self.judge.symbols.forgetting():
            return next((found for n in used if (found := self._of(n)) is not None), None)

    def _of(self, place: int) -> Mend | None:
        name, right = self.made[place][:2]
        for new, words in islice(self._edits(name, right), TRIED):
            line = self._filled(self.right, len(self.made), {place: new})
            if line is not None and self._is_right(line):
                return Mend(f"in {say(name)}: {words}", f"{write(name)} = {write(tidied(new))}")
        return None

    def _edits(self, name: Name, right: Node) -> Iterator[tuple[Node, str]]:
        """The definition's right side with one edit, the likelier ones first, and the edit in words."""
        scene = Scene(replace(self.judge, _evaluators={}), name, right, self.reading)
        for edit in (*whole_edits(scene, right), *edits(scene, right)):
            yield exchanged(right, {edit.old: edit.new}), edit.words

    def _is_right(self, line: Node) -> bool:
        """At one point first: most edits are none."""
        goal = trial(self.judge, self.left, self.reading)
        array = goal.array(line) if goal is not None else None
        if goal is None or array is None:
            return False
        wanted = goal.value.array
        if np.max(np.abs(array - wanted), initial=0) > EQUAL * max(1.0, float(np.max(np.abs(wanted), initial=0))):
            return False
        try:
            return self.judge.agrees(self.left, line, self.reading).answer == "right"
        except FAILS:
            return False

    def _filled(self, node: Node, before: int, new: Mapping[int, Node]) -> Node | None:
        """A formula with its names put in; new: other right sides for some of these. None if it becomes too large."""
        put: dict[Node, Node] = {}
        for one, place in self._names(node, before):
            inner = self._filled(new.get(place, self.made[place][1]), place, new)
            if inner is None:
                return None
            put[one] = Fenced("(", ")", inner)
        found = exchanged(node, put) if put else node
        return found if sum(1 for _ in islice(all_nodes(found), LARGEST)) < LARGEST else None

    def _names(self, node: Node, before: int) -> Iterator[tuple[Node, int]]:
        """Where names of definitions stand, and which these are."""
        for one in all_nodes(node):
            if isinstance(one, Name):
                places = [n for n in range(before) if same(one, self.made[n][0])]
                if places:
                    yield one, places[-1]

    def _reads(self, place: int) -> bool:
        """Whether the line rests on a definition."""
        waiting, met = [(self.right, len(self.made))], set[int]()
        while waiting:
            for _, n in self._names(*waiting.pop()):
                if n not in met:
                    met.add(n)
                    waiting.append((self.made[n][1], n))
        return place in met
