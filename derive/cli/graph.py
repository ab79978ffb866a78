"""`derive graph PROBLEM`: the computation graph as a picture, as code for one, or on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from derive.cli import Format, _same_file
from derive.cli.screen import deliver

EXAMPLES = """\b
Examples:
  derive graph problems/residual.yaml -o g.svg
  derive graph problems/residual.yaml --nodes x,z,h,y,R,S,E       as the question names them
"""

SUFFIXES = {".svg": "svg"}


@click.command("graph", epilog=EXAMPLES)
@click.argument("problem", type=click.Path(), metavar="PROBLEM.yaml")
@click.option("--format", "form", type=Format(["svg"]), help="Default: by the name's end for -o, else svg.")
@click.option("-o", "--output", type=click.Path(), help="Write to this file, whole or not at all; - is the screen.")
def command(problem: str, output: str | None, form: str | None, **options: Any) -> None:
    """The computation graph: quantities as nodes, what each equation reads as edges."""
    from derive.api import load

    output = None if output == "-" else output
    if output and _same_file(output, problem):
        raise click.UsageError(f"-o {output} would replace the problem itself; choose another name")
    form = form or SUFFIXES.get(Path(output).suffix if output else "", "svg")
    deliver(load(problem).graph().render(form), output)
