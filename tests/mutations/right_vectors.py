"""Lines in vectors rewritten so that they mean the same, by construction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import TypeAlias

from derive.notation.expression import Apply, Tensor
from derive.notation.matrix import Matrix
from tests.mutations.claim import Vectors, labels_in
from tests.mutations.names import Made, Rewritten, free_name
from tests.mutations.right import shuffled
from tests.mutations.shapes import built, is_column, is_matrix, is_row, is_scalar, shaped, transposed
from tests.mutations.source import Problem
from tests.mutations.spots import Spot, spots
from tests.mutations.wrong_vectors import flat, tensor_of

Kind: TypeAlias = Callable[[Problem, Vectors], Iterator[Made]]


def _with(claim: Vectors, spot: Spot, other: Matrix) -> Made:
    return lambda random: Rewritten(replace(claim, right=shaped(flat(spot.put(other)))))


def _orders(claim: Vectors, op: str) -> Iterator[Made]:
    for spot in spots(claim.right):
        if spot.what.op == op:
            yield lambda random, spot=spot: Rewritten(  # type: ignore[misc]
                replace(claim, right=spot.put(replace(spot.what, args=shuffled(spot.what.args, random))))
            )


def order_of_terms(problem: Problem, claim: Vectors) -> Iterator[Made]:
    return _orders(claim, "add")


def order_of_factors(problem: Problem, claim: Vectors) -> Iterator[Made]:
    return _orders(claim, "hadamard")


def expanded(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """A (b + c) = A b + A c, a ∘ (b + c) = a ∘ b + a ∘ c."""
    for spot in spots(claim.right):
        if spot.what.op in ("matmul", "hadamard", "times"):
            args = spot.what.args
            for n, argument in enumerate(args):
                if argument.op == "add" and not any(map(is_scalar, argument.args)):
                    terms = [built(spot.what.op, *args[:n], term, *args[n + 1 :]) for term in argument.args]
                    yield _with(claim, spot, built("add", *terms))


def factored(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """A b + A c = A (b + c)."""
    for spot in spots(claim.right):
        if spot.what.op == "add":
            first, second, *rest = spot.what.args
            for op in ("matmul", "hadamard"):
                if first.op == second.op == op and len(first.args) == len(second.args) == 2:
                    yield from _taken_out(claim, spot, first, second, rest)


def _taken_out(claim: Vectors, spot: Spot, first: Matrix, second: Matrix, rest: list[Matrix]) -> Iterator[Made]:
    (a, b), (c, d) = first.args, second.args
    if a == c:
        yield _with(claim, spot, built("add", built(first.op, a, built("add", b, d)), *rest))
    if b == d:
        yield _with(claim, spot, built("add", built(first.op, built("add", a, c), b), *rest))


def transposed_product(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """A B = (Bᵀ Aᵀ)ᵀ, and (A B)ᵀ on both sides as Bᵀ Aᵀ."""
    for spot in spots(claim.right):
        if spot.what.op == "matmul" and not is_scalar(spot.what):
            yield _with(claim, spot, transposed(pushed(spot.what)))
    if not is_scalar(claim.right) and claim.right.op in ("matmul", "add", "hadamard", "times"):
        yield lambda random: Rewritten(replace(claim, left=transposed(claim.left), right=shaped(pushed(claim.right))))
    if is_scalar(claim.right) and claim.right.op == "matmul":
        yield lambda random: Rewritten(replace(claim, right=shaped(pushed(claim.right))))


def pushed(matrix: Matrix) -> Matrix:
    """The transpose, written out: (A B + C)ᵀ = Bᵀ Aᵀ + Cᵀ."""
    if matrix.op == "matmul":
        return built("matmul", *(pushed(a) for a in reversed(matrix.args)))
    if matrix.op in ("add", "hadamard", "times", "scale"):
        return built(matrix.op, *(pushed(a) for a in matrix.args), data=matrix.data)
    if matrix.op == "over":
        return built("over", pushed(matrix.args[0]), data=matrix.data)
    return transposed(matrix)


def trace(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """aᵀ b = tr(b aᵀ), 𝟏ᵀ(A ∘ B)𝟏 = tr(Aᵀ B), ‖a‖² = aᵀ a, ‖A‖² = tr(Aᵀ A)."""
    for spot in spots(claim.right):
        args = spot.what.args
        if spot.what.op == "matmul" and is_scalar(spot.what):
            turned = built("matmul", *args[1:], args[0])
            yield _with(claim, spot, built("trace", turned))
        elif spot.what.op == "sum" and args[0].op == "hadamard" and len(args[0].args) == 2 and is_matrix(args[0]):
            a, b = args[0].args
            yield _with(claim, spot, built("trace", built("matmul", transposed(a), b)))
        elif spot.what.op == "norm2":
            product = built("matmul", transposed(args[0]), args[0])
            turned = built("matmul", args[0], transposed(args[0]))
            yield _with(claim, spot, product if is_column(args[0]) else built("trace", product))
            yield _with(claim, spot, built("trace", turned))


def diagonals(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """a ∘ b = diag(a) b for columns, 𝟏ᵀ v = vᵀ 𝟏."""
    for spot in spots(claim.right):
        args = spot.what.args
        if spot.what.op == "hadamard" and len(args) == 2 and all(is_column(a) for a in args):
            yield _with(claim, spot, built("matmul", built("diag", args[0]), args[1]))
            yield _with(claim, spot, built("matmul", built("diag", args[1]), args[0]))
        elif spot.what.op == "sum" and is_column(args[0]):
            ones = Matrix("ones", (), args[0].rows, None)
            yield _with(claim, spot, built("matmul", transposed(args[0]), ones))
        elif spot.what.op == "sum" and is_row(args[0]):
            ones = Matrix("ones", (), None, args[0].columns)
            yield _with(claim, spot, built("matmul", ones, transposed(args[0])))


def expanded_sums(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """Σ_t (a + b) = Σ_t a + Σ_t b."""
    for spot in spots(claim.right):
        if spot.what.op == "over" and spot.what.args[0].op == "add":
            terms = (built("over", term, data=spot.what.data) for term in spot.what.args[0].args)
            yield _with(claim, spot, built("add", *terms))


def definition_put_in(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for spot in spots(claim.right):
        if spot.what.op == "tensor" and tensor_of(spot.what) in problem.defining_vectors:
            yield _with(claim, spot, problem.defining_vectors[tensor_of(spot.what)].right)


def slopes(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """tanh′(z) for 𝟏 − h ∘ h, σ′(z) for s ∘ (𝟏 − s)."""
    for spot in spots(claim.right):
        called = _one_less_square(problem, spot.what)
        if called is not None:
            yield _with(claim, spot, primed(called))
        elif spot.what.op == "hadamard":
            yield from _sigmoids(problem, claim, spot)


def primed(called: Matrix) -> Matrix:
    assert isinstance(called.data, Apply)
    return replace(called, data=replace(called.data, partials=((0, ()),)))


def _one_less(matrix: Matrix) -> Matrix | None:
    """b of 𝟏 − b."""
    if matrix.op == "add" and len(matrix.args) == 2 and _is_ones(matrix.args[0]):
        second = matrix.args[1]
        if second.op == "scale" and second.data == -1:
            return second.args[0]
    return None


def _is_ones(matrix: Matrix) -> bool:
    return matrix.op == "ones" or (matrix.op == "matmul" and all(a.op == "ones" for a in matrix.args))


def _one_less_square(problem: Problem, matrix: Matrix) -> Matrix | None:
    inner = _one_less(matrix)
    if inner is None or inner.op != "power" or inner.data != 2:
        return None
    return _called(problem, inner.args[0], "tanh")


def _called(problem: Problem, leaf: Matrix, function: str) -> Matrix | None:
    form = problem.defining_vectors.get(leaf.data) if leaf.op == "tensor" and isinstance(leaf.data, Tensor) else None
    if form is None or form.right.op != "apply" or not isinstance(form.right.data, Apply):
        return None
    return form.right if form.right.data.function == function and not form.right.data.partials else None


def _sigmoids(problem: Problem, claim: Vectors, spot: Spot) -> Iterator[Made]:
    for leaf in spot.what.args:
        called = _called(problem, leaf, "sigmoid")
        for other in spot.what.args:
            if called is not None and _one_less(other) == leaf:
                rest = [a for a in spot.what.args if a is not leaf and a is not other]
                yield _with(claim, spot, built("hadamard", *rest, primed(called)))


def common_names(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """δ = ȳ, p = softmax(y), u = Wᵀ ȳ on a line of its own; then the line with that name."""
    for spot in spots(claim.right):
        plain = spot.what.op not in ("ones", "identity", "one-hot", "number", "size", "scale", "condition", "mask")
        bare = spot.what.op != "tensor" or tensor_of(spot.what).is_bar
        within = spot.parent is not None and spot.parent.op != "whole"
        long = not is_open(spot.what)
        if plain and bare and within and long and not labels_in(spot.what) and not spot.scope:
            yield lambda random, spot=spot: _named(problem, claim, spot, random)  # type: ignore[misc]


def is_open(matrix: Matrix) -> bool:
    """Whether how long a matrix is rests on 𝟏, 𝐈 or 𝐞, which do not say it."""
    if matrix.op in ("ones", "identity", "one-hot"):
        return True
    if matrix.op in ("scale", "times", "transpose", "power"):
        return is_open(matrix.args[-1])
    if matrix.op in ("add", "hadamard"):
        return all(is_open(a) for a in matrix.args if not is_scalar(a))
    ends = ((matrix.rows, 0), (matrix.columns, -1))
    return matrix.op == "matmul" and any(axis is not None and is_open(matrix.args[n]) for axis, n in ends)


def _named(problem: Problem, claim: Vectors, spot: Spot, random: Random) -> Rewritten:
    what = spot.what
    axes = tuple(axis for axis in (what.rows, what.columns) if axis is not None)
    tensor = Tensor(free_name(problem, random, len(axes)), axes, row=is_row(what))
    leaf = Matrix("tensor", (), what.rows, what.columns, tensor)
    return Rewritten(replace(claim, right=spot.put(leaf)), (Vectors(leaf, what),))


KINDS: Mapping[str, Kind] = MappingProxyType({
    "order of terms": order_of_terms, "order of factors": order_of_factors, "expanded": expanded,
    "expanded sums": expanded_sums, "factored": factored, "transposed product": transposed_product, "trace": trace,
    "diagonals": diagonals, "definition put in": definition_put_in, "form of slopes": slopes,
    "common names": common_names,
})  # fmt: skip
