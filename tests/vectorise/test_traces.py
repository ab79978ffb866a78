"""Traces and what cancels beside them: as short as they get, in written order, right by numbers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import derive
from derive.derivation import Line, Step
from derive.document import Display, Document
from derive.notation.expression import Entry, Expr, Term
from derive.render.terminal import terminal
from derive.selfcheck import selfcheck
from derive.typeset.chains import result_chains
from derive.typeset.document import scribe_for

SHAPES = {"A": ["N", "N"], "B": ["N", "N"], "C": ["N", "M"], "D": ["M", "N"], "S": ["N", "N"], "x": ["N"]}


def problem(formula: str, wrt: str = "A") -> derive.Derivation:
    names = {name for name in SHAPES if name in formula}
    network = derive.Network(
        sizes={"N": "units", "M": "others"},
        parameters={name: SHAPES[name] for name in sorted(names | {wrt})},
        equations=f"E = {formula}",
        cost="E",
    )
    return network.derive(wrt=[wrt], check=False)


def shown(found: derive.Derivation, line: Line) -> str:
    return terminal(Document("", (Display(result_chains(line, scribe_for(found.data))),)), width=200).strip()


CASES = [
    ("trace(eye(N)) * trace(A)", "E = N tr(A)", "Ā = N I"),
    ("trace(A @ inv(A))", "E = N", "Ā = 0"),
    ("trace(inv(A).T - inv(A.T))", "E = 0", "Ā = 0"),
    ("logdet(A) - logdet(A.T)", "E = 0", "Ā = 0"),
    ("trace(A @ B @ B.T @ A.T)", "E = ‖A B‖²", "Ā = 2 A B Bᵀ"),
    ("trace(B.T @ A.T @ A @ B)", "E = ‖A B‖²", "Ā = 2 A B Bᵀ"),
    ("trace((A @ A).T)", "E = tr(A A)", "Ā = 2 Aᵀ"),
    ("trace(matrix_power(A, 2).T)", "E = tr(A²)", "Ā = 2 Aᵀ"),
    ("trace(A.T)", "E = tr(A)", "Ā = I"),
    ("trace(A + B.T)", "E = tr(A + B)", "Ā = I"),
    ("trace(C @ D @ A)", "E = tr(C D A)", "Ā = Dᵀ Cᵀ"),
    ("trace(D @ A @ C)", "E = tr(D A C)", "Ā = Dᵀ Cᵀ"),
    ("trace(C.T @ A @ C)", "E = tr(Cᵀ A C)", "Ā = C Cᵀ"),
    ("trace(inv(A) @ B)", "E = tr(A⁻¹ B)", "Ā = −A⁻ᵀ Bᵀ A⁻ᵀ"),
    ("x.T @ A.T @ x", "E = xᵀ A x", "Ā = x xᵀ"),
    ("x.T @ A.T @ B @ x", "E = xᵀ Aᵀ B x", "Ā = B x xᵀ"),
]


@pytest.mark.parametrize(("formula", "value", "bar"), CASES, ids=[case[0] for case in CASES])
def test_a_trace_is_as_short_as_it_gets(formula: str, value: str, bar: str) -> None:
    found = problem(formula)
    lines = {line.tensor.key: shown(found, line) for line in (*found.data.forward, *found.data.backward)}
    assert (lines["E"], lines["A~E"]) == (value, bar)
    for seed in range(2):
        report = selfcheck(found.data, seed)
        assert report.ok, report.sentence


ZERO = ["svd_u(A).T @ svd_u(A)", "svd_v(A).T @ svd_v(A)", "A @ inv(A)"]


@pytest.mark.parametrize("product", ZERO)
def test_rounding_is_compared_with_what_cancels(product: str) -> None:
    """The bar is 0, out of summands that are large where singular values are near each other."""
    found = problem(f"trace({product})").data
    for seed in range(8):
        report = selfcheck(found, seed)
        assert report.ok, report.sentence


@pytest.mark.parametrize("product", ZERO)
def test_a_fault_beside_what_cancels_is_seen(product: str) -> None:
    found = problem(f"trace({product})").data

    def wrong(line: Line) -> Line:
        little = Term(Fraction(1, 10**6), (), (Entry(found.network.tensors["A"], line.left.slots),))
        last = line.steps[-1]
        right = Expr((*last.right.terms, little))
        return replace(line, steps=(*line.steps[:-1], Step(last.rule, right)), vector=None)

    backward = tuple(wrong(line) if line.tensor.name == "A" else line for line in found.backward)
    for seed in range(4):
        assert not selfcheck(replace(found, backward=backward), seed).ok
