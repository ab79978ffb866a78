"""`%%derive`: a problem file in the cell of a notebook.

    %load_ext derive.notebook

    %%derive --wrt x,W1 --as d
    version: 1
    sizes: {N: inputs, K: outputs}
    …

shows the derivation below the cell and keeps it as `d`. The options are those of `derive show`; `%derive --help` lists
them.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from derive.cli.second_order import names, second_order
from derive.errors import DeriveError, Problem

if TYPE_CHECKING:
    from derive.api import Printed

CELL = "cell"
"""What the cell is called in messages: cell:5:11."""


@click.command("%%derive", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--as", "name", metavar="d", help="Keep the derivation under this name.")
@click.option("--wrt", multiple=True, callback=names, metavar="x,W1", help="Which bars.")
@click.option("--closed-form", multiple=True, callback=names, metavar="x", help="Also these with all bars put in.")
@click.option("--notation", type=click.Choice(["bar", "partial", "nabla", "d", "delta"]), default="bar")
@click.option("--product", type=click.Choice(["circ", "odot"]), default="circ")
@click.option("--keep-cost-bars", is_flag=True, help="R̄ r + … instead of r + … where R̄ is 1.")
@click.option("--no-check", "unchecked", is_flag=True, help="Do not check by numbers.")
@click.option("--timeout", type=click.IntRange(1, 3600), metavar="S", help="Seconds for each proof or search.")
@second_order
def options(**given: Any) -> dict[str, Any]:
    """Derive the problem file in this cell."""
    return given


def derive_cell(line: str, cell: str, variables: dict[str, Any]) -> Printed | None:
    """What a cell with a problem file shows; kept among the variables where the line names one. Raises DeriveError."""
    given = _given(line)
    if given is None:
        return None
    name, style = given.pop("name"), {key: given.pop(key) for key in ("notation", "product")}
    if name and not name.isidentifier():
        raise DeriveError(Problem(None, f"--as {name}: this is no name of a variable", "write --as d"))
    found = _derived(cell, given.pop("timeout"), not given.pop("unchecked"), given)
    if name:
        variables[name] = found
    return found.styled(**style)


def _given(line: str) -> dict[str, Any] | None:
    """The options of the first line; None where it only asks for help. Raises DeriveError."""
    try:
        given = options.main(shlex.split(line), prog_name="%%derive", standalone_mode=False)
    except click.ClickException as error:
        raise DeriveError(Problem(None, f"%%derive: {error.format_message()}", "%derive --help lists them")) from None
    except ValueError as error:
        raise DeriveError(Problem(None, f"%%derive: {error}", "close the quotes")) from None
    return given if isinstance(given, dict) else None


def _derived(cell: str, timeout: int | None, check: bool, given: dict[str, Any]) -> Printed:
    from derive.api import parse

    network = parse(cell, CELL)
    if not network.declared.equations:
        return network.answers(timeout=timeout)
    return network.derive(given.pop("wrt"), check=check, timeout=timeout, **given)


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext derive.notebook` runs."""

    def derive(line: str, cell: str = "") -> Printed | None:
        return derive_cell(line, cell, shell.user_ns)

    derive.__doc__ = __doc__
    shell.register_magic_function(derive, magic_kind="line_cell")
