"""What cannot be read as one thing: the message, with the spellings that decide."""

from __future__ import annotations

import re

from derive.syntax.tree import Node, Times
from derive.syntax.unreadable import Unreadable


class Asked(Unreadable):
    """A formula with two readings: what they are, and a spelling for each."""

    def __init__(self, node: Node, what: str, first: str, second: str) -> None:
        super().__init__(what, max(node.at, 0), f"write {first}, or {second}")


def shown(node: Node) -> str:
    """What was written, for a message."""
    tex = " ".join(node.tex.split())
    return f"`{tex if len(tex) <= 60 else tex[:59] + '…'}`" if tex else "this"


def turned(node: Node) -> str:
    """What was written, transposed; a transpose of its own is dropped."""
    tex = bare(node)
    if isinstance(node, Times):
        return rf"({tex})^\top"
    plain = re.sub(r"\^\s*(?:T|\\top|\{\s*(?:T|\\top)\s*\})$", "", tex)
    return plain if plain != tex else f"{tex}^\\top"


def bare(node: Node) -> str:
    """What was written, to stand in a suggestion."""
    tex = " ".join(node.tex.split())
    return tex if 0 < len(tex) <= 60 else "a"
