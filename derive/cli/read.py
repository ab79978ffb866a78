"""`derive read PROBLEM`: a problem file whose equations are in LaTeX, with the equations as they are read."""

from __future__ import annotations

import click

from derive.cli.complete import ProblemPath
from derive.cli.screen import deliver

EXAMPLES = """\b
Examples:
  derive read paper.yaml                 the file with `equations`, each below the LaTeX that it is read from
  derive read paper.yaml -o my.yaml      into a file of its own, which derives the same
  derive read paper.yaml --equations     the equations alone
"""


@click.command("read", epilog=EXAMPLES)
@click.argument("problem", type=ProblemPath(), metavar="PROBLEM.yaml")
@click.option("-o", "--output", type=click.Path(), help="Write to this file, whole or not at all; - is the screen.")
@click.option("--equations", "alone", is_flag=True, help="The equations alone.")
def command(problem: str, output: str | None, alone: bool) -> None:
    """Show how the equations of a problem file that are in LaTeX are read, in the problem file's own language."""
    from derive.declare.load import load
    from derive.declare.reading import equations, rewritten

    network = load(problem)
    deliver(
        equations(network) if alone else rewritten(network, problem, beside=True), None if output == "-" else output
    )
