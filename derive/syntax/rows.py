"""The rows of a display, each a formula of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from derive.syntax.commands import ALIGNED


@dataclass(frozen=True, slots=True)
class Span:
    """A formula's place in the text, and what is read: as long as the text, with blanks for what aligns it."""

    kind: Literal["display", "inline", "code", "plain"]
    start: int
    end: int
    source: str


STEP = re.compile(
    r"\\begin\s*\{(?P<begin>[A-Za-z]+)\*?\}(?:\[[a-z]\])?(?:(?<=alignat\})\{\d+\}|(?<=alignedat\})\{\d+\})?"
    r"|\\end\s*\{(?P<end>[A-Za-z]+)\*?\}"
    r"|(?P<row>\\\\\*?(?:\[\s*-?[\d.]+\s*[a-z\\]+\s*\])?|\\(?:cr|newline)(?![A-Za-z]))"
    r"|\\(?P<opens>left|right|intertext|shortintertext)(?![A-Za-z])|(?P<escaped>\\.)|(?P<brace>[{}])|(?P<amp>&)"
    r"|(?P<comment>%[^\n]*)",
    re.DOTALL,
)
BLANKS = re.compile(r"[^\n]")
MORE = re.compile(r"\s*(?:&\s*)*(?:\\(?:label|tag)\*?\{[^{}]*\}\s*)*")


def rows(text: str, start: int, end: int) -> Iterator[Span]:
    """Each row of a display: \\\\ outside of every matrix, brace and \\left … \\right ends one."""
    row = _Open(text, start)
    for met in STEP.finditer(text, start, end):
        kind = met.lastgroup
        if kind == "row" and row.outside:
            yield from row.done(met.start())
            row = _Open(text, met.end())
        elif kind in ("begin", "end") and not (met[kind] in ALIGNED and row.outside):
            row.depth += 1 if kind == "begin" else -1
        elif kind == "brace":
            row.depth += 1 if met[0] == "{" else -1
        elif kind == "opens":
            row.depth += {"left": 1, "right": -1}.get(met[kind], 0)
        elif kind in ("begin", "end", "comment") or (kind == "amp" and row.outside):
            row.blank(met)
    yield from row.done(end)


class _Open:
    """A row that is being read; depth: how many groups are open in it."""

    def __init__(self, text: str, start: int) -> None:
        self.text, self.start, self.at, self.depth = text, start, start, 0
        self.pieces: list[str] = []

    @property
    def outside(self) -> bool:
        return self.depth <= 0

    def blank(self, met: re.Match[str]) -> None:
        """Leave out what only aligns, place for place."""
        self.pieces += [self.text[self.at : met.start()], BLANKS.sub(" ", met[0])]
        self.at = met.end()

    def done(self, end: int) -> Iterator[Span]:
        self.pieces.append(self.text[self.at : end])
        return _row(self.start, end, "".join(self.pieces))


def _row(start: int, end: int, source: str) -> Iterator[Span]:
    """A row without the blanks around it; nothing if nothing is in it."""
    head = MORE.match(source)
    begin = head.end() if head else 0
    kept = source[begin:].rstrip()
    if kept:
        first = len(kept) - len(kept.lstrip())
        yield Span("display", start + begin + first, start + begin + len(kept), kept.lstrip())
