"""A drawing as SVG: self-contained, light or dark as the reader's screen is, its mathematics as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from derive.picture.glyphs import Glyphs, Rule, Set, typeset
from derive.picture.lines import LABEL, node_lines
from derive.picture.model import Box, Drawing, Node, PlacedEdge, PlacedNode, Point
from derive.render.plain import Paper

FONTS = "'STIX Two Text','Times New Roman','Nimbus Roman','Liberation Serif','DejaVu Serif',serif"
STYLE = f"""
.dg{{font-family:{FONTS}}}
.dg .paper{{fill:#fff}}
.dg .node .shape{{fill:#fff;stroke:#333;stroke-width:1.2}}
.dg .input .shape,.dg .class .shape{{fill:#f0f0ee;stroke:#777}}
.dg .parameter .shape{{fill:#fdf3e1;stroke:#a8741a}}
.dg .constant .shape{{fill:none;stroke:#999;stroke-dasharray:3 2}}
.dg .cost .shape{{stroke-width:2.4}}
.dg .line{{fill:none;stroke:#555;stroke-width:1.2}}
.dg .back .line{{stroke:#7a3db8}}
.dg .bar-line{{fill:none;stroke:#0b5cad;stroke-width:1.1;stroke-dasharray:4 2.5}}
.dg .tip{{fill:#555}}.dg .back .tip{{fill:#7a3db8}}.dg .bar-tip{{fill:#0b5cad}}
.dg .forward{{fill:#111;stroke:#111}}.dg .backward{{fill:#0b5cad;stroke:#0b5cad}}.dg .at{{fill:#444;stroke:#444}}
.dg .back .at{{fill:#6a2fa5;stroke:#6a2fa5}}
.dg text{{stroke:none}}.dg .italic{{font-style:italic}}.dg .bold{{font-weight:bold}}
@media screen and (prefers-color-scheme:dark){{
.dg .paper{{fill:#16181c}}
.dg .node .shape{{fill:#1e2127;stroke:#c8ccd2}}
.dg .input .shape,.dg .class .shape{{fill:#2a2e35;stroke:#9aa0a8}}
.dg .parameter .shape{{fill:#3a2f1b;stroke:#d9a64e}}
.dg .constant .shape{{fill:none;stroke:#8a9099}}
.dg .line{{stroke:#a9aeb6}}.dg .tip{{fill:#a9aeb6}}
.dg .back .line{{stroke:#c49bf0}}.dg .back .tip{{fill:#c49bf0}}
.dg .bar-line{{stroke:#7db8f5}}.dg .bar-tip{{fill:#7db8f5}}
.dg .forward{{fill:#f2f2f2;stroke:#f2f2f2}}.dg .backward{{fill:#7db8f5;stroke:#7db8f5}}
.dg .at{{fill:#cfd3d8;stroke:#cfd3d8}}.dg .back .at{{fill:#d3b5f5;stroke:#d3b5f5}}
}}
"""
TIP, BACK = 7.0, 4.0


def svg(drawing: Drawing, prefix: str = "n-") -> str:
    """The drawing; each node is a group with the id prefix + its name, each edge one with data-from and data-to."""
    width, height = _number(drawing.width), _number(drawing.height)
    title = escape(f"Computation graph: {drawing.title}" if drawing.title else "Computation graph")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dg" role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" aria-label="{title}">',
        f"<title>{title}</title>",
        f"<desc>{escape(described(drawing))}</desc>",
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        *(part for edge in drawing.edges for part in _edge(edge)),
        *(part for node in drawing.nodes for part in _node(node, prefix)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def described(drawing: Drawing) -> str:
    """The graph in words, for those that do not see it: y reads x, h."""
    paper = Paper()
    names = {met.node.name: paper.math(met.node.label) for met in drawing.nodes}
    reads: dict[str, list[str]] = {}
    for placed in drawing.edges:
        reads.setdefault(placed.edge.target, []).append(names[placed.edge.source])
    return "; ".join(f"{names[target]} reads {', '.join(sources)}" for target, sources in reads.items()) + "."


def _number(value: float) -> str:
    shown = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def _edge(placed: PlacedEdge) -> Iterator[str]:
    edge = placed.edge
    kind = "edge back" if edge.back else "edge"
    yield f'<g class="{kind}" data-from="{escape(edge.source)}" data-to="{escape(edge.target)}">'
    told = _told(placed)
    if told:
        yield f"<title>{escape(told)}</title>"
    yield _curve(placed.path, "line", "tip", edge.signal)
    if edge.signal:
        lower = tuple((x, y + BACK) for x, y in reversed(placed.path))
        yield _curve(lower, "bar-line", "bar-tip", True)
    if placed.label is not None and edge.label is not None:
        box = placed.label
        tone = "backward" if edge.signal else "at"
        found = typeset(edge.label)
        yield from _set(found, (box.x + 4, box.y + 1.5 + found.up * LABEL), LABEL, tone)
    yield "</g>"


def _told(placed: PlacedEdge) -> str:
    edge, paper = placed.edge, Paper()
    shown = paper.math(edge.told) if edge.told is not None else ""
    through = f"through {', '.join(edge.through)}" if edge.through else ""
    return "; ".join(part for part in (shown, through) if part)


def _curve(path: tuple[Point, ...], line: str, tip: str, paired: bool) -> str:
    """A curve with its arrow's head."""
    (x, y), before = path[-1], next(p for p in reversed(path[:-1]) if p != path[-1])
    length = ((x - before[0]) ** 2 + (y - before[1]) ** 2) ** 0.5
    ux, uy = (x - before[0]) / length, (y - before[1]) / length
    size = TIP * 0.85 if paired else TIP
    base = (x - ux * size, y - uy * size)
    points = [path[-1], (base[0] - uy * size * 0.38, base[1] + ux * size * 0.38)]
    points.append((base[0] + uy * size * 0.38, base[1] - ux * size * 0.38))
    head = " ".join(f"{_number(a)},{_number(b)}" for a, b in points)
    return f'<path class="{line}" d="{_data(path, base)}"/><polygon class="{tip}" points="{head}"/>'


def _data(path: tuple[Point, ...], end: Point) -> str:
    """The curve up to the base of its arrow's head."""
    cut = (*path[:-1], end)
    curves = [cut[n : n + 3] for n in range(1, len(cut), 3)]
    start = f"M{_number(cut[0][0])} {_number(cut[0][1])}"
    return start + "".join("C" + " ".join(f"{_number(x)} {_number(y)}" for x, y in curve) for curve in curves)


def _node(placed: PlacedNode, prefix: str) -> Iterator[str]:
    node, box = placed.node, placed.box
    yield f'<g id="{escape(prefix + node.name)}" class="node {node.kind}" data-name="{escape(node.tensor)}">'
    yield f"<title>{escape(_node_told(node))}</title>"
    yield _shape(node, box)
    lines = node_lines(node)
    y = box.middle[1] - sum(line.height for line in lines) / 2
    for line in lines:
        found = line.set
        x = box.middle[0] - found.width * line.size / 2
        yield from _set(found, (x, y + found.up * line.size), line.size, line.tone)
        y += line.height
    yield "</g>"


WORDS = {
    "class": "a class",
    "input": "an input",
    "parameter": "a parameter",
    "constant": "a constant",
    "cost": "the cost",
}


def _node_told(node: Node) -> str:
    name = Paper().math(node.label)
    return f"{name}, {WORDS[node.kind]}" if node.kind in WORDS else name


ROUND = {"input": 2.0, "class": 2.0, "constant": 2.0, "parameter": 6.0}


def _shape(node: Node, box: Box) -> str:
    radius = ROUND.get(node.kind, min(box.height / 2, 16.0))
    return (
        f'<rect class="shape" x="{_number(box.x)}" y="{_number(box.y)}" width="{_number(box.width)}" '
        f'height="{_number(box.height)}" rx="{_number(radius)}"/>'
    )


def _set(found: Set, at: Point, size: float, tone: str) -> Iterator[str]:
    """Mathematics at a place: every piece with the width that it is to have."""
    yield f'<g class="{tone}">'
    for piece in found.pieces:
        x, y = at[0] + piece.x * size, at[1] + piece.y * size
        if isinstance(piece, Rule):
            end = x + piece.width * size
            thick = max(0.7, piece.thick * size)
            yield (f'<path d="M{x:.2f} {y:.2f}H{end:.2f}" stroke-width="{thick:.2f}" fill="none"/>')
        elif piece.text.strip():
            yield _text(piece, x, y, size)
    yield "</g>"


def _text(piece: Glyphs, x: float, y: float, size: float) -> str:
    face = f' class="{piece.face}"' if piece.face in ("italic", "bold") else ""
    return (
        f'<text{face} x="{x:.2f}" y="{y:.2f}" font-size="{piece.size * size:.2f}" '
        f'textLength="{piece.width * size:.2f}" lengthAdjust="spacingAndGlyphs">{escape(piece.text)}</text>'
    )
