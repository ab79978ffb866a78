"""Single mistakes in lines in vectors: each kind lists what it could do to a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from derive.notation.expression import Apply, Entry, Tensor
from derive.notation.index import Index, Range, Slot
from derive.notation.matrix import Matrix
from tests.mutations.claim import Vectors
from tests.mutations.shapes import built, is_column, is_matrix, is_row, is_scalar, shaped, transposed
from tests.mutations.source import Problem
from tests.mutations.spots import Spot, spots
from tests.mutations.wrong import Made, alike, is_primable, layers

Kind: TypeAlias = Callable[[Problem, Vectors], Iterator[Made]]
LISTS = ("add", "matmul", "hadamard", "times")


def _with(claim: Vectors, spot: Spot, other: Matrix) -> Made:
    return lambda: replace(claim, right=shaped(flat(spot.put(other))))


def flat(matrix: Matrix) -> Matrix:
    """Sums in sums and products in products opened, as they are written."""
    args = [flat(argument) for argument in matrix.args]
    if matrix.op in ("add", "matmul", "hadamard"):
        args = [inner for a in args for inner in (a.args if a.op == matrix.op else (a,))]
        if len(args) == 1:
            return args[0]
    return replace(matrix, args=tuple(args))


def _tensors(claim: Vectors) -> Iterator[tuple[Tensor, Matrix, Callable[[Matrix], Made]]]:
    """The tensors of both sides, with what puts another leaf there."""
    for spot in spots(claim.right):
        if spot.what.op in ("tensor", "labelled"):
            yield tensor_of(spot.what), spot.what, partial(_with, claim, spot)
    yield tensor_of(claim.left), claim.left, lambda other: lambda: replace(claim, left=other)


def tensor_of(leaf: Matrix) -> Tensor:
    data = leaf.data.tensor if isinstance(leaf.data, Entry) else leaf.data
    assert isinstance(data, Tensor)
    return data


def leaf_of(tensor: Tensor, like: Matrix) -> Matrix:
    """Another tensor in a leaf's place, at the same labels, with its own rows and columns."""
    data = Entry(tensor, like.data.slots) if isinstance(like.data, Entry) else tensor
    layout = tensor.layout
    if len(layout) == 2:
        return replace(like, data=data, rows=layout[0], columns=layout[1])
    only = layout[0] if layout else None
    return replace(like, data=data, rows=None if tensor.row else only, columns=only if tensor.row else None)


def bar_lost(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for tensor, leaf, put in _tensors(claim):
        if tensor.is_bar:
            yield put(leaf_of(problem.forward_of(tensor), leaf))


def bar_added(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for tensor, leaf, put in _tensors(claim):
        if tensor in problem.bars:
            yield put(leaf_of(problem.bars[tensor], leaf))


def transpose_lost(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for spot in spots(claim.right):
        if spot.what.op == "transpose":
            yield _with(claim, spot, spot.what.args[0])


def transpose_added(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for spot in spots(claim.right):
        scalar = is_scalar(spot.what) or spot.what.op in ("transpose", "ones", "identity")
        if not scalar and (spot.parent is None or spot.parent.op not in ("transpose", "slice")):  # Vᵀ_{i,:} is V_{i,:}ᵀ
            yield _with(claim, spot, transposed(spot.what))


def sign(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for spot in spots(claim.right):
        place = spot.parent is None or spot.parent.op in ("add", "over")
        if spot.what.op == "scale" and isinstance(spot.what.data, (int, Fraction)):
            yield _with(claim, spot, _scaled(-spot.what.data, spot.what.args[0]))
        elif place:
            yield _with(claim, spot, _scaled(-1, spot.what))


def _scaled(factor: int | Fraction, matrix: Matrix) -> Matrix:
    return matrix if factor == 1 else built("scale", matrix, data=factor)


def number(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """A number in front is lost, or 2 put there."""
    for spot in spots(claim.right):
        if spot.what.op == "scale" and spot.what.data != -1 and isinstance(spot.what.data, (int, Fraction)):
            yield _with(claim, spot, _scaled(-1 if spot.what.data < 0 else 1, spot.what.args[0]))
        elif spot.parent is None or spot.parent.op == "add":
            yield _with(claim, spot, _scaled(2, spot.what))


def prime_lost(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """σ for σ′."""
    for spot in spots(claim.right):
        data = spot.what.data
        if spot.what.op == "apply" and isinstance(data, Apply) and data.partials:
            yield _with(claim, spot, replace(spot.what, data=replace(data, partials=data.partials[:-1])))


def prime_added(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """σ′ for σ."""
    for spot in spots(claim.right):
        data = spot.what.data
        if spot.what.op == "apply" and isinstance(data, Apply) and is_primable(data, problem):
            yield _with(claim, spot, replace(spot.what, data=replace(data, partials=(*data.partials, (0, ())))))


def _listed(claim: Vectors, *ops: str) -> Iterator[tuple[Spot, Matrix, int]]:
    for spot in spots(claim.right):
        if spot.what.op in ops:
            yield from ((spot, spot.what, n) for n in range(len(spot.what.args)))


def _without(matrix: Matrix, place: int) -> Matrix:
    kept = (*matrix.args[:place], *matrix.args[place + 1 :])
    return kept[0] if len(kept) == 1 else replace(matrix, args=kept)


def factor_lost(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for spot, matrix, n in _listed(claim, "matmul", "hadamard", "times"):
        if len(matrix.args) > 1:
            yield _with(claim, spot, _without(matrix, n))


def factor_doubled(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for spot, matrix, n in _listed(claim, "hadamard", "times"):
        if is_scalar(matrix.args[n]) or matrix.op == "hadamard":
            yield _with(claim, spot, replace(matrix, args=(*matrix.args[: n + 1], *matrix.args[n:])))


def path_lost(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for spot, matrix, n in _listed(claim, "add"):
        yield _with(claim, spot, _without(matrix, n))


def path_doubled(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for spot, matrix, n in _listed(claim, "add"):
        yield _with(claim, spot, replace(matrix, args=(*matrix.args, matrix.args[n])))


def product_for_entrywise(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """A product where ∘ belongs."""
    for spot in spots(claim.right):
        if spot.what.op == "hadamard":
            yield _with(claim, spot, replace(spot.what, op="matmul"))


def entrywise_for_product(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """∘ where a product belongs."""
    for spot in spots(claim.right):
        if spot.what.op == "matmul":
            for n in range(len(spot.what.args) - 1):
                args = spot.what.args
                both = built("hadamard", *args[n : n + 2])
                yield _with(claim, spot, built("matmul", *args[:n], both, *args[n + 2 :]))


def layer(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """W1 for W2."""
    for tensor, leaf, put in _tensors(claim):
        for other in layers(problem, tensor):
            if other.labels == tensor.labels and len(other.layout) <= 2:
                yield put(leaf_of(other, leaf))


def quantity_exchanged(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """x for h, of the same shape."""
    for tensor, leaf, put in _tensors(claim):
        yield from (put(leaf_of(other, leaf)) for other in alike(problem, tensor) if other.row == tensor.row)


def position_shifted(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """t − 1 becomes t or t + 1, and t becomes t − 1."""
    for spot in spots(claim.right):
        if spot.what.op == "labelled":
            entry = spot.what.data
            for n in entry.tensor.labels:
                for other in _near(entry.slots[n]):
                    slots = (*entry.slots[:n], other, *entry.slots[n + 1 :])
                    yield _with(claim, spot, replace(spot.what, data=Entry(entry.tensor, slots)))


def _near(slot: Slot) -> tuple[Slot, ...]:
    if slot.is_number:
        return ()
    return (slot - 1,) if slot.letter is not None else (slot - slot.constant, slot - 2 * slot.constant)


def sum_lost(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """Σ_t, or 𝟏ᵀ, is lost."""
    for spot in spots(claim.right):
        if spot.what.op in ("over", "sum"):
            yield _with(claim, spot, spot.what.args[0])


def range_changed(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """Σ to the wrong size, or from the second on."""
    for spot in spots(claim.right):
        if spot.what.op == "over":
            for letter in spot.what.data:
                others = [Range.to(size) for size in problem.network.sizes if Range.to(size) != letter.range]
                for limits in (*others, Range(letter.range.lo + 1, letter.range.hi)):
                    yield _with(claim, spot, _relabelled(spot.what, letter, Index(letter.name, limits)))


def _relabelled(over: Matrix, old: Index, new: Index) -> Matrix:
    assert isinstance(over.data, tuple)
    data = tuple(new if x is old else x for x in over.data)
    return replace(over, data=data, args=tuple(_renamed(a, old, new) for a in over.args))


def _renamed(matrix: Matrix, old: Index, new: Index) -> Matrix:
    data = matrix.data
    if isinstance(data, Entry):
        data = Entry(data.tensor, tuple(slot.substitute({old: new.slot}) for slot in data.slots))
    elif isinstance(data, Slot):
        data = data.substitute({old: new.slot})
    return replace(matrix, data=data, args=tuple(_renamed(a, old, new) for a in matrix.args))


def mean_for_sum(problem: Problem, claim: Vectors) -> Iterator[Made]:
    for spot in spots(claim.right):
        if spot.what.op == "over" and isinstance(spot.what.data, tuple) and isinstance(spot.what.data[0], Index):
            yield _with(claim, spot, built("times", _below(spot.what.data[0].range), spot.what))
        elif spot.what.op == "sum" and spot.what.args[0].rows is not None:
            yield _with(claim, spot, built("times", _below(spot.what.args[0].rows), spot.what))
        elif spot.what.op == "times" and any(_is_below(a) for a in spot.what.args):
            place = next(n for n, a in enumerate(spot.what.args) if _is_below(a))
            yield _with(claim, spot, _without(spot.what, place))


def _below(axis: Range) -> Matrix:
    return built("power", Matrix("size", data=axis.size), data=-1)


def _is_below(matrix: Matrix) -> bool:
    return matrix.op == "power" and matrix.data == -1 and matrix.args[0].op == "size"


def row_for_column(problem: Problem, claim: Vectors) -> Iterator[Made]:
    """𝐛 𝐚ᵀ for 𝐚 𝐛ᵀ, 𝐚ᵀ 𝐛 for 𝐚 𝐛ᵀ, 𝟏ᵀA for A 𝟏, and the whole right side as a row."""
    if is_column(claim.right) or is_row(claim.right):
        yield lambda: replace(claim, right=transposed(claim.right))
    for spot in spots(claim.right):
        if spot.what.op == "matmul":
            yield from (_with(claim, spot, built("matmul", *args)) for args in _turned(spot.what.args))


def _turned(args: tuple[Matrix, ...]) -> Iterator[tuple[Matrix, ...]]:
    for n in range(len(args) - 1):
        left, right = args[n : n + 2]
        before, after = args[:n], args[n + 2 :]
        if is_column(left) and is_row(right):
            yield (*before, transposed(right), transposed(left), *after)
            yield (*before, transposed(left), transposed(right), *after)
        elif is_matrix(left) and right.op == "ones" and is_column(right):
            yield (*before, Matrix("ones", (), None, left.rows), left, *after)
        elif is_row(left) and left.op == "ones" and is_matrix(right):
            yield (*before, right, Matrix("ones", (), right.columns, None), *after)


KINDS: Mapping[str, Kind] = MappingProxyType({
    "bar lost": bar_lost, "bar added": bar_added, "transpose lost": transpose_lost,
    "transpose added": transpose_added, "sign": sign, "number": number, "prime lost": prime_lost,
    "prime added": prime_added, "factor lost": factor_lost, "factor doubled": factor_doubled,
    "path lost": path_lost, "path doubled": path_doubled, "product for ∘": product_for_entrywise,
    "∘ for product": entrywise_for_product, "layer": layer, "quantity exchanged": quantity_exchanged,
    "position shifted": position_shifted, "sum lost": sum_lost, "range": range_changed,
    "mean for sum": mean_for_sum, "row for column": row_for_column,
})  # fmt: skip
