"""The command line: `derive PROBLEM …`, `derive check`, `derive new`, `derive schema`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from derive.cli.complete import ProblemPath, quantities
from derive.cli.group import Format, ProblemFirst
from derive.cli.interrupts import Interrupts
from derive.cli.screen import (
    FAILED,
    FINE,
    INTERRUPTED,
    UNUSABLE,
    can_print_letters,
    columns,
    deliver,
    is_coloured,
    progress,
)
from derive.cli.second_order import SECOND_ORDER, names, second_order
from derive.files import is_same
from derive.pause import collector_seldom

if TYPE_CHECKING:
    from derive.api import Answers, Derivation

EXAMPLES = """\b
Examples:
  derive problems/residual.yaml                           in the terminal
  derive problems/residual.yaml --format latex -o r.tex   a document for pdflatex
  derive problems/residual.yaml --format pdf -o r.pdf     pages, through a TeX or Typst
  derive problems/residual.yaml --wrt x,W1 --notation partial
  derive problems/residual.yaml --format numpy            runnable code
  derive check problems/residual.yaml answer.tex          judge a derivation by hand
  derive explain problems/gated_softmax.yaml xbar         why a bar has its terms
  derive stage "f = (x + y)*z"                            a formula in elementary steps
  derive worksheet problems/mlp.yaml --blanks bars        a sheet to fill in, with its solution
  derive graph problems/residual.yaml -o g.svg            the computation graph as a picture
  derive paper problems/*.yaml -o book.pdf                a booklet: contents, graphs, derivations
  derive ask problems/residual.yaml cost                  one question about a file
  derive problems/regions.yaml --format svg -o r.svg      the pictures of its answers
  derive read paper.yaml -o my.yaml                       equations in LaTeX, as they are read
  derive serve problems/residual.yaml                     a page that derives as you type
  derive new my.yaml                                      a file to start from
"""

COMPLETION = """\b
Completion of commands, options, problem files and the quantities in them:
  eval "$(_DERIVE_COMPLETE=bash_source derive)"     in ~/.bashrc
  eval "$(_DERIVE_COMPLETE=zsh_source derive)"      in ~/.zshrc, after compinit
  _DERIVE_COMPLETE=fish_source derive | source      in ~/.config/fish/config.fish
"""


TIMEOUT = "Seconds for each proof or search that the file asks for. Default: what the file says, else 10 and 60."
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=ProblemFirst, context_settings=CONTEXT, epilog=f"{EXAMPLES}\n\n{COMPLETION}", no_args_is_help=True)
@click.version_option(None, "--version", package_name="derive", prog_name="derive")
def cli() -> None:
    """From a network's equations in YAML to the derivation of its gradients, checked by numbers.

    PROBLEM.yaml alone derives that file; see `derive show --help` for the options.
    """


@cli.command(epilog=EXAMPLES)
@click.argument("problems", nargs=-1, required=True, type=ProblemPath(), metavar="PROBLEM.yaml ...")
@click.option(
    "--format",
    "form",
    type=Format(["terminal", "latex", "html", "pdf", "typst", "markdown", "json", "numpy", "svg", "github"]),
    default="terminal",
    show_default=True,
    help="What comes out; html: a page of its own; pdf: through a TeX on the PATH, else through Typst; markdown: as "
    "GitHub shows it; svg: the pictures of the answers to a file's questions; github: what is wrong with the file, for "
    "a workflow.",
)
@click.option("-o", "--output", type=click.Path(), help="Write to this file, whole or not at all; - is the screen.")
@click.option(
    "--wrt",
    multiple=True,
    callback=names,
    shell_complete=quantities,
    metavar="x,W1",
    help="Which bars. Default: `want` in the file, else all parameters.",
)
@click.option(
    "--notation",
    type=click.Choice(["bar", "partial", "nabla", "d", "delta"]),
    default="bar",
    show_default=True,
    help="x̄, ∂E/∂x, ∇_x E, dx, δ_x.",
)
@click.option(
    "--product",
    type=click.Choice(["circ", "odot"]),
    default="circ",
    show_default=True,
    help="The sign of the product entry by entry: ∘ or ⊙.",
)
@click.option(
    "--closed-form",
    "closed",
    multiple=True,
    callback=names,
    shell_complete=quantities,
    metavar="x",
    help="Also this bar with all intermediate bars put in.",
)
@second_order
@click.option(
    "--constrained",
    type=click.Choice(["entries", "along", "projected"]),
    help="Which bars a parameter has that `facts` bind: of independent entries alone, along the constraint too (the "
    "default), or projected on it too.",
)
@click.option("--keep-cost-bars", is_flag=True, help="R̄ r + … instead of r + … where R̄ is 1.")
@click.option("--fragment", is_flag=True, help="With --format latex: the equations alone.")
@click.option("--no-check", "unchecked", is_flag=True, help="Do not check by numbers; the output says so.")
@click.option("--timeout", type=click.IntRange(1, 3600), metavar="S", help=TIMEOUT)
@click.option("--width", type=click.IntRange(40, 1000), help="Columns. Default: the terminal's.")
@click.option("--ascii", "plain", is_flag=True, help="Plain ASCII, as where the terminal cannot do more.")
@click.option("--watch", "watched", is_flag=True, help="Derive again whenever a file is saved, until Ctrl-C.")
@click.option("-q", "--quiet", is_flag=True, help="Show nothing but what is wrong.")
def show(problems: tuple[str, ...], output: str | None, watched: bool, **options: Any) -> None:
    """Derive problem files and show forward and backward pass, scalar and vector."""
    if options["fragment"] and options["form"] != "latex":
        raise click.UsageError("--fragment goes with --format latex")
    output = None if output == "-" else output
    if output == "":
        raise click.UsageError("-o needs the name of a file")
    if output and len(problems) > 1:
        raise click.UsageError("-o takes one problem; give the others a call of their own")
    if options["form"] == "pdf":
        _usable_pdf(problems, output)
    printer = _printer(to_file=output is not None, **options)
    if output is not None and is_same(output, problems[0]):
        raise click.UsageError(f"-o {output} would replace the problem itself; choose another name")

    def derive_one(name: str, first: bool) -> int:
        return _one(name, printer, output, first=first, **options)

    if watched:
        from derive.cli.watch import watch

        watch(problems, derive_one)
    if status := max([derive_one(name, name == problems[0]) for name in problems]):
        sys.exit(status)


def _one(
    name: str, printer: Callable[[Derivation | Answers], str | bytes], output: str | None, first: bool, **given: Any
) -> int:
    """One problem derived and shown, and its exit status; what is wrong with it keeps no other from its turn."""
    from derive.errors import DeriveError

    try:
        text, right = _derived(name, printer, **given)
    except DeriveError as error:
        if given["form"] == "github":
            from derive.cli.annotations import of_error

            deliver("".join(f"{line}\n" for line in of_error(error, name)), output)
        else:
            click.echo(str(error), err=True)
        return UNUSABLE
    if text:
        _remark(name, text, given["form"])
        deliver(text if first or isinstance(text, bytes) else f"\n{text}", output)
    return FINE if right else FAILED


def _remark(name: str, text: str | bytes, form: str) -> None:
    """A page that is too large to send around is written, and said to be."""
    if form == "html" and isinstance(text, str):
        from derive.page import too_large

        if said := too_large(text):
            click.echo(f"{name}: {said}; fewer quantities under want: make it smaller", err=True)


def _usable_pdf(problems: Sequence[str], output: str | None) -> None:
    """Raises UsageError where pages would go to a screen, or after one another."""
    if len(problems) > 1:
        raise click.UsageError(f"several problems are a booklet: derive paper {' '.join(problems)} -o book.pdf")
    if output is None and sys.stdout.isatty():
        raise click.UsageError(f"pages are no text; name a file: -o {Path(problems[0]).stem}.pdf")


def _derived(
    name: str,
    printer: Callable[[Derivation | Answers], str | bytes],
    form: str,
    wrt: tuple[str, ...],
    keep_cost_bars: bool,
    unchecked: bool,
    closed: tuple[str, ...],
    constrained: str | None,
    timeout: int | None,
    **others: Any,
) -> tuple[str | bytes | None, bool]:
    """The text for one problem, and whether its check was passed and its questions have answers.

    A failed check shows no text.
    """
    from derive.api import CheckFailed, load

    with progress(f"deriving and checking {name}"):
        try:
            network = load(name)
            if not network.declared.equations:
                answered = network.answers(timeout=timeout)
                return printer(answered), answered.decided
            derived = network.derive(
                wrt,
                keep_cost_bars=keep_cost_bars,
                closed_form=closed,
                constrained=constrained,
                **{key: others[key] for key in SECOND_ORDER},
                check=not unchecked,
                timeout=timeout,
            )
            return printer(derived), form == "numpy" or derived.decided
        except CheckFailed as failure:
            if form == "github":
                from derive.cli.annotations import of_failure

                return of_failure(str(failure), name), False
            click.echo(f"{name}: {failure}", err=True)
            return None, False


def _printer(
    to_file: bool,
    form: str,
    notation: Any,
    product: Any,
    fragment: bool,
    width: int | None,
    plain: bool,
    quiet: bool,
    **_: Any,
) -> Callable[[Derivation | Answers], str | bytes]:
    """The renderer that was asked for, its options filled in."""
    if quiet or form == "github":
        return lambda d: ""
    if form == "latex":
        return lambda d: d.latex(fragment=fragment, notation=notation, product=product)
    if form == "json":
        import json

        return lambda d: json.dumps(d.to_dict(notation, product), ensure_ascii=False, indent=2) + "\n"
    if form == "html":
        return lambda d: d.html(notation=notation, product=product)
    if form == "numpy":
        return lambda d: d.numpy()
    if form == "svg":
        return lambda d: d.svg()
    if form in ("pdf", "typst", "markdown"):
        return lambda d: getattr(d, form)(notation=notation, product=product)
    colour = not to_file and is_coloured()
    simple = plain or (not to_file and not can_print_letters())
    return lambda d: d.text(width=width or columns(), colour=colour, ascii=simple, notation=notation, product=product)


@cli.command()
@click.argument("path", type=click.Path(), metavar="NEW.yaml")
def new(path: str) -> None:
    """Write a commented problem file to start from; refuses to replace one.

    Beside it stands the schema that its first line names: editors complete its keys, without a network.
    """
    from derive.cli.new import write

    click.echo(write(Path(path)))


@cli.command()
@click.option(
    "--of",
    "which",
    type=click.Choice(["problem", "output", "report"]),
    default="problem",
    show_default=True,
    help="Of problem files, of what --format json writes, or of what derive check --format json writes.",
)
def schema(which: str) -> None:
    """Print the JSON Schema of problem files, for editors."""
    import json

    from derive.declare.schema import schema as problem_schema

    if which == "problem":
        found = problem_schema()
    elif which == "output":
        from derive.render.json import json_schema

        found = json_schema()
    else:
        from derive.check.schema import report_schema

        found = report_schema()
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Runs the command; every way it can end has its exit status, and none a traceback."""
    interrupts = Interrupts()
    try:
        with collector_seldom():
            status = _run(args)
    except Exception:  # an interrupt inside a class body comes out as a RuntimeError
        if not interrupts.met:
            raise
        status = INTERRUPTED
    interrupts.ignore()
    sys.exit(status)


def _run(args: Sequence[str] | None) -> int:
    from derive.errors import DeriveError

    if sys.stdout is None:  # closed by the shell: derive x.yaml >&-
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    try:
        status = cli.main(args=list(args) if args is not None else None, prog_name="derive", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else FINE
    except DeriveError as error:
        click.echo(str(error), err=True)
        return UNUSABLE
    except click.ClickException as error:
        error.show()
        return UNUSABLE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except MemoryError:
        click.echo("this needs more memory than there is", err=True)
        click.echo("  give smaller numbers for sizes and axes, or use --no-check", err=True)
        return UNUSABLE


if __name__ == "__main__":
    main()
