"""A document as Markdown with mathematics as GitHub and GitLab show it: $`x`$ in a line, ```math on its own.

Between a dollar and a backquote no mark of Markdown counts; between dollars alone \\{, _ and < would.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

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
from derive.render import latex_math
from derive.render.aligned import Broken, broken, room_of
from derive.render.latex_symbols import FENCES
from derive.render.wrap import Edge, Piece, is_relation

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")
"""What Markdown would take for a mark."""
REFUSED = (
    (re.compile(r"\\textasciicircum\{\}"), r"\\text{^}"),
    (re.compile(r"\\textasciitilde\{\}"), r"\\sim "),
    (re.compile(r"\\textbackslash\{\}"), r"\\backslash "),
    (re.compile(r"\\operatorname\*?\{((?:[^{}]|\{[^{}]*\})*)\}"), r"\\mathop{\\mathrm{\1}}"),
    (re.compile(r"\\operatorname\*?(?=\{)"), r"\\mathrm"),
    (re.compile(r"\\boxed\{\\phantom\{T\}\}"), r"\\boxed{\\quad}"),
    (
        re.compile(
            r"\\(?:[hv]?phantom|def|edef|gdef|let|(?:re)?newcommand|require|href|style|class|cssId|unicode|mbox)\b"
        ),
        r"\\text",
    ),
    (re.compile(r"\\\|"), r"\\Vert "),
    (re.compile(r"\|"), r"\\vert "),
    (re.compile(r"(?:\\?\$<\$|<) ?"), r"\\lt "),
    (re.compile(r"(?:\\?\$>\$|>) ?"), r"\\gt "),
    (re.compile(r"\\?[`$]"), "'"),
)
"""What GitHub's mathematics refuses or does not know, what would end a formula or a cell of a table, and < and >, which
it shows as &lt; and &gt;; and what is written instead."""
LISTED = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def markdown(document: Document, narrow: bool = False) -> str:
    """The whole document; narrow: long equations in several lines, as on paper."""
    title = [f"# {escaped(document.title)}"] if document.title else []
    return "\n\n".join([*title, *_blocks(document.blocks, narrow)]) + "\n"


def math(box: Math) -> str:
    """A box in the part of LaTeX that GitHub shows."""
    return allowed(latex_math.math(box))


def allowed(latex: str) -> str:
    """LaTeX without what GitHub refuses."""
    for pattern, instead in REFUSED:
        latex = pattern.sub(instead, latex)
    return latex.strip()


def escaped(text: str) -> str:
    """Text that shows as it stands."""
    return LISTED.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", " ".join(text.split("\n"))))


def words(text: Words) -> str:
    """Prose with mathematics in it."""
    return "".join(escaped(part) if isinstance(part, str) else f"$`{_inline(part)}`$" for part in text)


def _inline(box: Math) -> str:
    return f"{math(box.top)} / {math(box.bottom)}" if isinstance(box, Fraction) else math(box)


def _blocks(blocks: Iterable[Block], narrow: bool) -> list[str]:
    flat = (part for block in blocks for part in (block.blocks if isinstance(block, Together) else (block,)))
    return [_block(block, narrow) for block in flat]


def _block(block: Block, narrow: bool) -> str:
    if isinstance(block, Heading):
        return f"{'#' * min(block.level, 6)} {escaped(block.text)}"
    if isinstance(block, Prose):
        return words(block.words)
    if isinstance(block, Items):
        return "\n".join(f"- {words(item)}" for item in block.items)
    if isinstance(block, Display):
        return _display(block, narrow)
    if isinstance(block, Code):
        return _code(block)
    return _table(block) if isinstance(block, Table) else ""


def _code(block: Code) -> str:
    """Between more backquotes than stand in it."""
    longest = max((len(run) for run in re.findall("`+", block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{block.language}\n{block.text}\n{fence}"


def _table(table: Table) -> str:
    lines = [table.head, *table.rows]
    told = ["| " + " | ".join(words(cell) for cell in line) + " |" for line in lines]
    return "\n".join([told[0], "|" + "---|" * len(table.head), *told[1:]])


def _display(display: Display, narrow: bool) -> str:
    """Equations aligned at their first relation; in a fence of their own, where no mark of Markdown counts."""
    room = room_of(display) if narrow else float("inf")
    rows = [row for chain in display.chains for row in _chain(chain, room)]
    text = " \\\\\n".join(rows)
    body = f"\\begin{{aligned}}\n{text}\n\\end{{aligned}}" if len(rows) > 1 else text.replace("&", "", 1)
    return f"```math\n{body}\n```"


def _chain(chain: Chain, room: float) -> list[str]:
    """The lines of a chain."""
    if not chain.rights:
        return [f"{math(chain.left)} &\\quad \\text{{{_plain(chain.words)}}}"]
    found = broken(chain, room)
    rows = [_line(line, found) for line in found.lines]
    rows[0] = f"{math(chain.left)} {rows[0]}"
    value = rf"\qquad [{math(chain.value)}]" if chain.value is not None else ""
    condition = r",\quad " + math(chain.condition) if chain.condition is not None else ""
    return [*rows[:-1], rows[-1] + condition + value]


def _line(line: Sequence[Piece], found: Broken) -> str:
    margin = "&" if is_relation(line[0]) else r"&\quad "
    return margin + latex_math.side_by_side([_piece(piece, found) for piece in line])


def _piece(piece: Piece, found: Broken) -> str:
    if not isinstance(piece, Edge):
        return math(piece.math)
    if found.is_opened(piece):
        return allowed(("\\Bigl" if piece.opening else "\\Bigr") + FENCES[piece.text])
    return allowed(latex_math.fence(piece.body, piece.opening))


def _plain(text: str) -> str:
    """Words inside a formula: what TeX would take for a mark is left out."""
    return re.sub(r"[\\{}$&#%_^~`]", "", text)
