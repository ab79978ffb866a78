"""A booklet of problems: a title, the contents, and for each problem its graph, its derivation and its code.

In LaTeX the graphs are TikZ, in Typst SVG, in Markdown Mermaid, which GitHub draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

from derive.document import Block, Code, Document, Heading, Together
from derive.paper import Engine, engine, set_by
from derive.paper.folded import folded
from derive.picture.model import Drawing

Form: TypeAlias = Literal["pdf", "latex", "typst", "markdown"]
SUFFIXES: Mapping[str, Form] = MappingProxyType(
    {".pdf": "pdf", ".tex": "latex", ".typ": "typst", ".md": "markdown"},
)
"""What the name of a booklet's file ends with."""
CODE = "NumPy"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One problem: its derivation under its title, its computation graph, its code; either may be missing."""

    document: Document
    graph: Drawing | None = None
    code: str = ""

    @property
    def title(self) -> str:
        return self.document.title

    def body(self) -> Document:
        """What stands below title and graph, headings one level down."""
        return Document("", tuple(_deeper(block) for block in self.document.blocks))

    def listing(self, width: int) -> Document:
        """The code under its heading, in lines of that width; nothing where there is none."""
        return Document("", (Heading(CODE, 3), Code(folded(self.code, width), "python")) if self.code else ())


@dataclass(frozen=True, slots=True)
class Book:
    """Chapters under one title. Equal chapters give equal bytes."""

    title: str
    chapters: tuple[Chapter, ...]

    def latex(self) -> str:
        """A document for pdflatex, with contents; it needs TikZ where there are graphs."""
        from derive.paper.book_latex import latex

        return latex(self)

    def typst(self) -> str:
        """One file for Typst's compiler, pictures included."""
        from derive.paper.book_typst import typst

        return typst(self)

    def markdown(self) -> str:
        """One file as GitHub shows it, contents linked, graphs as Mermaid."""
        from derive.paper.book_markdown import markdown

        return markdown(self)

    def pdf(self, asked: Engine | None = None) -> bytes:
        """Pages, through a TeX on the PATH, else through Typst (extra `typst`). Raises DeriveError."""
        return set_by(engine(asked), {"tex": self.latex, "typst": self.typst})

    def render(self, form: Form, asked: Engine | None = None) -> str | bytes:
        """The booklet in one of its forms."""
        texts: Mapping[str, Callable[[], str]] = {
            "latex": self.latex, "typst": self.typst, "markdown": self.markdown,
        }  # fmt: skip
        return self.pdf(asked) if form == "pdf" else texts[form]()


def _deeper(block: Block) -> Block:
    if isinstance(block, Heading):
        return replace(block, level=block.level + 1)
    if isinstance(block, Together):
        return Together(tuple(replace(b, level=b.level + 1) if isinstance(b, Heading) else b for b in block.blocks))
    return block
