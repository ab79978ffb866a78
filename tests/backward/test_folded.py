"""Folded bars: the published lines of the normalisations, and of others that nothing here knows of."""

from __future__ import annotations

from typing import Any

import pytest

from derive.declare.build import build_network
from derive.declare.network import Network
from derive.derivation import Derivation, Line
from derive.errors import DeriveError
from derive.notation.expression import Entry
from derive.notation.walk import factors
from derive.pipeline import derive_network
from derive.render import terminal
from derive.selfcheck import WHOLE, selfcheck
from derive.typeset.chains import scalar_chain
from derive.typeset.document import scribe_for

NORM = "m = mean(x)\nv = mean((x - m)**2)\nr = 1/sqrt(v + eps)\nu = (x - m)*r\ny = g*u + b"
PUBLISHED = "r (ū_i − (1/N) Σ_{j=1}^N ū_j − (u_i/N) Σ_{j=1}^N ū_j u_j)"
BATCH = """
m = X.T @ ones(N)/N
C = X - ones(N) @ m.T
v = (C*C).T @ ones(N)/N
r[d] = 1/sqrt(v[d] + eps)
U = C*(ones(N) @ r.T)
"""


def network(equations: str, fold: list[str], **more: Any) -> Network:
    """A network of vectors x, g, b of N entries."""
    given: dict[str, Any] = {
        "sizes": {"N": "units"},
        "inputs": {"x": ["N"]},
        "constants": {"eps": []},
        "want": ["x"],
        "parameters": {name: ["N"] for name in "gb" if f"{name}*" in equations or f"+ {name}" in equations},
    }
    return build_network(equations=equations, fold=fold, **{**given, **more})


def line(derivation: Derivation, name: str) -> Line:
    return next(met for met in derivation.backward if met.tensor.name == name)


def written(derivation: Derivation, name: str, step: int = -1) -> str:
    """The right side of one step of a bar's line as text."""
    met = line(derivation, name)
    chosen = [met.steps[step]]
    chain = scalar_chain(Line(met.left, tuple(chosen)), scribe_for(derivation))
    return terminal.equation(chain).split(" = ", 1)[1]


LINES = {
    "layer norm": (network(NORM, ["m", "v", "r"]), "x", PUBLISHED),
    "layer norm, a cost": (network(f"{NORM}\nE = sum(y**2)/2", ["m", "v", "r"], cost="E"), "x", PUBLISHED),
    "var": (network(NORM.replace("mean((x - m)**2)", "var(x)"), ["m", "v", "r"]), "x", PUBLISHED),
    "a mean of squares": (
        network(NORM.replace("mean((x - m)**2)", "mean(x**2) - m**2"), ["m", "v", "r"]),
        "x",
        "r (ū_i − (u_i/N) Σ_{j=1}^N ū_j u_j − (1/N) Σ_{j=1}^N ū_j)",
    ),
    "no r": (
        network("m = mean(x)\nv = mean((x - m)**2)\nu = (x - m)/sqrt(v + eps)\ny = g*u + b", ["m", "v"]),
        "x",
        "(1/√(v + ε)) (ū_i − (1/N) Σ_{j=1}^N ū_j − (u_i/N) Σ_{j=1}^N ū_j u_j)",
    ),
    "centred first": (
        network("m = mean(x)\nc = x - m\nv = mean(c**2)\ns = sqrt(v + eps)\nu = c/s\ny = g*u + b", list("mcvs")),
        "x",
        "(1/s) (ū_i − (1/N) Σ_{j=1}^N ū_j − (u_i/N) Σ_{j=1}^N ū_j u_j)",
    ),
    "u folded too": (
        network(NORM, ["m", "v", "r", "u"]),
        "x",
        "r (ȳ_i g_i − (1/N) Σ_{j=1}^N ȳ_j g_j − (u_i/N) Σ_{j=1}^N ȳ_j g_j u_j)",
    ),
    "a residual": (
        network("m = mean(x)\nv = mean((x - m)**2)\nr = 1/sqrt(v + eps)\nu = (x - m)*r\ny = x + u", ["m", "v", "r"]),
        "x",
        f"{PUBLISHED} + ȳ_i",
    ),
    "rms norm": (
        network("r = 1/sqrt(mean(x**2) + eps)\nu = x*r\ny = g*u", ["r"]),
        "x",
        "r (ū_i − (u_i/N) Σ_{j=1}^N ū_j u_j)",
    ),
    "batch norm": (
        network(
            BATCH,
            ["m", "v", "r", "C"],
            sizes={"N": "samples", "D": "features"},
            indices={"n": "N", "d": "D"},
            inputs={"X": ["N", "D"]},
            want=["X"],
        ),
        "X",
        "r_d (ū_nd − (1/N) Σ_{i=1}^N ū_id − (u_nd/N) Σ_{i=1}^N ū_id u_id)",
    ),
    "unit length": (
        network("n = norm(x)\nu = x/n", ["n"], constants={}),
        "x",
        "(1/n) (ū_i − u_i Σ_{j=1}^N ū_j u_j)",
    ),
    "softmax by hand": (
        network("e = exp(x)\ns = sum(e)\np = e/s", ["e", "s"], constants={}),
        "x",
        "p_i (p̄_i − Σ_{j=1}^N p̄_j p_j)",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_published_line(name: str) -> None:
    given, wanted, expected = LINES[name]
    derivation = derive_network(given)
    assert written(derivation, wanted) == expected
    report = selfcheck(derivation)
    assert report.ok, report.sentence


def test_a_folded_bar_has_no_line_and_is_read_nowhere() -> None:
    derivation = derive_network(network(NORM, ["m", "v", "r"]))
    shown = {met.tensor.name for met in derivation.backward}
    assert shown == {"y", "u", "x"}
    assert {met.tensor.name for met in derivation.folded} == {"m", "v", "r"}
    for met in derivation.backward:
        for step in met.steps:
            bars = {f.tensor.name for f in factors(step.right) if isinstance(f, Entry) and f.tensor.is_bar}
            assert bars <= shown


def test_the_chain_rule_goes_through_what_is_folded() -> None:
    derivation = derive_network(network(NORM, ["m", "v", "r"]))
    assert written(derivation, "x", 0) == "Σ_{j=1}^N ū_j ∂u_j/∂x_i"


def test_slopes_of_powers_name_the_output() -> None:
    derivation = derive_network(network(NORM, [], want=["v"]))
    assert written(derivation, "v") == "−½ r̄ r³"


def test_what_is_asked_for_is_shown() -> None:
    derivation = derive_network(network(NORM, ["m", "v", "r"]), ("x", "r"))
    assert {met.tensor.name for met in derivation.folded} == {"m", "v"}
    assert written(derivation, "x") == "r (ū_i − (1/N) Σ_{j=1}^N ū_j − r̄ u_i r/N)"
    assert selfcheck(derivation).ok


RECURRENT = """
h[0] = h0
a[t] = W @ h[t-1] + x[t] for t = 1..T
m[t] = mean(a[t]) for t = 1..T
v[t] = mean((a[t] - m[t])**2) for t = 1..T
r[t] = 1/sqrt(v[t] + eps) for t = 1..T
u[t] = (a[t] - m[t])*r[t] for t = 1..T
h[t] = tanh(u[t]) for t = 1..T
E = sum(t, sum(h[t]**2))
"""
STEPS: dict[str, Any] = {
    "sizes": {"N": "units", "T": "steps"},
    "labels": {"t": "T"},
    "inputs": {"x": ["T", "N"], "h0": ["N"]},
    "parameters": {"W": ["N", "N"]},
    "want": ["W"],
    "cost": "E",
}


def test_inside_a_recurrence() -> None:
    derivation = derive_network(network(RECURRENT, ["m", "v", "r"], **STEPS))
    ends = "Σ_{j=1}^N"
    expected = f"r⁽ᵗ⁾ (ū⁽ᵗ⁾_i − (1/N) {ends} ū⁽ᵗ⁾_j − (u⁽ᵗ⁾_i/N) {ends} ū⁽ᵗ⁾_j u⁽ᵗ⁾_j)"
    assert written(derivation, "a").replace("_k", "_j").replace("k=1", "j=1") == expected
    assert selfcheck(derivation).ok


@pytest.mark.parametrize(
    ("fold", "said"),
    [
        (["a", "h"], "the bar of `h` is given case by case"),
        (["E"], "is the cost"),
        (["x"], "is declared, not computed"),
        (["nothing"], "no quantity"),
    ],
)
def test_what_cannot_be_put_in_is_refused(fold: list[str], said: str) -> None:
    with pytest.raises(DeriveError, match=said):
        derive_network(network(RECURRENT, fold, **STEPS))


def test_an_output_and_an_endless_bar_are_refused() -> None:
    with pytest.raises(DeriveError, match="`y` is given from upstream"):
        derive_network(network("y = 2*x\nz = 3*x", ["y"], constants={}))
    more: dict[str, Any] = {**STEPS, "inputs": {"x": ["T", "N"]}}
    endless = "h[t] = tanh(W @ h[t-1] + x[t])\nE = sum(t, sum(h[t]**2))"
    with pytest.raises(DeriveError, match="`h` is made of itself, without end"):
        derive_network(network(endless, ["h"], **more))


def test_a_folded_bar_is_not_asked_for() -> None:
    with pytest.raises(DeriveError, match="`want` asks for it"):
        network(NORM, ["m"], want=["m"])
    with pytest.raises(DeriveError, match="`closed_form` asks for it"):
        network(NORM, ["m"], closed_form=["m"])


@pytest.mark.parametrize("boundary", ["zero", "cases"])
def test_a_recurrence_has_no_closed_form(boundary: str) -> None:
    with pytest.raises(DeriveError, match=r"the closed form of W's bar has no end: .*a recurrence"):
        derive_network(network(RECURRENT, [], **STEPS, closed_form=["W"], boundary=boundary))


def test_many_blocks_are_checked_each_in_its_surroundings() -> None:
    blocks = [
        f"m{n} = mean(x{n})\nv{n} = mean((x{n} - m{n})**2)\nr{n} = 1/sqrt(v{n} + eps)\n"
        f"u{n} = (x{n} - m{n})*r{n}\nx{n + 1} = x{n} + tanh(u{n})"
        for n in range(45)
    ]
    fold = [f"{name}{n}" for n in range(45) for name in "mvr"]
    derivation = derive_network(network("\n".join(blocks), fold, inputs={"x0": ["N"]}, want=["x0"]))
    assert len(derivation.network.equations) > WHOLE
    report = selfcheck(derivation)
    assert report.ok, report.sentence
