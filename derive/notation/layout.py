"""Values laid out in rows and columns: what vectors and matrices mean in index notation.

    (A @ B)_ik = Σ_j A_ij B_jk      (A.T)_ij = A_ji      (a * b)_i = a_i b_i

A column vector has rows only, a row vector columns only, a scalar neither. A tensor with three axes or more has no
layout; its entries are read by index.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from derive.notation.expression import ZERO, Entry, Expr, Tensor, of
from derive.notation.index import Atom, Index, Range, Slot
from derive.notation.product import multiply, summed
from derive.notation.walk import substitute


class Misfit(Exception):
    """Arrays that do not go together: what disagrees, how to mend it, and which of the arrays it is about."""

    def __init__(self, what: str, mend: str = "", pair: tuple[int, ...] = ()) -> None:
        self.what, self.mend, self.pair = what, mend, pair
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Array:
    """An expression for each position of its letters; `rows` and `columns` occur free in it."""

    expr: Expr
    rows: Index | None = None
    columns: Index | None = None

    @property
    def letters(self) -> tuple[Index, ...]:
        return tuple(letter for letter in (self.rows, self.columns) if letter is not None)

    @property
    def is_scalar(self) -> bool:
        return self.rows is None and self.columns is None

    @property
    def transposed(self) -> Array:
        return Array(self.expr, self.columns, self.rows)

    def __str__(self) -> str:
        return described(_range(self.rows), _range(self.columns))


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes among the positions of `among`: one, or one for each of `rows`."""

    slot: Slot
    among: Range
    rows: Index | None = None


def _range(axis: Index | None) -> Range | None:
    return axis.range if axis is not None else None


def described(rows: Range | None, columns: Range | None) -> str:
    """A shape in words."""
    if rows and columns:
        return f"{article(extent(rows))} {extent(rows)} × {extent(columns)} matrix"
    if rows or columns:
        return f"a {'column' if rows else 'row'} of {extent(rows or columns)}"
    return "a scalar"


def article(read: str) -> str:
    """The article before something read aloud: an N × K matrix, a K × N matrix, an 8 × 3 matrix."""
    return "an" if re.match(r"(8|11|18)(?!\d)|8\d|[AEFHILMNORSX]\b", read) else "a"


def extent(axis: Range | None) -> str:
    """How long an axis is, as one would write it: N, 3, N + M."""
    return spelled(axis.size) if axis else "1"


def spelled(slot: Slot) -> str:
    """A position in a formula's spelling."""
    parts = [("- " if c < 0 else "+ ") + _product(m, abs(c)) for m, c in slot.parts]
    if slot.constant or not parts:
        parts.append(("- " if slot.constant < 0 else "+ ") + str(abs(slot.constant)))
    text = " ".join(parts)
    return text[2:] if text.startswith("+ ") else "-" + text[2:]


def _product(monomial: tuple[Atom, ...], coefficient: int) -> str:
    atoms = [_atom(atom) for atom in monomial]
    return "*".join([str(coefficient), *atoms] if coefficient != 1 else atoms)


def _atom(atom: Atom) -> str:
    if isinstance(atom, str):
        return atom
    if isinstance(atom, Index):
        return atom.name
    slots = ", ".join(spelled(slot) for slot in atom.slots)
    return f"{atom.tensor.name}[{slots}]" if slots else atom.tensor.name


def letter(axis: Range, name: str = "") -> Index:
    """A letter of its own for an axis; it is named later, unless the user named it."""
    return Index(name, axis)


def array(tensor: Tensor) -> Array:
    """A tensor of at most two axes."""
    letters = tuple(letter(axis) for axis in tensor.axes)
    expr = of(Entry(tensor, tuple(x.slot for x in letters)))
    if len(letters) == 2:
        return Array(expr, letters[0], letters[1])
    if not letters:
        return Array(expr)
    return Array(expr, None, letters[0]) if tensor.row else Array(expr, letters[0])


def aligned(*arrays: Array, repeated: bool = False) -> tuple[Array, list[Expr]]:
    """Arrays of one shape over the same letters, scalars beside them; the first array says which letters.

    repeated: a vector beside matrices stands in each of their rows, as in NumPy's sums, where it fits only so.
    """
    ranks = [len(a.letters) if repeated else not a.is_scalar for a in arrays]
    first = ranks.index(max(ranks)) if ranks else 0
    if not arrays or arrays[first].is_scalar:
        return Array(ZERO), [a.expr for a in arrays]
    leader = arrays[first]
    return leader, [_onto(leader, a, (first, n), repeated) for n, a in enumerate(arrays)]


def _onto(leader: Array, other: Array, pair: tuple[int, int], repeated: bool) -> Expr:
    if other.is_scalar or other is leader:
        return other.expr
    if repeated and in_each_row(leader, other) and leader.columns is not None:
        return substitute(other.expr, {other.letters[0]: leader.columns.slot})
    mapping: dict[Index, Slot] = {}
    for mine, theirs in ((leader.rows, other.rows), (leader.columns, other.columns)):
        if (mine is None) != (theirs is None) or (mine and theirs and mine.range != theirs.range):
            raise Misfit(f"{leader} beside {other}", _mend_beside(leader, other), pair)
        if mine and theirs:
            mapping[theirs] = mine.slot
    return substitute(other.expr, mapping)


def in_each_row(matrix: Array, vector: Array) -> bool:
    """Whether a vector can only be the same in each row of a matrix: it is as long as a row, and a column is not.

    A column vector counts too, as in NumPy; one that is declared a row stands for a row in any case.
    """
    if matrix.rows is None or matrix.columns is None or len(vector.letters) != 1:
        return False
    own = vector.letters[0].range
    return own == matrix.columns.range and (vector.rows is None or own != matrix.rows.range)


def _same(a: Array, b: Array) -> bool:
    return all(
        (x is None) == (y is None) and (x is None or y is None or x.range == y.range)
        for x, y in ((a.rows, b.rows), (a.columns, b.columns))
    )


def _mend_beside(leader: Array, other: Array) -> str:
    if _same(leader, other.transposed):
        return "transpose one of them with .T"
    if leader.rows and leader.columns and not (other.rows and other.columns):
        return _mend_broadcast(leader, other)
    if other.rows and other.columns and not (leader.rows and leader.columns):
        return _mend_broadcast(other, leader)
    return "declare both with the same axes"


def _mend_broadcast(matrix: Array, vector: Array) -> str:
    """A vector beside a matrix is repeated by an explicit 1, if at all."""
    assert matrix.rows and matrix.columns
    only = vector.letters[0].range
    turned = ".T" if vector.rows else ""
    if only == matrix.columns.range:
        return f"to add it to every row, write ones({extent(matrix.rows.range)}) @ it{turned}"
    if only == matrix.rows.range:
        turned = "" if vector.rows else ".T"
        return f"to add it to every column, write it{turned} @ ones({extent(matrix.columns.range)}).T"
    return "declare both with the same axes"


def entrywise(build: Callable[..., Expr], *arrays: Array) -> Array:
    """A function of the entries at each position."""
    leader, exprs = aligned(*arrays)
    return replace(leader, expr=build(*exprs))


def matmul(a: Array, b: Array) -> Array:
    """The product of matrices and vectors: Σ over a's columns and b's rows, or an outer product where neither is."""
    inner, expr = joined(a, b)
    return Array(summed(inner, multiply(a.expr, expr)), a.rows, b.columns)


def joined(a: Array, b: Array) -> tuple[tuple[Index, ...], Expr]:
    """The letter that a @ b sums over (none in an outer product), and b over that letter; a counts by its shape."""
    if a.is_scalar or b.is_scalar:
        raise Misfit(f"@ between {a} and {b}", "a scalar is multiplied by *", (0, 1))
    if a.columns is None and b.rows is None:
        return (), b.expr
    if a.columns is None or b.rows is None or a.columns.range != b.rows.range:
        raise Misfit(f"@ between {a} and {b}", _mend_product(a, b), (0, 1))
    return (a.columns,), substitute(b.expr, {b.rows: a.columns.slot})


def _conform(a: Array, b: Array) -> bool:
    if a.columns is None or b.rows is None:
        return a.columns is b.rows
    return a.columns.range == b.rows.range


def _mend_product(a: Array, b: Array) -> str:
    for text, left, right in (("left", a.transposed, b), ("right", a, b.transposed)):
        if _conform(left, right):
            return f"transpose the {text} one with .T"
    if _conform(b, a):
        return "exchange them"
    inner = extent(b.rows.range) if b.rows else "1"
    return f"the left one needs {inner} columns, or the right one {extent(_range(a.columns))} rows"
