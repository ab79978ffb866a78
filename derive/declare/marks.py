"""Where each thing stands in the user's file: what a message needs to point at it.

A `Passage` is a piece of text inside a file (a formula, a block of equations): it knows the line and column of each of
its characters, so that an error in a formula names the place in the YAML, indentation and all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from derive.errors import Place

Path: TypeAlias = "tuple[str | int, ...]"
"""The keys that lead to a value: ("sizes", "N"), ("equations", 0)."""

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML counts as the end of a line."""

WIDTH = 100
"""The longest excerpt; a longer line is cut around its caret."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and where its lines begin: each start is (offset in the text, line, column)."""

    file: str
    text: str
    starts: tuple[tuple[int, int, int], ...] = ((0, 1, 1),)

    def place(self, offset: int) -> Place:
        """The place in the file of one character of the text."""
        start, line, column = self.starts[bisect_right(self.starts, (offset, 10**9, 0)) - 1]
        return Place(self.file, line, column + offset - start)

    def excerpt(self, offset: int, length: int = 1) -> str:
        """The line of the text that holds a character, with carets under `length` of them."""
        begin = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        line = self.text[begin : end if end >= 0 else len(self.text)].rstrip("\r").replace("\t", " ")
        at = offset - begin
        if len(line) > WIDTH:
            cut = max(0, at - WIDTH // 2)
            line, at = ("… " if cut else "") + line[cut : cut + WIDTH], at - cut + (2 if cut else 0)
        carets = "^" * max(1, min(length, len(line) - at))
        return f"    {line}\n    {' ' * at}{carets}"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a key and its value stand (for an entry of a list the two are one), and the text of a scalar."""

    key: Place
    value: Place
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says: plain data, and the mark of every value by its path."""

    file: str
    text: str
    data: Mapping[str, Any]
    marks: Mapping[Path, Mark] = field(default_factory=lambda: MappingProxyType({}))

    def key(self, *path: str | int) -> Place | None:
        """The place of a key, or of the nearest thing around it that has one."""
        mark = self._nearest(path)
        return mark.key if mark else None

    def value(self, *path: str | int) -> Place | None:
        mark = self._nearest(path)
        return mark.value if mark else None

    def passage(self, text: str, *path: str | int) -> Passage:
        """The text at a path as a passage; a text that came from Python starts at line 1, column 1."""
        mark = self.marks.get(path)
        return mark.passage if mark and mark.passage else python_passage(self.file, text)

    def _nearest(self, path: Path) -> Mark | None:
        for length in range(len(path), 0, -1):
            mark = self.marks.get(path[:length])
            if mark is not None:
                return mark
        return None


def python_passage(file: str, text: str) -> Passage:
    """A text that is a file of its own."""
    offsets = [0, *(m.end() for m in re.finditer("\n", text))]
    return Passage(file, text, tuple((offset, n, 1) for n, offset in enumerate(offsets, 1)))


def scalar_passage(file: str, lines: list[str], value: str, style: str | None, line: int, column: int) -> Passage:
    """The passage of a YAML scalar that begins at a line and column (from 1).

    Exact for literal blocks and for texts on one line without escapes; elsewhere each line of the text is taken to
    begin where the scalar does.
    """
    if style == "|":
        return _block(file, lines, value, line)
    first = column + (1 if style in ("'", '"') else 0)
    offsets = [0, *(m.end() for m in re.finditer("\n", value))]
    return Passage(file, value, tuple((offset, line, first) for offset in offsets))


def _block(file: str, lines: list[str], value: str, header: int) -> Passage:
    """A literal block: its n-th line is the n-th line below its header, less the common indentation."""
    starts, offset = [], 0
    for n, text in enumerate(value.split("\n")):
        source = lines[header + n] if header + n < len(lines) else ""
        starts.append((offset, header + n + 1, max(0, len(source) - len(text)) + 1))
        offset += len(text) + 1
    return Passage(file, value, tuple(starts))
