"""A graph in DOT, for Graphviz, and in Mermaid: places are theirs to find, labels are mathematics in their tags."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from derive.picture.lines import node_lines
from derive.picture.markup import Markup, lines
from derive.picture.model import Drawing, Edge, Node

SHAPES = {"hidden": "ellipse", "cost": "doublecircle", "words": "plaintext"}
FILLS = {"input": "#f0f0ee", "class": "#f0f0ee", "parameter": "#fdf3e1", "constant": "white"}
FORWARD, BACKWARD, BACK = "black", "#0b5cad", "#7a3db8"
DOT = Markup(escape=escape, small=('<FONT POINT-SIZE="9">', "</FONT>"), space="\u00a0")


def dot(drawing: Drawing) -> str:
    """A directed graph; beside an edge runs the bar's, the other way."""
    nodes = [_dot_node(placed.node) for placed in drawing.nodes]
    edges = [_dot_edge(placed.edge) for placed in drawing.edges]
    head = ["digraph {", f"  rankdir={'TB' if drawing.down else 'LR'};", f"  label={_quoted(drawing.title)};"]
    head.append('  node [fontname="Times"];')
    return "\n".join([*head, '  edge [fontname="Times", arrowsize="0.8"];', *nodes, *edges, "}"]) + "\n"


def _quoted(text: str) -> str:
    """A string of DOT; what looks like an escape of Graphviz' own is none."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _attributes(given: Mapping[str, str]) -> str:
    """Those of a node or edge; the label is in tags."""
    shown = (f"{name}=<{value}>" if name == "label" else f"{name}={_quoted(value)}" for name, value in given.items())
    return f" [{', '.join(shown)}]" if given else ""


def _dot_node(node: Node) -> str:
    given = {"label": lines(node_lines(node), DOT, _dot_blue, "<BR/>"), "shape": SHAPES.get(node.kind, "box")}
    if node.kind in FILLS:
        given |= {"style": "filled,rounded" if node.kind == "parameter" else "filled", "fillcolor": FILLS[node.kind]}
    return f"  {_quoted(node.name)}{_attributes(given)};"


def _dot_blue(text: str) -> str:
    return f'<FONT COLOR="{BACKWARD}">{text}</FONT>'


def _dot_edge(edge: Edge) -> str:
    label = {"label": DOT.label(edge.label)} if edge.label is not None else {}
    given = {"color": BACK, "fontcolor": BACK, "constraint": "false"} if edge.back else {}
    if edge.signal:
        given |= {"color": f"{BACK if edge.back else FORWARD}:{BACKWARD}", "dir": "both", "fontcolor": BACKWARD}
    return f"  {_quoted(edge.source)} -> {_quoted(edge.target)}{_attributes(label | given)};"


CORNERS = {"hidden": ("([", "])"), "cost": ("([", "])"), "parameter": ("(", ")")}
SEVERAL = "(", ")"
"""Around a node of several lines."""
CLASSES = """  classDef input fill:#f0f0ee,stroke:#777,color:#111
  classDef parameter fill:#fdf3e1,stroke:#a8741a,color:#111
  classDef constant fill:#fff,stroke:#999,color:#111,stroke-dasharray:3 2
  classDef words fill:none,stroke:none
  classDef hidden fill:#fff,stroke:#333,color:#111
  classDef cost fill:#fff,stroke:#333,color:#111,stroke-width:3px"""


def mermaid(drawing: Drawing) -> str:
    """A flowchart; nodes have numbers, for any name may stand in the file."""
    number = {placed.node.name: f"n{n}" for n, placed in enumerate(drawing.nodes)}
    head = [f'---\ntitle: "{_yaml(drawing.title)}"\n---'] if drawing.title else []
    nodes = [f"  {number[placed.node.name]}{_mermaid_node(placed.node)}" for placed in drawing.nodes]
    edges = [_mermaid_edge(placed.edge, number) for placed in drawing.edges]
    return "\n".join([*head, f"flowchart {'TD' if drawing.down else 'LR'}", *nodes, *edges, CLASSES]) + "\n"


def _mermaid_node(node: Node) -> str:
    shown = node_lines(node)
    opening, closing = CORNERS.get(node.kind, ("[", "]"))
    opening, closing = SEVERAL if opening == "([" and len(shown) > 1 else (opening, closing)
    text = lines(shown, MERMAID, _mermaid_blue, "<br/>")
    return f'{opening}"{text}"{closing}:::{"input" if node.kind == "class" else node.kind}'


def _mermaid_blue(text: str) -> str:
    return f"<span style='color:{BACKWARD} !important'>{text}</span>"


def _mermaid_edge(edge: Edge, number: Mapping[str, str]) -> str:
    """An arrow with a head at either end where a bar flows back: a second arrow would move the nodes about."""
    label = f'|"{MERMAID.label(edge.label)}"|' if edge.label is not None else ""
    return f"  {number[edge.source]} {'<-->' if edge.signal else '-->'}{label} {number[edge.target]}"


def _entities(text: str) -> str:
    """Text in Mermaid's quotes: what has a meaning there or in HTML as a numbered entity."""
    return "".join(f"#{ord(c)};" if c in '"#&<>\\`;|$*_' else c for c in text)


def _yaml(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


MERMAID = Markup(escape=_entities)
