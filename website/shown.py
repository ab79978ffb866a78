"""A document as a part of a page: its sections, each with its mathematics."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from derive.document import Block, Document, Heading, Together
from derive.render.terminal import terminal
from website.commands import WIDTH, BuildError
from website.local import schemed

SMALLEST = 0.7
"""How much smaller a drawing may get before it scrolls."""


@dataclass(frozen=True)
class Section:
    """What stands under one heading; the first of a document has none."""

    title: str
    blocks: tuple[Block, ...]


def sections(document: Document) -> list[Section]:
    """The document cut before each heading."""
    found = [Section("", ())]
    for block in opened(document.blocks):
        if isinstance(block, Heading):
            found.append(Section(block.text, ()))
        else:
            found[-1] = Section(found[-1].title, (*found[-1].blocks, block))
    return [s for s in found if s.title or s.blocks]


def opened(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, with those that stand close together one by one where there is a heading among them."""
    out: list[Block] = []
    for block in blocks:
        inside = isinstance(block, Together) and any(isinstance(b, Heading) for b in block.blocks)
        out.extend(block.blocks if inside and isinstance(block, Together) else (block,))
    return out


def chosen(document: Document, parts: tuple[str, ...]) -> Document:
    """The sections of these titles alone. Raises BuildError if there is no such section."""
    if not parts:
        return document
    there = {s.title: s for s in sections(document)}
    if missing := [part for part in parts if part not in there]:
        raise BuildError(f"no section {missing[0]!r} in {document.title!r}; there are {', '.join(there)}")
    blocks = [b for part in parts for b in (Heading(part, 2), *there[part].blocks)]
    return Document("", tuple(blocks))


def mathematics(blocks: tuple[Block, ...]) -> str:
    """Blocks as HTML with MathML."""
    from derive.render.html import fragment

    return fragment(Document("", blocks))


def block_of(document: Document) -> str:
    """A whole document within a page, its headings as words in bold: the page has headings of its own."""
    return "".join(
        (f'<p class="part">{escape(s.title)}</p>' if s.title else "") + mathematics(s.blocks)
        for s in sections(document)
    )


def screen(document: Document) -> str:
    """What a terminal shows of it."""
    return terminal(document, WIDTH, False, False).strip("\n")


def picture(svg: str) -> str:
    """A drawing within a page: it shrinks to a legible size, then scrolls."""
    width = re.search(r'width="([\d.]+)"', svg)
    least = round(SMALLEST * float(width[1])) if width else 0
    drawn = re.sub(r"(<style>)(.*?)(</style>)", lambda m: m[1] + schemed(m[2]) + m[3], svg, flags=re.DOTALL)
    sized = drawn.replace("<svg ", f'<svg style="min-width:{least}px" ', 1)
    return f'<div class="graph" tabindex="0" role="group" aria-label="Graph" data-search-exclude>{sized}</div>'
