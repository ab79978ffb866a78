"""A document as LaTeX that pdflatex compiles with amsmath; `fragment`: the equations alone, each display an align*.

Long lines break at = and at +, by widths that are estimated in ems of Computer Modern.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap

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
from derive.render.latex_math import beyond, fence, math, script, side_by_side
from derive.render.latex_symbols import ESCAPES, FENCES, LATIN, SYMBOLS, TEXT
from derive.render.wrap import Edge, Piece, is_relation

HEAD = r"""\documentclass[11pt,a4paper]{article}
\usepackage[utf8]{inputenc}
\usepackage[margin=2.5cm]{geometry}
\usepackage{amsmath,amssymb}
\allowdisplaybreaks
\renewcommand{\labelitemi}{$\bullet$}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\setlength{\jot}{5pt}
\setlength{\emergencystretch}{3em}
"""
TYPED = 80
"""Characters of typewriter text in a line."""
WIDE = 60
"""Letters that fit side by side in a table."""
LEVELS = {1: "section*", 2: "section*", 3: "subsection*", 4: "subsubsection*"}


def latex(document: Document, fragment: bool = False) -> str:
    """The whole document, or its displays alone."""
    if fragment:
        return "\n\n".join(_display(block) for block in document.blocks if isinstance(block, Display)) + "\n"
    title = f"\\begin{{center}}\\Large\\bfseries {escaped(document.title)}\\end{{center}}\n" if document.title else ""
    return f"{HEAD}\n\\begin{{document}}\n{title}\n{_blocks(document.blocks)}\\end{{document}}\n"


def body(document: Document, typed: int = TYPED) -> str:
    """The blocks, without title; code in lines of so many characters."""
    return _blocks(document.blocks, typed)


def _blocks(blocks: tuple[Block, ...], typed: int = TYPED) -> str:
    return "".join(_block(block, typed) + _after(block, then) for block, then in pairwise((*blocks, Prose(()))))


def _after(block: Block, then: Block) -> str:
    """What stands between two blocks: no empty line before a display, which would add space there."""
    if isinstance(then, Display):
        return "\n\\vspace{-\\baselineskip}\n" if isinstance(block, Heading) else "\n"
    return "\n\n"


def _block(block: Block, typed: int) -> str:
    if isinstance(block, Display):
        return _display(block)
    if isinstance(block, Heading):
        return f"\\{LEVELS.get(block.level, 'paragraph')}{{{escaped(block.text)}}}"
    if isinstance(block, Prose):
        return words(block.words)
    if isinstance(block, Together):
        return _blocks(block.blocks, typed).rstrip()
    if isinstance(block, Items):
        lines = "\n".join(f"\\item {words(item)}" for item in block.items)
        return f"\\begin{{itemize}}\n{lines}\n\\end{{itemize}}"
    if isinstance(block, Code):
        return f"\\begin{{verbatim}}\n{_typed(block.text, typed)}\n\\end{{verbatim}}"
    return _table(block)


def _typed(text: str, width: int) -> str:
    """Text as it was typed, long lines broken, letters that the fonts lack by their code."""
    shown = "".join(c if " " <= c <= "~" or c == "\n" or c in LATIN else f"[U+{ord(c):04X}]" for c in text)
    lines = [part for line in shown.split("\n") for part in (wrap(line, width) or [""])]
    return "\n".join(lines).replace("\\end{verbatim}", "\\end {verbatim}")


def _table(table: Table) -> str:
    texts = [[words(cell) for cell in line] for line in (table.head, *table.rows)]
    head, *rows = [" & ".join(line) + r" \\" for line in texts]
    small = "" if _wide(texts) <= WIDE else "\\footnotesize"
    begin = f"\\begin{{center}}{small}\\begin{{tabular}}{{{'l' * len(table.head)}}}"
    return "\n".join([begin, head + r" \hline", *rows, "\\end{tabular}\\end{center}"])


def _wide(texts: Sequence[Sequence[str]]) -> int:
    """How many letters stand side by side, about: the widest cell of each column, a command being a letter."""
    plain = [[re.sub(r"[{}$^_]", "", re.sub(r"\\[A-Za-z]+ ?|\\.", "x", cell)) for cell in line] for line in texts]
    return sum(max(map(len, column)) for column in zip(*plain, strict=True))


def words(text: Words) -> str:
    """Prose with mathematics in it."""
    return "".join(escaped(part) if isinstance(part, str) else f"${_inline(part)}$" for part in text)


def _inline(box: Math) -> str:
    """In a line of text a fraction is written a/b, so that it stays readable."""
    return f"{math(box.top)} / {math(box.bottom)}" if isinstance(box, Fraction) else math(box)


def escaped(text: str) -> str:
    """Text that prints as it stands; letters that the fonts lack by their code."""
    return "".join(_character(c) for c in " ".join(text.split(" ")))


def _character(c: str) -> str:
    if c in ESCAPES:
        return ESCAPES[c]
    if c in SYMBOLS:
        return f"${SYMBOLS[c].strip()}$"
    if c in TEXT or " " <= c <= "~" or c in LATIN or c == "\n":
        return TEXT.get(c, c)
    return f"${raised}$" if (raised := script(c)) else beyond(c)


def _display(display: Display) -> str:
    room = room_of(display)
    written = [line for chain in display.chains for line in _chain(chain, room)]
    return "\\begin{align*}\n" + " \\\\\n".join(written) + "\n\\end{align*}"


def equation(chain: Chain) -> str:
    """A chain on one line: left = right = right."""
    links = [math(chain.left), *(f"{math(chain.relation)} {math(right)}" for right in chain.rights)]
    return " ".join([*links, *([r",\quad " + math(chain.condition)] if chain.condition is not None else [])])


def _chain(chain: Chain, room: float) -> list[str]:
    """The lines of a chain, aligned at the first relation."""
    if not chain.rights:
        return [f"{math(chain.left)} &\\quad \\text{{{escaped(chain.words)}}}"]
    found = broken(chain, room)
    written = [_line(part, found) for part in found.lines]
    written[0] = f"{math(chain.left)} {written[0]}"
    return [*written[:-1], written[-1] + _tail(chain)]


def _tail(chain: Chain) -> str:
    condition = r",\quad " + math(chain.condition) if chain.condition is not None else ""
    return condition + (r"\qquad[" + math(chain.value) + "]" if chain.value is not None else "")


def _line(line: Sequence[Piece], found: Broken) -> str:
    margin = "&" if is_relation(line[0]) else r"&\quad "
    return margin + side_by_side([_piece(p, found) for p in line])


def _piece(piece: Piece, found: Broken) -> str:
    if not isinstance(piece, Edge):
        return math(piece.math)
    if found.is_opened(piece):
        return ("\\Bigl" if piece.opening else "\\Bigr") + FENCES[piece.text]
    return fence(piece.body, piece.opening)
