"""What stands beside a claim: the ranges of its letters, i = 1, …, N or 1 ≤ i ≤ N, and where it holds, k ≠ t."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from derive.check.bound_letters import Bound, ends
from derive.check.forms import spelled
from derive.syntax.cursor import beside as side_by_side
from derive.syntax.tree import Dots, List, Name, Node, Number, Relation, Sum, Times


def ranges_of(conditions: Sequence[Node]) -> tuple[Bound, ...]:
    """The ranges that stand beside a claim: l = 2, …, L; i = 1..N; 1 ≤ i ≤ N; t < T."""
    found: dict[str, tuple[Node | None, Node | None]] = {}
    for name, low, high in (one for c in conditions if isinstance(c, Relation) for one in _range_of(c)):
        first, last = found.get(name, (None, None))
        found[name] = (low or first, high or last)
    return tuple((name, *both) for name, both in found.items() if any(both))


def orders_of(conditions: Sequence[Node]) -> tuple[Relation, ...]:
    """The conditions that compare, k ≠ t, and give no range."""
    return tuple(c for c in conditions if isinstance(c, Relation) and set(c.relations) <= COMPARED and not _lists(c))


def _lists(one: Relation) -> bool:
    return bool(tuple(_range_of(one))) and one.relations[0] not in BETWEEN


def _range_of(one: Relation) -> Iterator[Bound]:
    head, last = one.sides[0], one.sides[-1]
    if one.relations[0] in BETWEEN:
        yield from _between(one)
    elif isinstance(head, List):
        first = [n for n, item in enumerate(head.items) if isinstance(item, Name)]
        for n in first:
            yield from _range_of(replace(one, sides=(head.items[n], *one.sides[1:])))
    elif isinstance(head, Name) and one.relations[0] == "=" and isinstance(last, List) and len(last.items) > 2:
        yield spelled(head), last.items[0], last.items[-1]
    elif isinstance(head, Name) and one.relations[0] == "=" and isinstance(last, Times):
        dots = [n for n, factor in enumerate(last.factors) if isinstance(factor, Dots)]
        if len(dots) == 1 and 0 < dots[0] < len(last.factors) - 1:
            low, high = last.factors[: dots[0]], last.factors[dots[0] + 1 :]
            yield spelled(head), _product(low), _product(high)
    elif isinstance(head, Name) and one.relations[0] == "in":
        yield spelled(head), *ends(last)


COMPARED = frozenset(["=", "!=", "<", "<=", ">", ">="])
BETWEEN: Mapping[str, tuple[bool, int]] = {"<=": (True, 0), "<": (True, 1), ">=": (False, 0), ">": (False, 1)}
"""Whether the smaller side stands first, and how far apart integers are at least."""


def _between(one: Relation) -> Iterator[Bound]:
    """The ends of each letter in 1 ≤ i < N, or i ≥ 2."""
    for left, right, relation in zip(one.sides, one.sides[1:], one.relations, strict=False):
        if relation not in BETWEEN:
            continue
        up, gap = BETWEEN[relation]
        small, large = (left, right) if up else (right, left)
        if _may_run(small) and isinstance(small, Name):
            yield spelled(small), None, _moved(large, "-", gap)
        if _may_run(large) and isinstance(large, Name):
            yield spelled(large), _moved(small, "+", gap), None


def _may_run(node: Node) -> bool:
    return isinstance(node, Name) and not (node.accents or node.subs or node.sups or node.primes)


def _moved(node: Node, sign: Literal["+", "-"], gap: int) -> Node:
    return Sum((node, Number(str(gap))), ("+", sign), at=node.at) if gap else node


def _product(factors: tuple[Node, ...]) -> Node:
    return factors[0] if len(factors) == 1 else Times(factors, side_by_side(factors))


def ends_of(relation: Relation) -> tuple[Node, ...]:
    """1, …, H of h = 1, …, H, or of i, j = 1, …, H, for letters that stand alone."""
    head, last = relation.sides[0], relation.sides[-1]
    letters = head.items if isinstance(head, List) else (head,)
    alone = all(isinstance(one, Name) and not one.accents and not one.primes for one in letters)
    whole = len(relation.sides) == 2 and isinstance(last, List) and len(last.items) > 2 and alone
    return last.items if whole and isinstance(last, List) and isinstance(last.items[0], Number) else ()
