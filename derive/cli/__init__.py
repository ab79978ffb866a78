"""The command line: `derive PROBLEM …`, `derive check`, `derive new`, `derive schema`."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import click

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
from derive.pause import collector_seldom

if TYPE_CHECKING:
    from derive.api import Answers, Derivation

EXAMPLES = """\b
Examples:
  derive problems/residual.yaml                           in the terminal
  derive problems/residual.yaml --format latex -o r.tex   a document for pdflatex
  derive problems/residual.yaml --wrt x,W1 --notation partial
  derive problems/residual.yaml --format numpy            runnable code
  derive check problems/residual.yaml answer.tex          judge a derivation by hand
  derive explain problems/gated_softmax.yaml xbar         why a bar has its terms
  derive stage "f = (x + y)*z"                            a formula in elementary steps
  derive worksheet problems/mlp.yaml --blanks bars        a sheet to fill in, with its solution
  derive graph problems/residual.yaml -o g.svg            the computation graph as a picture
  derive ask problems/residual.yaml cost                  one question about a file
  derive problems/regions.yaml --format svg -o r.svg      the pictures of its answers
  derive read paper.yaml -o my.yaml                       equations in LaTeX, as they are read
  derive new my.yaml                                      a file to start from
"""

COMPLETION = """\b
Completion for bash (zsh, fish alike):
  eval "$(_DERIVE_COMPLETE=bash_source derive)"
"""


LATER: Mapping[str, str] = MappingProxyType(
    {name: f"derive.cli.{name}" for name in ("ask", "check", "explain", "graph", "read", "stage", "worksheet")}
)
"""Commands that are imported when they are asked for."""


class ProblemFirst(click.Group):
    """A group whose word for "derive this file" may be left out: `derive my.yaml` is `derive show my.yaml`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *LATER, "--help", "-h", "--version"):
            args = ["show", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted((*self.commands, *LATER))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in LATER:
            return super().get_command(ctx, cmd_name)
        command = import_module(LATER[cmd_name]).command
        assert isinstance(command, click.Command)
        return command

    def get_usage(self, ctx: click.Context) -> str:
        return "Usage: derive PROBLEM.yaml ... [OPTIONS]\n       derive COMMAND ... [OPTIONS]"

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        return [*super().shell_complete(ctx, incomplete), CompletionItem(incomplete, type="file")]


class Format(click.Choice[str]):
    """A choice that knows what other tools call its members."""

    ALSO: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"tex": "latex", "pdf": "latex", "text": "terminal", "txt": "terminal", "python": "numpy", "py": "numpy"}
    )

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if (near := self.ALSO.get(str(value).lower())) is not None:
            self.fail(f"{value!r} is no format; did you mean {near}?", param, ctx)
        return super().convert(value, param, ctx)


TIMEOUT = "Seconds for each proof or search that the file asks for. Default: what the file says, else 10 and 60."
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=ProblemFirst, context_settings=CONTEXT, epilog=f"{EXAMPLES}\n\n{COMPLETION}", no_args_is_help=True)
@click.version_option(None, "--version", package_name="derive", prog_name="derive")
def cli() -> None:
    """From a network's equations in YAML to the derivation of its gradients, checked by numbers.

    PROBLEM.yaml alone derives that file; see `derive show --help` for the options.
    """


@cli.command(epilog=EXAMPLES)
@click.argument("problems", nargs=-1, required=True, type=click.Path(), metavar="PROBLEM.yaml ...")
@click.option(
    "--format",
    "form",
    type=Format(["terminal", "latex", "html", "json", "numpy", "svg"]),
    default="terminal",
    show_default=True,
    help="What comes out; html: a page of its own; svg: the pictures of the answers to a file's questions.",
)
@click.option("-o", "--output", type=click.Path(), help="Write to this file, whole or not at all; - is the screen.")
@click.option(
    "--wrt",
    multiple=True,
    callback=names,
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
def show(problems: tuple[str, ...], output: str | None, **options: Any) -> None:
    """Derive problem files and show forward and backward pass, scalar and vector."""
    if options["fragment"] and options["form"] != "latex":
        raise click.UsageError("--fragment goes with --format latex")
    output = None if output == "-" else output
    if output == "":
        raise click.UsageError("-o needs the name of a file")
    if output and len(problems) > 1:
        raise click.UsageError("-o takes one problem; give the others a call of their own")
    printer = _printer(to_file=output is not None, **options)
    if output is not None and _same_file(output, problems[0]):
        raise click.UsageError(f"-o {output} would replace the problem itself; choose another name")
    failed = False
    for place, name in enumerate(problems):
        text, right = _derived(name, printer, **options)
        failed = failed or not right
        if text is not None:
            deliver(text if place == 0 else f"\n{text}", output)
    if failed:
        sys.exit(FAILED)


def _same_file(output: str, problem: str) -> bool:
    try:
        return os.path.samefile(output, problem)
    except OSError:
        return False


def _derived(
    name: str,
    printer: Callable[[Derivation | Answers], str],
    form: str,
    wrt: tuple[str, ...],
    keep_cost_bars: bool,
    unchecked: bool,
    closed: tuple[str, ...],
    constrained: str | None,
    timeout: int | None,
    **others: Any,
) -> tuple[str | None, bool]:
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
    **_: Any,
) -> Callable[[Derivation | Answers], str]:
    """The renderer that was asked for, its options filled in."""
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
    colour = not to_file and is_coloured()
    simple = plain or (not to_file and not can_print_letters())
    return lambda d: d.text(width=width or columns(), colour=colour, ascii=simple, notation=notation, product=product)


@cli.command()
@click.argument("path", type=click.Path(), metavar="NEW.yaml")
def new(path: str) -> None:
    """Write a commented problem file to start from; refuses to replace one."""
    from importlib.resources import files

    from derive.files import write_new

    write_new(Path(path), files("derive").joinpath("templates/new.yaml").read_text(encoding="utf-8"))
    click.echo(f"wrote {path}; try: derive {path}")


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
    interrupts = _Interrupts()
    try:
        with collector_seldom():
            status = _run(args)
    except Exception:  # an interrupt inside a class body comes out as a RuntimeError
        if not interrupts.met:
            raise
        status = INTERRUPTED
    interrupts.ignore()
    sys.exit(status)


class _Interrupts:
    """Notes a Ctrl-C before it is raised; from the end on there is nothing to interrupt."""

    def __init__(self) -> None:
        self.met = False
        self._handle(self._note)

    def ignore(self) -> None:
        self._handle(signal.SIG_IGN)

    def _note(self, *_: object) -> None:
        self.met = True
        raise KeyboardInterrupt

    def _handle(self, handler: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, handler)


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
