"""Proofs and counterexamples, judged by running the networks for every input of a finite set."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path
from random import Random
from typing import Any

import pytest

from derive.analyse import Asked
from derive.analyse.prove import Proofs, answer
from derive.analyse.prove.language import parse
from derive.analyse.prove.meaning import holds
from derive.declare.load import load
from derive.errors import DeriveError
from derive.render.terminal import terminal
from tests.analyse.brute import run, wrong

pytest.importorskip("z3")

Right = Callable[[list[Any], list[Any]], bool]
PROBLEMS = Path(__file__).parent.parent.parent / "problems"
STEP = "z >= 0"
NEAR = "z in [-1, 1]"

RISING = {
    "inputs": {"x": 4},
    "layers": {
        "h": {"weights": [[-1, 1, 0, 0], [0, -1, 1, 0], [0, 0, -1, 1]], "biases": [0, 0, 0], "activation": STEP},
        "y": {"weights": [[1, 1, 1]], "biases": [-2.5], "activation": STEP},
    },
}
FALLING = {
    "inputs": {"x": 4},
    "layers": {
        "h": {"weights": [[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1]], "biases": [0, 0, 0], "activation": STEP},
        "y": {"weights": [[-1, -1, -1]], "biases": [0], "activation": STEP},
    },
}
SORTER = {
    "inputs": {"x": 2},
    "layers": {
        "m": {"weights": [[-1, 0], [1, 0], [1, -1], [0, 1], [0, -1]], "activation": "relu"},
        "y": {"weights": [[-1, 1, -1, 0, 0], [0, 0, 1, 1, -1]], "activation": "linear"},
    },
}
IN_ORDER = "y == 1 iff x[1] < x[2] < x[3] < x[4]"
AMONG = "y == 1 iff x[4] in x[1..3]"
PERMUTED = "y == 1 iff permutation(x[1..3], x[4..6])"


def member(bias: float, first: int = 2) -> dict[str, Any]:
    rows = [[-first * (c == r) + first * (c == 3) for c in range(4)] for r in range(3)]
    return {
        "inputs": {"x": 4},
        "layers": {
            "h": {"weights": rows, "activation": NEAR},
            "y": {"weights": [[-2, -2, -2]], "biases": [bias], "activation": NEAR},
        },
    }


def permuting(last: str) -> dict[str, Any]:
    equal = [[2 * (c == i) - 2 * (c == 3 + j) for c in range(6)] for i in range(3) for j in range(3)]
    orders = [[int(p[i] == j) for i in range(3) for j in range(3)] for p in permutations(range(3))]
    return {
        "inputs": {"x": 6},
        "layers": {
            "e": {"weights": equal, "activation": NEAR},
            "p": {"weights": orders, "activation": "z == 3"},
            "y": {"weights": [[1] * 6], "activation": last},
        },
    }


def asked(network: Any, spec: str, **settings: Any) -> Any:
    """The one proof of these settings."""
    found = answer(Asked(), {"network": network, "spec": spec, **settings})
    assert isinstance(found, Proofs)
    json.dumps(found.to_dict())
    assert terminal(found.document(), 80, False, True)
    return found.proofs[0]


def rising(x: list[Any], y: list[Any]) -> bool:
    return (y[0] == 1) == (x[0] < x[1] < x[2] < x[3])


def among(x: list[Any], y: list[Any]) -> bool:
    return (y[0] == 1) == (x[3] in x[:3])


def test_ties_refute_000() -> None:
    proof = asked(RISING, IN_ORDER)
    assert proof.decision.verdict == "refuted" and proof.decision.point == (0, 0, 0, 0)
    assert [unit.gives for unit in proof.units] == [1, 1, 1, 1]
    assert [unit.receives for unit in proof.units] == [0, 0, 0, Fraction(1, 2)]
    assert proof.under == "distinct(x)"
    failing = wrong(RISING, range(4), rising)
    assert len(failing) == 34 and all(len(set(x)) < 4 for x in failing)
    finite = asked(RISING, IN_ORDER, over=[0, 1, 2, 3])
    assert (finite.decision.wrong, finite.decision.tried) == (34, 256)


def test_002_and_003_are_right_for_all_reals() -> None:
    assert asked(FALLING, IN_ORDER).decision.verdict == "proved" and not wrong(FALLING, range(4), rising)
    assert asked(SORTER, "output == sorted(input)").decision.verdict == "proved"
    assert not wrong(SORTER, range(-5, 6), lambda x, y: y == sorted(x))


def test_membership() -> None:
    less = asked(member(-2), AMONG, over="integers", assume=["distinct(x[1..3])"])
    assert less.decision.verdict == "refuted" and less.constant == (0,)
    assert {run(member(-2), x)["y"][0] for x in product(range(5), repeat=4)} == {0}
    assert asked(member(2), AMONG, over="integers", assume=["distinct(x[1..3])"]).decision.verdict == "proved"
    repeated = asked(member(2), AMONG, over=[0, 1, 2, 3, 4])
    assert (repeated.decision.wrong, repeated.decision.tried) == (65, 625) and repeated.under == "distinct(x[1..3])"
    assert len(wrong(member(2), range(5), among)) == 65
    distinct = asked(member(2), AMONG, over=[0, 1, 2, 3, 4], assume=["distinct(x[1..3])"])
    assert (distinct.decision.verdict, distinct.decision.tried) == ("proved", 300)
    real = asked(member(2), AMONG, assume=["distinct(x[1..3])"])
    assert real.decision.verdict == "refuted" and real.under == "integer inputs"
    assert run(member(2), [0, 5, 9, Fraction("0.3")])["y"] == [1]
    assert asked(member(2, 1), AMONG, over="integers", assume=["distinct(x[1..3])"]).decision.verdict == "refuted"


def test_permutation() -> None:
    once = asked(permuting("z == 1"), PERMUTED, over=[0, 1, 2])
    assert (once.decision.wrong, once.decision.tried) == (57, 729) and once.under == "distinct(x[1..3])"
    assert len(wrong(permuting("z == 1"), range(3), lambda x, y: (y[0] == 1) == (sorted(x[:3]) == sorted(x[3:])))) == 57
    settings = {"over": "integers", "assume": "distinct(x[1..3])"}
    assert asked(permuting("z == 1"), PERMUTED, **settings).decision.verdict == "proved"
    assert asked(permuting("z >= 1"), PERMUTED, over="integers").decision.verdict == "proved"


def test_repairs() -> None:
    proof = asked(RISING, IN_ORDER, repair=True)
    biases, signs = proof.repairs
    assert biases.net is None and biases.every
    assert signs.changes == 5 and [list(row) for row in signs.net.layers[0].weights] == [
        [1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1]
    ]  # fmt: skip
    assert signs.net.layers[1].weights == ((-1, -1, -1),) and signs.net.layers[1].biases == (0,)
    whole = asked(RISING, IN_ORDER, repair="biases", over="integers").repairs[0]
    assert whole.net is not None and whole.net.layers[0].biases == (-1, -1, -1) and whole.changes == 3
    one = asked(member(-2), AMONG, repair=True, over="integers", assume="distinct(x[1..3])").repairs
    assert len(one) == 1 and one[0].changes == 1 and one[0].net.layers[1].biases == (2,)
    none = asked(member(2), AMONG, repair=True, over="integers").repairs
    assert [(found.net, found.every) for found in none] == [(None, True), (None, True)]


SPECS: dict[str, Right] = {
    "output[1] == 1 iff x[1] < x[2]": lambda x, y: (y[0] == 1) == (x[0] < x[1]),
    "output[1] >= 0 or x[1] != x[3]": lambda x, y: y[0] >= 0 or x[0] != x[2],
    "output[1] <= max(x) + 2": lambda x, y: y[0] <= max(x) + 2,
    "output[1] == 1 implies sum(x) % 2 == 0": lambda x, y: y[0] != 1 or sum(x) % 2 == 0,
    "output[1] in {0, 1} and not min(x) > 1": lambda x, y: y[0] in (0, 1) and not min(x) > 1,
    "(output[1] == 0) xor (abs(x[1]) + x[2]/2 > median(x))": lambda x, y: (
        (y[0] == 0) != (abs(x[0]) + Fraction(x[1], 2) > sorted(x)[1])
    ),
    "output[1] not in x or sorted(x) == x": lambda x, y: y[0] not in x or sorted(x) == x,
}


def some_network(chance: Random) -> dict[str, Any]:
    def layer(wide: int, units: int, activation: str) -> dict[str, Any]:
        rows = [[chance.choice((-2, -1, 0, 1, 1.5)) for _ in range(wide)] for _ in range(units)]
        return {"weights": rows, "biases": [chance.choice((-1, -0.5, 0, 1)) for _ in rows], "activation": activation}

    kinds = [chance.choice((STEP, "relu", NEAR, "z > 0", "linear")) for _ in range(2)]
    return {"inputs": {"x": 3}, "layers": {"h": layer(3, 2, kinds[0]), "y": layer(2, 1, kinds[1])}}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("spec", SPECS)
def test_solver_and_enumeration_agree(spec: str, seed: int) -> None:
    """The integers from -1 to 1, once as a finite set that is tried, once as an assumption for z3."""
    from derive.analyse.prove import solver
    from derive.analyse.prove.domain import Domain
    from derive.analyse.prove.meaning import Meaning
    from derive.analyse.prove.read import network, settings

    table = some_network(Random(f"{spec} {seed}"))
    failing = wrong(table, (-1, 0, 1), SPECS[spec])
    finite = asked(table, spec, over=[-1, 0, 1])
    assert finite.decision.wrong == len(failing)
    net, domain = network(settings(Asked(), {"network": table}, "network")), Domain("integers")
    terms = solver.Terms()
    xs = solver.unknowns(terms, domain, 3)
    small = [terms.both([x >= -1, x <= 1]) for x in xs]
    said = Meaning(terms, net.env(terms, xs)).of(parse(spec).root)
    found = solver.solve(terms, [*small, terms.no(said)], xs, 20)
    assert found in failing if failing else found == "none"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 < 2 < 3", True),
        ("not 1 == 2 and 2 == 2", True),
        ("1 == 1 or 1 == 2 and 1 == 3", True),
        ("1 == 2 implies 3 == 4", True),
        ("1 == 2 iff 3 == 4 iff 1 == 1", True),
        ("x == sorted(x)", False),
        ("x != sorted(x)", True),
        ("permutation(x, sorted(x))", True),
        ("permutation(x[1..2], x)", False),
        ("median(x) == 2 and max(x) - min(x) == 2", True),
        ("distinct(x, 4) and not distinct(x, 1)", True),
        ("7 % 3 == 1 and -7 % 3 == 2 and 7/2 == 3.5", True),
        ("x[1] in [3, 4] and x[2] not in {2, 3}", True),
        ("- x[1] * 2 - 1 == -7", True),
    ],
)
def test_conditions(text: str, expected: bool) -> None:
    assert holds(parse(text), {"x": (Fraction(3), Fraction(1), Fraction(2))}) is expected


BAD = {
    "y = 1": "equality is `==`",
    "y == 1 iff": "ends too early",
    "w == 1": "there is no w here",
    "x[5] == 1": "there is no x[5]",
    "x[0] == 1": "there is no x[0]",
    "x == y iff x": "a number stands where a condition should",
    "(x[1] < 1) + 1 == 2": "a condition stands where a number should",
    "foo(x) == 1": "foo is no function",
    "x[1]/0 == 1": "division by zero",
    "median(x) == 1": "median of 4 numbers",
    "x[1..2] == x": "a vector of 2 stands beside a vector of 4",
    "__import__('os')": "cannot stand here",
    "x[1.5] == 1": "no position",
    "[1, 2] == x": "cannot stand here",
    "(" * 60 + "y": "too long",
    "x[y] == 1": "no name y",
}


@pytest.mark.parametrize("spec", BAD)
def test_bad_specifications(spec: str) -> None:
    with pytest.raises(DeriveError) as caught:
        asked(RISING, spec)
    assert BAD[spec] in str(caught.value)


def changed(**own: Any) -> dict[str, Any]:
    layers: dict[str, Any] = RISING["layers"]  # type: ignore[assignment]
    return {"inputs": {"x": 4}, "layers": {**layers, "y": {**layers["y"], **own}}}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"network": changed(weights=[["w", 1, 1]])}, "`w` is no number"),
        ({"network": changed(weights=[[1, 1]])}, "row 1 of y's weights has 2 numbers; h has 3"),
        ({"network": changed(biases=[1, 2])}, "1 units and 2 biases"),
        ({"network": changed(activation="z + w")}, "there is no w here"),
        ({"network": changed(activation="sigmoid")}, "sigmoid"),
        ({"network": changed(of="g")}, "`g` is not computed before"),
        ({"network": {"inputs": {"x": 4}}}, "the key `layers` is missing"),
        ({"network": {"inputs": {"z": 4}, "layers": {}}}, "`z` is no name"),
        ({"network": [1]}, "no mapping"),
        ({"over": "complex"}, "`over` is `complex`"),
        ({"over": ["a"]}, "`a` is no number"),
        ({"assume": ["x[1] < x[1]"]}, "no input satisfies"),
        ({"assume": ["x[1] < x[1]"], "over": [0, 1]}, "no input satisfies"),
        ({"assume": ["h[1] == 1"]}, "there is no h here"),
        ({"assume": 3}, "no list of conditions"),
        ({"timeout": 0}, "`timeout` is no whole number"),
        ({"repair": "weights"}, "`repair` is `weights`"),
        ({"spek": "y"}, "unknown key `spek`"),
        ({"change": {"q": {"biases": [1]}}}, "no layer `q`"),
        ({"claims": 3}, "`claims` is no list"),
        ({"claims": [3]}, "no mapping"),
        ({"claims": [{"spek": 3}]}, "unknown key `spek`"),
    ],
)
def test_bad_settings(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(DeriveError) as caught:
        asked(**{"network": RISING, "spec": IN_ORDER, **settings})
    assert message in str(caught.value)


def test_no_time_is_not_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.analyse.prove import solver

    monkeypatch.setattr(solver, "solve", lambda *given: "not decided")
    proof = asked(FALLING, IN_ORDER)
    assert proof.decision.how == "not decided after 10 s" and not proof.decided


def test_a_real_timeout() -> None:
    """Fermat's last theorem for cubes, which z3 does not decide."""
    identity = {"inputs": {"x": 3}, "layers": {"y": {"weights": [[1, 0, 0]], "activation": "linear"}}}
    cubes = [f"x[{n}]*x[{n}]*x[{n}]" for n in (1, 2, 3)]
    spec = f"{cubes[0]} + {cubes[1]} != {cubes[2]}"
    proof = asked(identity, spec, over="integers", assume="min(x) >= 1", timeout=1)
    assert proof.decision.how == "not decided after 1 s" and not proof.decided


def test_what_is_not_decided_has_exit_status_1(tmp_path: Path) -> None:
    text = (PROBLEMS / "sort_two.yaml").read_text(encoding="utf-8")
    claim = (
        "    spec: x[1]*x[1]*x[1] + x[2]*x[2]*x[2] != 3*x[3]*x[3]*x[3]\n    assume: min(x) >= 1\n    over: integers\n"
    )
    undecided = text.split("    network:")[0] + (
        "    network: {inputs: {x: 3}, layers: {y: {weights: [[1, 0, 0]], activation: linear}}}\n" + claim
    )
    for name, source, status in (("fine", text, 0), ("slow", f"{undecided}    timeout: 1\n", 1)):
        (tmp_path / f"{name}.yaml").write_text(source, encoding="utf-8")
        ran = subprocess.run([sys.executable, "-m", "derive", str(tmp_path / f"{name}.yaml")], capture_output=True)
        assert ran.returncode == status, ran.stderr


def test_without_a_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.analyse.prove import solver

    monkeypatch.setattr(solver, "installed", lambda: False)
    tried = asked(FALLING, IN_ORDER)
    assert tried.decision.verdict == "sampled" and "no proof" in tried.decision.how and not tried.decided
    assert asked(RISING, IN_ORDER, repair=True).decision.verdict == "refuted"
    assert asked(FALLING, IN_ORDER, over=[0, 1, 2, 3]).decision.verdict == "proved"


@pytest.mark.parametrize("name", ["sorted_hard_threshold", "sort_two", "membership", "permutation"])
def test_problems_hold_the_networks_of_the_documents(name: str) -> None:
    questions = load(PROBLEMS / f"{name}.yaml").questions
    expected = {"sorted_hard_threshold": [RISING, FALLING], "sort_two": [SORTER], "membership": [member(2)]}
    tables = [question.settings["network"] for question in questions]
    points = list(product((-1, 0, 2), repeat=next(iter(tables[0]["inputs"].values()))))[:200]
    for table, own in zip(tables, expected.get(name, [permuting("z == 1")]), strict=True):
        assert all(run(table, x)["y"] == run(own, x)["y"] for x in points)
