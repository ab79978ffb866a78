"""A computation graph: a picture in a notebook, and each of its formats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.picture.model import Drawing, Plan


@dataclass(frozen=True)
class Graph:
    """A computation graph. `plan` has its nodes and edges, `drawing` their places too (extra `graph`)."""

    plan: Plan

    @cached_property
    def drawing(self) -> Drawing:
        """The nodes and edges with their places. Raises DeriveError without the extra `graph`."""
        from derive.picture import drawing

        return drawing(self.plan)

    def render(self, form: str) -> str:
        """The graph as svg, tikz, dot, mermaid or text."""
        from derive.picture import FORMATS

        return FORMATS[form](self.drawing)

    def svg(self) -> str:
        """A picture that needs nothing else, for light screens and dark ones."""
        return self.render("svg")

    def tikz(self, fragment: bool = False) -> str:
        """A LaTeX document whose page is the picture; fragment: the tikzpicture alone."""
        from derive.picture import tikz

        return tikz(self.drawing, fragment)

    def dot(self) -> str:
        """For Graphviz."""
        return self.render("dot")

    def mermaid(self) -> str:
        """For Mermaid, as GitHub shows it."""
        return self.render("mermaid")

    def text(self, width: int = 80, ascii: bool = False) -> str:
        """For a terminal."""
        from derive.picture import text

        return text(self.drawing, width, ascii)

    def __str__(self) -> str:
        return self.text()

    def _repr_svg_(self) -> str:
        return self.svg()
