"""The graphs of files that only ask: the networks that their questions are about."""

from __future__ import annotations

from pathlib import Path

import pytest

import derive
from tests.picture.graphs import EVERY, PROBLEMS, graph
from tests.picture.measures import overlaps


def drawn(questions: str) -> derive.api.graph.Graph:
    return derive.parse(f"version: 1\ntitle: Asked\nquestions:\n{questions}").graph()


@pytest.mark.parametrize("path", [p for p in EVERY if p not in PROBLEMS], ids=lambda path: path.stem)
def test_nothing_lies_over_anything(path: Path) -> None:
    assert overlaps(graph(path).drawing) == []


def test_units_with_their_weights() -> None:
    """000, question 1: the difference of neighbours, then AND."""
    found = derive.load("problems/sorted_hard_threshold.yaml").graph()
    told = {f"{e.source}>{e.target}": e.label and e.label.text for e in found.plan.edges if e.label}  # type: ignore[union-attr]
    assert told["g1.x1>g1.h1"] == "−1" and told["g1.x2>g1.h1"] == "1" and "g1.x3>g1.h1" not in told
    assert [n.name for n in found.plan.nodes if n.value is not None and n.kind == "cost"] == ["g1.y"]
    assert "b = −2.5" in found.text() and "Units that fire for" in found.text()


def test_units_keep_their_order() -> None:
    for name in ("permutation", "find_weights"):
        places = {n.node.name: n.box.y for n in derive.load(f"problems/{name}.yaml").graph().drawing.nodes}
        assert all(
            places[a] < places[b]
            for a in places
            for b in places
            if a[:-1] == b[:-1] and a[-1].isdigit() and b[-1].isdigit() and a[-1] < b[-1]
        )


def test_layers_of_many_units_are_one_node_each() -> None:
    layers = "{h: {units: 9, activation: relu}, y: {units: 1, activation: relu}}"
    found = drawn(f"  find: {{spec: y == 1, inputs: {{x: 20}}, layers: {layers}}}")
    assert [node.name for node in found.plan.nodes] == ["x", "h", "y"]
    assert "9 units" in found.svg()


def test_orders_of_a_product() -> None:
    found = derive.load("problems/hessian_vector.yaml").graph()
    assert {"g2.v>g2.M", "g2.y>g2.M", "g2.M>g2.z", "g3.v>g3.H"} <= {f"{e.source}>{e.target}" for e in found.plan.edges}


def test_where_there_is_nothing_to_draw() -> None:
    with pytest.raises(derive.DeriveError, match=r"nothing to draw.*\n.*`prove`, `find`"):
        drawn("  explain: {of: softmax}")
    with pytest.raises(derive.DeriveError, match="nothing repeats"):
        derive.load("problems/membership.yaml").graph(unfold={"l": 3})
    with pytest.raises(derive.DeriveError, match="no equations to derive"):
        derive.load("problems/membership.yaml").derive()
