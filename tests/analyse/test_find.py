"""Weights that were found, run for every input of a finite set by a referee of their own; and that there are none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import pytest

from derive.analyse import Asked
from derive.analyse.find import Found, answer
from derive.errors import DeriveError
from derive.render.terminal import terminal
from tests.analyse.brute import wrong

pytest.importorskip("z3")

Right = Callable[[list[Any], list[Any]], bool]
STEP = "z >= 0"


def layer(units: int, activation: str, *of: str) -> dict[str, Any]:
    return {"units": units, "activation": activation, **({"of": list(of)} if of else {})}


TWO_LAYERS = {"h": layer(2, STEP), "y": layer(1, STEP)}

TASKS: dict[str, tuple[dict[str, Any], Right, Iterable[int]]] = {
    "xor": (
        {"spec": "y == 1 iff x[1] != x[2]", "inputs": {"x": 2}, "over": [0, 1], "layers": TWO_LAYERS},
        lambda x, y: (y[0] == 1) == (x[0] != x[1]),
        (0, 1),
    ),
    "parity of three": (
        {
            "spec": "y == 1 iff sum(x) % 2 == 1",
            "inputs": {"x": 3},
            "over": [0, 1],
            "layers": {"h": layer(3, STEP), "y": layer(1, STEP)},
        },
        lambda x, y: (y[0] == 1) == (sum(x) in (1, 3)),
        (0, 1),
    ),
    "majority": (
        {"spec": "y == 1 iff sum(x) >= 3", "inputs": {"x": 5}, "over": [0, 1], "layers": {"y": layer(1, STEP)}},
        lambda x, y: (y[0] == 1) == (sorted(x)[2] == 1),
        (0, 1),
    ),
    "maximum of two": (
        {
            "spec": "y == max(x)",
            "inputs": {"x": 2},
            "layers": {"h": layer(3, "relu"), "y": layer(1, "linear")},
        },
        lambda x, y: y[0] == max(x),
        range(-6, 7),
    ),
    "absolute value": (
        {"spec": "y == abs(x)", "inputs": {"x": 1}, "layers": {"h": layer(2, "relu"), "y": layer(1, "linear")}},
        lambda x, y: y[0] == (x[0] if x[0] > 0 else -x[0]),
        range(-20, 21),
    ),
    "equality": (
        {"spec": "y == 1 iff x[1] == x[2]", "inputs": {"x": 2}, "over": "integers", "layers": TWO_LAYERS},
        lambda x, y: (y[0] == 1) == (x[0] == x[1]),
        range(-6, 7),
    ),
    "median of three": (
        {
            "spec": "y == median(x)",
            "inputs": {"x": 3},
            "timeout": 300,
            "layers": {
                "h": layer(1, "relu"),
                "g": layer(1, "relu", "x", "h"),
                "k": layer(1, "relu", "x", "h", "g"),
                "y": layer(1, "linear", "x", "h", "g", "k"),
            },
        },
        lambda x, y: y[0] == sorted(x)[1],
        range(-4, 5),
    ),
    "rising order": (
        {
            "spec": "y == 1 iff x[1] < x[2] < x[3] < x[4]",
            "inputs": {"x": 4},
            "layers": {"h": layer(3, STEP), "y": layer(1, STEP)},
        },
        lambda x, y: (y[0] == 1) == (x[0] < x[1] < x[2] < x[3]),
        range(4),
    ),
    "two numbers sorted": (
        {
            "spec": "output == sorted(input)",
            "inputs": {"x": 2},
            "layers": {"h": layer(4, "relu"), "y": layer(2, "linear")},
        },
        lambda x, y: y == sorted(x),
        range(-6, 7),
    ),
    "membership": (
        {
            "spec": "y == 1 iff x[4] in x[1..3]",
            "inputs": {"x": 4},
            "over": "integers",
            "assume": ["distinct(x[1..3])"],
            "layers": {"h": layer(3, "z in [-1, 1]"), "y": layer(1, "z in [-1, 1]")},
        },
        lambda x, y: len({*x[:3]}) < 3 or (y[0] == 1) == (x[3] in x[:3]),
        range(-2, 3),
    ),
    "at least one": (
        {
            "spec": "y == max(x, 1)",
            "inputs": {"x": 1},
            "over": "integers",
            "layers": {"h": layer(1, "max(1, z)"), "y": layer(1, "linear")},
        },
        lambda x, y: y[0] == max(x[0], 1),
        range(-6, 7),
    ),
}


def found(**settings: Any) -> Found:
    result = answer(Asked(), settings)
    json.dumps(result.to_dict())
    assert terminal(result.document(), 80, False, True)
    return result


@pytest.mark.parametrize("task", TASKS)
def test_weights_that_do_it(task: str) -> None:
    settings, right, values = TASKS[task]
    result = found(**settings)
    assert result.outcome.verdict == "found" and result.proof is not None and result.proof.verdict == "proved"
    table = result.to_dict()["network"]
    assert not wrong(table, values, right)
    numbers = [w for own in table["layers"].values() for row in (*own["weights"], own["biases"]) for w in row]
    assert all(isinstance(w, int) and abs(w) <= result.within for w in numbers)


def test_none_is_a_proof() -> None:
    """One threshold is no XOR: every one of the 7³ networks is wrong for one of the inputs that are named."""
    result = found(spec="y == 1 iff x[1] != x[2]", inputs={"x": 2}, over=[0, 1], layers={"y": layer(1, STEP)})
    assert result.outcome.verdict == "none" and result.within == 3
    for u, v, b in product(range(-3, 4), repeat=3):
        assert any((u * x[0] + v * x[1] + b >= 0) != (x[0] != x[1]) for x in result.outcome.met)
    assert "None with weights in" in terminal(result.document(), 80, False, False)


def test_no_smaller_weights_do() -> None:
    """The majority of five needs a bias of −3 with weights of 1: none from −2 to 2 prove."""
    settings, right, values = TASKS["majority"]
    result = found(**settings)
    assert result.within == 3
    for *w, b in product(range(-2, 3), repeat=6):
        table = {"inputs": {"x": 5}, "layers": {"y": {"weights": [w], "biases": [b], "activation": STEP}}}
        if sum(w) + b >= 0 > sum(w[:2]) + b:  # else it is wrong for (1, 1, 1, 1, 1) or (1, 1, 0, 0, 0)
            assert wrong(table, values, right)
            break


def test_time_is_up() -> None:
    settings = {**TASKS["median of three"][0], "timeout": 1}
    result = found(**{**settings, "layers": {"h": layer(9, "relu"), "g": layer(9, "relu"), "y": layer(1, "linear")}})
    assert result.outcome.verdict == "not decided" and not result.decided
    assert "Not decided after 1 s" in terminal(result.document(), 80, False, False)


def test_equal_input_equal_weights() -> None:
    settings = TASKS["parity of three"][0]
    assert found(**settings).to_dict() == found(**settings).to_dict()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"layers": {}}, "there are no layers"),
        ({"layers": {"y": {"units": 0, "activation": STEP}}}, "`units` is no whole number"),
        ({"layers": {"x": layer(1, STEP)}}, "`x` is there already"),
        ({"layers": {"y": {"units": 1}}}, "the key `activation` is missing"),
        ({"spec": "y == w"}, "there is no w here"),
        ({"within": 100}, "`within` is no whole number from 1 to 20"),
        ({"assume": "x[1] != x[1]"}, "no input satisfies"),
    ],
)
def test_bad_settings(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(DeriveError) as caught:
        found(**{**TASKS["xor"][0], **settings})
    assert message in str(caught.value)


def test_without_a_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.analyse.prove import solver

    monkeypatch.setattr(solver, "installed", lambda: False)
    with pytest.raises(DeriveError, match="z3 is not installed"):
        found(**TASKS["xor"][0])
