"""The files in problems/: all of them, and those with a network that is derived; the others only ask questions."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "problems"
FILES = tuple(sorted(FOLDER.glob("*.yaml")))


def has_equations(path: Path) -> bool:
    return re.search("^equations:", path.read_text(encoding="utf-8"), re.MULTILINE) is not None


def asks(path: Path) -> bool:
    """Whether answers to questions stand below the derivation."""
    return re.search("^questions:", path.read_text(encoding="utf-8"), re.MULTILINE) is not None


NETWORKS = tuple(path for path in FILES if has_equations(path))
