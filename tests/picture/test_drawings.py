"""The graphs of all problem files: nothing over anything, few crossings, formats that are what they should be."""

from __future__ import annotations

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from derive.picture import svg, text, tikz
from derive.render.plain import cells
from tests.picture.graphs import EVERY, PROBLEMS, graph, letters
from tests.picture.measures import crossings, overlaps

UNFOLDED = [(path, letter) for path in PROBLEMS for letter in letters(path)]
MOST = {"lstm": 6}
"""Crossings that a graph may have; others 2."""


both = pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
every = pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)


@every
@both
def test_nothing_lies_over_anything(path: Path, backward: bool) -> None:
    assert overlaps(graph(path, backward).drawing) == []


@pytest.mark.parametrize(("path", "letter"), UNFOLDED, ids=lambda given: getattr(given, "stem", given))
@both
def test_nothing_lies_over_anything_written_out(path: Path, letter: str, backward: bool) -> None:
    assert overlaps(graph(path, backward, letter).drawing) == []


@every
def test_few_lines_cross(path: Path) -> None:
    assert crossings(graph(path, False).drawing) <= MOST.get(path.stem, 2)


@every
@both
def test_the_svg_is_xml_and_needs_nothing_else(path: Path, backward: bool) -> None:
    drawn = svg(graph(path, backward).drawing)
    root = ET.fromstring(drawn)
    drawing = graph(path, backward).drawing
    found = [
        g.get("id") for g in root.iter("{http://www.w3.org/2000/svg}g") if "node" in (g.get("class") or "").split()
    ]
    assert found == [f"n-{placed.node.name}" for placed in drawing.nodes]
    ends = [
        (g.get("data-from"), g.get("data-to")) for g in root.iter("{http://www.w3.org/2000/svg}g") if g.get("data-from")
    ]
    assert ends == [(e.edge.source, e.edge.target) for e in drawing.edges]
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "") and "url(" not in drawn


@every
@both
@pytest.mark.parametrize("ascii", [False, True], ids=["letters", "ascii"])
def test_the_text_fits(path: Path, backward: bool, ascii: bool) -> None:
    drawing = graph(path, backward).drawing
    shown = text(drawing, 80, ascii)
    assert not ascii or shown.isascii()
    drawn = shown.split("\n\n")[1]
    assert max(map(cells, drawn.splitlines())) <= 80


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
@both
def test_the_tikz_compiles(tmp_path: Path, backward: bool) -> None:
    paths = PROBLEMS if backward else EVERY
    pictures = [tikz(graph(path, backward).drawing, fragment=True) for path in paths]
    alone = tikz(graph(Path("problems/residual.yaml"), backward).drawing)
    head = "\\documentclass{article}\\usepackage{amsmath,amssymb,tikz}\\begin{document}\n"
    together = head + "\n\n".join(pictures) + "\\end{document}\n"
    for name, source in (("alone", alone), ("together", together)):
        (tmp_path / f"{name}.tex").write_text(source, encoding="utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-draftmode", f"{name}.tex"]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=120)
        assert run.returncode == 0, run.stdout[-2000:]
        assert "Missing character" not in run.stdout


def test_the_same_bytes_in_every_process() -> None:
    code = "import derive; print(derive.load('problems/lstm.yaml').graph().svg())"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout != b""
