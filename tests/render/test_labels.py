"""Labels above and below, lines for some positions, conditions, masks, named parts, what lies outside."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import derive
from derive.check import Checker
from derive.derivation import Derivation
from derive.notation.expression import Apply, Bracket, Entry, Expr, Lambda, Tensor, bar, number, of
from derive.notation.index import Index, Range, position
from derive.notation.matrix import Matrix, MatrixEquation
from derive.notation.product import add, multiply, power
from derive.render.json import json_schema, to_dict
from derive.render.latex import latex
from derive.render.latex_math import math
from derive.render.plain import cells
from derive.render.terminal import terminal, text
from derive.typeset import Style, derivation_document
from derive.typeset.names import Names
from derive.typeset.scalar import expression
from derive.typeset.scribe import Scribe
from derive.typeset.style import Notation
from derive.typeset.vector import matrix
from tests.render import labelled
from tests.render.labelled import H, K, N, T, at, left
from tests.render.networks import matmul, transposed

t, k, i, j, head = Index("t", T), Index("k", K), Index("i", K), Index("j", K), Index("head", H)
L = Range.to("L")
layer = Index("l", L)
h, z = Tensor("h", (Range(position(0), position("T")), K), labels=(0,)), Tensor("z", (T, K), labels=(0,))
loss = Tensor("e", (T,), labels=(0,))
W, W1 = (Tensor(name, (L, K, K), "parameter", labels=(0,)) for name in ("W", "W1"))
S = Tensor("S", (H, N, N), labels=(0,))
y = Tensor("y", (L, T, K), labels=(0, 1))
a = Tensor("a", (K,))


def scribe(shown: str = "superscript", style: Style | None = None) -> Scribe:
    cost = Tensor("E")
    made = labelled.network([h, z, loss, W, W1, S, y, a, cost], [], {"t": T, "head": H, "l": L}, shown)
    return Scribe(Names(made, "E", style or Style())).binding((t, k, i, j, head, layer))


def shown(expr: Expr, own: Scribe | None = None) -> str:
    return math(expression(expr, own or scribe()).box).replace(" ", "")


def labelled_matrix(tensor: Tensor, *slots: object) -> Matrix:
    entry = left(tensor, *slots)  # type: ignore[arg-type]
    rows, columns = (*tensor.layout, None, None)[:2]
    return Matrix("labelled", (), rows, columns, entry)


@pytest.mark.parametrize(
    ("expr", "above", "below"),
    [
        (at(h, t, k), "h_k^{(t)}", "h_{t,k}"),
        (at(h, t.slot - 1, k), "h_k^{(t-1)}", "h_{t-1,k}"),
        (at(h, 0, k), "h_k^{(0)}", "h_{0,k}"),
        (at(h, position("T"), k), "h_k^{(T)}", "h_{T,k}"),
        (at(bar(h, "E"), t, k), r"\bar{h}_k^{(t)}", r"\bar{h}_{t,k}"),
        (at(W, layer, i, j), "w_{ij}^{(l)}", "w_{l,ij}"),
        (at(W1, layer, i, j), "w_{1,ij}^{(l)}", "w_{l,ij}^{(1)}"),
        (at(y, layer, t, k), "y_k^{(l,t)}", "y_{l,t,k}"),
        (at(S, head, i, j), r"s_{ij}^{(\mathrm{head})}", r"s_{\mathrm{head},ij}"),
        (at(loss, t), "e^{(t)}", "e_t"),
        (power(at(h, t, k), 2), "(h_k^{(t)})^2", "h_{t,k}^2"),
    ],
)
def test_entries(expr: Expr, above: str, below: str) -> None:
    assert shown(expr) == above
    assert shown(expr, scribe("subscript")) == below


@pytest.mark.parametrize(
    ("tree", "above", "below"),
    [
        (labelled_matrix(h, t, k), r"\mathbf{h}^{(t)}", r"\mathbf{h}_t"),
        (labelled_matrix(bar(h, "E"), t, k), r"\bar{\mathbf{h}}^{(t)}", r"\bar{\mathbf{h}}_t"),
        (labelled_matrix(h, t.slot - 1, k), r"\mathbf{h}^{(t-1)}", r"\mathbf{h}_{t-1}"),
        (labelled_matrix(h, position("T"), k), r"\mathbf{h}^{(T)}", r"\mathbf{h}_T"),
        (transposed(labelled_matrix(W, layer, i, j)), r"\mathbf{W}^{(l)\top}", r"\mathbf{W}_l^{\top}"),
        (transposed(labelled_matrix(W1, layer, i, j)), r"\mathbf{W}_1^{(l)\top}", r"\mathbf{W}_l^{(1)\top}"),
        (labelled_matrix(S, head, i, j), r"\mathbf{S}^{(\mathrm{head})}", r"\mathbf{S}_{\mathrm{head}}"),
        (labelled_matrix(y, layer, t, k), r"\mathbf{y}^{(l,t)}", r"\mathbf{y}_{l,t}"),
        (labelled_matrix(loss, t), "e^{(t)}", "e_t"),
    ],
)
def test_what_a_tensor_is_at_labels(tree: Matrix, above: str, below: str) -> None:
    assert math(matrix(tree, scribe()).box).replace(" ", "") == above
    assert math(matrix(tree, scribe("subscript")).box).replace(" ", "") == below


@pytest.mark.parametrize(
    ("slot", "unicode", "ascii"),
    [
        (t.slot, "h⁽ᵗ⁾_k", "h^(t)_k"),
        (t.slot - 1, "h⁽ᵗ⁻¹⁾_k", "h^(t-1)_k"),
        (position("T") + 1, "h⁽ᵀ⁺¹⁾_k", "h^(T+1)_k"),
        (position("Q"), "h^(Q)_k", "h^(Q)_k"),
    ],
)
def test_in_a_terminal(slot: object, unicode: str, ascii: str) -> None:
    box = expression(of(Entry(h, (slot, k.slot))), scribe()).box  # type: ignore[arg-type]
    assert text(box) == unicode
    assert text(box, ascii=True) == ascii


@pytest.mark.parametrize(
    ("notation", "wanted"),
    [
        ("partial", r"\frac{\partialE}{\partial\mathbf{h}^{(t)}}"),
        ("nabla", r"\nabla_{\mathbf{h}^{(t)}}E"),
        ("d", r"\mathrm{d}\mathbf{h}^{(t)}"),
        ("delta", r"\boldsymbol{\delta}_{\mathbf{h}^{(t)}}"),
    ],
)
def test_other_notations(notation: Notation, wanted: str) -> None:
    own = scribe(style=Style(notation))
    assert math(matrix(labelled_matrix(bar(h, "E"), t, k), own).box).replace(" ", "") == wanted


def test_a_vector_cut_out_of_a_labelled_array() -> None:
    """𝐬_i⁽ʰ⁾ is a row of 𝐒⁽ʰ⁾; over both axes it is 𝐒⁽ʰ⁾ itself."""
    m = Index("m", N)
    rows = of(Apply("softmax", (Lambda((m,), at(S, head, i, m)),), (j.slot,)))
    assert shown(rows) == r"\operatorname{softmax}(\mathbf{s}_i^{(\mathrm{head})})_j"
    m2 = Index("m", K)
    steps = of(Apply("softmax", (Lambda((m2,), at(h, t, m2)),), (j.slot,)))
    assert shown(steps) == r"\operatorname{softmax}(\mathbf{h}^{(t)})_j"
    s = Index("s", T)
    along = of(Apply("softmax", (Lambda((s,), at(loss, s)),), (t.slot,)))
    assert shown(along) == r"\operatorname{softmax}(\mathbf{e})_t"


def column(tensor: Tensor, *slots: object) -> Matrix:
    return labelled_matrix(tensor, *slots)


ROW, COLUMN = Index("i", N), Index("j", N)
ROWS = Matrix("labelled", (), N, N, left(S, head, ROW, COLUMN))
CAUSAL = Matrix("mask", (), N, N, Bracket("<=", COLUMN.slot, ROW.slot))
SOFTMAX = Apply("softmax", (Lambda((COLUMN,), number(1)), Lambda((COLUMN,), number(1))), (COLUMN.slot,))
s2 = Index("s", T)


@pytest.mark.parametrize(
    ("tree", "wanted"),
    [
        (Matrix("over", (matmul(column(z, s2, k), transposed(column(h, s2.slot - 1, j))),), K, K, (s2,)),
         "Σ_{m=1}^T z⁽ᵐ⁾ h⁽ᵐ⁻¹⁾ᵀ"),
        (Matrix("over", (Matrix("scale", (column(h, s2, k),), K, None, -1),), K, None, (s2, Index("l", L))),
         "Σ_{m=1}^T Σ_{n=1}^L (−h⁽ᵐ⁾)"),
        (Matrix("condition", data=Bracket("<", t.slot, position("T"))), "[t < T]"),
        (CAUSAL, "1[m ≤ n]"),
        (Matrix("mask", (), N, None, Bracket("<=", COLUMN.slot, t.slot)), "1[m ≤ t]"),
        (Matrix("mean", (column(h, t, k),)), "mean(h⁽ᵗ⁾)"),
        (Matrix("whole", (ROWS, CAUSAL), N, N, SOFTMAX), "softmax_{m≤n}(S⁽ʰᵉᵃᵈ⁾)"),
        (Matrix("whole", (ROWS, Matrix("tensor", (), N, N, Tensor("M", (N, N), "input"))), N, N, SOFTMAX),
         "softmax_M(S⁽ʰᵉᵃᵈ⁾)"),
    ],
)  # fmt: skip
def test_operations(tree: Matrix, wanted: str) -> None:
    assert text(matrix(tree, scribe()).box) == wanted


def lines(derivation: Derivation, width: int = 80, **options: bool) -> list[str]:
    return [" ".join(x.split()) for x in terminal(derivation_document(derivation), width, **options).splitlines()]


def test_forward_and_backward_recurrence() -> None:
    told = lines(labelled.rnn_backward())
    assert "In vectors and matrices, for t = 1, …, T:" in told
    assert "For t = 1, …, T:" in told
    for wanted in ("h⁽⁰⁾ = h₀", "z⁽ᵗ⁾ = W_x x⁽ᵗ⁾ + W_h h⁽ᵗ⁻¹⁾ + b", "h⁽ᵗ⁾ = tanh(z⁽ᵗ⁾)", "h̄⁽ᵗ⁾ = W_hᵀ z̄⁽ᵗ⁺¹⁾ + 2 h⁽ᵗ⁾",
                   "z̄⁽ᵗ⁾ = h̄⁽ᵗ⁾ ∘ (1 − h⁽ᵗ⁾ ∘ h⁽ᵗ⁾)", "W̄_h = Σ_t z̄⁽ᵗ⁾ h⁽ᵗ⁻¹⁾ᵀ", "• z̄⁽ᵀ⁺¹⁾ = 0."):  # fmt: skip
        assert wanted in told
    assert not any("Entries outside" in line for line in told)


def test_the_last_step_as_a_case() -> None:
    told = lines(labelled.rnn_backward(cases=True))
    assert "h̄⁽ᵀ⁾ = 2 h⁽ᵀ⁾" in told
    assert "h̄⁽ᵗ⁾ = W_hᵀ z̄⁽ᵗ⁺¹⁾ + 2 h⁽ᵗ⁾, t = 1, …, T − 1" in told
    assert "h̄⁽ᵗ⁾_k = Σ_{j=1}^K z̄⁽ᵗ⁺¹⁾_j w_{h,jk} + 2 h⁽ᵗ⁾_k, t = 1, …, T − 1" in told
    assert not any("= 0." in line for line in told)


def test_a_start_that_is_outside() -> None:
    assert "• h⁽⁰⁾ = z̄⁽ᵀ⁺¹⁾ = 0." in lines(labelled.rnn(first=False))


def test_two_labels() -> None:
    assert "In vectors and matrices, for l = 1, …, H and t = 1, …, T:" in lines(labelled.layers())


def with_parts() -> Derivation:
    """S̄⁽ʰ⁾ = P⁽ʰ⁾ ∘ (P̄⁽ʰ⁾ − d⁽ʰ⁾ 1ᵀ), d⁽ʰ⁾ = (P̄⁽ʰ⁾ ∘ P⁽ʰ⁾) 1."""
    made = labelled.heads(causal=False)
    named = Tensor("d", (H, N), labels=(0,))
    n = next(n for n, line in enumerate(made.backward) if line.tensor.name == "S")
    line = made.backward[n]
    assert line.vector is not None
    d = Matrix("labelled", (), N, None, left(named, head, Index("i", N)))
    weights = Tensor("P", (H, N, N), labels=(0,))
    bars, p = (Matrix("labelled", (), N, N, left(x, head, ROW, COLUMN)) for x in (bar(weights, "E"), weights))
    ones, row_of_ones = Matrix("ones", (), N), Matrix("ones", (), None, N)
    definition = MatrixEquation(d, matmul(Matrix("hadamard", (bars, p), N, N), ones))
    outer = Matrix("scale", (matmul(d, row_of_ones),), N, N, -1)
    result = Matrix("hadamard", (p, Matrix("add", (bars, outer), N, N)), N, N)
    whole = MatrixEquation(Matrix("labelled", (), N, N, left(line.tensor, head, ROW, COLUMN)), result)
    backward = [*made.backward[:n], replace(line, parts=(definition, whole)), *made.backward[n + 1 :]]
    return replace(made, backward=tuple(backward))


def test_named_parts_stand_before_the_result() -> None:
    told = lines(with_parts())
    at_parts = told.index("d⁽ʰᵉᵃᵈ⁾ = (P̄⁽ʰᵉᵃᵈ⁾ ∘ P⁽ʰᵉᵃᵈ⁾) 1")
    assert told[at_parts + 1] == "S̄⁽ʰᵉᵃᵈ⁾ = P⁽ʰᵉᵃᵈ⁾ ∘ (P̄⁽ʰᵉᵃᵈ⁾ − d⁽ʰᵉᵃᵈ⁾ 1ᵀ)"
    assert not any("1 1ᵀ" in line for line in told)


ALL = [labelled.rnn, labelled.rnn_backward, labelled.heads, labelled.layers, with_parts]


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_data(make: Callable[[], Derivation]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(to_dict(make()), json_schema())


def test_data_of_labels_and_parts() -> None:
    data = to_dict(with_parts())
    assert data["labels"] == [{"name": "head", "from": "1", "to": "H", "as": "superscript"}]
    assert next(q for q in data["quantities"] if q["name"] == "S")["labels"] == [0]
    line = next(line for line in data["backward"] if line["name"] == "S")
    assert line["parts"][0]["text"] == "d⁽ʰᵉᵃᵈ⁾ = (P̄⁽ʰᵉᵃᵈ⁾ ∘ P⁽ʰᵉᵃᵈ⁾) 1"
    recurrence = to_dict(labelled.rnn_backward())
    assert next(q for q in recurrence["quantities"] if q["name"] == "h")["ranges"][0] == {"from": "0", "to": "T"}


def test_lengths_leave_out_the_positions() -> None:
    cases, whole = (to_dict(labelled.rnn_backward(cases=c))["backward"] for c in (True, False))
    case = next(line for line in cases if line["name"] == "h" and line["letters"][0]["to"] == "T − 1")
    line = next(line for line in whole if line["name"] == "h")
    assert case["vector"]["length"] == line["vector"]["length"] == 27


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(make: Callable[[], Derivation], ascii: bool, width: int) -> None:
    told = terminal(derivation_document(make()), width, ascii=ascii)
    assert all(cells(line) <= width for line in told.splitlines())
    assert not ascii or told.isascii()


@pytest.mark.parametrize("shown", ["superscript", "subscript"])
@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
def test_documents_compile(make: Callable[[], Derivation], shown: str, tmp_path: Path) -> None:
    (tmp_path / "a.tex").write_text(latex(derivation_document(labelled.with_style(make(), shown))))
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "a.tex"], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout


def test_sums_of_labelled_scalars() -> None:
    assert shown(add(at(loss, t), multiply(number(2), at(loss, 1)))) == "e^{(t)}+2e^{(1)}"


STEPS = """version: 1
sizes: {D: dims, L: steps}
inputs: {h0: [D], u0: [], g: [D]}
parameters: {A: [D, D], a: []}
equations: |
  h[0] = h0
  h[t] = A @ h[t-1] for t = 1..L
  u[0] = u0
  u[t] = a * u[t-1] for t = 1..L
  E = g.T @ h[L] + u[L]
cost: E
want: [h0, u0, A]
"""


def test_a_position_and_a_quantity_of_its_name_look_different(tmp_path: Path) -> None:
    """h_{0,i}, the row 0 of h, beside h0."""
    path = tmp_path / "steps.yaml"
    path.write_text(STEPS)
    found = derive.load(path).derive()
    shown = terminal(derivation_document(found.data), 120)
    for line in (
        "h_{0,i} = h⁽⁰⁾_i",
        "u₀ = u⁽⁰⁾",
        "h̄⁽⁰⁾_i = h̄_{0,i} ∂h_{0,i}/∂h⁽⁰⁾_i = h̄_{0,i}",
        "ū⁽⁰⁾ = ū₀ ∂u₀/∂u⁽⁰⁾ = ū₀",
    ):
        assert line in shown
    report = Checker(found.data).check("$$u_0 = u^{(0)}$$\n\n$$\\bar h^{(0)}_i = \\bar h_{0,i}$$", ".md", hints=False)
    assert {claim.verdict for claim in report.lines} <= {"right", "given"} and len(report.lines) == 2
