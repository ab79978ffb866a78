"""Python whose long lines are broken inside brackets, so that it fits a page and still runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

INDENT = 4
TOKEN = re.compile(r'"""|#[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[\[({})\]]| ')
OPENING, CLOSING = "([{", ")]}"


def folded(code: str, width: int) -> str:
    """The code in lines of at most so many characters, where brackets and spaces allow it."""
    code = code.rstrip()
    spaces, start = set(_breaks(code)), 0
    parts: list[str] = []
    for line in code.split("\n"):
        parts += _line(line, [n - start for n in range(start, start + len(line)) if n in spaces], width)
        start += len(line) + 1
    return "\n".join(parts)


def _line(line: str, spaces: list[int], width: int) -> Iterator[str]:
    """A line's parts; those that follow are set in from where the line begins."""
    margin = " " * (len(line) - len(line.lstrip()) + INDENT)
    begin, indent = 0, ""
    while len(indent) + len(line) - begin > width:
        room = begin + width - len(indent)
        after = [n for n in spaces if n > max(begin, len(margin))]
        fitting = [n for n in after if n <= room] or after[:1]
        if not fitting:
            break
        yield indent + line[begin : fitting[-1]]
        begin, indent = fitting[-1] + 1, margin
    yield indent + line[begin:]


def _breaks(code: str) -> Iterator[int]:
    """The spaces inside brackets, and in docstrings; none inside other strings."""
    depth, told = 0, False
    for met in TOKEN.finditer(code):
        sign = met[0]
        if sign == '"""':
            told = not told
        elif sign == " " and (depth or told):
            yield met.start()
        elif not told and len(sign) == 1:
            depth += (sign in OPENING) - (sign in CLOSING)
