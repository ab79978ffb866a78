"""`derive worksheet PROBLEM`: a sheet to fill in, its solution, and an answer that `derive check` calls right."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derive.cli.complete import ProblemPath
from derive.cli.group import Format
from derive.cli.screen import FAILED, deliver, progress
from derive.cli.second_order import second_order, written
from derive.files import is_same

if TYPE_CHECKING:
    from derive.document import Document
    from derive.worksheet import Worksheet

EXAMPLES = """\b
Examples:
  derive worksheet problems/mlp.yaml --blanks bars --format markdown
  derive worksheet problems/rnn.yaml --blanks transposes --level 2 --seed 3 -o sheet.tex
  derive worksheet problems/lstm.yaml --blanks mistakes --solution       which lines are wrong, and how

\b
With -o sheet.tex there are also sheet.solution.tex and sheet.answer.md.
"""


FORMS = {".tex": "latex", ".pdf": "pdf", ".typ": "typst", ".md": "markdown"}
SUFFIXES = {form: suffix for suffix, form in FORMS.items()}


class SheetFormat(Format):
    """The formats of a sheet."""

    ALSO = {"tex": "latex", "md": "markdown", "typ": "typst"}  # noqa: RUF012


@click.command("worksheet", epilog=EXAMPLES)
@click.argument("problem", type=ProblemPath(), metavar="PROBLEM.yaml")
@click.option(
    "--blanks",
    type=click.Choice(["bars", "terms", "transposes", "mistakes"]),
    default="bars",
    show_default=True,
    help="What is left out; mistakes: nothing, but some lines are wrong.",
)
@click.option("--level", type=click.IntRange(1, 3), default=1, show_default=True, help="How much of it.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed, the same sheet.")
@click.option(
    "--format",
    "form",
    type=SheetFormat(["latex", "pdf", "typst", "markdown"]),
    help="Default: by the name's end for -o, else latex.",
)
@click.option("-o", "--output", type=click.Path(), help="Write sheet, solution and answer to files; - is the screen.")
@second_order
@click.option("--solution", is_flag=True, help="The solution in place of the sheet, on the screen.")
def command(problem: str, output: str | None, form: str | None, solution: bool, **asked: Any) -> None:
    """A worksheet from a derivation: blanks to fill in, or wrong lines to find."""
    output = None if output == "-" else output
    _usable(problem, output, solution)
    found = _made(problem, **asked)
    form = form or FORMS.get(Path(output or "").suffix, "latex")
    if form == "pdf" and output is None and sys.stdout.isatty():
        raise click.UsageError("pages are no text; name a file: -o sheet.pdf")
    if output is None:
        deliver(_text(found.solution if solution else found.sheet, form), None)
        return
    stem, suffix = Path(output).with_suffix(""), Path(output).suffix or SUFFIXES[form]
    others = f"{stem}.solution{suffix}", f"{stem}.answer.md"
    deliver(_text(found.sheet, form), output)
    deliver(_text(found.solution, form), others[0])
    deliver(_text(found.answer, "markdown"), others[1])
    click.echo(f"wrote {output}, {', '.join(others)}")


def _usable(problem: str, output: str | None, solution: bool) -> None:
    """Raises UsageError for options that do not go together."""
    if output == "":
        raise click.UsageError("-o needs the name of a file")
    if output and solution:
        raise click.UsageError("--solution is for the screen; -o NAME.tex writes NAME.solution.tex, too")
    if output and is_same(output, problem):
        raise click.UsageError(f"-o {output} would replace the problem itself; choose another name")


def _made(problem: str, blanks: Any, level: int, seed: int, **others: Any) -> Worksheet:
    """The worksheet; a derivation whose numbers disagree gives none."""
    from derive.api import CheckFailed, load
    from derive.worksheet import worksheet

    with progress(f"making a worksheet of {problem}"):
        try:
            derived = load(problem).derive(**others)
            return worksheet(derived.data, blanks, level, seed, problem, written(others))
        except CheckFailed as failure:
            click.echo(f"{problem}: {failure}", err=True)
            sys.exit(FAILED)


def _text(document: Document, form: str) -> str | bytes:
    if form == "pdf":
        from derive.paper import pdf

        return pdf(document)
    if form == "typst":
        from derive.render.typst import typst

        return typst(document)
    if form == "markdown":
        from derive.render.markdown import markdown

        return markdown(document)
    from derive.render.latex import latex

    return latex(document)
