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
from derive.analyse.plane.proved import proved
from derive.analyse.regions import Region, answer
from derive.errors import DeriveError
from derive.render.terminal import terminal
from tests.analyse.brute import run

pytest.importorskip("z3")

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
    circles = list(root.iter("{http://www.w3.org/2000/svg}circle"))
    assert len(planes) == found.plan.net.layers[0].units
    assert len(circles) == 2 + sum(layer.units for layer in found.plan.net.layers)


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
