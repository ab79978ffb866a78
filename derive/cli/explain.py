"""`derive explain PROBLEM xbar`: why a bar has the terms that it has."""

from __future__ import annotations

import click

from derive.cli.answering import FORMAT, look, looks, written
from derive.cli.complete import ProblemPath, quantities
from derive.cli.screen import deliver

EXAMPLES = """\b
Examples:
  derive explain problems/gated_softmax.yaml xbar
  derive explain problems/gated_softmax.yaml x W1 --format latex -o why.tex
"""


@click.command("explain", epilog=EXAMPLES)
@click.argument("problem", type=ProblemPath(), metavar="PROBLEM.yaml")
@click.argument("names", nargs=-1, required=True, metavar="xbar ...", shell_complete=quantities)
@FORMAT
@looks
def command(
    problem: str, names: tuple[str, ...], form: str, output: str | None, width: int | None, plain: bool
) -> None:
    """Say why a bar has its terms: its paths to the cost, and for each term the rule that gives it.

    A bar is named as xbar, x_bar, or by its quantity, x.
    """
    from derive.analyse import Asked
    from derive.analyse.explain import explain
    from derive.declare.load import load

    asked = Asked(path=problem, declared=load(problem))
    found = explain(asked.needs_network("a bar is that of a quantity in an equation"), names)
    deliver(written(found, look(form, output, width, plain)), None if output == "-" else output)
