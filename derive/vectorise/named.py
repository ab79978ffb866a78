"""Names for parts of a vector line, as people give them.

    S̄ = P ∘ (P̄ − (P̄ ∘ P) 1 1ᵀ)     d = (P̄ ∘ P) 1,  S̄ = P ∘ (P̄ − d 1ᵀ)

A compound vector that is repeated along rows or columns (v 1ᵀ, 1 vᵀ), or that scales them (diag(v) A), gets a name, and
so does what is written twice and is longer than its name. A part has the labels that are free in it: d⁽ʰ⁾.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from derive.notation.algebra import transpose
from derive.notation.expression import Apply, Entry, Tensor
from derive.notation.index import Index, Range
from derive.notation.matrix import Matrix, MatrixEquation
from derive.operators import TABLE
from derive.vectorise.over import letters_in
from derive.vectorise.same import key, length

POOL = ("d", "delta", "s", "u", "g", "v", "w", "q", "a", "b", "c", "p", "r", "x", "y", "z")
"""Names for parts, in the order in which they are taken."""

OVERHEAD = 2
"""What a definition adds to the length of its two sides."""


def parts(equation: MatrixEquation, taken: Collection[str]) -> tuple[MatrixEquation, ...]:
    """The line with names for parts of it: their definitions in an order of evaluation, then the line; nothing where it
    needs no names. taken: names that are in use."""
    lines = [equation]
    names = [name for name in POOL if name not in taken]
    while names:
        found = _next(lines)
        if found is None:
            break
        part, labels = found
        own = letter_of(part)
        used = {*taken, *(line.left.data.name for line in lines if isinstance(line.left.data, Tensor))}
        leaf = _leaf(own if own and not {own, own.lower()} & used else names.pop(0), part, labels)
        after = [replace(line, right=_put(line.right, key(part), leaf)) for line in lines]
        first = next(n for n, (old, new) in enumerate(zip(lines, after, strict=True)) if old != new)
        lines = [*after[:first], MatrixEquation(leaf, part), *after[first:]]
    return tuple(lines) if len(lines) > 1 else ()


def _next(lines: list[MatrixEquation]) -> tuple[Matrix, tuple[Index, ...]] | None:
    """The next part that wants a name, and the labels that are free in it."""
    labels = _labels(lines)
    spread = [part for line in lines for whole in _within(line.right) for part in _spread(whole)]
    for part in (*_lettered(lines), *spread, *_twice(lines)):
        free = tuple(x for x in letters_in(part) if x in labels)
        if all(_is_plain(axis) for axis in (part.rows, part.columns, *(x.range for x in free))):
            return part, free
    return None


def _labels(lines: list[MatrixEquation]) -> set[Index]:
    """All letters that are labels: at the labels of the left sides, and those that a Σ runs over."""
    found: set[Index] = set()
    for line in lines:
        entry = line.left.data
        if line.left.op == "labelled" and isinstance(entry, Entry):
            found.update(x for n in entry.tensor.labels for x in entry.slots[n].letters())
        for part in _within(line.right):
            if part.op == "over" and isinstance(part.data, tuple):
                found.update(x for x in part.data if isinstance(x, Index))
    return found


def _is_plain(axis: Range | None) -> bool:
    """Whether an axis ends where no letter is."""
    return axis is None or not any(True for end in (axis.lo, axis.hi) for _ in end.letters())


def _within(matrix: Matrix) -> Iterator[Matrix]:
    """The operations of an expression, inner ones first."""
    for argument in matrix.args:
        yield from _within(argument)
    yield matrix


def _spread(matrix: Matrix) -> Iterator[Matrix]:
    """The columns v of v 1ᵀ, 1 vᵀ and diag(v) A that are made of several operations."""
    if matrix.op == "diag":
        yield from _compound(_as_column(matrix.args[0]))
    if matrix.op == "matmul":
        for n, argument in enumerate(matrix.args):
            if argument.op == "ones" and argument.rows is None and n > 0 and matrix.args[n - 1].columns is None:
                yield from _compound(_product(matrix.args[:n]))
            if argument.op == "ones" and argument.columns is None and matrix.args[n + 1 :]:
                yield from _compound(_as_column(_product(matrix.args[n + 1 :])))


def _compound(vector: Matrix) -> Iterator[Matrix]:
    """The vector, if it is a product or a sum of more than entries side by side."""
    inner = vector
    while inner.op in ("transpose", "scale", "times"):
        inner = inner.args[-1]
    if inner.op in ("matmul", "add", "over") and inner.rows is not None and inner.columns is None:
        yield vector


def _as_column(vector: Matrix) -> Matrix:
    return transpose(vector) if vector.rows is None else vector


def _product(args: tuple[Matrix, ...]) -> Matrix:
    return args[0] if len(args) == 1 else Matrix("matmul", args, args[0].rows, args[-1].columns)


def letter_of(part: Matrix) -> str:
    """The letter that what a function of a matrix gives is known by: V, its eigenvectors."""
    apply = part.data
    known = part.op == "whole" and isinstance(apply, Apply) and apply.function in TABLE
    return TABLE[apply.function].letter if known and isinstance(apply, Apply) else ""


def _lettered(lines: list[MatrixEquation]) -> Iterator[Matrix]:
    """What has a letter of its own and stands in a longer expression."""
    for line in lines:
        yield from (part for part in _within(line.right) if part is not line.right and letter_of(part))


def _twice(lines: list[MatrixEquation]) -> list[Matrix]:
    """What is written more than once and would be shorter by its name, the most rewarding first."""
    met: dict[str, list[Matrix]] = {}
    for line in lines:
        for part in _within(line.right):
            if part.args and not _is_short(part):
                met.setdefault(key(part), []).append(part)
            if part.op == "add":
                for one in _mirrored(part.args):
                    met.setdefault(key(one), []).append(one)
    rewards = [(_reward(len(same), length(same[0])), same[0]) for same in met.values() if len(same) > 1]
    return [part for reward, part in sorted(rewards, key=lambda pair: -pair[0]) if reward > 0]


def _is_short(part: Matrix) -> bool:
    """Whether a part is written as a leaf with a sign: Aᵀ, A⁻¹, A⁺."""
    signed = part.op in ("transpose", "inverse") or (isinstance(part.data, Apply) and part.data.function == "pinv")
    return signed and (not part.args[0].args or (part.op == "transpose" and _is_short(part.args[0])))


def _mirrored(terms: tuple[Matrix, ...]) -> Iterator[Matrix]:
    """X of X + Xᵀ."""
    for n, one in enumerate(terms):
        turned = key(transpose(one)) if one.args and one.columns is not None else ""
        yield from (one for other in terms[n + 1 :] if key(other) == turned)


def _reward(count: int, size: int) -> int:
    return count * size - (count + size + OVERHEAD)


def _leaf(name: str, part: Matrix, labels: tuple[Index, ...]) -> Matrix:
    """The name of a part at its labels, laid out as the part is."""
    layout = tuple(axis for axis in (part.rows, part.columns) if axis is not None)
    axes = (*(x.range for x in labels), *layout)
    row = part.rows is None and part.columns is not None
    tensor = Tensor(name, axes, "hidden", row=row, labels=tuple(range(len(labels))))
    if not labels:
        return Matrix("tensor", (), part.rows, part.columns, tensor)
    own = (Index(letter, axis) for letter, axis in zip("ij", layout, strict=False))
    return Matrix("labelled", (), part.rows, part.columns, Entry(tensor, tuple(x.slot for x in (*labels, *own))))


def _put(matrix: Matrix, part: str, leaf: Matrix) -> Matrix:
    """The expression with a name wherever the part of that key stands."""
    if key(matrix) == part:
        return leaf
    if matrix.op == "add" and matrix.columns is not None:
        matrix = replace(matrix, args=tuple(leaf_of(a, part, leaf) for a in matrix.args))
    args = _put_in_product(matrix, part, leaf) if matrix.op == "matmul" else None
    if args is None and matrix.op == "diag" and key(_as_column(matrix.args[0])) == part:
        args = (leaf,)
    if args is None:
        args = tuple(_put(a, part, leaf) for a in matrix.args)
    return matrix if args == matrix.args else replace(matrix, args=args)


def leaf_of(matrix: Matrix, part: str, leaf: Matrix) -> Matrix:
    """The transposed name of the part's transpose."""
    return transpose(leaf) if matrix.args and key(transpose(matrix)) == part else matrix


def _put_in_product(matrix: Matrix, part: str, leaf: Matrix) -> tuple[Matrix, ...] | None:
    """The factors with the part in the place of the first, or turned in the place of the last, of them."""
    for n in range(1, len(matrix.args)):
        if n > 1 and key(_product(matrix.args[:n])) == part:
            return (leaf, *matrix.args[n:])
        after = _product(matrix.args[n:])
        if after.rows is None and key(_as_column(after)) == part:
            return (*matrix.args[:n], transpose(leaf))
    return None
