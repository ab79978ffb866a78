"""One command of `derive`, run here: what a terminal shows, and the document that this was printed from."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from derive.document import Document

WIDTH = 80
"""Columns of what is shown as a terminal's."""


class BuildError(Exception):
    """What a page asks for did not come out: the build stops."""


@dataclass(frozen=True)
class Ran:
    """The text of a command's output, and its documents, if it prints any."""

    text: str
    documents: tuple[Document, ...]


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """In this folder, with a terminal's width, and without colours."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        with patch.dict(os.environ, {"NO_COLOR": "1", "COLUMNS": str(WIDTH), "PYTHONIOENCODING": "utf-8"}):
            yield
    finally:
        os.chdir(before)


@contextmanager
def recorded() -> Iterator[list[Document]]:
    """The documents that are printed for a terminal within."""
    from derive.render import terminal

    found: list[Document] = []
    own = terminal.terminal

    def keep(document: Document, *given: object, **named: object) -> str:
        found.append(document)
        return own(document, *given, **named)  # type: ignore[arg-type]

    with patch.object(terminal, "terminal", keep):
        yield found


def run(line: str, folder: Path, status: int = 0) -> Ran:
    """`derive …` in a folder. Raises BuildError if it ends with another status than it should."""
    from derive.cli import _run

    words = shlex.split(line)
    if words[:1] != ["derive"]:
        raise BuildError(f"{line!r} is no command of derive")
    screen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with inside(folder), recorded() as documents, redirect_stdout(screen), redirect_stderr(screen):
        ended = _status(lambda: _run(words[1:]))
    text = screen.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
    if ended != status:
        raise BuildError(f"`{line}` ended with {ended}, not {status}:\n{text}")
    return Ran(text, tuple(documents))


def _status(command: Callable[[], int]) -> int:
    try:
        return command()
    except SystemExit as end:
        return int(end.code or 0)


def run_python(code: str, names: dict[str, Any], folder: Path) -> str:
    """What a page's own Python prints; `names` is what the page's pieces above left."""
    screen = io.StringIO()
    with inside(folder), importing(folder), redirect_stdout(screen):
        exec(compile(code, "<page>", "exec"), names)
    return screen.getvalue()


@contextmanager
def importing(folder: Path) -> Iterator[None]:
    """Modules in this folder can be imported, and are forgotten afterwards: another page may have others."""
    with patch.object(sys, "path", [str(folder), *sys.path]):
        yield
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]
