"""A derivation: the forward and the backward pass of a network, line by line. Only data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, overload

from derive.declare.network import Network
from derive.errors import Place
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Tensor
from derive.notation.fact import Fact
from derive.notation.matrix import Matrix, MatrixEquation
from derive.pause import collector_paused

Rule: TypeAlias = Literal[
    "definition", "seed", "upstream", "unreached", "chain", "substituted", "bars", "folded", "closed", "solved", "facts"
]


@dataclass(frozen=True, slots=True)
class Step:
    """One right side on the way: h̄_j = R̄ ∂R/∂h_j + … (chain) = r_j + … (substituted).

    rule: definition (a forward equation), seed (Ē = 1), upstream (a symbolic error signal that is given), unreached
    (the cost does not depend on it: 0), chain (with its ∂'s), substituted (partials worked out), bars (the bars that
    were found above put in), folded (the bars that get no line of their own put in), closed (all bars above put in,
    down to the forward pass), solved (the solution of the equation that the line satisfies), facts (what the
    file states of the quantities put to use).  facts: those, in order.
    """

    rule: Rule
    right: Expr
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """The equation that a quantity satisfies, entry by entry and, where both sides have the form, in matrices.

    chain: the left side with its ∂'s.  facts: those that were put to use.
    """

    left: Expr
    right: Expr
    vector: tuple[Matrix, Matrix] | None = None
    chain: Expr | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity's line: left = step = step …, and its vector form where it has one.

    Several lines give one quantity position by position: h̄⁽ᵀ⁾, and h̄⁽ᵗ⁾ for t < T.  parts: the vector form again, with
    names for parts of it: d = (P̄ ∘ P) 1, then S̄ = P ∘ (P̄ − d 1ᵀ); empty where it needs none.
    sides: of what a condition defines, and of its multiplier λ, the equation that it solves.
    """

    left: Entry
    steps: tuple[Step, ...]
    vector: MatrixEquation | None = None
    place: Place | None = None
    note: str = ""
    parts: tuple[MatrixEquation, ...] = ()
    sides: Sides | None = None

    @property
    def scalar(self) -> Equation:
        """The line's result in index form."""
        return Equation(self.left, self.steps[-1].right, self.place)

    @property
    def tensor(self) -> Tensor:
        return self.left.tensor

    @property
    def entry_by_entry(self) -> tuple[Step, ...]:
        """The last step that people write in scalars: the inverse of a matrix without a name is one in matrices."""
        plain = [step for step in self.steps if step.rule != "solved"]
        return tuple(plain[-1:])

    def with_vector(self, form: Callable[[Equation], MatrixEquation | None]) -> Line:
        return replace(self, vector=form(self.scalar))


class Lines(Sequence[Line]):
    """Lines in order, each made when somebody looks at it, and kept."""

    def __init__(self, makers: tuple[Callable[[], Line], ...]) -> None:
        self._makers = makers
        self._made: dict[int, Line] = {}

    def __len__(self) -> int:
        return len(self._makers)

    def __iter__(self) -> Iterator[Line]:
        return iter(self[:])

    @overload
    def __getitem__(self, place: int) -> Line: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Line, ...]: ...

    def __getitem__(self, place: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(place, slice):
            with collector_paused():
                return tuple([self[n] for n in range(*place.indices(len(self)))])
        at = range(len(self))[place]
        if at not in self._made:
            self._made[at] = self._makers[at]()
        return self._made[at]


@dataclass(frozen=True, slots=True)
class Derivatives:
    """∂y/∂xᵀ, or ∂²E/∂v∂wᵀ: the derivatives in one quantity of all that lies between, what is asked for the last.

    name: what they are in.  of: what the last is of, v or y.  Lines that an earlier Hessian in w has are left out.
    """

    name: str
    lines: tuple[Line, ...]
    of: str = ""


@dataclass(frozen=True, slots=True)
class GaussNewton:
    """G = JᵀHJ, J the Jacobian of an output in w and H the Hessian of the cost in that output, all else held.

    result: G's line.  whole: the Hessian in w as G and what G leaves out.
    """

    name: str
    output: str
    jacobian: Derivatives
    curvature: Derivatives
    result: Line
    whole: Line

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.jacobian.lines, *self.curvature.lines, self.result, self.whole)


@dataclass(frozen=True, slots=True)
class Tangents:
    """The changes of quantities along a direction of the moved ones: ż, and of the bars where they were asked for.

    moved: names whose own tangents are given.  forward: ż_j = Σ_i w_ji ẋ_i.  backward: those of the bars.
    jacobians: the derivatives of the outputs that are matrices, where no cost is named.
    reverse: the product with the Hessian once more, as a second backward pass, from R = ⟨w̄, ẇ⟩; where that is shown.
    symbols: how many symbols both ways take, forward over reverse and reverse over reverse; 0 where that was not tried.
    """

    moved: tuple[str, ...]
    forward: tuple[Line, ...]
    backward: tuple[Line, ...] = ()
    jacobians: tuple[Derivatives, ...] = ()
    reverse: Derivation | None = None
    symbols: tuple[int, int] = (0, 0)

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.forward, *self.backward)


@dataclass(frozen=True, slots=True)
class Constrained:
    """A bar along what binds its quantity. convention: "along", the derivative where what is one number moves as one,
    or "projected", the projection of the bar of independent entries.  line: its left side is the bar.
    """

    fact: Fact
    convention: str
    line: Line


Values: TypeAlias = Mapping[tuple[str, tuple[str, ...]], Any]
"""(a tensor's name, its costs) -> its numbers as nested lists."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """Forward lines in the order of the file, backward lines from the cost on.

    solved: the solutions of linear recurrences of both passes, h⁽ᵗ⁾ = Aᵗ h₀.
    closed: closed forms of bars that were asked for.  folded: the lines of the bars that the file wants put into the
    others; they are checked, not shown.  values: numbers, where the file gives some.
    tangents: forward mode and products with the Hessian, one for each set of quantities that move.
    hessians, gauss_newton, jacobians: those that were asked for.  of: of several costs, the one that these are of.
    general: the backward lines without the network's facts, where changes were asked for: facts are of values, and
    what is differentiated holds beside them too.  constrained: the bars of what facts bind, along the constraint.
    checked: a sentence on what the self-check found; empty if it was not run.
    """

    network: Network
    cost: str
    forward: Sequence[Line]
    backward: Sequence[Line]
    wanted: tuple[str, ...]
    notes: tuple[str, ...] = ()
    checked: str = ""
    closed: tuple[Line, ...] = ()
    solved: tuple[Line, ...] = ()
    values: Values = field(default_factory=lambda: MappingProxyType({}))
    folded: tuple[Line, ...] = ()
    tangents: tuple[Tangents, ...] = ()
    hessians: tuple[Derivatives, ...] = ()
    gauss_newton: tuple[GaussNewton, ...] = ()
    jacobians: tuple[Derivatives, ...] = ()
    general: Sequence[Line] = ()
    constrained: tuple[Constrained, ...] = ()
    of: str = ""

    @property
    def curved(self) -> str:
        """The cost that what is of second order is of."""
        return self.of or self.cost

    @property
    def moved(self) -> tuple[Line, ...]:
        """The lines of all tangents, Jacobians and Hessians."""
        found: tuple[Tangents | Derivatives | GaussNewton, ...]
        found = (*self.tangents, *self.derivatives, *self.gauss_newton)
        return tuple(line for one in found for line in one.lines)

    @property
    def derivatives(self) -> tuple[Derivatives, ...]:
        """Jacobians and Hessians."""
        of_tangents = (found for tangents in self.tangents for found in tangents.jacobians)
        return (*of_tangents, *self.jacobians, *self.hessians)

    def by_cost(self) -> tuple[Derivation, ...]:
        """The derivation of each cost alone, where there are several."""
        costs = self.network.costs
        return tuple(self._of_cost(cost) for cost in costs) if costs else (self,)

    def _of_cost(self, cost: str) -> Derivation:
        def own(lines: Sequence[Line]) -> tuple[Line, ...]:
            return tuple(line for line in lines if line.tensor.cost[-1] == cost)

        solved = tuple(line for line in self.solved if line.tensor.cost[-1:] in ((), (cost,)))
        network = replace(self.network, cost=cost)
        lines = own(self.backward), own(self.closed), own(self.folded)
        bound = tuple(c for c in self.constrained if c.line.tensor.cost[-1] == cost)
        found = replace(self, network=network, cost=cost, backward=lines[0], closed=lines[1], folded=lines[2])
        return replace(found, constrained=bound, solved=solved)


def joined(network: Network, each: Sequence[Derivation], curved: str) -> Derivation:
    """The derivations of several costs of one network as one, the backward passes one after the other.

    curved: the cost whose tangents and Hessians are taken over.
    """
    moved = next(one for one in each if one.cost == curved)
    return replace(
        moved,
        network=network,
        cost=each[0].cost,
        of=curved,
        backward=tuple(line for one in each for line in one.backward),
        closed=tuple(line for one in each for line in one.closed),
        folded=tuple(line for one in each for line in one.folded),
        constrained=tuple(found for one in each for found in one.constrained),
        solved=tuple({line.tensor: line for one in each for line in one.solved}.values()),
    )
