"""Giles's list, the Cookbook's gradients, factorisations: no line of ours is longer, but for those that say why."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import derive
from derive.render.length import length
from tests.published.matrices import LINES, Line

SIZES = {"N": "rows", "M": "columns", "K": "inner", "J": "outer"}


def ours(line: Line) -> dict[str, Any]:
    """The vector line of the quantity, checked by numbers; where parts of it have names, the line with these."""
    return dict(derived(line.what, tuple(line.shapes.items()), line.facts)[line.wanted])


@cache
def derived(what: str, shapes: tuple[tuple[str, tuple[str, ...]], ...], facts: tuple[str, ...]) -> dict[str, Any]:
    inputs = {name: list(axes) for name, axes in shapes}
    used = {axis for axes in inputs.values() for axis in axes}
    cost = "E" if "E = " in what else None
    sizes = {k: v for k, v in SIZES.items() if k in used}
    network = derive.Network(sizes=sizes, inputs=inputs, equations=what, cost=cost, facts=list(facts))
    found = network.derive([name for name in inputs if name != "ones"]).to_dict()
    return {line["name"]: (line["parts"] or [line["vector"]])[-1] for line in found["backward"] if line["vector"]}


@pytest.mark.parametrize("line", LINES, ids=str)
def test_no_longer_than_published(line: Line) -> None:
    found = ours(line)
    more = found["length"] - length(line.line)
    assert (more > 0) == bool(line.longer), (found["text"], found["length"], line.line, length(line.line))


def test_there_are_enough() -> None:
    assert sum(line.source.startswith("Cookbook") for line in LINES) >= 25
    assert sum(line.source.startswith("Giles") for line in LINES) >= 14
