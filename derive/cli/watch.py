"""`derive PROBLEM --watch`: derived again whenever the file is saved.

Files are looked at a few times a second. An editor that saves by renaming a new file over the old one changes the
file's number, not always its time; for a moment there may be no file at all, which is waited out.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn, TypeAlias

from derive.cli.screen import UNUSABLE
from derive.errors import DeriveError

PAUSE = 0.2
"""Seconds between two looks."""
CLEAR = "\x1b[H\x1b[2J\x1b[3J"
"""Cursor home, the screen, what has scrolled off it."""
State: TypeAlias = tuple[tuple[int, int, int] | None, ...]


class Page(io.StringIO):
    """What would stand on the terminal; like it in all that a writer asks."""

    encoding = property(lambda self: sys.__stdout__.encoding if sys.__stdout__ else "utf-8")

    def isatty(self) -> bool:
        return True


def watch(files: Sequence[str], work: Callable[[str, bool], int], pause: float = PAUSE) -> NoReturn:
    """Does the work of every file now and after every change, until it is interrupted.

    work: a file, and whether it is the first; its status. On a terminal what a file gave last, before it had a mistake,
    stays below the mistake.
    """
    kept: dict[str, str] = {}
    while True:
        seen = _state(files)
        if sys.stdout.isatty():
            _show(files, work, kept)
        else:
            for file in files:
                _attempt(work, file, file == files[0])
        _until_changed(files, seen, pause)


def _show(files: Sequence[str], work: Callable[[str, bool], int], kept: dict[str, str]) -> None:
    """Mistakes on top, as they are met; below them all that could be derived, now or before."""
    sys.stdout.write(CLEAR)
    sys.stdout.flush()
    wrong = [file for file in files if not _renewed(file, file == files[0], work, kept)]
    for file in files:
        if file in kept:
            above = f"\n{file} cannot be derived now (see the top); before the last change it gave:\n\n"
            sys.stdout.write((above if file in wrong else "") + kept[file])
    sys.stdout.flush()
    told = f"; WRONG: {', '.join(wrong)}" if wrong else ""
    if sys.stderr.isatty():
        print(f"\nwatching {', '.join(files)}; Ctrl-C ends{told}", file=sys.stderr, flush=True)


def _renewed(file: str, first: bool, work: Callable[[str, bool], int], kept: dict[str, str]) -> bool:
    """Whether the file gave something; then it is kept."""
    page = Page()
    with contextlib.redirect_stdout(page):
        status = _attempt(work, file, first)
    if text := page.getvalue():
        kept[file] = text
    return status == 0 or bool(text)


def _attempt(work: Callable[[str, bool], int], file: str, first: bool) -> int:
    """What cannot be done now may be after the next change."""
    try:
        return work(file, first)
    except DeriveError as error:
        print(error, file=sys.stderr)
    except MemoryError:
        print("this needs more memory than there is", file=sys.stderr)
    return UNUSABLE


def _until_changed(files: Sequence[str], seen: State, pause: float) -> None:
    """Returns when a file differs from what was seen and has stayed so for one look: it is written whole."""
    while True:
        time.sleep(pause)
        now = _state(files)
        if not any(one is not None and one != before for one, before in zip(now, seen, strict=True)):
            continue
        time.sleep(pause / 4)
        if _state(files) == now:
            return


def _state(files: Sequence[str]) -> State:
    return tuple(_of(file) for file in files)


def _of(file: str) -> tuple[int, int, int] | None:
    """The time, the size and the number of a file; None while there is none."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
