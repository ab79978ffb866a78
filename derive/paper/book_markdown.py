"""A booklet in Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derive.render import markdown as plain

if TYPE_CHECKING:
    from derive.paper.book import Book, Chapter

WIDTH = 100
"""Characters of code in a line."""


def markdown(book: Book) -> str:
    """The whole booklet."""
    met: dict[str, int] = {}
    lines = [f"{n}. [{plain.escaped(c.title)}](#{_anchor(c.title, met)})" for n, c in enumerate(book.chapters, 1)]
    head = f"# {plain.escaped(book.title)}\n\n" + "\n".join(lines)
    return "\n\n".join([head, *map(_chapter, book.chapters)]) + "\n"


def _anchor(title: str, met: dict[str, int]) -> str:
    """What GitHub calls a heading: small letters, hyphens for spaces, a number for the second of a kind."""
    name = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
    met[name] = met.get(name, -1) + 1
    return f"{name}-{met[name]}" if met[name] else name


def _chapter(chapter: Chapter) -> str:
    parts = [f"## {plain.escaped(chapter.title)}"]
    if chapter.graph is not None:
        from derive.picture.dot import mermaid

        parts.append(f"```mermaid\n{mermaid(chapter.graph).rstrip()}\n```")
    parts += [plain.markdown(part, narrow=True).rstrip() for part in (chapter.body(), chapter.listing(WIDTH))]
    return "\n\n".join(filter(None, parts))
