"""What a condition defines, F(y, x) = 0, and the adjoint equation of its multiplier λ, on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.backward.implicit import residual
from derive.declare.network import Condition, Network
from derive.derivation import Derivation, Line, Sides
from derive.document import (
    JUXTAPOSED,
    Block,
    Chain,
    Fenced,
    Fraction,
    Math,
    Operator,
    Prose,
    Script,
    Symbol,
    Words,
    row,
)
from derive.errors import NoMatrixForm
from derive.graph import Graph
from derive.notation.equation import Equation
from derive.notation.expression import Tensor, bar, upstream
from derive.notation.fact import Fact
from derive.notation.walk import entries
from derive.typeset.chains import EQUALS, condition, labels_of, part_chains, scalar_chain, vector_chain
from derive.typeset.positions import listed
from derive.typeset.scalar import expression
from derive.typeset.scribe import PLUS, Scribe
from derive.typeset.vector import matrix
from derive.vectorise import vectorise

TOGETHER = "the equations that they stand in"
CURLY = Symbol("∂")


def entry_sides(line: Line, sides: Sides, scribe: Scribe) -> tuple[Chain, ...]:
    """Σ_i λ_i ∂F_i/∂y_k = λ_k − Σ_i λ_i ∂f_i/∂y_k = ȳ_k; where the ∂'s go through other quantities, λ = … above it."""
    own = scribe.binding(line.scalar.letters)
    first, *rest = (expression(e, own).box for e in (sides.chain, sides.left, sides.right) if e is not None)
    whole = Chain(first, tuple(dict.fromkeys(rest)), _held(condition(line.left, own), sides.facts, scribe))
    steps = tuple(step for step in line.steps if step.rule != "solved")
    if sides.chain is not None or any(e.tensor == line.tensor for step in steps for e in entries(step.right)):
        return (whole,)
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
    facts = tuple(f for f in line.steps[-1].facts if f not in sides.facts) if solved else ()
    if facts and after:
        after = (*after[:-1], replace(after[-1], condition=_held(after[-1].condition, facts, scribe)))
    whole = Chain(left, (right,), condition(line.left, own, line.tensor.labels))
    return (whole, *(chain for chain in after if chain != whole))


def _held(where: Math | None, facts: Sequence[Fact], scribe: Scribe) -> Math | None:
    """For which positions a line holds, and the facts that it rests on."""
    if not facts:
        return where
    from derive.typeset.facts import facts_shown

    return listed([*([] if where is None else [where]), *facts_shown(list(facts), scribe)])


def forward_said(derivation: Derivation, scribe: Scribe) -> list[Block]:
    """Which quantities their conditions define."""
    network, names = derivation.network, scribe.names
    found: list[Block] = []
    plain = [names.tensor(network.tensors[name]) for name, met in network.implicit.items() if not met.cost]
    own, solves = ("the equation that it stands in", "solves") if len(plain) == 1 else (TOGETHER, "solve")
    if plain:
        found.append(Prose((*_listed(plain), f" {solves} {own}.")))
    for name, met in network.implicit.items():
        if met.cost:
            box, cost = names.tensor(network.tensors[name]), names.tensor(network.tensors[met.cost])
            slope = row(_slope(cost, box), EQUALS, _zero(met))
            found.append(Prose((box, " makes ", cost, " stationary: ", slope, ".")))
    return found


def backward_said(derivation: Derivation, scribe: Scribe) -> list[Block]:
    """∂F/∂y dy + ∂F/∂x dx = 0 for each condition whose multiplier has a line, and what follows of it."""
    known = {line.tensor for line in derivation.backward}
    network, cost = derivation.network, derivation.cost
    found: list[Block] = []
    for group in _groups(network):
        if all(upstream(_of(c), cost) in known for c in group):
            said = _explained(group[0], derivation, scribe) if len(group) == 1 else _joint(group, derivation, scribe)
            found.append(Prose(said))
    return [*found, *(Prose(_idle(c, scribe)) for c in network.implicit.values() if c.cost == cost)]


def _groups(network: Network) -> list[list[Condition]]:
    """The conditions that are solved together."""
    around = Graph(network).around
    found: dict[frozenset[Tensor], list[Condition]] = {}
    for met in network.implicit.values():
        found.setdefault(around[_of(met)], []).append(met)
    return list(found.values())


def _idle(met: Condition, scribe: Scribe) -> Words:
    """No error signal of a cost goes through what makes it stationary: the envelope theorem."""
    own, cost = scribe.names.tensor(_of(met)), scribe.names.cost_symbol
    return ("Since ", row(_slope(cost, own), EQUALS, _zero(met)), ", no error signal goes through ", own, ".")


def _of(met: Condition) -> Tensor:
    return met.right.left.tensor


def _explained(met: Condition, derivation: Derivation, scribe: Scribe) -> Words:
    names, cost = scribe.names, derivation.cost
    equation = residual(met, derivation.network)
    read = _read(equation, {_of(met)})
    own, called = (names.tensor(t) for t in (_of(met), met.tensor))
    multiplier, direct = (names.tensor(t) for t in (upstream(_of(met), cost), bar(_of(met), cost)))
    wrt = names.tensor(read)
    step = row(_by(_slope(called, own), _d(own)), PLUS, _by(_slope(called, wrt), _d(wrt)), EQUALS, _zero(met))
    adjoint = row(_by(_turned(called, own, scribe), multiplier), EQUALS, direct)
    return (
        "With ", row(called, EQUALS, _written(equation, derivation, scribe)), ", ", own, " solves ",
        row(called, EQUALS, _zero(met)), ". So ", step,
        ", and so for all that ", called, " reads: ", multiplier, " solves ", adjoint, ", and ",
        *_adds(met, read, derivation, scribe), ". This needs a ", _slope(called, own), " that has an inverse.",
    )  # fmt: skip


def _joint(group: list[Condition], derivation: Derivation, scribe: Scribe) -> Words:
    """Of conditions that are solved together: (∂F/∂y)ᵀ λ + (∂G/∂y)ᵀ μ = ȳ."""
    names, cost, network = scribe.names, derivation.cost, derivation.network
    equations = [residual(met, network) for met in group]
    unknown = [_of(met) for met in group]
    above = [names.tensor(upstream(t, cost)) for t in unknown]
    defined = [
        row(names.tensor(m.tensor), EQUALS, _written(e, derivation, scribe))
        for m, e in zip(group, equations, strict=True)
    ]
    adjoint = [row(_sum(t, group, equations, derivation, scribe), EQUALS, names.tensor(bar(t, cost))) for t in unknown]
    solved = [row(names.tensor(met.tensor), EQUALS, _zero(met)) for met in group]
    read = _read(equations[0], set(unknown))
    return (
        "With ", *_listed(defined), ", ", *_listed([names.tensor(t) for t in unknown]), " solve ", *_listed(solved),
        " together: ", *_listed(above), " solve ", *_listed(adjoint), ", and ",
        *_adds(group[0], read, derivation, scribe), ". The matrix of these slopes must have an inverse.",
    )  # fmt: skip


def _sum(
    tensor: Tensor, group: list[Condition], equations: list[Equation], derivation: Derivation, scribe: Scribe
) -> Math:
    """(∂F/∂y)ᵀ λ + (∂G/∂y)ᵀ μ over the conditions that read y."""
    names = scribe.names
    found: list[Math] = []
    for met, equation in zip(group, equations, strict=True):
        if any(e.tensor == tensor for e in entries(equation.right)):
            slope = _turned(names.tensor(met.tensor), names.tensor(tensor), scribe)
            found += [*([PLUS] if found else []), _by(slope, names.tensor(upstream(_of(met), derivation.cost)))]
    return row(*found)


def _adds(met: Condition, read: Tensor, derivation: Derivation, scribe: Scribe) -> Words:
    """F adds −(∂F/∂x)ᵀ λ to x̄."""
    names, cost = scribe.names, derivation.cost
    called, multiplier = names.tensor(met.tensor), names.tensor(upstream(_of(met), cost))
    adds = row(Operator("−", "unary"), _by(_turned(called, names.tensor(read), scribe), multiplier))
    return called, " adds ", adds, " to ", names.tensor(bar(read, cost))


def _read(equation: Equation, own: set[Tensor]) -> Tensor:
    """What a condition reads beside y: a vector sooner than a matrix."""
    read = [e.tensor for e in entries(equation.right) if e.tensor not in own and e.tensor.among is None]
    moving = [t for t in read if t.role != "constant"]
    return min(dict.fromkeys(moving or read), key=lambda t: abs(len(t.layout) - 1), default=equation.left.tensor)


def _written(equation: Equation, derivation: Derivation, scribe: Scribe) -> Math:
    """y − tanh(W y + U x + b), in vectors where it has the form; where facts shorten it, ½ S w + ½ Sᵀ w = S w: the bars
    are those of the first."""
    known = Graph(derivation.network).known
    used = known.used(equation.right, equation.letters).expr if known is not None else equation.right
    sides = (equation,) if used == equation.right else (equation, replace(equation, right=used))
    found = dict.fromkeys(_in_vectors(side, scribe) for side in sides)
    return row(*(part for n, box in enumerate(found) for part in ([EQUALS, box] if n else [box])))


def _in_vectors(equation: Equation, scribe: Scribe) -> Math:
    try:
        form = vectorise(Equation(equation.left, equation.right))
        return matrix(form.right, scribe.binding(labels_of(form.left))).box
    except NoMatrixForm:
        return expression(equation.right, scribe.binding(equation.letters)).box


def _zero(met: Condition) -> Math:
    return Symbol("0", "bold" if met.tensor.layout else "upright")


def _slope(of: Math, wrt: Math) -> Math:
    return Fraction(row(CURLY, of), row(CURLY, wrt), True)


def _turned(of: Math, wrt: Math, scribe: Scribe) -> Math:
    sign = Symbol("⊤" if "T" in scribe.names.taken else "T", "upright")
    return Script(Fenced(Fraction(row(CURLY, of), row(CURLY, wrt))), None, sign)


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
