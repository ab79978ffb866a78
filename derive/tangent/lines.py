"""Tangent lines: ż_j = Σ_i ∂z_j/∂x_i ẋ_i = Σ_i w_ji ẋ_i, and the same for each bar's line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derive.backward.contributions import worked_out
from derive.derivation import Derivation, Line, Rule, Step, Tangents
from derive.errors import DeriveError, Problem
from derive.notation.common import tidied
from derive.notation.differential import Read
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Expr, Partial, Tensor, bar, dot
from derive.notation.index import Index
from derive.notation.named import powers_named
from derive.notation.product import add, product
from derive.notation.walk import apart
from derive.operators.facts import simplified
from derive.tangent.equations import (
    Differentiated,
    bar_equations,
    forward_equations,
    moving,
    seed_of,
    with_factor,
)
from derive.vectorise import vectorised


def tangents(derivation: Derivation, names: Sequence[str], second: bool) -> Tangents:
    """The tangents of all that moves with the names; with those of the bars for the product with a Hessian."""
    seeds = [seed_of(derivation, name) for name in dict.fromkeys(names)]
    forward = [Differentiated.of(e) for e in forward_equations(derivation)]
    backward = [Differentiated.of(e) for e in bar_equations(derivation)] if second else []
    moves = moving(seeds, [*forward, *backward])
    kept = _wanted_bars(derivation, seeds, backward, moves) if second else moves
    read = {t for met in backward if met.tensor in kept for t in met.reads} if second else moves
    needed = _behind(read & moves, forward) & moves if second else moves
    above = tuple(_line(met, moves) for met in forward if met.tensor in needed)
    below = tuple(_line(met, moves) for met in backward if met.tensor in kept)
    if derivation.network.implicit:
        from derive.tangent.implicit import with_solved

        above = with_solved(above, derivation.network)
    if not (below if second else above):
        raise DeriveError(Problem(None, f"nothing changes with {', '.join(names)}", "name what equations read"))
    return Tangents(tuple(dict.fromkeys(names)), above, below)


def _wanted_bars(
    derivation: Derivation, seeds: Iterable[Tensor], backward: Sequence[Differentiated], moves: set[Tensor]
) -> set[Tensor]:
    """The bars of the seeds, and the moving ones that these are made of."""
    found = {bar(t, derivation.cost) for t in seeds}
    return _behind(found, backward) & moves | found


def _behind(wanted: Iterable[Tensor], equations: Sequence[Differentiated]) -> set[Tensor]:
    """What these quantities are made of, and they themselves."""
    reads: dict[Tensor, list[Tensor]] = {}
    for met in equations:
        reads.setdefault(met.tensor, []).extend(met.reads)
    found = set(wanted)
    waiting = list(found)
    while waiting:
        for tensor in reads.get(waiting.pop(), ()):
            if tensor not in found:
                found.add(tensor)
                waiting.append(tensor)
    return found


def _line(met: Differentiated, moves: set[Tensor]) -> Line:
    """One tangent line: chain rule, worked out, in vectors."""
    equation = met.equation
    reads = [(tensor, read) for tensor, several in met.reads.items() if tensor in moves for read in several]
    right = add(*(_changed(met, read) for _, read in reads))
    worked = tidied(simplified(powers_named(right, equation)))
    chain = add(*(_chain(equation, t, met.reads[t]) for t in dict.fromkeys(t for t, _ in reads)))
    steps: list[tuple[Rule, Expr]] = [("chain", chain), ("substituted", worked)] if reads else [("unreached", worked)]
    left = Entry(dot(equation.left.tensor), equation.left.slots)
    return Line(left, tuple(Step(rule, expr) for rule, expr in steps), place=equation.place).with_vector(vectorised)


def _changed(met: Differentiated, read: Read) -> Expr:
    """Σ_bound cofactor · Ṙ[s], each factor where the equation has it."""
    moved = Entry(dot(read.entry.tensor), read.entry.slots)
    factors = with_factor(worked_out(read, met.named), read.place, moved)
    return apart(product(read.cofactor.coefficient, read.cofactor.bound, factors))


def _chain(equation: Equation, tensor: Tensor, reads: Sequence[Read]) -> Expr:
    """Σ_s ∂T[o]/∂R[s] Ṙ[s], over the letters s that the reads leave open; those that they all fix are put in."""
    first = reads[0].entry.slots
    own = equation.letters
    fixed = [n for n, slot in enumerate(first) if _is_fixed(n, reads, own)]
    letters = [_letter(n, reads[0].entry, own) for n in range(len(first))]
    at = tuple(first[n] if n in fixed else x.slot for n, x in enumerate(letters))
    wrt = Entry(tensor, at)
    bound = tuple(x for n, x in enumerate(letters) if n not in fixed)
    return product(1, bound, (Partial(equation.left, wrt), Entry(dot(tensor), at)))


def _is_fixed(place: int, reads: Sequence[Read], own: Sequence[Index]) -> bool:
    """Whether all reads have the same slot there, which no letter but the equation's own is in."""
    slot = reads[0].entry.slots[place]
    return all(r.entry.slots[place] == slot for r in reads) and all(x in own for x in slot.letters())


def _letter(place: int, read: Entry, own: Sequence[Index]) -> Index:
    """A letter over the whole axis, named as the equation reads it there."""
    met = read.slots[place].letter
    name = met.name if met is not None and met not in own else "i"
    return Index(name, read.tensor.axes[place])
