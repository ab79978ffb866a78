"""The rule of the backward pass: for each equation T[o] = rhs, each read R[s] in it adds to R's bar

    R̄[r] += Σ_o T̄[o] · cofactor · [r = s]

and nothing else is known about any operator (Giles 2008; Griewank & Walther 2008). Contributions are symbolic and
named, so that one pass over the equations is enough, and equations equal up to names are worked out once.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive import operators
from derive.notation.canonical import factor_key
from derive.notation.common import tidied
from derive.notation.differential import Read, differential
from derive.notation.equation import Equation
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Partial, Power, Tensor, of, upstream
from derive.notation.index import Index, Slot
from derive.notation.named import Definitions, named, powers_named
from derive.notation.product import add, product
from derive.notation.rewrite import rewrite
from derive.notation.walk import substitute_factor
from derive.operators.facts import simplified
from derive.operators.matrices import is_solved


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one equation adds to the bar of one tensor that it reads, at the position `letters`.

    chain: with the equation's ∂ kept, Σ_i ȳ_i ∂y_i/∂h_j.  right: worked out, Σ_i ȳ_i w_ij.
    """

    tensor: Tensor
    letters: tuple[Index, ...]
    chain: Expr
    right: Expr


Reads = dict[Tensor, list[Read]]


def reads_by_tensor(equation: Equation) -> Reads:
    """The reads of an equation's right side, by the tensor read, in reading order; those of relu′, flat, left out."""
    found: Reads = {}
    for read in differential(equation.right):
        if not any(map(_is_zero, read.cofactor.factors)):
            found.setdefault(read.entry.tensor, []).append(read)
    return found


def _is_zero(factor: Factor) -> bool:
    """Whether a factor is a second slope that is 0: relu″."""
    return isinstance(factor, Apply) and len(factor.partials) > 1 and not operators.slope(factor).terms


def contributions(equation: Equation, cost: str) -> tuple[Contribution, ...]:
    """The contributions of one equation to the bars of all that it reads, in reading order."""
    return tuple(contribution(equation, tensor, met, cost) for tensor, met in reads_by_tensor(equation).items())


def contribution(equation: Equation, tensor: Tensor, reads: list[Read], cost: str) -> Contribution:
    """What one equation adds to the bar of one tensor that it reads."""
    letters = _own_letters(tensor, reads[0].entry)
    named = output_names(equation)
    above = Entry(upstream(equation.left.tensor, cost), equation.left.slots)
    parts = [_worked_out(equation, above, read, letters, named) for read in reads]
    worked_out = _solution_named(powers_named(add(*parts), equation), equation)
    right = tidied(simplified(worked_out))
    return Contribution(tensor, letters, chain_rule(equation, above, reads, letters), right)


def _own_letters(tensor: Tensor, read: Entry) -> tuple[Index, ...]:
    """Letters for the bar's own position, named as the equation reads the tensor where it reads it plainly."""
    names = [slot.letter.name if slot.letter else "i" for slot in read.slots]
    return tuple(Index(name, axis) for name, axis in zip(names, tensor.axes, strict=True))


def _worked_out(equation: Equation, above: Entry, read: Read, letters: tuple[Index, ...], named: Outputs) -> Expr:
    """Σ_o T̄[o] · cofactor · [r = s], the slopes of functions put in."""
    deltas = [Bracket("=", r.slot, s) for r, s in zip(letters, read.entry.slots, strict=True)]
    cofactor = worked_out(read, named)
    bound = equation.letters + read.cofactor.bound
    return product(read.cofactor.coefficient, bound, (above, *cofactor, *deltas))


def worked_out(read: Read, named: Outputs) -> list[Factor]:
    """The factors of a read's cofactor, the slopes of functions put in."""
    return [Power(named.use(operators.slope(f))) if isinstance(f, Apply) else f for f in read.cofactor.factors]


def chain_rule(equation: Equation, above: Entry, reads: list[Read], letters: tuple[Index, ...]) -> Expr:
    """Σ_o T̄[o] ∂T[o]/∂R[r] over the letters o that the reads leave open; those that they fix are put in."""
    wrt = Entry(reads[0].entry.tensor, tuple(x.slot for x in letters))
    pinned = [Bracket("=", letters[n].slot, at) for n, at in _pinned(reads)]
    return add(
        *(
            product(
                1,
                equation.letters,
                (above, Partial(equation.left, wrt), *(Bracket("=", o.slot, r) for o, r in fixed.items()), *pinned),
            )
            for fixed in _places(equation, reads, letters)
        )
    )


Fixed = dict[Index, Slot]
"""The equation's own letters that a read ties to positions of the bar."""


def _places(equation: Equation, reads: list[Read], letters: tuple[Index, ...]) -> list[Fixed]:
    """Where the equation reads the entry: one place, or for h⁽ᵗ⁻¹⁾ beside h⁽ᵗ⁻²⁾ one for each; else the ties that all
    reads share."""
    every = [_fixed(equation, read, letters) for read in reads]
    apart = list({tuple(fixed.items()): fixed for fixed in every}.values())
    if all(_are_apart(one, two) for n, one in enumerate(apart) for two in apart[:n]):
        return apart
    return [{o: r for o, r in every[0].items() if all(fixed.get(o) == r for fixed in every)}]


def _are_apart(one: Fixed, two: Fixed) -> bool:
    """Whether two places tie the same letters, and surely to other positions."""
    gaps = [one[o] - two[o] for o in one if o in two]
    return one.keys() == two.keys() and any(gap.is_number and gap.constant for gap in gaps)


def _pinned(reads: list[Read]) -> list[tuple[int, Slot]]:
    """The labels at whose one position, h⁽ᵀ⁾, an equation reads a tensor: (the label's axis, the position)."""
    first = reads[0].entry
    same = [n for n in first.tensor.labels if all(read.entry.slots[n] == first.slots[n] for read in reads)]
    return [(n, first.slots[n]) for n in same if not any(True for _ in first.slots[n].letters())]


def _fixed(equation: Equation, read: Read, letters: tuple[Index, ...]) -> Fixed:
    """The equation's own letters that a slot of the read, t or t − 1, ties to a letter of the bar."""
    own = equation.letters
    fixed: Fixed = {}
    for slot, letter in zip(read.entry.slots, letters, strict=True):
        met = list(slot.letters())
        if len(met) == 1 and met[0] in own and slot.coefficient(met[0]) == 1:
            fixed.setdefault(met[0], letter.slot - (slot - met[0].slot))
    return fixed


@dataclass(frozen=True, slots=True)
class Outputs:
    """The function that an equation's right side is, if it is nothing else: its slopes may name the left side."""

    left: Entry | None = None
    key: str = ""
    letters: tuple[Index, ...] = ()

    def use(self, slope: Expr) -> Expr:
        """The slope with the output named: tanh′ = 1 − h²."""
        return rewrite(slope, self.named) if self.left is not None else slope

    def named(self, factor: Factor) -> Expr | None:
        """The left side, for a factor that is the right side (at a position of its own, for softmax)."""
        if not isinstance(factor, Apply) or factor.partials or _plain_key(factor) != self.key:
            return None
        assert self.left is not None
        return of(substitute_factor(self.left, dict(zip(self.letters, factor.slots, strict=True))))


def _solution_named(expr: Expr, equation: Equation) -> Expr:
    """The expression with the solution named, where the equation is x = A⁻¹ b: dx = A⁻¹ (db − dA x)."""
    return named(expr, Definitions([equation])) if is_solved(equation.right) else expr


def output_names(equation: Equation) -> Outputs:
    """What the slopes of an equation's right side may call by the name of its left side."""
    factor = equation.right.factor
    if not isinstance(factor, Apply) or factor.partials or factor.function not in operators.TABLE:
        return Outputs()
    letters = tuple(slot.letter for slot in factor.slots if slot.letter is not None)
    if len(letters) < len(factor.slots):
        return Outputs()
    return Outputs(equation.left, _plain_key(factor), letters)


def _plain_key(factor: Apply) -> str:
    """The function and its arguments without the position at which a whole-axis function is read."""
    return factor_key(Apply(factor.function, factor.args), {})
