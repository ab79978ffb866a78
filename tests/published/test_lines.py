"""No vector line of ours is longer than the published one: in LaTeX tokens, without braces, spaces and faces."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import derive
from derive.render.length import length
from tests.published.lines import HESSIANS, LINES

PROBLEMS = Path(__file__).parents[2] / "problems"
IN_INDICES = ("conv1d", "conv2d")
"""Problems whose published lines have indices, and sums that are not bounded: no measure for ours."""
CASES = [(name, names) for name, found in LINES.items() if name not in IN_INDICES for names in found.lines]


@cache
def backward(name: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = derive.load(PROBLEMS / f"{name}.yaml").derive(check=False).to_dict()["backward"]
    return lines


def ours(name: str, quantities: Iterable[str]) -> list[tuple[str, int]]:
    """The quantities' vector lines, each with its length."""
    lines = [line for quantity in quantities for line in backward(name) if line["name"] == quantity]
    return [(line["vector"]["text"], line["vector"]["length"]) for line in lines]


@pytest.mark.parametrize("name, quantities", CASES, ids=lambda part: part if isinstance(part, str) else "+".join(part))
def test_no_longer_than_published(name: str, quantities: tuple[str, ...]) -> None:
    found = ours(name, quantities)
    assert found, f"{name} has no line for {quantities}"
    theirs = [(line, length(line)) for line in LINES[name].lines[quantities]]
    more = sum(own for _, own in found) - sum(own for _, own in theirs)
    assert more <= 0, (found, theirs)


@pytest.mark.parametrize("name", HESSIANS)
def test_no_hessian_is_longer_than_published(name: str) -> None:
    found = derive.load(PROBLEMS / f"{name}.yaml").derive(check=False).to_dict()["hessians"]
    theirs = {names: sum(map(length, lines)) for names, lines in HESSIANS[name].lines.items()}
    own = {(hessian["of"],): hessian["lines"][-1]["vector"]["length"] for hessian in found}
    assert {names: own[names] for names, most in theirs.items() if own[names] > most} == {}, theirs


def test_every_file_cites_its_source() -> None:
    for path in PROBLEMS.glob("*.yaml"):
        assert path.read_text(encoding="utf-8").startswith("# "), path.name
    assert all(found.sources and found.seen and (PROBLEMS / f"{name}.yaml").exists() for name, found in LINES.items())
