"""What we write for other programs, read by these: every graph of every problem file, read by Graphviz and Mermaid."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import derive
from derive.api.graph import Graph
from tests.browser.conftest import browser  # noqa: F401
from tests.picture.formats import MERMAID, dot_draws, mermaid_draws
from tests.picture.graphs import every_graph

HOSTILE = derive.Network(
    title='<b>"&</b> \\N `x` ; | end -->', sizes={}, inputs={"x": [], "end": []}, equations="y = 2*x*end", cost="y"
).graph()


@pytest.fixture(scope="module")
def graphs() -> list[Graph]:
    return [HOSTILE, *every_graph()]


def sizes(graphs: list[Graph]) -> list[tuple[int, int]]:
    return [(len(graph.plan.nodes), len(graph.plan.edges)) for graph in graphs]


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
def test_graphviz_draws_them(tmp_path: Path, graphs: list[Graph]) -> None:
    assert dot_draws(tmp_path, [graph.dot() for graph in graphs]) == sizes(graphs)


@pytest.mark.skipif(not MERMAID, reason="needs DERIVE_MERMAID, the path of mermaid.min.js")
def test_mermaid_draws_them(request: pytest.FixtureRequest, graphs: list[Graph]) -> None:
    found = request.getfixturevalue("browser")
    mermaid_draws(found, dict(zip((graph.mermaid() for graph in graphs), sizes(graphs), strict=True)))
