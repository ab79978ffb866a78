"""`derive paper PROBLEM … -o book.pdf`: a booklet of problems."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derive.cli.complete import ProblemPath
from derive.cli.screen import FAILED, bar, deliver, progress

if TYPE_CHECKING:
    from derive.api import Answers, Derivation
    from derive.paper.book import Chapter

EXAMPLES = """\b
Examples:
  derive paper problems/*.yaml -o book.pdf
  derive paper problems/mlp.yaml problems/rnn.yaml --title "Two networks" -o two.md
  derive paper problems/*.yaml --engine typst -o book.pdf      not through TeX, which is slower
"""


@click.command("paper", epilog=EXAMPLES)
@click.argument("problems", nargs=-1, required=True, type=ProblemPath(), metavar="PROBLEM.yaml ...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(),
    metavar="BOOK.pdf|.tex|.typ|.md",
    help="Its end says what it is.",
)
@click.option("--title", default="Derivations", show_default=True, help="What stands on top of the contents.")
@click.option("--engine", type=click.Choice(["tex", "typst"]), help="What sets a PDF. Default: TeX where there is one.")
@click.option("--no-graph", is_flag=True, help="Leave out the computation graphs.")
@click.option("--no-code", is_flag=True, help="Leave out the NumPy code.")
@click.option(
    "--notation", type=click.Choice(["bar", "partial", "nabla", "d", "delta"]), default="bar", show_default=True
)
@click.option("--product", type=click.Choice(["circ", "odot"]), default="circ", show_default=True)
@click.option("--no-check", "unchecked", is_flag=True, help="Do not check by numbers; the pages say so.")
@click.option("--timeout", type=click.IntRange(1, 3600), metavar="S", help="Seconds for each proof or search.")
def command(problems: tuple[str, ...], output: str, title: str, engine: Any, **options: Any) -> None:
    """A booklet: contents, and for each problem its graph, its derivation, its code."""
    from derive.api import CheckFailed
    from derive.paper import engine as found
    from derive.paper.book import SUFFIXES, Book

    form = SUFFIXES.get(Path(output).suffix.lower())
    if form is None:
        raise click.UsageError(f"-o {output}: a booklet's name ends with one of {', '.join(SUFFIXES)}")
    if any(os.path.realpath(output) == os.path.realpath(name) for name in problems):
        raise click.UsageError(f"-o {output} would replace a problem; choose another name")
    if form == "pdf":
        engine = found(engine)  # before an hour's work, not after it
    try:
        book = Book(title, _chapters(problems, **options))
    except CheckFailed as failure:
        click.echo(str(failure), err=True)
        sys.exit(FAILED)
    with progress(f"setting {output}"):
        deliver(book.render(form, engine), output)


def _chapters(
    problems: tuple[str, ...], no_graph: bool, no_code: bool, notation: Any, product: Any, **options: Any
) -> tuple[Chapter, ...]:
    from derive.api.book import chapter
    from derive.typeset.style import Style

    made = []
    with bar("deriving", len(problems)) as advance:
        for name in problems:
            made.append(chapter(_shown(name, **options), Style(notation, product), not no_graph, not no_code))
            advance()
    return tuple(made)


def _shown(name: str, unchecked: bool, timeout: int | None) -> Derivation | Answers:
    from derive.api import load

    network = load(name)
    if not network.declared.equations:
        return network.answers(timeout=timeout)
    return network.derive(check=not unchecked, timeout=timeout)
