"""Facts put to use: in the forward form, in the bars, in vectors; bars along constraints; what `derive check` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

import derive
from derive.notation.fact import Fact
from derive.referee.stated import holds, satisfied
from derive.referee.world import World

SHAPES = {
    "x": ["N"], "v": ["N"], "u": ["N"], "t": ["N"], "m": ["N"], "s": ["N"], "n": [], "A": ["N", "N"], "Q": ["N", "N"],
    "D": ["N", "N"], "L": ["N", "N"], "X": ["K", "N"], "G": ["N", "N"], "W": ["K", "N"], "V": ["N", "K"],
}  # fmt: skip


def lines(equations: str, facts: Sequence[str], want: str = "", **more: Any) -> Mapping[str, str]:
    """The vector lines of a network as text, by what they are of; and the last scalar line with its facts."""
    used = {name: shape for name, shape in SHAPES.items() if name in equations or any(name in f for f in facts)}
    network = derive.Network(
        sizes={"N": "inputs", "K": "outputs"}, parameters=used, equations=equations, cost="E", facts=facts, **more
    )
    data = network.derive(wrt=[want] if want else ()).to_dict()
    found = {}
    for line in (*data["forward"], *data["backward"]):
        name = line["name"] + ("_bar" if line["bar_of"] else "")
        found[name] = (line["vector"] or line["scalar"])["text"].split(" = ", 1)[1]
        found[name + " facts"] = ", ".join(f for step in line["steps"] for f in step["facts"])
    return found


@pytest.mark.parametrize(
    ("equations", "facts", "name", "plain", "known"),
    [
        ("y = A.T @ x\nE = sum(y)", ["A symmetric"], "y", "Aᵀ x", "A x"),
        ("E = 1/2 * x.T @ A @ x", ["A symmetric"], "x_bar", "½ (A + Aᵀ) x", "A x"),
        ("y = Q.T @ Q @ x\nE = sum(y)", ["Q orthogonal"], "y", "Qᵀ Q x", "x"),
        ("y = inv(Q) @ x\nE = sum(y)", ["Q orthogonal"], "y", "Q⁻¹ x", "Qᵀ x"),
        ("E = logdet(Q) + sum(x)", ["Q orthogonal"], "E", "log det Q + 1ᵀ x", "1ᵀ x"),
        ("E = -sum(t * log(softmax(x)))", ["sum(t) == 1"], "x_bar", "(1ᵀ t) softmax(x) − t", "softmax(x) − t"),
        ("y = X.T @ X @ v\nE = sum(y)", ["X.T @ X == G"], "y", "Xᵀ X v", "G v"),
        ("y = abs(x)\nE = sum(y)", ["x > 0"], "y", "|x|", "x"),
        ("y = abs(x)\nE = sum(y)", ["x > 0"], "x_bar", "ȳ ∘ sign(x)", "ȳ"),
        ("y = relu(x)\nE = sum(y)", ["x >= 0"], "y", "ReLU(x)", "x"),
        ("y = m**2 * v\nE = sum(y)", ["m in {0, 1}"], "y", "(m ∘ m) ∘ v", "m ∘ v"),
        ("y = s**2 * v\nE = sum(y)", ["s in {-1, 1}"], "y", "(s ∘ s) ∘ v", "v"),
        ("y = sqrt(n**2) * v\nE = sum(y)", ["n > 0"], "y", "√(n²) v", "n v"),
        ("E = norm(u)**4", ["norm(u) == 1"], "u_bar", "4 ‖u‖² u", "4 u"),
        ("y = solve(D, x)\nE = sum(y)", ["D diagonal"], "y", "D⁻¹ x", "D⁻¹ x"),
        ("y = step(x) * v\nE = sum(y)", ["x in (0, 1)"], "y", "step(x) ∘ v", "v"),
        ("y = x*v + m*v\nE = sum(y)", ["x + m == 1"], "y", "v ∘ (x + m)", "v"),
        ("y = x*v + m*v\nE = sum(y)", ["x + m == u"], "v_bar", "ȳ ∘ (x + m)", "ȳ ∘ u"),
        ("y = v - x*v\nE = sum(y)", ["x + m == 1"], "y", "v − x ∘ v", "m ∘ v"),
        ("y = exp(log(n)) * v\nE = sum(y)", ["n > 0"], "y", "exp(log n) v", "n v"),
        ("y = exp(v - 2*log(x))\nE = sum(y)", ["x > 0"], "y", "exp(v − 2 log x)", "exp(v) ⊘ (x ∘ x)"),
        ("y = sqrt(4*x**2)\nE = sum(y)", ["x < 0"], "y", "√(4 x ∘ x)", "−2 x"),
        ("y = abs(x*v)\nE = sum(y)", ["x > 0"], "y", "|x ∘ v|", "x ∘ |v|"),
        ("y = abs(x*v)\nE = sum(y)", ["x < 0"], "v_bar", "ȳ ∘ sign(x ∘ v) ∘ x", "−ȳ ∘ sign(v) ∘ x"),
        ("y = abs(x - 1)\nE = sum(y)", ["x in (0, 1)"], "y", "|x − 1|", "1 − x"),
    ],
)
def test_each_kind_of_fact_shortens_its_line(
    equations: str, facts: list[str], name: str, plain: str, known: str
) -> None:
    without, found = lines(equations, []), lines(equations, facts)
    assert (without[name], found[name]) == (plain, known)
    assert found[f"{name} facts"] == ", ".join(facts) and not without[f"{name} facts"]


@pytest.mark.parametrize("both", [["A lower", "A upper"], ["A == A.T", "A lower"]])
def test_what_is_lower_and_upper_is_diagonal(both: list[str]) -> None:
    equations = "y = A @ x\nE = sum(y) + logdet(A)"
    found, known = lines(equations, both), lines(equations, ["A diagonal"])
    assert all(found[name].replace(" and ".join(both), "A diagonal") == known[name] for name in found)
    assert (found["x_bar"], found["x_bar facts"]) == ("ȳ ∘ diagonal(A)", " and ".join(both))


def test_the_general_line_stays_as_a_step_before_the_fact() -> None:
    network = derive.Network(
        sizes={"K": "classes"}, inputs={"z": ["K"], "t": ["K"]}, facts=["sum(t) == 1"],
        equations="y = softmax(z)\nL = -sum(t*log(y))", cost="L", want=["z"],
    )  # fmt: skip
    text = str(network.derive())
    assert "= y_i Σ_{j=1}^K t_j − t_i\n      = y_i − t_i,  Σ_{i=1}^K t_i = 1" in text
    assert "Facts: 1ᵀ t = 1." in text
    assert "z̄ = y − t" in text


def test_facts_are_of_values_and_no_slope_goes_through_them() -> None:
    """E = ‖u‖² v: its value is v where ‖u‖ = 1, and ū is 2 v u all the same; and so its Hessian."""
    network = derive.Network(
        sizes={"N": "n"}, parameters={"u": ["N"]}, equations="E = norm(u)**4", cost="E", facts=["norm(u) == 1"]
    )
    data = network.derive(hessian=["u"]).to_dict()
    assert data["forward"][0]["vector"]["text"] == "E = 1"
    assert data["backward"][1]["vector"]["text"] == "ū = 4 u"
    assert data["hessians"][0]["lines"][-1]["vector"]["text"] == "∂²E/∂u∂uᵀ = 8 u uᵀ + 4 I"


@pytest.mark.parametrize(
    ("fact", "want", "along", "projected"),
    [
        ("A symmetric", "A", "Ā + Āᵀ − Ā ∘ I", "½ (Ā + Āᵀ)"),
        ("A diagonal", "A", "Ā ∘ I", ""),
        ("A lower", "A", "tril(Ā)", ""),
        ("A upper", "A", "triu(Ā)", ""),
        ("V == W.T", "W", "W̄ + V̄ᵀ", ""),
    ],
)
def test_bars_along_constraints(fact: str, want: str, along: str, projected: str) -> None:
    equations = "y = V @ tanh(W @ x)\nE = 1/2*norm(A @ x - y)**2"
    used = {name: SHAPES[name] for name in ("x", "A", "V", "W")}
    network = derive.Network(
        sizes={"N": "inputs", "K": "outputs"}, parameters=used, equations=equations, cost="E", facts=[fact], want=[want]
    )
    shown = {"entries": [], "along": [along], "projected": [along, projected] if projected else [along]}
    for convention, expected in shown.items():
        data = network.derive(constrained=convention).to_dict()
        found = [one["shown"]["text"].split(" = ", 1)[1] for one in data["constrained"]]
        assert found == expected


@pytest.mark.parametrize(
    ("fact", "want", "projected"),
    [
        ("A orthogonal", "A", "½ (Ā − A Āᵀ A)"),
        ("W.T @ W == eye(N)", "W", "W̄ − ½ W (Wᵀ W̄ + W̄ᵀ W)"),
        ("V @ V.T == eye(N)", "V", "V̄ − ½ (V̄ Vᵀ + V V̄ᵀ) V"),
        ("norm(x) == 1", "x", "x̄ − (xᵀ x̄) x"),
        ("sum(x) == 1", "x", "x̄ − mean(x̄)"),
        ("V @ ones(K) == 1", "V", "V̄ − mean(V̄) 1ᵀ"),
    ],
)
def test_where_no_entry_moves_by_itself_the_projection_is_shown(fact: str, want: str, projected: str) -> None:
    equations = "y = V @ tanh(W @ x)\nE = 1/2*norm(A @ x - y)**2"
    used = {name: SHAPES[name] for name in ("x", "A", "V", "W")}
    network = derive.Network(
        sizes={"N": "inputs", "K": "outputs"}, parameters=used, equations=equations, cost="E", facts=[fact], want=[want]
    )
    shown = {"entries": [], "along": [projected], "projected": [projected]}
    for convention, expected in shown.items():
        data = network.derive(constrained=convention).to_dict()
        assert [one["shown"]["text"].split(" = ", 1)[1] for one in data["constrained"]] == expected
    assert "no entry moves by itself: there is no derivative in one." in str(network.derive())


def test_more_columns_than_their_length_are_never_orthonormal() -> None:
    wide = {"sizes": {"N": 2, "K": 3}, "parameters": {"Q": ["N", "K"]}, "equations": "E = sum(tanh(Q))"}
    with pytest.raises(derive.DeriveError, match="more columns here than their length"):
        derive.Network(**wide, facts=["Q orthonormal"])
    derive.Network(**wide, facts=["Q @ Q.T == eye(N)"])


def test_a_symmetric_bar_is_the_cookbooks() -> None:
    """2 S̄ − S̄ ∘ I (Petersen & Pedersen 2012, equation 141) where S̄ is symmetric itself."""
    network = derive.Network(
        sizes={"N": "n"}, parameters={"S": ["N", "N"]}, equations="E = logdet(S)", cost="E", facts=["S symmetric"]
    )
    assert "S̄_{sym} = 2 S̄ − S̄ ∘ I" in str(network.derive())


def _numbers(facts: Sequence[Fact], shapes: Mapping[str, tuple[int, ...]], sizes: Mapping[str, int]) -> dict[str, Any]:
    random = np.random.default_rng(0)
    drawn = {(name, ()): random.normal(size=shape) for name, shape in shapes.items()}
    world = World(dict(sizes), facts=tuple(facts))
    found = satisfied(drawn, world, random)
    assert all(holds(fact, world.with_arrays(found)) for fact in facts)
    return {name: found[(name, ())] for name in shapes}


def test_numbers_that_are_drawn_satisfy_the_facts() -> None:
    """Each by a formula of its own."""
    facts = [
        "A symmetric", "Q orthogonal", "D diagonal", "L lower", "sum(t) == 1", "t > 0", "norm(u) == 1", "m in {0, 1}",
        "sum(m) == 1", "X.T @ X == G", "v + x == 2", "n > 3", "sum(i, W[k, i]) == 1", "s in [2, 5)",
    ]  # fmt: skip
    network = derive.Network(
        sizes={"N": "n", "K": "k"}, indices={"i": "N", "k": "K"}, parameters=SHAPES, equations="E = sum(x)", facts=facts
    )
    sizes = {"N": 4, "K": 6}
    shapes = {name: tuple(sizes[str(axis)] for axis in shape) for name, shape in SHAPES.items()}
    a = _numbers(network.declared.facts, shapes, sizes)
    assert np.array_equal(a["A"], a["A"].T) and np.any(a["A"] != np.diag(np.diag(a["A"])))
    assert np.allclose(a["Q"] @ a["Q"].T, np.eye(4), atol=1e-12)
    assert np.array_equal(a["D"], np.diag(np.diag(a["D"]))) and np.array_equal(a["L"], np.tril(a["L"]))
    assert a["t"].sum() == pytest.approx(1, abs=1e-12) and np.all(a["t"] > 0)
    assert np.linalg.norm(a["u"]) == pytest.approx(1, abs=1e-12)
    assert sorted(a["m"]) == [0, 0, 0, 1]
    assert np.allclose(a["X"].T @ a["X"], a["G"], atol=1e-12) and np.allclose(a["v"] + a["x"], 2, atol=1e-12)
    assert a["n"] > 3 and np.allclose(a["W"].sum(axis=1), 1, atol=1e-12) and np.all((a["s"] >= 2) & (a["s"] < 5))


CE: dict[str, Any] = {
    "sizes": {"K": "classes"}, "inputs": {"z": ["K"], "t": ["K"]}, "want": ["z"],
    "equations": "y = softmax(z)\nL = -sum(t*log(y))", "cost": "L",
}  # fmt: skip


def test_check_judges_at_points_that_satisfy_the_facts() -> None:
    answer = r"$$\bar{z} = y - t$$"
    right = derive.Network(facts=["sum(t) == 1"], **CE).derive().check(answer, ".md")
    assert [line.verdict for line in right.lines] == ["right"]
    wrong = derive.Network(**CE).derive().check(answer, ".md")
    (line,) = wrong.lines
    assert line.verdict == "wrong" and line.hint is not None
    assert "unless sum(t) == 1: the problem does not state that under `facts`" in line.hint.words


def test_check_names_the_fact_that_a_line_lacks() -> None:
    network = derive.Network(
        sizes={"N": "n"}, inputs={"x": ["N"]}, parameters={"Q": ["N", "N"], "b": ["N"]}, want=["x", "b"], cost="E",
        equations="a = Q @ x\nc = abs(b) * a\ny = Q.T @ c\nE = 1/2*norm(y)**2",
    )  # fmt: skip
    report = network.derive().check("$$\\bar c = c$$\n\n$$\\bar b = \\bar c \\circ a$$", ".md")
    words = [line.hint.words if line.hint else "" for line in report.lines]
    assert "unless Q orthogonal" in words[0] and "unless b > 0" in words[1]


def test_bars_along_constraints_are_judged() -> None:
    network = derive.Network(
        sizes={"N": "n"}, inputs={"x": ["N"]}, parameters={"S": ["N", "N"]}, cost="E", facts=["S symmetric"],
        equations="y = S @ x\nE = 1/2*norm(y)**2",
    )  # fmt: skip
    right = r"\bar{\mathbf S}_{\mathrm{sym}} = \bar{\mathbf S} + \bar{\mathbf S}^T - \bar{\mathbf S} \circ \mathbf I"
    wrong = r"\bar{\mathbf S}_{\mathrm{sym}} = \bar{\mathbf S} + \bar{\mathbf S}^T"
    report = network.derive().check(f"$${right}$$\n\n$${wrong}$$", ".md")
    assert [line.verdict for line in report.lines] == ["right", "wrong"]


def test_a_network_without_facts_imports_nothing_of_them() -> None:
    import subprocess
    import sys

    code = (
        "import sys, derive; str(derive.load('problems/residual.yaml').derive());"
        "names = ('derive.operators.known', 'derive.referee.stated', 'derive.declare.facts', 'derive.typeset.facts');"
        "print([n for n in names if n in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_facts_whose_slopes_run_away_are_not_solved_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    def diverges(*given: object, **more: object) -> None:
        raise np.linalg.LinAlgError("SVD did not converge in Linear Least Squares")

    monkeypatch.setattr(np.linalg, "lstsq", diverges)
    with pytest.raises(derive.DeriveError):
        lines("E = x.T @ A @ x + sum(t)", ["x.T @ A @ x == t.T @ t"])
