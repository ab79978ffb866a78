"""The files in problems/: all of them, and those with a network that is derived; the others only ask questions."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import derive
from derive.api import Answers

FOLDER = Path(__file__).parents[1] / "problems"
FILES = tuple(sorted(FOLDER.glob("*.yaml")))


def has_equations(path: Path) -> bool:
    return re.search("^equations:", path.read_text(encoding="utf-8"), re.MULTILINE) is not None


def asks(path: Path) -> bool:
    """Whether answers to questions stand below the derivation."""
    return re.search("^questions:", path.read_text(encoding="utf-8"), re.MULTILINE) is not None


NETWORKS = tuple(path for path in FILES if has_equations(path))


@cache
def derived(path: Path) -> derive.Derivation:
    """The derivation of a problem, not checked; it does not change, so all tests may have the same."""
    return derive.load(path).derive(check=False)


@cache
def checked(path: Path) -> derive.Derivation:
    """The derivation of a problem, with what its check found."""
    return derived(path).checked()


@cache
def answers(path: Path) -> Answers:
    """The answers to the questions of a file without equations."""
    return derive.load(path).answers()


def printed(path: Path) -> derive.Derivation | Answers:
    """What `derive` prints of a file."""
    return checked(path) if has_equations(path) else answers(path)
