"""What a shell completes: problem files, the quantities of the one that stands on the line, questions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

YAML = (".yaml", ".yml")


def problem_files(incomplete: str) -> list[CompletionItem]:
    """Problem files, and the folders on the way to them.

    One folder alone is left to the shell, which goes on in it; as a word of ours it would be followed by a space.
    """
    from click.shell_completion import CompletionItem

    found = sorted(_below(incomplete))
    if not found or (len(found) == 1 and found[0].endswith("/")):
        return [CompletionItem(incomplete, type="file")]
    return [CompletionItem(name) for name in found]


def _below(incomplete: str) -> Iterator[str]:
    folder, start = os.path.split(incomplete)
    try:
        entries = list(os.scandir(folder or "."))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(start) and (start or not entry.name.startswith(".")):
            name = os.path.join(folder, entry.name)
            if entry.is_dir():
                yield f"{name}/"
            elif entry.name.endswith(YAML):
                yield name


class ProblemPath(click.Path):
    """A problem file on the command line."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Problem files and folders."""
        return problem_files(incomplete)


def quantities(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The quantities of the problem file on the line; after a comma those that are not named yet."""
    from click.shell_completion import CompletionItem

    before, comma, start = incomplete.rpartition(",")
    given = set(before.split(","))
    of, colon, inner = start.rpartition(":")
    lead = f"{before}{comma}{of}{colon}"
    return [CompletionItem(lead + name) for name in _names(ctx) if name.startswith(inner) and name not in given]


def _names(ctx: click.Context) -> tuple[str, ...]:
    from derive.api import load
    from derive.errors import DeriveError

    for word in _words(ctx):
        try:
            return tuple(load(word).declared.tensors)
        except DeriveError:
            continue
    return ()


def _words(ctx: click.Context) -> Iterator[str]:
    """What may be the problem file: an argument that was read, or one that was not because its line is unfinished."""
    for value in (ctx.params.get("problem"), *(ctx.params.get("problems") or ()), *ctx.args):
        if isinstance(value, str) and value.endswith(YAML):
            yield value


def questions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The questions that can be asked."""
    from click.shell_completion import CompletionItem

    from derive.declare.keys import QUESTIONS

    return [CompletionItem(name) for name in QUESTIONS if name.startswith(incomplete)]


def teach_fish() -> None:
    """click's script for fish cuts a completion at its first comma, where x,W1 has one."""
    from click.shell_completion import FishComplete, add_completion_class

    class Fish(FishComplete):
        """The same script, cut once."""

        source_template = FishComplete.source_template.replace('string split ","', 'string split -m 1 ","')

    add_completion_class(Fish)
