"""Random numbers for the tensors, sizes and functions of some expressions: the points at which lines are checked.

Sizes are small and unequal. The first points are normal; later ones are positive, or of one sign for each tensor, for
expressions that have no value elsewhere (log, roots); the last ones have square matrices that are positive definite.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from derive.notation.constants import KNOWN
from derive.notation.division import inner_sizes
from derive.notation.expression import Apply, Entry, Expr, Factor, Lambda, Partial, Tensor
from derive.notation.fact import Fact
from derive.notation.index import Index, Range, Slot
from derive.notation.sizes import Quotient
from derive.notation.walk import parts, positions
from derive.operators import TABLE
from derive.referee.dual import Array
from derive.referee.functions import Function, Smooth
from derive.referee.world import Key, World, key_of

TRIES = 50
Random = np.random.Generator


def generator(*seeds: int | str) -> Random:
    """A random generator that depends on numbers and names alone."""
    return np.random.default_rng([zlib.crc32(s.encode()) if isinstance(s, str) else s for s in seeds])


@dataclass(slots=True)
class Names:
    """What some expressions speak of: tensors, sizes, ranges, functions and quotients of sizes, in reading order.

    longer: ranges of which the first is at least as long as the second."""

    tensors: dict[Tensor, None] = field(default_factory=dict)
    sizes: dict[str, None] = field(default_factory=dict)
    ranges: dict[Range, None] = field(default_factory=dict)
    functions: dict[str, None] = field(default_factory=dict)
    quotients: dict[Quotient, None] = field(default_factory=dict)
    longer: dict[tuple[Range, Range], None] = field(default_factory=dict)
    _letters: dict[Index, None] = field(default_factory=dict)
    _derived: dict[str, None] = field(default_factory=dict)

    @staticmethod
    def of(*exprs: Expr) -> Names:
        names = Names()
        for expr in exprs:
            names.expr(expr)
        return names

    def stated(self, facts: Iterable[Fact]) -> Names:
        """With what facts ask of the sizes: at most N columns of length N are orthonormal."""
        longer = {f.letters[-2:]: None for f in facts if f.kind == "orthonormal"}
        self.longer |= {(rows.range, columns.range): None for rows, columns in longer}
        return self

    def expr(self, expr: Expr) -> None:
        for term in expr.terms:
            for letter in term.bound:
                self.letter(letter)
            for factor in term.factors:
                self.factor(factor)

    def factor(self, factor: Factor) -> None:
        if isinstance(factor, Entry):
            self.tensor(factor.tensor)
        elif isinstance(factor, Partial):
            self.tensor(factor.of.tensor)
            self.tensor(factor.wrt.tensor)
        elif isinstance(factor, Apply):
            self.functions[factor.function] = None
            for argument in factor.args:
                self.argument(argument)
        for slot in positions(factor):
            self.slot(slot)
        for inner in parts(factor):
            self.expr(inner)

    def argument(self, argument: Lambda) -> None:
        for letter in argument.letters:
            self.letter(letter)

    def tensor(self, tensor: Tensor) -> None:
        if tensor not in self.tensors:
            self.tensors[tensor] = None
            for axis in (*tensor.axes, *((tensor.among,) if tensor.among else ())):
                self.range(axis)

    def letter(self, letter: Index) -> None:
        if letter not in self._letters:
            self._letters[letter] = None
            self.range(letter.range)

    def range(self, axis: Range) -> None:
        if not any(isinstance(a, Index) for s in (axis.lo, axis.hi) for a in s.atoms()):
            self.ranges[axis] = None
        self.slot(axis.lo)
        self.slot(axis.hi)

    def slot(self, slot: Slot) -> None:
        for atom in slot.atoms():
            if isinstance(atom, Index):
                self.letter(atom)
            elif isinstance(atom, str):
                self.size(atom)
            else:
                self.factor(atom)

    def size(self, size: str) -> None:
        """A size, after those that it is worked out of."""
        if type(size) is str:
            self.sizes[size] = None
        elif size not in self._derived:
            self._derived[size] = None
            for inside in inner_sizes(size):
                self.slot(inside)
            if isinstance(size, Quotient):
                self.quotients[size] = None
            else:
                self.sizes[size] = None


Style = Callable[[Random, tuple[int, ...]], Array]


def _definite(random: Random, shape: tuple[int, ...]) -> Array:
    """Normal; ½ (A + Aᵀ) of a square A surely positive definite, after its rows are scaled."""
    drawn = random.normal(size=shape)
    square = len(shape) > 1 and shape[-1] == shape[-2]
    return drawn + 2 * np.sqrt(shape[-1]) * np.eye(shape[-1]) if square else drawn


_STYLES: tuple[Style, ...] = (
    lambda r, shape: r.normal(size=shape),
    lambda r, shape: r.uniform(0.3, 1.7, shape),
    lambda r, shape: r.choice([-1.0, 1.0]) * r.uniform(0.3, 1.7, shape),
    lambda r, shape: r.uniform(0.05, 0.6, shape),
    _definite,
)


def style_of(attempt: int) -> Style:
    return _STYLES[attempt // (TRIES // (2 * len(_STYLES))) % len(_STYLES)]


def draw_array(tensor: Tensor, world: World, random: Random, style: Style = _STYLES[0]) -> Array:
    """An array of the tensor's shape: integers of its range for a class; a matrix is scaled by its rows' length."""
    shape = world.shape(tensor)
    if tensor.among is not None:
        lo, hi = world.limits(tensor.among)
        return random.integers(lo, hi + 1, shape).astype(float)
    scale = np.sqrt(shape[-1]) if len(shape) > 1 and not tensor.is_bar else 1.0
    return np.asarray(style(random, shape) / scale)


def draw_arrays(tensors: Iterable[Tensor], world: World, random: Random, style: Style = _STYLES[0]) -> dict[Key, Array]:
    drawn = {key_of(t): draw_array(t, world, random, style) for t in tensors if not _is_known(t)}
    if not world.facts:
        return drawn
    from derive.referee.stated import satisfied

    return satisfied(drawn, world, random)


def _is_known(tensor: Tensor) -> bool:
    return tensor.role == "constant" and tensor.name in KNOWN


def smooth_functions(names: Iterable[str], abstract: Iterable[str], seed: int) -> dict[str, Function]:
    """A random smooth function for each name that is abstract or that the table does not know."""
    declared = set(abstract)
    return {n: Smooth(zlib.crc32(f"{seed} {n}".encode())) for n in names if n in declared or n not in TABLE}
