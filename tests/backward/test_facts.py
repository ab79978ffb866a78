"""What is known of functions shortens lines: sums that are 1, σ(−x), ReLU ReLU′, names of the forward pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
from derive.declare.build import build_network
from derive.derivation import Derivation, Line
from derive.notation.expression import ONE, Entry, Tensor, of
from derive.notation.product import negative
from derive.operators import TABLE
from derive.operators.facts import simplified
from derive.operators.row import call, minus
from derive.pipeline import derive_network
from derive.render import terminal
from derive.selfcheck import selfcheck
from derive.typeset.chains import scalar_chain
from derive.typeset.document import scribe_for
from tests.test_operators import NUMBERS

X = of(Entry(Tensor("x")))


def derived(equations: str, **more: Any) -> Derivation:
    given = {"sizes": {"N": "units"}, "inputs": {"x": ["N"], "u": []}, "cost": "E", "want": ["x"], **more}
    network = build_network(equations=equations, **given)
    found = derive_network(network, tuple(network.want))
    selfcheck(found)
    return found


def written(found: Derivation, name: str) -> str:
    line = next(met for met in found.backward if met.tensor.name == name)
    chain = scalar_chain(Line(line.left, line.steps[-1:]), scribe_for(found))
    return terminal.equation(chain).split(" = ", 1)[1]


MIXED = "a = softmax(x)\nl = log(a) + u\nE = -logsumexp(l)"
LINES = {
    "a sum that is 1": (f"{MIXED}\np = softmax(l)", {"fold": ["a", "l"]}, "a_i − p_i"),
    "the same without a name": (MIXED, {"fold": ["a", "l"]}, "a_i − softmax(l)_i"),
    "a name": ("p = softmax(x)\nE = logsumexp(x)", {}, "p_i"),
    "a name inside": ("p = sigmoid(x)\nE = sum(log(p)) + sum(log(sigmoid(x)))", {}, "2 − 2 p_i"),
    "σ(−x)": ("E = sum(log(sigmoid(-x)))", {}, "−σ(x_i)"),
    "σ(−2x)": ("E = sum(log(sigmoid(-2*x)))", {}, "−2 σ(2 x_i)"),
    "σ(x) stays": ("E = sum(log(sigmoid(x)))", {}, "1 − σ(x_i)"),
    "ReLU": ("E = sum(relu(x)**2)/2", {}, "ReLU(x_i)"),
    "ReLU, another argument": ("E = sum(relu(x)*relu(2*x))", {}, None),
}


@pytest.mark.parametrize("name", LINES)
def test_line(name: str) -> None:
    equations, more, wanted = LINES[name]
    found = written(derived(equations, **more), "x")
    assert found == wanted if wanted else "ReLU′" in found


def test_equal_layers_with_other_names() -> None:
    """What names a slope belongs to one layer: the line of the other may not be made from its template."""
    layers = "\n".join(f"E{n} = sum(log(sigmoid(x{n})))" for n in (1, 2))
    for named in (1, 2):
        found = derived(
            f"{layers}\np = sigmoid(x{named})\nE = E1*E2",
            inputs={"x1": ["N"], "x2": ["N"]},
            want=["x1", "x2"],
        )
        for n in (1, 2):
            assert ("p_i" in written(found, f"x{n}")) == (n == named)


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.mirror])
def test_mirrors_are_those_of_numbers(name: str) -> None:
    points, plain = np.linspace(-3, 3, 7), NUMBERS[name]
    mirrored = simplified(minus(ONE, call(name, negative(X))))
    assert mirrored == call(name, X)
    assert 1 - plain(-points) == pytest.approx(plain(points))


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.kept])
def test_kept_values_have_the_slope_1_or_are_0(name: str) -> None:
    points, step = np.array([-2.0, -0.5, 0.5, 2.0]), 1e-6
    values = NUMBERS[name](points)
    slopes = (NUMBERS[name](points + step) - NUMBERS[name](points - step)) / (2 * step)
    assert values * slopes == pytest.approx(values)


CONDITIONS = {
    "facts: [A orthogonal]\nstationary: J in w": ("w = Aᵀ b", "J = norm(A @ w - b)**2"),
    "facts: [A orthogonal]\nimplicit: {w: A @ w == b}": ("w = Aᵀ b,  Aᵀ A = I", "J = norm(b)**2"),
    "facts: [A symmetric]\nstationary: J in w": ("A w = b", "J = 1/2*w.T @ A @ w - b.T @ w"),
}


@pytest.mark.parametrize("given", CONDITIONS)
def test_facts_are_put_to_use_in_conditions(given: str, tmp_path: Path) -> None:
    expected, cost = CONDITIONS[given]
    path = tmp_path / "condition.yaml"
    head = "version: 1\nsizes: {K: n}\ninputs: {x: [K]}\nparameters: {A: [K, K], b: [K]}\nhidden: {w: [K]}\n"
    path.write_text(f"{head}{given}\nequations: |\n  {cost}\n  E = x.T @ w\ncost: E\n")
    shown = derive.load(path).derive().text().splitlines()
    assert any(line.strip().startswith(expected) for line in shown), "\n".join(shown)


ADJOINTS = {
    ("A symmetric", "implicit: {w: A @ w == b}"): ["A λ = w̄", "λ = A⁻¹ w̄"],
    ("A symmetric", "implicit: {w: w == tanh(A @ w + b)}"): ["(I − A diag(1 − w ∘ w)) λ = w̄"],
    ("A symmetric", "stationary: J in w"): ["A w + 4 w^{∘3} − b = 0", "(A + 12 diag(w ∘ w)) λ = w̄"],
    ("A diagonal", "implicit: {w: A @ w + w**3 == b}"): ["(diagonal(A) + 3 w ∘ w) ∘ λ = w̄"],
    ("A orthogonal", "implicit: {w: A @ w == b}"): ["λ = A w̄,  Aᵀ A = I"],
}


@pytest.mark.parametrize("given", ADJOINTS)
def test_facts_are_put_to_use_in_adjoint_equations(given: tuple[str, str], tmp_path: Path) -> None:
    """Each derivation is checked by numbers, and its own lines are read again and called right."""
    fact, condition = given
    path = tmp_path / "condition.yaml"
    head = f"version: 1\nsizes: {{K: n}}\nparameters: {{A: [K, K], b: [K]}}\nhidden: {{w: [K]}}\nfacts: [{fact}]\n"
    cost = "J = 1/2*w.T @ A @ w + sum(w**4) - b.T @ w\n  " if "stationary" in condition else ""
    path.write_text(f"{head}{condition}\nequations: |\n  {cost}E = 1/2*norm(w)**2\ncost: E\n")
    derivation = derive.load(path).derive()
    shown = [line.strip() for line in derivation.text().splitlines()]
    assert all(any(line.startswith(wanted) for line in shown) for wanted in ADJOINTS[given]), "\n".join(shown)
    data = derivation.to_dict()
    solved = [line["solves"]["latex"] for line in data["backward"] if line["solves"]]
    report = derivation.check("\n\n".join(f"$${form}$$" for form in solved), ".md")
    assert solved and all(line.verdict == "right" for line in report.lines)


def test_the_prose_of_a_condition_says_what_its_facts_make_of_it(tmp_path: Path) -> None:
    """The bars are of ½ A w + ½ Aᵀ w, in which every entry of A is independent."""
    path = tmp_path / "condition.yaml"
    head = "version: 1\nsizes: {K: n}\nparameters: {A: [K, K], b: [K]}\nhidden: {w: [K]}\nfacts: [A symmetric]\n"
    path.write_text(
        f"{head}stationary: J in w\nequations: |\n  J = 1/2*w.T @ A @ w - b.T @ w\n  E = norm(w)\ncost: E\n"
    )
    text = " ".join(derive.load(path).derive().text().split())
    assert "With F = ½ A w + ½ Aᵀ w − b = A w − b, w solves F = 0." in text and "Ā = −½ (λ wᵀ + w λᵀ)" in text
