"""Guaranteed zeros: proofs and witnesses against random numbers under the facts, with differences of the cost."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.analyse import answers
from derive.analyse.facts import read
from derive.analyse.known import Known
from derive.analyse.reasons import Need
from derive.analyse.witness import Draws
from derive.analyse.zeros import Zeros, answer
from derive.declare.load import load
from derive.declare.network import Network
from derive.errors import DeriveError
from derive.notation.expression import of
from derive.notation.interval import ANY, Interval, point
from derive.pipeline import derive_network
from derive.referee.evaluate import evaluate
from tests.analyse.nets import asked, lines, network, written

PROBLEMS = Path(__file__).parents[2] / "problems"


def ask(net: Network, facts: list[str], of: list[str] | None = None) -> Zeros:
    return answer(asked(net), {"facts": facts, **({"of": of} if of else {})})


def verdicts(found: Zeros) -> list[str]:
    return [zero.answer for zero in found.zeros]


def relu(x: Any) -> Any:
    return np.maximum(x, 0)


# the documents' network (000 and 002, question 3)


def sparse_cost(v: dict[str, float]) -> float:
    h3 = relu(v["x1"] * v["w3"] + v["u3"])
    h2 = relu(h3 * v["w4"] + v["u2"])
    h1 = relu(h3 * v["w2"] + v["u1"])
    return float((relu(h1 * v["w1"] + h2 * v["w5"]) - v["t"]) ** 2 / 2)


def slope(v: dict[str, float], name: str, step: float = 1e-6) -> float:
    return (sparse_cost({**v, name: v[name] + step}) - sparse_cost({**v, name: v[name] - step})) / (2 * step)


def test_the_documents_answers() -> None:
    """The file's question; its own values are the witness, with the bar that the derivation shows there."""
    (only,) = answers(load(PROBLEMS / "sparsity.yaml"))
    found = only.result
    assert isinstance(found, Zeros)
    witness = found.zeros[2].witness
    assert witness is not None and witness.value == 4 and witness.numbers["u1"] == -3
    assert verdicts(found) == ["YES", "YES", "NO"]
    for proof in ("h₁ = ReLU(h₃ w₂ + u₁) = ReLU(−1) = 0", "ReLU′(h₃ w₂ + u₁) = ReLU′(−1) = 0"):
        assert proof in written(found)
    needed = found.to_dict()["bars"][2]["needs"]
    assert {"x1 != 0", "w4 != 0", "w5 != 0", "y - t != 0", "h3*w4 + u2 > 0", "x1*w3 + u3 > 0"} <= set(needed)


def test_the_documents_answers_by_numbers() -> None:
    """4000 random networks whose h1 receives −1: the first two slopes are never other than 0, the third sometimes."""
    random = np.random.default_rng(0)
    names = ("x1", "u1", "u2", "u3", "t", "w1", "w2", "w3", "w4", "w5")
    third = 0
    for _ in range(4000):
        v = dict(zip(names, random.normal(size=len(names)), strict=True))
        v["u1"] = -1 - relu(v["x1"] * v["w3"] + v["u3"]) * v["w2"]
        assert abs(slope(v, "w1")) < 1e-7 and abs(slope(v, "w2")) < 1e-7
        third += abs(slope(v, "w3")) > 1e-6
    assert 500 < third < 1200


def test_a_witness_is_one_by_differences() -> None:
    witness = ask(load(PROBLEMS / "sparsity.yaml"), ["h3*w2 + u1 == -1"]).zeros[2].witness
    assert witness is not None
    v = dict(witness.numbers)
    assert relu(v["x1"] * v["w3"] + v["u3"]) * v["w2"] + v["u1"] == pytest.approx(-1)
    assert slope(v, "w3") == pytest.approx(witness.value, rel=1e-5)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([], ["NO", "NO", "NO"]),
        (["h3*w2 + u1 <= -1"], ["YES", "YES", "NO"]),
        (["2*h3*w2 + 2*u1 == -2"], ["YES", "YES", "NO"]),
        (["u1 < 0", "w2 <= 0"], ["YES", "YES", "NO"]),  # h3 ≥ 0, so h1 receives less than 0
        (["u1 < 0", "w2 >= 0"], ["NO", "NO", "NO"]),
        (["x1 == 0"], ["NO", "NO", "YES"]),
        (["x1 > 0", "w3 < 0", "u3 == 0"], ["NO", "YES", "YES"]),
        (["y == t"], ["YES", "YES", "YES"]),
        (["h1*w1 + h2*w5 < 0"], ["YES", "YES", "YES"]),
        (["w1 == 0", "w5 == 0"], ["YES", "YES", "YES"]),
        (["w1 == 0"], ["NO", "YES", "NO"]),
        (["h1 == 0"], ["YES", "YES", "NO"]),
        (["h3 == 0"], ["NO", "YES", "YES"]),
        (["h1 > 0"], ["NO", "NO", "NO"]),
        (["-3 <= u3 <= -2", "0 <= x1 <= 1", "0 <= w3 <= 1"], ["NO", "YES", "YES"]),
    ],
)
def test_other_facts(facts: list[str], expected: list[str]) -> None:
    assert verdicts(ask(load(PROBLEMS / "sparsity.yaml"), facts)) == expected


# networks of vectors, masks, thresholds, saturated pieces


def layers(function: str = "relu", **keys: str) -> Network:
    equations = f"z = W1 @ x + b1\nh = {function}(z)\ny = W2 @ (m * h) + b2\nE = 1/2 * norm(y - s)**2"
    given = {"sizes": "{N: inputs, K: hidden, M: outputs}", "inputs": "{x: [N], s: [M]}", "constants": "{m: [K]}"}
    given |= {"parameters": "{W1: [K, N], b1: [K], W2: [M, K], b2: [M]}", "equations": lines(equations), "cost": "E"}
    return network(**{**given, **keys})


def test_whole_bars_and_their_parts() -> None:
    found = ask(layers(), ["z[1] == -1"])
    assert verdicts(found) == ["NO"] * 4
    parts = {part.name for zero in found.zeros for part in zero.parts}
    assert parts == {"W1[1, i]", "b1[1]", "W2[k, 1]"}


def test_entries() -> None:
    assert verdicts(ask(layers(), ["z[1] <= 0"], ["W1[1]", "W1[2]", "b1[1]", "W1"])) == ["YES", "NO", "YES", "NO"]


def test_all_units_at_rest() -> None:
    assert verdicts(ask(layers(), ["z < 0"], ["W1", "b1", "W2", "b2", "x"])) == ["YES", "YES", "YES", "NO", "YES"]


def test_facts_with_a_letter() -> None:
    net = layers(indices="{k: K}")
    assert verdicts(ask(net, ["z[k] < 0"], ["W1", "b2"])) == ["YES", "NO"]


def test_dropout_masks() -> None:
    assert verdicts(ask(layers(), ["m[2] == 0"], ["W1[2]", "W1[1]", "b1[2]"])) == ["YES", "NO", "YES"]
    assert verdicts(ask(layers(), ["m == 0"], ["W1", "W2", "b2"])) == ["YES", "YES", "NO"]


def test_sums_over_given_sizes_are_looked_at_position_by_position() -> None:
    net = layers(sizes="{N: 3, K: 2, M: 2}")
    assert verdicts(ask(net, ["z[1] < 0", "z[2] < 0"], ["x", "W1"])) == ["YES", "YES"]
    assert verdicts(ask(net, ["z[1] < 0"], ["x", "W1"])) == ["NO", "NO"]


@pytest.mark.parametrize(
    ("function", "fact", "expected"),
    [
        ("step", "x >= 0", ["YES", "YES", "NO"]),
        ("sigmoid", "z < -2", ["NO", "NO", "NO"]),
        ("tanh", "z == 0", ["NO", "NO", "YES"]),
        ("abs", "z == 0", ["YES", "YES", "YES"]),
        ("leaky_relu", "z == -1", ["NO", "NO", "NO"]),
        ("elu", "z < 0", ["NO", "NO", "NO"]),
    ],
)
def test_functions(function: str, fact: str, expected: list[str]) -> None:
    assert verdicts(ask(layers(function), [fact], ["W1", "b1", "W2"])) == expected


def test_saturated_pieces() -> None:
    net = network(
        inputs="{x: []}",
        parameters="{w: [], v: []}",
        equations=lines("h = clip(w * x, -1, 1)\nE = v * h"),
        cost="E",
    )
    assert verdicts(ask(net, ["w*x > 1"])) == ["YES", "NO"]
    assert "since" in written(ask(net, ["w*x > 1"])) or "w̄" in written(ask(net, ["w*x > 1"]))
    assert verdicts(ask(net, ["-1 <= w*x", "w*x <= 1"])) == ["NO", "NO"]


def test_depth_needs_no_recursion() -> None:
    deep = "\n".join(["h0 = relu(w * x)", *(f"h{n} = relu(h{n - 1})" for n in range(1, 1200)), "E = h1199"])
    net = network(inputs="{x: []}", parameters="{w: []}", equations=lines(deep), cost="E")
    assert verdicts(ask(net, ["w*x < 0"])) == ["YES"]


def test_recurrences() -> None:
    net = load(PROBLEMS / "rnn.yaml")
    assert set(verdicts(ask(net, []))) == {"NO"}


def test_what_cannot_be_proved_is_said() -> None:
    """w̄ = a³ − c³ is 0 where a = c, which no interval shows: no number refutes it either."""
    net = network(inputs="{a: [], c: []}", parameters="{w: []}", equations=lines("E = w * (a**3 - c**3)"), cost="E")
    found = ask(net, ["a == c"])
    assert verdicts(found) == ["not decided"]
    assert "no proof was found" in written(found)


def test_a_sum_that_is_given_to_be_zero_is_shown_so() -> None:
    net = network(
        inputs="{x: [], t: []}", parameters="{w: []}", equations=lines("y = w * x\nE = (y - t)**2/2"), cost="E"
    )
    found = ask(net, ["y == t"])
    assert "ȳ = y − t = 0" in written(found) and found.zeros[0].to_dict()["proof"][-1].endswith("y - t = 0")


def test_numbers_of_a_witness_are_those_of_the_facts() -> None:
    """What a fact makes 0 is 0 in the witness, no 1e-17; and a bar is no need of itself."""
    net = network(
        sizes="{N: inputs, K: hidden}", inputs="{x: [N], m: [K]}", parameters="{W: [K, N], v: [K]}", cost="E",
        equations=lines("h = relu(W @ x)\nE = (v.T @ (m * h))**2"),
    )  # fmt: skip
    for seed in range(3):
        found = answer(asked(net), {"facts": [f"m[{1 + seed % 2}] == 0"], "of": ["W", "v", "x"]})
        for zero in found.zeros:
            assert zero.witness is not None
            assert np.asarray(zero.witness.numbers["m"])[seed % 2] == 0
            assert not any(need == Need(of(zero.entry)) for need in zero.needs)


def test_a_condition_on_one_entry_says_nothing_of_the_others() -> None:
    """q_j = [z_j > 0] Σ_m z_m may be below 0, so relu(−q_j) need not be 0."""
    net = network(
        sizes="{K: 2}",
        indices="{j: K, m: K}",
        inputs="{}",
        parameters="{z: [K]}",
        equations=lines("q[j] = where(z[j] > 0, sum(m, z[m]), 0)\nE = sum(j, relu(-q[j]))"),
        cost="E",
    )
    assert verdicts(ask(net, [])) == ["NO"]


def test_roots_may_be_zero() -> None:
    net = network(inputs="{x: []}", parameters="{w: []}", equations=lines("E = relu(w * x**(1/2))"), cost="E")
    assert verdicts(ask(net, ["x == 0"])) == ["not decided"]
    assert verdicts(ask(net, ["x > 1", "w > 0"])) == ["NO"]


def test_abstract_functions_prove_what_holds_for_all() -> None:
    net = layers("phi", functions="{phi: abstract}")
    assert verdicts(ask(net, ["m == 0"], ["W1", "b2"])) == ["YES", "NO"]


# random networks and facts: YES is never refuted by random numbers


def chain(functions: tuple[str, str]) -> Network:
    first, second = functions
    equations = f"a = {first}(w1*x + u1)\nb = {second}(w2*a + u2)\nE = w3*b*x"
    given = {"inputs": "{x: [], u1: [], u2: []}", "parameters": "{w1: [], w2: [], w3: []}", "cost": "E"}
    return network(**given, equations=lines(equations))


FUNCTIONS = {
    "relu": relu,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "step": lambda x: np.asarray(x >= 0, float),
}
SIGNS = {"> 0": lambda r: r.uniform(0.1, 2), "< 0": lambda r: -r.uniform(0.1, 2), "== 0": lambda r: 0.0}


@pytest.mark.parametrize("seed", range(25))
def test_no_yes_is_refuted_and_every_no_is_seen(seed: int) -> None:
    random = np.random.default_rng(seed)
    pair = tuple(str(f) for f in random.choice(list(FUNCTIONS), 2))
    names = [str(n) for n in random.choice(["x", "u1", "u2", "w1", "w2", "w3"], 3, replace=False)]
    facts = {name: str(random.choice(list(SIGNS))) for name in names}
    found = ask(chain(pair), [f"{name} {sign}" for name, sign in facts.items()])
    f, g = (FUNCTIONS[name] for name in pair)

    def cost(v: dict[str, float]) -> float:
        return float(v["w3"] * g(v["w2"] * f(v["w1"] * v["x"] + v["u1"]) + v["u2"]) * v["x"])

    seen = {"w1": 0.0, "w2": 0.0, "w3": 0.0}
    for _ in range(200):
        v = {n: SIGNS[facts[n]](random) if n in facts else random.normal() for n in ("x", "u1", "u2", *seen)}
        kinks = [v["w1"] * v["x"] + v["u1"], v["w2"] * f(v["w1"] * v["x"] + v["u1"]) + v["u2"]]
        if min(map(abs, kinks)) < 1e-3:
            continue
        for name in seen:
            high, low = (cost({**v, name: v[name] + step}) for step in (1e-5, -1e-5))
            seen[name] = max(seen[name], abs(high - low) / 2e-5)
    for zero in found.zeros:
        if zero.answer == "YES":
            assert seen[zero.name] < 1e-7
        if zero.answer == "NO":
            assert seen[zero.name] > 1e-7 or seen[zero.name] == 0.0  # 0.0: every point was at a kink
        assert zero.answer != "not decided" or seen[zero.name] < 1e-7


@pytest.mark.parametrize("problem", ["mlp", "sparsity"])
def test_intervals_hold_the_numbers(problem: str) -> None:
    """Some declared quantities are 0 or of one sign: every number at points drawn under that lies in its interval."""
    net, random = load(PROBLEMS / f"{problem}.yaml"), np.random.default_rng(3)
    names = [t.name for t in net.tensors.values() if t.role in ("input", "parameter")]
    derivation = derive_network(net, [t.name for t in net.tensors.values() if t.role not in ("constant", "class")])
    for _ in range(3):
        chosen = random.choice(names, min(3, len(names)), replace=False)
        facts = [f for n in chosen for f in read(f"{n} {random.choice(['== 0', '< 0', '>= 0'])}", net)]
        known, draws = Known(derivation, facts), Draws(derivation, facts)
        lines = [*net.equations, *(line.scalar for line in derivation.backward)]
        sure = [known.of(e.right) for e in lines]
        for world in islice(draws.points(tries=3), 2):
            for equation, within in zip(lines, sure, strict=True):
                numbers = evaluate(equation.right, equation.letters, world)
                assert np.all(numbers >= float(within.lo) - 1e-9) and np.all(numbers <= float(within.hi) + 1e-9)


# intervals and bad input


def test_intervals() -> None:
    half = Interval(point(0).lo, point(1).lo, False, True)
    assert half.times(point(-2)) == Interval(point(-2).lo, point(0).lo, True, False)
    assert ANY.times(point(0)).is_zero
    assert half.meet(point(1)).is_empty
    assert Interval(point(-2).lo, point(1).lo, False, False).whole_power(2) == Interval(
        point(0).lo, point(4).lo, False, False
    )


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"facts": ["h3*w2 + u1"]}, "cannot stand here"),
        ({"facts": ["q == 0"]}, "`q`"),
        ({"facts": ["x1 != 0"]}, "bounds nothing"),
        ({"facts": ["x1 == 0", "x1 > 0"]}, "contradict"),
        ({"facts": 3}, "a list of conditions"),
        ({"fact": []}, "what is known"),
        ({"of": ["w9"]}, "is no quantity"),
        ({"of": ["w1[1]"]}, "axes"),
    ],
)
def test_bad_settings(settings: Any, told: str) -> None:
    with pytest.raises(DeriveError, match=r"."):
        try:
            answer(asked(load(PROBLEMS / "sparsity.yaml")), settings)
        except DeriveError as error:
            assert told in str(error)
            raise


def test_facts_read_as_they_are_written() -> None:
    net = load(PROBLEMS / "sparsity.yaml")
    assert len(list(read("0 <= x1 < 2", net))) == 2
