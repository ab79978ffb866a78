"""A report as a document, to be handed back as it is: how it went, what is not right and why, what is left to say.

report_document(report, "answer.tex")        every renderer prints it: terminal, LaTeX, Markdown
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

from derive.check.report import Claim, Report, Verdict
from derive.check.show_claims import SAID, Told, claim_block, said_of, told_of
from derive.check.show_words import plain_words, words
from derive.document import Block, Document, Heading, Items, Prose, Tone, Words

FLAGGED: tuple[Verdict, ...] = ("wrong", "unknown", "unreadable")
COUNTED: tuple[tuple[Told, str], ...] = (
    ("right", SAID["right"][0]),
    ("given", SAID["given"][0]),
    ("own", "of the answer's own names"),
    ("wrong", SAID["wrong"][0]),
    ("follows", "following from a wrong line"),
    *((verdict, SAID[verdict][0]) for verdict in ("unknown", "unreadable", "other")),
)
"""The verdicts in the order in which they are counted, in words."""
DOT = r"\cdot"
LISTED: tuple[tuple[Verdict | Literal["own"], str], ...] = (
    ("right", "Right"),
    ("given", "As in the problem"),
    ("own", "Names of the answer's own"),
    ("other", "About another problem"),
)


def report_document(report: Report, answer: str = "", every: bool = False) -> Document:
    """The report on an answer; every: lines that are right one by one too."""
    shown = [n for n, claim in enumerate(report.lines) if every or claim.verdict in FLAGGED]
    lines = [claim_block(report.lines, group, answer) for group in _groups(report.lines, shown)]
    left = tuple(_left_to_say(report, every))
    end: list[Block] = [Heading("In short", 2), Items(left)] if left and lines else [Items(left)] if left else []
    name = f"{plain_words(answer)}: " if answer else ""
    return Document(plain_words(report.title), (Prose((name + counted(report),), _tone(report)), *lines, *end))


def _tone(report: Report) -> Tone:
    """How it went, for a terminal with colours."""
    if report.ok:
        return "good" if report.count("right") else ""
    return "bad" if report.count("wrong") else "unsure"


def counted(report: Report) -> str:
    """23 right, 2 wrong, 1 unreadable."""
    if not report.lines:
        return "there is no equation in this answer."
    parts = [
        f"{count} {said}"
        for verdict, said in COUNTED
        if (count := sum(told_of(claim) == verdict for claim in report.lines))
    ]
    told = f"{_number(len(report.lines), 'statement')}: {', '.join(parts)}."
    return f"{told} Well done." if report.ok and report.count("right") and not report.missing else told


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _groups(claims: Sequence[Claim], shown: Sequence[int]) -> Iterator[list[int]]:
    """What stands together: neighbours of which the same is said; a wrong line alone."""
    for _, group in groupby(shown, key=lambda n: _key(claims[n], n)):
        yield list(group)


def _key(claim: Claim, place: int) -> tuple[object, ...]:
    alone = claim.verdict in ("wrong", "unreadable") or claim.repairs
    return (said_of(claim), claim.why, claim.under, claim.follows == "no", place if alone else -1)


def _left_to_say(report: Report, every: bool) -> Iterator[Words]:
    """Right lines by their numbers, the conventions, what is missing, whether the forms agree."""
    if not every:
        for verdict, said in LISTED:
            lines = [claim.line for claim in report.lines if said_of(claim) == verdict]
            if lines:
                yield (f"{said}: {numbered(lines)}.",)
    alone = [c.line for c in report.lines if c.verdict == "right" and c.follows == "no"]
    if alone:
        yield (f"Right, but not what your lines above give: {numbered(alone)}.",)
    conventions = dict.fromkeys(said for claim in report.lines for said in claim.under)
    if conventions:
        told = [words(f"{said.replace(DOT, '·')} ({_held(report, said)})") for said in conventions]
        yield ("Conventions: ", *(part for n, one in enumerate(told) for part in (*(("; ",) if n else ()), *one)), ".")
    if report.missing:
        yield words(f"Asked for, but not in the answer: {', '.join(report.missing)}.")
    if report.agreement:
        yield words(report.agreement)
    yield from ((note,) for note in report.notes)


def _held(report: Report, convention: str) -> str:
    """The lines that hold under a convention."""
    return numbered([claim.line for claim in report.lines if convention in claim.under])


def numbered(lines: Sequence[int]) -> str:
    """line 7; lines 3, 5–8, 12: neighbours as a run."""
    once = sorted(dict.fromkeys(lines))
    runs = [list(run) for _, run in groupby(enumerate(once), key=lambda pair: pair[1] - pair[0])]
    parts = [f"{run[0][1]}" if len(run) == 1 else f"{run[0][1]}–{run[-1][1]}" for run in runs]
    return f"line{'' if len(once) == 1 else 's'} {', '.join(parts)}"
