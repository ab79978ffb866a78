"""A derivation as one page: a file of its own that needs no network, and can be read without JavaScript.

The forward and the backward pass stand side by side below the graph. The other notations are in it compressed.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from derive.document import Block, Display, Document, Heading, Prose
from derive.errors import DeriveError
from derive.page.rows import Rows, lines_of, rows, view_of, written
from derive.page.script import SCRIPT
from derive.page.style import PAGE
from derive.render.html import block, blocks, fragment
from derive.render.html_style import STYLE
from derive.typeset.document import scribe_for
from derive.typeset.style import Notation, Product, Style

if TYPE_CHECKING:
    from derive.api import Derivation
    from derive.typeset.scribe import Scribe

NOTATIONS: dict[Notation, str] = {"bar": "x̄", "partial": "∂E/∂x", "nabla": "∇ₓE", "d": "dx", "delta": "δₓ"}
LEAD = ("In vectors and matrices", "Entry by entry:")
"""How sentences begin that introduce one view alone."""


def page(derivation: Derivation, notation: Notation = "bar", product: Product = "circ", source: str = "") -> str:
    """The page; source: the text of the problem file, where it is not to be read from its place."""
    first = passes(derivation, Style(notation, product))
    others = {n: passes(derivation, Style(n, product)) for n in NOTATIONS if n != notation}
    title = escape(derivation.data.network.title or "A derivation")
    graph = picture(derivation)
    head = f"<header><h1>{title}</h1>{_switches(notation, bool(derivation.data.values))}</header>"
    body = f'{head}<main>{graph}<div id="passes">{first}</div>{_source(derivation, source)}</main>{WHERE}'
    return _file(title, body, _packed({notation: first, **others}))


WHERE = '<aside id="where" aria-live="polite" aria-label="Where a term comes from" hidden></aside>'


def plain_page(document: Document) -> str:
    """A document that is no derivation as a page: no graph, nothing to switch."""
    return _file(escape(document.title or "Answers"), f"<main>{fragment(document)}</main>", "")


def passes(derivation: Derivation, style: Style) -> str:
    """All blocks of the document: forward and backward side by side, what is before and after across the page."""
    scribe = scribe_for(derivation.data, style)
    known = rows(derivation.data, scribe)
    sides: dict[str, list[str]] = {"before": [], "forward": [], "backward": [], "after": []}
    for section in _sections(derivation.document(style)):
        sides[_side(section, bool(sides["forward"]))].append(_section(section, known, scribe))
    both = "".join(f'<div class="pass {side}">{"".join(sides[side])}</div>' for side in ("forward", "backward"))
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


def _section(section: list[Block], known: Rows, scribe: Scribe) -> str:
    views = {view_of(one, known) for one in section if isinstance(one, Display)}
    parts: list[str] = []
    for n, one in enumerate(section):
        if isinstance(one, Display):
            parts.append(_in_view(view_of(one, known) if len(views) > 1 else "", written(one, known, scribe)))
        elif _leads(one) and n + 1 < len(section) and isinstance(then := section[n + 1], Display):
            parts.append(_in_view(view_of(then, known), block(one)))
        else:
            parts.append(blocks((one,)))
    # a forward pass that reads the same in scalars and vectors belongs to every view
    own = views.pop() if len(views) == 1 and _side(section) == "backward" else ""
    return f"<section{_view(own)}>{''.join(parts)}</section>"


def _leads(one: Block) -> bool:
    return isinstance(one, Prose) and bool(one.words) and str(one.words[0]).startswith(LEAD)


def _view(view: str) -> str:
    return f' class="view" data-view="{view}"' if view else ""


def _in_view(view: str, text: str) -> str:
    return f"<div{_view(view)}>{text}</div>" if view else text


def picture(derivation: Derivation) -> str:
    """The computation graph, where what lays it out is installed."""
    from derive.picture import Look, graph, svg

    try:
        drawn = svg(graph(derivation.data, Look(direction="right")))
    except DeriveError as error:
        return f'<p class="dim">{escape(error.problems[0].what)}</p>'
    shown = drawn.replace(' role="img"', ' role="group"', 1)
    return f'<section id="graph" tabindex="0" role="region" aria-label="Computation graph">{shown}</section>'


def _switches(notation: Notation, valued: bool) -> str:
    views = "".join(
        f'<label><input type="radio" name="view" value="{v}"{" checked" if v == "all" else ""}> {v}</label>'
        for v in ("all", "scalar", "vector", "steps")
    )
    names = "".join(
        f'<option value="{n}"{" selected" if n == notation else ""}>{said}</option>' for n, said in NOTATIONS.items()
    )
    boxes = [("sizes", "sizes"), *([("numbers", "numbers")] if valued else [])]
    checks = "".join(
        f'<label><input type="checkbox" name="{n}"{" checked" if n == "numbers" else ""}> {said}</label>'
        for n, said in boxes
    )
    return (
        f'<form id="switches" hidden><fieldset><legend>Show</legend>{views}</fieldset>'
        f'<label>Notation <select name="notation">{names}</select></label>{checks}'
        '<button type="button" id="copy-all">Copy all as LaTeX</button><span id="said" role="status"></span></form>'
    )


def _source(derivation: Derivation, source: str) -> str:
    """The user's file, its lines numbered; nothing where there is none."""
    places = [line.place for line in derivation.data.forward if line.place is not None]
    text = source or (_read(places[0].file) if places else "")
    if not text:
        return ""
    name = escape(Path(places[0].file).name) if places else ""
    shown = f'<ol class="yaml">{"".join(lines_of(text))}</ol>'
    return f'<section id="source"><h2>The problem file {name}</h2>{shown}</section>'


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _packed(texts: dict[Notation, str]) -> str:
    """The passes in every notation, as browsers unpack them."""
    packed = zlib.compress(json.dumps(texts, ensure_ascii=False).encode(), 9)
    return base64.b64encode(packed).decode()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def _file(title: str, body: str, packed: str) -> str:
    """The file; a script only where there is something for it."""
    style = STYLE + PAGE
    styles = " ".join(_hash(text) for text in (style, *re.findall(r"<style>(.*?)</style>", body, re.DOTALL)))
    policy = f"default-src 'none'; style-src {styles}; script-src {_hash(SCRIPT)}; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f'<style>{style}</style></head>\n<body class="derivation">\n{body}\n'
        + (f'<script type="text/plain" id="packed">{packed}</script>\n<script>{SCRIPT}</script>\n' if packed else "")
        + "</body></html>\n"
    )
