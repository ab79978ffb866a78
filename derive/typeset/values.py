"""The number that a line comes to, beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from derive.derivation import Line, Values
from derive.document import Chain, Symbol

MOST = 6
"""How many numbers of a row, and how many rows, are shown."""


def valued(chain: Chain, line: Line, values: Values) -> Chain:
    """The chain with its left side's numbers, where they are known."""
    numbers = values.get((line.tensor.name, line.tensor.cost))
    plain = line.steps[-1].right.number is not None
    return chain if numbers is None or plain else replace(chain, value=Symbol(written(numbers), "upright"))


def written(numbers: Any) -> str:
    """−12, (1, 2.5), ((1, 0), (0, 1)); four digits of each, the middle of long rows left out."""
    if not isinstance(numbers, list):
        return f"{numbers + 0.0:.4g}".replace("-", "−")
    parts = [written(part) for part in numbers]
    if len(parts) > MOST:
        parts = [*parts[: MOST - 2], "…", parts[-1]]
    return f"({', '.join(parts)})"
