"""Parts of a syntax tree exchanged for others: what does not change keeps its identity, and so its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from derive.syntax.tree import (
    Big,
    Fenced,
    Fraction,
    Grid,
    List,
    Name,
    Node,
    Product,
    Relation,
    Root,
    Scripted,
    Sum,
    Times,
    children,
    edited,
)


def exchanged(node: Node, new: Mapping[Node, Node], path: frozenset[Node] | None = None) -> Node:
    """The tree with some nodes exchanged for others; in what is put in, the rest of the exchanges go on.

    path: the nodes above those that are exchanged, these among them, so that nothing is searched for them elsewhere.
    """
    if node in new:
        rest = {old: one for old, one in new.items() if old is not node}
        return exchanged(new[node], rest, path) if rest else new[node]
    if not new or (path is not None and node.tex and node not in path):
        return node
    before = children(node)
    after = tuple(exchanged(child, new, path) for child in before)
    if all(a is b for a, b in zip(after, before, strict=True)):
        return node
    return with_children(node, after)


def swapped(node: Node, one: Node, other: Node) -> Node:
    """The tree with two of its nodes in each other's place."""
    before = children(node)
    after = tuple(other if child is one else one if child is other else swapped(child, one, other) for child in before)
    return node if all(a is b for a, b in zip(after, before, strict=True)) else with_children(node, after)


def with_children(node: Node, new: Sequence[Node]) -> Node:
    """The same node over other children, which are given in the order of `children`."""
    parts = tuple(new)
    match node:
        case Name():
            count = len(node.subs)
            return edited(node, subs=parts[:count], sups=parts[count:])
        case Scripted():
            count = 1 + len(node.subs)
            return edited(node, body=parts[0], subs=parts[1:count], sups=parts[count:])
        case Big():
            count = len(node.subs)
            return edited(node, subs=parts[:count], sups=parts[count:-1], body=parts[-1])
        case Sum():
            return edited(node, terms=parts)
        case Times():
            return edited(node, factors=parts)
        case Fraction():
            return edited(node, top=parts[0], bottom=parts[1])
        case Root():
            return edited(node, body=parts[0], index=parts[1] if len(parts) > 1 else None)
        case Fenced():
            return edited(node, body=parts[0])
        case List():
            return edited(node, items=parts)
        case Grid():
            waiting = iter(parts)
            return edited(node, rows=tuple(tuple(next(waiting) for _ in row) for row in node.rows))
        case Relation():
            return edited(node, sides=parts)
        case _:
            return node


def all_nodes(node: Node) -> Iterator[Node]:
    """A node and all below it, in reading order."""
    left = [node]
    while left:
        met = left.pop()
        yield met
        left += reversed(tuple(children(met)))


def same(a: Node, b: Node) -> bool:
    """Whether two formulas are written with the same parts."""
    if type(a) is not type(b) or len(children(a)) != len(children(b)) or _parts(a) != _parts(b):
        return False
    return all(same(x, y) for x, y in zip(children(a), children(b), strict=True))


def _parts(node: Node) -> list[Any]:
    """What a node has beside its children, where it stands and how it was spelled."""
    skipped = ("tex", "at", "spelled", "face")
    values = [(f.name, getattr(node, f.name)) for f in fields(node) if f.name not in skipped]
    plain = [(name, v) for name, v in values if isinstance(v, (str, int))]
    return [*plain, *((name, v) for name, v in values if isinstance(v, tuple) and all(isinstance(x, str) for x in v))]


def product(factors: Sequence[Node], joins: Sequence[str]) -> Node:
    """Factors side by side as one node; one factor is itself. Products among them are taken apart where that says the
    same: what stands side by side."""
    flat: list[Node] = []
    signs: list[str] = []
    for n, factor in enumerate(factors):
        before = [joins[n - 1]] if n else []
        if isinstance(factor, Times) and not any(factor.joins):
            flat.extend(factor.factors)
            signs.extend([*before, *factor.joins])
        else:
            flat.append(factor)
            signs.extend(before)
    return flat[0] if len(flat) == 1 else Times(tuple(flat), tuple(signs))  # type: ignore[arg-type]


def without(node: Times, start: int, stop: int) -> Node:
    """A product without some of its factors."""
    factors = (*node.factors[:start], *node.factors[stop:])
    joins = (*node.joins[:start], *node.joins[stop:]) if start else node.joins[stop:]
    return factors[0] if len(factors) == 1 else edited(node, factors=factors, joins=joins[: len(factors) - 1])


def inserted(node: Node, place: int, factor: Node, join: str) -> Node:
    """A product with one more factor before its n-th one, or at its end."""
    if not isinstance(node, Times):
        return product((factor, node) if place == 0 else (node, factor), (join,))
    factors = (*node.factors[:place], factor, *node.factors[place:])
    at = max(0, place - 1)
    joins = (*node.joins[:at], join, *node.joins[at:]) if place else (join, *node.joins)
    return edited(node, factors=factors, joins=joins)


def atoms_joined(atoms: Sequence[Node]) -> tuple[Node, ...]:
    """Atoms of a script as the script: one node."""
    if not atoms:
        return ()
    beside: list[Product] = [""] * (len(atoms) - 1)
    return (Times(tuple(atoms), tuple(beside)),) if beside else (atoms[0],)


def tidied(node: Node) -> Node:
    """Products that edits put into products, without parentheses of their own."""
    if node.tex:
        return node
    after = tuple(tidied(child) for child in children(node))
    if any(a is not b for a, b in zip(after, children(node), strict=True)):
        node = with_children(node, after)
    if not isinstance(node, Times) or not any(_is_loose(factor) for factor in node.factors):
        return node
    factors: list[Node] = []
    joins: list[Product] = []
    for n, factor in enumerate(node.factors):
        inner = factor if isinstance(factor, Times) and _is_loose(factor) else Times((factor,), ())
        joins += [*([node.joins[n - 1]] if n else []), *inner.joins]
        factors += inner.factors
    return edited(node, factors=tuple(factors), joins=tuple(joins))


def _is_loose(node: Node) -> bool:
    return isinstance(node, Times) and not any(node.joins)
