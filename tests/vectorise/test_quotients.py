"""Quotients entry by entry: a number over a vector, and a vector over itself."""

from __future__ import annotations

from pathlib import Path

import derive
from derive.notation.algebra import hadamard, ones, power
from derive.notation.index import Range, Slot
from derive.notation.matrix import Matrix

TEXT = """
version: 1
title: Quotients
sizes: {N: inputs}
inputs: {x: [N]}
parameters: {g: [N]}
equations: |
  y = 2 / g
  E = dot(y, x) - sum(1 / g)
cost: E
"""


def test_a_number_over_a_vector(tmp_path: Path) -> None:
    file = tmp_path / "quotients.yaml"
    file.write_text(TEXT)
    derived = derive.load(file).derive()
    text = derived.text()
    assert "y = 2 ⊘ g" in text and "1 ⊘ g" in text
    assert {line.verdict for line in derived.check(derived.latex(), ".tex").lines} <= {"right", "given"}


def test_a_vector_over_itself() -> None:
    axis = Range(Slot((), 1), Slot((), 3))
    d, g = (Matrix("tensor", (), axis, None, name) for name in "dg")
    assert hadamard(d, power(d, -1)) == ones(axis, None)
    assert hadamard(power(d, -1), g, d) == g
    assert hadamard(d, power(g, -1)).op == "hadamard"
