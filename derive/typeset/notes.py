"""Which of the notes of functions' rows have something to say of the lines that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derive.derivation import Derivation, Line
from derive.notation.expression import Apply, Bracket, Expr
from derive.notation.walk import factors
from derive.operators import TABLE
from derive.operators.slopes import is_flat

OPERATOR = r"\operatorname{"


def used(notes: Iterable[str], lines: Sequence[Line]) -> list[str]:
    """The notes, those aside that say what ReLU′ is where no line has it: ReLU ReLU′ = ReLU."""
    slopes = {row.note: row.name for row in TABLE.values() if "′(z)" in row.note}
    return [note for note in notes if note not in slopes or _has_slope(slopes[note], lines)]


def flat(derivation: Derivation) -> Iterator[str]:
    """ReLU″ = 0, where terms with it are left out: of what is differentiated a second time."""
    second = [line for h in derivation.hessians for line in h.lines]
    for several in derivation.tangents:
        second += several.backward if several.reverse is None else several.reverse.backward
    zero = any(not line.steps[-1].right.terms for line in second)
    rights = [e.right for e in derivation.network.equations]
    rights += [step.right for line in (*second, *(derivation.backward if zero else ())) for step in line.steps]
    names = dict.fromkeys(f.function for e in rights for f in factors(e) if isinstance(f, Apply) and f.partials)
    for row in (TABLE[name] for name in names if name in TABLE):
        if is_flat(row) and (second or any(e.left.tensor.is_bar for e in derivation.network.equations)):
            yield f"{row.latex.removeprefix(OPERATOR).rstrip('}')}″(z) = 0 for z ≠ 0, so no term has it."


def _has_slope(name: str, lines: Sequence[Line]) -> bool:
    """Whether a line has the slope of a function, or a condition on values, which one may be written as."""
    return any(
        (isinstance(f, Apply) and f.function == name and bool(f.partials))
        or (isinstance(f, Bracket) and isinstance(f.left, Expr))
        for line in lines
        for step in line.steps
        for f in factors(step.right)
    )
