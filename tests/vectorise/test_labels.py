"""Vector lines with labels: h⁽ᵗ⁾ instead of h_{t,j}, Σ over labels, functions along label axes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.errors import NoMatrixForm
from derive.notation.expression import Entry, Power, Tensor
from derive.notation.index import Index, Range, Slot, position
from derive.notation.matrix import Matrix
from derive.selfcheck.finding import passed
from derive.vectorise import vectorise
from tests.hand import call, one, total
from tests.vectorise.forms import FROM_0, K, N, T, entry, equation, findings, form, holds, over_axis

X = Tensor("x", (T, N), "input", labels=(0,))
STATE = Tensor("h", (FROM_0, K), labels=(0,))
Z = Tensor("z", (T, K), labels=(0,))
W, U = Tensor("W", (K, K), "parameter"), Tensor("U", (K, N), "parameter")
B, H0 = Tensor("b", (K,), "parameter"), Tensor("h0", (K,), "input")


def letters(*pairs: tuple[str, Range]) -> list[Index]:
    return [Index(name, axis) for name, axis in pairs]


def test_recurrence() -> None:
    t, k, j, n = letters(("t", T), ("k", K), ("j", K), ("n", N))
    products = (
        one(entry(U, k, n), entry(X, t, n), bound=(n,)),
        one(entry(W, k, j), entry(STATE, t.slot - 1, j), bound=(j,)),
    )
    assert form(equation(entry(Z, t, k), *products, entry(B, k))) == "z^(t) = (U x^(t)) + (W h^(t - 1)) + b"
    assert form(equation(entry(STATE, t, k), call("tanh", one(entry(Z, t, k))))) == "h^(t) = tanh(z^(t))"


@pytest.mark.parametrize(("at", "text"), [(0, "0"), (position("T"), "T")])
def test_a_line_at_a_fixed_position(at: int | Slot, text: str) -> None:
    (k,) = letters(("k", K))
    assert form(equation(entry(STATE, at, k), entry(H0, k))) == f"h^({text}) = h0"


def test_parameters_sum_over_the_label() -> None:
    t, k, j = letters(("t", T), ("k", K), ("j", K))
    product = one(entry(Z, t, k), entry(STATE, t.slot - 1, j), bound=(t,))
    assert form(equation(entry(W, k, j), product)) == "W = sum_t z^(t) h^(t - 1)'"
    (t,) = letters(("t", T))
    assert form(equation(entry(B, k), one(entry(Z, t, k), bound=(t,)))) == "b = sum_t z^(t)"


def test_factors_without_the_label_stay_in_front() -> None:
    t, k, j = letters(("t", T), ("k", K), ("j", K))
    product = one(Power(one(position("T")), -1), entry(W, k, j), entry(Z, t, k), bound=(t, k))
    assert form(equation(entry(H0, j), product)) == "h0 = T^-1 (W' (sum_t z^(t)))"
    t, k = letters(("t", T), ("k", K))
    assert form(equation(entry(B, k), one(entry(H0, k), entry(Z, t, k), bound=(t,)))) == "b = h0 * (sum_t z^(t))"


def test_reads_outside_the_label_axis_are_zero() -> None:
    t, k, j = letters(("t", FROM_0), ("k", K), ("j", K))
    product = one(entry(W, k, j), entry(Z, t.slot + 1, k), bound=(k,))
    assert form(equation(entry(STATE, t, j), product)) == "h^(t) = W' z^(t + 1)"


def test_reversed_time_and_partial_ranges() -> None:
    t = Index("t", Range(position(2), position("T") - 1))
    (k,) = letters(("k", K))
    assert form(equation(entry(Z, t, k), entry(STATE, position("T") + 1 - t.slot, k))) == "z^(t) = h^(T - t + 1)"


def test_two_labels() -> None:
    heads = Range.to("H")
    a, b = Tensor("a", (heads, T, K), labels=(0, 1)), Tensor("b", (T, heads), labels=(0, 1))
    h, t, k = Index("h", heads), Index("t", T), Index("k", K)
    assert form(equation(entry(a, h, t, k), one(entry(b, t, h), entry(Z, t, k)))) == "a^(h, t) = b^(t, h) z^(t)"
    cost = equation(
        entry(Tensor("E")), one(Power(one(entry(a, h, t, k)), 2), bound=(h, t, k), coefficient=Fraction(1, 2))
    )
    assert form(cost) == "E = 1/2 (sum_h,t norm2(a^(h, t)))"


def test_a_matrix_read_whole_is_laid_by_label() -> None:
    t, k, n = letters(("t", T), ("k", K), ("n", N))
    weights = Tensor("V", (N, K), "parameter")
    product = one(entry(X, t, n), entry(weights, n, k), bound=(n,))
    assert form(equation(entry(Z, t, k), product)) == "z^(t) = V' x^(t)"


def test_conditions_and_positions_of_labels() -> None:
    t, k = letters(("t", T), ("k", K))
    kept = one(holds("<=", t, position("T") - 1), entry(Z, t, k), bound=(t,))
    assert form(equation(entry(B, k), kept)) == "b = sum_t [t <= T - 1] z^(t)"
    (t,) = letters(("t", T))
    assert form(equation(entry(Z, t, k), one(position(t), entry(B, k)))) == "z^(t) = t b"


def test_scalars_at_labels() -> None:
    t, k = letters(("t", T), ("k", K))
    costs = Tensor("L", (T,), labels=(0,))
    classes = Tensor("c", (T,), "class", among=K, labels=(0,))
    log = call("log", one(entry(Z, t, entry(classes, t))))
    assert form(equation(entry(costs, t), log)) == "L^(t) = log(z[t, c[t]])"
    spread = over_axis("logsumexp", k, one(entry(Z, t, k)))
    assert form(equation(entry(costs, t), spread)) == "L^(t) = logsumexp(z^(t))"
    assert form(equation(entry(Tensor("E")), one(entry(costs, t), bound=(t,)))) == "E = sum_t L^(t)"


def test_functions_along_labels_lay_what_has_no_other_axes() -> None:
    """Attention weights of a recurrent network: e⁽ᵗ⁾ is a vector over s, and so is its softmax."""
    score, weight = Tensor("e", (T, T), labels=(0, 1)), Tensor("a", (T, T), labels=(0, 1))
    t, s, r, k = letters(("t", T), ("s", T), ("r", T), ("k", K))
    soft = over_axis("softmax", r, one(entry(score, t, r)), s)
    assert form(equation(entry(weight, t, s), soft)) == "a^(t) = softmax(e^(t))"
    mixed = one(entry(weight, t, s), entry(Z, s, k), bound=(s,))
    assert form(equation(entry(STATE, t, k), mixed)) == "h^(t) = sum_s a^(t, s) z^(s)"
    steps = Tensor("L", (T,), labels=(0,))
    assert form(equation(entry(Tensor("E")), over_axis("logsumexp", r, one(entry(steps, r))))) == "E = logsumexp(L)"


def test_functions_along_labels_of_vectors_have_no_matrix_form() -> None:
    t, k = letters(("t", T), ("k", K))
    with pytest.raises(NoMatrixForm):
        vectorise(equation(entry(B, k), over_axis("logsumexp", t, one(entry(Z, t, k)))))


def test_a_part_that_grows_with_the_label() -> None:
    """Σ_{j ≤ t} v_j z_j⁽ᵗ⁾ over a plain axis as long as the label's: a slice whose end depends on the label."""
    v, y = Tensor("v", (Range.to("T"),), "input"), Tensor("y", (T,), labels=(0,))
    t = Index("t", T)
    j = Index("j", Range.to(t.slot))
    assert form(equation(entry(y, t), one(entry(v, j), bound=(j,)))) == "y^(t) = sum(v[1:t, :])"


def test_plain_axes_at_labels_are_slices() -> None:
    long = Tensor("v", (Range.to(position("T") + 1), K), "input")
    t, k = letters(("t", T), ("k", K))
    assert form(equation(entry(Z, t, k), entry(long, t.slot + 1, k))) == "z^(t) = v[t + 1, :]'"
    with pytest.raises(NoMatrixForm):
        vectorise(equation(entry(Z, t, k), entry(long, t.slot + 2, k)))


def test_concatenation_at_a_label() -> None:
    both = Tensor("y", (T, Range.to(position("K") + position("N"))), labels=(0,))
    t, i = Index("t", T), Index("i", both.axes[1])
    joined = equation(entry(both, t, i), entry(Z, t, i), entry(X, t, i.slot - position("K")))
    assert form(joined) == "y^(t) = concatenate(z^(t), x^(t))"


def test_a_wrong_label_is_found() -> None:
    t, k, j = letters(("t", T), ("k", K), ("j", K))
    right = total(one(entry(W, k, j), entry(STATE, t.slot - 1, j), bound=(j,)))
    given = equation(entry(Z, t, k), right)
    vector = vectorise(given)
    product, state = vector.right, vector.right.args[1]
    assert isinstance(state.data, Entry)
    late = Matrix("labelled", (), state.rows, None, Entry(STATE, (t.slot, state.data.slots[1])))
    wrong = Matrix("matmul", (product.args[0], late), product.rows)
    assert not all(map(passed, findings(given, type(vector)(vector.left, wrong))))


def test_a_lost_range_of_a_sum_is_found() -> None:
    (k,) = letters(("k", K))
    t, s = Index("t", Range(position(2), position("T"))), Index("t", T)
    given = equation(entry(B, k), one(entry(Z, t, k), bound=(t,)))
    vector = vectorise(given)
    state = vectorise(equation(entry(B, k), one(entry(Z, s, k), bound=(s,)))).right
    assert not all(map(passed, findings(given, type(vector)(vector.left, state))))


def test_a_read_outside_the_axis_wins_over_what_is_no_number() -> None:
    """y_{t+1} / y_{t+1} of the last step is 0: the index form reads nothing there."""
    (k,), t = letters(("k", K)), Index("t", T)
    product = one(entry(B, k), entry(Z, t.slot + 1, k), Power(one(entry(Z, t.slot + 1, k)), -2))
    assert form(equation(entry(Z, t, k), product)) == "z^(t) = b * z^(t + 1) * z^(t + 1)^-2"
