"""Brackets between positions as matrices of 0 and 1, functions under a mask, gathers."""

from __future__ import annotations

import pytest

from derive.errors import NoMatrixForm
from derive.notation.expression import Power, Tensor
from derive.notation.index import Index, Range, position
from derive.vectorise import vectorise
from tests.hand import call, one
from tests.vectorise.forms import K, N, T, entry, equation, form, holds, over_axis

S, P = Tensor("S", (N, N), "input"), Tensor("P", (N, N))
V, Y = Tensor("v", (N,), "input"), Tensor("y", (N,))


def pair() -> tuple[Index, Index]:
    return Index("i", N), Index("j", N)


def test_causal_softmax() -> None:
    i, j = pair()
    k = Index("k", N)
    soft = over_axis("softmax", k, one(entry(S, i, k)), j, one(holds("<=", k, i)))
    assert form(equation(entry(P, i, j), soft)) == "P = softmax(S, [k <= i])"


def test_a_mask_alone_gives_the_rows() -> None:
    i, j = pair()
    k = Index("k", N)
    soft = over_axis("softmax", k, one(entry(V, k)), j, one(holds("!=", k, i)))
    assert form(equation(entry(P, i, j), soft)) == "P = softmax(1 v', [k != i])"


def test_a_mask_of_a_vector() -> None:
    i, k = pair()
    soft = over_axis("softmax", k, one(entry(V, k)), i, one(holds("<=", k, 3)))
    assert form(equation(entry(Y, i), soft)) == "y = softmax(v, [j <= 3])"


def test_an_array_as_a_mask() -> None:
    i, k = pair()
    soft = over_axis("logsumexp", k, one(entry(S, i, k)), None, one(entry(Tensor("M", (N, N), "input"), i, k)))
    assert form(equation(entry(Y, i), soft)) == "y = logsumexp(S, M)"


@pytest.mark.parametrize(
    ("relation", "turned", "text"),
    [
        ("<=", False, "y = [j <= i] v"),
        ("<", False, "y = [j < i] v"),
        ("!=", False, "y = [j != i] v"),
        ("<=", True, "y = [i <= j]' v"),
        ("<", True, "y = [i < j]' v"),
    ],
)
def test_sums_under_a_condition(relation: str, turned: bool, text: str) -> None:
    i, j = pair()
    bracket = holds(relation, i, j) if turned else holds(relation, j, i)  # type: ignore[arg-type]
    assert form(equation(entry(Y, i), one(bracket, entry(V, j), bound=(j,)))) == text


def test_a_band() -> None:
    i, j = pair()
    band = one(holds("<", i, j.slot + 2), holds("<", j, i.slot + 2), entry(S, i, j))
    assert form(equation(entry(P, i, j), band)) == "P = [i < j + 2]' * [j < i + 2] * S"


def test_a_part_of_a_vector() -> None:
    (i, _) = pair()
    assert form(equation(entry(Y, i), one(holds("<=", i, 3), entry(V, i)))) == "y = [i <= 3] * v"


def test_a_mask_that_moves_with_a_label() -> None:
    t, j = Index("t", T), Index("j", K)
    z = Tensor("z", (T, K), labels=(0,))
    w = Tensor("w", (K,), "input")
    assert form(equation(entry(z, t, j), one(holds("<=", j, t), entry(w, j)))) == "z^(t) = [j <= t] * w"
    assert form(equation(entry(z, t, j), one(holds("<", t, j), entry(w, j)))) == "z^(t) = [t < j] * w"


def test_strides_have_no_matrix_form() -> None:
    i, j = Index("i", N), Index("j", Range.to(position("N") * 2))
    double = Tensor("x", (Range.to(position("N") * 2),), "input")
    product = one(holds("=", j, i.slot * 2), call("tanh", one(entry(double, j))).terms[0].factors[0], bound=(j,))
    with pytest.raises(NoMatrixForm):
        vectorise(equation(entry(Y, i), product))


def test_gathers_along_a_plain_axis() -> None:
    t, d, v = Index("t", N), Index("d", K), Index("v", T)
    table, tok = Tensor("E", (T, K), "parameter"), Tensor("tok", (N,), "class", among=T)
    read = Tensor("e", (N, K))
    assert form(equation(entry(read, t, d), entry(table, entry(tok, t), d))) == "e = 1[tok[t]] E"
    back = one(holds("=", v, entry(tok, t)), entry(read, t, d), bound=(t,))
    assert form(equation(entry(table, v, d), back)) == "E = 1[tok[t]]' e"


def test_gathers_at_a_label() -> None:
    t, d, v = Index("t", T), Index("d", K), Index("v", N)
    table, tok = Tensor("E", (N, K), "parameter"), Tensor("tok", (T,), "class", among=N, labels=(0,))
    read = Tensor("e", (T, K), labels=(0,))
    assert form(equation(entry(read, t, d), entry(table, entry(tok, t), d))) == "e^(t) = E[tok[t], :]'"
    back = one(holds("=", v, entry(tok, t)), entry(read, t, d), bound=(t,))
    assert form(equation(entry(table, v, d), back)) == "E = sum_t 1[tok[t]] e^(t)'"


def test_a_class_as_a_label() -> None:
    state, last = Tensor("h", (T, K), labels=(0,)), Tensor("last", (), "class", among=T)
    k = Index("k", K)
    assert form(equation(entry(Tensor("y", (K,)), k), entry(state, entry(last), k))) == "y = h^(last)"


def test_masks_with_a_stride_have_no_matrix_form() -> None:
    i, j = pair()
    with pytest.raises(NoMatrixForm):
        vectorise(equation(entry(Y, i), one(holds("<=", i.slot * 2, j), entry(V, j), bound=(j,))))


def test_a_bracket_that_is_zero_wins_over_what_is_no_number() -> None:
    """[i < j] / ([i < j] v_j): below the diagonal 1/0 stands beside a 0."""
    i, j = pair()
    kept = one(holds("<", i, j), Power(one(holds("<", i, j), entry(V, j)), -1))
    assert form(equation(entry(P, i, j), kept)) == "P = [i < j]' * ([i < j]' diag(v))^-1"
