"""`derive check PROBLEM ANSWER …`: a derivation that somebody wrote, judged line by line."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import click

from derive.cli.complete import ProblemPath
from derive.cli.group import Format
from derive.cli.screen import FINE, UNUSABLE, can_print_letters, columns, deliver, is_coloured, print_out, progress
from derive.cli.second_order import second_order

if TYPE_CHECKING:
    from derive.cli.answers import Answer
    from derive.cli.formats import Look
    from derive.cli.judged import Judged, Task

EXAMPLES = """\b
Examples:
  derive check problems/residual.yaml answer.tex             a report in the terminal
  derive check problems/residual.yaml answer.md --format markdown -o report.md
  derive check problems/residual.yaml answer.tex --let 'L = J'   the answer's L is the problem's J
  derive check problems/residual.yaml answers/ -o reports/ --resume
  cat answer.md | derive check problems/residual.yaml - --as md

\b
Exit status: 0 all right; 1 something is wrong, not decided or unreadable; 2 unusable input.
"""


WHOLE: Mapping[str, str] = MappingProxyType(
    {"latex": "LaTeX documents", "pdf": "PDFs", "typst": "Typst documents"},
)
"""Formats of which two do not follow one another."""


class ReportFormat(Format):
    """The formats of a report."""

    ALSO: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"tex": "latex", "typ": "typst", "txt": "terminal", "md": "markdown", "gh": "github"}
    )


def _let(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """'L = J, K = M' as pairs."""
    pairs = [part.partition("=") for text in value for part in text.split(",") if part.strip()]
    if any(not (left.strip() and sign and right.strip()) for left, sign, right in pairs):
        raise click.BadParameter("write it as 'L = J': the answer's name, then the problem's", ctx, param)
    return tuple((left.strip(), right.strip()) for left, _, right in pairs)


@click.command("check", epilog=EXAMPLES)
@click.argument("problem", type=ProblemPath(), metavar="PROBLEM.yaml")
@click.argument("answers", nargs=-1, required=True, type=click.Path(), metavar="ANSWER|FOLDER|- ...")
@click.option(
    "--format",
    "form",
    type=ReportFormat(["terminal", "json", "github", "latex", "pdf", "typst", "markdown"]),
    default="terminal",
    show_default=True,
    help="What comes out; github: annotations for a workflow.",
)
@click.option("-o", "--output", type=click.Path(), help="A file; a folder for several answers, one report each.")
@click.option("--resume", is_flag=True, help="With -o FOLDER: leave out what is done and has not changed.")
@click.option("--let", multiple=True, callback=_let, metavar="'L = J'", help="A name of the answer, and the problem's.")
@click.option("--as", "suffix", type=click.Choice(["tex", "md", "txt"]), help="How to read it. Default: by its name.")
@second_order
@click.option("--no-hints", is_flag=True, help="Do not look for what mends a wrong line.")
@click.option("--all", "every", is_flag=True, help="Show lines that are right too, not their numbers alone.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes for several answers. Default: all cores.")
@click.option("-q", "--quiet", is_flag=True, help="Show only the reports of answers that are not all right.")
@click.option("--width", type=click.IntRange(40, 1000), help="Columns. Default: the terminal's.")
@click.option("--ascii", "plain", is_flag=True, help="Plain ASCII, as where the terminal cannot do more.")
def command(
    problem: str,
    answers: tuple[str, ...],
    form: str,
    output: str | None,
    resume: bool,
    let: tuple[tuple[str, str], ...],
    suffix: str | None,
    no_hints: bool,
    every: bool,
    jobs: int | None,
    quiet: bool,
    width: int | None,
    plain: bool,
    **moved: Any,
) -> None:
    """Judge derivations by hand: which line is wrong, why, and what mends it.

    An ANSWER is a .tex, .md or .txt file, a folder of these, or - for standard input. Each formula in it is compared
    with the problem's own derivation by numbers, whatever its notation.
    """
    from derive.cli.answers import found
    from derive.cli.judged import Task, checker

    output = None if output == "-" else output
    several = len(answers) > 1 or os.path.isdir(answers[0])
    _usable(answers, form, output, several, resume)
    asked = tuple((name, value) for name, value in moved.items() if value)
    task = Task(problem, let, not no_hints, _look(form, every, width, plain, output), asked)
    given = found(answers, f".{suffix}" if suffix else None)
    with progress(f"deriving {problem}"):
        checker(problem, asked)
    if several:
        sys.exit(_several(task, given, output, resume, jobs, quiet))
    sys.exit(_one(task, given[0], output, quiet))


def _usable(answers: Sequence[str], form: str, output: str | None, several: bool, resume: bool) -> None:
    """Raises UsageError for options that do not go together."""
    if output == "":
        raise click.UsageError("-o needs the name of a file or a folder")
    if resume and not (several and output):
        raise click.UsageError("--resume goes with several answers and -o FOLDER")
    if several and "-" in answers:
        raise click.UsageError("- is one answer; give the others a call of their own")
    if several and form in WHOLE and not output:
        raise click.UsageError(f"several answers are several {WHOLE[form]}; name a folder with -o")
    if form == "pdf" and output is None and sys.stdout.isatty():
        raise click.UsageError("pages are no text; name a file with -o")
    if output and any(os.path.realpath(output) == os.path.realpath(name) for name in answers):
        raise click.UsageError(f"-o {output} would replace the answer itself; choose another name")


def _look(form: str, every: bool, width: int | None, plain: bool, output: str | None) -> Look:
    from derive.cli.formats import Look

    screen = output is None
    simple = plain or (screen and not can_print_letters())
    signs = screen and sys.stdout.isatty()
    return Look(form, every, width or (columns() if screen else 80), screen and is_coloured(), simple, signs)


def _one(task: Task, answer: Answer, output: str | None, quiet: bool) -> int:
    """One answer: its report, and the exit status."""
    from derive.cli.formats import SUFFIXES
    from derive.cli.judged import judged

    with progress(f"checking {answer.name}"):
        result = judged(task, answer)
    if result.error:
        click.echo(result.error, err=True)
        return UNUSABLE
    folder = output is not None and (output.endswith(os.sep) or os.path.isdir(output))
    if folder and output is not None:
        Path(output).mkdir(parents=True, exist_ok=True)
        output = str(Path(output) / f"{answer.report}{SUFFIXES[task.look.form]}")
    if output or not (quiet and result.status == FINE):
        deliver(result.text, output)
    return result.status


def _several(
    task: Task, answers: Sequence[Answer], output: str | None, resume: bool, jobs: int | None, quiet: bool
) -> int:
    """Many answers: a report each, a table at the end, the highest exit status of all."""
    from derive.cli.batch import check_all, cores

    results = check_all(task, answers, Path(output) if output else None, resume, jobs or cores())
    if output is None:
        _print_reports(task, [result for result in results if not (quiet and result.status == FINE)])
    for result in results:
        if result.error:
            click.echo(result.error, err=True)
    if not quiet:
        _print_summary(task, results, to_screen=output is not None or task.look.form == "terminal")
    return max(result.status for result in results)


def _print_reports(task: Task, results: Sequence[Judged]) -> None:
    texts = [result.text for result in results if not result.error and isinstance(result.text, str)]
    if task.look.form == "json":
        print_out("[" + ",".join(f"\n{text.rstrip()}" for text in texts) + "\n]\n")
        return
    between = "" if task.look.form == "github" else "\n"
    for text in texts:
        print_out(text + between)


def _print_summary(task: Task, results: Sequence[Judged], to_screen: bool) -> None:
    from derive.cli.summary import painted, summary
    from derive.render.terminal import terminal

    simple = task.look.ascii or not can_print_letters()
    text = terminal(summary(results), columns(), False, simple)
    if to_screen:
        print_out(painted(text) if is_coloured() else text)
    else:
        click.echo(text, err=True, nl=False)
