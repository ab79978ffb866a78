"""A derivation as one page: a file of its own that needs no network, and can be read without JavaScript.

The forward and the backward pass stand side by side below the graph. The other notations are in it compressed.
"""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from derive.document import Document
from derive.errors import DeriveError
from derive.page.pack import beside, drawn, packed, shapes, sizes
from derive.page.passes import passes
from derive.page.rows import taken
from derive.page.script import SCRIPT
from derive.page.style import PAGE
from derive.page.switches import NOTATIONS, switches
from derive.render.html import fragment
from derive.render.html_style import STYLE
from derive.typeset.document import scribe_for
from derive.typeset.style import Notation, Product, Style

if TYPE_CHECKING:
    from derive.api import Derivation
    from derive.picture import Drawing


def page(derivation: Derivation, notation: Notation = "bar", product: Product = "circ", source: str = "") -> str:
    """The page; source: the text of the problem file, where it is not to be read from its place."""
    data, names = derivation.data, [notation, *(n for n in NOTATIONS if n != notation)]
    scribes = [scribe_for(data, Style(n, product)) for n in names]
    each = [taken(passes(data, derivation.document(scribe.names.style), scribe)) for scribe in scribes]
    first, *others = (text for text, _ in each)
    counts, sized, shown = sizes(data, scribes[0]), shapes(data, scribes[0]), picture(derivation)
    about = {
        "notations": names, "rows": beside(first, others), "tex": [tex for _, tex in each],
        "shapes": sized, "sizes": counts, "drawn": drawn(data, shown),
    }  # fmt: skip
    title = escape(data.network.title or "A derivation")
    form = switches(notation, bool(sized), bool(counts), bool(data.values))
    head = f"<header><h1>{title}</h1>{form}</header>"
    main = f'<main>{shown}<div id="passes">{first}</div>{_source(derivation, source)}</main>'
    return _file(title, f"{head}{main}{WHERE}", packed(about))


def too_large(text: str) -> str:
    """What to say of a page that is larger than pages should be; empty of one that is not."""
    size = len(text.encode())
    return f"the page has {size // 1000} KB, more than {MOST // 1000}" if size > MOST else ""


MOST = 200_000
"""What a page should have at most, in bytes: the documents' networks stay under it."""
PLACES = re.compile(r' (?:x|y|d|cx|cy|rx|r|x1|x2|y1|y2|points|width|height|font-size|textLength)="[^"]*"')
"""Where numbers of a picture are places on it."""
WHERE = '<aside id="where" aria-live="polite" aria-label="Where a term comes from" hidden></aside>'


def plain_page(document: Document, graph: Drawing | None = None) -> str:
    """A document that is no derivation as a page: nothing to switch, and a graph below its title."""
    shown = f'<div class="drawn">{_drawn(graph, "n-", "")}</div>' if graph is not None else ""
    title, end, rest = fragment(document).rpartition("</h1>")
    return _file(escape(document.title or "Answers"), f"<main>{title}{end}{shown}{rest}</main>", "")


def picture(derivation: Derivation) -> str:
    """The computation graph, where what lays it out is installed."""
    from derive.picture import Look, graph

    look = Look(backward=bool(derivation.data.network.values))
    try:
        across, own = graph(derivation.data, replace(look, direction="right")), graph(derivation.data, look)
    except DeriveError as error:
        missing = error.problems[0]
        return f'<p class="dim">{escape(f"{missing.what}: {missing.mend}")}</p>'
    shown = _drawn(across, "n-", "across" if own.down else "") + (_drawn(own, "d-", "down") if own.down else "")
    said = "Computation graph: arrow keys go from edge to edge"
    return f'<section id="graph" tabindex="0" role="region" aria-label="{said}">{shown}</section>'


def _drawn(drawing: Drawing, prefix: str, kind: str) -> str:
    """A drawing; one that is too wide for a narrow screen or paper is across, and stands there again, leading down."""
    from derive.picture import svg

    shown = PLACES.sub(_rounded, svg(drawing, prefix)).replace(' role="img"', ' role="group"', 1)
    return shown.replace('class="dg"', f'class="dg {kind}"', 1) if kind else shown


def _rounded(found: re.Match[str]) -> str:
    """A tenth of a pixel is all that anyone sees."""
    return re.sub(r"(\d)\.(\d)\d+", lambda at: at[1] + (f".{at[2]}" if at[2] != "0" else ""), found[0])


def _source(derivation: Derivation, source: str) -> str:
    """The user's file, its lines numbered; nothing where there is none."""
    places = [line.place for line in derivation.data.forward if line.place is not None]
    text = source or (_read(places[0].file) if places else "")
    if not text:
        return ""
    name = escape(Path(places[0].file).name) if places else ""
    lines = enumerate(text.splitlines(), 1)
    shown = "".join(f'<li id="y{n}"><code>{escape(line) or " "}</code></li>' for n, line in lines)
    return f'<section id="source"><h2>The problem file {name}</h2><ol class="yaml">{shown}</ol></section>'


def _read(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


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
