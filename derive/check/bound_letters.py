"""The letters that a Σ binds, their ranges as they are written, and what it leaves out."""

from __future__ import annotations

from derive.check.forms import spelled
from derive.syntax.marks import flat
from derive.syntax.tree import Big, Fenced, List, Name, Node, Relation

Bound = tuple[str, Node | None, Node | None]
"""A letter that a Σ binds, its first and its last position where they are written."""


def bounds(node: Big) -> list[Bound]:
    """The letters that a Σ binds."""
    found: list[Bound] = []
    high = node.sups[0] if node.sups else None
    for item in node.subs:
        found.extend(_of_relation(item, high) if isinstance(item, Relation) else _of_letters(item, high))
    return found


def _of_letters(item: Node, high: Node | None) -> list[Bound]:
    return [(spelled(x), None, high) for x in flat((item,)) if isinstance(x, Name)]


def _of_relation(item: Relation, high: Node | None) -> list[Bound]:
    head = item.sides[0]
    if item.relations[0] in ("=", ":="):
        return [(spelled(head), item.sides[1], high)] if isinstance(head, Name) else []
    if item.relations[0] == "in":
        low, top = ends(item.sides[1])
        heads = head.items if isinstance(head, List) else (head,)
        return [(spelled(x), low, top) for x in heads if isinstance(x, Name)]
    between = len(item.sides) == 3
    one = item.sides[1] if between else head
    return [(spelled(one), None, high)] if isinstance(one, Name) else []


def ends(node: Node) -> tuple[Node | None, Node | None]:
    """The first and last of {1, …, N}."""
    body = node.body if isinstance(node, Fenced) else node
    return (body.items[0], body.items[-1]) if isinstance(body, List) and len(body.items) > 1 else (None, None)


def conditions(node: Big) -> list[Relation]:
    """What a Σ leaves out: Σ_{k ≠ i}."""
    return [x for x in node.subs if isinstance(x, Relation) and x.relations[0] not in ("=", ":=", "in")]
