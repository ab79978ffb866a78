"""Both directions of a whole Jacobian, counted: against the lines' own counts, entry by entry."""

from __future__ import annotations

import json

import jsonschema
import pytest

import derive
from derive.analyse.cost.directions import directions
from derive.analyse.cost.polynomials import at
from derive.render.json import json_schema
from tests.problem_files import FOLDER

SHAPES = {"sizes": {"N": "inputs", "M": "outputs"}, "inputs": {"x": ["N"]}, "parameters": {"W": ["M", "N"]}}


def test_one_product() -> None:
    """ẏ = W ẋ and x̄ = Wᵀ ȳ take MN multiplications each."""
    network = derive.Network(**SHAPES, equations="y = W @ x")
    (found,) = directions(network.derive(jacobian={"y": "x"}).data)
    sizes = {"N": 5, "M": 3}
    assert [at(slot, sizes) for slot in (*found.times, *found.each)] == [5, 3, 15, 15]
    text = " ".join(network.derive(jacobian={"y": "x"}).text(width=200).split())
    assert "forward mode takes N directions of MN multiplications, reverse mode M error signals of MN" in text
    assert "forward mode takes less where N < M, reverse mode where N > M" in text


def test_a_scalar_takes_one_error_signal() -> None:
    network = derive.Network(**SHAPES, equations="y = W @ x\nE = sum(y**2)", cost="E")
    text = " ".join(network.derive(forward=["x"]).text(width=200).split())
    assert "reverse mode one error signal of" in text


def test_each_output_where_no_cost_is_named() -> None:
    network = derive.Network(**SHAPES, equations="y = W @ x\nz = tanh(x)\nu = exp(y)")
    pairs = [(one.of.name, one.wrt.name) for one in directions(network.derive(forward=["W"]).data)]
    assert pairs == [("u", "W")]


def test_a_condition_is_solved_beside_what_is_counted() -> None:
    network = derive.load(FOLDER / "ridge_stationary.yaml")
    text = " ".join(network.derive(jacobian={"w": "t"}, check=False).text(width=200).split())
    assert "forward mode takes N directions" in text and "Each solves a linear system too" in text


def test_numbers() -> None:
    given = {**SHAPES, "sizes": {"N": 2, "M": 3}}
    text = derive.Network(**given, equations="y = W @ x").derive(jacobian={"y": "x"}).text(width=200)
    assert "Here that is 12 against 18." in text


@pytest.mark.parametrize(("name", "asked"), [("hessian_tanh", "y:x"), ("residual_block", "y:x"), ("rnn", "L:x")])
def test_data(name: str, asked: str) -> None:
    network = derive.load(FOLDER / f"{name}.yaml")
    given = {"forward": ["x"]} if name == "rnn" else {"jacobian": [asked]}
    data = json.loads(json.dumps(network.derive(**given, check=False).to_dict()))
    jsonschema.validate(data, json_schema())
    assert data["directions"][0]["forward"].keys() == {"times", "each", "multiplications"}
