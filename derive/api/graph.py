"""A computation graph: a picture in a notebook, and each of its formats."""

from __future__ import annotations

from dataclasses import dataclass

from derive.picture.model import Drawing


@dataclass(frozen=True)
class Graph:
    """A drawn computation graph. `drawing` has its nodes and edges with their places."""

    drawing: Drawing

    def render(self, form: str) -> str:
        """The graph as svg."""
        from derive.picture import FORMATS

        return FORMATS[form](self.drawing)

    def svg(self) -> str:
        """A picture that needs nothing else, for light screens and dark ones."""
        return self.render("svg")

    def _repr_svg_(self) -> str:
        return self.svg()
