"""Answers and problem files as tests, in a project of their own."""

from __future__ import annotations

import shutil
from importlib.metadata import entry_points
from pathlib import Path

import numpy  # noqa: F401  # it cannot be loaded again, as each of pytester's runs would
import pytest

import derive.check.asked  # noqa: F401  # as are the rest, which takes a second

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parents[2]
SETTINGS = """
[pytest]
derive_problems = problems/*.yaml
derive_answers = problems/residual.yaml: answers/*.md
"""
INSTALLED = any(entry.value == "derive.pytest_plugin" for entry in entry_points(group="pytest11"))
PLUGIN = () if INSTALLED else ("-p", "derive.pytest_plugin")


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A problem, its answer, and the README's kind of settings."""
    for name, source in (("problems", "problems/residual.yaml"), ("answers", "examples/answer.md")):
        shutil.copy(ROOT / source, pytester.mkdir(name))
    return pytester


def test_each_line_is_a_test(project: pytest.Pytester) -> None:
    project.makeini(SETTINGS)
    done = project.runpytest(*PLUGIN, "-v")
    done.assert_outcomes(passed=5, failed=4)
    done.stdout.fnmatch_lines_random(
        [
            "answers/answer.md::line 5 PASSED*",
            "answers/answer.md::line 6 FAILED*",
            "problems/residual.yaml::derives PASSED*",
            "answer.md:6:1: wrong",
            "Hint: put a bar on y:",
        ]
    )
    assert "Traceback" not in done.stdout.str() and "derive/pytest_plugin.py" not in done.stdout.str()


def test_one_line_by_its_name_and_a_problem_on_the_command_line(project: pytest.Pytester) -> None:
    asked = ("--derive", "problems/residual.yaml")
    project.runpytest(*PLUGIN, *asked, "answers/answer.md::line 7").assert_outcomes(passed=1)
    project.runpytest(*PLUGIN, *asked, "answers").assert_outcomes(passed=4, failed=4)
    project.runpytest(*PLUGIN, "answers").assert_outcomes()


def test_unusable_files_are_errors_in_words(project: pytest.Pytester) -> None:
    project.makeini(SETTINGS)
    (project.path / "answers" / "binary.md").write_bytes(b"\xff\x00")
    (project.path / "problems" / "bad.yaml").write_text("version: 1\nsizes: {N: n}\n")
    done = project.runpytest(*PLUGIN, "--continue-on-collection-errors")
    done.assert_outcomes(passed=5, failed=5, errors=1)
    done.stdout.fnmatch_lines(["*binary.md: this is a binary file, no text*"])
    assert "Traceback" not in done.stdout.str()


def test_a_setting_without_a_pattern_says_how_to_write_it(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nderive_answers = answers/*.md\n")
    done = project.runpytest(*PLUGIN)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*write it as PROBLEM.yaml: PATTERN*"])
