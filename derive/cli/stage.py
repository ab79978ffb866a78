"""`derive stage "f = (x + y)*z"`: a formula in elementary steps, as a derivation, as code, as a problem file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import click

from derive.cli.answering import look, looks, written
from derive.cli.group import Format
from derive.cli.screen import deliver

EXAMPLES = """\b
Examples:
  derive stage "f = (x + y)*z"
  derive stage "f = (x + y)*z" --values x=-2,y=5,z=-4        the numbers of each step
  derive stage "f = tanh(w*x + b)**2" --format problem -o f.yaml
  derive stage "f = (x + y)*z" --format python                the code alone
"""


class StageFormat(Format):
    """The formats of a formula in steps."""

    ALSO: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"tex": "latex", "pdf": "latex", "txt": "terminal", "py": "python", "yaml": "problem"}
    )


def _values(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, float]:
    """x=-2,y=5 as numbers."""
    found: dict[str, float] = {}
    for part in (part for text in given for part in text.split(",") if part.strip()):
        name, _, number = part.partition("=")
        try:
            value = float(number)
        except ValueError:
            raise click.BadParameter(f"`{part.strip()}`: write it as x=-2,y=5", ctx, param) from None
        found[name.strip()] = int(value) if value.is_integer() else value
    return found


@click.command("stage", epilog=EXAMPLES, context_settings={"ignore_unknown_options": True})
@click.argument("formula", metavar='"f = (x + y)*z"')
@click.option("--values", multiple=True, callback=_values, metavar="x=-2,y=5", help="Numbers of the variables.")
@click.option(
    "--format",
    "form",
    type=StageFormat(["terminal", "latex", "json", "problem", "python"]),
    default="terminal",
    show_default=True,
    help="What comes out; problem: the problem file alone, python: the code alone.",
)
@looks
def command(
    formula: str, values: dict[str, float], form: str, output: str | None, width: int | None, plain: bool
) -> None:
    """Decompose a formula of scalars into elementary steps, and show their forward and backward pass."""
    from derive.analyse.stage import stage

    found = stage(formula, values)
    alone = {"problem": found.problem, "python": found.code}
    deliver(alone.get(form) or written(found, look(form, output, width, plain)), None if output == "-" else output)
