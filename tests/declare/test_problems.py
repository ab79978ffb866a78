"""The problem files that come with derive, and the schema that editors use."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from derive.declare.formula import statements
from derive.declare.keys import EXPECTED
from derive.declare.load import load
from derive.declare.marks import python_passage
from derive.declare.order import cycles, evaluation_order
from derive.declare.schema import schema
from tests.problem_files import FILES

PROBLEMS = FILES


@pytest.mark.parametrize("file", PROBLEMS, ids=lambda p: p.stem)
def test_problem(file: Path) -> None:
    network = load(file)
    assert network.title
    assert len(network.order) == len(network.equations)
    assert all(e.place and e.place.file == str(file) for e in network.equations)
    jsonschema.validate(yaml.safe_load(file.read_text()), schema())


def test_schema_has_every_key() -> None:
    assert set(schema()["properties"]) == set(EXPECTED)
    assert schema()["required"] == ["version"]
    networks = [{"required": ["sizes", key]} for key in ("equations", "equations_latex", "implicit")]
    assert schema()["anyOf"] == [*networks, {"required": ["questions"]}]
    both = {"version": 1, "sizes": {}, "equations": "", "equations_latex": ""}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(both, schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1, "sizes": {}, "equations": "", "other": 1}, schema())


def test_residual_shapes() -> None:
    network = load(next(p for p in PROBLEMS if p.stem == "residual"))
    assert {name: len(t.axes) for name, t in network.tensors.items() if t.role == "hidden"} == {
        "z": 1, "h": 1, "R": 0, "y": 1, "S": 0, "E": 0,
    }  # fmt: skip
    assert [e.letters[0].name for e in network.equations if e.letters] == ["j", "j", "i"]
    assert network.cost == "E"
    assert network.want == ("x",)


def test_statements_go_on_inside_brackets() -> None:
    good, bad = statements(python_passage("p", "a = (1 +\n  2)  # note\n\n# only a note\nb = f(\n1,\n2)\nc = 3"), {})
    assert not bad
    assert [s.word(s.root) for s in good] == ["a", "b", "c"]


def test_order_of_a_long_chain_needs_no_recursion() -> None:
    chain = [[n + 1] for n in range(50_000)] + [[]]
    assert evaluation_order(chain)[0] == 50_000
    assert cycles(chain) == []
    assert len(cycles([[(n + 1) % 50_000] for n in range(50_000)])[0]) == 50_001
