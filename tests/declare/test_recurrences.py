"""Recurrences: several equations for one quantity, orders of evaluation, shapes that follow from themselves."""

from __future__ import annotations

import pytest

from derive.declare.build import build_network
from derive.errors import DeriveError
from derive.pipeline import derive_network
from derive.selfcheck import selfcheck

GIVEN = {
    "sizes": {"T": "steps", "L": "layers", "N": "inputs", "K": "units"},
    "labels": {"t": "T", "l": "L"},
    "inputs": {"x": ["T", "N"], "u": ["K"], "s": ["T"]},
    "parameters": {"h0": ["K"], "U": ["K", "N"], "W": ["K", "K"], "a": [], "V": ["2..L", "K", "K"], "c": ["L", "K"]},
}


def network(equations: str, **more: object):
    return build_network(**{**GIVEN, "equations": equations, "cost": "E", **more})


GOOD = {
    "back in time": """
        h[0] = h0
        h[t] = tanh(W @ h[t-1] + U @ x[t]) for t = 1..T
        E = norm(h[T] - u)**2""",
    "ahead in time": """
        g[T+1] = h0
        g[t] = tanh(W @ g[t+1] + U @ x[t])
        E = norm(g[1] - u)**2""",
    "without a base": """
        h[t] = tanh(W @ h[t-1] + U @ x[t])
        E = norm(h[T] - u)**2""",
    "two steps back": """
        r[t] = a*r[t-1] + a**2*r[t-2] + s[t]
        E = sum(t, r[t]**2)""",
    "moved on the left": """
        h[0] = h0
        h[t+1] = tanh(W @ h[t]) for t = 0..T-1
        E = norm(h[T] - u)**2""",
    "through another quantity": """
        z[t] = W @ h[t-1] + U @ x[t]
        h[t] = tanh(z[t])
        E = sum(t, norm(h[t] - u)**2)""",
    "layers and time": """
        h[0,t] = U @ x[t]
        h[l,0] = 0 for l = 0..L
        h[l,t] = tanh(W @ h[l-1,t] + h[l,t-1]) for l = 1..L, t = 1..T
        E = norm(h[L,T] - u)**2""",
    "a first layer of its own": """
        z[1] = W @ u
        z[l] = V[l] @ tanh(z[l-1]) + c[l] for l = 2..L
        E = norm(z[L])**2""",
    "both directions": """
        h[t] = tanh(W @ h[t-1] + U @ x[t])
        g[t] = tanh(W @ g[t+1] + h[t])
        E = sum(t, norm(g[t] + h[T+1-t])**2)""",
    "entry by entry": """
        p[i] = a*p[i-1] + u[i] for i = 1..K
        E = sum(i, p[i]**2)""",
}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("boundary", ["zero", "cases"])
def test_a_recurrence_is_derived_and_checked(name: str, boundary: str) -> None:
    report = selfcheck(derive_network(network(GOOD[name], boundary=boundary)))
    assert report.ok, report.sentence


def refusal(equations: str) -> str:
    with pytest.raises(DeriveError) as caught:
        network(equations)
    return " | ".join(f"{p.what} / {p.mend}" for p in caught.value.problems)


BAD = {
    "left out": ("r[1] = a\nr[t] = a*r[t-1] for t = 3..T\nE = r[T]", "`r[2]` is given by no equation where T = 2"),
    "given twice": ("r[1] = a\nr[t] = s[t]\nE = r[T]", "`r[1]` is given twice where T = 1"),
    "a cycle at one step": ("r[t] = s[t]*q[t]\nq[t] = r[t] + q[t-1]\nE = r[T]", "a cycle: r[t] → q[t] → r[t]"),
    "both ways": ("r[t] = r[t-1] + r[t+1]\nE = r[T]", "`r[t]` reads itself"),
    "ends unknown": ("r[3] = a\nr[t] = s[t] for t = 1..T\nE = r[1]", "whether T or 3 is the greater is not known"),
    "no shape": ("h[t] = tanh(h[t-1] @ u)\nE = sum(h[T])", "the shape of `h` follows from its own"),
    "two counts": ("h[0] = h0\nh[t,1] = h0\nE = sum(h[T])", "2 positions on the left here, 1 elsewhere"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_recurrence_is_refused(name: str) -> None:
    equations, what = BAD[name]
    assert what in refusal(equations)


def test_a_lost_range_would_give_the_first_bias_a_slope() -> None:
    """The first layer does not read c⁽¹⁾: its bar is 0 there, and the bar of z from 2 on."""
    derivation = derive_network(network(GOOD["a first layer of its own"]), ["c"])
    first = [line for line in derivation.backward if line.tensor.name == "c" and line.left.slots[0].is_number]
    assert [line.steps[-1].right.number for line in first] == [0]


def test_a_read_past_the_end_inside_a_function_keeps_its_range() -> None:
    """y_i = tanh(x_{i+1}), written out and put in: the smallest network that loses a range."""
    made = build_network(
        sizes={"N": "entries"},
        inputs={"x": ["N"], "u": ["N"]},
        equations="y[i] = tanh(x[i+1])\nE = sum(i, u[i]*y[i])",
        indices={"i": "N"},
        cost="E",
        closed_form=["x"],
    )
    assert selfcheck(derive_network(made, ["x"], closed=["x"])).ok


def test_definitions_are_written_out() -> None:
    made = network(
        "h1 = block(U @ x[1], W)\nh2 = block(h1, W) + h1\n"
        "g[0] = h2\ng[l] = block(g[l-1], W) for l = 1..L\nE = sum(g[L])",
        define={"block(y, M)": "z = M @ y + h0\nh = tanh(z)"},
    )
    assert {"z1", "h1", "h2", "z_g", "g"} <= set(made.tensors)
    assert selfcheck(derive_network(made)).ok


def test_a_definition_takes_as_many_values_as_it_has_parameters() -> None:
    with pytest.raises(DeriveError, match="`block` is given 1 values, not 2"):
        network("h1 = block(u)\nE = sum(h1)", define={"block(y, M)": "h = M @ y"})


def test_a_bias_stands_in_each_row_where_it_fits_only_so() -> None:
    made = build_network(
        sizes={"M": "samples", "N": "inputs", "D": "outputs"},
        inputs={"X": ["M", "N"]},
        parameters={"W": ["N", "D"], "b": ["D"]},
        equations="Z = X @ W + b\nE = sum(tanh(Z))",
        cost="E",
    )
    assert made.notes == ("`b` stands in each row of an M × D matrix.",)
    assert selfcheck(derive_network(made)).ok


def test_a_bias_of_a_square_matrix_is_refused() -> None:
    with pytest.raises(DeriveError, match="`b` is a column of N"):
        build_network(
            sizes={"N": "units"},
            inputs={"X": ["N", "N"]},
            parameters={"b": ["N"]},
            equations="Z = X + b\nE = sum(Z)",
            cost="E",
        )
