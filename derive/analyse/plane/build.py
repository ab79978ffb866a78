"""The network of a region: half-planes, convex pieces, polygons, then one unit for each and, or of the region.

Every unit is a threshold, [z ≥ 0]: AND of n is Σ − n ≥ 0, OR is Σ − 1 ≥ 0; a `not` in front of a part turns its weight
and adds 1 to the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm

from derive.analyse.plane.polygon import Corner, Polygon
from derive.analyse.prove.language import Condition, Node, names
from derive.analyse.prove.net import Layer, Net, Point, activation

MEND = "a region is made of names of polygons with and, or, not: `outer and not inner`"


@dataclass(frozen=True, slots=True)
class Plan:
    """The network, and how many units there are of each kind: half-plane, AND, OR, NOT."""

    net: Net
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """One unit that earlier layers compute, or its contrary."""

    layer: str
    unit: int
    contrary: bool = False


@dataclass(slots=True)
class Building:
    """The layers so far."""

    layers: list[Layer] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"half-plane": 0, "AND": 0, "OR": 0, "NOT": 0})

    def gates(self, name: str, kind: str, groups: Sequence[Sequence[Signal]]) -> list[Signal]:
        """One AND or OR for each group, in a layer of its own; a group of one is what it is."""
        made = [group for group in groups if len(group) > 1 or kind == "NOT"]
        if made:
            read = tuple(dict.fromkeys(signal.layer for group in made for signal in group))
            rows = [self._gate(group, kind, read) for group in made]
            self.counts[kind] += len(made)
            weights, biases = tuple(row for row, _ in rows), tuple(bias for _, bias in rows)
            self.layers.append(Layer(name, read, weights, biases, activation("z >= 0")))
        at = iter(range(len(made)))
        return [Signal(name, next(at)) if len(group) > 1 or kind == "NOT" else group[0] for group in groups]

    def _gate(self, group: Sequence[Signal], kind: str, read: Sequence[str]) -> tuple[Point, Fraction]:
        """Weights and bias of one gate."""
        sizes = {layer.name: layer.units for layer in self.layers}
        places = {(name, n): 0 for name in read for n in range(sizes[name])}
        for signal in group:
            places[signal.layer, signal.unit] += -1 if signal.contrary else 1
        contrary = sum(signal.contrary for signal in group)
        least = 1 if kind == "OR" else len(group)
        return tuple(Fraction(w) for w in places.values()), Fraction(contrary - least)

    def free(self, name: str) -> str:
        """A name for a layer that none has."""
        taken = {layer.name for layer in self.layers} | {"x", "y"}
        return next(n for n in (name, *(f"{name}{k}" for k in range(2, 1000))) if n not in taken)


def network_of(polygons: Mapping[str, Polygon], region: Condition) -> Plan:
    """The network whose output is 1 in the region, 0 elsewhere. Raises DeriveError."""
    for name in sorted(names(region.root) - set(polygons)):
        raise region.wrong(f"there is no polygon {name}", f"there are {', '.join(polygons)}")
    used = {name: p for name, p in polygons.items() if name in names(region.root)}
    building = Building()
    signals = _polygons(building, used)
    last = _region(building, region, region.root, signals)
    if last.contrary:
        last = building.gates(building.free("g"), "NOT", [[last]])[0]
    final = building.layers[-1]
    assert last == Signal(final.name, 0)
    building.layers[-1] = Layer("y", final.reads, final.weights, final.biases, final.phi)
    counts = tuple((kind, count) for kind, count in building.counts.items() if count)
    return Plan(Net((("x", 2),), tuple(building.layers)), counts)


def _polygons(building: Building, polygons: Mapping[str, Polygon]) -> dict[str, Signal]:
    """Half-planes, each once; an AND for each piece; an OR for each polygon that is no single piece."""
    pieces = [(name, piece) for name, p in polygons.items() for piece in p.pieces]
    planes = dict.fromkeys(plane for _, piece in pieces for plane in half_planes(piece))
    weights, biases = tuple((a, b) for a, b, _ in planes), tuple(c for _, _, c in planes)
    building.layers.append(Layer("h", ("x",), weights, biases, activation("z >= 0")))
    building.counts["half-plane"] = len(planes)
    at = {plane: Signal("h", n) for n, plane in enumerate(planes)}
    ands = building.gates("p", "AND", [[at[plane] for plane in half_planes(piece)] for _, piece in pieces])
    owned = [[s for (name, _), s in zip(pieces, ands, strict=True) if name == own] for own in polygons]
    return dict(zip(polygons, building.gates("q", "OR", owned), strict=True))


def half_planes(corners: Sequence[Corner]) -> list[tuple[Fraction, Fraction, Fraction]]:
    """a x₁ + b x₂ + c ≥ 0 for the left side of each edge, in the smallest whole numbers."""
    found = []
    for (x, y), (u, v) in pairwise((*corners, corners[0])):
        numbers = (y - v, u - x, (v - y) * x - (u - x) * y)
        scale = lcm(*(n.denominator for n in numbers))
        divisor = gcd(*(int(n * scale) for n in numbers))
        found.append((numbers[0] * scale / divisor, numbers[1] * scale / divisor, numbers[2] * scale / divisor))
    return found


def _region(building: Building, region: Condition, node: Node, signals: Mapping[str, Signal]) -> Signal:
    if node.kind == "name":
        return signals[node.word]
    if node.kind == "negated":
        inner = _region(building, region, node.parts[0], signals)
        return Signal(inner.layer, inner.unit, not inner.contrary)
    if node.kind not in ("both", "either"):
        raise region.wrong("this is no region", MEND)
    parts = list(dict.fromkeys(_region(building, region, part, signals) for part in node.parts))
    return building.gates(building.free("g"), "AND" if node.kind == "both" else "OR", [parts])[0]
