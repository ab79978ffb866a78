"""Fuzzed answers: whatever is handed in, there comes a report or a DeriveError, soon, and nothing is evaluated.

    python -m tests.fuzz_answers 100000 --seed 1

Each finding (another exception, a report that is no JSON, an unknown command that is not refused, code that is run,
more than LIMIT seconds) is kept as a file, and its number gives it again: `--only 1234` runs that one alone. Every
--command-th answer also goes through `derive check` as bytes, in an encoding of its own.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from types import CodeType, FrameType
from typing import get_args

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

import derive
from derive.check import Checker
from derive.check.report import Claim, Report, Verdict
from derive.cli.formats import SUFFIXES, Look, rendered
from derive.errors import DeriveError
from tests.strange_answers import Strange, answer

LIMIT = 5.0
"""Seconds of the processor for one answer."""
MEMORY = 2 << 30
"""Bytes for a process."""
BLOCK = 100
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "shift_jis", "utf-7")
FORBIDDEN = frozenset(
    ("exec", "compile", "os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen", "socket.connect")
)

FORMS = [form for form in SUFFIXES if form != "pdf"]
"""Of a report; pages run a TeX, which is a process of its own and writes files."""


class TooLong(BaseException):
    """The time for one answer is over; no `except Exception` swallows it."""


@dataclass(frozen=True)
class Found:
    """What became of one answer; detail: "" unless it is a finding."""

    number: int
    kind: str
    outcome: str
    seconds: float
    detail: str = ""


# what must not happen while an answer is checked


class Watch:
    """Notes what is run as code: an audit hook sees every eval, exec and compile by any name. Imports are none."""

    def __init__(self) -> None:
        self.on, self.seen = False, list[str]()
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in FORBIDDEN and not _imports(arguments):
            self.seen.append(f"{event}{arguments!r:.200}\n" + "".join(traceback.format_stack(limit=6)))


def _imports(arguments: tuple[object, ...]) -> bool:
    """Whether an import is what runs code, or what a library makes of its own text at its import (NamedTuple)."""
    if any(isinstance(one, CodeType) and one.co_filename.startswith("<frozen") for one in arguments):
        return True
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


WATCH = Watch()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """At most so many seconds of the processor; what even then goes on inside one NumPy call is shown and ended."""

    def over(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, over)
    faulthandler.dump_traceback_later(12 * seconds, exit=True)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGPROF, before)


@lru_cache(maxsize=32)
def checker(problem: Path) -> Checker:
    return Checker(derive.load(problem).derive(check=False).data)


# one answer


def outcome(given: Strange) -> Found:
    """What becomes of an answer."""
    checked, begun = checker(given.problem), time.process_time()
    WATCH.seen.clear()
    WATCH.on = True
    problem: BaseException | None = None
    try:
        with limited(LIMIT):
            kind, detail = _judged(checked, given)
    except (Exception, TooLong) as error:
        problem = error
    finally:
        WATCH.on = False  # a traceback compiles the lines that it shows
    if problem is not None:
        kind = "too long" if isinstance(problem, TooLong) else type(problem).__name__
        detail = "".join(traceback.format_exception(problem, limit=-12))
    if WATCH.seen:
        kind, detail = "evaluated", "".join(WATCH.seen)
    return Found(given.number, given.kind, kind, time.process_time() - begun, detail)


def _judged(checked: Checker, given: Strange) -> tuple[str, str]:
    try:
        report = checked.check(given.text, given.suffix, hints=given.hints)
    except DeriveError as error:
        told = all(problem.what for problem in error.problems) and bool(error.problems)
        return ("refused", "") if told else ("message", repr(error))
    wrong = next(_amiss(given, report), "")
    return ("report", wrong) if wrong else ("judged" if report.lines else "empty", "")


def _amiss(given: Strange, report: Report) -> Iterator[str]:
    """What is wrong with a report."""
    data = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    if len(data["lines"]) != len(report.lines):
        yield "lines are lost"
    lines = given.text.split("\n")
    for claim in report.lines:
        yield from _claim(claim, lines)
    for form in FORMS if given.number % 10 == 0 else ():
        if not isinstance(rendered(report, "answer.tex", Look(form, every=True)), str):
            yield f"no text for {form}"
    if given.planted:
        yield from _planted(given, report.lines)


def _claim(claim: Claim, lines: Sequence[str]) -> Iterator[str]:
    if claim.verdict not in get_args(Verdict):
        yield f"verdict {claim.verdict}"
    if not 1 <= claim.line <= len(lines) or claim.column < 1:
        yield f"line {claim.line}, column {claim.column} is outside of the text"
    if claim.verdict in ("unreadable", "unknown") and not (claim.why or claim.repairs):
        yield f"nothing is said on line {claim.line}: {claim.tex!r:.200}"


def _planted(given: Strange, claims: Sequence[Claim]) -> Iterator[str]:
    """An unknown command: its formula is refused, at its place, with a suggestion where a known one is near."""
    at = given.text.index(given.planted)
    line, column = given.text.count("\n", 0, at) + 1, at - given.text.rfind("\n", 0, at)
    told = [c for c in claims if c.verdict == "unreadable" and f"`{given.planted}`" in c.why]
    if not told:
        yield f"{given.planted} was not refused: {[(c.verdict, c.why) for c in claims]}"
    elif (told[0].line, told[0].column) != (line, column):
        yield f"{given.planted} stands at {line}:{column}, not {told[0].line}:{told[0].column}"
    elif ": " not in told[0].why:
        yield f"{given.planted}: no suggestion: {told[0].why}"


# the command line


def through_command(given: Strange, seed: int, folder: Path) -> Found:
    """The same answer as bytes through `derive check`: exit status 0, 1 or 2, and no traceback."""
    rng = random.Random(f"command/{seed}/{given.number}")
    content = given.text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.5:
        content = given.text.encode(rng.choice(ENCODINGS), "replace")
    if rng.random() < 0.2:
        content = rng.randbytes(3).join((content[: len(content) // 2], content[len(content) // 2 :]))
    file = folder / f"answer{given.suffix}"
    file.write_bytes(content)
    arguments = [str(given.problem), str(file), "--format", rng.choice(FORMS)]
    begun = time.monotonic()
    name = f"command {given.kind}"
    try:
        run = subprocess.run(
            [sys.executable, "-m", "derive", "check", *arguments], capture_output=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        return Found(given.number, name, "too long", time.monotonic() - begun, " ".join(arguments))
    seconds, said = time.monotonic() - begun, run.stderr.decode("utf-8", "replace")
    if run.returncode not in (0, 1, 2) or "Traceback" in said:
        return Found(given.number, name, f"exit {run.returncode}", seconds, said)
    return Found(given.number, name, f"exit {run.returncode}", seconds)


# many answers


def block(seed: int, numbers: Sequence[int], every: int) -> list[Found]:
    """A part of a run, in this process."""
    found = []
    for number in numbers:
        given = answer(seed, number)
        found.append(outcome(given))
        if every and number % every == 0:
            with tempfile.TemporaryDirectory() as folder:
                found.append(through_command(given, seed, Path(folder)))
    return found


def _blocks(seed: int, numbers: Sequence[int], every: int, jobs: int) -> Iterator[list[Found]]:
    size = BLOCK if jobs > 1 else 1
    parts = [numbers[start : start + size] for start in range(0, len(numbers), size)]
    if jobs == 1:
        yield from (block(seed, part, every) for part in parts)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin) as pool:
        for done in as_completed([pool.submit(block, seed, part, every) for part in parts]):
            yield done.result()


def _begin() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def keep(found: Found, seed: int, folder: Path) -> Path:
    """A finding's answer and what happened, as files."""
    given = answer(seed, found.number)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{found.number}{given.suffix}"
    file.write_bytes(given.text.encode("utf-8", "surrogatepass"))
    told = f"{given.problem.name} {given.kind} hints={given.hints}\n{found.outcome}\n{found.detail}"
    file.with_suffix(".found").write_text(told, encoding="utf-8", errors="replace")
    return file


@click.command(help=__doc__)
@click.argument("count", type=int, default=20_000)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--start", type=int, default=0, help="The number to begin with.")
@click.option("--only", type=int, help="Run this one alone.")
@click.option("--command", "every", type=int, default=2000, show_default=True, help="0: none go through the command.")
@click.option("--keep", "folder", type=click.Path(path_type=Path), default=None, help="Where findings are kept.")
def main(count: int, seed: int, jobs: int, start: int, only: int | None, every: int, folder: Path | None) -> None:
    _begin()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    console = Console() if sys.stdout.isatty() else Console(width=120)
    folder = folder or Path(tempfile.mkdtemp(prefix="fuzz_answers."))
    numbers = range(start, start + count) if only is None else range(only, only + 1)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    met: list[Found] = []
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        task = progress.add_task("answers", total=len(numbers))
        for part in _blocks(seed, numbers, every, jobs):
            for found in part:
                met.append(found)
                if found.detail:
                    kept = keep(found, seed, folder)
                    progress.console.print(f"finding {found.number}: {found.outcome}: {kept}", highlight=False)
            progress.update(task, completed=len({found.number for found in met}))
    _tell(met, console)
    sys.exit(1 if any(found.detail for found in met) else 0)


def _tell(met: Sequence[Found], console: Console) -> None:
    """Counts, the slowest answers, the memory."""
    for what in sorted({found.kind for found in met}):
        counts = Counter(found.outcome for found in met if found.kind == what)
        console.print(f"{what}: " + ", ".join(f"{n} {one}" for one, n in counts.most_common()), highlight=False)
    slow = sorted(met, key=lambda found: -found.seconds)[:8]
    console.print("slowest: " + ", ".join(f"{f.seconds:.2f} s ({f.number}, {f.kind})" for f in slow), highlight=False)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    findings = sum(bool(found.detail) for found in met)
    console.print(f"{len(met)} answers, {findings} findings, {peak} MB at most", highlight=False)


if __name__ == "__main__":
    main()
