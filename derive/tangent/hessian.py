"""Jacobians and Hessians: a seed for each entry of w, ∂w_d/∂w_e = [d = e], carried through the lines.

∂z_n/∂w_e = x_ne,  ∂p_n/∂w_e = p_n (1 − p_n) x_ne,  ∂²E/∂w_d∂w_e = Σ_n x_nd p_n (1 − p_n) x_ne
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from derive.backward import outputs
from derive.backward.contributions import worked_out
from derive.backward.indicators import written_out
from derive.derivation import Derivation, Derivatives, Line, Rule, Step
from derive.errors import DeriveError, Problem
from derive.forward import Letters
from derive.graph import Graph
from derive.notation.common import expanded, tidied
from derive.notation.differential import Read
from derive.notation.equation import Equation
from derive.notation.expression import ZERO, Bracket, Entry, Expr, Factor, Tensor, bar, derivative
from derive.notation.index import Index
from derive.notation.matrix import MatrixEquation
from derive.notation.named import powers_named
from derive.notation.product import add, product
from derive.notation.rewrite import length, rewrite
from derive.notation.walk import apart, entries
from derive.operators.facts import simplified
from derive.tangent.equations import Differentiated, bar_equations, forward_equations, moving, seed_of
from derive.vectorise import shortest

LONGEST = 5_000
"""Symbols beyond which nobody reads a Hessian."""
SPREAD = 200
"""Symbols beyond which none is multiplied out in the hope of a shorter vector form."""


def hessians(derivation: Derivation, names: Iterable[str]) -> tuple[Derivatives, ...]:
    """The Hessian in each quantity, and the mixed blocks of its bar's row: ∂²E/∂w∂v beside ∂²E/∂v∂v.

    Raises DeriveError where there is none to show.
    """
    found: list[Derivatives] = []
    above: list[tuple[str, Tensor]] = []
    for name in dict.fromkeys(names):
        target = _own_bar(derivation, name)
        found += _derivatives(derivation, seed_of(derivation, name), [(name, target), *above], None)
        above.append((name, target))
    return tuple(found)


def _own_bar(derivation: Derivation, name: str) -> Tensor:
    """The bar of what a Hessian is in; raises DeriveError where there is none, or where it is 0 throughout."""
    target = bar(seed_of(derivation, name), derivation.cost)
    if not any(line.tensor == target for line in derivation.backward):
        raise refused(name, "needs its bar", f"ask for the bar of {name} too")
    if any(line.tensor == target and line.steps[-1].rule == "unreached" for line in derivation.backward):
        raise refused(name, f"is 0: {derivation.cost} does not depend on it", "leave it out")
    return target


def curvature(derivation: Derivation, output: Tensor) -> Derivatives:
    """The Hessian of the cost in what it is a function of, all that this is made of held fixed."""
    target = bar(output, derivation.cost)
    if not any(line.tensor == target for line in derivation.backward):
        raise refused(output.name, "needs its bar", f"take {output.name} out of `fold`")
    (found,) = _derivatives(derivation, output, [(output.name, target)], None)
    return found


def jacobian(derivation: Derivation, of: Tensor, name: str) -> Derivatives:
    """The derivatives of a quantity of the forward pass in a declared one; raises DeriveError."""
    wrt = seed_of(derivation, name)
    (found,) = _derivatives(derivation, wrt, [(of.name, of)], forward_equations(derivation))
    return found


def jacobians(derivation: Derivation, names: Iterable[str]) -> tuple[Derivatives, ...]:
    """The derivatives of the outputs in these quantities that are matrices in closed form, where no cost is named."""
    network = derivation.network
    found: list[Derivatives] = []
    for name in () if network.cost else names:
        wrt = seed_of(derivation, name)
        for output in outputs(network):
            if len(wrt.axes) < 2 and len(output.axes) < 2:
                with suppress(DeriveError):
                    found.append(jacobian(derivation, output, name))
    return tuple(one for one in found if one.lines[-1].steps[-1].right.terms)


def _derivatives(
    derivation: Derivation, wrt: Tensor, targets: Sequence[tuple[str, Tensor]], equations: Sequence[Equation] | None
) -> list[Derivatives]:
    """The derivatives of each target in one quantity, each with the lines that those before it have not.

    equations: of both passes if none are given. That of the quantity itself is no part of it.
    """
    every = [*forward_equations(derivation), *bar_equations(derivation)] if equations is None else equations
    known = [Differentiated.of(e) for e in every if e.left.tensor != wrt]
    moves = moving([wrt], known)
    work = _Work(derivation, wrt, moves)
    found: list[Derivatives] = []
    for name, target in targets:
        work.target = target
        new = [
            met
            for met in _ordered(target, wrt, known, moves, work.around)
            if work.derivative(met.tensor) not in work.done
        ]
        found.append(Derivatives(wrt.name, work.lines(new), name))
    return found


def _ordered(
    target: Tensor,
    wrt: Tensor,
    equations: Sequence[Differentiated],
    moves: set[Tensor],
    around: Mapping[Tensor, frozenset[Tensor]],
) -> list[Differentiated]:
    """The equations that the target's derivative is made of, each after those that it reads; the target's alone where
    it does not change. What a condition defines comes after all that is solved together with it."""
    own = {met.tensor: met for met in equations if met.tensor in moves or met.tensor == target}
    if len(own) < sum(met.tensor in own for met in equations):
        raise endless(target, wrt, "goes through quantities that have a line for each case")
    reads: dict[Tensor, list[Tensor]] = {}
    waiting = [target]
    while waiting:
        tensor = waiting.pop()
        if tensor not in reads:
            read = [t for t in own[tensor].reads if t in own and t in moves]
            waiting.extend(read)
            outside = [t for t in read if tensor not in around.get(t, ())]
            solved = [u for t in outside for u in sorted(around.get(t, ()), key=str) if u.multiplier and u in own]
            inside = [t for t in read if tensor in around.get(t, ()) and not t.multiplier]
            reads[tensor] = [*outside, *inside, *solved]
            waiting.extend(solved)
    try:
        return [own[t] for t in TopologicalSorter(reads).static_order()]
    except CycleError:
        raise endless(target, wrt, "goes through a recurrence and has no end") from None


def in_vectors(equation: Equation) -> MatrixEquation | None:
    """The shorter of the forms with common factors in front, diag(p)(I − 1pᵀ), and multiplied out, diag(p) − ppᵀ."""
    if len(equation.left.tensor.layout) > 2:
        return None
    whole = length(equation.right) <= SPREAD
    forms = (equation, Equation(equation.left, expanded(equation.right), equation.place)) if whole else (equation,)
    return shortest(forms)


def refused(name: str, why: str, mend: str) -> DeriveError:
    return DeriveError(Problem(None, f"the Hessian in {name} {why}", mend))


def endless(target: Tensor, wrt: Tensor, why: str) -> DeriveError:
    """Why a derivative has no closed form to show; there is always a product with it."""
    names = " and ".join(dict.fromkeys((target.name, wrt.name)))
    told = f"the Hessian in {names}" if target.cost else f"the Jacobian of {target.name} in {wrt.name}"
    first = "hvp" if target.cost else "forward"
    return DeriveError(Problem(None, f"{told} {why}", f"ask for a product with it instead: --{first} {wrt.name}"))


def written(factor: Factor, done: Mapping[Tensor, Line]) -> Expr | None:
    """An entry of a quantity that has its line already, written out at its position."""
    line = done.get(factor.tensor) if isinstance(factor, Entry) else None
    if line is None or not isinstance(factor, Entry):
        return None
    return apart(written_out(line.left, line.steps[-1].right, factor))


class _Work:
    """The derivatives found so far, written out in quantities of both passes."""

    def __init__(self, derivation: Derivation, wrt: Tensor, moves: set[Tensor]) -> None:
        self.wrt, self.moves, self.target = wrt, moves, wrt
        self.letters = Letters(derivation.network)
        self.around = Graph(derivation.network).around if derivation.network.implicit else {}
        self.done: dict[Tensor, Line] = {}
        self.solved: set[Tensor] = set()

    def lines(self, several: Sequence[Differentiated]) -> tuple[Line, ...]:
        """Their lines, that of what a condition defines solved, before those of what is solved together with it, as far
        as others need them."""
        found: list[Line] = []
        inside: list[Differentiated] = []
        needed = {t for met in several if met.tensor not in self.around for t in met.reads} | {self.target}
        for met in several:
            line = self.line(met)
            if not self._is_waiting(met.tensor):
                found.append(line)
            elif met.tensor.multiplier:
                found += [self._solved(line), *self._beside(met.tensor, inside, needed)]
            else:
                inside.append(met)
        return tuple(found)

    def _is_waiting(self, tensor: Tensor) -> bool:
        """Whether it is solved together with what has no solution yet."""
        around = self.around.get(tensor, ())
        return any(u.multiplier and self.derivative(u) not in self.solved for u in around)

    def _beside(self, tensor: Tensor, inside: Iterable[Differentiated], needed: set[Tensor]) -> list[Line]:
        """The lines of what is solved together with a tensor, with its solution put in, if others need them."""
        own = [met for met in inside if met.tensor in self.around[tensor]]
        for met in reversed(own):
            self.done.pop(self.derivative(met.tensor))
            needed.update(met.reads if met.tensor in needed else ())
        return [self.line(met) for met in own if met.tensor in needed]

    def line(self, met: Differentiated) -> Line:
        """∂T[o]/∂w[s]: by the chain rule in named derivatives, then with these put in."""
        seeds = self._seeds(met.equation.letters)
        left = Entry(derivative(met.tensor, self.wrt), (*met.equation.left.slots, *(x.slot for x in seeds)))
        reads = [read for t, several in met.reads.items() if t in self.moves for read in several]
        plain = self._tidy(add(*(self._changed(met, read, seeds) for read in reads)), met)
        full = self._tidy(rewrite(plain, self._written), met)
        if length(full) > LONGEST:
            raise endless(self.target, self.wrt, f"has over {LONGEST} symbols")
        steps: list[tuple[Rule, Expr]] = [("substituted", plain), ("closed", full)]
        line = Line(left, tuple(Step(rule, expr) for rule, expr in steps), place=met.equation.place)
        self.done[left.tensor] = line
        return line.with_vector(in_vectors)

    def _solved(self, line: Line) -> Line:
        """∂y/∂w = −F_y⁻¹ F_w, from the derivative of y = y − F(y, w), which reads ∂y/∂w too."""
        from derive.tangent.implicit import with_solution

        solved = with_solution(replace(line, steps=(Step("substituted", line.scalar.right),)), in_vectors)
        if any(e.tensor in map(self.derivative, self.around) for e in entries(solved.scalar.right)):
            raise endless(self.target, self.wrt, "goes through conditions that are not solved one by one")
        self.done[line.tensor] = solved
        self.solved.add(line.tensor)
        return solved

    def derivative(self, tensor: Tensor) -> Tensor:
        return derivative(tensor, self.wrt)

    def _tidy(self, expr: Expr, met: Differentiated) -> Expr:
        return tidied(simplified(powers_named(expr, met.equation))) if expr.terms else ZERO

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
        return written(factor, self.done)
