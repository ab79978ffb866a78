"""What stands in a node, line by line, and how large it is: the label, its value, its bar and its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from derive.document import Math, Operator, row
from derive.picture.glyphs import Set, typeset
from derive.picture.model import Node

SIZE, SMALLER, LABEL = 17.0, 13.0, 13.0
"""Points: of a node's label, of the lines below it, of what stands at an edge."""
PAD_X, PAD_Y, LEAST = 9.0, 5.0, 30.0
EQUALS = Operator("=", "relation")
Tone: TypeAlias = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a node: what is set, its size in points, and whether it belongs to the backward pass."""

    math: Math
    size: float
    tone: Tone

    @property
    def set(self) -> Set:
        return typeset(self.math)

    @property
    def height(self) -> float:
        return (self.set.up + self.set.down) * self.size


def node_lines(node: Node) -> tuple[TextLine, ...]:
    """h, its number below; in the second colour its bar, and that number."""
    found = [TextLine(node.label, SMALLER if node.kind == "words" else SIZE, "forward")]
    if node.value is not None:
        found.append(TextLine(node.value, SMALLER, "forward"))
    if node.bar is not None:
        bar = node.bar if node.signal is None else row(node.bar, EQUALS, node.signal)
        found.append(TextLine(bar, SMALLER + 1, "backward"))
    return tuple(found)


def node_size(node: Node) -> tuple[float, float]:
    lines = node_lines(node)
    width = max(line.set.width * line.size for line in lines) + 2 * PAD_X
    return max(width, LEAST), max(sum(line.height for line in lines) + 2 * PAD_Y, LEAST)


def label_size(label: Math) -> tuple[float, float]:
    found = typeset(label)
    return found.width * LABEL + 8, (found.up + found.down) * LABEL + 3
