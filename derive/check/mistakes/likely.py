"""How likely an edit is: after it, a term reads the same quantities as one of ours does, or as it did before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from derive.check.mistakes.edit import Edit
from derive.check.mistakes.scene import Scene
from derive.check.mistakes.terms import Term
from derive.check.values import Array
from derive.syntax.tree import Name, Node, children

Read: TypeAlias = "Counter[tuple[str, bool]]"
"""(a quantity, whether its bar) and (a function, whether with a prime) -> how often."""
RANK = 0.5
"""What a rank counts, against one quantity more or less."""


@dataclass(frozen=True, eq=False)
class Likely:
    """What formulas read, kept by node."""

    scene: Scene
    _met: dict[Node, Read] = field(default_factory=dict, repr=False)

    def distances(self, term: Term, ours: Sequence[Node], groups: Sequence[Sequence[Edit]]) -> Array:
        """For each group of edits of a term how unlikely it is."""
        goals = [self.read(term.node), *(self.read(node) for node in ours)]
        gains = {edit: self._gain(edit) for group in groups for edit in group}
        place = {name: n for n, name in enumerate(dict.fromkeys(k for read in (*goals, *gains.values()) for k in read))}
        rows = {edit: n for n, edit in enumerate(gains)}
        table = np.array([_vector(read, place) for read in gains.values()]).reshape(len(rows), len(place))
        chosen = np.array([[rows[edit] for edit in group] for group in groups])
        after = _vector(goals[0], place) + table[chosen].sum(1)
        far = np.min([np.abs(after - _vector(goal, place)).sum(-1) for goal in goals], axis=0)
        ranks = np.array([edit.rank for edit in gains])[chosen].sum(-1)
        return np.asarray(far + RANK * ranks)

    def read(self, node: Node) -> Read:
        """Which quantities and functions a formula reads, and how often."""
        met = self._met.get(node)
        if met is None:
            met = Counter(self._name(node)) if isinstance(node, Name) else Counter()
            for child in children(node):
                met.update(self.read(child))
            self._met[node] = met
        return met

    def _name(self, node: Name) -> Iterator[tuple[str, bool]]:
        meaning = self.scene.quantity(node)
        if meaning is not None:
            yield meaning.tensor.name, meaning.bar
        elif (function := self.scene.function(node)) is not None:
            yield function.name, bool(function.order)

    def _gain(self, edit: Edit) -> Read:
        """What an edit adds to what is read, and takes away."""
        gain = Counter(self.read(edit.new))
        gain.subtract(self.read(edit.old))
        return gain


def _vector(read: Read, place: dict[tuple[str, bool], int]) -> Array:
    vector = np.zeros(len(place))
    for name, count in read.items():
        vector[place[name]] = count
    return vector
