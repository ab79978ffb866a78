"""What is left out of the lines of a sheet: whole right sides, single terms and factors, the marks of transposes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from random import Random
from types import MappingProxyType
from typing import TypeVar

from derive.document import Blank, Chain, Math, Row, row
from derive.typeset.scribe import Scribe
from derive.worksheet.boxes import Span, factors, items, terms, with_others
from derive.worksheet.lines import Item
from derive.worksheet.marks import Marks, marks_of

T = TypeVar("T")

SHARE = MappingProxyType({1: 3, 2: 2, 3: 1})
"""One of how many bars is left out at each level."""

LINE, FACTOR = 22, 5
"""How wide a rule is, in ems, for a right side and for a factor."""


@dataclass(frozen=True, slots=True)
class Blanked:
    """The lines of a sheet, None for one that is left out, and what belongs into each blank, by its number.

    A blank for a mark has True where a transpose is right.
    """

    chains: tuple[Chain | None, ...]
    answers: tuple[Chain | Math | bool, ...]


class _Sheet:
    """Numbers the blanks in the order in which they are made."""

    def __init__(self) -> None:
        self.answers: list[Chain | Math | bool] = []

    def blank(self, answer: Chain | Math | bool, ems: int = 0) -> Blank:
        """A rule to write on, or a box for a mark."""
        self.answers.append(answer)
        return Blank(len(self.answers), ems)


def bars(lines: Sequence[Item], level: int, random: Random, scribe: Scribe) -> Blanked:
    """Right sides of whole bars: every third, half, all of them."""
    sheet = _Sheet()
    chosen = set(some(list(dict.fromkeys(line.tensor for line in lines if line.asked)), SHARE[level], random))
    chains: list[Chain | None] = []
    for line in lines:
        if line.tensor not in chosen or line.given or not line.judged:
            chains.append(line.chain)
        else:
            chains.append(None if line.part else replace(line.chain, rights=(sheet.blank(line.chain, LINE),)))
    return Blanked(tuple(chains), tuple(sheet.answers))


def some(of: Sequence[T], share: int, random: Random) -> list[T]:
    """One of so many, at least one, in their order."""
    chosen = set(random.sample(range(len(of)), ceil(len(of) / share)))
    return [one for n, one in enumerate(of) if n in chosen]


def single(lines: Sequence[Item], level: int, random: Random, scribe: Scribe) -> Blanked:
    """Single factors: one in half of the lines; one factor or term in each; most of what a line has, never all."""
    sheet = _Sheet()
    asked = [n for n, line in enumerate(lines) if line.asked]
    chosen = set(some(asked, 2 if level == 1 else 1, random))
    chains = [_with_blanks(line.chain, level, random, sheet) if n in chosen else line.chain
              for n, line in enumerate(lines)]  # fmt: skip
    return Blanked(tuple(chains), tuple(sheet.answers))


def _with_blanks(chain: Chain, level: int, random: Random, sheet: _Sheet) -> Chain:
    right = chain.rights[-1]
    spans = _chosen(right, level, random)
    parts: list[Math] = []
    end = 0
    boxes = items(right)
    for start, stop in spans:
        parts += [*boxes[end:start], sheet.blank(_one(boxes[start:stop]), FACTOR)]
        end = stop
    parts += boxes[end:]
    return replace(chain, rights=(_one(tuple(parts)),))


def _one(boxes: tuple[Math, ...]) -> Math:
    return boxes[0] if len(boxes) == 1 else Row(boxes)


def _chosen(right: Math, level: int, random: Random) -> list[Span]:
    """What becomes a blank, from left to right; nothing in something else."""
    small, large = factors(right), terms(right)
    wanted = max(1, min(ceil(len(small) * 2 / 3), len(small) - 1)) if level == 3 else 1
    spans = [*small, *(large if level > 1 and len(large) > 1 else ())]
    found: list[Span] = []
    for start, stop in random.sample(spans, len(spans)):
        if len(found) < wanted and all(stop <= a or b <= start for a, b in found):
            found.append((start, stop))
    return sorted(found)


def transposes(lines: Sequence[Item], level: int, random: Random, scribe: Scribe) -> Blanked:
    """The marks of matrices in half of the lines of vectors; in all of them; of vectors in products, too."""
    sheet = _Sheet()
    found = [marks_of(line.equation, scribe, level == 3) if line.equation else Marks() for line in lines]
    if not any(_has_place(line, marks) for line, marks in zip(lines, found, strict=True)):
        found = [marks_of(line.equation, scribe, True) if line.equation else Marks() for line in lines]
    able = [n for n, line in enumerate(lines) if not line.given and line.judged and _has_place(line, found[n])]
    chosen = set(some(able, 2 if level == 1 else 1, random))
    chains = [_boxed(line.chain, found[n], sheet) if n in chosen else line.chain for n, line in enumerate(lines)]
    return Blanked(tuple(chains), tuple(sheet.answers))


def _has_place(line: Item, marks: Marks) -> bool:
    return bool(line.chain.rights) and _boxed(line.chain, marks, _Sheet()) != line.chain


def _boxed(chain: Chain, marks: Marks, sheet: _Sheet) -> Chain:
    def other(box: Math) -> Math | None:
        plain = marks.plain.get(box)
        return None if plain is None else row(plain[0], sheet.blank(plain[1]))

    return replace(chain, rights=(with_others(chain.rights[-1], other),))


Maker = Callable[[Sequence[Item], int, Random, Scribe], Blanked]

MAKERS: Mapping[str, Maker] = MappingProxyType({"bars": bars, "terms": single, "transposes": transposes})


def numbered(blanked: Blanked) -> Iterator[tuple[int, Chain | Math | bool]]:
    """The answers with their numbers."""
    return enumerate(blanked.answers, 1)
