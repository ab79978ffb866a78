"""A graph for the terminal: names in columns, lines of box-drawing signs between them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from derive.document import Operator, row
from derive.picture.grid import Grid, plain
from derive.picture.heights import heights
from derive.picture.lanes import lanes
from derive.picture.layers import Layers, layers
from derive.picture.model import Drawing, Edge, Item, Node, Plan, Stop
from derive.render.plain import Paper, cells

MARKS = {
    "input": ("[", "]"),
    "class": ("[", "]"),
    "parameter": ("(", ")"),
    "constant": ("{", "}"),
    "cost": ("<", ">"),
    "words": ("", ""),
}
LEGEND = {"input": "[input]", "parameter": "(parameter)", "constant": "{constant}", "cost": "<cost>"}
EQUALS = Operator("=", "relation")


def text(drawing: Drawing, width: int = 80, ascii: bool = False) -> str:
    """The graph, from the top down where it is too wide; below it the partials, where bars are drawn."""
    paper = Paper(ascii=ascii)
    drawn = drawing.plan
    lines = _drawn(drawn, paper)
    if max(map(cells, lines)) > width:
        lines = lanes(drawn, lambda node: _written(node, {}, paper), width, paper)
    kinds = {"input" if n.kind == "class" else n.kind for n in drawn.nodes}
    lines += ["", "  ".join(sign for kind, sign in LEGEND.items() if kind in kinds)]
    told = [*_weights(drawn, paper), *_partials(drawn, paper)]
    lines = [*lines, *(["", *told] if told else [])]
    head = [paper.words(drawing.title), ""] if drawing.title else []
    return "\n".join([*head, *(plain(x) if ascii else x for x in lines)]) + "\n"


def _written(node: Node, loops: Mapping[str, Edge], paper: Paper) -> str:
    """A name with its numbers and its bar in the brackets of its kind."""
    left, right = MARKS.get(node.kind, ("", ""))
    parts = [_valued(node, paper)]
    if node.bar is not None:
        parts.append(paper.math(node.bar if node.signal is None else row(node.bar, EQUALS, node.signal)))
    shown = f"{left}{', '.join(parts)}{right}"
    if (loop := loops.get(node.name)) is not None:
        shown += " ↺" + ("" if loop.label is None else paper.math(loop.label))
    return shown


def _valued(node: Node, paper: Paper) -> str:
    """x = 2; a unit with its bias: h, b = 2; words as they go on."""
    name = paper.math(node.label)
    if node.value is None:
        return name
    value = paper.math(node.value)
    if node.kind == "words":
        return f"{name} {value}"
    return f"{name}, {value}" if node.told else f"{name} = {value}"


@dataclass(frozen=True, slots=True)
class Page:
    """The columns with their texts: where each begins and ends, and each item's row."""

    found: Layers
    texts: Mapping[Item, str]
    lefts: tuple[int, ...]
    widths: tuple[int, ...]
    rows: Mapping[Item, int]
    tracks: tuple[Mapping[Item, int], ...]


def _drawn(drawn: Plan, paper: Paper) -> list[str]:
    edges = tuple(edge if edge.back else replace(edge, label=None) for edge in drawn.edges)
    edges = tuple(replace(edge, label=None) if edge.signal else edge for edge in edges)
    plan = replace(drawn, edges=edges)
    loops = {edge.source: edge for edge in edges if edge.source == edge.target}
    found = layers(plan)
    level = heights(found, lambda item: (0.5, 0.5), 0.0)
    rows = {item: math.floor(at + 0.5 + 1e-6) for item, at in level.items()}
    texts: dict[Item, str] = {n: _written(node, loops, paper) for n, node in enumerate(plan.nodes)}
    for chain in found.chains.values():
        for item in chain:
            if isinstance(item, Stop):
                label = edges[item.edge].label if item.labelled else None
                texts[item] = "" if label is None else f" {paper.math(label)} "
    return _lines(_page(found, texts, rows), plan)


def _page(found: Layers, texts: Mapping[Item, str], rows: Mapping[Item, int]) -> Page:
    widths = tuple(max(cells(texts[item]) for item, _ in column) for column in found.columns)
    links = [_links(found, n) for n in range(len(found.columns))]
    tracks = tuple(_tracks(met, rows) for met in links)
    lefts, x = [], 0
    for width, met in zip(widths, tracks, strict=True):
        lefts.append(x)
        x += width + 4 + max(met.values(), default=0)
    return Page(found, texts, tuple(lefts), widths, rows, tracks)


Links = Mapping[Item, Sequence[Item]]


def _links(found: Layers, column: int) -> Links:
    """What each item of a column is joined to in the next."""
    own = {item for item, _ in found.columns[column]}
    links: dict[Item, list[Item]] = {}
    for chain in found.chains.values():
        for a, b in pairwise(chain):
            if a in own and b not in links.setdefault(a, []):
                links[a].append(b)
    return links


def _tracks(links: Links, rows: Mapping[Item, int]) -> dict[Item, int]:
    """An upright line of its own for each item whose links change their row.

    What another leads to the row of comes first, so that no two lines share a piece.
    """
    turning = [a for a, met in links.items() if any(rows[b] != rows[a] for b in met)]
    before = {a: {b for b in turning if b != a and rows[b] in {rows[x] for x in links[a]}} for a in turning}
    order: list[Item] = []
    while len(order) < len(turning):
        waiting = [a for a in turning if a not in order]
        order.append(next((a for a in waiting if before[a] <= set(order)), waiting[0]))
    return {item: n + 1 for n, item in enumerate(order)}


def _lines(page: Page, plan: Plan) -> list[str]:
    grid = Grid()
    for column, tracks in enumerate(page.tracks):
        for number, (a, met) in enumerate(_links(page.found, column).items()):
            for b in met:
                _link(grid, page, column, (a, b), tracks.get(a, 0), number + 1000 * column)
    for column, items in enumerate(page.found.columns):
        for item, _ in items:
            _place(grid, page, column, item)
    _heads(grid, page, plan)
    return grid.lines()


def _start(page: Page, column: int, item: Item) -> int:
    """Where an item's text begins: names at the left of their column."""
    return page.lefts[column]


def _link(grid: Grid, page: Page, column: int, ends: tuple[Item, Item], track: int, bundle: int) -> None:
    """From the end of one text over the upright line to the beginning of the next."""
    a, b = ends
    start = _start(page, column, a) + cells(page.texts[a])
    turn = page.lefts[column] + page.widths[column] + track + 1
    end = page.lefts[column + 1] - 1
    if page.rows[a] == page.rows[b]:
        grid.across(page.rows[a], start, end + 1, bundle)
        return
    grid.across(page.rows[a], start - 1, turn, bundle)
    grid.down(turn, (page.rows[a], page.rows[b]), bundle)
    grid.across(page.rows[b], turn, end + 1, bundle)


def _place(grid: Grid, page: Page, column: int, item: Item) -> None:
    shown, start = page.texts[item], _start(page, column, item)
    if shown:
        grid.write(page.rows[item], start, shown, cells(shown))
    elif page.widths[column] == 0:
        return
    if isinstance(item, Stop):
        end = page.lefts[column] + page.widths[column]
        grid.across(page.rows[item], start + cells(shown) - (0 if shown else 1), end, -1)


def _heads(grid: Grid, page: Page, plan: Plan) -> None:
    """The arrows' heads: before what reads, or behind it where an edge leads back."""
    column = {item: n for n, items in enumerate(page.found.columns) for item, _ in items}
    for n, chain in page.found.chains.items():
        first, last = chain[0], chain[-1]
        if plan.edges[n].back:
            x = _start(page, column[first], first) + cells(page.texts[first])
            grid.write(page.rows[first], x, "◂", 1)
        else:
            grid.write(page.rows[last], page.lefts[column[last]] - 1, "▸", 1)


def _weights(drawn: Plan, paper: Paper) -> Iterator[str]:
    """What stands at the edges of a network of numbers: h₁ ← −2 at x₁, 2 at x₄."""
    names = {node.name: paper.math(node.label) for node in drawn.nodes}
    found: dict[str, list[str]] = {}
    for edge in drawn.edges:
        if edge.label is not None and not (edge.back or edge.signal or edge.source == edge.target):
            found.setdefault(edge.target, []).append(f"{paper.math(edge.label)} at {names[edge.source]}")
    wide = max((cells(names[target]) for target in found), default=0)
    arrow = "<-" if paper.ascii else "←"
    for target, told in found.items():
        yield f"{names[target]}{' ' * (wide - cells(names[target]))} {arrow} {', '.join(told)}"


def _partials(drawn: Plan, paper: Paper) -> Iterator[str]:
    """What flows back along each edge."""
    for edge in drawn.edges:
        shown = edge.told or edge.label
        if edge.signal and shown is not None:
            yield paper.math(shown)
