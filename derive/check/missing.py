"""Facts that the problem does not state, and with which a wrong line would be right: y − t, if Σ_k t_k = 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from derive.check.judge import Judge
from derive.check.points import first, settings
from derive.check.report import Mend
from derive.check.setting import Setting
from derive.derivation import Derivation
from derive.errors import DeriveError
from derive.notation.expression import ONE, Entry, Tensor, number, of
from derive.notation.fact import Fact
from derive.notation.index import Index
from derive.notation.interval import POSITIVE
from derive.notation.product import power, summed
from derive.referee.sizes import NoSizes
from derive.selfcheck.stated import facts_stand
from derive.syntax.tree import Node

MOST = 24
"""How many facts are tried."""
CLAIMS = 4
"""For how many claims of an answer."""
LARGEST = 12
"""Equations of a network beyond which its points take too long."""
POINTS = 2


@dataclass
class Missing:
    """One problem's facts that may be missing, each with points at which it holds, made when they are asked for."""

    derivation: Derivation
    known: dict[str, tuple[Setting, ...]] = field(default_factory=dict)
    tried: int = 0

    def hint(self, judge: Judge, left: Node, right: Node) -> Mend | None:
        """That a fact is missing with which two sides agree."""
        fact = self.fact(judge, left, right)
        words = f"it would be right if {fact}, which the problem does not state under `facts`"
        return None if fact is None else Mend(words, "")

    def fact(self, judge: Judge, left: Node, right: Node) -> str | None:
        """The first fact with which two sides agree."""
        self.tried += 1
        if self.tried > CLAIMS or len(self.derivation.network.equations) > LARGEST:
            return None
        for n, fact in enumerate(self._candidates()):
            if n == MOST:
                break
            made = (self._first, self._points)
            if all(self._is_right(judge, left, right, points(fact)) for points in made):
                return fact.text
        return None

    def _is_right(self, judge: Judge, left: Node, right: Node, points: tuple[Setting, ...]) -> bool:
        there = Judge(points, judge.symbols, judge.functions, judge.stated, judge.ranges, judge.orders)
        return bool(points) and there.judged(left, right).answer == "right"

    def _first(self, fact: Fact) -> tuple[Setting, ...]:
        """A point at which a fact holds, where most facts show that they do not help."""
        if fact.text not in self.known:
            self.known[fact.text] = _made(first, self._with(fact))
        return self.known[fact.text]

    def _points(self, fact: Fact) -> tuple[Setting, ...]:
        """Points at which a fact holds; none where it contradicts what the problem says."""
        key = f"{fact.text} everywhere"
        if key not in self.known:
            self.known[key] = _made(_all, self._with(fact))
        return self.known[key]

    def _with(self, fact: Fact) -> Derivation:
        network = self.derivation.network
        return replace(self.derivation, network=replace(network, facts=(*network.facts, fact)))

    def _candidates(self) -> Iterator[Fact]:
        """What people take for granted, the likeliest first."""
        network = self.derivation.network
        given = [t for t in network.tensors.values() if t.role in ("input", "parameter", "constant") and not t.labels]
        stated = {fact.text for fact in network.facts}
        for make in (_sums, _structures, _norms, _signs):
            for tensor in given:
                yield from (fact for fact in make(tensor) if fact.text not in stated)


def _made(points: Callable[[Derivation], tuple[Setting, ...]], derivation: Derivation) -> tuple[Setting, ...]:
    try:
        with np.errstate(all="ignore"):
            return points(derivation)
    except (NoSizes, DeriveError):
        return ()


def _all(derivation: Derivation) -> tuple[Setting, ...]:
    facts_stand(derivation.network)
    return settings(derivation, count=POINTS)


def _letters(tensor: Tensor) -> tuple[Index, ...]:
    return tuple(Index(name, axis) for name, axis in zip("ijkl", tensor.axes, strict=False))


def _sums(tensor: Tensor) -> Iterator[Fact]:
    """The entries of a vector, or of each row, add up to 1."""
    own = _letters(tensor)
    if len(own) in (1, 2):
        entry = of(Entry(tensor, tuple(x.slot for x in own)))
        text = f"sum({tensor.name}) == 1" if len(own) == 1 else f"each row of {tensor.name} adds up to 1"
        yield Fact("equal", text, summed(own[-1:], entry), own[:-1], ONE)


def _structures(tensor: Tensor) -> Iterator[Fact]:
    own = _letters(tensor)
    if len(own) == 2 and own[0].range == own[1].range:
        for kind in ("symmetric", "orthogonal", "diagonal"):
            yield Fact(kind, f"{tensor.name} {kind}", of(Entry(tensor, tuple(x.slot for x in own))), own)


def _norms(tensor: Tensor) -> Iterator[Fact]:
    own = _letters(tensor)
    if len(own) == 1:
        square = power(of(Entry(tensor, (own[0].slot,))), 2)
        yield Fact("equal", f"norm({tensor.name}) == 1", summed(own, square), (), number(1))


def _signs(tensor: Tensor) -> Iterator[Fact]:
    own = _letters(tensor)
    if len(own) == len(tensor.axes):
        entry = of(Entry(tensor, tuple(x.slot for x in own)))
        yield Fact("within", f"{tensor.name} > 0", entry, own, within=POSITIVE)
        yield Fact("among", f"{tensor.name} in {{0, 1}}", entry, own, members=(Fraction(0), Fraction(1)))
