"""What an answer has said so far: points at which every bar is what the answer has for it.

A bar that the answer has not given yet is worked out by the derivation's own rule from those that it has given, so that
an error that is carried forward is found in the line in which it was made, and in that one alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from derive.check.define import Defined, arrays_of, learned
from derive.check.entries import Reading
from derive.check.forms import Quantity
from derive.check.judge import Judge, Outcome
from derive.check.setting import Setting
from derive.check.show_claim import head_of
from derive.check.surgery import all_nodes, exchanged, same
from derive.check.symbols import Symbols
from derive.check.values import Array
from derive.derivation import Derivation, Line
from derive.notation.expression import Tensor, bar
from derive.referee.evaluate_equations import reads
from derive.referee.world import Key, key_of
from derive.selfcheck.lines import is_given
from derive.syntax.tree import Fenced, Fraction, Name, Node, Times


def _below(left: Node) -> Name | None:
    """x of ∂E/∂x, ∇_x E, dx."""
    if isinstance(left, Fraction) and isinstance(left.bottom, Times):
        last = left.bottom.factors[-1]
        return last if isinstance(last, Name) else None
    if isinstance(left, Times) and isinstance(left.factors[0], Name):
        inner = left.factors[0].subs[0] if left.factors[0].subs else left.factors[-1]
        return inner if isinstance(inner, Name) else None
    return None


class Own:
    """The answer's own points."""

    def __init__(self, derivation: Derivation, symbols: Symbols, points: Sequence[Setting]) -> None:
        self.derivation, self.symbols = derivation, symbols
        self.judge = Judge(points, symbols)
        self.differs = False
        self._said: set[Key] = set()
        self._wrong: set[Key] = set()
        """Bars of which something wrong was said: what is said of them later does not follow from that."""
        self._waiting: list[tuple[Node, Node, Reading, Tensor]] = []
        self._shapeless: list[tuple[Node, Node]] = []
        """Claims of bars whose right sides have no value that the left ones may be: a sum of misshapen terms."""

    def says(self, left: Node, right: Node, outcome: Outcome, last: Node | None) -> None:
        """Take over what a claim says of a bar."""
        tensor = self.bar_of(left)
        if tensor is None or outcome.answer == "unknown":
            return
        key = key_of(tensor)
        if outcome.answer == "wrong":
            self._wrong.add(key)
            self._said.discard(key)
            self.differs = True
        if outcome.answer == "right" and not self.differs:
            self._said.add(key)
            return
        self.differs = True
        self._waiting.append((left, right, outcome.reading, tensor))

    def _catch_up(self) -> None:
        """Take over what was said since somebody last asked: most answers need none of it."""
        waiting, self._waiting = self._waiting, []
        for left, right, reading, tensor in waiting:
            arrays = arrays_of(self.judge, left, right, reading, tensor)
            if arrays is None:
                self._shapeless.append((left, right))
            else:
                self._said.add(key_of(tensor))
                self._spread(key_of(tensor), arrays)

    def bar_of(self, left: Node) -> Tensor | None:
        """The bar that a left side is, whole or entry by entry."""
        head = head_of(self.symbols, left)
        if not head.is_bar:
            return None
        name = left if isinstance(left, Name) else _below(left)
        for meaning in self.symbols.meanings(name) if name is not None else ():
            if isinstance(meaning, Quantity):
                plain = not meaning.transposed and meaning.power is None and not meaning.is_slice
                whole = not meaning.slots or meaning.is_entry or len(meaning.slots) == len(meaning.tensor.labels)
                return bar(meaning.tensor, self.derivation.cost) if plain and whole else None
        return None

    def _spread(self, key: Key, arrays: Sequence[Array]) -> None:
        """The answer's bar, and all that it has not said itself, by our rule from what it has."""
        settings, lines = [], self._resting_on(key)
        for setting, array in zip(self.judge.settings, arrays, strict=True):
            changed = setting.knowing({key: array})
            for line in lines:
                changed = changed.knowing(dict([changed.own_rule(line)]))
            settings.append(changed)
        self.judge.define(settings)

    def _resting_on(self, key: Key) -> list[Line]:
        """The lines of bars that the answer has not said, and that change with this bar."""
        moved, found = {key, *self._wrong} - (self._said - {key}), []
        for line in self.derivation.backward:
            own = key_of(line.tensor)
            read = {own, *map(key_of, reads(line.steps[0].right))}
            if own not in self._said and not is_given(line) and read & moved:
                moved.add(own)
                found.append(line)
        return found

    def holds(self, left: Node, right: Node, readings: Sequence[Reading], last: Node | None) -> bool:
        """Whether a claim follows: from what stands just before it in its chain, from what the answer has for its left
        side, or by our rule from what it has for all others."""
        self._catch_up()
        if last is not None and self._equal(last, right, readings):
            return True
        if self._repeats(left, right, readings):
            return True
        tensor = self.bar_of(left)
        broken = tensor is not None and key_of(tensor) in self._wrong and key_of(tensor) not in self._said
        if not broken and self._equal(left, right, readings):
            return True
        tensor = self.bar_of(left)
        if tensor is None or key_of(tensor) not in self._said or key_of(tensor) in self._wrong:
            return False
        before = self.judge.settings
        lines = [line for line in self.derivation.backward if line.tensor == tensor and not is_given(line)]
        if len(lines) != 1:
            return False
        self.judge.define([s.knowing(dict([s.own_rule(lines[0])])) for s in before])
        found = self._equal(left, right, readings)
        self.judge.define(before)
        return found

    def _repeats(self, left: Node, right: Node, readings: Sequence[Reading]) -> bool:
        """Whether a claim is right once what an earlier one has in vain for a bar is that bar again."""
        said = [(one, self._inside(own)) for one, own in self._shapeless if one.tex != left.tex]
        put = {node: one for node in all_nodes(right) for one, own in said if same(self._inside(node), own)}
        return bool(put) and self._equal(left, exchanged(right, put), readings)

    @staticmethod
    def _inside(node: Node) -> Node:
        while isinstance(node, Fenced):
            node = node.body
        return node

    def _equal(self, left: Node, right: Node, readings: Sequence[Reading]) -> bool:
        return self.judge.judged(left, right, readings).answer == "right"

    def state(self, left: Node, right: Node) -> None:
        """Take over what a claim says of a Jacobian."""
        names = self._slope_of(left)
        if names is not None:
            self.judge.stated = {**self.judge.stated, names: right}
            self.judge.define(self.judge.settings)
            self.differs = True

    def _slope_of(self, left: Node) -> tuple[str, str] | None:
        """y and x, if a left side is ∂y/∂x of whole quantities."""
        if not isinstance(left, Fraction):
            return None
        ends = [n.factors[-1] for n in (left.top, left.bottom) if isinstance(n, Times) and len(n.factors) == 2]
        found = [m for end in ends if isinstance(end, Name) for m in self.symbols.meanings(end)[:1]]
        whole = [m.tensor.name for m in found if isinstance(m, Quantity) and not m.slots and not m.bar]
        return (whole[0], whole[1]) if len(whole) == 2 else None

    def learn(self, found: Defined) -> None:
        """A name that the answer defines."""
        learned(self.judge, found)

    def choose(self, tensor: Tensor) -> None:
        self.judge.define([self.chosen(setting, tensor) for setting in self.judge.settings])

    def chosen(self, setting: Setting, tensor: Tensor) -> Setting:
        """The point where an output's bar is 1, and all others are worked out anew."""
        key = key_of(bar(tensor, self.derivation.cost))
        changed = setting.knowing({key: np.ones(setting.world.shape(tensor))})
        for line in self.derivation.backward:
            if not is_given(line):
                changed = changed.knowing(dict([changed.own_rule(line)]))
        return changed
