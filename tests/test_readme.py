"""README.md is true: its file, its console output byte for byte, its commands, its Python, its lists of names."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from derive.declare.keys import EXPECTED
from derive.operators import TABLE
from derive.operators.forms import FORMS
from tests.gallery import PROBLEMS, differing, reports
from tests.golden import steady

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
INTERNAL = ("relu_1", "digamma", "trigamma", "amax", "amin", "max_first", "min_first", "amax_first", "amin_first")
"""Rows that slopes need: nobody has to call them by name."""


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


def commands() -> list[str]:
    """Each `derive …` of the README's sh blocks, remarks left off."""
    lines = [line.split("  #")[0].strip() for text in blocks("sh") for line in text.splitlines()]
    return [line for line in lines if line.startswith("derive ")]


def derive(*args: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    environment.pop("COLUMNS", None)
    command = [sys.executable, "-m", "derive", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", env=environment, check=False)


def _status(command: str) -> int:
    """The answer that is shown has mistakes."""
    return 1 if command.startswith("check ") else 0


def test_the_answer_shown_is_the_example() -> None:
    assert blocks("markdown") == [(ROOT / "examples" / "answer.md").read_text(encoding="utf-8")]


@pytest.mark.parametrize("number", PROBLEMS)
def test_the_gallery_is_what_comes_out(number: str) -> None:
    assert not differing(number)
    assert all(f"(gallery/{name})" in README for name in reports(number))


def test_the_file_shown_is_the_problem() -> None:
    assert blocks("yaml")[0] == (ROOT / "problems" / "residual.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("block", blocks("console"))
def test_console_output(block: str) -> None:
    command, expected = block.split("\n", 1)
    done = derive(*shlex.split(command.removeprefix("$ derive ")))
    assert done.returncode == _status(command.removeprefix("$ derive ")) and not done.stderr
    assert steady(done.stdout) == steady(expected)


@pytest.mark.parametrize("command", commands())
def test_commands_run(command: str, tmp_path: Path) -> None:
    for folder in ("problems", "examples"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    done = derive(*shlex.split(command.removeprefix("derive ")), folder=tmp_path)
    assert done.returncode == _status(command.removeprefix("derive ")), done.stderr
    assert not done.stderr


def test_closed_form_in_the_remark_is_what_comes_out() -> None:
    line = next(line for text in blocks("sh") for line in text.splitlines() if "--closed-form" in line)
    command, remark = line.split("  #")
    assert remark.strip() in derive(*shlex.split(command.strip().removeprefix("derive "))).stdout


@pytest.mark.parametrize("block", blocks("python"))
def test_python_runs(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(block, "README.md", "exec"), {})
    assert "W̄ = z̄ xᵀ" in said.getvalue() or "W̄ = " in said.getvalue()


def test_every_key_of_a_problem_file_is_named() -> None:
    section = README[README.index("\n## The problem file") : README.index("\nEquations are in")]
    table = "\n".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
    named = set(re.findall(r"`(\w+)`", table)) | {"version", "equations", "sizes"}
    assert named == set(EXPECTED)


def test_every_function_and_form_is_named() -> None:
    section = README[README.index("\nFunctions: ") : README.index("\nDigits in a name")]
    words = set(re.findall(r"\w+", section))
    assert [name for name in (*TABLE, *FORMS) if name not in words and name not in INTERNAL] == []
