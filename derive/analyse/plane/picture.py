"""A region, the lines of its half-planes, and its network, as a picture.

Dashed and red is a weight below 0. A dot's title, shown where the pointer rests, is its corner's coordinates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, log10
from xml.sax.saxutils import escape

from derive.analyse.pictures import Picture
from derive.analyse.plane.build import Plan
from derive.analyse.plane.polygon import Corner, Polygon
from derive.analyse.prove.data import number
from derive.analyse.prove.language import Condition, Node
from derive.analyse.prove.net import Layer, Net
from derive.analyse.prove.proof import entry

SIDE = 360
"""The side of the plane in the picture."""
COLUMN, LINE = 110, 34
"""Between layers, and between the units of a layer."""
RADIUS = 15
TICKS = 10
"""Lines of the grid, at most, for each coordinate."""


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


def picture(title: str, polygons: Mapping[str, Polygon], region: Condition, plan: Plan, prefix: str = "") -> Picture:
    """Left the plane, right the network; prefix: of the names inside the picture, which others beside it share."""
    frame, drawn = _frame(polygons), [*_network(plan.net)]
    width = SIDE + COLUMN * (len(plan.net.layers) + 1)
    masks = Masks(prefix)
    shape = _region(region.root, polygons, frame, masks, True)
    lines = [_line(frame, weights, bias) for weights, bias in _planes(plan.net)]
    edges = [f'<path d="{frame.path(p.corners)}" class="edge"/>' for p in polygons.values()]
    plane = f'<rect width="{SIDE}" height="{SIDE}" class="in" mask="url(#{prefix}region)"/>'
    clip = f'<clipPath id="{prefix}frame"><rect width="{SIDE}" height="{SIDE}"/></clipPath>'
    defs = f'<defs>{clip}{"".join(masks.made)}<mask id="{prefix}region">{shape}</mask></defs>'
    inside = [f'<g clip-path="url(#{prefix}frame)">', plane, *_axes(frame), *lines, *edges, "</g>"]
    return Picture(title, width, _tall(plan.net), "\n".join([defs, *inside, *_corners(polygons, frame), *drawn]))


@dataclass(slots=True)
class Masks:
    """The masks that a region needs, each with a name of its own."""

    prefix: str
    made: list[str] = field(default_factory=list)

    def add(self, shape: str) -> str:
        name = f"{self.prefix}m{len(self.made)}"
        self.made.append(f'<mask id="{name}">{shape}</mask>')
        return name


def _axes(frame: Frame) -> Iterator[str]:
    """Lines at round numbers of both coordinates, the numbers beside them."""
    step = _round(frame.length / TICKS)
    for k, low in enumerate((frame.left, frame.low)):
        for n in range(ceil(low / step), floor((low + frame.length) / step) + 1):
            at = [frame.left, frame.low]
            at[k] = n * step
            x, y = frame.at((at[0], at[1]))
            line = f"M{x:g},0V{SIDE}" if k == 0 else f"M0,{y:g}H{SIDE}"
            where = f'x="{x + 2:g}" y="{SIDE - 3}"' if k == 0 else f'x="2" y="{y - 2:g}"'
            yield f'<path d="{line}" class="axis"/><text {where} class="small">{_shown(n * step)}</text>'


def _shown(value: Fraction) -> str:
    return str(number(value)).replace("-", "−")


def _round(length: Fraction) -> Fraction:
    """The smallest of 1, 2, 5, 10, 20 … and their parts that is not below a length."""
    power = Fraction(10) ** floor(log10(length))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= length)


def _corners(polygons: Mapping[str, Polygon], frame: Frame) -> Iterator[str]:
    """Each corner as a dot, with its coordinates."""
    for name, shape in polygons.items():
        for corner in shape.corners:
            x, y = frame.at(corner)
            told = f"{name}: ({_shown(corner[0])}, {_shown(corner[1])})"
            yield f'<circle cx="{x:g}" cy="{y:g}" r="3" class="corner"><title>{escape(told)}</title></circle>'


def _frame(polygons: Mapping[str, Polygon]) -> Frame:
    """A square around all corners, with a margin."""
    corners = [corner for p in polygons.values() for corner in p.corners]
    (left, low), (right, high) = ([side(c[k] for c in corners) for k in (0, 1)] for side in (min, max))
    length = max(right - left, high - low) * Fraction(5, 4)
    return Frame((left + right - length) / 2, (low + high - length) / 2, length)


def _region(node: Node, polygons: Mapping[str, Polygon], frame: Frame, masks: Masks, holds: bool) -> str:
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
        shape = f'<g mask="url(#{masks.add(part)})">{shape}</g>'
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
    tall = _tall(net)
    places = {("x", n): (SIDE + COLUMN // 3, _height(2, n, tall)) for n in (0, 1)}
    for column, layer in enumerate(net.layers, 1):
        x = SIDE + COLUMN // 3 + COLUMN * column
        places |= {(layer.name, n): (x, _height(layer.units, n, tall)) for n in range(layer.units)}
        yield from _wires(net, layer, places)
    names = {(layer.name, n): entry(layer, n) for layer in net.layers for n in range(layer.units)}
    for (name, n), (x, y) in places.items():
        yield f'<circle cx="{x}" cy="{y:g}" r="{RADIUS}" class="unit"/>'
        told = escape(names.get((name, n), f"{name}[{n + 1}]"))
        yield f'<text x="{x}" y="{y + 4:g}" class="name small">{told}</text>'


def _tall(net: Net) -> int:
    """The height of the whole picture: that of the plane, or of the largest layer."""
    return max(SIDE, LINE * (1 + max(layer.units for layer in net.layers)))


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
                kind = "wire" if weight > 0 else "minus"
                told = f"<title>weight {_shown(weight)}</title>"
                yield f'<path d="M{x},{y:g}L{u},{v:g}" class="{kind}">{told}</path>'
