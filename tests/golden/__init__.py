"""What each problem prints, kept as files that were read line by line.

    python -m tests.golden --write      writes them again; read the difference before it is committed

NAME.tex is the LaTeX fragment, NAME.txt the terminal at 100 columns.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.problem_files import FILES, printed

FOLDER = Path(__file__).parent
PROBLEMS = FILES


def golden(problem: Path) -> dict[str, str]:
    """The golden files' names and what belongs in them."""
    found = printed(problem)
    return {f"{problem.stem}.tex": found.latex(fragment=True), f"{problem.stem}.txt": steady(found.text(width=100))}


def steady(text: str) -> str:
    """The last digits of the worst disagreement are a machine's own, so they are left out."""
    return re.sub(r"(worst\s+relative\s+disagreement) [0-9.e+-]*[0-9]", r"\1 …", text)
