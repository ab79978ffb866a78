"""A drawing in TikZ: the same places and curves, the labels in LaTeX."""

from __future__ import annotations

from collections.abc import Iterator

from derive.picture.lines import SIZE, node_lines
from derive.picture.model import Box, Drawing, Edge, PlacedEdge, PlacedNode, Point
from derive.render.latex_math import math

STYLES = r"""  x=1pt, y=-1pt, >=latex,
  every node/.style={inner sep=0pt, outer sep=0pt},
  quantity/.style={draw, fill=white, rounded corners=12pt},
  cost/.style={quantity, line width=1.1pt},
  input/.style={draw=black!55, fill=black!6, rounded corners=1pt},
  class/.style={input},
  constant/.style={draw=black!45, dashed},
  parameter/.style={draw=brown!75!black, fill=yellow!60!brown!12, rounded corners=4pt},
  words/.style={},
  back/.style={draw=violet},
  bar/.style={draw=blue!65!black, densely dashed},
  told/.style={font=\large}"""
FRAME = r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\usepackage{tikz}
\pagestyle{empty}
\newsavebox{\graph}
\begin{document}
\savebox{\graph}{%%
%s}
%% the page is as large as the picture
\pdfpagewidth=\dimexpr\wd\graph+12pt\relax
\pdfpageheight=\dimexpr\ht\graph+\dp\graph+12pt\relax
\pdfhorigin=6pt \pdfvorigin=6pt \hoffset=0pt \voffset=0pt
\shipout\vbox{\box\graph}
\end{document}
"""


def tikz(drawing: Drawing, fragment: bool = False) -> str:
    """A document whose page is the picture; fragment: the tikzpicture alone."""
    picture = "\n".join(
        [
            "\\begin{tikzpicture}[",
            STYLES,
            "]",
            *(line for placed in drawing.nodes for line in _node(placed)),
            *(line for placed in drawing.edges for line in _edge(placed, drawing)),
            "\\end{tikzpicture}",
        ]
    )
    return picture + "\n" if fragment else FRAME % picture


def _at(point: Point) -> str:
    return f"({point[0]:.1f},{point[1]:.1f})"


def _node(placed: PlacedNode) -> Iterator[str]:
    node, box = placed.node, placed.box
    style = "quantity" if node.kind == "hidden" else node.kind
    size = f"minimum width={box.width:.1f}pt, minimum height={box.height:.1f}pt"
    shown = [_line(math(line.math), line.tone, line.size) for line in node_lines(node)]
    body = shown[0] if len(shown) == 1 else "\\shortstack{" + "\\\\".join(shown) + "}"
    yield f"\\node[{style}, {size}] at {_at(box.middle)} {{{body}}};"


def _line(body: str, tone: str, size: float) -> str:
    """Mathematics in a size of LaTeX' own: every font has these."""
    colour = "\\color{blue!65!black}" if tone == "backward" else ""
    letters = r"\Large" if size == SIZE else r"\large"
    return f"{{{letters}{colour}${body}$}}"


def _edge(placed: PlacedEdge, drawing: Drawing) -> Iterator[str]:
    edge = placed.edge
    style = "back, ->" if edge.back else "->"
    yield f"\\draw[{style}] {_curve(placed.path)};"
    if edge.signal:
        yield f"\\draw[bar, ->] {_curve(drawing.returning(placed.path))};"
    if placed.label is not None and edge.label is not None:
        yield _label(edge, placed.label)


def _curve(path: tuple[Point, ...]) -> str:
    curves = [path[n : n + 3] for n in range(1, len(path), 3)]
    drawn = [f"{_at(path[0])}"]
    for one, two, end in curves:
        drawn.append(f"-- {_at(end)}" if one == two == end else f".. controls {_at(one)} and {_at(two)} .. {_at(end)}")
    return " ".join(drawn)


def _label(edge: Edge, box: Box) -> str:
    colour = ", text=blue!65!black" if edge.signal else ", text=violet" if edge.back else ""
    assert edge.label is not None
    return f"\\node[told{colour}] at {_at(box.middle)} {{${math(edge.label)}$}};"
