"""What commands need of the screen: its width and letters, text that goes there or into a file, a line of progress."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from derive.doing import NOW

FINE, FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses."""


def columns() -> int:
    import shutil

    return max(40, shutil.get_terminal_size((80, 24)).columns)


def is_coloured() -> bool:
    """Whether the standard output shows colours, and nobody has asked for none."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def can_print_letters(encoding: str | None = None) -> bool:
    """Whether the terminal's encoding has the letters of mathematics."""
    try:
        "x̄ᵀ∘Σ∂⁽²⁾ℰ".encode(encoding or sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def deliver(text: str | bytes, output: str | None) -> None:
    """To the standard output, or whole into a file; a person at a terminal is told that it is there."""
    if output is None:
        print_out(text)
        return
    from derive.files import write_whole

    write_whole(Path(output), text)
    if sys.stderr is not None and sys.stderr.isatty():
        print(f"wrote {output}", file=sys.stderr)


def print_out(text: str | bytes) -> None:
    """To the standard output; a reader that has seen enough, such as head, is no error."""
    from derive.errors import DeriveError, Problem

    try:
        if isinstance(text, bytes):
            sys.stdout.buffer.write(text)
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FINE)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise DeriveError(Problem(None, f"cannot write: {error.strerror}", "name a file with -o")) from None


SECOND = 1.0
"""What takes longer is said to be going on."""
TENTH = 0.1
"""Seconds between two looks at what it is at."""


@contextmanager
def progress(what: str) -> Iterator[None]:
    """A line on the terminal's stderr with the time that has gone by, while something takes over a second."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(what, done), daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _tell(what: str, done: threading.Event) -> None:
    """rich's line, which goes when all is done; it is imported when it is needed."""
    if done.wait(SECOND):
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    spinner = SpinnerColumn("dots" if can_print_letters(sys.stderr.encoding) else "line")
    columns = (spinner, TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        bar.tasks[0].start_time = bar.get_time() - SECOND
        while not done.wait(TENTH):
            bar.update(task, description=f"{what}: {NOW.words}" if NOW.words else what)


@contextmanager
def bar(what: str, total: int, done: int = 0) -> Iterator[Callable[[], None]]:
    """A bar on the terminal's stderr, for many of a kind; what it gives is called after each."""
    if not sys.stderr.isatty() or total == done:
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total, completed=done)
        yield lambda: shown.advance(task)
