"""The passes on a page: forward and backward side by side, what is before and after across it."""

from __future__ import annotations

from derive.derivation import Derivation as Data
from derive.document import Block, Display, Document, Heading, Prose
from derive.page.known import Rows
from derive.page.rows import view_of, written
from derive.render.html import block, said
from derive.typeset.scribe import Scribe

LEAD = ("In vectors and matrices", "Entry by entry:")
"""How sentences begin that introduce one view alone."""
BOTH = ("forward", "backward")


def passes(data: Data, document: Document, scribe: Scribe) -> str:
    """All blocks of the document."""
    known = Rows(data, scribe)
    sides: dict[str, list[str]] = {"before": [], "forward": [], "backward": [], "after": []}
    for section in _sections(document):
        sides[_side(section, bool(sides["forward"]))].append(_section(section, known))
    both = "".join(f'<div class="pass {side}">{"".join(sides[side])}</div>' for side in BOTH)
    return f'{"".join(sides["before"])}<div class="both">{both}</div>{"".join(sides["after"])}'


def _sections(document: Document) -> list[list[Block]]:
    """The blocks, each heading with what follows it."""
    found: list[list[Block]] = [[]]
    last = len(document.blocks) - 1
    for n, one in enumerate(document.blocks):
        if (isinstance(one, Heading) and one.level <= 2) or (n == last and isinstance(one, Prose)):
            found.append([])
        found[-1].append(one)
    return [section for section in found if section]


def _side(section: list[Block], after: bool = False) -> str:
    first = section[0]
    if not isinstance(first, Heading):
        return "after" if after else "before"
    words = first.text
    return "forward" if words == "Forward pass" else "backward" if words.startswith("Backward pass") else "after"


def _section(section: list[Block], known: Rows) -> str:
    views = {view_of(one, known) for one in section if isinstance(one, Display)}
    parts: list[str] = []
    above = ""
    for n, one in enumerate(section):
        if isinstance(one, Display):
            parts.append(_in_view(view_of(one, known) if len(views) > 1 else "", written(one, known)))
        elif _leads(one) and n + 1 < len(section) and isinstance(then := section[n + 1], Display):
            parts.append(_in_view(view_of(then, known), block(one)))
        else:
            parts.append(block(one, above))
        above = said(one) or above
    # a forward pass that reads the same in scalars and vectors belongs to every view
    own = views.pop() if len(views) == 1 and _side(section) == "backward" else ""
    return f"<section{_view(own)}>{''.join(parts)}</section>"


def _leads(one: Block) -> bool:
    return isinstance(one, Prose) and bool(one.words) and str(one.words[0]).startswith(LEAD)


def _view(view: str) -> str:
    return f' class="view" data-view="{view}"' if view else ""


def _in_view(view: str, text: str) -> str:
    return f"<div{_view(view)}>{text}</div>" if view else text
