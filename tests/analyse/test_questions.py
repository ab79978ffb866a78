"""`questions:` in a problem file: read with places, answered below the derivation or alone, in every format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import pytest
from click.testing import CliRunner

from derive.analyse import QUESTIONS, answers
from derive.cli import cli
from derive.declare import keys
from derive.declare.build import build_network
from derive.declare.load import load, parse_problem
from derive.declare.schema import schema
from derive.errors import DeriveError
from derive.render.json import json_schema

ALONE = """\
version: 1
title: In steps
questions:
  stage: f = (x + y)*z
"""

BELOW = """\
version: 1
title: A line
sizes: {N: inputs}
inputs: {x: [N]}
parameters: {w: [N]}
equations: |
  y = w.T @ x
  E = y**2/2
cost: E
want: [w]
questions:
  explain: [w]
"""

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> str:
        path = tmp_path / "asks.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


def run(*args: str) -> str:
    result = CliRunner().invoke(cli, list(args))
    assert result.exit_code == 0, result.output
    return result.output


def refused(text: str) -> str:
    with pytest.raises(DeriveError) as error:
        answers(parse_problem(text, "f.yaml"))
    return str(error.value)


def test_the_registry_has_the_questions_that_a_file_may_ask() -> None:
    assert set(QUESTIONS) == set(keys.QUESTIONS)


def test_a_file_with_questions_alone_has_no_equations() -> None:
    network = parse_problem(ALONE)
    assert network.equations == () and [q.name for q in network.questions] == ["stage"]


def test_an_answer_alone(write: Write) -> None:
    text = run(write(ALONE))
    assert text.startswith("In steps\n") and "g = x + y" in text
    assert text.count("Forward pass") == 1


def test_an_answer_below_the_derivation(write: Write) -> None:
    text = run(write(BELOW))
    assert text.index("Backward pass") < text.index("Checked by numbers") < text.index("w reaches E on 1 path")


def test_an_answer_in_latex(write: Write) -> None:
    text = run(write(BELOW), "--format", "latex")
    assert text.count(r"\begin{document}") == 1 and "reaches" in text


@pytest.mark.parametrize(("text", "name"), [(ALONE, "stage"), (BELOW, "explain")])
def test_an_answer_in_json(text: str, name: str, write: Write) -> None:
    data = json.loads(run(write(text), "--format", "json"))
    assert [answer["question"] for answer in data["questions"]] == [name]
    assert ("forward" in data) == (text is BELOW)


def test_a_file_without_questions_has_none_in_json(write: Write) -> None:
    data = json.loads(run(write(BELOW.partition("questions:")[0]), "--format", "json"))
    assert "questions" not in data


def test_the_json_is_as_its_schema_says(write: Write) -> None:
    data, described = json.loads(run(write(BELOW), "--format", "json")), json_schema()
    derived, asks = (set(one["required"]) for one in described["anyOf"])
    assert derived == set(data) - {"questions"} and asks == {"questions"}
    assert set(described["properties"]) - {"directions"} == set(data)


def test_code_leaves_answers_out_and_needs_equations(write: Write) -> None:
    assert "reaches" not in run(write(BELOW), "--format", "numpy")
    result = CliRunner().invoke(cli, [write(ALONE), "--format", "numpy"])
    assert result.exit_code == 2 and "there are no equations" in result.stderr


def test_a_list_of_settings_asks_several_times() -> None:
    network = parse_problem(ALONE.replace("f = (x + y)*z", "[{formula: x*y}, {formula: x/y}]"))
    assert [q.path for q in network.questions] == [("questions", "stage", 0), ("questions", "stage", 1)]
    assert len(answers(network)) == 2


def test_a_network_from_python_asks_too() -> None:
    network = build_network(questions=MappingProxyType({"stage": "x*y"}))
    assert [a.to_dict()["question"] for a in answers(network)] == ["stage"]


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("stage:", "stagee:", "4:3", "did you mean stage?"),
        ("stage: f = (x + y)*z", "{}", "1:1", "the key `equations` is missing"),
        ("title: In steps", "cost: E", "2:1", "`cost` is about equations, and there are none"),
        ("f = (x + y)*z", "[1]", "4:3", "`stage` is not understood"),
        ("f = (x + y)*z", "f = (x + y*z", "4:14", "this `(` is never closed"),
        ("f = (x + y)*z", "f = foo(x)", "4:14", "`foo` is no function"),
        ("f = (x + y)*z", "{formula: x*y, values: {z: 1}}", "4:20", "`z` has a value and is no variable"),
        ("f = (x + y)*z", "{formula: x*y, values: {x: a}}", "4:33", "`values` are no numbers"),
        ("stage: f = (x + y)*z", "explain: x", "4:3", "no `equations`"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(old: str, new: str, place: str, said: str) -> None:
    text = refused(ALONE.replace(old, new) if new != "{}" else ALONE.replace("questions:\n  stage: f = (x + y)*z", ""))
    assert said in text
    assert f"f.yaml:{place}:" in text


def test_questions_that_are_no_mapping() -> None:
    text = refused("version: 1\nquestions: [zeros]\n")
    assert "f.yaml:2:12: `questions` is a list" in text and "missing" not in text


def test_the_schema_asks_for_a_network_or_questions() -> None:
    described = schema()
    assert described["required"] == ["version"]
    assert {"required": ["questions"]} in described["anyOf"]


def test_nothing_is_derived_without_equations(write: Write) -> None:
    from derive.api import load as load_api

    with pytest.raises(DeriveError, match="no equations to derive"):
        load_api(write(ALONE)).derive()
    assert "g = x + y" in str(load_api(write(ALONE)).answers())


def test_questions_wait_until_they_are_shown(write: Write) -> None:
    from derive.api import load as load_api

    derived = load_api(write(BELOW)).derive(check=False)
    assert "answers" not in vars(derived)
    assert len(derived.answers) == 1 and "answers" in vars(derived)


def test_a_problem_file_keeps_its_title_over_the_answers(write: Write) -> None:
    lines = run(write(BELOW)).splitlines()
    assert lines[0] == "A line"
    assert sum(bool(re.match("Why the bar of w", line)) for line in lines) == 1
    assert load(write(BELOW)).title == "A line"
