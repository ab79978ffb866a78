"""The graphs of all problem files, each made once: forward, backward, and with each repetition written out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from derive.api import Derivation, load
from derive.api.graph import Graph

EVERY = sorted(Path("problems").glob("*.yaml"))
PROBLEMS = [path for path in EVERY if load(path).declared.equations]
"""Those with equations."""


@cache
def derived(path: Path) -> Derivation:
    return load(path).derive(check=False)


@cache
def graph(path: Path, backward: bool = False, unfold: str = "") -> Graph:
    """unfold: a letter, written out up to 3."""
    letters = {unfold: 3} if unfold else {}
    if backward:
        return derived(path).graph(backward=True, unfold=letters)
    return load(path).graph(unfold=letters)


def letters(path: Path) -> list[str]:
    """Along which letters a file repeats something."""
    from derive.picture.unfold import unfolds

    return list(unfolds(load(path).declared))


def every_graph() -> Iterator[Graph]:
    for path in PROBLEMS:
        for letter in ("", *letters(path)):
            yield graph(path, True, letter)
    yield from (graph(path) for path in EVERY if path not in PROBLEMS)
