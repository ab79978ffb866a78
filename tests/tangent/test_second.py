"""Mixed blocks, Gauss-Newton matrices, Jacobians by name, reverse over reverse: their lines, and numbers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

import derive
from derive.render.json import json_schema
from derive.selfcheck import selfcheck
from tests.problem_files import FOLDER, NETWORKS
from tests.tangent.test_tangents import RECURRENT, SLOW, changed, lines, load, movable

LONG = ("transformer_block", "convolutional", "lenet", "vae", "swiglu", "attention", "multi_head_attention")
"""Of these pairs of Hessians take too long for a test, or are too long to be shown."""


def is_solved(network: derive.Network) -> bool:
    """Whether conditions define quantities: these have products with the Hessian, and no Hessian in closed form."""
    return bool(network.declared.implicit or network.declared.stationary)


def test_mixed_blocks() -> None:
    derived = load("hessian_tanh").derive(hessian=["V"])
    text = lines(derived.text(width=200))
    assert "∂²E/∂b_j∂v_kl = ∂z̄_j/∂v_kl = (h_l v_kj + ȳ_k δ_jl) (1 − h_j²)" in text
    assert derived.hessian("b", "V").line.tensor.name == "b"
    with pytest.raises(KeyError):
        derived.hessian("V", "b")


@pytest.mark.parametrize("function", ["relu", "leaky_relu"])
def test_second_slopes_beside_kinks_are_zero(function: str, tmp_path: Path) -> None:
    file = tmp_path / "kinks.yaml"
    file.write_text(
        "version: 1\ntitle: Kinks\nsizes: {N: inputs, K: units}\ninputs: {x: [N]}\n"
        "parameters: {W: [K, N], v: [K]}\ncost: E\n"
        f"equations: |\n  z = W @ x\n  y = {function}(z)\n  E = 1/2 * dot(v, y)**2\n"
    )
    network = derive.load(file)
    for derived in (
        network.derive(hessian=["W"]),
        network.derive(hvp=["W"]),
        network.derive(hvp=["W"], over="reverse"),
    ):
        text = derived.text(width=200)
        assert "′′" not in text and text.count("″(z) = 0 for z ≠ 0, so no term has it.") == 1
        assert "worst relative disagreement" in text
    report = network.derive(hvp=["W"]).check(network.derive(hvp=["W"]).text(), ".txt")
    assert {line.verdict for line in report.lines} <= {"right", "given"}
    assert "no term has it" not in network.derive(hessian=["v"]).text()


def test_gauss_newton() -> None:
    text = lines(load("hessian_tanh").derive(gauss_newton=["b"]).text(width=200))
    for line in (
        "G = diag(1 − h ∘ h) Vᵀ V diag(1 − h ∘ h)",
        "∂²E/∂b∂bᵀ = G − 2 diag(h̄ ∘ h ∘ (1 − h ∘ h))",
        "∂²E/∂y∂yᵀ = I",
    ):
        assert line in text


def test_gauss_newton_in_another_output() -> None:
    text = load("logistic_hessian").derive(gauss_newton={"w": "z"}).text(width=200)
    assert "G = Xᵀ diag(p ∘ (1 − p)) X" in lines(text)
    assert "Here nothing is left out." in text


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("residual", "W1", "E reads R, S of what moves with W1"),
        ("hessian_tanh", "W:x", "x is no output that moves with W"),
        ("hessian_tanh", "W:E", "E is no output that moves with W"),
        ("hessian_tanh", "h", "`h` is computed: it moves with others"),
        ("residual_block", "W:y", "a Gauss-Newton matrix is that of a cost"),
    ],
)
def test_gauss_newton_is_refused(name: str, asked: str, said: str) -> None:
    with pytest.raises(derive.DeriveError, match=said):
        load(name).derive(gauss_newton=[asked], check=False)


def test_jacobians() -> None:
    derived = load("hessian_tanh").derive(jacobian={"y": ["x", "W"]})
    text = lines(derived.text(width=200))
    assert "∂y/∂xᵀ = V diag(1 − h ∘ h) W" in text
    assert "∂y_k/∂w_ji = Σ_{l=1}^K v_kl ∂h_l/∂w_ji = v_kj (1 − h_j²) x_i" in text
    assert derived.jacobian("y", "x").vector is not None
    with pytest.raises(derive.DeriveError, match="the Jacobian of L in W goes through"):
        load("rnn_last").derive(jacobian={"L": "W"})


def test_reverse_over_reverse() -> None:
    forward, reverse = (load("hessian_tanh").derive(over=over).text(width=400) for over in ("forward", "reverse"))
    assert "W̄̇ = z̄̇ xᵀ" in lines(forward) and "W̃ = z̃ xᵀ" not in lines(forward)
    assert "W̃ = z̃ xᵀ" in lines(reverse) and "W̄̇ = z̄̇ xᵀ" not in lines(reverse)
    assert "forward over reverse, 37 symbols; reverse over reverse takes 48" in forward
    assert "reverse over reverse, 48 symbols; forward over reverse takes 37" in reverse
    assert load("hessian_tanh").derive().text(width=400) == forward


def test_reverse_over_reverse_starts_from_a_cost() -> None:
    with pytest.raises(derive.DeriveError, match="reverse over reverse starts from a cost"):
        load("residual_block").derive(hvp=["W"], over="reverse")


def test_a_wrong_line_of_the_second_pass_is_found() -> None:
    data = load("hessian_tanh").derive(over="reverse", check=False).data
    second = data.tangents[-1].reverse
    assert second is not None
    for n in range(1, len(second.backward)):
        backward = [*second.backward[:n], changed(second.backward[n]), *second.backward[n + 1 :]]
        wrong = replace(data.tangents[-1], reverse=replace(second, backward=tuple(backward)))
        assert not selfcheck(replace(data, tangents=(*data.tangents[:-1], wrong))).ok, second.backward[n].tensor


def test_a_wrong_gauss_newton_matrix_is_found() -> None:
    data = load("hessian_tanh").derive(gauss_newton=["b"], check=False).data
    (found,) = data.gauss_newton
    for part in ("result", "whole"):
        wrong = replace(found, **{part: changed(getattr(found, part))})
        assert not selfcheck(replace(data, gauss_newton=(wrong,))).ok, part


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_second_passes_hold_in_every_problem(path: Path) -> None:
    network = derive.load(path)
    if network.declared.cost is None:
        return
    found = movable(network)
    assert network.derive(hvp=found["parameter"] or found["input"], over="reverse", check=False).selfcheck().ok


@pytest.mark.parametrize(
    "path", [p for p in NETWORKS if p.stem not in (*RECURRENT, *SLOW, *LONG)], ids=lambda path: path.stem
)
def test_mixed_blocks_hold_in_every_problem(path: Path) -> None:
    network = derive.load(path)
    names = [name for names in movable(network).values() for name in names][-2:]
    try:
        derived = network.derive(hessian=names, check=False)
    except derive.DeriveError as error:
        assert "does not depend on it" in str(error) or is_solved(network)
        return
    assert derived.selfcheck().ok


def test_data_and_code() -> None:
    derived = load("hessian_tanh").derive(hessian=["V"], gauss_newton=["b"], jacobian=["y:x"], over="reverse")
    data = json.loads(json.dumps(derived.to_dict()))
    jsonschema.validate(data, json_schema())
    assert data["tangents"][-1]["over"] == "reverse" and data["tangents"][-1]["symbols"] == [37, 48]
    assert [(h["of"], h["in"]) for h in data["hessians"]] == [("b", "b"), ("V", "V"), ("b", "V")]
    code = derived.numpy()
    for name in ("jacobian_y_x", "hessian_b_V", "gauss_newton_b"):
        assert f"def {name}(values)" in code


def test_keys_of_a_file() -> None:
    text = (FOLDER / "hessian_tanh.yaml").read_text(encoding="utf-8")
    from derive.declare.load import parse_problem

    network = parse_problem(f"{text}gauss_newton: {{b: y}}\njacobian: {{y: [x, W]}}\nover: reverse\n")
    assert network.moved.gauss_newton == (("b", "y"),) and network.moved.over == "reverse"
    assert network.moved.jacobian == (("y", "x"), ("y", "W"))
    with pytest.raises(derive.DeriveError, match=r":17:13: `x` is declared, not computed"):
        parse_problem(f"{text}\njacobian: {{ x: [W] }}\n".replace("hessian: [b]\n", ""))


def test_beside_several_costs() -> None:
    """Hessians and products are those of the first cost, also where the second reads its bars."""
    derived = derive.Network(
        sizes={"N": "inputs", "K": "units"},
        inputs={"x": ["N"], "t": ["K"]},
        parameters={"W": ["K", "N"]},
        equations="h = tanh(W @ x)\nE = sum(h**2)\nF = 1/2 * norm(h - t)**2 + norm(grad(E, x))**2",
        cost=["E", "F"],
    ).derive(forward=["x"], hvp=["W"], hessian=["W"], gauss_newton={"W": "h"}, jacobian={"h": "x"})
    assert "∂²E/∂w_ji∂w_kl = g_jikl − 2 h̄_j x_i δ_jk x_l h_j (1 − h_j²)" in lines(derived.text(width=200))


@pytest.mark.parametrize("suffix", [".tex", ".txt"])
def test_check_reads_these_lines(suffix: str) -> None:
    derived = load("hessian_tanh").derive(hessian=["V"], gauss_newton=["b"], jacobian=["y:x"], check=False)
    text = derived.latex() if suffix == ".tex" else derived.text(width=200)
    report = derived.check(text, suffix)
    assert {line.verdict for line in report.lines} <= {"right", "given"}
    wrong = text.replace("g_{jl} - 2", "g_{jl} + 2").replace("g_jl − 2", "g_jl + 2")
    assert any(line.verdict == "wrong" for line in derived.check(wrong, suffix).lines)
