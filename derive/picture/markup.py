"""Mathematics in the few tags that labels of Graphviz and Mermaid know: bold, italic, raised, lowered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from derive.document import Math, Over, Script, Symbol
from derive.picture.lines import TextLine
from derive.render.plain import Paper

Escape: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Markup(Paper):
    """escape: how a target spells its own signs.  small: around what is raised or lowered, where it is not smaller.
    space: what is written for one.
    """

    escape: Escape = str
    small: tuple[str, str] = ("", "")
    space: str = " "

    def label(self, box: Math) -> str:
        """A box as a label, the spaces between its tags as this target keeps them."""
        return re.sub("(<[^>]*>)| ", lambda met: met[1] or self.space, self.math(box))

    def _text(self, text: str) -> str:
        return self.escape(text)

    def _symbol(self, box: Symbol) -> str:
        text = self.escape(Paper().math(box))
        slanted = box.face == "italic" and len(box.text) == 1 and box.text.isalpha()
        tag = "B" if box.face == "bold" else "I" if slanted else ""
        return _in(tag, text) if tag else text

    def _script(self, box: Script) -> str:
        raised = self._moved("SUP", box.sup) if box.sup is not None else ""
        lowered = self._moved("SUB", box.sub) if box.sub is not None else ""
        return self.math(box.base) + raised + lowered

    def _over(self, box: Over) -> str:
        inner: Math = box
        while isinstance(inner, Over):
            inner = inner.base
        marked = self.escape(Paper().math(box))
        return _in("B", marked) if isinstance(inner, Symbol) and inner.face == "bold" else marked

    def _below(self, sub: Math) -> str:
        return self._moved("SUB", sub)

    def _limit(self, upper: Math) -> str:
        return self._moved("SUP", upper)

    def _moved(self, tag: str, box: Math) -> str:
        """Scripts of scripts are letters, for Graphviz makes no valid SVG of tags in one another."""
        opening, closing = self.small
        body = self._tight(box)
        body = self.escape(Paper()._tight(box)) if "<SU" in body else body
        return _in(tag, f"{opening}{body}{closing}")


def _in(tag: str, body: str) -> str:
    return f"<{tag}>{body}</{tag}>"


def lines(node_lines: tuple[TextLine, ...], paper: Markup, coloured: Callable[[str], str], between: str) -> str:
    """What stands in a node, what belongs to the backward pass in its colour."""
    shown = [(paper.label(line.math), line.tone) for line in node_lines]
    return between.join(coloured(text) if tone == "backward" else text for text, tone in shown)
