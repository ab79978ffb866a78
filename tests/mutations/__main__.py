"""Rewritten and planted lines, judged by `derive check`.

python -m tests.mutations right 5000 --seed 1 --jobs 2
python -m tests.mutations wrong 5000 --seed 1
python -m tests.mutations pairs 5000 --seed 1
python -m tests.mutations wrong --seed 1 --only 1234          one line, and all that is said of it
python -m tests.mutations right 1000 --problem vae --problem lora
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

import click
from rich.console import Console
from rich.markup import escape

from tests.mutations.run import one, run
from tests.mutations.samples import Mode
from tests.mutations.summary import false_ones, save, show, told


@click.command(help=__doc__)
@click.argument("mode", type=click.Choice(get_args(Mode)))
@click.argument("count", type=int, default=300)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes; times are of one line.")
@click.option("--only", type=int, help="The line of this number alone.")
@click.option("--problem", "among", multiple=True, help="A problem file's name without its ending; default all.")
@click.option("--show", "most", type=int, default=10, show_default=True, help="How many false verdicts are told.")
@click.option("--save", "path", type=click.Path(path_type=Path), help="Where to write every line as JSON lines.")
def main(
    mode: Mode,
    count: int,
    seed: int,
    jobs: int,
    only: int | None,
    among: tuple[str, ...],
    most: int,
    path: Path | None,
) -> None:
    console = Console() if sys.stdout.isatty() else Console(width=120)
    if only is not None:
        judged = one(mode, seed, only, among=among)
        console.print(*told(judged), escape(judged.sample.text), sep="\n", soft_wrap=True, highlight=False)
        return
    found = run(mode, count, seed, jobs, console, among)
    show(mode, found, console, most)
    if path is not None:
        save(found, path)
    grave = [j for j in false_ones(found) if j.verdict in ("right", "wrong", "error")]
    sys.exit(1 if grave else 0)


if __name__ == "__main__":
    main()
