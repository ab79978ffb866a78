"""How two formulas differ, as data: differences that can be mended one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from derive.check.mistakes.scene import Scene
from derive.syntax.tree import Fenced, Node

Letters: TypeAlias = tuple[tuple[str, str], ...]
"""(our letter of a sum, the writer's one)."""
MOST = 2_500
"""How many pairs of parts are compared in one search."""
DEEPEST = 60
"""How deep parts may stand in one another."""
NEAR = 1.5
"""Parts of one make that are as near as this have one difference; no other way can have fewer."""
PART = 0.02
"""What each part of something that is put in counts, beside the difference itself."""
FAR = 9.0
"""More than any two formulas that are worth comparing differ."""


@dataclass(frozen=True, eq=False, slots=True)
class Difference:
    """said: it in words.  old: what stands there, new: what belongs there, where it is one part for another.  lost: how
    many parts of what is written it takes away."""

    said: Callable[[], str]
    kind: str
    old: Node | None = None
    new: Node | None = None
    lost: int = 0


Chosen: TypeAlias = "frozenset[Difference]"


@dataclass(frozen=True, eq=False, slots=True)
class Match:
    """How far two formulas are apart; built: the writer's formula with some of the differences mended."""

    cost: float
    found: tuple[Difference, ...]
    built: Callable[[Chosen], Node]


class Spent(Exception):
    """More has been compared than may be."""


class Comparing(Protocol):
    """What compares parts with each other."""

    scene: Scene

    def match(self, a: Node, b: Node, letters: Letters = ()) -> Match: ...
    def size(self, node: Node) -> int: ...
    def sums(self, node: Node) -> int: ...
    def said(self, node: Node) -> str: ...
    def ours(self, node: Node, letters: Letters) -> Node: ...
    def spelled_in(self, node: Node) -> frozenset[str]: ...
    def with_letter(self, node: Node, old: str, new: str) -> Node: ...


def is_round(node: Node) -> bool:
    return isinstance(node, Fenced) and (node.opening, node.closing) == ("(", ")")


def opened(node: Node) -> Node:
    """What stands in parentheses, if it does."""
    return node.body if isinstance(node, Fenced) and is_round(node) else node
