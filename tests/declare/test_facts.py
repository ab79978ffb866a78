"""What a file states under `facts`: read with places, refused with one message, held against numbers."""

from __future__ import annotations

from typing import Any

import pytest

import derive
from derive.declare.load import parse_problem
from derive.errors import DeriveError

BASE: dict[str, Any] = {
    "sizes": {"N": "inputs", "K": "outputs"},
    "indices": {"i": "N", "k": "K"},
    "inputs": {"x": ["N"], "t": ["K"]},
    "parameters": {"A": ["K", "N"], "B": ["N", "N"], "P": ["K", "N"]},
    "classes": {"c": "K"},
    "equations": "y = softmax(A @ x)\nE = -sum(t*log(y)) + sum(B @ x)",
    "cost": "E",
}


def refused(facts: Any, **more: Any) -> str:
    with pytest.raises(DeriveError) as error:
        derive.Network(facts=facts, **{**BASE, **more})
    return str(error.value)


ISSUE = """\
version: 1
sizes: {K: classes, N: inputs}
inputs: {t: [K], u: [N], y: [K], mask: [N], n: [], x: [N]}
parameters: {A: [N, N], Q: [N, N], D: [N, N], L: [N, N], X: [K, N], G: [N, N]}
facts: [A symmetric, sum(t) == 1, norm(u) == 1, Q orthogonal, D diagonal, L lower, X.T @ X == G, n > 0, y in (0, 1), mask in {0, 1}]
equations: E = sum(A @ x)
cost: E
"""  # noqa: E501


def test_the_line_of_the_issue_is_read_as_it_stands() -> None:
    network = parse_problem(ISSUE, "p.yaml")
    kinds = ["symmetric", "equal", "equal", "orthogonal", "diagonal", "lower", "equal", "within", "within", "among"]
    assert [fact.kind for fact in network.facts] == kinds
    line = ISSUE.splitlines()[4]
    for fact in network.facts:
        assert fact.place is not None and fact.place.line == 5
        assert line[fact.place.column - 1 :].startswith(fact.text)


@pytest.mark.parametrize(
    "written",
    [
        "facts: 'A symmetric, sum(t) == 1'\n",
        "facts: |\n  A symmetric\n  sum(t) == 1  # one\n",
        "facts:\n  - A symmetric\n  - sum(t) == 1\n",
        "facts: ['A symmetric', 'sum(t) == 1']\n",
        "facts: [A symmetric,\n  sum(t) == 1]\n",
    ],
)
def test_facts_may_be_a_list_or_a_text(written: str) -> None:
    lines = [line for line in ISSUE.splitlines(keepends=True) if not line.startswith("facts")]
    network = parse_problem("".join((*lines[:4], written, *lines[4:])))
    assert [fact.text for fact in network.facts] == ["A symmetric", "sum(t) == 1"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("A symmetric", "a matrix that is symmetric is square, and this is a K × N matrix"),
        ("B symetric", "did you mean symmetric?"),
        ("B + B symmetric", "say it of a quantity by its name"),
        ("x diagonal", "diagonal is said of a matrix, and this is a column of N"),
        ("sum(q) == 1", "`q` has neither a declaration nor an equation"),
        ("x > t", "`x` is a column of N, `t` is a column of K"),
        ("x in (1, 0)", "no number lies in (1, 0)"),
        ("x in R", "neither an interval nor a set of numbers"),
        ("x in", "nothing stands after `in`"),
        ("x != 0", "says nothing that can be used"),
        ("1 == 1", "this says nothing of a quantity"),
        ("c == 1", "`c` is a class, not a number"),
        ("B", "the formula ends too early"),
        ("sum(x) = 1", "an equality is `==`"),
        ("A @ t == 0", "@ does not join them"),
        ("2 < x < 1", "no number lies there"),
        ("x > 0, x < 0", "`x < 0` contradicts `x > 0`"),
        ("x in {0, 1}, x in (2, 3)", "`x in (2, 3)` contradicts `x in {0, 1}`"),
        ("norm(x) == 1, norm(x) == 2", "`norm(x) == 2` contradicts `norm(x) == 1`"),
        ("sum(x) == 0, x > 0", "`x > 0` contradicts `sum(x) == 0`"),
        ("B diagonal, B in (1, 2)", "contradicts"),
        ("norm(x) == -2", "nothing satisfies it"),
        ("A orthogonal", "write `A orthonormal` (QᵀQ = I), or declare it as [K, K]"),
        ("A.T @ A == 1", "`A.T @ A` is an N × N matrix, and no numbers make every entry 1"),
        ("1 == A.T @ A", "if the identity is meant, write `A.T @ A == eye(N)`"),
        ("A @ A.T == I", "the identity matrix is `eye(K)`"),
        ("E > 100", "`E > 100` does not follow: random numbers say otherwise"),
        ("sum(y) == 2", "`sum(y) == 2` does not follow: random numbers say otherwise"),
    ],
)
def test_a_wrong_fact_is_one_message(facts: str, said: str) -> None:
    assert said in refused(facts)


def test_numbers_that_contradict_a_fact_are_refused_at_its_place() -> None:
    text = ISSUE.replace("cost: E", "values: {t: [0.2, 0.7]}\ncost: E")
    with pytest.raises(DeriveError) as error:
        derive.load(_file(text))
    column = ISSUE.splitlines()[4].index("sum(t)") + 1
    assert f":5:{column}: `sum(t) == 1`: the numbers of t under `values` say otherwise" in str(error.value)


def _file(text: str) -> str:
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        file.write(text)
    return file.name


def test_a_fact_about_what_is_computed_may_hold() -> None:
    derive.Network(facts=["sum(y) == 1", "y > 0", "sum(k, t[k]*y[k]) == t.T @ y"], **BASE)


def test_nothing_is_run() -> None:
    assert "`__import__`" in refused("__import__('os') == 1") or "has no meaning" in refused("__import__('os') == 1")


def test_facts_need_equations() -> None:
    with pytest.raises(DeriveError, match="`facts` is about equations, and there are none"):
        derive.Network(sizes={"N": "n"}, facts=["N > 0"], questions={"stage": "f = x*y"})
