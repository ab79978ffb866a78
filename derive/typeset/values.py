"""The number that a line comes to, beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from derive.derivation import Line, Values
from derive.document import Chain, Fenced, Math, Operator, Script, Symbol, row
from derive.typeset.number import exponent_box
from derive.typeset.scribe import NEGATIVE, listed

MOST = 6
"""How many numbers of a row, and how many rows, are shown."""


def valued(chain: Chain, line: Line, values: Values) -> Chain:
    """The chain with its left side's numbers, where they are known."""
    numbers = values.get((line.tensor.name, line.tensor.cost))
    plain = line.steps[-1].right.number is not None
    return chain if numbers is None or plain else replace(chain, value=written(numbers))


def written(numbers: Any) -> Math:
    """−12, (1, 2.5), ((1, 0), (0, 1)); four digits of each, the middle of long rows left out."""
    if not isinstance(numbers, list):
        return _number(numbers)
    parts = [written(part) for part in numbers]
    if len(parts) > MOST:
        parts = [*parts[: MOST - 2], Symbol("…", "upright"), parts[-1]]
    return Fenced(listed(parts))


def _number(value: float) -> Math:
    """Four digits, and a power of ten where one is needed."""
    digits, _, exponent = f"{abs(value):.4g}".partition("e")
    box: Math = Symbol(digits, "upright")
    if exponent:
        box = row(box, Operator("×", "product"), Script(Symbol("10", "upright"), None, exponent_box(int(exponent))))
    return row(NEGATIVE, box) if value < 0 else box
