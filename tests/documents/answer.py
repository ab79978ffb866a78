"""An answer of the rows of one problem alone, in the document's order and without its prose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from tests.documents import Audited, Line


def answer(document: Audited, problem: str) -> tuple[str, dict[Line, tuple[int, int]]]:
    """The answer's text, and each formula's line, from 1, and place in it, from 0."""
    lines = sorted((x for r in document.rows if r.problem == problem for x in r.lines), key=lambda x: (x.line, x.at))
    text, places = "", dict[Line, tuple[int, int]]()
    for piece, line in _pieces(lines):
        if line is not None:
            places[line] = (text.count("\n") + 1, len(text) - text.rfind("\n") - 1)
        text += piece
    return text, places


def _pieces(lines: Iterable[Line]) -> Iterator[tuple[str, Line | None]]:
    for is_code, group in groupby(lines, key=lambda line: line.kind in ("code", "comment")):
        run = list(group)
        yield from _code(run) if is_code else _displays(run)


def _code(lines: Iterable[Line]) -> Iterator[tuple[str, Line | None]]:
    yield "```", None
    for line in lines:
        yield " # " if line.kind == "comment" else "\n", None
        yield line.tex, line
    yield "\n```\n\n", None


def _displays(lines: Iterable[Line]) -> Iterator[tuple[str, Line | None]]:
    """Rows of one environment, and formulas with words between them, share a display."""
    for (_, environment, number), group in groupby(lines, key=_display):
        mark = "$" if number < 0 else "$$"
        yield mark + (rf"\begin{{{environment}}} " if environment else ""), None
        for count, line in enumerate(group):
            yield (line.after or r" \\ ") if count else "", None
            yield line.tex, line
        yield (rf" \end{{{environment}}}" if environment else "") + mark + "\n\n", None


def _display(line: Line) -> tuple[int, str, int]:
    return line.line, line.environment, -line.at - 1 if line.kind == "inline" else 0
