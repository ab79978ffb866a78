"""What a notebook asks an object for: itself as HTML, as LaTeX and as text, whichever the notebook can show."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from derive.document import Document

KINDS = ("text/html", "text/latex", "text/plain")
"""The richest first; a notebook takes the best that it knows, a terminal the last."""


class Shown:
    """What has a document, shown by notebooks: its equations, not the names of its classes."""

    __slots__ = ()

    def document(self) -> Document:
        """Headings, sentences and equations, for any renderer."""
        raise NotImplementedError

    def _repr_html_(self) -> str | None:
        """A piece of a page with its style; None where there is no writer of HTML."""
        if find_spec("derive.render.html") is None:
            return None
        html = import_module("derive.render.html")
        return f"<style>{html.STYLE}</style>\n{html.fragment(self.document())}"

    def _repr_latex_(self) -> str:
        """Words and equations, as LaTeX and a notebook's MathJax both read them."""
        from derive.render.notebook_latex import notebook_latex

        return notebook_latex(self.document())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """IPython's text in a terminal, where it would print the dataclass."""
        printer.text("…" if cycle else _text(self.document()))

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """All kinds that are asked for."""
        wanted = [kind for kind in KINDS if (not include or kind in include) and kind not in (exclude or ())]
        made = {"text/html": self._repr_html_, "text/latex": self._repr_latex_, "text/plain": self._plain}
        return {kind: text for kind in wanted if (text := made[kind]())}

    def _plain(self) -> str:
        return _text(self.document())


def _text(document: Document) -> str:
    from derive.render.terminal import terminal

    return terminal(document).rstrip("\n")
