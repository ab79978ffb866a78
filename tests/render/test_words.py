"""What stands beside lines or in short for something longer: Σ_t, tanh², n_cij, h⁽⁰⁾ beside h₀, convolutions."""

from __future__ import annotations

import pytest

from derive.api import Derivation, Network
from derive.declare.load import parse_problem

HEAD = "version: 1\ntitle: A network\n"


def derived(problem: str) -> Derivation:
    return Network._of(parse_problem(HEAD + problem)).derive()


def lines(problem: str) -> list[str]:
    """What is printed at 200 columns."""
    return [" ".join(x.split()) for x in derived(problem).text(width=200).splitlines()]


def convolution(equation: str, size: str, axes: str = "[K]") -> list[str]:
    return lines(
        "sizes: {N: positions, K: kernel, S: stride, P: padding}\n"
        f"inputs: {{x: [N]}}\nparameters: {{w: {axes}}}\nhidden: {{y: [{size}]}}\n"
        f"equations: |\n  {equation}\nwant: [x]\n"
    )


WEIGHTED = """
sizes: {T: steps, N: inputs}
labels: {t: T}
inputs: {x: [T, N]}
parameters: {w: [N], s: [T]}
equations: |
  y = sum(t, x[t] * s[t])
  E = 1/2*norm(y - w)**2
cost: E
want: [w]
"""


def test_a_sum_over_a_label_without_a_heading() -> None:
    told = lines(WEIGHTED)
    assert {"y = Σ_t s⁽ᵗ⁾ x⁽ᵗ⁾", "y_i = Σ_{t=1}^T x⁽ᵗ⁾_i s⁽ᵗ⁾", "• Σ_t runs over t = 1, …, T."} <= set(told)


def test_a_part_of_a_label_keeps_its_range() -> None:
    told = lines(WEIGHTED.replace("sum(t, x[t] * s[t])", "sum(t >= 2, x[t] * s[t])"))
    assert not any("Σ_t " in line for line in told)
    assert any("y = " in line and "t" in line for line in told)


def test_a_sum_of_scalars_is_shown_once() -> None:
    told = lines("sizes: {T: steps}\nlabels: {t: T}\nparameters: {s: [T]}\nequations: E = sum(t, s[t]**2)\ncost: E\n")
    assert [line for line in told if line.startswith("E = ")] == ["E = Σ_{t=1}^T (s⁽ᵗ⁾)²"]


def test_powers_of_known_functions() -> None:
    formula = "tanh(s)**3 + f(s)**2 + sigmoid(s)**2 + abs(s)**2 + cos(s)**2"
    told = lines(f"sizes: {{N: n}}\nparameters: {{s: [N]}}\nfunctions: {{f: abstract}}\nequations: a = {formula}\n")
    assert "a = tanh³(s) + f(s) ∘ f(s) + σ(s) ∘ σ(s) + |s| ∘ |s| + cos²(s)" in told


POOLED = """
sizes: {H: rows, K: window, S: stride, M: (H - K)/S + 1}
indices: {i: M, p: K}
inputs: {x: [H], w: [H], n: [M]}
equations: |
  y[i] = max(p, x[S*(i-1) + p]) + n[i]
  z[i] = max(p, w[S*(i-1) + p])
want: [x, w]
"""


def test_counts_have_letters_of_their_own() -> None:
    told = lines(POOLED)
    counts = list(dict.fromkeys(line for line in told if "_i = Σ_{p=1}^K [" in line))
    assert len({line[0] for line in counts}) == len(counts) == 2
    assert not any(line.startswith("n_i = Σ") for line in told)
    forms = derived(POOLED).to_dict()["backward"]
    assert [count["text"] for line in forms for count in line["where"]] == counts


@pytest.mark.parametrize(
    ("equation", "size", "said"),
    [
        ("y[i] = sum(k, w[k] * x[i + k - 1])", "N - K + 1", "X̄ is a convolution of Ȳ with the flipped kernel W."),
        ("y[i] = sum(k, w[k] * x[S*(i-1) + k - P])", "floor((N + 2*P - K)/S) + 1", "S − 1 zeros between"),
        ("y[i] = sum(k, w[k] * x[2*(i-1) + k - P])", "floor((N + 2*P - K)/2) + 1", "1 zero between"),
        ("y[i] = sum(k, w[k] * x[i - k + 1])", "N", ""),
        ("y[i] = sum(k, w[k]) * x[i]", "N", ""),
    ],
)
def test_convolutions_in_words(equation: str, size: str, said: str) -> None:
    told = [line for line in convolution(equation, size) if "convolution" in line]
    assert len(told) == bool(said) and all(said.lower() in line.lower() for line in told)


RECURRENT = """
sizes: {T: steps, K: units}
labels: {t: LABEL}
inputs: {h0: [K]}
parameters: {W: [K, K]}
equations: |
  h[0] = h0
  h[t] = tanh(W @ h[t-1]) for t = 1..T
  E = 1/2*norm(h[T])**2
cost: E
want: [W, h0]
"""


@pytest.mark.parametrize(
    ("label", "forward", "backward"),
    [("T", "h⁽⁰⁾ = h₀", "h̄₀ = h̄⁽⁰⁾"), ("{to: T, as: subscript}", "h₀ = h⁽⁰⁾", "h̄⁽⁰⁾ = h̄₀")],
)
def test_a_start_never_looks_like_the_label(label: str, forward: str, backward: str) -> None:
    told = lines(RECURRENT.replace("LABEL", label))
    assert {forward, backward} <= set(told)


def test_a_layer_gives_way_to_a_label() -> None:
    problem = RECURRENT.replace("LABEL", "T").replace("{W: [K, K]}", "{W: [T, K, K], W1: [K, K]}")
    told = lines(problem.replace("h[0] = h0", "h[0] = W1 @ h0").replace("W @", "W[t] @"))
    assert "h⁽⁰⁾ = W₁ h₀" in told


def test_rows_are_added_up() -> None:
    told = lines(
        "sizes: {T: tokens, V: words, D: features}\nindices: {t: T}\nclasses: {tok: {axes: [T], among: V}}\n"
        "parameters: {E: [V, D]}\nequations: X[t] = E[tok[t]]\n"
    )
    assert {"X = 1[tok] E", "Ē = 1[tok]ᵀ X̄", "• 1[tok]ᵀ X̄ adds row t of X̄ to row tok_t."} <= set(told)
