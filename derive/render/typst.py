"""A document as Typst markup with Typst's own mathematics; lines break where those of LaTeX do.

The fonts are those that come with Typst, so that a page looks alike everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from derive.document import (
    Block,
    Chain,
    Code,
    Display,
    Document,
    Fraction,
    Heading,
    Items,
    Math,
    Prose,
    Table,
    Together,
    Words,
)
from derive.render.aligned import Broken, broken, room_of
from derive.render.typst_math import fence, large, math, quoted, side_by_side
from derive.render.typst_symbols import ESCAPED
from derive.render.wrap import Edge, Piece, is_relation

HEAD = """\
#set page(paper: "a4", margin: 2.5cm, numbering: "1")
#set text(font: ("New Computer Modern", "New Computer Modern Math", "DejaVu Sans Mono"), size: 11pt)
#set par(justify: true)
#set table(stroke: none, inset: (x: 6pt, y: 3pt))
#set list(indent: 1em)
#show heading: set block(above: 1.5em, below: 1em)
#show raw.where(block: true): set text(size: 8.8pt)
#show math.equation.where(block: true): set block(breakable: true)
#show math.equation.where(block: true): set par(leading: 0.9em)
#let lead(words) = block(sticky: true, words)
#let whole(display) = { show math.equation.where(block: true): set block(breakable: false); display }
#let wide(part) = measure(math.equation(block: true, part.body)).width
#let groups(..all) = context {
  let rows = all.pos().flatten().chunks(2)
  let (left, right) = range(2).map(side => calc.max(..rows.map(row => wide(row.at(side)))))
  let line((a, b)) = h(left - wide(a)) + a.body + $&$.body + b.body + h(right - wide(b))
  for group in all.pos() {
    let lines = group.chunks(2)
    let shown = math.equation(block: true, lines.map(line).join(linebreak()))
    block(width: 100%, above: 0.9em, below: 0.9em, breakable: lines.len() > 20, shown)
  }
}
"""
LISTED = re.compile(r"^(\d+)([.)])")
"""What begins a numbered list, where it begins a paragraph."""
SHORT = 8
"""Lines of a display that stay on one page; a longer one is set in groups of lines as wide as all of them together."""
Line: TypeAlias = tuple[str, str]
"""What stands left of the relation, and the rest."""
LEVELS = {1: "=", 2: "==", 3: "==="}


def typst(document: Document) -> str:
    """The whole document."""
    title = f'#align(center, text(size: 15pt, weight: "bold")[{escaped(document.title)}])\n\n'
    return f"{head(document.title)}\n{title if document.title else ''}{body(document)}"


def head(title: str) -> str:
    """What stands before the text. No date: the same document gives the same bytes."""
    return f"#set document(title: {quoted(title)}, date: none)\n{HEAD}"


def body(document: Document) -> str:
    """The blocks, without title."""
    return "".join(_followed(block, then) for block, then in pairwise((*document.blocks, Prose(()))))


def _followed(block: Block, then: Block) -> str:
    """A block; what announces a display stays on its page."""
    text = _block(block)
    return f"#lead[{text}]\n" if isinstance(block, Prose) and isinstance(then, Display) else f"{text}\n\n"


def _block(block: Block) -> str:
    if isinstance(block, Display):
        return _display(block)
    if isinstance(block, Heading):
        return f"{LEVELS.get(block.level, '====')} {escaped(block.text)}"
    if isinstance(block, Prose):
        return _paragraph(words(block.words))
    if isinstance(block, Together):
        return body(Document("", block.blocks)).rstrip()
    if isinstance(block, Items):
        return "\n".join(f"- {_paragraph(words(item))}" for item in block.items)
    if isinstance(block, Code):
        return "#" + raw(block.text, block.language)
    return _table(block)


def raw(text: str, language: str) -> str:
    """Text as it was typed, as a call."""
    return f"raw({_typed(text)}, block: true, lang: {quoted(language or 'text')})"


def _typed(text: str) -> str:
    return "\\n".join(quoted(line)[1:-1] for line in text.split("\n")).join('""')


def _paragraph(text: str) -> str:
    return LISTED.sub(r"\1\\\2", text)


def _table(table: Table) -> str:
    head, *rows = [", ".join(f"[{words(cell)}]" for cell in line) for line in (table.head, *table.rows)]
    lines = [f"columns: {len(table.head)}", "align: left", f"table.header({head})", "table.hline(stroke: 0.5pt)", *rows]
    return "#align(center, table(\n" + "".join(f"  {line},\n" for line in lines) + "))"


def words(text: Words) -> str:
    """Prose with mathematics in it."""
    return "".join(escaped(part) if isinstance(part, str) else f"${_inline(part)}$" for part in text)


def _inline(box: Math) -> str:
    """In a line of text a fraction is written a/b, so that it stays readable."""
    return f"{math(box.top)} slash {math(box.bottom)}" if isinstance(box, Fraction) else math(box)


def escaped(text: str) -> str:
    """Text that prints as it stands."""
    return "".join(f"\\{c}" if c in ESCAPED else c for c in " ".join(text.split("\n")))


def _display(display: Display) -> str:
    room = room_of(display)
    chains = [_chain(chain, room) for chain in display.chains]
    written = [f"{left} {right}".lstrip() for lines in chains for left, right in lines]
    return _groups(chains) if len(written) > SHORT else "#whole[$ " + " \\\n  ".join(written) + " $]"


def _groups(chains: Sequence[Sequence[Line]]) -> str:
    """The lines of a chain stay together, and the first two chains, and the last two."""
    first, *others = (
        chains if len(chains) < 4 else [[*chains[0], *chains[1]], *chains[2:-2], [*chains[-2], *chains[-1]]]
    )
    sides = [[f"${side.removeprefix('&').strip()}$" for line in group for side in line] for group in (first, *others)]
    return "#groups(\n" + "".join(f"  ({', '.join(group)}),\n" for group in sides) + ")"


def _chain(chain: Chain, room: float) -> list[Line]:
    """The lines of a chain, aligned at the first relation."""
    if not chain.rights:
        return [(math(chain.left), f"& quad {quoted(chain.words)}")]
    found = broken(chain, room)
    rights = [_line(part, found) for part in found.lines]
    rights[-1] += _tail(chain)
    return list(zip([math(chain.left), *[""] * (len(rights) - 1)], rights, strict=True))


def _tail(chain: Chain) -> str:
    condition = " comma quad " + math(chain.condition) if chain.condition is not None else ""
    return condition + (" wide \\[ " + math(chain.value) + " \\]" if chain.value is not None else "")


def _line(line: Sequence[Piece], found: Broken) -> str:
    margin = "& " if is_relation(line[0]) else '& quad "" '  # after nothing, + is a sign and no sum
    return margin + side_by_side([_piece(piece, found) for piece in line])


def _piece(piece: Piece, found: Broken) -> str:
    if not isinstance(piece, Edge):
        return math(piece.math)
    return large(piece.text, piece.opening) if found.is_opened(piece) else fence(piece.body, piece.opening)
