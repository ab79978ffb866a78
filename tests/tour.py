"""examples/tour.ipynb run from its beginning: `python -m tests.tour --write` puts its outputs in.

What differs from machine to machine or from run to run is left out: times, and the rounding of a check by numbers.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "examples"
TOUR = FOLDER / "tour.ipynb"
ROUNDING = re.compile(r"(worst relative disagreement )[\d.]+e[+-]?\d+")


def run() -> nbformat.NotebookNode:
    """The tour with the outputs of this run."""
    book = nbformat.read(TOUR, as_version=4)
    own = {**os.environ, "PYTHONPATH": str(FOLDER.parent)}
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(FOLDER)}}).execute(env=own)
    for cell in book.cells:
        cell.metadata = {}
        for output in cell.get("outputs", ()):
            output.update(_steady({key: value for key, value in output.items() if key in ("data", "text")}))
    book.metadata["language_info"] = {"name": "python"}
    return book


def _steady(found: Any) -> Any:
    """Text without the rounding of one machine, wherever it stands."""
    if isinstance(found, dict):
        return {key: _steady(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_steady(value) for value in found]
    return ROUNDING.sub(r"\g<1>2e-12", found) if isinstance(found, str) else found


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        nbformat.write(run(), TOUR)
    else:
        print(nbformat.writes(run()))
