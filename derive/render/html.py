"""A document as HTML: a piece of a page, and the style that goes with it.

Nothing in it needs a script or the network, and every text of the user is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from derive.document import (
    Block,
    Code,
    Display,
    Document,
    Fraction,
    Heading,
    Items,
    Math,
    Operator,
    Prose,
    Table,
    Together,
    Words,
    row,
)
from derive.render.html_lines import display
from derive.render.html_style import STYLE as STYLE
from derive.render.mathml import mathml
from derive.render.plain import Paper

PLAIN = Paper()
SLASH = Operator("/", "product")


def fragment(document: Document) -> str:
    """The whole document, its title as <h1> where it has one."""
    title = f"<h1>{escape(document.title)}</h1>\n" if document.title else ""
    return f'<div class="derivation">\n{title}{blocks(document.blocks)}\n</div>\n'


def blocks(found: Sequence[Block], above: str = "") -> str:
    """Blocks one below the other; above: what the last of those before them says."""
    out: list[str] = []
    for one in found:
        out.append(block(one, above))
        above = said(one) or above
    return "\n".join(out)


def said(found: Block) -> str:
    """What a heading, or a sentence before a colon, says of what follows it."""
    if isinstance(found, Heading):
        return found.text
    if not isinstance(found, Prose):
        return ""
    text = "".join(part if isinstance(part, str) else PLAIN.math(part) for part in found.words)
    return re.split(r"(?<=[.!?]) ", text.removesuffix(":"))[-1] if text.endswith(":") else ""


def block(found: Block, above: str = "") -> str:
    """One block; above: what is said of it, for those who cannot see where it stands."""
    if isinstance(found, Display):
        return display(found)
    if isinstance(found, Heading):
        return _heading(found)
    if isinstance(found, Prose):
        return f"<p{_class(found.tone)}>{words(found.words)}</p>"
    if isinstance(found, Items):
        return f"<ul>{''.join(f'<li>{words(item)}</li>' for item in found.items)}</ul>"
    if isinstance(found, Together):
        return f'<div class="together">{blocks(found.blocks, above)}</div>'
    return _table(found, above or "Table") if isinstance(found, Table) else _code(found)


def words(text: Words) -> str:
    """Prose with mathematics in it."""
    return "".join(escape(part) if isinstance(part, str) else mathml(_inline(part)) for part in text)


def _inline(box: Math) -> Math:
    """In a line of text a fraction is written a/b, so that it stays readable."""
    return row(box.top, SLASH, box.bottom) if isinstance(box, Fraction) else box


def _heading(found: Heading) -> str:
    level = min(max(found.level, 1), 6)
    return f"<h{level}{_class(found.tone)}>{escape(found.text)}</h{level}>"


def _code(found: Code) -> str:
    language = f' class="language-{escape(found.language)}"' if found.language else ""
    return f"<pre><code{language}>{escape(found.text)}</code></pre>"


def _table(found: Table, called: str) -> str:
    head = "".join(f'<th scope="col">{words(cell)}</th>' if any(cell) else "<td></td>" for cell in found.head)
    body = "".join(f"<tr>{''.join(f'<td>{words(cell)}</td>' for cell in line)}</tr>" for line in found.rows)
    begin = f'<div class="wide" tabindex="0" role="group" aria-label="{escape(called)}">'
    begin += f"<table><caption>{escape(called)}</caption>"
    return f"{begin}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _class(tone: str) -> str:
    """Good or bad news has a colour of its own."""
    return f' class="{tone}"' if tone else ""
