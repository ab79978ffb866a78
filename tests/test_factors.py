"""What factors a matrix, and powers: lines, refusals, hand derivations, values that have none; PyTorch's gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import derive
from derive.check import Checker
from derive.errors import DeriveError

SQUARE, LONG = {"A": ["N", "N"]}, {"A": ["M", "N"]}


def network(equations: str, inputs: dict[str, Any], **others: Any) -> derive.Network:
    used = {axis for axes in inputs.values() for axis in axes} | {*others.get("labels", {}).values()}
    sizes = {name: words for name, words in {"N": "rows", "M": "columns", "K": "times"}.items() if name in used}
    return derive.Network(sizes=sizes, inputs=inputs, equations=equations, **others)


LINES = (
    ("L = cholesky(A)", SQUARE, ("L = chol(A)", "D = Φ(Lᵀ L̄)", "Ā = ½ L⁻ᵀ (D + Dᵀ) L⁻¹")),
    ("l = eigvalsh(A)", SQUARE, ("l = eigvals(A)", "V = eigvecs(A)", "Ā = V diag(l̄) Vᵀ")),
    ("l = eigvalsh(A)\nU = eigvecsh(A)\nE = sum(l)", SQUARE, ("Ā = U diag(l̄) Uᵀ",)),
    ("V = eigvecsh(A)", SQUARE, ("F = gaps(A)", "D = Vᵀ V̄ ∘ F", "Ā = ½ V (D + Dᵀ) Vᵀ")),
    ("s = svdvals(A)", LONG, ("U = svdleft(A)", "V = svdright(A)", "Ā = U diag(s̄) Vᵀ")),
    ("P = pinv(A)", LONG, ("P = A⁺", "Ā = (I − A P) P̄ᵀ P Pᵀ − Pᵀ P̄ Pᵀ + Pᵀ P P̄ᵀ (I − P A)")),
    ("b = spectral_norm(A)", LONG, ("b = ‖A‖₂", "Ā = b̄ u vᵀ")),
    ("b = nuclear_norm(A)", LONG, ("Q = polar(A)", "Ā = b̄ Q")),
    ("b = norm(A)", LONG, ("b = ‖A‖", "Ā = b̄ A/b")),
    ("B = matrix_power(A, 3)", SQUARE, ("B = A³", "Ā = B̄ (A²)ᵀ + Aᵀ B̄ Aᵀ + (A²)ᵀ B̄")),
    ("s = trace(matrix_power(A, 3))", SQUARE, ("s = tr(A³)", "Ā = 3 s̄ (A²)ᵀ")),
    ("s = trace(A @ B)", {"A": ["N", "M"], "B": ["M", "N"]}, ("s = tr(A B)", "Ā = s̄ Bᵀ", "B̄ = s̄ Aᵀ")),
    ("s = logdet(A.T @ A)", LONG, ("Ā = 2 s̄ A (Aᵀ A)⁻¹",)),
    ("s = det(inv(A))", SQUARE, ("Ā = −s̄ s A⁻ᵀ",)),
)


@pytest.mark.parametrize(
    ("equations", "inputs", "lines"), LINES, ids=lambda part: part if isinstance(part, str) else ""
)
def test_line(equations: str, inputs: dict[str, Any], lines: tuple[str, ...]) -> None:
    """Each is checked by its own numbers on the way; and read again by those who check hand derivations."""
    found = network(equations, inputs, cost="E" if "E = " in equations else None).derive(list(inputs))
    text = str(found)
    for wanted in lines:
        assert wanted in text
    assert own_lines_are_right(found)


def own_lines_are_right(found: derive.Derivation) -> bool:
    data = found.to_dict()
    lines = [*data["forward"], *data["backward"]]
    forms = [f for line in lines for f in (*line["where"], line["scalar"], *line["parts"], line["vector"]) if f]
    text = "\n\n".join(f"$${form['latex']}$$" for form in forms if "=" in form["latex"])
    return all(c.verdict in ("right", "given") for c in Checker(found.data).check(text, ".md", hints=False).lines)


def test_a_linear_recurrence_solved() -> None:
    found = network(
        "h[t] = matrix_power(A, t) @ g\nE = sum(t, norm(h[t])**2)",
        {"A": ["N", "N"], "g": ["N"]}, labels={"t": "K"}, cost="E",
    ).derive(["A", "g"])  # fmt: skip
    text = str(found)
    assert "h⁽ᵗ⁾ = A^t g" in text and "ḡ = Σ_t (A^t)ᵀ h̄⁽ᵗ⁾" in text
    assert "Ā = Σ_t Σ_{r=0}^{t−1} (A^r)ᵀ h̄⁽ᵗ⁾ gᵀ (A^{t−r−1})ᵀ" in text


def test_a_symbolic_power() -> None:
    found = network("s = trace(matrix_power(A, K))", {**SQUARE, "x": ["K"]}).derive(["A"])
    assert "Ā = s̄ K (A^{K−1})ᵀ" in str(found)


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        ("y = cholesky(X)", "cholesky of an N × M matrix"),
        ("y = eigvalsh(b)", "eigvalsh of a column of N"),
        ("y = svdvals(b)", "svdvals takes a matrix"),
        ("y = pinv(2)", "pinv takes a matrix"),
        ("y = matrix_power(X, 2)", "a power of an N × M matrix"),
        ("y = eigh(A)", "eigvecsh(A) for the eigenvectors"),
        ("y = svd(A)", "write s = svdvals(A)"),
        ("y = expm(A)", "`expm` is not done"),
    ],
)
def test_what_does_not_go_is_refused(equation: str, said: str) -> None:
    with pytest.raises(DeriveError) as refused:
        network(equation, {"X": ["N", "M"], "A": ["N", "N"], "b": ["N"]})
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("equation", "numbers", "said"),
    [
        ("L = cholesky(A)", [[1, 2], [2, 1]], "positive definite"),
        ("L = inv(A)", [[1, 2], [2, 4]], "invertible"),
        ("L = eigvalsh(A)", [[1, 0], [0, 1]], "distinct"),
        ("L = pinv(A)", [[1, 2], [2, 4]], "full rank"),
    ],
)
def test_values_without_a_factor_are_refused(equation: str, numbers: Any, said: str) -> None:
    with pytest.raises(DeriveError) as refused:
        network(equation, SQUARE, values={"A": numbers}).derive(["A"])
    assert "no value at the given numbers" in str(refused.value) and said in str(refused.value)


@pytest.mark.parametrize("size", [2, 6, 9])
def test_points_of_any_size_are_found(size: int) -> None:
    found = derive.Network(sizes={"N": size}, inputs=SQUARE, equations="L = cholesky(A)").derive(["A"])
    assert found.selfcheck().ok


@pytest.mark.parametrize(
    ("equation", "implicit"),
    [
        ("L = cholesky(A)", "dA = dL Lᵀ + L dLᵀ"),
        ("l = eigvalsh(A)", "dA V + A dV = dV diag(λ) + V diag(dλ)"),
        ("s = svdvals(A)", "dA = dU diag(s) Vᵀ + U diag(ds) Vᵀ + U diag(s) dVᵀ"),
        ("P = pinv(A)", "A P A = A and P A P = P"),
        ("B = matrix_power(A, 2)", "dB = dA Aⁿ⁻¹ + A d(Aⁿ⁻¹)"),
    ],
)
def test_the_equation_that_is_solved_is_told(equation: str, implicit: str) -> None:
    assert any(implicit in note for note in network(equation, SQUARE).derive(["A"]).to_dict()["notes"])


BY_HAND = {
    "L = cholesky(A)": {
        r"\bar{A} = \frac{1}{2} L^{-T} (\Phi(L^T \bar{L}) + \Phi(L^T \bar{L})^T) L^{-1}": True,
        r"\bar{A} = L^{-T} \Phi(L^T \bar{L}) L^{-1}": False,
        r"\bar{A} = \frac{1}{2} L^{-1} (\Phi(L^T \bar{L}) + \Phi(L^T \bar{L})^T) L^{-T}": False,
    },
    "P = pinv(A)": {
        r"\bar{A} = -P^T \bar{P} P^T + P^T P \bar{P}^T (I - P A) + (I - A P) \bar{P}^T P P^T": True,
        r"\bar{A} = -(A^+)^T \bar{P} A^{+T} + (I - A A^{+}) \bar{P}^T P A^{+T} + P^T P \bar{P}^T (I - P A)": True,
        r"\bar{A} = -P^T \bar{P} P^T": False,
    },
    "b = spectral_norm(A)\nc = nuclear_norm(A)": {
        r"b = \lVert A \rVert_2": True,
        r"c = \|A\|_*": True,
        r"b = \|A\|_F": False,
    },
    "B = matrix_power(A.T @ A, 3)": {r"B = (A^T A)^3": True, r"B = A^T A A^T A A^T A": True, r"B = (A^T A)^2": False},
}


@pytest.mark.parametrize(("equations", "claim"), [(e, c) for e, claims in BY_HAND.items() for c in claims])
def test_lines_by_hand(equations: str, claim: str) -> None:
    shapes = SQUARE if "cholesky" in equations else LONG
    found = network(equations, shapes).derive(["A"]).check(rf"\[ {claim} \]")
    assert found.ok == BY_HAND[equations][claim], found
    assert (found.lines[0].verdict == "wrong") != BY_HAND[equations][claim]


torch = pytest.importorskip("torch")


def halves(x: Any) -> Any:
    return (x + x.T) / 2


def eye(x: Any) -> Any:
    return torch.eye(len(x), dtype=torch.float64)


def signed(x: Any) -> Any:
    vectors = torch.linalg.eigh(halves(x))[1]
    return vectors * torch.sign(vectors.detach().sum(0))


ORACLE: dict[str, tuple[tuple[str, str], Callable[[Any], Any]]] = {
    "cholesky(A @ A.T + eye(N))": (("N", "M"), lambda a: torch.linalg.cholesky(a @ a.T + eye(a))),
    "cholesky(A + 4 * eye(N))": (
        ("N", "N"),
        lambda a: torch.linalg.cholesky(halves(a) + 4 * eye(a)),
    ),
    "eigvalsh(A)": (("N", "N"), lambda a: torch.linalg.eigvalsh(halves(a))),
    "eigvecsh(A)": (("N", "N"), signed),
    "svdvals(A)": (("M", "N"), torch.linalg.svdvals),
    "pinv(A)": (("M", "N"), torch.linalg.pinv),
    "pinv(A).T": (("N", "M"), lambda a: torch.linalg.pinv(a).T),
    "spectral_norm(A)": (("N", "M"), lambda a: torch.linalg.matrix_norm(a, 2)),
    "nuclear_norm(A)": (("N", "M"), lambda a: torch.linalg.matrix_norm(a, "nuc")),
    "norm(A)": (("N", "M"), torch.linalg.matrix_norm),
    "matrix_power(A, 4)": (("N", "N"), lambda a: torch.linalg.matrix_power(a, 4)),
    "matrix_power(A, -2)": (("N", "N"), lambda a: torch.linalg.matrix_power(a, -2)),
    "trace(A @ inv(A.T @ A + eye(M)) @ A.T)": (
        ("N", "M"),
        lambda a: torch.trace(a @ torch.linalg.inv(a.T @ a + eye(a.T)) @ a.T),
    ),
}


@pytest.mark.parametrize("sizes", [{"N": 3, "M": 5}, {"N": 4, "M": 4}, {"N": 1, "M": 2}], ids=str)
@pytest.mark.parametrize("text", ORACLE)
def test_gradients_are_pytorch_s(text: str, sizes: dict[str, int]) -> None:
    """Of Σ weights · result, by the printed NumPy."""
    shape, plain = ORACLE[text]
    found = network(f"Y = {text}", {"A": list(shape), "B": ["N", "M"]}).derive(["A"])
    random = np.random.default_rng(5)
    given = random.normal(size=tuple(sizes[axis] for axis in shape))
    leaf = torch.tensor(given, requires_grad=True)
    result = plain(leaf)
    weights = random.normal(size=tuple(result.shape))
    (wanted,) = torch.autograd.grad((result * torch.tensor(weights)).sum(), leaf)
    module: dict[str, Any] = {}
    exec(compile(found.numpy(), "<printed>", "exec"), module)
    values = called(module["forward"], sizes, A=given, B=np.zeros((sizes["N"], sizes["M"])))
    assert np.asarray(values["Y"]) == pytest.approx(result.detach().numpy(), rel=1e-9, abs=1e-10)
    bars = called(module["backward"], sizes, values=values, Y_bar=weights)
    assert np.asarray(bars["A"]) == pytest.approx(wanted.numpy(), rel=1e-7, abs=1e-8)


def called(function: Callable[..., Any], sizes: dict[str, int], **given: Any) -> Any:
    """A printed function with what it asks for."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return function(**{name: given.get(name, sizes.get(name)) for name in names})
