"""Booklets: chapters, contents, code that still runs, pages that hold what is on them."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

import derive
from derive.api.book import book
from derive.cli import cli
from derive.paper.book import Book
from derive.paper.folded import folded
from derive.paper.kept import kept
from derive.paper.listing import ENDS, WHOLE, parts
from tests.problem_files import FOLDER, NETWORKS, derived
from tests.test_latex_compiles import complaints

NAMES = ("residual", "lstm", "transformer_block")

needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")


def made(*names: str) -> Book:
    pytest.importorskip("fast_sugiyama", reason="graphs need fast-sugiyama")
    return book([derived(FOLDER / f"{name}.yaml") for name in names], "Networks & <more>")


@needs_tex
def test_no_box_is_too_wide_in_a_booklet_of_all(tmp_path: Path) -> None:
    (tmp_path / "all.tex").write_text(made(*(path.stem for path in NETWORKS)).latex(), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-draftmode", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert complaints(done.stdout.decode("utf-8", "replace")) == [] and done.returncode == 0


@needs_tex
def test_pages_through_tex() -> None:
    pages = made(*NAMES[:2])
    assert pages.pdf("tex") == pages.pdf("tex")


def test_pages_through_typst() -> None:
    pages = made(*NAMES)
    assert pages.pdf("typst") == pages.pdf("typst")
    source = pages.typst()
    assert source.count("#graph(") == 3 and source.count("\n= ") == 3 and "#outline" in source


def test_markdown_with_linked_contents() -> None:
    text = made(*NAMES[:2], "residual").markdown()
    assert text.startswith(
        "# Networks & \\<more\\>\n\n1. [A residual network with a cost on h and on y](#a-residual-network"
    )
    assert "on-y-1)" in text and text.count("```mermaid\n") == 3 and text.count("```python\n") == 3
    assert "\n### Forward pass\n" in text and "\n### NumPy\n" in text


def test_what_is_left_out() -> None:
    plain = book([derived(FOLDER / "residual.yaml")], graph=False, code=False).latex()
    assert "tikz" not in plain and "NumPy" not in plain and "\\tableofcontents" in plain


def test_answers_have_a_chapter() -> None:
    chapters = book([derive.load(FOLDER / "layer_counts.yaml").answers()]).chapters
    assert chapters[0].graph is not None and not chapters[0].code and "weights" in str(chapters[0].document)


@pytest.mark.parametrize("path", NETWORKS, ids=lambda p: p.stem)
def test_folded_code_is_the_same_code(path: Path) -> None:
    code = derived(path).numpy()
    narrow = folded(code, 84)
    trees = [ast.parse(text) for text in (code, narrow)]
    assert ast.dump(ast.Module(trees[0].body[1:], [])) == ast.dump(ast.Module(trees[1].body[1:], []))
    assert max(map(len, narrow.split("\n"))) <= 84
    found = parts(narrow)
    assert "\n".join("\n" * part.gap + "\n".join(part.lines) for part in found) == narrow.rstrip()
    assert found[0].whole
    assert all(len(part.lines) >= ENDS for part in found[2:] if part.whole and not part.gap) and WHOLE > ENDS


def test_lines_that_stay_together() -> None:
    rows = ["a &= b", "c &= d", "&= e", "f &= g", "h &= i", "j &= k"]
    ends = re.findall(r" \\\\(\*?)\n", kept("\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"))
    assert ends == ["*", "*", "", "", "*"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["-o", "book.doc"], "ends with one of .pdf, .tex, .typ, .md"),
        ([], "Missing option '-o'"),
        (["-o", str(FOLDER / "residual.yaml")], "ends with one of"),
    ],
)
def test_wrong_usage(args: list[str], said: str) -> None:
    done = CliRunner().invoke(cli, ["paper", str(FOLDER / "residual.yaml"), *args])
    assert done.exit_code == 2 and said in done.output


def test_the_command(tmp_path: Path) -> None:
    problems = [str(FOLDER / "chain_rule.yaml"), str(FOLDER / "bottleneck.yaml")]
    for name in ("book.md", "book.typ", "book.tex"):
        done = CliRunner().invoke(cli, ["paper", *problems, "--no-check", "--title", "Two", "-o", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        assert "Two" in (tmp_path / name).read_text(encoding="utf-8")
    assert all((tmp_path / name).stat().st_size > 1000 for name in ("book.md", "book.typ", "book.tex"))
