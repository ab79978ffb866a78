"""A graph with places: columns from left to right, or layers from the top down, curves that leave and arrive level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from derive.document import Math
from derive.picture.heights import heights
from derive.picture.layers import Layers, layers
from derive.picture.lines import label_size, node_size
from derive.picture.model import BACK, Box, Drawing, Edge, Item, Node, PlacedEdge, PlacedNode, Plan, Point, Stop

BETWEEN, BELOW, MARGIN, LOOP = 40.0, 28.0, 14.0, 26.0
"""Points between two columns, two layers, around the whole, and how far a loop stands above its node."""
BETWEEN_LABELS, SPREAD = 24.0, 9.0
"""Beside a column of labels, between two ends at a node."""


PAGE = (700.0, 900.0)
"""Points that a page has: a graph that would be smaller there by this much leads down."""
SMALLER = 0.7


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes along the graph and across it; down: it leads down, and places are turned at the end."""

    down: bool

    def node(self, node: Node) -> tuple[float, float]:
        width, height = node_size(node)
        return (height, width) if self.down else (width, height)

    def label(self, label: Math) -> tuple[float, float]:
        width, height = label_size(label)
        return (height, width) if self.down else (width, height)


@dataclass(frozen=True, slots=True)
class Places:
    """Everything that curves are drawn from."""

    plan: Plan
    sizes: Sizes
    found: Layers
    lefts: tuple[float, ...]
    widths: tuple[float, ...]
    y: Mapping[Item, float]
    column: Mapping[Item, int]


def drawing(plan: Plan) -> Drawing:
    """The graph with places; its upper left corner is (0, 0)."""
    if plan.direction:
        return _drawing(plan, plan.direction == "down")
    right = _drawing(plan, False)
    if _scale(right) == 1:
        return right
    down = _drawing(plan, True)
    return down if _scale(right) < SMALLER * _scale(down) else right


def _scale(drawing: Drawing) -> float:
    """How large a page shows it."""
    return min(1.0, PAGE[0] / drawing.width, PAGE[1] / drawing.height)


def _drawing(plan: Plan, down: bool) -> Drawing:
    places = _places(plan, Sizes(down))
    nodes = _nodes(places)
    boxes = {met.node.name: met.box for met in nodes}
    ports = _ports(places, boxes)
    edges = [_edge(n, edge, places, boxes, ports) for n, edge in enumerate(plan.edges)]
    return _framed(plan, nodes, edges, down)


def _places(plan: Plan, given: Sizes) -> Places:
    found = layers(plan)
    loops = {edge.source: _loop_height(edge, given) for edge in plan.edges if edge.source == edge.target}
    sizes = {n: given.node(node) for n, node in enumerate(plan.nodes)}

    every = [item for column in found.columns for item, _ in column]
    extents = {item: _extent(item, plan, given, sizes, loops) for item in every}
    widths = tuple(max(_width(item, plan, given, sizes) for item, _ in column) for column in found.columns)
    column = {item: n for n, items in enumerate(found.columns) for item, _ in items}
    lefts = _lefts(found, widths, BELOW if given.down else BETWEEN)
    return Places(plan, given, found, lefts, widths, heights(found, extents.__getitem__), column)


def _extent(
    item: Item, plan: Plan, given: Sizes, sizes: Mapping[int, tuple[float, float]], loops: Mapping[str, float]
) -> tuple[float, float]:
    """How far something goes above its line and below it."""
    if not isinstance(item, Stop):
        half = sizes[item][1] / 2
        return half + loops.get(plan.nodes[item].name, 0.0), half
    edge = plan.edges[item.edge]
    up = given.label(edge.label)[1] + 3 if item.labelled and edge.label is not None else 1.0
    return up, BACK + 1 if edge.signal else 1.0


def _loop_height(edge: Edge, given: Sizes) -> float:
    return LOOP if edge.label is None else LOOP + given.label(edge.label)[1]


def _width(item: Item, plan: Plan, given: Sizes, sizes: Mapping[int, tuple[float, float]]) -> float:
    if not isinstance(item, Stop):
        name = plan.nodes[item].name
        loops = [e.label for e in plan.edges if e.source == e.target == name and e.label is not None]
        return max(sizes[item][0], *(given.label(label)[0] for label in loops), 0.0)
    label = plan.edges[item.edge].label
    return given.label(label)[0] if item.labelled and label is not None else 0.0


def _lefts(found: Layers, widths: Sequence[float], between: float) -> tuple[float, ...]:
    """Where each column begins."""
    of_labels = [all(isinstance(item, Stop) for item, _ in column) for column in found.columns]
    x, lefts = 0.0, []
    for n, width in enumerate(widths):
        lefts.append(x)
        beside = of_labels[n] or (n + 1 < len(widths) and of_labels[n + 1])
        crowd = min(30.0, 1.5 * len(found.columns[n]))
        x += width + (min(between, BETWEEN_LABELS) if beside else between) + crowd
    return tuple(lefts)


def _nodes(places: Places) -> list[PlacedNode]:
    found = []
    for n, node in enumerate(places.plan.nodes):
        width, height = places.sizes.node(node)
        column = places.column[n]
        x = places.lefts[column] + (places.widths[column] - width) / 2
        found.append(PlacedNode(node, Box(x, places.y[n] - height / 2, width, height), column))
    return found


Ports = Mapping[tuple[int, bool], float]


def _ports(places: Places, boxes: Mapping[str, Box]) -> Ports:
    """(edge, whether at its right end) -> how high it meets the node: ends apart, in the order in which they come."""
    at: dict[tuple[int, bool], list[tuple[float, int]]] = {}
    for n, chain in places.found.chains.items():
        first, last = chain[0], chain[-1]
        assert isinstance(first, int) and isinstance(last, int)
        at.setdefault((first, False), []).append((places.y[chain[1]], n))
        at.setdefault((last, True), []).append((places.y[chain[-2]], n))
    found: dict[tuple[int, bool], float] = {}
    for (node, right), ends in at.items():
        box = boxes[places.plan.nodes[node].name]
        step = min(SPREAD, (box.height - 12) / max(1, len(ends) - 1))
        for place, (_, edge) in enumerate(sorted(ends)):
            found[edge, right] = box.middle[1] + (place - (len(ends) - 1) / 2) * step
    return found


def _edge(n: int, edge: Edge, places: Places, boxes: Mapping[str, Box], ports: Ports) -> PlacedEdge:
    if edge.source == edge.target:
        return _loop(edge, boxes[edge.source], places.sizes)
    level, label = _level(n, edge, places, boxes, ports)
    path = [level[0][0]]
    for (_, end), (start, _) in pairwise(level):
        half = (start[0] - end[0]) / 2
        path += [end] * 3 if path[-1] != end else []
        path += [(end[0] + half, end[1]), (start[0] - half, start[1]), start]
    path += [level[-1][1]] * 3 if path[-1] != level[-1][1] else []
    return PlacedEdge(edge, tuple(reversed(path)) if edge.back else tuple(path), label)


def _level(
    n: int, edge: Edge, places: Places, boxes: Mapping[str, Box], ports: Ports
) -> tuple[list[tuple[Point, Point]], Box | None]:
    """The level pieces of an edge, one for each column, left to right; and where its label stands."""
    chain = places.found.chains[n]
    left, right = (boxes[name] for name in ((edge.target, edge.source) if edge.back else (edge.source, edge.target)))
    columns = [places.column[item] for item in chain]
    edges = [(places.lefts[c], places.lefts[c] + places.widths[c]) for c in columns]
    first, last = ports[n, False], ports[n, True]
    level = [((left.x + left.width, first), (edges[0][1], first))]
    label = None
    for item, (start, end) in list(zip(chain, edges, strict=True))[1:-1]:
        level.append(((start, places.y[item]), (end, places.y[item])))
        if isinstance(item, Stop) and item.labelled and edge.label is not None:
            width, height = places.sizes.label(edge.label)
            label = Box((start + end - width) / 2, places.y[item] - height - 3, width, height)
    return [*level, ((edges[-1][0], last), (right.x, last))], label


def _loop(edge: Edge, box: Box, sizes: Sizes) -> PlacedEdge:
    """From the right of a node's top over it to the left."""
    reach = min(12.0, box.width / 3)
    middle, top = box.middle[0], box.y
    start, end = (middle + reach, top), (middle - reach, top)
    path = (start, (start[0] + 10, top - LOOP), (end[0] - 10, top - LOOP), end)
    if edge.label is None:
        return PlacedEdge(edge, path)
    width, height = sizes.label(edge.label)
    return PlacedEdge(edge, path, Box(middle - width / 2, top - LOOP * 0.75 - height - 1, width, height))


def _framed(plan: Plan, nodes: Sequence[PlacedNode], edges: Sequence[PlacedEdge], down: bool) -> Drawing:
    """All of it moved to where nothing is cut off, and turned where it leads down."""
    boxes = _boxes(nodes, edges)
    corners = [corner for b in boxes for corner in ((b.x, b.y), (b.x + b.width, b.y + b.height))]
    points = [*corners, *(p for edge in edges for p in edge.path)]
    dx, dy = MARGIN - min(x for x, _ in points), MARGIN - min(y for _, y in points)
    right, bottom = max(x for x, _ in points) + dx + MARGIN, max(y for _, y in points) + dy + MARGIN
    placed = tuple(PlacedNode(n.node, _moved(n.box, dx, dy), n.column) for n in nodes)
    drawn = tuple(
        PlacedEdge(e.edge, tuple((x + dx, y + dy) for x, y in e.path), e.label and _moved(e.label, dx, dy))
        for e in edges
    )
    if not down:
        return Drawing(plan, placed, drawn, right, bottom)
    turned = tuple(PlacedNode(n.node, _turned(n.box), n.column) for n in placed)
    paths = tuple(PlacedEdge(e.edge, tuple((y, x) for x, y in e.path), e.label and _turned(e.label)) for e in drawn)
    return Drawing(plan, turned, paths, bottom, right, True)


def _turned(box: Box) -> Box:
    return Box(box.y, box.x, box.height, box.width)


def _boxes(nodes: Sequence[PlacedNode], edges: Sequence[PlacedEdge]) -> list[Box]:
    return [*(n.box for n in nodes), *(e.label for e in edges if e.label is not None)]


def _moved(box: Box, dx: float, dy: float) -> Box:
    return Box(box.x + dx, box.y + dy, box.width, box.height)
