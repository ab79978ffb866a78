"""Many lines, on some processes; the n-th is the same whatever their number."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.mutations.judged import Judged, judge
from tests.mutations.samples import Mode, sample

BLOCK = 50
"""Lines that a process is given at a time."""


def one(mode: Mode, seed: int, n: int, hints: bool = True, among: tuple[str, ...] = ()) -> Judged:
    return judge(sample(mode, seed, n, among), hints)


def block(mode: Mode, seed: int, numbers: range, among: tuple[str, ...] = ()) -> list[Judged]:
    return [one(mode, seed, n, among=among) for n in numbers]


def run(
    mode: Mode, count: int, seed: int, jobs: int = 1, console: Console | None = None, among: tuple[str, ...] = ()
) -> list[Judged]:
    """All of them in order, with a progress bar where a console is given; among: the problems, default all."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=console is None) as progress:
        task = progress.add_task(mode, total=count)
        found: list[Judged] = []
        for part in _blocks(mode, count, seed, jobs, among):
            found += part
            progress.update(task, advance=len(part))
    return sorted(found, key=lambda judged: judged.sample.n)


def _blocks(mode: Mode, count: int, seed: int, jobs: int, among: tuple[str, ...]) -> Iterator[list[Judged]]:
    size = BLOCK if jobs > 1 else 1
    parts = [range(start, min(start + size, count)) for start in range(0, count, size)]
    if jobs == 1:
        yield from (block(mode, seed, numbers, among) for numbers in parts)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(block, mode, seed, numbers, among) for numbers in parts]):
            yield done.result()
