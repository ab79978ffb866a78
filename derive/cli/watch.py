"""`derive PROBLEM --watch`: derived again whenever the file is saved.

Files are looked at a few times a second. An editor that saves by renaming a new file over the old one changes the
file's number, not always its time; for a moment there may be no file at all, which is waited out.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import NoReturn, TypeAlias

from derive.errors import DeriveError

PAUSE = 0.2
"""Seconds between two looks."""
CLEAR = "\x1b[H\x1b[2J\x1b[3J"
"""Cursor home, the screen, what has scrolled off it."""
State: TypeAlias = tuple[tuple[int, int, int] | None, ...]


def watch(files: Sequence[str], work: Callable[[], int], pause: float = PAUSE) -> NoReturn:
    """Does the work now and after every change, until it is interrupted."""
    while True:
        seen = _state(files)
        if sys.stdout.isatty():
            sys.stdout.write(CLEAR)
            sys.stdout.flush()
        _attempt(work)
        _say(files)
        _until_changed(files, seen, pause)


def _attempt(work: Callable[[], int]) -> None:
    """What cannot be done now may be after the next change."""
    try:
        work()
    except DeriveError as error:
        print(error, file=sys.stderr)
    except MemoryError:
        print("this needs more memory than there is", file=sys.stderr)


def _say(files: Sequence[str]) -> None:
    if sys.stderr.isatty():
        print(f"\nwatching {', '.join(files)}; Ctrl-C ends", file=sys.stderr, flush=True)


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
