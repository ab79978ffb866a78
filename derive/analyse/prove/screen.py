"""What a long search is at, said to whoever shows it."""

from __future__ import annotations

from derive.doing import NOW


def progress(text: str) -> None:
    """What is being tried, in place of what was; no words when it is over."""
    NOW.words = text
