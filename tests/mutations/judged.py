"""What the checker says of one line, how long it takes, and whether its hint brings the original back."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from time import perf_counter

from derive.check import Checker
from derive.check.report import Report
from tests.mutations.samples import Sample
from tests.mutations.source import PROBLEMS, problem

LIMIT = 20
"""Seconds for one answer; longer is a hang."""
VERDICTS = ("right", "wrong", "unknown", "unreadable", "other", "none", "error")
"""What is counted: `given` counts as right; none: no line was found in the answer; error: an exception or a hang."""
WORST = ("error", "wrong", "unreadable", "unknown", "other", "none", "right")


@dataclass(frozen=True)
class Judged:
    """The verdict on a sample.

    under: the conventions under which it was called right.  repaired: a repair of it was called right.  hinted: it got
    a hint.  restored: the mended line was called right; same: it is the original, spaces apart.  seconds: for the
    verdict alone; searched: with the search for a hint.
    """

    sample: Sample
    verdict: str
    why: str = ""
    under: tuple[str, ...] = ()
    repaired: bool = False
    hinted: bool = False
    restored: bool = False
    same: bool = False
    hint: str = ""
    seconds: float = 0.0
    searched: float = 0.0


@cache
def checker(name: str) -> Checker:
    path = next(path for path in PROBLEMS if path.stem == name)
    return Checker(problem(path).derivation)


def judge(sample: Sample, hints: bool = True) -> Judged:
    """The checker's answer; a right line must be right in each of its claims, a wrong one wrong in one of them."""
    given = checker(sample.problem)
    try:
        with within(LIMIT):
            report, seconds = timed(lambda: given.check(sample.text, sample.suffix, hints=False))
            if not hints or sample.mode == "right" or verdict_of(report) != "wrong":
                return _plain(sample, report, seconds)
            report, searched = timed(lambda: given.check(sample.text, sample.suffix))
            return _hinted(sample, given, report, seconds, searched)
    except Exception as error:  # whatever it is, it is what is looked for
        return Judged(sample, "error", f"{type(error).__name__}: {error}")


def timed(work: Callable[[], Report]) -> tuple[Report, float]:
    start = perf_counter()
    report = work()
    return report, perf_counter() - start


def verdict_of(report: Report) -> str:
    found: set[str] = {"right" if claim.verdict == "given" else claim.verdict for claim in report.lines} or {"none"}
    return next(verdict for verdict in WORST if verdict in found)


def _plain(sample: Sample, report: Report, seconds: float) -> Judged:
    verdict = verdict_of(report)
    about = next((c for c in report.lines if c.verdict == verdict), None)
    why = f"{about.why} [read: {about.reading}]" if about and verdict != "right" else ""
    under = tuple(dict.fromkeys(words for claim in report.lines for words in claim.under))
    return Judged(sample, verdict, why, under, _repaired(report), seconds=seconds, searched=seconds)


def _repaired(report: Report) -> bool:
    return any(repair.verdict in ("right", "given") for claim in report.lines for repair in claim.repairs)


def _hinted(sample: Sample, given: Checker, report: Report, seconds: float, searched: float) -> Judged:
    about = next(claim for claim in report.lines if claim.verdict == "wrong")
    repaired = _repaired(report)
    if about.hint is None:
        return Judged(sample, "wrong", about.why, (), repaired, seconds=seconds, searched=searched)
    line = completed(about.hint.tex, sample.line)
    mended = given.check(sample.alone(line), sample.suffix, hints=False)
    restored = verdict_of(mended) == "right" and len(mended.lines) > 0
    same = plain(line) == plain(sample.original)
    told = f"{about.hint.words}: {about.hint.tex}"
    return Judged(sample, "wrong", about.why, (), repaired, True, restored, same, told, seconds, searched)


def completed(mended: str, line: str) -> str:
    """A mended claim with the condition that the line has, l = 2, …, L; of a right side alone with the left one too."""
    formula, *held = line.split(r",\quad")
    whole = mended if _relation(mended) >= 0 else f"{formula[: _relation(formula)]}= {mended}"
    return r",\quad".join((f"{whole} ", *held)) if held and r",\quad" not in mended else whole


def _relation(tex: str) -> int:
    """Where the first = outside all brackets is; −1: nowhere."""
    depth = 0
    for n, c in enumerate(tex):
        depth += (c in "{([") - (c in "})]")
        if c == "=" and not depth:
            return n
    return -1


def plain(tex: str) -> str:
    """LaTeX without what only spaces it: blanks, \\,, braces around one character, sizes of fences."""
    tex = re.sub(r"\\(?:left|right|[bB]ig+[lr]?)(?![A-Za-z])|\\[,;:! ]|~|&", "", tex)
    tex = re.sub(r"\\[dt]frac", r"\\frac", tex)
    tex = re.sub(r"(\\[A-Za-z]+)\s+", "\\1\x00", tex)
    tex = re.sub(r"\s+", "", tex)
    tex = re.sub("\x00(?![A-Za-z])", "", tex)
    return re.sub(r"([_^])\{(.)\}", r"\1\2", tex)


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """An error after so many seconds."""

    def late(*_: object) -> None:
        raise TimeoutError(f"longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
