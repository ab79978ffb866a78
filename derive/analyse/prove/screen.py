"""A line of progress for a long search, on a screen only."""

from __future__ import annotations

import sys

CLEAR = "\r\x1b[K"


def progress(text: str) -> None:
    """Says what is being tried, in place of what stood there; nothing where standard error is no screen."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{CLEAR}{text} …" if text else CLEAR)
        sys.stderr.flush()
