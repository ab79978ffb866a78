"""Networks for regions, run on a grid beside winding numbers; proofs that a wrong network does not get."""

from __future__ import annotations

import json
import xml.etree.ElementTree as Xml
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from derive.analyse import Asked
from derive.analyse.pictures import svg
from derive.analyse.plane.picture import _frame
from derive.analyse.plane.proved import proved
from derive.analyse.regions import Region, answer
from derive.errors import DeriveError
from derive.render.terminal import terminal
from tests.analyse.brute import run

pytest.importorskip("z3")

SVG = "{http://www.w3.org/2000/svg}"
OUTER = [[0, 4], [-4, 1], [-2, -3], [2, -3], [4, 1]]
INNER = [[0, 2], [-2, 0], [-1, -2], [1, -2], [2, 0]]
ARROW = [[0, 3], [-2, -1], [0, 0], [2, -1]]
STAIRS = [[0, 0], [3, 0], [3, 1], [2, 1], [2, 2], [1, 2], [1, 3], [0, 3]]
COMB = [[0, 0], [5, 0], [5, 3], [4, 3], [4, 1], [3, 1], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3]]
SQUARE = [[3, 0], [5, 0], [5, 2], [3, 2]]


def winds(corners: list[list[int]], x: Fraction, y: Fraction) -> bool:
    """Inside or on the edge, by the winding number: edges that go up left of them count 1, down right of them −1."""
    number = 0
    for (a, b), (c, d) in pairwise([*corners, corners[0]]):
        side = (c - a) * (y - b) - (x - a) * (d - b)
        if side == 0 and min(a, c) <= x <= max(a, c) and min(b, d) <= y <= max(b, d):
            return True
        number += (b <= y < d and side > 0) - (d <= y < b and side < 0)
    return number != 0


REGIONS: dict[str, tuple[dict[str, Any], str, Callable[..., bool], tuple[tuple[str, int], ...]]] = {
    "pentagon": ({"a": OUTER}, "a", lambda a: a, (("half-plane", 5), ("AND", 1))),
    "clockwise": ({"a": OUTER[::-1]}, "a", lambda a: a, (("half-plane", 5), ("AND", 1))),
    "hole": (
        {"a": OUTER, "b": INNER},
        "a and not b",
        lambda a, b: a and not b,
        (("half-plane", 10), ("AND", 3)),
    ),
    "union": ({"a": OUTER, "b": SQUARE}, "a or b", lambda a, b: a or b, (("half-plane", 9), ("AND", 2), ("OR", 1))),
    "contrary": ({"a": SQUARE}, "not a", lambda a: not a, (("half-plane", 4), ("AND", 1), ("NOT", 1))),
    "arrow": ({"a": ARROW}, "a", lambda a: a, (("half-plane", 6), ("AND", 2), ("OR", 1))),
    "stairs": ({"a": STAIRS}, "a", lambda a: a, ()),
    "comb": ({"a": COMB}, "a", lambda a: a, ()),
    "nested": (
        {"a": OUTER, "b": INNER, "c": SQUARE},
        "(a or c) and not (b or not (a or c))",
        lambda a, b, c: (a or c) and not b,
        (),
    ),
    "never": ({"a": SQUARE}, "a and not a", lambda a: False, ()),
    "halves": ({"a": [[0, 0], ["1/2", 0], [0.25, "1/3"]]}, "a", lambda a: a, (("half-plane", 3), ("AND", 1))),
}


def region(polygons: Any, text: str = "a", **more: Any) -> Region:
    found = answer(Asked(), {"polygons": polygons, "region": text, **more})
    json.dumps(found.to_dict())
    assert terminal(found.document(), 80, False, True)
    return found


@pytest.mark.parametrize("name", REGIONS)
def test_regions(name: str) -> None:
    polygons, text, truth, counts = REGIONS[name]
    found = region(polygons, text)
    assert found.decision.verdict == "proved"
    assert not counts or found.plan.counts == counts
    table = found.to_dict()["network"]
    assert {own["activation"] for own in table["layers"].values()} == {"z >= 0"}
    exact = {key: [[Fraction(str(v)) for v in c] for c in corners] for key, corners in polygons.items()}
    for i in range(-10, 12):
        for j in range(-10, 12):
            x, y = (Fraction(i, 2), Fraction(j, 2)) if name != "halves" else (Fraction(i, 12), Fraction(j, 12))
            expected = truth(**{key: winds(corners, x, y) for key, corners in exact.items()})  # type: ignore[arg-type]
            assert run(table, [x, y])["y"] == [int(expected)], (x, y)


def test_a_wrong_network_is_refuted() -> None:
    """A half-plane moved by 1/1000 between the points of the grid is found by z3."""
    found = region({"a": SQUARE})
    first = found.plan.net.layers[0]
    moved = replace(first, biases=(first.biases[0] + Fraction(1, 1000), *first.biases[1:]))
    decision = proved(found.polygons, found.region, found.plan.net.with_layer(moved), 10)
    assert decision.verdict == "refuted" and decision.point is not None
    x, y = decision.point
    assert not winds(SQUARE, x, y)


def test_five_ors_are_judged() -> None:
    text = terminal(region({"a": OUTER}, claimed={"or": 5, "and": 1}).document(), 200, False, False)
    assert "5 half-planes and 1 AND" in text and "No OR is needed" in text and "cannot be decided without" in text
    assert "So it is here" in terminal(region({"a": OUTER}, claimed={"and": 1}).document(), 200, False, False)


@pytest.mark.parametrize("name", ["pentagon", "nested", "arrow", "contrary"])
def test_pictures_are_xml(name: str) -> None:
    found = region(*REGIONS[name][:2])
    root = Xml.fromstring(found.svg())
    planes = list(root.iter("{http://www.w3.org/2000/svg}line"))
    circles = [c.get("class") for c in root.iter("{http://www.w3.org/2000/svg}circle")]
    assert len(planes) == found.plan.net.layers[0].units
    assert circles.count("unit") == 2 + sum(layer.units for layer in found.plan.net.layers)
    assert circles.count("corner") == sum(len(polygon.corners) for polygon in found.polygons.values())


@pytest.mark.parametrize("name", ["pentagon", "hole", "union", "arrow", "comb", "nested", "contrary"])
def test_what_is_coloured_is_the_region(name: str) -> None:
    """The masks of the picture, worked out point by point, beside the network."""
    found = region(*REGIONS[name][:2])
    root = Xml.fromstring(found.svg())
    masks = {mask.get("id"): mask for mask in root.iter(f"{SVG}mask")}
    frame = _frame(found.polygons)
    for n in range(400):
        across, up = _place(n)
        point = (frame.left + frame.length * Fraction(across, 997), frame.low + frame.length * Fraction(up, 997))
        assert painted(masks, masks["region"], *frame.at(point)) == (found.plan.net.at(point)["y"] == (1,)), point


def _place(n: int) -> tuple[int, int]:
    return (n * 367 + 5) % 997, (n * 611 + 3) % 997


def painted(masks: dict[str | None, Xml.Element], shape: Xml.Element, x: float, y: float) -> bool:
    """Whether a mask is white at a point: all its shapes together, each where its own mask is white."""
    reference = shape.get("mask")
    if reference is not None and not painted(masks, masks[reference[5:-1]], x, y):
        return False
    if shape.tag == f"{SVG}path":
        parts = shape.get("d", "").replace("H360V360H0Z", "L360,0L360,360L0,360Z").split("Z")[:-1]
        rings = [[tuple(map(float, corner.split(","))) for corner in part[1:].split("L")] for part in parts]
        return sum(_crossings(ring, x, y) for ring in rings) % 2 == 1
    return shape.tag == f"{SVG}rect" or any(painted(masks, part, x, y) for part in shape)


def _crossings(ring: list[tuple[float, ...]], x: float, y: float) -> int:
    """How many edges a ray to the right meets."""
    edges = pairwise([*ring, ring[0]])
    return sum((b <= y) != (d <= y) and x < a + (c - a) * (y - b) / (d - b) for (a, b), (c, d) in edges)


def test_the_picture_needs_no_other_file_and_two_grounds() -> None:
    text = region({"a": OUTER}).svg()
    assert "prefers-color-scheme:dark" in text and 'class="paper"' in text and "var(" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_pictures_beside_each_other_share_no_names() -> None:
    text = svg([region({"a": OUTER}).picture("p0"), region(*REGIONS["hole"][:2]).picture("p1")])
    names = [e.get("id") for e in Xml.fromstring(text).iter() if e.get("id")]
    assert len(names) == len(set(names)) and text.count("<svg") == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"polygons": {}}, "there are no polygons"),
        ({"polygons": {"a": [[0, 0], [1, 1]]}}, "three corners or more"),
        ({"polygons": {"a": [[0, 0], [1, 1], [2]]}}, "corner 3 of `a` has 1 numbers"),
        ({"polygons": {"a": [[0, 0], [1, 1], [2, 2]]}}, "on one line"),
        ({"polygons": {"a": [[0, 0], [2, 2], [2, 0], [0, 2]]}}, "crosses itself"),
        ({"polygons": {"a": [[0, 0], [2, 2], [2, 0], [0, 0]]}}, "stands there twice"),
        ({"polygons": {"a": [[0, 0], [2, "b"], [2, 0]]}}, "`b` is no number"),
        ({"region": "b"}, "there is no polygon b"),
        ({"region": "a + a == a"}, "this is no region"),
        ({"region": "a and"}, "ends too early"),
        ({"claimed": {"xor": 1}}, "unknown key `xor`"),
    ],
)
def test_bad_settings(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(DeriveError) as caught:
        answer(Asked(), {"polygons": {"a": SQUARE}, "region": "a", **settings})
    assert message in str(caught.value)


def test_without_a_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.analyse.prove import solver

    monkeypatch.setattr(solver, "installed", lambda: False)
    found = region({"a": OUTER})
    assert found.decision.verdict == "sampled" and "no proof" in found.decision.how and not found.decided
