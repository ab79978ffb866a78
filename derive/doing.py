"""What a long search is at, for whoever shows it while it lasts: the line of progress in a terminal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Doing:
    """Words such as "3 counterexamples"; none where nothing long goes on."""

    words: str = ""


NOW = Doing()
"""Of this process: it has one screen."""
