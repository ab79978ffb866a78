"""A document as Markdown with mathematics between dollars, as GitHub and notebooks show it."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
from derive.render.latex_math import math

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")
"""What Markdown would take for a mark."""
LISTED = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def markdown(document: Document) -> str:
    """The whole document."""
    title = [f"# {escaped(document.title)}"] if document.title else []
    return "\n\n".join([*title, *_blocks(document.blocks)]) + "\n"


def escaped(text: str) -> str:
    """Text that shows as it stands."""
    return LISTED.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", " ".join(text.split("\n"))))


def words(text: Words) -> str:
    """Prose with mathematics in it."""
    return "".join(escaped(part) if isinstance(part, str) else f"${_inline(part)}$" for part in text)


def _inline(box: Math) -> str:
    return f"{math(box.top)} / {math(box.bottom)}" if isinstance(box, Fraction) else math(box)


def _blocks(blocks: Iterable[Block]) -> list[str]:
    return [
        text for block in blocks for text in ([_block(block)] if not isinstance(block, Together) else _close(block))
    ]


def _close(block: Together) -> list[str]:
    return [_block(part) for part in block.blocks]


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * min(block.level, 6)} {escaped(block.text)}"
    if isinstance(block, Prose):
        return words(block.words)
    if isinstance(block, Items):
        return "\n".join(f"- {words(item)}" for item in block.items)
    if isinstance(block, Display):
        return _display(block)
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


def _display(display: Display) -> str:
    """Equations aligned at their first relation; in a fence of their own, where no mark of Markdown counts."""
    rows = " \\\\\n".join(_chain(chain) for chain in display.chains)
    body = f"\\begin{{aligned}}\n{rows}\n\\end{{aligned}}" if len(display.chains) > 1 else rows.replace("&", "", 1)
    return f"```math\n{body}\n```"


def _chain(chain: Chain) -> str:
    if not chain.rights:
        return f"{math(chain.left)} &\\quad \\text{{{chain.words}}}"
    first, *others = (f"{math(chain.relation)} {math(right)}" for right in chain.rights)
    value = rf"\qquad [{math(chain.value)}]" if chain.value is not None else ""
    condition = r",\quad " + math(chain.condition) if chain.condition is not None else ""
    return " ".join([math(chain.left), f"&{first}", *others]) + condition + value
