"""Jacobians and Hessians: a seed for each entry of w, ∂w_d/∂w_e = [d = e], carried through the lines.

∂z_n/∂w_e = x_ne,  ∂p_n/∂w_e = p_n (1 − p_n) x_ne,  ∂²E/∂w_d∂w_e = Σ_n x_nd p_n (1 − p_n) x_ne
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from derive.backward import outputs
from derive.backward.contributions import worked_out
from derive.backward.indicators import written_out
from derive.derivation import Derivation, Derivatives, Line, Rule, Step
from derive.errors import DeriveError, Problem
from derive.forward import Letters
from derive.notation.common import expanded, tidied
from derive.notation.differential import Read
from derive.notation.equation import Equation
from derive.notation.expression import ZERO, Bracket, Entry, Expr, Factor, Tensor, bar, derivative
from derive.notation.index import Index
from derive.notation.matrix import MatrixEquation
from derive.notation.named import powers_named
from derive.notation.product import add, product
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import apart
from derive.tangent.equations import Differentiated, bar_equations, forward_equations, moving, seed_of
from derive.vectorise import shortest

LONGEST = 5_000
"""Symbols beyond which nobody reads a Hessian."""


def hessian(derivation: Derivation, name: str) -> Derivatives:
    """The lines of the derivatives in one quantity, its bar's the last; raises DeriveError."""
    wrt = seed_of(derivation, name)
    target = bar(wrt, derivation.cost)
    if not any(line.tensor == target for line in derivation.backward):
        raise _refused(name, "needs its bar", f"ask for the bar of {name} too")
    if any(line.tensor == target and line.steps[-1].rule == "unreached" for line in derivation.backward):
        raise _refused(name, f"is 0: {derivation.cost} does not depend on it", "leave it out")
    return _derivatives(derivation, wrt, target, [*forward_equations(derivation), *bar_equations(derivation)])


def jacobians(derivation: Derivation, names: Iterable[str]) -> tuple[Derivatives, ...]:
    """The derivatives of the outputs in these quantities that are matrices in closed form, where no cost is named."""
    network = derivation.network
    found: list[Derivatives] = []
    for name in () if network.cost else names:
        wrt = seed_of(derivation, name)
        for output in outputs(network):
            if len(wrt.axes) < 2 and len(output.axes) < 2:
                with suppress(DeriveError):
                    found.append(_derivatives(derivation, wrt, output, forward_equations(derivation)))
    return tuple(one for one in found if one.lines[-1].steps[-1].right.terms)


def _derivatives(derivation: Derivation, wrt: Tensor, target: Tensor, equations: Sequence[Equation]) -> Derivatives:
    known = [Differentiated.of(e) for e in equations]
    moves = moving([wrt], known)
    work = _Work(derivation, wrt, moves)
    return Derivatives(wrt.name, tuple(work.line(met) for met in _ordered(target, wrt, known, moves)))


def _ordered(
    target: Tensor, wrt: Tensor, equations: Sequence[Differentiated], moves: set[Tensor]
) -> list[Differentiated]:
    """The equations that the target's derivative is made of, each after those that it reads; the target's alone where
    it does not change."""
    own = {met.tensor: met for met in equations if met.tensor in moves or met.tensor == target}
    if len(own) < sum(met.tensor in own for met in equations):
        raise _refused(wrt.name, "goes through quantities that have a line for each case", _INSTEAD.format(wrt.name))
    reads: dict[Tensor, list[Tensor]] = {}
    waiting = [target]
    while waiting:
        tensor = waiting.pop()
        if tensor not in reads:
            reads[tensor] = [t for t in own[tensor].reads if t in own and t in moves]
            waiting.extend(reads[tensor])
    try:
        return [own[t] for t in TopologicalSorter(reads).static_order()]
    except CycleError:
        raise _refused(wrt.name, "goes through a recurrence and has no end", _INSTEAD.format(wrt.name)) from None


def in_vectors(equation: Equation) -> MatrixEquation | None:
    """The shorter of the forms with common factors in front, diag(p)(I − 1pᵀ), and multiplied out, diag(p) − ppᵀ."""
    return shortest((equation, Equation(equation.left, expanded(equation.right), equation.place)))


_INSTEAD = "ask for a product with it instead: --hvp {}"


def _refused(name: str, why: str, mend: str) -> DeriveError:
    return DeriveError(Problem(None, f"the Hessian in {name} {why}", mend))


class _Work:
    """The derivatives found so far, written out in quantities of both passes."""

    def __init__(self, derivation: Derivation, wrt: Tensor, moves: set[Tensor]) -> None:
        self.wrt, self.moves = wrt, moves
        self.letters = Letters(derivation.network)
        self.done: dict[Tensor, Line] = {}

    def line(self, met: Differentiated) -> Line:
        """∂T[o]/∂w[s]: by the chain rule in named derivatives, then with these put in."""
        seeds = self._seeds(met.equation.letters)
        left = Entry(derivative(met.tensor, self.wrt), (*met.equation.left.slots, *(x.slot for x in seeds)))
        reads = [read for t, several in met.reads.items() if t in self.moves for read in several]
        plain = self._tidy(add(*(self._changed(met, read, seeds) for read in reads)), met)
        full = self._tidy(rewrite(plain, self._written), met)
        if length(full) > LONGEST:
            raise _refused(self.wrt.name, f"has over {LONGEST} symbols", _INSTEAD.format(self.wrt.name))
        steps: list[tuple[Rule, Expr]] = [("substituted", plain), ("closed", full)]
        line = Line(left, tuple(Step(rule, expr) for rule, expr in steps), place=met.equation.place)
        self.done[left.tensor] = line
        return line.with_vector(in_vectors)

    def _tidy(self, expr: Expr, met: Differentiated) -> Expr:
        return tidied(powers_named(expr, met.equation)) if expr.terms else ZERO

    def _seeds(self, own: Sequence[Index]) -> tuple[Index, ...]:
        """A letter for each axis of w, none of which the equation has."""
        names = {x.name for x in own}
        found: list[Index] = []
        for n, axis in enumerate(self.wrt.axes):
            name = next(x for x in self.letters.candidates(self.wrt, n) if x not in names)
            names.add(name)
            found.append(Index(name, axis))
        return tuple(found)

    def _changed(self, met: Differentiated, read: Read, seeds: Sequence[Index]) -> Expr:
        """Σ_bound cofactor · ∂R[s]/∂w[seeds]; brackets where R is w itself."""
        entry, factors = read.entry, worked_out(read, met.named)
        if entry.tensor == self.wrt:
            inner: tuple[Factor, ...] = tuple(Bracket("=", s, x.slot) for s, x in zip(entry.slots, seeds, strict=True))
        else:
            inner = (Entry(derivative(entry.tensor, self.wrt), (*entry.slots, *(x.slot for x in seeds))),)
        around = (*factors[: read.place], *inner, *factors[read.place :])
        return apart(product(read.cofactor.coefficient, read.cofactor.bound, around))

    def _written(self, factor: Factor) -> Expr | None:
        """A derivative that was found above, written out at its position."""
        line = self.done.get(factor.tensor) if isinstance(factor, Entry) else None
        if line is None or not isinstance(factor, Entry):
            return None
        return apart(written_out(line.left, line.steps[-1].right, factor))
