"""What is not done: every name of the table gets its row, its place and its mend; the docs print this table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derive.analyse.asking import known
from derive.declare.keys import EXPECTED, QUESTIONS
from derive.declare.load import parse_problem
from derive.declare.notyet import NAMED, ROWS, SIGNS, refusal, table
from derive.errors import DeriveError
from derive.operators import TABLE
from derive.operators.forms import FORMS
from derive.pipeline import derive_network
from derive.selfcheck import selfcheck

PAGE = Path(__file__).parents[2] / "docs" / "not_done.md"
HEAD = "version: 1\nsizes: {N: n, K: k}\ninputs: {x: [N], A: [N, N], W: [K, N]}\n"
PYTHON_WORDS = {"for"}


def problems(text: str) -> tuple[tuple[int, int], str, str]:
    with pytest.raises(DeriveError) as met:
        parse_problem(text, "p.yaml")
    first = met.value.problems[0]
    assert first.place is not None
    return (first.place.line, first.place.column), first.what, first.mend


@pytest.mark.parametrize("name", NAMED)
def test_a_function_gets_its_row(name: str) -> None:
    place, what, mend = problems(f"{HEAD}equations: |\n  z = 1 + {name}(x)\n")
    assert (place, (what, mend)) == ((5, 11), refusal(name))


@pytest.mark.parametrize("name", NAMED)
def test_in_latex_too(name: str) -> None:
    place, what, mend = problems(
        f"{HEAD}equations_latex: |\n  z = W x + \\operatorname{{{name.replace('_', '')}}}(x)\n"
    )
    assert place[0] == 5
    if "_" not in name:
        assert (what, mend) == refusal(name)


@pytest.mark.parametrize("name", NAMED)
def test_a_key_and_a_question_get_their_row(name: str) -> None:
    place, what, mend = problems(f"{HEAD}{name}: yes\nequations: z = W @ x\n")
    assert (place, (what, mend)) == ((4, 1), refusal(name))
    place, what, mend = problems(f"{HEAD}questions:\n  {name}: yes\n")
    assert (place, (what, mend)) == ((5, 3), refusal(name))
    with pytest.raises(DeriveError) as met:
        known(name)
    assert (met.value.problems[0].what, met.value.problems[0].mend) == refusal(name)


def test_every_row_has_names_and_none_is_done() -> None:
    """What exists is not in the table, and no name asks for two rows."""
    names = [name for row in ROWS for name in row.names]
    assert len(names) == len(set(names)) and all(row.names for row in ROWS)
    assert not {*names} & {*TABLE, *FORMS, *EXPECTED, *QUESTIONS}
    assert {*SIGNS.values()} <= {*names}


SIGNED = [
    ("equations", "z += W @ x", "+="), ("equations", "z ~ x", "~"), ("equations_latex", r"z \sim \mathcal{N}(0, 1)",
    "~"),
    ("equations_latex", r"z \leftarrow W x", "<-"), ("equations_latex", r"E = \int x_1 x_2", "int"),
    ("equations_latex", r"E = \lim_n x_n", "lim"), ("equations_latex", r"Z = A \otimes W", "otimes"),
    ("equations_latex", r"\frac{dh}{dt} = W x", "ode"), ("equations_latex", r"E = \min_W \|W x\|^2", "minimize"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "line", "name"), SIGNED)
def test_signs_of_formulas_ask_too(key: str, line: str, name: str) -> None:
    place, what, _ = problems(f"{HEAD}{key}: |\n  {line}\n")
    row = refusal(name)
    assert row is not None and what == row[0] and place[0] == 5


def test_the_page_is_the_table() -> None:
    """`python -m tests.not_done --write` writes it."""
    assert PAGE.read_text(encoding="utf-8").endswith(table())


INSTEAD = {
    "sample": "z = x + v * u",
    "reinforce": "q = softmax(x)\n  E = -expectation(i, stop_gradient(u[i]) * log(q[i]))",
    "plackett_luce": "E = prod(k, exp(x[p[k]])/sum(j >= k, exp(x[p[j]])))",
    "sort": "y[k] = x[p[k]]",
    "fft": "a[k] = sum(n, x[n] * cos(2*pi*k*n/N))  for k = 1..N",
    "eig": "l = eigvalsh(A)\n  V = eigvecsh(A)\n  s = svdvals(A)",
    "kron": "C[i, j, k, l] = A[i, k] * A[j, l]",
    "odeint": "h[0] = x\n  h[t+1] = h[t] + d * tanh(A @ h[t])  for t = 0..T-1",
    "while": "h[t] = tanh(A @ h[t-1] + x)  for t = 1..T\n  y = where(x > 0, u, v)",
    "scatter": "y[i] = sum(n, [p[n] == i] * x[n])  for i = 1..N",
    "sparse": "s = sum(k, v[k] * x[p[k]])",
    "sgd": "E = norm(A @ x)**2\n  w1 = x - d * grad(E, x)",
    "conv1d": "y[i] = sum(k, w[k] * x[i + k - 1]) + d  for i = 1..N - K + 1",
    "reshape": "y[i, j] = A[j, i]\n  z[i] = x[N + 1 - i]  for i = 1..N\n  r[i, j] = x[i] + 0*u[j]",
    "round": "y = x + stop_gradient(u - x)",
    "sinh": "y = (exp(x) - exp(-x))/2",
    "bessel": "y = g(x)",
    "expm": "E = eye(N) + A + A @ A / 2",
}
"""What the rows say to write instead."""


@pytest.mark.parametrize("name", INSTEAD)
def test_what_to_do_instead_is_done(name: str) -> None:
    text = (
        "version: 1\nsizes: {N: n, K: k, T: t}\ninputs: {x: [N], u: [N], v: [N], w: [K], A: [N, N]}\n"
        "constants: {d: []}\nclasses: {p: {axes: [N], among: N}}\nfunctions: {g: abstract}\n"
        f"equations: |\n  {INSTEAD[name]}\n"
    )
    assert name in NAMED
    report = selfcheck(derive_network(parse_problem(text, "p.yaml"), ["A" if "A" in INSTEAD[name] else "x"]))
    assert report.ok, report.sentence


def test_repeated_eigenvalues_are_named() -> None:
    text = "version: 1\nsizes: {N: n}\ninputs: {x: [N]}\nequations: |\n  C = eye(N)\n  V = eigvecsh(C)\n  y = V @ x\n"
    report = selfcheck(derive_network(parse_problem(text, "p.yaml"), ["x"]))
    assert not report.ok
    assert re.search("eigenvectors at repeated eigenvalues.*they turn freely", report.sentence)
