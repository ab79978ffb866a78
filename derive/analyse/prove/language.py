"""Conditions as people write them, read by a grammar: `y == 1 iff x[1] < x[2]`, `z in [-1, 1]`, `p and not q`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from derive.errors import DeriveError, Place, Problem

LONGEST = 2000
"""Characters of a condition."""

DEEPEST = 40
"""Brackets inside one another."""

CHAINS = frozenset({"boolean", "implies", "either", "both", "compared", "sum", "product"})
"""Nodes that are what their one part is, where they have one."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a condition: its kind, its parts, its own word (a name, a number, an operator)."""

    kind: str
    parts: tuple[Node, ...] = ()
    word: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition or a formula as it was written: its tree, and where it stands."""

    text: str
    root: Node
    place: Place | None = field(default=None, compare=False)

    def wrong(self, what: str, mend: str = "") -> DeriveError:
        return DeriveError(Problem(self.place, f"`{self.text}`: {what}", mend))


@cache
def _grammar() -> Any:
    from lark import Lark

    text = Path(__file__).with_name("language.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", maybe_placeholders=False)


def parse(text: str, place: Place | None = None) -> Condition:
    """The tree of a condition. Raises DeriveError."""
    from lark.exceptions import UnexpectedInput

    written = " ".join(text.split())
    if len(written) > LONGEST or _depth(written) > DEEPEST:
        raise DeriveError(Problem(place, f"this condition is too long: more than {LONGEST} characters or {DEEPEST} ("))
    try:
        return Condition(written, _node(_grammar().parse(written)), place)
    except UnexpectedInput as error:
        raise DeriveError(_unexpected(written, place, error)) from None


def _unexpected(text: str, place: Place | None, error: Any) -> Problem:
    at = error.pos_in_stream
    ends = at is None or at >= len(text) or getattr(getattr(error, "token", None), "type", "") == "$END"
    what = "it ends too early" if ends else f"`{text[at:].split()[0]}` cannot stand here"
    slip = "; equality is `==`" if not ends and text[at] == "=" else ""
    mend = f"write comparisons with and, or, not, iff: `y == 1 iff x[1] < x[2]`{slip}"
    shown = "" if ends else f"    {text}\n    {' ' * at}^"
    return Problem(place, f"`{text}` is no condition: {what}", mend, None, shown)


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return max(deepest, text.count("- -"), text.count("--"), text.count("not not"))


def _node(tree: Any) -> Node:
    if not hasattr(tree, "data"):
        return Node("word", (), str(tree))
    parts = tuple(_node(child) for child in tree.children)
    kind = str(tree.data)
    if kind in CHAINS and len(parts) == 1:
        return parts[0]
    if kind in ("number", "name", "entry", "slice", "call"):
        return Node(kind, parts[1:], parts[0].word)
    if kind == "negative":
        return Node(kind, parts[1:])
    return Node(kind, parts)


def names(node: Node) -> frozenset[str]:
    """The quantities that a condition reads."""
    own = frozenset({node.word}) if node.kind in ("name", "entry", "slice") else frozenset()
    return own.union(*(names(part) for part in node.parts))


def slices(node: Node) -> tuple[Node, ...]:
    """The parts of vectors that a condition reads, x[1..3], each once, in its order."""
    own = (node,) if node.kind == "slice" else ()
    return tuple(dict.fromkeys((*own, *(found for part in node.parts for found in slices(part)))))
