"""What a condition defines, F(y, x) = 0, and the adjoint equation of its multiplier λ, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.backward.implicit import residual
from derive.declare.network import Condition
from derive.derivation import Derivation, Line, Sides
from derive.document import JUXTAPOSED, Block, Chain, Fraction, Math, Operator, Prose, Script, Symbol, Words, row
from derive.errors import NoMatrixForm
from derive.notation.equation import Equation
from derive.notation.expression import Tensor, bar, upstream
from derive.notation.walk import entries
from derive.typeset.chains import EQUALS, condition, labels_of, part_chains, scalar_chain, vector_chain
from derive.typeset.scalar import expression
from derive.typeset.scribe import PLUS, Scribe
from derive.typeset.vector import matrix
from derive.vectorise import vectorise

CURLY, ZERO = Symbol("∂"), Symbol("0", "upright")


def entry_sides(line: Line, sides: Sides, scribe: Scribe) -> tuple[Chain, ...]:
    """Σ_i λ_i ∂F_i/∂y_k = λ_k − Σ_i λ_i ∂f_i/∂y_k = ȳ_k; where the ∂'s go through other quantities, λ = … above it."""
    own = scribe.binding(line.scalar.letters)
    first, *rest = (expression(e, own).box for e in (sides.chain, sides.left, sides.right) if e is not None)
    whole = Chain(first, tuple(dict.fromkeys(rest)), condition(line.left, own))
    if sides.chain is not None or not line.tensor.is_bar:
        return (whole,)
    steps = tuple(step for step in line.steps if step.rule != "solved")
    return scalar_chain(replace(line, steps=steps), scribe), whole


def vector_sides(line: Line, sides: Sides, scribe: Scribe) -> tuple[Chain, ...]:
    """(∂F/∂y)ᵀ λ = ȳ, and λ = (∂F/∂y)⁻ᵀ ȳ."""
    solved = line.steps[-1].rule == "solved" and line.vector is not None
    vector = vector_chain(line, scribe) if solved else None
    after = (part_chains(line, scribe) or (vector,)) if vector is not None else ()
    if sides.vector is None:
        return (*entry_sides(line, replace(sides, chain=None), scribe)[-1:], *after)
    own = scribe.binding(labels_of(line.vector.left)) if line.vector is not None else scribe
    left, right = (matrix(side, own).box for side in sides.vector)
    return (Chain(left, (right,), condition(line.left, own, line.tensor.labels)), *after)


def forward_said(derivation: Derivation, scribe: Scribe) -> list[Block]:
    """Which quantities their conditions define."""
    network = derivation.network
    names = [scribe.names.tensor(network.tensors[name]) for name in network.implicit]
    own = "the equation that it stands in" if len(names) == 1 else "the equations that they stand in"
    solved = "solves" if len(names) == 1 else "solve"
    return [Prose((*_listed(names), f" {solved} {own}."))] if names else []


def backward_said(derivation: Derivation, scribe: Scribe) -> list[Block]:
    """∂F/∂y dy + ∂F/∂x dx = 0 for each condition whose multiplier has a line, and what follows of it."""
    known = {line.tensor for line in derivation.backward}
    network = derivation.network
    met = [c for c in network.implicit.values() if upstream(_of(c), derivation.cost) in known]
    return [Prose(words) for c in met for words in _explained(c, derivation, scribe)]


def _of(met: Condition) -> Tensor:
    return met.right.left.tensor


def _explained(met: Condition, derivation: Derivation, scribe: Scribe) -> Iterator[Words]:
    names, cost = scribe.names, derivation.cost
    own, called = (names.tensor(t) for t in (_of(met), met.tensor))
    multiplier, direct = (names.tensor(t) for t in (upstream(_of(met), cost), bar(_of(met), cost)))
    equation = residual(met, derivation.network)
    read = _read(equation, _of(met))
    wrt, moved = names.tensor(read), names.tensor(bar(read, cost))
    step = row(_by(_slope(called, own), _d(own)), PLUS, _by(_slope(called, wrt), _d(wrt)), EQUALS, ZERO)
    adjoint = row(_by(_turned(called, own, scribe), multiplier), EQUALS, direct)
    adds = row(Operator("−", "unary"), _by(_turned(called, wrt, scribe), multiplier))
    yield (
        "With ", row(called, EQUALS, _written(equation, scribe)), ", ", own, " solves ", row(called, EQUALS, ZERO),
        ". So ", step, ", and so for all that ", called, " reads: ", multiplier, " solves ", adjoint, ", and ",
        called, " adds ", adds, " to ", moved, ". This needs a ", _slope(called, own), " that has an inverse.",
    )  # fmt: skip


def _read(equation: Equation, own: Tensor) -> Tensor:
    """What the condition reads beside y: a vector sooner than a matrix."""
    read = [e.tensor for e in entries(equation.right) if e.tensor != own and e.tensor.among is None]
    moving = [t for t in read if t.role != "constant"]
    return min(dict.fromkeys(moving or read), key=lambda t: abs(len(t.layout) - 1), default=own)


def _written(equation: Equation, scribe: Scribe) -> Math:
    """y − tanh(W y + U x + b), in vectors where it has the form."""
    try:
        form = vectorise(Equation(equation.left, equation.right))
        return matrix(form.right, scribe.binding(labels_of(form.left))).box
    except NoMatrixForm:
        return expression(equation.right, scribe.binding(equation.letters)).box


def _slope(of: Math, wrt: Math) -> Math:
    return Fraction(row(CURLY, of), row(CURLY, wrt), True)


def _turned(of: Math, wrt: Math, scribe: Scribe) -> Math:
    sign = Symbol("⊤" if "T" in scribe.names.taken else "T", "upright")
    return Script(_slope(of, wrt), None, sign)


def _by(left: Math, right: Math) -> Math:
    return row(left, JUXTAPOSED, right)


def _d(box: Math) -> Math:
    return row(Symbol("d", "upright"), box)


def _listed(boxes: list[Math]) -> Words:
    """y; y and z; y, z and w."""
    found: list[Math | str] = []
    for n, box in enumerate(boxes):
        found += [*([] if not n else [" and " if n == len(boxes) - 1 else ", "]), box]
    return tuple(found)
