"""`derive graph PROBLEM`: the computation graph as a picture, as code for one, or on the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.cli.complete import ProblemPath, quantities
from derive.cli.group import Format
from derive.cli.screen import FAILED, can_print_letters, columns, deliver, progress
from derive.cli.second_order import names
from derive.files import is_same

if TYPE_CHECKING:
    from derive.api.graph import Graph
    from derive.picture.model import Direction

EXAMPLES = """\b
Examples:
  derive graph problems/residual.yaml                             on the terminal
  derive graph problems/residual.yaml -o g.svg
  derive graph problems/residual.yaml --nodes x,z,h,y,R,S,E       as the question names them
  derive graph problems/staged.yaml --backward -o g.tex           bars and numbers, in TikZ
  derive graph problems/rnn.yaml --unfold t=3 --format mermaid
"""
SUFFIXES = {".svg": "svg", ".tex": "tikz", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".txt": "terminal"}


class GraphFormat(Format):
    """The formats of a graph."""

    ALSO = {"tex": "tikz", "latex": "tikz", "mmd": "mermaid", "gv": "dot", "graphviz": "dot", "txt": "terminal"}  # noqa: RUF012  # fmt: skip


def _positions(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, int]:
    """t=3,l=2."""
    found = {}
    for part in names(ctx, param, value):
        letter, _, number = part.partition("=")
        if not letter.strip() or not number.strip().isdecimal() or not 1 <= int(number) <= 20:
            raise click.BadParameter(f"{part!r} does not say up to which position; write t=3, at most 20", ctx, param)
        found[letter.strip()] = int(number)
    return found


@click.command("graph", epilog=EXAMPLES)
@click.argument("problem", type=ProblemPath(), metavar="PROBLEM.yaml")
@click.option(
    "--format",
    "form",
    type=GraphFormat(["svg", "tikz", "dot", "mermaid", "terminal"]),
    help="Default: what -o ends with (.svg .tex .dot .mmd .txt), else terminal.",
)
@click.option("-o", "--output", type=click.Path(), help="Write to this file, whole or not at all; - is the screen.")
@click.option(
    "--nodes",
    multiple=True,
    callback=names,
    shell_complete=quantities,
    metavar="x,h,E",
    help="Only these; others fold into the edges.",
)
@click.option(
    "--backward",
    is_flag=True,
    help="The bars flowing back (of several costs: of the first), and each edge's local partial.",
)
@click.option(
    "--wrt",
    multiple=True,
    callback=names,
    shell_complete=quantities,
    metavar="x,W1",
    help="Which bars, as for `derive PROBLEM`.",
)
@click.option("--unfold", multiple=True, callback=_positions, metavar="t=3", help="Write a repetition out so far.")
@click.option(
    "--direction",
    type=click.Choice(["right", "down"]),
    help="Which way it leads. Default: right, but down where it would be much wider than a page.",
)
@click.option("--width", type=click.IntRange(40, 1000), help="Columns of text. Default: the terminal's.")
@click.option("--ascii", "plain", is_flag=True, help="Plain ASCII, as where the terminal cannot do more.")
def command(
    problem: str,
    output: str | None,
    form: str | None,
    nodes: tuple[str, ...],
    backward: bool,
    wrt: tuple[str, ...],
    unfold: dict[str, int],
    direction: Direction | None,
    width: int | None,
    plain: bool,
) -> None:
    """The computation graph: quantities as nodes, what each equation reads as edges."""
    output = None if output == "-" else output
    if output is not None and is_same(output, problem):
        raise click.UsageError(f"-o {output} would replace the problem itself; choose another name")
    form = form or SUFFIXES.get(Path(output).suffix.lower() if output else ".txt")
    if form is None:
        raise click.UsageError(f"{output} does not say which format; give --format, or end it with .svg")
    drawn = _drawn(problem, nodes, backward, wrt, unfold, direction or "")
    simple = plain or (output is None and not can_print_letters())
    deliver(drawn.text(width or columns(), simple) if form == "terminal" else drawn.render(form), output)


def _drawn(
    problem: str,
    nodes: tuple[str, ...],
    backward: bool,
    wrt: tuple[str, ...],
    unfold: dict[str, int],
    direction: Direction,
) -> Graph:
    """The graph; a derivation whose numbers disagree gives none."""
    from derive.api import CheckFailed, load

    network = load(problem)
    if not (backward or wrt or (network.declared.values and network.declared.equations)):
        return network.graph(nodes, unfold=unfold, direction=direction)
    with progress(f"deriving and checking {problem}"):
        try:
            return network.derive(wrt).graph(nodes, backward=backward or bool(wrt), unfold=unfold, direction=direction)
        except CheckFailed as failure:
            click.echo(f"{problem}: {failure}", err=True)
            sys.exit(FAILED)
