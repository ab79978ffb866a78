"""The projection of a bar on the directions that keep an equation of its quantity, c(u) = const.

    dc = nᵀ du = 0        ū − n (nᵀ ū)/(nᵀ n),  n = ∂c/∂u        ‖u‖ = 1: ū − u uᵀ ū;  Σ_k t_k = 1: t̄ − (1ᵀ t̄/K) 1

(Nocedal & Wright 2006, section 12.3: the tangent space of a constraint.) An equation for each row, Σ_j p_ij = 1,
speaks of other entries in each, and so each row has a projection of its own.
"""

from __future__ import annotations

from fractions import Fraction

from derive.backward.contributions import Outputs, worked_out
from derive.notation.common import tidied
from derive.notation.differential import differential
from derive.notation.expression import Bracket, Entry, Expr, Tensor, of, whole
from derive.notation.fact import Fact
from derive.notation.index import Index
from derive.notation.product import add, inverse, multiply, negative, product, scale, summed
from derive.notation.walk import apart, entries, substitute


def held(fact: Fact) -> Tensor | None:
    """The one tensor that an equation binds beside constants, if it speaks of other entries at each of its letters."""
    moving = [t for t in fact.tensors if t.role != "constant"]
    if fact.kind != "equal" or len(moving) != 1 or any(e.tensor == moving[0] for e in entries(fact.right)):
        return None
    read = [e for e in entries(fact.left) if e.tensor == moving[0]]
    return moving[0] if all(_places(e, fact) == _places(read[0], fact) is not None for e in read) else None


def _places(entry: Entry, fact: Fact) -> tuple[int, ...] | None:
    """Where the letters of a fact stand among the axes of an entry, each alone and along all of its axis."""
    found = []
    for x in fact.letters:
        at = [n for n, slot in enumerate(entry.slots) if x in slot.letters()]
        if len(at) != 1 or entry.slots[at[0]].letter is not x or x.range != entry.tensor.axes[at[0]]:
            return None
        found.append(at[0])
    return tuple(found)


def projection(fact: Fact, left: Entry, tensor: Tensor) -> Expr:
    """ū − n (nᵀ ū)/(nᵀ n) at the letters of its left side."""
    own = tuple(slot.letter for slot in left.slots if slot.letter is not None)
    normal = _without_number(_normal(fact, tensor, own))
    places = _places(next(e for e in entries(fact.left) if e.tensor == tensor), fact)
    assert places is not None
    beside = {x: x.apart() for n, x in enumerate(own) if n not in places}
    there = {x: other.slot for x, other in beside.items()}
    inside = substitute(apart(normal), there)
    along = summed(beside.values(), multiply(inside, substitute(of(left), there)))
    size = summed(beside.values(), multiply(inside, inside))
    return add(of(left), negative(multiply(normal, along, inverse(size))))


def _normal(fact: Fact, tensor: Tensor, own: tuple[Index, ...]) -> Expr:
    """∂c/∂u at letters of u."""
    found = []
    for read in differential(fact.left):
        if read.entry.tensor == tensor:
            deltas = [Bracket("=", x.slot, slot) for x, slot in zip(own, read.entry.slots, strict=True)]
            bound, factors = (*fact.letters, *read.cofactor.bound), worked_out(read, Outputs())
            found.append(product(read.cofactor.coefficient, bound, (*factors, *deltas)))
    return tidied(add(*found))


def _without_number(normal: Expr) -> Expr:
    """u for 2u: the projection is the same."""
    numbers = {abs(Fraction(term.coefficient)) for term in normal.terms}
    return scale(whole(1 / numbers.pop()), normal) if len(numbers) == 1 else normal
