"""pdflatex on everything that is printed: zero errors, no box more than 1 pt too wide.

Many documents are set as one, each after a line that names it, so that TeX starts once for a problem.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

import derive
from derive.declare.load import parse_problem
from derive.typeset.style import Notation, Product
from tests.golden import PROBLEMS
from tests.problem_files import answers

NEW = "new.yaml"
SIGN = "document: "

pytestmark = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")


def network(name: str) -> derive.Network:
    if name == NEW:
        return derive.Network._of(parse_problem(files("derive").joinpath("templates/new.yaml").read_text("utf-8")))
    return derive.load(next(problem for problem in PROBLEMS if problem.name == name))


def closable(built: derive.Network) -> tuple[str, ...]:
    """The wanted names, where their closed forms have an end; a recurrence's have none."""
    wanted = built.derive(check=False).data.wanted
    try:
        built.derive(closed_form=wanted, check=False)
    except derive.DeriveError:
        return ()
    return wanted


def documents(name: str) -> Iterator[tuple[str, str]]:
    """(what it is, its LaTeX): every notation with every product sign, closed forms included, and kept cost bars."""
    built = network(name)
    if not built.declared.equations:
        yield "answers", answers(next(p for p in PROBLEMS if p.name == name)).latex()
        return
    wanted = closable(built)
    for kept in (False, True):
        found = built.derive(keep_cost_bars=kept, closed_form=wanted, check=False)
        for notation in get_args(Notation):
            for product in get_args(Product):
                yield f"{notation} {product} kept={kept}", found.latex(notation=notation, product=product)


def together(parts: Iterator[tuple[str, str]]) -> str:
    """The documents one after the other, as one."""
    head, bodies = "", []
    for what, latex in parts:
        head, body = latex.split("\\begin{document}\n")
        bodies.append(f"\\typeout{{{SIGN}{what}}}\n" + body.replace("\\end{document}", "\\clearpage"))
    return "\n".join([head, "\\begin{document}", *bodies, "\\end{document}", ""])


def complaints(log: str) -> list[str]:
    """Errors, boxes that are too wide, and letters that are missing, each with the document that it is in."""
    found, where = [], ""
    for line in log.splitlines():
        where = line if line.startswith(SIGN) else where
        wide = re.search(r"Overfull \\hbox \(([\d.]+)pt", line)
        if line.startswith("!") or "Missing character" in line or (wide and float(wide[1]) > 1.0):
            found.append(f"{where}: {line}")
    return found


@pytest.mark.parametrize("name", [*(problem.name for problem in PROBLEMS), NEW])
def test_everything_compiles(name: str, tmp_path: Path) -> None:
    (tmp_path / "all.tex").write_text(together(documents(name)), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-draftmode", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = done.stdout.decode("utf-8", "replace")
    assert complaints(log) == []
    count = 2 * len(get_args(Notation)) * len(get_args(Product)) if network(name).declared.equations else 1
    assert done.returncode == 0 and log.count(SIGN) == count


def test_a_wide_box_and_an_error_are_seen() -> None:
    assert complaints(f"{SIGN}a\nOverfull \\hbox (1.2pt too wide)\n! Undefined control sequence.\n") == [
        f"{SIGN}a: Overfull \\hbox (1.2pt too wide)",
        f"{SIGN}a: ! Undefined control sequence.",
    ]
