"""Two sums side by side: their terms in any order, each beside the one that is nearest to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from derive.check.mistakes.difference import PART, Chosen, Comparing, Difference, Letters, Match
from derive.check.mistakes.terms import Signed, other
from derive.syntax.tree import Node, Number, Sum, edited

ORDER = 0.001
"""What each place counts that a term stands elsewhere."""


@dataclass(eq=False)
class Addends:
    """The writer's sum a beside ours, b; what is no sum is one of one term.

    inner: a term of the writer's beside one of ours.  signs: where only the sign differs.  gone: too many.  more: those
    of ours that are missing.
    """

    compare: Comparing
    a: Node
    b: Node
    letters: Letters
    inner: dict[int, Match] = field(default_factory=dict)
    signs: dict[int, Difference] = field(default_factory=dict)
    gone: dict[int, Difference] = field(default_factory=dict)
    more: dict[Difference, Signed] = field(default_factory=dict)

    @cached_property
    def mine(self) -> list[Signed]:
        return terms_of(self.a)

    @cached_property
    def own(self) -> list[Signed]:
        return terms_of(self.b)

    def match(self) -> Match:
        beside = self._beside()
        for i in range(len(self.mine)):
            self._mine(i, beside.get(i))
        for j in range(len(self.own)):
            if j not in beside.values():
                self._missing(j)
        found = (*self.signs.values(), *self.gone.values(), *self.more)
        cost = sum(m.cost for m in self.inner.values()) + len(found)
        cost += PART * sum(self.compare.size(term) for term, _ in self.more.values())
        return Match(cost, (*(d for m in self.inner.values() for d in m.found), *found), self._built)

    def _beside(self) -> dict[int, int]:
        """Which of ours stands beside which of the writer's, the nearest first."""
        costs = sorted(
            (self._one(x, y).cost + (1 + ORDER) * (s != t) + ORDER * abs(i - j), i, j)
            for i, (x, s) in enumerate(self.mine)
            for j, (y, t) in enumerate(self.own)
        )
        alone = len(self.mine) == len(self.own) == 1
        found: dict[int, int] = {}
        for cost, i, j in costs:
            near = alone or cost < 2 + PART * self.compare.size(self.own[j][0])
            if near and i not in found and j not in found.values():
                found[i] = j
        return found

    def _one(self, a: Node, b: Node) -> Match:
        return self.compare.match(a, b, self.letters)

    def _mine(self, i: int, j: int | None) -> None:
        """A term of the writer's: beside one of ours, or too many."""
        term, sign = self.mine[i]
        said = self.compare.said(term)
        if j is None:
            twice = sum(said == self.compare.said(one) for one, _ in self.mine) > 1
            words = f"{said} is counted twice" if twice else f"without the term {said}"
            self.gone[i] = Difference(partial(str, words), "term", lost=self.compare.size(term))
            return
        self.inner[i] = self._one(term, self.own[j][0])
        if self.own[j][1] != sign:
            words = f"the sign of {said}" if len(self.mine) > 1 else "the sign"
            self.signs[i] = Difference(partial(str, words), "sign")

    def _missing(self, j: int) -> None:
        term, sign = self.own[j]
        new = self.compare.ours(term, self.letters)
        words = f"a term is missing: {'+' if sign == '+' else '−'} {self.compare.said(new)}"
        self.more[Difference(partial(str, words), "path", None, new)] = (new, sign)

    def _built(self, chosen: Chosen) -> Node:
        kept = [self._kept(i, chosen) for i in range(len(self.mine)) if self.gone.get(i) not in chosen]
        return _sum_of(self.a, [*kept, *(term for difference, term in self.more.items() if difference in chosen)])

    def _kept(self, i: int, chosen: Chosen) -> Signed:
        term, sign = self.mine[i]
        made = self.inner[i].built(chosen) if i in self.inner else term
        return made, other(sign) if self.signs.get(i) in chosen else sign


def terms_of(node: Node) -> list[Signed]:
    """The terms of a sum with their signs."""
    return list(zip(node.terms, node.signs, strict=True)) if isinstance(node, Sum) else [(node, "+")]


def _sum_of(a: Node, kept: Sequence[Signed]) -> Node:
    """A sum of terms; the writer's own where nothing has changed."""
    if list(kept) == terms_of(a):
        return a
    if not kept:
        return Number("0", tex="0")
    if len(kept) == 1 and kept[0][1] == "+":
        return kept[0][0]
    terms, signs = tuple(term for term, _ in kept), tuple(sign for _, sign in kept)
    return edited(a, terms=terms, signs=signs) if isinstance(a, Sum) else Sum(terms, signs)  # type: ignore[arg-type]
