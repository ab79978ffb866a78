"""The self-check passes what is right, and sees planted faults of every kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import pytest

from derive import operators
from derive.backward.contributions import contributions
from derive.declare.load import parse_problem
from derive.derivation import Derivation, Line, Step
from derive.errors import NoMatrixForm
from derive.notation.expression import ONE, Bracket, Entry, Expr, Tensor, Term
from derive.notation.matrix import Matrix, MatrixEquation
from derive.notation.product import negative
from derive.operators import slopes
from derive.pipeline import derive_network
from derive.selfcheck import selfcheck
from derive.vectorise import vectorise
from tests.hand import logarithm_of_minus_a_square, residual, shifted, shifted_rows

NETWORKS = {"residual": residual, "shifted": shifted, "shifted rows": shifted_rows}


def derivation(name: str = "residual") -> Derivation:
    network = NETWORKS[name]()
    return derive_network(network, network.want)


def with_line(found: Derivation, name: str, change: Callable[[Line], Line]) -> Derivation:
    assert any(line.tensor.name == name for line in found.backward)
    backward = tuple(change(line) if line.tensor.name == name else line for line in found.backward)
    return replace(found, backward=backward)


def everywhere(change: Callable[[Expr], Expr]) -> Callable[[Line], Line]:
    """A fault in every step that has no ∂, and in the vector form that is made of the last: a consistent mistake."""

    def changed(line: Line) -> Line:
        steps = tuple(s if s.rule == "chain" else Step(s.rule, change(s.right)) for s in line.steps)
        wrong = replace(line, steps=steps)
        return replace(wrong, vector=_vector_form(wrong))

    return changed


def _vector_form(line: Line) -> MatrixEquation | None:
    try:
        return vectorise(line.scalar)
    except NoMatrixForm:
        return None


def last_only(change: Callable[[Expr], Expr]) -> Callable[[Line], Line]:
    return lambda line: replace(line, steps=(*line.steps[:-1], Step(line.steps[-1].rule, change(line.steps[-1].right))))


def vector_only(change: Callable[[Matrix], Matrix]) -> Callable[[Line], Line]:
    def changed(line: Line) -> Line:
        assert line.vector is not None
        wrong = replace(line.vector, right=_everywhere_in(line.vector.right, change))
        assert wrong != line.vector
        return replace(line, vector=wrong)

    return changed


def _everywhere_in(matrix: Matrix, change: Callable[[Matrix], Matrix]) -> Matrix:
    return change(replace(matrix, args=tuple(_everywhere_in(a, change) for a in matrix.args)))


def lost_path(expr: Expr) -> Expr:
    assert len(expr.terms) > 1
    return Expr(expr.terms[:-1])


def swapped_index(expr: Expr) -> Expr:
    """w_ji read as w_ij, its letters swapped."""
    entry = next(f for t in expr.terms for f in t.factors if isinstance(f, Entry) and len(f.slots) == 2)
    return _with_factor(expr, entry, Entry(entry.tensor, entry.slots[::-1]))


def lost_bar(expr: Expr) -> Expr:
    barred = next(f for t in expr.terms for f in t.factors if isinstance(f, Entry) and f.tensor.is_bar)
    return _with_factor(expr, barred, Entry(replace(barred.tensor, cost=()), barred.slots))


def dropped_range(expr: Expr) -> Expr:
    terms = tuple(replace(t, factors=tuple(f for f in t.factors if not isinstance(f, Bracket))) for t in expr.terms)
    assert terms != expr.terms
    return Expr(terms)


def _with_factor(expr: Expr, old: Entry, new: Entry) -> Expr:
    terms = (Term(t.coefficient, t.bound, tuple(new if f is old else f for f in t.factors)) for t in expr.terms)
    return Expr(tuple(terms))


def transposed(matrix: Matrix) -> Matrix:
    """Aᵀ read as A, in the same shape only if A is square: the sizes are unequal, so it shows."""
    return matrix.args[0] if matrix.op == "transpose" else matrix


def wrong_sign(matrix: Matrix) -> Matrix:
    is_bar = isinstance(matrix.data, Tensor) and matrix.data.is_bar
    return Matrix("scale", (matrix,), matrix.rows, matrix.columns, -1) if is_bar else matrix


FAULTS = {
    "a sign": ("z", everywhere(negative)),
    "a sign in the last step": ("z", last_only(negative)),
    "a lost path": ("h", everywhere(lost_path)),
    "a lost skip connection": ("x", everywhere(lost_path)),
    "a swapped index": ("h", everywhere(swapped_index)),
    "a lost bar": ("z", everywhere(lost_bar)),
    "a transpose in the vector form": ("h", vector_only(transposed)),
    "a sign in the vector form": ("x", vector_only(wrong_sign)),
}


@pytest.mark.parametrize("name", sorted(NETWORKS))
@pytest.mark.parametrize("seed", range(3))
def test_what_is_right_passes(name: str, seed: int) -> None:
    report = selfcheck(derivation(name), seed)
    assert report.ok, report
    assert report.worst < 1e-7


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "elu", "gelu", "abs", "unheard_of"])
def test_kinks_and_abstract_functions_pass(activation: str) -> None:
    network = residual(activation)
    assert selfcheck(derive_network(network, network.want)).ok


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_planted_faults_are_seen(fault: str) -> None:
    name, change = FAULTS[fault]
    report = selfcheck(with_line(derivation(), name, change))
    assert not report.ok
    assert any(name in f.name or f.kind == "whole" for f in report.failures)
    assert report.sentence.startswith("The check failed")


def test_a_dropped_range_is_seen() -> None:
    found = derivation("shifted")
    assert not selfcheck(with_line(found, "x", everywhere(dropped_range))).ok


def test_one_way_of_checking_alone_sees_a_fault_in_many_equations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit of the whole-network check, a line's own surroundings show its faults."""
    monkeypatch.setattr("derive.selfcheck.WHOLE", 0)
    assert selfcheck(derivation()).ok
    for fault in ("a sign", "a lost path", "a lost skip connection", "a swapped index", "a lost bar"):
        name, change = FAULTS[fault]
        assert not selfcheck(with_line(derivation(), name, change)).ok, fault


def test_a_wrong_slope_in_the_table_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(operators.TABLE["tanh"], slopes=(lambda f, x: ONE,))
    monkeypatch.setattr(slopes, "TABLE", MappingProxyType({**operators.TABLE, "tanh": wrong}))
    report = selfcheck(derivation())
    assert {f.kind for f in report.failures} >= {"contribution", "whole"}


def test_a_lost_read_in_the_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.selfcheck.alone.contributions", lambda e, cost: contributions(e, cost)[1:])
    assert any(f.kind == "contribution" for f in selfcheck(derivation()).failures)


def test_a_failure_says_how_to_repeat_it() -> None:
    report = selfcheck(with_line(derivation(), "z", everywhere(negative)), seed=7)
    failure = report.failures[0]
    assert dict(failure.sizes).keys() == {"N", "K"} and failure.seed == 7
    assert "N = " in str(failure) and "seed 7" in str(failure)


def test_sizes_that_are_numbers_stay() -> None:
    network = residual()
    sizes = {**network.sizes, "N": replace(network.sizes["N"], number=7)}
    found = derive_network(replace(network, sizes=sizes), network.want)
    report = selfcheck(with_line(found, "z", everywhere(negative)))
    assert all(dict(f.sizes).get("N", 7) == 7 for f in report.failures)


def test_a_domain_moves_the_sample() -> None:
    network = residual("log")
    assert selfcheck(derive_network(network, network.want)).ok


def test_no_usable_point_is_a_failure_not_a_pass() -> None:
    network = logarithm_of_minus_a_square()
    report = selfcheck(derive_network(network, network.want))
    assert not report.ok
    assert {f.kind for f in report.failures} == {"unchecked"}


SHORT = """
version: 1
sizes: {{T: {T}, K: size K}}
labels: {{t: T}}
indices: {{j: K}}
parameters: {{W: [K, K], w: [T], a: [K]}}
equations: |
  {equations}
cost: E
want: [W, w, a]
"""
STEPS = "h[1] = a\n  h[t] = tanh(W @ h[t-1]) * w[t] for t = 2..T\n  "
ENDS = {
    "a condition at more positions than there are": (
        "size T",
        STEPS + "y[t] = w[t]**2\n  E = sum(t, [t <= 2] * y[t]) + sum(h[T])",
    ),
    "a range that a formula leaves empty": ("1, F: T + 1", STEPS + "E = sum(t, [t >= 2] * w[t]) + h[F-1, K]"),
    "a root that is 0 at one position": ("size T", STEPS + "E = std(t, [t < T] * w[t]) * sum(h[T])"),
    "no slope at one position": ("size T", STEPS + "E = norm(t, w[t-1] * w[t]) * sum(h[T])"),
    "a root beside a comparison": ("size T", STEPS + "E = max(std(t, w[t]**2), 1) * sum(h[T])"),
    "a range that the number leaves empty": ("1", STEPS + "E = sum(h[T])"),
}


@pytest.mark.parametrize("name", sorted(ENDS))
def test_where_ranges_end(name: str) -> None:
    """Found by `random_axes`: lines are right at each length, or have no value at some; neither is a failure."""
    size, equations = ENDS[name]
    report = selfcheck(derive_network(parse_problem(SHORT.format(T=size, equations=equations))))
    assert report.ok, report.sentence


def test_what_is_zero_at_every_step_is_told_from_rounding() -> None:
    network = parse_problem(
        "version: 1\nsizes: {N: 4}\nparameters: {v: [N], t: [N], s: [N]}\nfacts: ['s in {-1, 1}']\ncost: E\n"
        "equations: |\n  h = (sum(s) * v)/norm(t)\n  E = sum(h)\n",
        "p.yaml",
    )
    found = derive_network(network, network.want)
    assert all(selfcheck(found, seed).ok for seed in range(6))
