"""What stands beside a statement and is none of its sides: equation numbers, shapes, words. All else belongs to a
formula that would be cut off there, and is refused: y − s. + 3x, y − s plus 3x."""

from __future__ import annotations

import re

from derive.syntax.commands import ALIGNED, PLAIN_WORDS
from derive.syntax.cursor import Chunk
from derive.syntax.tree import Dots, Fenced, Grid, List, Name, Node, Number, Relation, Scripted, Sum, Times, Words
from derive.syntax.unreadable import Unreadable

WORD = re.compile(r"[^\W\d_]+")
SIGNS = {
    "plus": "+", "added": "+", "minus": "−", "less": "−", "times": r"\cdot", "multiplied": r"\cdot",
    "divided": "/",
}  # fmt: skip
"""Words for a sign."""
FILLING = frozenset(["by", "to", "and", "or"])


def said_sign(words: Words) -> None:
    """Refuse \\text{ plus }, which would cut a formula in two."""
    said = WORD.findall(words.text.lower())
    if said and said[0] in SIGNS and all(word in SIGNS or word in FILLING for word in said):
        raise Unreadable(f"the sign “{words.text.strip()}” is written out", words.at, f"write `{SIGNS[said[0]]}`")


def may_stand(chunk: Chunk, words: Words | None, condition: bool) -> None:
    """Refuse a value that nothing joins to what stands before it; words: what is said right before it."""
    node = chunk.node
    if condition or isinstance(node, (Relation, Words, Dots)) or is_label(node, "quad" in chunk.before):
        return
    if words is not None and not chunk.before and _introduces(words, node):
        return
    shown = node.tex[:30] or "something"
    if chunk.before == {"stop"}:
        advice = r"write `\cdot` for a product, or leave it out"
        raise Unreadable(f"a full stop cuts off `{shown}`", chunk.start, advice)
    raise Unreadable(f"nothing says how `{shown}` belongs to what stands before it", chunk.start, "write a sign there")


def only_values(nodes: list[Node]) -> None:
    """Refuse a sum or a product that stands before or after the statements of a formula."""
    if not any(isinstance(node, Relation) for node in nodes):
        return
    met = False
    for node in nodes:
        met = met or isinstance(node, Relation)
        lone = isinstance(node, (Sum, Times)) or (met and not isinstance(node, (Relation, Words, Dots)))
        if lone and not is_label(node, True):
            shown = node.tex[:30] or "something"
            raise Unreadable(f"nothing says what `{shown}` is", max(node.at, 0), "write an equation")


def _introduces(words: Words, node: Node) -> bool:
    """Whether words lead to a value: by the rule for x; “und” leads to a name only."""
    said = WORD.findall(words.text.lower())
    if len(node.tex) > 3 and node.tex.isalpha():
        return True  # a word of prose
    if said and said[-1] in ("and", "or", "plus", "minus", "times"):
        return False
    return (bool(said) and said[-1] in PLAIN_WORDS) or isinstance(node, (Name, Number, Fenced, Scripted))


def is_label(node: Node, apart: bool) -> bool:
    """(3), and where a wide space stands before it (a), (3.1a), [N × K], [−4]."""
    if not isinstance(node, Fenced) or node.opening not in "([{":
        return isinstance(node, Times) and apart and all(join == "times" for join in node.joins) and _plain(node)
    return isinstance(node.body, Number) or (apart and _plain(node.body))


def _plain(node: Node) -> bool:
    if isinstance(node, Times):
        return set(node.joins) <= {"", "times"} and all(_plain(factor) for factor in node.factors)
    if isinstance(node, Sum):
        return isinstance(node.terms[0], Number) and len(node.terms) == 1
    if isinstance(node, List):
        return all(_plain(item) for item in node.items)
    return isinstance(node, (Name, Number, Words)) and not getattr(node, "accents", ())


def statements_of(node: Node) -> tuple[Node, ...]:
    """An aligned block alone is its rows, and so is a system of equations in a brace."""
    inner = node.body if isinstance(node, Fenced) and node.opening == "{" and node.closing == "." else node
    if isinstance(inner, Grid):
        cells = tuple(cell for row in inner.rows for cell in row)
        shown = [cell for cell in cells if not isinstance(cell, Dots) or cell.tex]
        if inner.environment in ALIGNED or all(isinstance(cell, Relation) for cell in shown):
            return cells if inner.environment in ALIGNED else tuple(shown)
    return (node,)
