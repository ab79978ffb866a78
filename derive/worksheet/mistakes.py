"""Planted mistakes: some lines of a sheet carry a slip each, and `derive check` finds these wrong and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from random import Random
from types import MappingProxyType

from derive.check import Checker
from derive.derivation import Derivation
from derive.document import Chain, Math, Over
from derive.render.latex import equation
from derive.typeset.scribe import Scribe
from derive.worksheet.boxes import spots
from derive.worksheet.lines import Item
from derive.worksheet.slips import Slip, scene, slips

SHARE: Mapping[int, int] = MappingProxyType({1: 6, 2: 4, 3: 3})
"""One of how many lines is wrong at each level, where there are enough: at least as many as the level."""
FAULTS = ("wrong", "unknown", "unreadable")
TRIES = 8
"""Slips that are tried on a line before another line is taken."""


@dataclass(frozen=True, slots=True)
class Planted:
    """place: which line, from 0; what was done to it, and what it says now."""

    place: int
    words: str
    chain: Chain


def plant(lines: Sequence[Item], derivation: Derivation, level: int, random: Random, scribe: Scribe) -> list[Planted]:
    """The mistakes of a sheet, in the order of its lines."""
    checker = Checker(derivation)
    asked = [n for n, line in enumerate(lines) if line.asked]
    wanted = min(max(level, ceil(len(asked) / SHARE[level])), max(1, len(asked) // 2))
    found: list[Planted] = []
    used: dict[str, int] = {}
    for place in random.sample(asked, len(asked)):
        planted = _slipped(lines, place, checker, used, random, scribe) if len(found) < wanted else None
        if planted is not None:
            used[planted.words] = used.get(planted.words, 0) + 1
            found.append(planted)
    return sorted(_seen(lines, found, checker), key=lambda one: one.place)


def _slipped(
    lines: Sequence[Item], place: int, checker: Checker, used: Mapping[str, int], random: Random, scribe: Scribe
) -> Planted | None:
    """A slip that makes this line wrong by numbers, of a kind that the sheet has little of; None if there is none."""
    line = lines[place]
    above = [n for n in range(place) if lines[n].part]
    for slip in _in_turn(slips(scene(line, scribe, _barred(lines))), used, random):
        chain = replace(line.chain, rights=(slip.right,))
        if faults(checker, [*(lines[n].chain for n in above), chain]) == {len(above): "wrong"}:
            return Planted(place, slip.words, chain)
    return None


def _in_turn(kinds: Mapping[str, tuple[Slip, ...]], used: Mapping[str, int], random: Random) -> Iterator[Slip]:
    """One slip of each kind, those first that the sheet has fewest of."""
    order = random.sample(list(kinds), len(kinds))
    for words in sorted(order, key=lambda words: used.get(words, 0))[:TRIES]:
        yield random.choice(kinds[words])


def _barred(lines: Sequence[Item]) -> frozenset[Math]:
    """What stands under a bar somewhere."""
    boxes = (box for line in lines for box in (line.chain.left, *line.chain.rights))
    met = (spot.box for box in boxes for spot in spots(box))
    return frozenset(box.base for box in met if isinstance(box, Over) and box.accent == "bar")


def _seen(lines: Sequence[Item], found: list[Planted], checker: Checker) -> list[Planted]:
    """The mistakes that are found in the sheet as a whole, where the lines around them count, and no others are."""
    while found:
        chains = with_mistakes(lines, found)
        chains = [c if line.judged else replace(c, rights=()) for line, c in zip(lines, chains, strict=True)]
        met = faults(checker, chains)
        kept = [one for one in found if met.get(one.place) == "wrong"]
        if len(kept) == len(found) == len(met):
            return found
        found = kept if len(kept) < len(found) else found[:-1]
    return found


def with_mistakes(lines: Sequence[Item], planted: Sequence[Planted]) -> list[Chain]:
    """The lines of the sheet."""
    new = {one.place: one.chain for one in planted}
    return [new.get(n, line.chain) for n, line in enumerate(lines)]


def faults(checker: Checker, chains: Sequence[Chain]) -> dict[int, str]:
    """place of a line -> what `derive check` calls it, for the lines that it does not call right."""
    written = [n for n, chain in enumerate(chains) if chain.rights]
    text = "\n\n".join(f"$${equation(chains[n])}$$" for n in written)
    report = checker.check(text, ".md", hints=False)
    return {written[(claim.line - 1) // 2]: claim.verdict for claim in report.lines if claim.verdict in FAULTS}
