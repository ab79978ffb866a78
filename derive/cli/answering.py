"""What the commands that answer one question share: their options, and the answer in the format that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from derive.cli.formats import Look
from derive.cli.group import Format
from derive.cli.screen import can_print_letters, columns, is_coloured

if TYPE_CHECKING:
    from derive.analyse import Result

Command = TypeVar("Command", bound=Callable[..., None])

FORMAT = click.option(
    "--format",
    "form",
    type=Format(["terminal", "latex", "json"]),
    default="terminal",
    show_default=True,
    help="What comes out.",
)


def looks(command: Command) -> Command:
    """-o, --width and --ascii."""
    for option in (
        click.option("--ascii", "plain", is_flag=True, help="Plain ASCII, as where the terminal cannot do more."),
        click.option("--width", type=click.IntRange(40, 1000), help="Columns. Default: the terminal's."),
        click.option("-o", "--output", type=click.Path(), help="Write to this file; - is the screen."),
    ):
        command = option(command)
    return command


def look(form: str, output: str | None, width: int | None, plain: bool) -> Look:
    """How an answer is written."""
    screen = output in (None, "-")
    simple = plain or (screen and not can_print_letters())
    return Look(form, False, width or (columns() if screen else 80), screen and is_coloured(), simple)


def written(result: Result, how: Look) -> str:
    """An answer's text."""
    if how.form == "json":
        import json

        return json.dumps(result.to_dict(), ensure_ascii=False, indent=2) + "\n"
    if how.form == "latex":
        from derive.render.latex import latex

        return latex(result.document())
    from derive.render.terminal import terminal

    return terminal(result.document(), how.width, how.colour, how.ascii)
