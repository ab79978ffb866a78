"""The whole way: forward, backward, vectorise, for one network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from derive import operators
from derive.backward import backward
from derive.declare.network import Moved, Network
from derive.derivation import Derivation, Derivatives, Line, Lines, joined
from derive.errors import DeriveError, Problem
from derive.forward import forward
from derive.graph import Graph
from derive.notation.bounds import always_inside, surely_nonnegative, surely_positive
from derive.notation.expression import Apply, Bracket, Entry, Expr, Factor, Power
from derive.notation.index import Slot
from derive.notation.walk import factors
from derive.operators.matrices import SOLVED, is_solved
from derive.pause import collector_paused

if TYPE_CHECKING:
    from derive.operators.known import Known


def derive_network(
    network: Network,
    wanted: Iterable[str] = (),
    keep_cost_bars: bool = False,
    closed: Iterable[str] = (),
    moved: Moved | None = None,
) -> Derivation:
    """The derivation of the wanted bars (default: the network's `want`, else all parameters, else all inputs).

    closed: names whose closed form is derived too, beside those that the network asks for.  moved: what forward mode,
    products with a Hessian and Hessians are asked for, beside what the network asks. Raises DeriveError.
    """
    network = _conditioned(network)
    with collector_paused():
        graph = Graph(network)
    if graph.reads_bars:
        network = _completed(network)
        graph = Graph(network)
    forms = tuple(dict.fromkeys((*network.closed, *closed)))
    moves = network.moved if moved is None else network.moved.beside(moved)
    if moves.over and not moves.hvp:
        what = "`over` says how a product with the Hessian is worked out, and none is asked for"
        raise DeriveError(Problem(None, what, "ask for one, hvp: [w] or --hvp w, or leave `over` out"))
    _check_cost(network, moves)
    asked = tuple(dict.fromkeys((*(tuple(wanted) or default_wanted(network)), *forms, *moves.in_bars)))
    if network.facts:
        from derive.backward.constrained import partners

        asked = tuple(dict.fromkeys((*asked, *partners(network, asked))))
    if not network.costs:
        return _of_cost(network, asked, keep_cost_bars, forms, moves, graph)
    alone = [replace(network, cost=cost) for cost in network.costs]
    curved = moves.of or network.costs[0]
    moving = [moves if one.cost == curved else Moved() for one in alone]
    each = [_of_cost(one, asked, keep_cost_bars, forms, m, Graph(one)) for one, m in zip(alone, moving, strict=True)]
    return joined(network, each, curved)


def _check_cost(network: Network, moves: Moved) -> None:
    """Raises DeriveError unless what is asked of second order is of one of the costs."""
    if not moves.of:
        return
    costs = network.costs or ((network.cost,) if network.cost else ())
    if moves.of not in costs:
        from derive.declare.requests import no_cost

        raise DeriveError(Problem(None, *no_cost(moves.of, costs)))
    if not moves.in_bars:
        what = f"`of` says of which cost a Hessian is, or a product with it, and of {moves.of} none is asked for"
        raise DeriveError(Problem(None, what, "ask for one, hessian: [w] or --hessian w, or leave `of` out"))


def _of_cost(
    network: Network,
    asked: tuple[str, ...],
    keep_cost_bars: bool,
    forms: tuple[str, ...],
    moves: Moved,
    graph: Graph,
) -> Derivation:
    """The derivation of the network's one cost."""
    cost = cost_name(network)
    with collector_paused():
        bars = _bars(network, graph, asked, cost, keep_cost_bars)
    derivation = Derivation(network, cost, forward(graph, network.implicit), bars, asked, notes(network))
    folded = tuple(name for name in network.folded if name not in asked)
    if graph.known is None:
        return _as_asked(derivation, folded, forms, moves)
    found = _with_known(_as_asked(derivation, folded, forms, Moved()), graph.known)
    if not moves:
        return found
    plain = replace(network, facts=())
    general = _bars(plain, Graph(plain), asked, cost, keep_cost_bars)
    alone = _as_asked(replace(derivation, network=plain, backward=general), folded, (), moves)
    return _moved_as_known(found, alone, graph.known)


def _bars(network: Network, graph: Graph, asked: tuple[str, ...], cost: str, keep_cost_bars: bool) -> Lines:
    own = [name for name, condition in network.implicit.items() if condition.cost == cost]
    if own:  # its own slope there is 0: no error signal goes through what makes it stationary
        network = replace(network, equations=tuple(e for e in network.equations if e.left.tensor.name not in own))
        graph = Graph(network)
    return backward(network, graph, asked, cost, keep_cost_bars)


def _with_known(derivation: Derivation, known: Known) -> Derivation:
    """What is put together from lines with what is known put to use once more."""
    from derive.backward.constrained import with_constrained
    from derive.vectorise.known import with_facts

    def used(lines: Iterable[Line]) -> tuple[Line, ...]:
        return tuple(with_facts(line, known) for line in lines)

    if derivation.folded:
        derivation = replace(derivation, backward=used(derivation.backward))
    found = replace(derivation, closed=used(derivation.closed), solved=used(derivation.solved))
    return with_constrained(found, known)


def _moved_as_known(derivation: Derivation, general: Derivation, known: Known) -> Derivation:
    """The changes of the lines without facts, which hold beside them too; then facts are put to use."""
    from derive.tangent.hessian import in_vectors
    from derive.vectorise import vectorised
    from derive.vectorise.known import Form, with_facts

    def used(lines: Iterable[Line], form: Form = vectorised) -> tuple[Line, ...]:
        return tuple(with_facts(line, known, form=form) for line in lines)

    def derivatives(several: Iterable[Derivatives]) -> tuple[Derivatives, ...]:
        return tuple(replace(d, lines=used(d.lines, in_vectors)) for d in several)

    tangents = tuple(
        replace(t, forward=used(t.forward), backward=used(t.backward), jacobians=derivatives(t.jacobians))
        for t in general.tangents
    )
    second = tuple(
        replace(g, jacobian=derivatives([g.jacobian])[0], curvature=derivatives([g.curvature])[0])
        for g in general.gauss_newton
    )
    return replace(
        derivation,
        tangents=tangents,
        hessians=derivatives(general.hessians),
        gauss_newton=tuple(replace(g, result=used([g.result], in_vectors)[0]) for g in second),
        jacobians=derivatives(general.jacobians),
        general=general.backward,
    )


def _conditioned(network: Network) -> Network:
    """With what its quantities are solved from, which is not imported for a network where none is."""
    if not network.stationary:
        return network
    from derive.backward.stationary import with_conditions

    return with_conditions(network)


def _completed(network: Network) -> Network:
    """With the lines of the bars that its equations read, which is not imported for a network that reads none."""
    from derive.backward.completed import completed

    return completed(network)


def _as_asked(derivation: Derivation, folded: tuple[str, ...], forms: tuple[str, ...], moves: Moved) -> Derivation:
    """With folded bars, solved recurrences, closed forms, tangents; what few networks ask for or have is not imported
    for the others."""
    if folded:
        from derive.backward.folded import with_folded

        derivation = with_folded(derivation, folded)
    if derivation.network.delayed:
        from derive.backward.recurrences import with_solved

        derivation = with_solved(derivation)
    if forms:
        from derive.backward.closed import with_closed_forms

        derivation = with_closed_forms(derivation, forms)
    if moves:
        from derive.tangent import with_tangents

        derivation = with_tangents(derivation, moves)
    return derivation


def default_wanted(network: Network) -> tuple[str, ...]:
    named = {role: [t.name for t in network.tensors.values() if t.role == role] for role in ("parameter", "input")}
    return tuple(network.want or named["parameter"] or named["input"])


def cost_name(network: Network) -> str:
    """The cost that bars are taken of; where the file names none, a letter that it does not use."""
    if network.cost is not None:
        return network.cost
    taken = {*network.tensors, *network.sizes}
    return next(name for name in ("L", "E", "J", "C", "Loss") if name not in taken)


CONDITIONS = "The slope of a condition [x > 0] is taken as 0."
OF_POSITIVE = ("log", "sqrt")
"""Functions whose note is about arguments that are not positive."""
POSITIVE = ("exp", "sigmoid", "softmax", "softplus")
AT_ZERO = (*OF_POSITIVE, "abs", "relu", "sign", "step")
"""Functions whose note is about 0 and below."""
FIXED = ("constant", "class")
"""Roles of tensors that no error signal reaches."""


def notes(network: Network) -> tuple[str, ...]:
    """The file's notes, and those of the rows of every function that its equations use, where they can matter."""
    found = (note for e in network.equations for f in factors(e.right) if (note := _note(f, network, e.right)))
    told = dict.fromkeys(found)
    return tuple(dict.fromkeys([*network.notes, *told]))


def _note(factor: Factor, network: Network, within: Expr) -> str:
    if isinstance(factor, Bracket):
        sides = [side for side in (factor.left, factor.right) if isinstance(side, Expr)]
        return CONDITIONS if any(map(_varies, sides)) else ""
    row = operators.TABLE.get(factor.function) if isinstance(factor, Apply) else None
    if row is None or not isinstance(factor, Apply):
        return ""
    if row.name == "inv" and is_solved(within):
        return SOLVED
    body = factor.args[0].body
    if row.name in AT_ZERO and network.facts and _never_at_zero(body, network, row.name in OF_POSITIVE):
        return ""
    idle = row.name in OF_POSITIVE and (not _varies(body) or _is_above(body, network, True))
    return "" if idle else row.note


def _never_at_zero(expr: Expr, network: Network, above: bool) -> bool:
    """Whether the facts of the network say that an expression is not 0, or that it is above 0."""
    from derive.notation.interval import NEGATIVE, POSITIVE
    from derive.operators.bounds import Bounds

    within = Bounds(network.facts).of(expr)
    return within.within(POSITIVE) or (not above and within.within(NEGATIVE))


def _varies(expr: Expr) -> bool:
    """Whether an error signal reaches an expression."""
    return any(isinstance(f, Entry) and f.tensor.role not in FIXED for f in factors(expr))


def _is_above(expr: Expr, network: Network, strictly: bool) -> bool:
    """Whether an expression is surely ≥ 0, or > 0: every term is, and for > 0 one of them strictly."""
    if not all(t.coefficient > 0 and all(_factor_above(f, network, False) for f in t.factors) for t in expr.terms):
        return False
    return not strictly or any(all(_factor_above(f, network, True) for f in t.factors) for t in expr.terms)


def _factor_above(factor: Factor, network: Network, strictly: bool) -> bool:
    if isinstance(factor, Slot):
        return surely_positive(factor) or (not strictly and surely_nonnegative(factor))
    if isinstance(factor, Power):
        even = isinstance(factor.exponent, int) and factor.exponent % 2 == 0
        return (even and not strictly) or _is_above(factor.base, network, strictly)
    if isinstance(factor, Apply):
        return not factor.partials and (factor.function in POSITIVE or (factor.function == "abs" and not strictly))
    if isinstance(factor, Bracket):
        return not strictly
    if isinstance(factor, Entry):
        return (not strictly or always_inside(factor)) and _entries_above(factor, network, strictly)
    return False


def _entries_above(entry: Entry, network: Network, strictly: bool) -> bool:
    """Whether the one equation of a tensor says so for all of its entries; one that reads its own tensor is not."""
    own = [e for e in network.equations if e.left.tensor == entry.tensor]
    if len(own) != 1 or tuple(letter.range for letter in own[0].letters) != own[0].left.tensor.axes:
        return False
    reads_itself = any(isinstance(f, Entry) and f.tensor == entry.tensor for f in factors(own[0].right))
    return not reads_itself and _is_above(own[0].right, network, strictly)
