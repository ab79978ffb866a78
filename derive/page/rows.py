"""The displayed lines of a page: each knows its line in the file, each of its terms its edges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise

from derive.derivation import Derivation, Line
from derive.document import Chain, Display, Math, Operator, Script, Symbol, row
from derive.page.origins import Edges, scalar_origins, vector_origins
from derive.render.html_lines import cut, left, right, tail
from derive.render.latex import equation
from derive.render.mathml import mathml
from derive.render.wrap import Piece, pieces, rank
from derive.typeset.chains import entry_chains, result_chains, scalar_chain
from derive.typeset.scribe import Scribe

IN, REAL = Operator("∈", "relation"), Symbol("R", "double")
PLUS = 1
"""The rank of a sign between terms, see `wrap`."""


@dataclass(frozen=True, slots=True)
class Known:
    """A displayed chain: its line, its view ("steps", "vector", "" of both), the edges of the terms on its right."""

    line: Line
    view: str
    origins: tuple[tuple[Edges, ...], ...]


Rows = dict[Chain, Known]


def rows(derivation: Derivation, scribe: Scribe) -> Rows:
    """Every chain that the lines print."""
    found: Rows = {}
    for line in (*derivation.forward, *derivation.backward, *derivation.solved, *derivation.closed):
        for chain in result_chains(line, scribe):
            found.setdefault(chain, Known(line, "vector", _vector(line, chain)))
        for chain in entry_chains(line, scribe):
            found[chain] = Known(line, "" if chain in found else "steps", _steps(line, chain, scribe))
    return found


def _vector(line: Line, chain: Chain) -> tuple[tuple[Edges, ...], ...]:
    forms = [*line.parts, *([line.vector] if line.vector is not None else [])]
    right = line.parts[-1].right if line.parts else line.vector.right if line.vector is not None else None
    return tuple(vector_origins(line, right) for _ in chain.rights) if forms and right is not None else ()


def _steps(line: Line, chain: Chain, scribe: Scribe) -> tuple[tuple[Edges, ...], ...]:
    """The edges of the terms of each right side, by the step that prints so."""
    printed = {scalar_chain(replace(line, steps=(step,)), scribe).rights: step.right for step in line.steps}
    met = [printed.get((one,)) for one in chain.rights]
    return tuple(scalar_origins(line, found) if found is not None else () for found in met)


def view_of(display: Display, known: Rows) -> str:
    """Which view a display belongs to; none where it is no pass."""
    met = {found.view for chain in display.chains if (found := known.get(replace(chain, value=None))) is not None}
    sure = met - {""}
    return sure.pop() if len(sure) == 1 else ""


def written(display: Display, known: Rows, scribe: Scribe) -> str:
    """A display, its rows with all that a page can say of them."""
    lines = "".join(_row(chain, known.get(replace(chain, value=None)), scribe) for chain in display.chains)
    return f'<div class="display">{lines}</div>'


def _row(chain: Chain, known: Known | None, scribe: Scribe) -> str:
    tex = escape(equation(chain) if chain.rights else "")
    about = f' data-tex="{tex}"' if tex else ""
    shape = ""
    if known is not None:
        line = known.line
        place = f' data-y="{line.place.line}"' if line.place is not None else ""
        about += f' data-q="{escape(" ".join((line.tensor.name, *line.tensor.cost)))}"{place}'
        shape = _shape(line, scribe) if known.view != "steps" else ""
    body = _rights(chain, known.origins if known is not None else ())
    inside = f'{left(chain)}<span class="right">{body}{shape}{tail(chain)}</span>'
    return f'<div class="chain" tabindex="0"{about}>{inside}</div>'


def _rights(chain: Chain, origins: Sequence[Sequence[Edges]]) -> str:
    if not chain.rights:
        return f'<span class="said">{escape(chain.words)}</span>'
    each = [*origins, *[()] * (len(chain.rights) - len(origins))]
    return "".join(_right(chain.relation, one, edges) for one, edges in zip(chain.rights, each, strict=True))


def _right(relation: Operator, box: Math, origins: Sequence[Edges]) -> str:
    """A right side in its terms, where there are as many signs between them as the line has; else as one."""
    sequence = [*pieces(relation), *pieces(box)]
    terms = _terms(sequence)
    if not any(origins):
        return right(sequence)
    if len(terms) != len(origins):
        terms, origins = [sequence], [tuple(dict.fromkeys(edge for edges in origins for edge in edges))]
    return f'<span class="part">{"".join(_term(*found) for found in zip(terms, origins, strict=True))}</span>'


def _terms(sequence: Sequence[Piece]) -> list[Sequence[Piece]]:
    inside = [n for n, piece in enumerate(sequence) if n > 1 and rank(piece) == PLUS]
    return [sequence[a:b] for a, b in pairwise([0, *inside, len(sequence)])]


def _term(sequence: Sequence[Piece], edges: Edges) -> str:
    if not edges:
        return cut(sequence)
    return f'<span class="term" data-e="{escape(" ".join(f"{a}>{b}" for a, b in edges))}">{cut(sequence)}</span>'


def _shape(line: Line, scribe: Scribe) -> str:
    """∈ ℝ^{K×N}."""
    sizes = [scribe.slot(axis.hi) for axis in line.tensor.layout]
    if not sizes:
        return ""
    times = Symbol("×", "upright")
    above = row(*(part for n, size in enumerate(sizes) for part in ([times, size] if n else [size])))
    return f'<span class="shape">{mathml(row(IN, Script(REAL, None, above)))}</span>'


def lines_of(text: str) -> Iterable[str]:
    """The lines of the user's file, each with its number."""
    for number, line in enumerate(text.splitlines(), 1):
        yield f'<li id="y{number}"><code>{escape(line) or " "}</code></li>'
