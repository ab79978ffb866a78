"""The group of commands, of which most are imported when they are asked for, and the choice of a format."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, ClassVar

import click

NAMES = ("ask", "check", "explain", "graph", "paper", "read", "serve", "stage", "worksheet")
LATER: Mapping[str, str] = MappingProxyType({name: f"derive.cli.{name}" for name in NAMES})
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

    def _main_shell_completion(self, ctx_args: Any, prog_name: str, complete_var: str | None = None) -> None:
        if os.environ.get("_DERIVE_COMPLETE", "").startswith("fish"):
            from derive.cli.complete import teach_fish

            teach_fish()
        super()._main_shell_completion(ctx_args, prog_name, complete_var)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from derive.cli.complete import problem_files

        commands, files = super().shell_complete(ctx, incomplete), problem_files(incomplete)
        return commands if commands and files[0].type == "file" else [*commands, *files]


class Format(click.Choice[str]):
    """A choice that knows what other tools call its members."""

    SAME: ClassVar[Mapping[str, str]] = MappingProxyType({"text": "terminal"})
    """Words that are taken for another."""
    ALSO: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "tex": "latex",
            "txt": "terminal",
            "python": "numpy",
            "py": "numpy",
            "md": "markdown",
            "typ": "typst",
        }
    )

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        value = self.SAME.get(str(value).lower(), value)
        if (near := self.ALSO.get(str(value).lower())) is not None:
            self.fail(f"{value!r} is no format; did you mean {near}?", param, ctx)
        return super().convert(value, param, ctx)
