"""A document as a piece of HTML for the page."""

from __future__ import annotations

import html
from importlib import import_module
from importlib.util import find_spec

from derive.document import Document

MATHEMATICS = "derive.render.html"


def shown(document: Document) -> str:
    """With MathML; as a terminal shows it where there is no renderer for that."""
    if find_spec(MATHEMATICS) is not None:
        return str(import_module(MATHEMATICS).fragment(document))
    from derive.render.terminal import terminal

    return f"<pre>{html.escape(terminal(document, 90, False, False))}</pre>"


def style() -> str:
    """The rules that the mathematics needs."""
    return str(import_module(MATHEMATICS).STYLE) if find_spec(MATHEMATICS) is not None else ""
