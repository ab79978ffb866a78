"""Names for parts of a vector line, means, and common factors taken out."""

from __future__ import annotations

from derive.notation.expression import Power, Tensor
from derive.notation.index import Index, Range, Slot, position
from tests.hand import call, one, total
from tests.vectorise.forms import H, K, N, T, entry, equation, form, named

P, PB, SB = (Tensor(name, (N, N), "hidden") for name in ("P", "Q", "S"))
X, Y, R = Tensor("x", (N,), "input"), Tensor("y", (N,)), Tensor("r", (), "input")


def inverse(size: str) -> Power:
    return Power(one(position(size)), -1)


def test_softmax_by_rows() -> None:
    i, j, k = (Index(name, N) for name in "ijk")
    dot = one(entry(PB, i, k), entry(P, i, k), bound=(k,), coefficient=-1)
    whole = one(entry(P, i, j), Power(total(one(entry(PB, i, j)), dot)))
    text = "S = P * (Q + (-1 (d 1')))"
    assert named(equation(entry(SB, i, j), whole)) == ["d = (Q * P) 1", text]
    assert named(equation(entry(SB, i, j), whole), "dNPQS") == ["delta = (Q * P) 1", text.replace("d", "delta")]
    spread = total(
        one(entry(P, i, j), entry(PB, i, j)),
        one(entry(P, i, j), entry(PB, i, k), entry(P, i, k), bound=(k,), coefficient=-1),
    )
    assert named(equation(entry(SB, i, j), spread)) == ["d = (Q * P) 1", text]


def test_softmax_by_columns() -> None:
    i, j, k = (Index(name, N) for name in "ijk")
    dot = one(entry(PB, k, j), entry(P, k, j), bound=(k,), coefficient=-1)
    whole = one(entry(P, i, j), Power(total(one(entry(PB, i, j)), dot)))
    assert named(equation(entry(SB, i, j), whole)) == ["d = (Q * P)' 1", "S = P * (Q + (-1 (1 d')))"]


def test_a_part_has_the_labels_that_it_depends_on() -> None:
    a, b, c = (Tensor(name, (H, N, K), labels=(0,)) for name in "PQS")
    h, i, j, k = Index("h", H), Index("i", N), Index("j", K), Index("k", K)
    dot = one(entry(b, h, i, k), entry(a, h, i, k), bound=(k,), coefficient=-1)
    whole = one(entry(a, h, i, j), Power(total(one(entry(b, h, i, j)), dot)))
    found = named(equation(entry(c, h, i, j), whole))
    assert found == ["d^(h) = (Q^(h) * P^(h)) 1", "S^(h) = P^(h) * (Q^(h) + (-1 (d^(h) 1')))"]


def test_a_part_under_a_sum_over_labels() -> None:
    a, b, m = Tensor("a", (T, N, K), labels=(0,)), Tensor("b", (T, N, K), labels=(0,)), Tensor("M", (N, K))
    t, i, j, k = Index("t", T), Index("i", N), Index("j", K), Index("k", K)
    inner = total(one(entry(a, t, i, j)), one(entry(b, t, i, k), entry(a, t, i, k), bound=(k,)))
    found = named(equation(entry(m, i, j), one(entry(b, t, i, j), Power(inner), bound=(t,))))
    assert found == ["d^(t) = (b^(t) * a^(t)) 1", "M = sum_t b^(t) * (a^(t) + (d^(t) 1'))"]


def test_what_is_written_twice_gets_a_name() -> None:
    a = Tensor("A", (N, N), "input")
    i, j, k = (Index(name, N) for name in "ijk")
    one_way = one(entry(a, i, j), entry(X, j), bound=(j,)), one(entry(a, j, i), entry(X, j), bound=(j,))
    again = one(entry(a, i, k), entry(X, k), bound=(k,)), one(entry(a, k, i), entry(X, k), bound=(k,))
    given = equation(entry(Y, i), call("tanh", total(*one_way)), one(Power(total(*again)), entry(X, i)))
    assert named(given) == ["d = (A x) + (A' x)", "y = tanh(d) + (d * x)"]


def test_nothing_to_name() -> None:
    (i,) = (Index("i", N),)
    assert named(equation(entry(Y, i), one(entry(X, i)))) == []


def test_the_mean_of_a_vector() -> None:
    i = Index("i", N)
    assert form(equation(entry(R), one(inverse("N"), entry(X, i), bound=(i,)))) == "r = mean(x)"
    j = Index("j", N)
    gap = total(one(entry(X, i)), one(inverse("N"), entry(X, j), bound=(j,), coefficient=-1))
    assert form(equation(entry(Y, i), gap)) == "y = x + (-1 mean(x))"
    dot = one(inverse("N"), entry(X, i), entry(X, j), entry(Y, j), bound=(j,), coefficient=2)
    assert form(equation(entry(Y, i), dot)) == "y = 2 (mean(x * y) x)"


def test_the_mean_of_rows_and_of_columns() -> None:
    a = Tensor("A", (N, K), "input")
    i, k = Index("i", N), Index("k", K)
    assert form(equation(entry(Y, i), one(inverse("K"), entry(a, i, k), bound=(k,)))) == "y = mean(A)"
    b = Tensor("b", (K,))
    assert form(equation(entry(b, k), one(inverse("N"), entry(a, i, k), bound=(i,)))) == "b = mean(A')"


def test_other_sizes_are_no_means() -> None:
    i = Index("i", N)
    assert form(equation(entry(R), one(inverse("K"), entry(X, i), bound=(i,)))) == "r = K^-1 sum(x)"
    a, w = Tensor("A", (N, K), "input"), Tensor("w", (K,))
    k = Index("k", K)
    product = one(inverse("N"), entry(a, i, k), entry(X, i), bound=(i,))
    assert form(equation(entry(w, k), product)) == "w = N^-1 (A' x)"


def test_some_terms_share_a_factor() -> None:
    i, j = Index("i", N), Index("j", N)
    inner = one(entry(R), entry(X, i)), one(entry(R), inverse("N"), entry(X, j), bound=(j,), coefficient=-1)
    assert form(equation(entry(Y, i), *inner, one(entry(Y, i)))) == "y = (r (x + (-1 mean(x)))) + y"


def test_ranges_from_zero_have_means() -> None:
    long = Tensor("x", (Range(Slot((), 0), position("N")),), "input")
    i = Index("i", long.axes[0])
    count = Power(one(position("N") + 1), -1)
    assert form(equation(entry(R), one(count, entry(long, i), bound=(i,)))) == "r = mean(x)"
