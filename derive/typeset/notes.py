"""Which of the notes of functions' rows have something to say of the lines that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derive.derivation import Line
from derive.notation.expression import Apply, Bracket, Expr
from derive.notation.walk import factors
from derive.operators import TABLE


def used(notes: Iterable[str], lines: Sequence[Line]) -> list[str]:
    """The notes, those aside that say what ReLU′ is where no line has it: ReLU ReLU′ = ReLU."""
    slopes = {row.note: row.name for row in TABLE.values() if "′(z)" in row.note}
    return [note for note in notes if note not in slopes or _has_slope(slopes[note], lines)]


def _has_slope(name: str, lines: Sequence[Line]) -> bool:
    """Whether a line has the slope of a function, or a condition on values, which one may be written as."""
    return any(
        (isinstance(f, Apply) and f.function == name and bool(f.partials))
        or (isinstance(f, Bracket) and isinstance(f.left, Expr))
        for line in lines
        for step in line.steps
        for f in factors(step.right)
    )
