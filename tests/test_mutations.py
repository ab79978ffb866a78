"""Some planted and rewritten lines of each kind, judged by `derive check`; more with `python -m tests.mutations`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from tests.mutations.judged import Judged
from tests.mutations.run import one
from tests.mutations.samples import Mode
from tests.mutations.summary import told

COUNT, SEED = 300, 5
HINTED = 40
"""Of how many wrong lines hints are looked for too, which takes ten times as long as a verdict."""


@cache
def lines(mode: Mode) -> list[Judged]:
    return [one(mode, SEED, n, n < HINTED) for n in range(COUNT)]


def _said(found: Sequence[Judged]) -> str:
    return "\n".join(line for one in found for line in told(one))


def test_no_right_line_is_called_wrong() -> None:
    falsely = [j for j in lines("right") if j.verdict in ("wrong", "other", "error", "none")]
    assert not falsely, _said(falsely)


def test_few_right_lines_are_unknown() -> None:
    """At most 0.5 %."""
    unknown = [j for j in lines("right") if j.verdict in ("unknown", "unreadable")]
    assert len(unknown) <= 0.005 * COUNT, _said(unknown)


@pytest.mark.parametrize("mode", ["wrong", "pairs"])
def test_no_wrong_line_is_called_right(mode: Mode) -> None:
    falsely = [j for j in lines(mode) if j.verdict in ("right", "error", "none") or j.repaired]
    assert not falsely, _said(falsely)


@pytest.mark.parametrize(("mode", "least"), [("wrong", 0.95), ("pairs", 0.8)])
def test_hints_bring_the_line_back(mode: Mode, least: float) -> None:
    called = [j for j in lines(mode)[:HINTED] if j.verdict == "wrong"]
    missed = [j for j in called if not (j.restored or j.same)]
    assert len(missed) <= (1 - least) * len(called), _said(missed)
