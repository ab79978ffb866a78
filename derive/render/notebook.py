"""What a notebook asks an object for: itself as HTML, as LaTeX and as text, whichever the notebook can show."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from derive.document import Document

KINDS = ("text/html", "text/latex", "text/plain")
"""The richest first; a notebook takes the best that it knows, a terminal the last."""


THEMED = """\
.derivation{--ink:currentColor;--forward:currentColor;--dim:currentColor;--paper:transparent;--soft:transparent;\
--rule:#8888;--good:#1f8f45;--bad:#d64545;--unsure:#a86f00;color-scheme:normal}
"""
"""A notebook's page is light or dark by its own theme, whatever the system is: its colours, and some that suit both."""


class Shown:
    """What has a document, shown by notebooks: its equations, not the names of its classes."""

    __slots__ = ()

    def document(self) -> Document:
        """Headings, sentences and equations, for any renderer."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        """A piece of a page, with its style."""
        from derive.render.html import STYLE, fragment

        return f"<style>{STYLE}{THEMED}</style>\n{fragment(self.document())}"

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
        return {kind: made[kind]() for kind in wanted}

    def _plain(self) -> str:
        return _text(self.document())


def _text(document: Document) -> str:
    from derive.render.terminal import terminal

    return terminal(document).rstrip("\n")
