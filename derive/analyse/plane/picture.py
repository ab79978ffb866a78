"""A region, the lines of its half-planes, and its network, as one SVG picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import escape

from derive.analyse.plane.build import Plan
from derive.analyse.plane.polygon import Corner, Polygon
from derive.analyse.prove.language import Condition, Node
from derive.analyse.prove.net import Layer, Net
from derive.analyse.prove.proof import entry

SIDE = 360
"""The side of the plane in the picture."""
COLUMN, LINE = 110, 34
"""Between layers, and between the units of a layer."""
RADIUS = 13


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the plane that is shown: its lower left corner and the length of its sides."""

    left: Fraction
    low: Fraction
    length: Fraction

    def at(self, point: Corner) -> tuple[float, float]:
        """Where a point is in the picture, whose y grows downwards."""
        x, y = ((point[k] - (self.left, self.low)[k]) / self.length * SIDE for k in (0, 1))
        return round(float(x), 2), round(float(SIDE - y), 2)

    def path(self, corners: tuple[Corner, ...]) -> str:
        return "M" + "L".join(f"{x:g},{y:g}" for x, y in map(self.at, corners)) + "Z"


def svg(polygons: Mapping[str, Polygon], region: Condition, plan: Plan) -> str:
    """The picture: left the plane, right the network."""
    frame, drawn = _frame(polygons), [*_network(plan.net)]
    width = SIDE + COLUMN * (len(plan.net.layers) + 1)
    height = max(SIDE, LINE * (1 + max(layer.units for layer in plan.net.layers)))
    masks = list[str]()
    shape = _region(region.root, polygons, frame, masks, True)
    lines = [_line(frame, weights, bias) for weights, bias in _planes(plan.net)]
    edges = [f'<path d="{frame.path(p.corners)}" class="edge"/>' for p in polygons.values()]
    plane = f'<rect width="{SIDE}" height="{SIDE}" class="in" mask="url(#region)"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
    style = "<style>.in{fill:#9cc3e6}.edge{fill:none;stroke:#1f4e79;stroke-width:2}.plane,.wire{stroke:#888;fill:none}"
    style += (
        ".plane{stroke-dasharray:4 4}.unit{fill:#fff;stroke:#1f4e79}text{font:11px serif;text-anchor:middle}</style>"
    )
    clip = f'<clipPath id="frame"><rect width="{SIDE}" height="{SIDE}"/></clipPath>'
    defs = f'<defs>{clip}{"".join(masks)}<mask id="region">{shape}</mask></defs>'
    title = f"<title>{escape(region.text)}</title>"
    inner = "\n".join([title, style, defs, '<g clip-path="url(#frame)">', plane, *lines, *edges, "</g>", *drawn])
    return f"{head}\n{inner}\n</svg>\n"


def _frame(polygons: Mapping[str, Polygon]) -> Frame:
    """A square around all corners, with a margin."""
    corners = [corner for p in polygons.values() for corner in p.corners]
    (left, low), (right, high) = ([side(c[k] for c in corners) for k in (0, 1)] for side in (min, max))
    length = max(right - left, high - low) * Fraction(5, 4)
    return Frame((left + right - length) / 2, (low + high - length) / 2, length)


def _region(node: Node, polygons: Mapping[str, Polygon], frame: Frame, masks: list[str], holds: bool) -> str:
    """A region in white, its `not`s at the polygons: a square with the polygon cut out."""
    if node.kind == "negated":
        return _region(node.parts[0], polygons, frame, masks, not holds)
    if node.kind == "name":
        around = "" if holds else f"M0,0H{SIDE}V{SIDE}H0Z"
        return f'<path d="{around}{frame.path(polygons[node.word].corners)}" fill="#fff" fill-rule="evenodd"/>'
    parts = [_region(part, polygons, frame, masks, holds) for part in node.parts]
    if (node.kind == "either") == holds:
        return f"<g>{''.join(parts)}</g>"
    shape = f'<rect width="{SIDE}" height="{SIDE}" fill="#fff"/>'
    for part in parts:
        masks.append(f'<mask id="m{len(masks)}">{part}</mask>')
        shape = f'<g mask="url(#m{len(masks) - 1})">{shape}</g>'
    return shape


def _planes(net: Net) -> Iterator[tuple[tuple[Fraction, ...], Fraction]]:
    return zip(net.layers[0].weights, net.layers[0].biases, strict=True)


def _line(frame: Frame, weights: tuple[Fraction, ...], bias: Fraction) -> str:
    """The edge of a half-plane, a x + b y + c = 0, from one side of the frame to the other."""
    a, b = weights
    low, high = (frame.left, frame.left + frame.length) if b else (frame.low, frame.low + frame.length)
    ends = [(t, (-bias - a * t) / b) if b else (-bias / a, t) for t in (low, high)]
    (x, y), (u, v) = map(frame.at, ends)
    return f'<line x1="{x:g}" y1="{y:g}" x2="{u:g}" y2="{v:g}" class="plane"/>'


def _network(net: Net) -> Iterator[str]:
    """Units in a column for each layer, a line for each weight that is not 0."""
    tall = LINE * (1 + max(layer.units for layer in net.layers))
    places = {("x", n): (SIDE + COLUMN // 3, _height(2, n, tall)) for n in (0, 1)}
    for column, layer in enumerate(net.layers, 1):
        x = SIDE + COLUMN // 3 + COLUMN * column
        places |= {(layer.name, n): (x, _height(layer.units, n, tall)) for n in range(layer.units)}
        yield from _wires(net, layer, places)
    names = {(layer.name, n): entry(layer, n) for layer in net.layers for n in range(layer.units)}
    for (name, n), (x, y) in places.items():
        yield f'<circle cx="{x}" cy="{y:g}" r="{RADIUS}" class="unit"/>'
        yield f'<text x="{x}" y="{y + 4:g}">{escape(names.get((name, n), f"{name}[{n + 1}]"))}</text>'


def _height(units: int, n: int, tall: int) -> float:
    return tall / 2 + LINE * (n - (units - 1) / 2)


def _wires(net: Net, layer: Layer, places: Mapping[tuple[str, int], tuple[int, float]]) -> Iterator[str]:
    sizes = {**dict(net.inputs), **{other.name: other.units for other in net.layers}}
    sources = [(name, n) for name in layer.reads for n in range(sizes[name])]
    for unit, row in enumerate(layer.weights):
        (u, v) = places[layer.name, unit]
        for source, weight in zip(sources, row, strict=True):
            if weight:
                x, y = places[source]
                yield f'<path d="M{x},{y:g}L{u},{v:g}" class="wire"/>'
