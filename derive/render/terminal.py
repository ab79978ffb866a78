"""A document as text for a terminal: h̄_j = r_j + Σ_{i=1}^N ȳ_i w⁽²⁾_ij, wrapped at = and + to a width.

`ascii` spells everything in plain letters: hbar_j = r_j + sum_{i=1}^N ybar_i w2_ij. `colour` makes vectors bold and
what is said beside the equations dim.
"""

from __future__ import annotations

import re
import unicodedata

from derive.document import Block, Chain, Code, Display, Document, Heading, Items, Math, Prose, Table, Together, Words
from derive.render.plain import Paper, cells
from derive.render.table import table_lines
from derive.render.wrap import Piece, is_relation, lines, pieces

INDENT = "  "
GLUE = "\u2060"
"""Stands for a space inside mathematics while prose is wrapped."""
ALIGNED = 24
"""Left sides are aligned at their relation up to this width."""
STYLES = {
    "title": "1", "": "1;36", "dim": "2", "good": "1;32", "bad": "1;31", "unsure": "1;33", "follows": "1;33",
    "hint": "1;36",
}  # fmt: skip
SIGNS = {"good": "✓ ", "bad": "✗ ", "unsure": "? ", "follows": "→ "}
"""What stands before news on a terminal; in a file and in ASCII the words alone say it."""


def terminal(
    document: Document, width: int = 80, colour: bool = False, ascii: bool = False, signs: bool = False
) -> str:
    """The document, every line but unbreakable ones at most `width` cells wide; signs: ✓ and ✗, as always in colour."""
    page = _Page(Paper(ascii, colour), max(width, 20), (signs or colour) and not ascii)
    parts = [page.title(document.title)] if document.title else []
    parts += [page.block(block) for block in document.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def text(box: Math, ascii: bool = False) -> str:
    """One box as plain text."""
    return _normal(Paper(ascii, False).math(box))


def equation(chain: Chain, ascii: bool = False) -> str:
    """A chain as plain text on one line."""
    paper = Paper(ascii, False)
    links = [paper.math(chain.left), *(f"{chain.relation.text} {paper.math(right)}" for right in chain.rights)]
    return _normal(" ".join(links) + _condition(chain, paper))


def _condition(chain: Chain, paper: Paper) -> str:
    return f",  {paper.math(chain.condition)}" if chain.condition is not None else ""


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _folded(line: str, room: int) -> list[str]:
    """A line in lines of so many cells, broken at spaces where there are some."""
    out = [""]
    for word in re.split(r"(?<= )", line):
        while cells(out[-1] + word.rstrip()) > room and (out[-1] or cells(word) > room):
            if out[-1]:
                out.append("")
                continue
            out[-1], word = word[:room], word[room:]
            out.append("")
        out[-1] += word
    return [text.rstrip() for text in out]


def _hanging(line: str, room: int) -> list[str]:
    """A line in lines, those after the first further in."""
    if len(_folded(line, room)) < 2:
        return _folded(line, room)
    first, *rest = _folded(line, room - len(INDENT))
    return [first, *(INDENT + part for part in rest)]


class _Page:
    """A sheet of a given width."""

    def __init__(self, paper: Paper, width: int, signs: bool = False) -> None:
        self.paper, self.width, self.signs = paper, width, signs

    def title(self, words: str) -> str:
        lines = self._wrapped((words,), "").split("\n")
        rule = self._styled(self._rule(max(lines, key=cells)), "dim")
        return "\n".join([*(self._styled(line, "title") for line in lines), rule])

    def _rule(self, text: str) -> str:
        return ("=" if self.paper.ascii else "═") * min(cells(text), self.width)

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.paper.colour else text

    def block(self, block: Block) -> str:
        if isinstance(block, Together):
            return "\n".join(self.block(part) for part in block.blocks)
        if isinstance(block, Display):
            return self._display(block)
        if isinstance(block, Heading):
            return self._toned((block.text,), block.tone)
        if isinstance(block, Prose):
            return self._toned(block.words, block.tone) if block.tone else self._wrapped(block.words, "")
        if isinstance(block, Items):
            return "\n".join(self._wrapped(item, "- " if self.paper.ascii else "• ") for item in block.items)
        return self._table(block) if isinstance(block, Table) else self._code(block)

    def _toned(self, words: Words, tone: str) -> str:
        """News in its colour, line by line, its sign before it."""
        lines = self._wrapped(words, self._sign(tone)).split("\n")
        return "\n".join(self._styled(line, tone) for line in lines)

    def _sign(self, tone: str) -> str:
        return SIGNS.get(tone, "") if self.signs else ""

    def _words(self, words: Words) -> str:
        return _normal("".join(self.paper.words(w) if isinstance(w, str) else self.paper.math(w) for w in words))

    def _wrapped(self, words: Words, bullet: str) -> str:
        """Prose, broken at spaces; a piece of mathematics stays on one line."""
        glued = [self.paper.words(w) if isinstance(w, str) else self.paper.math(w).replace(" ", GLUE) for w in words]
        lines = [bullet]
        for word in _normal("".join(glued)).split():
            spaced = word if lines[-1] in (bullet, " " * len(bullet)) else " " + word
            if cells((lines[-1] + spaced).replace(GLUE, " ")) > self.width and spaced != word:
                lines.append(" " * len(bullet) + word)
            else:
                lines[-1] += spaced
        return "\n".join(lines).replace(GLUE, " ")

    def _code(self, block: Code) -> str:
        room = self.width - len(INDENT)
        lines = [part for line in block.text.splitlines() for part in _hanging(self.paper.words(line), room)]
        return "\n".join(INDENT + line for line in lines)

    def _table(self, table: Table) -> str:
        rows = [[self._words(cell) for cell in line] for line in (table.head, *table.rows)]
        return "\n".join(INDENT + line for line in table_lines(rows, self.width - len(INDENT)))

    def _display(self, display: Display) -> str:
        lefts = [self.paper.math(chain.left) for chain in display.chains]
        column = min(max(map(cells, lefts), default=0), ALIGNED)
        return "\n".join(self._chain(chain, left, column) for chain, left in zip(display.chains, lefts, strict=True))

    def _chain(self, chain: Chain, left: str, column: int) -> str:
        if not chain.rights:
            said = self._styled(self.paper.words(chain.words), "dim")
            return _normal(INDENT + " " * (column - cells(left)) + left + " " + said)
        sequence: list[Piece] = []
        for right in chain.rights:
            sequence += [*pieces(chain.relation), *pieces(right)]
        start = len(INDENT) + max(column, cells(left))
        inner = " " * (len(INDENT) + column)
        tail = self._tail(chain)
        room = self.width - cells(tail)
        widths = [cells(text) for text in self.paper.pieces(sequence)]
        broken = lines(sequence, widths, room - start, room - len(inner) - 2)
        texts = self._texts(broken)
        if any(cells(text) > room - len(inner) - 3 for text in texts[1:]):  # a dot in front takes more than a space
            broken = lines(sequence, widths, room - start, room - len(inner) - 4)
            texts = self._texts(broken)
        first = INDENT + " " * (column - cells(left)) + left + " " + texts[0]
        margins = [inner + (" " if is_relation(line[0]) else "   ") for line in broken[1:]]
        rest = [margin + text for margin, text in zip(margins, texts[1:], strict=True)]
        return _normal("\n".join([first, *rest])) + tail

    def _texts(self, broken: list[list[Piece]]) -> list[str]:
        return ["".join(self.paper.pieces(line)).strip() for line in broken]

    def _tail(self, chain: Chain) -> str:
        value = f"   [{self.paper.math(chain.value)}]" if chain.value is not None else ""
        said = _condition(chain, self.paper) + value
        return self._styled(_normal(said), "dim") if said else ""
