"""One question from the command line or from a program; pictures; time limits; exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as Xml
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import derive
from derive.analyse import QUESTIONS
from derive.analyse.asking import written
from derive.cli import cli
from derive.errors import DeriveError

PROBLEMS = Path(__file__).parents[2] / "problems"

HARD = """\
version: 1
title: Hard
questions:
  prove:
    network:
      inputs: {x: 3}
      layers: {y: {weights: [[1, 1, 1]], activation: linear}}
    spec: x[1]*x[1]*x[1] + x[2]*x[2]*x[2] + x[3]*x[3]*x[3] != 114
    over: integers
"""


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, list(args))


def path(name: str) -> str:
    return str(PROBLEMS / f"{name}.yaml")


def test_the_cost_of_a_file_that_does_not_ask_for_it() -> None:
    result = run("ask", path("residual"), "cost", "--format", "json")
    (answer,) = json.loads(result.output)["questions"]
    assert result.exit_code == 0 and answer["question"] == "cost"
    assert run("ask", path("residual"), "cost").output.count("together") == 4


def test_a_file_s_own_question_alone() -> None:
    text = run("ask", path("sparsity"), "zeros").output
    assert "Guaranteed zeros" in text and "Forward pass" not in text


def test_other_settings() -> None:
    found = derive.load(path("sparsity")).ask("zeros", {"facts": ["h3 == 0"]})
    by_command = run("ask", path("sparsity"), "zeros", "facts: [h3 == 0]", "--format", "json")
    assert json.loads(by_command.output) == json.loads(json.dumps(found.to_dict()))
    assert [bar["answer"] for bar in found.to_dict()["questions"][0]["bars"]] == ["NO", "YES", "YES"]


@pytest.mark.parametrize("text", ["facts: [h3 == 0]", "{facts: [h3 == 0]}", "\nfacts:\n- h3 == 0\n"])
def test_settings_as_they_may_be_written(text: str) -> None:
    assert written("zeros", text).settings == {"facts": ["h3 == 0"]}


def test_settings_that_are_no_mapping() -> None:
    assert written("explain", "[w1, w2]").settings == ["w1", "w2"]
    assert written("stage", "f = (x + y)*z").settings == "f = (x + y)*z"


@pytest.mark.parametrize(
    ("question", "settings", "said"),
    [
        ("zeroes", [], "did you mean zeros?"),
        ("zeros", ["facts: [h3 = 0]"], "SETTINGS:1:9: `h3 = 0`"),
        ("zeros", ["facts: [h3 == 0"], "SETTINGS:1:"),
        ("symmetry", [], "say which layer's units start equal"),
        ("counts", ["full: [8]"], "`full` is no list of sizes"),
    ],
)
def test_what_cannot_be_asked_is_said(question: str, settings: list[str], said: str) -> None:
    error = run("ask", path("sparsity"), question, *settings).exception
    assert isinstance(error, DeriveError) and said in str(error)


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_question_may_be_asked(name: str) -> None:
    """An answer or a message that says what is missing, never another exception."""
    result = run("ask", path("symmetry"), name)
    assert result.exit_code == 0 or isinstance(result.exception, DeriveError)


def test_the_pictures_of_a_file(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    out = tmp_path / "r.svg"
    assert run(path("regions"), "--format", "svg", "-o", str(out)).exit_code == 0
    assert Xml.fromstring(out.read_text(encoding="utf-8")).tag.endswith("svg")
    assert derive.load(path("regions")).answers().svg() == out.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["mlp", "bottleneck", "symmetry"])
def test_no_picture_is_said(name: str) -> None:
    result = run(path(name), "--format", "svg")
    assert result.exit_code == 2 and "no answer of this file has a picture" in result.stderr


@pytest.mark.parametrize("command", [["show"], ["ask"]])
def test_a_time_limit(command: list[str], tmp_path: Path) -> None:
    """Not decided is exit status 1, with the limit of the command."""
    pytest.importorskip("z3")
    (file := tmp_path / "hard.yaml").write_text(HARD, encoding="utf-8")
    more = ["prove"] if command == ["ask"] else []
    result = run(*command, str(file), *more, "--timeout", "1")
    assert result.exit_code == 1 and "Not decided after 1 s." in result.output


def test_a_counterexample_is_an_answer(tmp_path: Path) -> None:
    (file := tmp_path / "tie.yaml").write_text(HARD.replace("!= 114", "!= 3"), encoding="utf-8")
    result = run(str(file))
    assert result.exit_code == 0 and "x = (1, 1, 1)" in result.output


def test_a_file_with_equations_and_an_open_question(tmp_path: Path) -> None:
    pytest.importorskip("z3")
    text = (PROBLEMS / "mlp.yaml").read_text(encoding="utf-8") + HARD.partition("title: Hard\n")[2]
    (file := tmp_path / "both.yaml").write_text(text, encoding="utf-8")
    result = run(str(file), "--timeout", "1")
    assert result.exit_code == 1 and "Backward pass" in result.output and "Not decided" in result.output
    assert run(str(file), "--format", "numpy").exit_code == 0


BLOCKED = """\
import sys
sys.modules["z3"] = None
from importlib import util
found = util.find_spec
util.find_spec = lambda name, *given: None if name == "z3" else found(name, *given)
from derive.cli import main
main(sys.argv[1:])
"""


def without_z3(*args: str) -> Any:
    return subprocess.run(
        [sys.executable, "-c", BLOCKED, *args], capture_output=True, text=True, timeout=60, cwd=PROBLEMS.parent
    )


def test_without_z3_what_was_tried_is_no_proof() -> None:
    done = without_z3(path("sort_two"))
    assert done.returncode == 1 and not done.stderr
    assert "169 inputs were tried, which is no proof; z3 is not installed" in " ".join(done.stdout.split())


def test_without_z3_finite_sets_are_proved_and_repairs_are_not_looked_for() -> None:
    done = without_z3(path("sorted_hard_threshold"), "--width", "200")
    assert "wrong for 34 of 256 inputs" in done.stdout
    assert "No repair was looked for: that takes a solver, and z3 is not installed" in done.stdout


def test_without_z3_nothing_is_searched() -> None:
    done = without_z3(path("find_weights"))
    assert done.returncode == 2 and "find_weights.yaml:6:5: weights are found by a solver, and z3 is" in done.stderr
