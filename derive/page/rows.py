"""The displayed lines of a page: each knows its line in the file, each of its terms its edges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape
from itertools import pairwise

from derive.document import Chain, Display, Math, Operator
from derive.page.known import Known, Right, Rows
from derive.page.origins import Edges, joined
from derive.render.html_lines import cut, kind, left, right, tail
from derive.render.latex import equation
from derive.render.wrap import Piece, pieces, rank

PLUS = 1
"""The rank of a sign between terms, see `wrap`."""
NONE = Right()
TEX = re.compile(r' data-tex="([^"]*)"')


def view_of(display: Display, known: Rows) -> str:
    """Which view a display belongs to; none where it is no pass."""
    met = {found.view for chain in display.chains if (found := known.get(chain)) is not None}
    sure = met - {""}
    return sure.pop() if len(sure) == 1 else ""


def written(display: Display, known: Rows) -> str:
    """A display, its rows with all that a page can say of them."""
    return f'<div class="display">{"".join(_row(chain, known.get(chain)) for chain in display.chains)}</div>'


def _row(chain: Chain, known: Known | None) -> str:
    about = _about(known) if known is not None else ""
    first = left(chain)
    if known is not None and known.left:
        first = f'<span class="term"{_edges(known.left)}>{first}</span>'
    body = _rights(chain, known.rights if known is not None else ())
    begin = f'<div class="{kind(chain)}" tabindex="0"{about}{_tex(chain)}>'
    return f'{begin}{first}<span class="right">{body}{tail(chain)}</span></div>'


def _tex(chain: Chain) -> str:
    """The line in LaTeX, which `taken` puts elsewhere."""
    return f' data-tex="{escape(equation(chain) if chain.rights else "")}"'


def taken(text: str) -> tuple[str, list[str]]:
    """Rows without their LaTeX, and that, row by row."""
    return TEX.sub("", text), [unescape(found) for found in TEX.findall(text)]


def _about(known: Known) -> str:
    """Whose line it is, whose it stands for beside, and where it is in the file."""
    first, *more = (" ".join((line.tensor.name, *line.tensor.cost)) for line in known.lines)
    same = f' data-m="{escape("|".join(more))}"' if more else ""
    place = known.line.place
    return f' data-q="{escape(first)}"{same}' + (f' data-y="{place.line}"' if place is not None else "")


def _rights(chain: Chain, found: Sequence[Right]) -> str:
    if not chain.rights:
        return f'<span class="said">{escape(chain.words)}</span>'
    each = [*found, *[NONE] * (len(chain.rights) - len(found))]
    return "".join(_right(chain.relation, box, told) for box, told in zip(chain.rights, each, strict=True))


def _right(relation: Operator, box: Math, told: Right) -> str:
    """A right side in its terms, where there are as many signs between them as the line has; else as one."""
    sequence = [*pieces(relation), *pieces(box)]
    if not any(told.origins):
        return right(sequence)
    terms, origins = _terms(sequence), told.origins
    if len(terms) != len(origins):
        terms, origins = [sequence], (joined(origins),)
    parts = (_term(*found, told.by) for found in zip(terms, origins, strict=True))
    return f'<span class="part">{"".join(parts)}</span>'


def _terms(sequence: Sequence[Piece]) -> list[Sequence[Piece]]:
    inside = [n for n, piece in enumerate(sequence) if n > 1 and rank(piece) == PLUS]
    return [sequence[a:b] for a, b in pairwise([0, *inside, len(sequence)])]


def _term(sequence: Sequence[Piece], edges: Edges, by: bool) -> str:
    """A term with its edges; `by`: as the chain rule writes it."""
    if not edges:
        return cut(sequence)
    return f'<span class="term{" by" * by}"{_edges(edges)}>{cut(sequence)}</span>'


def _edges(edges: Edges) -> str:
    shown = escape(" ".join(f"{a}>{b}" for a, b in edges)).replace("&gt;", ">").replace("~", ".")
    return f' data-e="{shown}"'
