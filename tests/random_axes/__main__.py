"""python -m tests.random_axes 10000 --seed 1"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.random_axes.compare import timed
from tests.random_axes.costs import network
from tests.random_axes.run import Found, one
from tests.random_axes.tally import Tally, small
from tests.random_axes.written import problem


def seeds(seed: int, count: int) -> list[int]:
    draw = random.Random(seed)
    return [draw.getrandbits(32) for _ in range(count)]


def outcomes(work: list[tuple[int, bool]], jobs: int) -> Iterator[Found]:
    if jobs == 1:
        yield from map(one, work)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(one, work, chunksize=8)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.random_axes", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=300)
    parser.add_argument("--seed", type=int, default=1, help="of the run")
    parser.add_argument("--one", type=int, help="the seed of one network: show it and check it")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--selfcheck", type=int, default=20, help="derive's own self-check for every n-th; 0: none")
    parser.add_argument("--shrink", action="store_true", help="make the first failure of each kind small")
    parser.add_argument("--out", type=Path, default=Path("random_axes_failures"), help="where failing files go")
    options = parser.parse_args()
    console = Console()
    if options.one is not None:
        return _single(console, options.one, options.shrink)
    work = [
        (s, bool(options.selfcheck and n % options.selfcheck == 0))
        for n, s in enumerate(seeds(options.seed, options.count))
    ]
    tally = Tally(console, options.out, options.shrink)
    with _progress(console) if console.is_terminal else nullcontext() as bar:
        task = bar.add_task("networks", total=len(work), said="") if bar else None
        for n, found in enumerate(outcomes(work, options.jobs), 1):
            tally.add(*found)
            if bar and task is not None:
                bar.update(task, completed=n, said=tally.sentence)
            elif n % 500 == 0:
                console.print(f"{n}: {tally.sentence}", highlight=False, soft_wrap=True)
    tally.report()
    return 1 if tally.counts["wrong"] or tally.counts["crashed"] else 0


def _progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, TextColumn("{task.fields[said]}"), console=console)


def _single(console: Console, seed: int, smaller: bool) -> int:
    case = network(seed)
    outcome, seconds = timed(case, seed, True)
    said = outcome.what
    if smaller and outcome.status in ("wrong", "crashed", "refused"):
        case, said = small(case, seed, outcome)
    console.print(problem(case), markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"{outcome.status} {outcome.kind}\n{said}\nworst {outcome.worst:.1e}, {seconds:.2f} s",
        markup=False,
        soft_wrap=True,
    )
    return 0 if outcome.status == "right" else 1


if __name__ == "__main__":
    sys.exit(main())
