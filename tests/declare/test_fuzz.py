"""Some of the mutated problem files of `python -m tests.fuzz_problems`: a derivation or a DeriveError, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz_problems import outcome, problem, starts

EACH = 20
PATIENT = 60.0
"""Seconds that a file may take here: what is slow on a quiet machine is for the command to find."""


@pytest.mark.parametrize("begin", range(0, 200, EACH))
def test_mutated_problems(begin: int, tmp_path: Path) -> None:
    whole = starts()
    for number in range(begin, begin + EACH):
        content = problem(7, number, whole)
        kind, detail = outcome(content, tmp_path, PATIENT)
        assert not detail, f"file {number} of seed 7: {kind}\n{detail}\n{content.decode('utf-8', 'replace')}"


def test_the_starts_themselves_are_read(tmp_path: Path) -> None:
    assert all(outcome(text.encode(), tmp_path, PATIENT)[0] == "derived" for text in starts())
