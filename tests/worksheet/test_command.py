"""`derive worksheet`: what goes to the screen and into files, and that pdflatex sets all of it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from derive.cli import cli
from derive.render.latex import latex
from derive.worksheet import Blanks, worksheet
from tests.problem_files import FOLDER, NETWORKS
from tests.test_latex_compiles import SIGN, complaints, together
from tests.worksheet.test_blanks import derived

ALL: tuple[Blanks, ...] = ("bars", "terms", "transposes", "mistakes")
MLP = str(FOLDER / "mlp.yaml")


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, list(args))


@pytest.mark.parametrize("blanks", ALL)
def test_sheet_solution_and_answer(blanks: str, tmp_path: Path) -> None:
    asked = ("worksheet", MLP, "--blanks", blanks, "--level", "2", "--seed", "3")
    done = run(*asked, "-o", str(tmp_path / "my.sheet.tex"))
    assert done.exit_code == 0 and {f.name for f in tmp_path.iterdir()} == {
        "my.sheet.tex",
        "my.sheet.solution.tex",
        "my.sheet.answer.md",
    }
    assert (tmp_path / "my.sheet.tex").read_text(encoding="utf-8") == run(*asked).output
    assert (tmp_path / "my.sheet.solution.tex").read_text(encoding="utf-8") == run(*asked, "--solution").output
    assert run("check", MLP, str(tmp_path / "my.sheet.answer.md")).exit_code == 0


def test_markdown_by_its_name_or_asked_for(tmp_path: Path) -> None:
    run("worksheet", MLP, "-o", str(tmp_path / "sheet.md"))
    text = (tmp_path / "sheet.md").read_text(encoding="utf-8")
    assert text.startswith("# A multilayer perceptron") and (tmp_path / "sheet.solution.md").exists()
    assert run("worksheet", MLP, "--format", "markdown").output == text


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--level", "4"), "1<=x<=3"),
        (("--blanks", "words"), "'words' is not one of"),
        (("--format", "md"), "did you mean markdown?"),
        (("-o", ""), "needs the name of a file"),
        (("-o", "a.tex", "--solution"), "--solution is for the screen"),
        (("-o", MLP), "would replace the problem itself"),
    ],
)
def test_what_goes_wrong(args: tuple[str, ...], told: str) -> None:
    done = run("worksheet", MLP, *args)
    assert done.exit_code == 2 and told in done.output


def documents(path: Path) -> Iterator[tuple[str, str]]:
    for blanks in ALL:
        made = worksheet(derived(path), blanks, 3, 3, f"problems/{path.name}")
        yield f"{blanks} sheet", latex(made.sheet)
        yield f"{blanks} solution", latex(made.solution)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")
@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_everything_compiles(path: Path, tmp_path: Path) -> None:
    (tmp_path / "all.tex").write_text(together(documents(path)), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-draftmode", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = done.stdout.decode("utf-8", "replace")
    assert complaints(log) == []
    assert done.returncode == 0 and log.count(SIGN) == 2 * len(ALL)


def test_what_is_asked_beside_the_file_is_in_the_sheet_and_in_the_command_that_marks_it(tmp_path: Path) -> None:
    asked = ("--hvp", "W1", "--over", "forward")
    run("worksheet", MLP, *asked, "--blanks", "terms", "-o", str(tmp_path / "sheet.md"))
    shown = (tmp_path / "sheet.md").read_text(encoding="utf-8")
    assert "## Product with the Hessian" in shown and "--hvp W1 --over forward answer.md" in shown
    answer = str(tmp_path / "sheet.answer.md")
    assert run("check", MLP, *asked, answer).exit_code == 0
