"""A formula in the problem file's language while it is written, each piece with the place of the LaTeX that says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from derive.declare.marks import Passage
from derive.errors import Place

SUM, PRODUCT, SIGNED, POWER, ATOM = range(5)
"""How tightly a text holds together."""


@dataclass(frozen=True, slots=True)
class Text:
    """pieces: (what is written, the place in the LaTeX that says it).  joins: the signs of a product."""

    pieces: tuple[tuple[str, int], ...]
    level: int = ATOM
    joins: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return "".join(piece for piece, _ in self.pieces)

    @property
    def at(self) -> int:
        return self.pieces[0][1] if self.pieces else 0


Part: TypeAlias = "str | Text"


def text(at: int, *parts: Part, level: int = ATOM, joins: frozenset[str] = frozenset()) -> Text:
    """Parts one after the other; what is only said by a word stands where the part before it does."""
    pieces: list[tuple[str, int]] = []
    for part in parts:
        if isinstance(part, Text):
            pieces.extend(part.pieces)
        elif part:
            pieces.append((part, pieces[-1][1] if pieces else at))
    return Text(tuple(pieces), level, joins)


def held(part: Text, level: int) -> Text:
    """The text, in parentheses if it holds together less tightly than so."""
    return part if part.level >= level else text(part.at, "(", part, ")")


def listed(at: int, parts: list[Text]) -> list[Part]:
    """a, b, c."""
    out: list[Part] = []
    for n, part in enumerate(parts):
        out += [", ", part] if n else [part]
    return out or [text(at, "")]


def signed(at: int, sign: str, part: Text) -> Text:
    """−a: of a product the first factor is signed, which is the same."""
    if part.level == PRODUCT:
        return text(at, sign, part, level=PRODUCT, joins=part.joins)
    return text(at, sign, held(part, POWER), level=SIGNED)


@dataclass(frozen=True, slots=True)
class ReadPassage(Passage):
    """The text that an equation in LaTeX was read as: a place in it is the place of the LaTeX that says so."""

    written: Passage = field(default_factory=lambda: Passage("", ""))
    places: tuple[tuple[int, int], ...] = ()

    def place(self, offset: int) -> Place:
        return self.written.place(self._source(offset))

    def excerpt(self, offset: int, length: int = 1) -> str:
        """The line of LaTeX, and the equation that it was read as."""
        return f"{self.written.excerpt(self._source(offset))}\n    read as  {self.text}"

    def _source(self, offset: int) -> int:
        before = [at for start, at in self.places if start <= offset]
        return min(before[-1] if before else 0, max(len(self.written.text) - 1, 0))


def passage(found: Text, written: Passage, start: int) -> ReadPassage:
    """The passage of an equation; start: where its formula begins in the written text."""
    places: list[tuple[int, int]] = []
    offset = 0
    for piece, at in found.pieces:
        places.append((offset, start + max(at, 0)))
        offset += len(piece)
    return ReadPassage(written.file, str(found), ((0, 1, 1),), written, tuple(places))
