"""Linear recurrences solved: the solutions against loops in NumPy, what is solved and what is not, how it is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import derive
from derive.derivation import Derivation, Line, Step
from derive.errors import DeriveError
from derive.notation.product import negative
from derive.selfcheck import selfcheck

DECLARED = {
    "inputs": {"h0": ["N"], "s": ["N"], "x": ["T", "M"], "c": ["T", "N"], "H0": ["N", "M"], "P0": ["N", "N"]},
    "parameters": {"A": ["N", "N"], "B": ["N", "M"], "C": ["M", "M"], "d": ["N"], "b": ["N"], "a": []},
    "sizes": {"N": "units", "M": "inputs", "T": "steps"},
}
LAST = "E = 1/2 * norm(h[T] - s)**2"
EACH = "E = 1/2 * sum(t, norm(h[t] - c[t])**2)"
STEPS = " for t = 1..T"


def problem(*equations: str, **more: object) -> derive.Derivation:
    text = "\n".join(equations)
    used = {
        key: {n: axes for n, axes in names.items() if key == "sizes" or f"{n}" in _names(text)}
        for key, names in DECLARED.items()
    }
    network = derive.Network(equations=text, labels={"t": "T"}, cost="E", **used)
    return network.derive(**more)  # type: ignore[arg-type]


def _names(text: str) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in text).split())


def solved(found: derive.Derivation) -> dict[str, str]:
    return {line.tensor.key: shown(found, line) for line in found.data.solved}


def shown(found: derive.Derivation, line: Line) -> str:
    from derive.document import Display, Document
    from derive.render.terminal import terminal
    from derive.typeset.chains import result_chains
    from derive.typeset.document import scribe_for

    chains = result_chains(line, scribe_for(found.data))
    return terminal(Document("", (Display(chains),)), width=200).strip()


LINES = [
    (["h[0] = h0", "h[t] = A @ h[t-1]" + STEPS, LAST], "h⁽ᵗ⁾ = A^t h₀", "h̄⁽ᵗ⁾ = (A^{T−t})ᵀ h̄⁽ᵀ⁾,  t = 0, …, T − 1"),
    (["h[0] = h0.T", "h[t] = h[t-1] @ A" + STEPS, "E = sum(h[T])"], "h⁽ᵗ⁾ = h₀ᵀ A^t",
     "h̄⁽ᵗ⁾ = h̄⁽ᵀ⁾ (A^{T−t})ᵀ,  t = 0, …, T − 1"),
    (["h[0] = h0", "h[t] = a * h[t-1]" + STEPS, LAST], "h⁽ᵗ⁾ = a^t h₀", "h̄⁽ᵗ⁾ = a^{T−t} h̄⁽ᵀ⁾,  t = 0, …, T − 1"),
    (["h[0] = h0", "h[t] = d * h[t-1]" + STEPS, LAST], "h⁽ᵗ⁾ = d^{∘t} ∘ h₀",
     "h̄⁽ᵗ⁾ = h̄⁽ᵀ⁾ ∘ d^{∘(T−t)},  t = 0, …, T − 1"),
    (["h[0] = h0", "h[t] = h[t-1] + a * A @ h[t-1]" + STEPS, LAST], "h⁽ᵗ⁾ = (I + a A)^t h₀",
     "h̄⁽ᵗ⁾ = (I + a Aᵀ)^{T−t} h̄⁽ᵀ⁾,  t = 0, …, T − 1"),
    (["h[0] = H0", "h[t] = A @ h[t-1] @ C" + STEPS, "E = 1/2 * norm(h[T])**2"], "H⁽ᵗ⁾ = A^t H₀ C^t",
     "H̄⁽ᵗ⁾ = (A^{T−t})ᵀ H⁽ᵀ⁾ (C^{T−t})ᵀ,  t = 0, …, T − 1"),
    (["h[0] = P0", "h[t] = A @ h[t-1] @ A.T + b @ b.T" + STEPS, "E = 1/2 * norm(h[T])**2"],
     "H⁽ᵗ⁾ = A^t P₀ (A^t)ᵀ + Σ_{s=0}^{t−1} A^s b bᵀ (A^s)ᵀ",
     "H̄⁽ᵗ⁾ = (A^{T−t})ᵀ H⁽ᵀ⁾ A^{T−t},  t = 0, …, T − 1"),
    (["h[0] = h0", "h[t] = A @ h[t-1] + b" + STEPS, LAST], "h⁽ᵗ⁾ = A^t h₀ + Σ_{r=0}^{t−1} A^r b",
     "h̄⁽ᵗ⁾ = (A^{T−t})ᵀ h̄⁽ᵀ⁾,  t = 0, …, T − 1"),
    (["h[t] = A @ h[t-1] + B @ x[t]" + STEPS, EACH], "h⁽ᵗ⁾ = Σ_{s=1}^t A^{t−s} B x⁽ˢ⁾",
     "h̄⁽ᵗ⁾ = Σ_{s=t}^T (A^{s−t})ᵀ (h⁽ˢ⁾ − c⁽ˢ⁾)"),
]  # fmt: skip


@pytest.mark.parametrize(("equations", "forward", "backward"), LINES)
def test_a_linear_recurrence_is_solved_in_both_passes(equations: list[str], forward: str, backward: str) -> None:
    found = problem(*equations)
    assert found.data.checked.startswith("Checked")
    assert solved(found) == {"h": forward, "h~E": backward}


@pytest.mark.parametrize(
    "step",
    ["tanh(A @ h[t-1])", "x[t, 1] * h[t-1]", "A @ h[t-2]", "A @ h[t-1] + h[t-2]", "(h[t-1].T @ s) * h[t-1]"],
)
def test_what_is_not_linear_with_one_matrix_is_left(step: str) -> None:
    first = 2 if "t-2" in step else 1
    starts = [f"h[{n}] = h0" for n in range(first)]
    assert not solved(problem(*starts, f"h[t] = {step} for t = {first}..T", LAST, check=False))


def test_a_recurrence_through_another_quantity_is_left() -> None:
    both = ["h[0] = h0", "z[t] = A @ h[t-1] + b" + STEPS, "h[t] = h[t-1] + d * z[t]" + STEPS]
    assert not solved(problem(*both, LAST, check=False))


def test_closed_forms_go_through_solved_recurrences() -> None:
    found = problem("h[0] = h0", "h[t] = A @ h[t-1]" + STEPS, LAST, wrt=["A", "h0"], closed_form=["A", "h0"])
    lines = [shown(found, line) for line in found.data.closed]
    assert lines == ["Ā = Σ_t (A^{T−t})ᵀ (h⁽ᵀ⁾ − s) h⁽ᵗ⁻¹⁾ᵀ", "h̄₀ = (A^T)ᵀ (h⁽ᵀ⁾ − s)"]
    summed = problem("h[t] = A @ h[t-1] + b" + STEPS, EACH, wrt=["b"], closed_form=["b"])
    assert shown(summed, summed.data.closed[0]) == "b̄ = Σ_t Σ_{s=t}^T (A^{s−t})ᵀ (h⁽ˢ⁾ − c⁽ˢ⁾)"
    assert summed.data.checked.startswith("Checked")


def test_a_recurrence_that_is_not_solved_has_no_closed_form_and_says_where() -> None:
    with pytest.raises(DeriveError) as raised:
        problem("h[0] = h0", "h[t] = tanh(A @ h[t-1])" + STEPS, LAST, closed_form=["A"])
    (only,) = raised.value.problems
    assert only.place is not None and (only.place.line, only.place.column) == (2, 1)
    assert "a recurrence" in only.what and "take `A` out" in only.mend


def test_the_printed_solutions_are_what_loops_give() -> None:
    random = np.random.default_rng(7)
    steps, a, b = 5, random.normal(size=(3, 3)), random.normal(size=3)
    h0, s = random.normal(size=3), random.normal(size=3)
    h = [h0]
    for _ in range(steps):
        h.append(a @ h[-1] + b)
    back = [h[-1] - s]
    for _ in range(steps):
        back.insert(0, a.T @ back[0])
    power = np.linalg.matrix_power
    for t in range(steps + 1):
        assert np.allclose(h[t], power(a, t) @ h0 + sum((power(a, r) @ b for r in range(t)), np.zeros(3)))
        assert np.allclose(back[t], power(a, steps - t).T @ back[-1])


def test_the_self_check_sees_a_wrong_solution() -> None:
    found = problem("h[0] = h0", "h[t] = A @ h[t-1] + b" + STEPS, LAST, check=False).data

    def wrong(line: Line) -> Line:
        return replace(line, steps=(Step("solved", negative(line.scalar.right)),), vector=None)

    for n in range(2):
        lines = tuple(wrong(line) if m == n else line for m, line in enumerate(found.solved))
        report = selfcheck(replace(found, solved=lines))
        assert not report.ok and "does not solve its recurrence" in report.failures[0].what
    assert isinstance(found, Derivation) and selfcheck(found).ok
