"""Two formulas side by side: what is different in one of them, as few and as small differences as can be.

Letters of sums may be called otherwise; parentheses and the order of terms don't count. Of products the factors are
aligned in order, a function together with its argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from derive.check.bound_letters import bounds
from derive.check.forms import spelled
from derive.check.mistakes.addends import Addends
from derive.check.mistakes.around import nested
from derive.check.mistakes.difference import (
    DEEPEST,
    MOST,
    NEAR,
    PART,
    Chosen,
    Difference,
    Letters,
    Match,
    Spent,
    is_round,
    opened,
)
from derive.check.mistakes.factors import Factors
from derive.check.mistakes.say import say
from derive.check.mistakes.scene import Scene
from derive.check.surgery import all_nodes, exchanged, with_children
from derive.syntax.tree import Big, Fenced, Name, Node, Number, Sum, Times, children, edited


@dataclass(eq=False)
class Compare:
    """Comparisons with one wrong claim, their results kept."""

    scene: Scene
    count: int = 0
    depth: int = 0
    _met: dict[tuple[Node, Node, Letters], Match] = field(default_factory=dict, repr=False)
    _sizes: dict[Node, int] = field(default_factory=dict, repr=False)
    _sums: dict[Node, int] = field(default_factory=dict, repr=False)
    _said: dict[Node, str] = field(default_factory=dict, repr=False)
    _names: dict[Node, frozenset[str]] = field(default_factory=dict, repr=False)
    _ours: dict[tuple[Node, Letters], Node] = field(default_factory=dict, repr=False)

    def match(self, a: Node, b: Node, letters: Letters = ()) -> Match:
        """The writer's formula a beside ours, b."""
        letters = self._used(b, letters)
        key = (a, b, letters)
        if key not in self._met:
            self.count += 1
            self.depth += 1
            if self.count > MOST or self.depth > DEEPEST:
                raise Spent
            self._met[key] = self._best(a, b, letters)
            self.depth -= 1
        return self._met[key]

    def _used(self, node: Node, letters: Letters) -> Letters:
        """The letters that a part of ours has."""
        return tuple(pair for pair in letters if pair[0] in self.spelled_in(node) and pair[0] != pair[1])

    def spelled_in(self, node: Node) -> frozenset[str]:
        """The names in a formula that have no positions of their own."""
        if node not in self._names:
            self._names[node] = frozenset(spelled(n) for n in all_nodes(node) if isinstance(n, Name) and not n.subs)
        return self._names[node]

    def size(self, node: Node) -> int:
        """Of how many parts a formula is."""
        if node not in self._sizes:
            self._sizes[node] = 1 + sum(self.size(child) for child in children(node))
        return self._sizes[node]

    def sums(self, node: Node) -> int:
        """How many Σ a formula has."""
        if node not in self._sums:
            self._sums[node] = isinstance(node, Big) + sum(self.sums(child) for child in children(node))
        return self._sums[node]

    def _best(self, a: Node, b: Node, letters: Letters) -> Match:
        """The cheapest way; where one part alone differs, that is it."""
        first = self._alike(a, b, letters)
        if first is not None and first.cost < NEAR:
            return first
        found = [first] if first is not None else []
        found += nested(self, a, b, letters)
        best = min(found, key=lambda match: match.cost, default=None)
        instead = self._instead_costs(a, b)
        return best if best is not None and best.cost <= instead else self._instead(a, b, letters, instead)

    def _alike(self, a: Node, b: Node, letters: Letters) -> Match | None:
        """Of the same make: part by part."""
        if is_round(a) or is_round(b):
            return self._opened(a, b, letters)
        if isinstance(a, Sum) or isinstance(b, Sum):
            return Addends(self, a, b, letters).match()
        if isinstance(a, Times) or isinstance(b, Times):
            return Factors(self, a, b, letters).match()
        if isinstance(a, Name) or isinstance(b, Name) or isinstance(a, Number) or isinstance(b, Number):
            return Match(0, (), lambda _: a) if self._same(a, b, letters) else None
        if isinstance(a, Big) and isinstance(b, Big):
            return self._bigs(a, b, letters) if a.op == b.op else None
        return self._parts(a, b, letters)

    def _opened(self, a: Node, b: Node, letters: Letters) -> Match:
        """What stands in parentheses beside what does, or doesn't."""
        inner = self.match(opened(a), opened(b), letters)

        def built(chosen: Chosen) -> Node:
            made = inner.built(chosen)
            if isinstance(a, Fenced) and is_round(a):
                return a if made is a.body else edited(a, body=made)
            return Fenced("(", ")", made) if made is not a and isinstance(made, Sum) and is_round(b) else made

        return Match(inner.cost, inner.found, built)

    def _same(self, a: Node, b: Node, letters: Letters) -> bool:
        """Whether both say the same, our letters called as the writer's."""
        if isinstance(a, Name) and isinstance(b, Name):
            one, other = self.scene.quantity(a), self.scene.quantity(b)
            if one is not None and other is not None:
                if (one.tensor, one.bar, one.transposed) != (other.tensor, other.bar, other.transposed):
                    return False
                slots = list(zip(one.slots, other.slots, strict=False))
                return len(one.slots) == len(other.slots) and all(self._texts(x, y, letters) for x, y in slots)
        return self._texts(a, b, letters)

    def _texts(self, a: Node | None, b: Node | None, letters: Letters) -> bool:
        if a is None or b is None:
            return a is b
        return self.said(a) == self.said(self.ours(b, letters))

    def said(self, node: Node) -> str:
        """A part in words."""
        if node not in self._said:
            self._said[node] = say(node)
        return self._said[node]

    def ours(self, node: Node, letters: Letters) -> Node:
        """A part of ours with the writer's letters."""
        used = self._used(node, letters)
        if not used:
            return node
        if (node, used) not in self._ours:
            self._ours[node, used] = with_letters(node, dict(used))
        return self._ours[node, used]

    def with_letter(self, node: Node, old: str, new: str) -> Node:
        """A part of the writer's with another letter; the same object each time, so that what it matches is kept."""
        key = (node, ((old, new),))
        if key not in self._ours:
            self._ours[key] = with_letters(node, {old: new})
        return self._ours[key]

    def _instead_costs(self, a: Node, b: Node) -> float:
        simple = isinstance(a, (Name, Number)) and isinstance(b, (Name, Number))
        return 1 + PART * self.size(b) + (0 if simple else PART * 4 * (self.size(a) + self.size(b)))

    def _instead(self, a: Node, b: Node, letters: Letters, cost: float) -> Match:
        """One for the other."""
        new = self.ours(b, letters)
        lost = 0 if isinstance(a, (Name, Number)) else self.size(a)
        found = Difference(lambda: f"{say(new)}, not {say(a)}", "exchange", a, new, lost)
        return Match(cost, (found,), lambda chosen: new if found in chosen else a)

    def _parts(self, a: Node, b: Node, letters: Letters) -> Match | None:
        """Two of one make with as many parts: each beside its own."""
        mine, own = children(a), children(b)
        if type(a) is not type(b) or len(mine) != len(own):
            return None
        if isinstance(a, Fenced) and isinstance(b, Fenced) and (a.opening, a.closing) != (b.opening, b.closing):
            return None
        inner = [self.match(x, y, letters) for x, y in zip(mine, own, strict=True)]
        return _together(a, inner)

    def _bigs(self, a: Big, b: Big, letters: Letters) -> Match | None:
        """Σ beside Σ: the letters are the same, whatever they are called; ranges and what is summed may differ."""
        own, mine = [[name for name, _, _ in bounds(big)] for big in (b, a)]
        if len(own) != len(mine):
            return None
        inside = _known(letters, dict(zip(own, mine, strict=True)))
        body = self.match(a.body, b.body, inside)
        head: list[Match] = []
        for one, other in ((a.subs, b.subs), (a.sups, b.sups)):
            if len(one) == len(other) and one:
                head += [self.match(x, y, inside) for x, y in zip(one, other, strict=True)]
            else:
                head += [Match(0, (), partial(_itself, x)) for x in one]
        return _together(a, [*head, body])


def with_letters(node: Node, names: Mapping[str, str]) -> Node:
    """A formula with other letters for some of its own."""
    own: dict[Node, Node] = {
        n: edited(n, base=names[spelled(n)], spelled="")
        for n in all_nodes(node)
        if isinstance(n, Name) and not n.subs and spelled(n) in names
    }
    return exchanged(node, own) if own else node


def _itself(node: Node, _: Chosen) -> Node:
    return node


def _together(a: Node, inner: Sequence[Match]) -> Match:
    """The same node over parts that are compared one by one."""
    found = tuple(d for match in inner for d in match.found)

    def built(chosen: Chosen) -> Node:
        after = tuple(match.built(chosen) for match in inner)
        same = all(x is y for x, y in zip(after, children(a), strict=True))
        return a if same else with_children(a, after)

    return Match(sum(match.cost for match in inner), found, built)


def _known(letters: Letters, more: Mapping[str, str]) -> Letters:
    return tuple(sorted({**dict(letters), **more}.items()))
