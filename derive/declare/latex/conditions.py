"""What stands beside an equation: for t = 1, …, T."""

from __future__ import annotations

from derive.declare.latex.asked import shown
from derive.declare.latex.base import Base
from derive.declare.latex.blocks import Written
from derive.declare.latex.text import Text, text
from derive.syntax.trailing import is_label
from derive.syntax.tree import Dots, Fenced, List, Name, Node, Relation, Times, Words
from derive.syntax.unreadable import Unreadable


def ranges(writer: Base, written: Written) -> list[Text]:
    """t = 1..T for each range beside an equation. Words name the equation or lead to a range."""
    found: list[Text] = []
    for condition in written.statement.conditions:
        if isinstance(condition, Words):
            _said(condition)
        elif isinstance(condition, Relation):
            found.append(_range(writer, condition))
        elif not (is_label(condition, True) or isinstance(condition, Name) or _is_list(condition)):
            raise Unreadable(f"{shown(condition)} beside an equation is no range", max(condition.at, 0), FOR)
    return found


FOR = r"write `\text{for } t = 1, \dots, T`"
HEDGES = frozenset(
    ["if", "when", "whenever", "unless", "otherwise", "else", "except", "only", "not", "given", "assuming"]
)
"""Words that would say when an equation holds, and are no range."""


def _said(words: Words) -> None:
    said = [word.strip(".,;:()").lower() for word in words.text.split()]
    if HEDGES & {*said}:
        what = f"{shown(words)} says when the equation holds, and is no range"
        raise Unreadable(what, max(words.at, 0), rf"{FOR}, or \begin{{cases}}")


def _is_list(node: Node) -> bool:
    return isinstance(node, List) and all(isinstance(item, Name) for item in node.items)


def _range(writer: Base, node: Relation) -> Text:
    """t = 1, …, T;  t = 1..T;  1 ≤ t ≤ T;  t ∈ {1, …, T}."""
    sides, relations = node.sides, node.relations
    if relations == ("<=", "<=") and isinstance(sides[1], Name):
        return _ends(writer, sides[1], sides[0], sides[2], node)
    if len(sides) == 2 and relations[0] in ("=", "in") and isinstance(sides[0], Name):
        ends = _from_to(sides[1].body if isinstance(sides[1], Fenced) else sides[1])
        if ends is not None:
            return _ends(writer, sides[0], *ends, node)
    raise Unreadable(f"{shown(node)} beside an equation is no range", max(node.at, 0), FOR)


def _from_to(node: Node) -> tuple[Node, Node] | None:
    if isinstance(node, List) and len(node.items) >= 3 and any(isinstance(item, Dots) for item in node.items[1:-1]):
        return node.items[0], node.items[-1]
    if isinstance(node, Times) and len(node.factors) == 3 and isinstance(node.factors[1], Dots):
        return node.factors[0], node.factors[2]
    return None


def _ends(writer: Base, letter: Name, low: Node, high: Node, node: Relation) -> Text:
    return text(node.at, text(letter.at, letter.base), " = ", writer.write(low), "..", writer.write(high))
