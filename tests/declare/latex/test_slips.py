"""What is ambiguous in LaTeX is asked, with its place and the spellings that decide; both spellings are then read."""

from __future__ import annotations

import pytest

from derive.declare.build import build_network
from derive.declare.load import parse_problem
from derive.declare.network import Network
from derive.errors import DeriveError, Problem

HEAD = """version: 1
sizes: {N: a, K: b, T: c, D: d}
indices: {i: K, j: N}
labels: {t: T}
inputs: {x: [N], y: [K], u: [N], s: [T, N], a: [], b: [], A: [N, N], B: [N, N], M: [N, K], R: [N, K]}
parameters: {W: [K, N], v: [K], Wi: [K, N], ab: [], V: [K, N]}
functions: {f: abstract}
equations_latex: |
"""
LINE = HEAD.count("\n") + 1


def read(*lines: str) -> Network:
    return parse_problem(HEAD + "".join(f"  {line}\n" for line in lines), "p.yaml")


def problem(*lines: str) -> Problem:
    with pytest.raises(DeriveError) as met:
        read(*lines)
    return met.value.problems[0]


ASKED = {
    r"z = ab x": (7, "the name ab, or the product", [r"z = \mathrm{ab} x", r"z = a\,b x"], ["ab * x", "a * b * x"]),
    r"z = x u": (9, "side by side", [r"z = x^\top u", r"z = x \odot u"], ["x.T @ u", "x * u"]),
    r"z = x \cdot u": (15, "scalar product", [r"z = x^\top u", r"z = x \odot u"], ["x.T @ u", "x * u"]),
    r"Z = A \cdot B": (15, "product of the matrices", ["Z = A B", r"Z = A \odot B"], ["A @ B", "A * B"]),
    r"Z = A * B": (11, "product of the matrices", ["Z = A B", r"Z = A \odot B"], ["A @ B", "A * B"]),
    r"Z = A \times B": (16, "product of the matrices", ["Z = A B", r"Z = A \odot B"], ["A @ B", "A * B"]),
    r"Z = x \otimes u": (17, "outer", [r"Z = x u^\top", r"Z = x \odot u"], ["x @ u.T", "x * u"]),
    r"z = s^T": (7, "transpose of s, or s at T", [r"z = s^{\top}", r"z = s^{(T)}"], ["s.T", "s[T]"]),
    r"z = s^{2}": (7, "a power of s, or s at the label 2", [r"z = s^{(2)}"], ["s[2]"]),
    r"Z = A^2": (7, "power of the matrix, or of each entry", ["Z = A A", r"Z = A \odot A"], ["A @ A", "A * A"]),
    r"z = |A|": (7, "determinant", [r"z = \det(A)", r"z = \operatorname{abs}(A)"], ["det(A)", "abs(A)"]),
    r"z = \|A\|": (
        7, "Frobenius", [r"z = \|A\|_F", r"z = \|A\|_2"], ["norm(A)", "spectral_norm(A)"],
    ),
    r"z = \log a b": (7, "how far", [r"z = \log(a) b", r"z = \log(a b)"], ["log(a) * b", "log(a * b)"]),
    r"z = a/b x": (9, "below the /", [r"z = \frac{a}{b} x"], ["a/b * x"]),
    r"z_i = W_i^\top u_1": (9, "`Wi`, or `W`", [r"z_i = V_{i} u"], ["V[i] * u"]),
    r"Z = \mathrm{softmax}(M)": (
        7, "rows or its columns", [r"Z_{ji} = \mathrm{softmax}_j(M_{ji})", r"Z_{ji} = \mathrm{softmax}_i(M_{ji})"],
        ["softmax(j, M[j, i])", "softmax(i, M[j, i])"],
    ),
    r"z = g(x + 1)": (7, "a function or a factor", [r"z = f(x + 1)", r"z = a(x + 1)"], ["f(x + 1)", "a * (x + 1)"]),
    r"z = \tanh^{-1}(x)": (7, "inverse function, or one over it", [r"z = \frac{1}{\tanh(x)}"], ["1/tanh(x)"]),
    r"z = 1/2 x": (9, "below the /", [r"z = \frac{1}{2} x", r"z = \frac{1}{2 x}"], ["1/2 * x", "1/(2 * x)"]),
    r"Z = A^{-\frac12}": (7, "power of the matrix", [r"Z = A^{\circ -\frac12}"], ["A**(-1/2)"]),
    r"z = \|A\|_1": (
        7, "sum of all entries", [r"z = \sum_{i,j} |M_{ji}|", r"z = \max_i \sum_j |M_{ji}|"],
        ["sum(i, j, abs(M[j, i]))", "max(i, sum(j, abs(M[j, i])))"],
    ),
    r"z = \mathrm{softmax}(M) y": (7, "`P_{kl} = \\mathrm{softmax}_l(M)_{kl}`", [], []),
    r"z = x A": (9, "a column of N", [r"z = x^\top A"], ["x.T @ A"]),
}  # fmt: skip


@pytest.mark.parametrize("line", ASKED)
def test_two_readings_are_asked(line: str) -> None:
    column, what, spellings, read_as = ASKED[line]
    met = problem(line)
    assert met.place is not None
    assert (met.place.file, met.place.line, met.place.column) == ("p.yaml", LINE, column)
    assert what in met.what + met.mend and met.mend.startswith("write ")
    for spelling, expected in zip(spellings, read_as, strict=True):
        if expected != "V[i] * u":
            assert read(spelling).reading[0].partition(" = ")[2] == expected


WRONG = {
    r"z = W^T x": (11, "do not go together", "write `W x`"),
    r"z = Q x": (7, "neither a declaration nor an equation", "declare it"),
    r"z = \foo{x}": (7, r"`\foo` is unknown", ""),
    r"z = \sum_{i=1}^{N} y_i": (15, "`i` runs to N here, and over an axis of K", "exchange"),
    r"z = \sum y_i": (7, "does not say over what it runs", r"\sum_i"),
    r"z = W x = y": (13, "two right sides", "keep one"),
    r"z = f(W (x": (11, "is never closed", "close it"),
    r"z_{ij} = x_i + x_j": (14, "`i` runs to K, and the 1st axis of `x` is N", "exchange"),
    r"x = W u": (3, "`x` is declared, and has an equation too", "keep one"),
    r"W x": (3, "is no equation", "write `name = formula`"),
    r"W x = z": (3, "on the left is no name", "write `name = formula`"),
    r"z = x \pm u": (9, r"`\pm` is not read", "two formulas"),
    r"u = \mathbf{1}": (3, "declared", ""),
    r"z = \mathbf{1}": (7, "how long these ones are", r"\mathbf{1}_N"),
    r"z = x_1 + \dots + x_N": (13, "dots leave out", r"\sum_{i=1}^{N}"),
    r"Z_{jj} = x_j": (3, "gives the diagonal alone", r"`Z = \operatorname{diag}(d)`"),
    r"\bar{x}_j = x_j + 1": (3, "error signal of `x`", r"`\hat{x}`"),
    r"z = A_{:,j}": (7, "a column is not read", r"`B = A^\top` and `B_i`"),
    r"z = \sum_j x_j + u_j": (22, "nothing binds the index `j`", r"\left[ \right] around all that is summed"),
    r"Z = M_{ji} + 1": (10, "nothing binds the index `j`", "write it on the left too, or under a sum"),
    r"Z = M_{pq} + 1": (7, "nothing binds the index `p`", "write it on the left too: `Z_{pq} = ...`"),
    r"\exp(a) = b": (3, "`exp` on the left is a function", "`a = ...`"),
    r"z = W x + b_\text{out of it}": (13, "no positions of `b`", "a label needs an axis"),
}


@pytest.mark.parametrize("line", WRONG)
def test_errors_point_to_the_latex(line: str) -> None:
    column, what, mend = WRONG[line]
    met = problem(line)
    assert met.place is not None and (met.place.line, met.place.column) == (LINE, column), met
    assert what in met.what and mend in met.mend
    assert line in (met.excerpt or "")


def test_an_error_found_later_shows_the_reading() -> None:
    met = problem(r"\mathbf{z} = \mathbf{W} x + u")
    assert met.place is not None and (met.place.line, met.place.column) == (LINE, 31)
    assert "read as  z = W @ x + u" in (met.excerpt or "") and "`u` is a column of N" in met.what


def test_words_outside_of_formulas_are_not_passed_over() -> None:
    met = problem(r"\[ z = W x \]", "where W is a matrix.")
    assert met.place is not None and met.place.line == LINE + 1 and "`where` stands outside" in met.what


READ = {
    r"z = \sum_{i=1}^{K-1} y_i": "z = sum(i, i <= (K - 1), y[i])",
    r"z = \sum_{i=2}^{K} y_i": "z = sum(i, 2 <= i, y[i])",
    r"z_t = \sum_{\tau=1}^{t} s_\tau": "z[t] = sum(tau, tau <= t, s[tau])",
    r"E = \mathbb{E}_{t}\left[ \|s_t\|^2 \right]": "E = expectation(t, norm(s[t])**2)",
    r"z = \begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}": "z = where(x > 0, x, 0)",
    r"z = [x, u]": "z = concatenate(x, u)",
    r"z = \mathbf{1}_N^\top x": "z = ones(N).T @ x",
    r"z = \mathbf{1}^\top x": "z = ones(N).T @ x",
    r"z = x - a \mathbf{1}": "z = x - a",
    r"Z = A - x \mathbf{1}^\top": "Z = A - x @ ones(N).T",
    r"Z = (A + a \mathbf{I})^{-1}": "Z = inv(A + a * eye(N))",
    r"Z_{pq} = r_{pq} \delta_{pq}": "Z[p, q] = R[p, q] * [p == q]",
    r"z = V_{1,:} x": "z = V[1].T @ x",
    r"z = (A + B)^{-1} x": "z = inv(A + B) @ x",
    r"z = v \odot W x": "z = v * (W @ x)",
    r"z = W \tanh(x) \odot v": "z = W @ tanh(x) * v",
    r"z = \frac{1}{1 + e^{-W x}}": "z = 1/(1 + exp(-W @ x))",
    r"z = \langle x, u \rangle": "z = dot(x, u)",
    r"z = \tanh^2(x)": "z = tanh(x)**2",
    r"z = x^\top A \, x": "z = x.T @ A @ x",
    r"z = \log\sum_j \exp x_j": "z = log(sum(j, exp(x[j])))",
    r"z = A^{\dagger} x": "z = pinv(A) @ x",
    r"z = \sqrt[3]{x_1}": "z = x[1]**(1/3)",
    r"z &= W x \\": "z = W @ x",
    r"\mathcal{L}(x) = \tfrac12 \left\| x \right\|^2 \tag{7}": "L = 1/2 * norm(x)**2",
    r"\mathcal{T} = \|x\|": "T_cal = norm(x)",
    r"z = \sigma(W x)": "z = sigmoid(W @ x)",
    r"z = A^{-\top} x": "z = inv(A).T @ x",
    r"z = \|A\|_2 + \|A\|_* + \|A\|_F^2": "z = spectral_norm(A) + nuclear_norm(A) + norm(A)**2",
    r"Z_{jk} = \mathrm{softmax}_k(A B)_{jk}": "Z[j, k] = softmax(k, (A @ B)[j, k])",
    r"z = [x - 1]_+ + [u \| x]^{\circ 2}_1": "z = relu(x - 1) + concatenate(u, x)[1]**2",
    r"z_{p|q} = A_{pq}": "z[p, q] = A[p, q]",
    r"z = \lvert a \rvert + \max(a, b)": "z = abs(a) + max(a, b)",
}


@pytest.mark.parametrize("line", READ)
def test_what_is_read(line: str) -> None:
    assert read(line).reading == (READ[line],)


def test_from_python() -> None:
    network = build_network(
        sizes={"N": "in", "K": "out"},
        inputs={"x": ["N"], "t": ["K"]},
        parameters={"W": ["K", "N"]},
        equations_latex="y = \\tanh(W x)\nE = \\frac{1}{2} \\| y - t \\|^2",
        cost="E",
    )
    assert network.reading == ("y = tanh(W @ x)", "E = 1/2 * norm(y - t)**2")
    with pytest.raises(DeriveError) as met:
        build_network(sizes={"N": "in"}, inputs={"x": ["N"]}, equations_latex="y = W x")
    assert str(met.value.problems[0].place) == "<python>:1:5"


def test_both_keys_are_one_too_many() -> None:
    text = HEAD + "  z = W x\nequations: z = W @ x\n"
    with pytest.raises(DeriveError, match="stands beside"):
        parse_problem(text, "p.yaml")


def test_undeclared_sigma_is_said() -> None:
    assert any("logistic" in note for note in read(r"z = \sigma(x)").notes)
