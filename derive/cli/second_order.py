"""The options of forward mode and of second order, and how names are given to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from shlex import quote
from typing import Any, TypeVar

import click

from derive.cli.complete import quantities

Command = TypeVar("Command", bound=Callable[..., Any])

SECOND_ORDER = ("forward", "hvp", "over", "of", "hessian", "gauss_newton", "jacobian")
"""The arguments of `derive` that these options are."""


def names(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """x,W1 and repeated options alike."""
    return tuple(name.strip() for text in value for name in text.split(",") if name.strip())


def _pairs(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """y:x, of what and in what."""
    found = names(ctx, param, value)
    if (wrong := next((name for name in found if not all(name.partition(":"))), None)) is not None:
        raise click.BadParameter(f"{wrong!r} does not say of what and in what; write y:x", ctx, param)
    return found


def second_order(command: Command) -> Command:
    """--forward, --jacobian, --hvp, --over, --hessian, --of, --gauss-newton."""
    told = (
        ("--gauss-newton", names, "w:y", "JᵀHJ, J the Jacobian of y (w alone: of what the cost reads), and the rest."),
        ("--hessian", names, "w,b", "The Hessian of the cost in these, and the mixed blocks between them."),
        ("--hvp", names, "W", "The product of the Hessian with a direction of these."),
        ("--jacobian", _pairs, "y:x", "The Jacobian of y in x, and what it costs."),
        ("--forward", names, "x,W1", "Forward mode: the tangents of all that moves with these inputs or parameters."),
    )
    for name, read, shown, words in told:
        shell: dict[str, Any] = {"metavar": shown, "help": words, "shell_complete": quantities}
        command = click.option(name, multiple=True, callback=read, **shell)(command)
        if name == "--gauss-newton":
            words = "With --hvp, --hessian or --gauss-newton: of which of several costs. Default: the first."
            command = click.option("--of", metavar="E2", help=words, shell_complete=quantities)(command)
        if name == "--hessian":
            words = "With --hvp: the tangents of the bars, or a second backward pass. Default: the shorter."
            command = click.option("--over", type=click.Choice(["forward", "reverse"]), help=words)(command)
    return command


def written(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """The options again, as they are typed: ("--hvp W1", "--over reverse")."""
    found = []
    for name in SECOND_ORDER:
        value = asked.get(name)
        if value:
            text = value if isinstance(value, str) else ",".join(value)
            found.append(f"--{name.replace('_', '-')} {quote(text)}")
    return tuple(found)
