"""Many answers: on all cores, each report written whole when it is done, so that a run that was killed can go on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from derive.cli.answers import Answer
from derive.cli.formats import SUFFIXES
from derive.cli.judged import Judged, Task, begin, judged
from derive.cli.screen import bar
from derive.errors import DeriveError, Problem
from derive.files import write_whole

JOURNAL = "summary.jsonl"
"""A line for each answer that is done: what `--resume` goes by."""
DIED = "its process ended before it was done; the answer may need more memory than there is"


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_all(
    task: Task, answers: Sequence[Answer], folder: Path | None, resume: bool, jobs: int
) -> tuple[Judged, ...]:
    """Every answer's outcome, in their order; reports go into the folder, if there is one. Raises DeriveError."""
    journal = Journal(folder, task) if folder is not None else None
    done = {a.name: met for a in answers if journal and resume and (met := journal.finished(a)) is not None}
    waiting = [answer for answer in answers if answer.name not in done]
    if journal is not None:
        journal.begin([a for a in answers if a.name in done], done)
    with bar("checking", len(answers), len(done)) as advance:
        for answer, result in _results(task, waiting, min(jobs, max(len(waiting), 1))):
            done[answer.name] = journal.keep(answer, result) if journal is not None else result
            advance()
    return tuple(done[answer.name] for answer in answers)


def _results(task: Task, answers: Sequence[Answer], jobs: int) -> Iterator[tuple[Answer, Judged]]:
    if jobs <= 1:
        yield from ((answer, judged(task, answer)) for answer in answers)
        return
    left = dict.fromkeys(answers)
    try:
        for answer, result in _in_processes(task, answers, jobs):
            del left[answer]
            yield answer, result
    except BrokenProcessPool:
        for answer in left:
            yield answer, _alone(task, answer)


def _in_processes(task: Task, answers: Sequence[Answer], jobs: int) -> Iterator[tuple[Answer, Judged]]:
    pool = ProcessPoolExecutor(jobs, initializer=begin, initargs=(os.getpid(),))
    try:
        running = {pool.submit(judged, task, answer): answer for answer in answers}
        for future in as_completed(running):
            yield running[future], future.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    # without waiting, the pool's thread may close its pipe while the exit of this process writes to it
    pool.shutdown()


def _alone(task: Task, answer: Answer) -> Judged:
    """In a process of its own, after one has died: the answer that killed it does not take others with it."""
    try:
        return next(result for _, result in _in_processes(task, [answer], 1))
    except BrokenProcessPool:
        return Judged(answer.name, error=f"{answer.name}: {DIED}")


class Journal:
    """The folder of a run: reports, and the list of those that are done."""

    def __init__(self, folder: Path, task: Task) -> None:
        self.folder, self.task, self.path = folder, task, folder / JOURNAL
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            told = f"{folder}: cannot make this folder: {error.strerror}"
            raise DeriveError(Problem(None, told, "choose another place")) from None
        self.known = self._read()

    def place(self, answer: Answer) -> Path:
        """Where an answer's report stands."""
        return self.folder / f"{answer.report}{SUFFIXES[self.task.look.form]}"

    def finished(self, answer: Answer) -> Judged | None:
        """What is known of an answer that was done before and has not changed since."""
        met = self.known.get(answer.name)
        if met is None or not met.get("key") or met["key"] != self.task.key(answer) or not self.place(answer).exists():
            return None
        counts, missing = met.get("counts"), met.get("missing")
        if not isinstance(counts, dict) or not isinstance(missing, list):
            return None
        return Judged(answer.name, counts=counts, missing=tuple(missing))

    def begin(self, answers: Sequence[Answer], done: Mapping[str, Judged]) -> None:
        """A new list, of what stays."""
        write_whole(self.path, "".join(self._line(answer, done[answer.name]) for answer in answers))

    def keep(self, answer: Answer, result: Judged) -> Judged:
        """The report first, then its line in the list; the text is not kept in memory."""
        if result.error:
            return result
        place = self.place(answer)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, result.text)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(self._line(answer, result))
        return Judged(result.answer, counts=result.counts, missing=result.missing)

    def _line(self, answer: Answer, result: Judged) -> str:
        data = {
            "answer": answer.name,
            "report": self.place(answer).relative_to(self.folder).as_posix(),
            "counts": dict(result.counts or {}),
            "missing": list(result.missing),
            "key": self.task.key(answer),
        }
        return json.dumps(data, ensure_ascii=False) + "\n"

    def _read(self) -> dict[str, dict[str, object]]:
        """The list of an earlier run; a line that was cut off by its end is left out."""
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return {}
        found = {}
        for line in lines:
            try:
                data = json.loads(line)
            except ValueError:
                continue
            if isinstance(data, dict) and isinstance(data.get("answer"), str):
                found[data["answer"]] = data
        return found
