"""Whole processes of this checkout beside an older one, in one run: the start, and every problem file that both have.

    git worktree add /tmp/older COMMIT
    python -m benchmarks.before /tmp/older                       all problem files that both checkouts have
    python -m benchmarks.before /tmp/older mlp residual --runs 9

CPU seconds of the process, the best of several runs that take turns, and new/old.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from math import exp, log
from pathlib import Path
from statistics import fmean

import click

HERE = Path(__file__).parent.parent


def main() -> None:
    compare()


@click.command()
@click.argument("older", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
@click.option("--runs", default=5, show_default=True)
def compare(older: Path, names: tuple[str, ...], runs: int) -> None:
    files = names or _common(older)
    commands = {"--version": ["--version"], **{name: [f"problems/{name}.yaml"] for name in files}}
    ratios = []
    for name, arguments in commands.items():
        new, old = _best([HERE, older], arguments, runs)
        ratios.append(new / old)
        click.echo(f"{name:24s} {new:7.3f} s   {old:7.3f} s   {new / old:5.2f}")
    click.echo(f"geometric mean of the ratios {exp(fmean(map(log, ratios))):.3f}")


def _common(older: Path) -> Sequence[str]:
    """Files that are the same in both: a file that changed would compare two problems."""
    both = [(path, older / "problems" / path.name) for path in sorted((HERE / "problems").glob("*.yaml"))]
    return [new.stem for new, old in both if old.exists() and new.read_bytes() == old.read_bytes()]


def _best(checkouts: Sequence[Path], arguments: Sequence[str], runs: int) -> list[float]:
    """The least CPU time in each checkout; the first run of each, which may write bytecode, does not count."""
    times = [[_seconds(path, arguments) for path in checkouts] for _ in range(runs + 1)]
    return [min(column) for column in zip(*times[1:], strict=True)]


def _seconds(checkout: Path, arguments: Sequence[str]) -> float:
    before = _spent()
    command = [sys.executable, "-m", "derive", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    subprocess.run(command, check=True, cwd=checkout, env=environment, stdout=subprocess.DEVNULL)
    return _spent() - before


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
