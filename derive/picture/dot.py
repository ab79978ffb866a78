"""A graph in DOT, for Graphviz, and in Mermaid: places are theirs to find, labels are text."""

from __future__ import annotations

from collections.abc import Mapping

from derive.document import Math
from derive.picture.lines import node_lines
from derive.picture.model import Drawing, Edge, Node
from derive.render.plain import Paper

SHAPES = {"hidden": "ellipse", "cost": "doublecircle"}
FILLS = {"input": "#f0f0ee", "class": "#f0f0ee", "parameter": "#fdf3e1", "constant": "white"}
FORWARD, BACKWARD, BACK = "black", "#0b5cad", "#7a3db8"


def _told(box: Math) -> str:
    return Paper().math(box)


def _lines(node: Node) -> list[str]:
    return [_told(line.math) for line in node_lines(node)]


def dot(drawing: Drawing) -> str:
    """A directed graph from left to right."""
    nodes = [_dot_node(placed.node) for placed in drawing.nodes]
    edges = [line for placed in drawing.edges for line in _dot_edges(placed.edge)]
    head = ["digraph {", "  rankdir=LR;", f"  label={_quoted(drawing.title)};", '  node [fontname="Times"];']
    return "\n".join([*head, '  edge [fontname="Times"];', *nodes, *edges, "}"]) + "\n"


def _quoted(text: str) -> str:
    """A string of DOT; what looks like an escape of Graphviz' own is none."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _attributes(given: Mapping[str, str]) -> str:
    return "[" + ", ".join(f"{name}={_quoted(value)}" for name, value in given.items()) + "]"


def _dot_node(node: Node) -> str:
    given = {"label": "\n".join(_lines(node)), "shape": SHAPES.get(node.kind, "box")}
    if node.kind in FILLS:
        given |= {"style": "filled,rounded" if node.kind == "parameter" else "filled", "fillcolor": FILLS[node.kind]}
    return f"  {_quoted(node.name)} {_attributes(given)};"


def _dot_edges(edge: Edge) -> list[str]:
    label = {"label": _told(edge.label)} if edge.label is not None else {}
    back = {"color": BACK, "fontcolor": BACK, "constraint": "false"} if edge.back else {}
    colour = {"fontcolor": BACKWARD} if edge.signal else {}
    found = [f"  {_quoted(edge.source)} -> {_quoted(edge.target)} {_attributes(label | back | colour)};"]
    if edge.signal:
        given = {"color": BACKWARD, "style": "dashed", "constraint": "false"}
        found.append(f"  {_quoted(edge.target)} -> {_quoted(edge.source)} {_attributes(given)};")
    return found


CORNERS = {"hidden": ("([", "])"), "cost": ("((", "))"), "parameter": ("(", ")")}
CLASSES = """  classDef input fill:#f0f0ee,stroke:#777,color:#111
  classDef parameter fill:#fdf3e1,stroke:#a8741a,color:#111
  classDef constant fill:none,stroke:#999,stroke-dasharray:3 2"""


def mermaid(drawing: Drawing) -> str:
    """A flowchart from left to right; nodes have numbers, for any name may stand in the file."""
    number = {placed.node.name: f"n{n}" for n, placed in enumerate(drawing.nodes)}
    lines = [f'---\ntitle: "{_yaml(drawing.title)}"\n---' if drawing.title else "", "flowchart LR"]
    for placed in drawing.nodes:
        opening, closing = CORNERS.get(placed.node.kind, ("[", "]"))
        text = "<br/>".join(_entities(line) for line in _lines(placed.node))
        lines.append(f'  {number[placed.node.name]}{opening}"{text}"{closing}{_class(placed.node)}')
    for drawn in drawing.edges:
        lines += _mermaid_edges(drawn.edge, number)
    return "\n".join([line for line in lines if line] + [CLASSES]) + "\n"


def _class(node: Node) -> str:
    kind = "input" if node.kind == "class" else node.kind
    return f":::{kind}" if kind in ("input", "parameter", "constant") else ""


def _mermaid_edges(edge: Edge, number: Mapping[str, str]) -> list[str]:
    source, target = number[edge.source], number[edge.target]
    label = f'|"{_entities(_told(edge.label))}"|' if edge.label is not None else ""
    return [f"  {source} -->{label} {target}", *([f"  {target} -.-> {source}"] if edge.signal else [])]


def _entities(text: str) -> str:
    """Text in Mermaid's quotes: what has a meaning there or in HTML as a numbered entity."""
    return "".join(f"#{ord(c)};" if c in '"#&<>\\`;|$*_' else c for c in text)


def _yaml(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
