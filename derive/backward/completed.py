"""A network whose equations read bars, grad(D, x): with the backward lines of D as equations of its own.

What is derived of the completed network is of second order, and nothing new is known for it: a bar x̃ under D is a
quantity like any other, which has a bar in its turn (Pearlmutter 1994; Griewank & Walther 2008, chapter 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, count
from types import MappingProxyType

from derive.backward import backward
from derive.declare.loops import ordered
from derive.declare.network import Network
from derive.errors import DeriveError, Problem
from derive.forward import Letters
from derive.graph import Graph
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Tensor, bar, dot, of
from derive.notation.product import add, multiply, summed
from derive.notation.walk import factors


def completed(network: Network) -> Network:
    """The network with the lines of every bar that its equations read, each before its first reader.

    Raises DeriveError where the equations have no order of evaluation.
    """
    while missing := _missing(network.equations):
        cost = _next(network, missing)
        wanted = [t for t in missing if t.cost[-1] == cost]
        network = _with(network, _lines(network, cost, wanted))
    return network


def with_product(network: Network, name: str, direction: str = "") -> Network:
    """The network whose cost is ⟨W̄, V⟩, V a new input of W's shape: the bar of W under it is the Hessian times V.

    Reverse over reverse (Pearlmutter 1994, section 3). direction: what V is called. Raises DeriveError.
    """
    if network.stationary:
        from derive.backward.stationary import with_conditions

        network = with_conditions(network)
    tensor, cost = network.tensors[name], network.cost
    if cost is None:
        raise DeriveError(Problem(None, "a Hessian is that of a cost, and none is named", "name one: `cost: E`"))
    if cost not in network.tensors or tensor.role in ("class", "constant"):
        raise DeriveError(Problem(None, f"{name} has no bar", "ask for an input, a parameter or what is computed"))
    other = _free(network, (direction,) if direction else ("V", "v", "U", "D"))
    product = _free(network, ("R", "P", "S", "Q"))
    moved = replace(tensor, name=other, role="input")
    tensors = MappingProxyType({**network.tensors, other: moved})
    return _with_sum(replace(network, tensors=tensors, want=(name,)), cost, product, [(tensor, moved)])


def along(network: Network, names: Sequence[str]) -> Network:
    """The network whose cost is R = Σ ⟨w̄, ẇ⟩ over the names: the bars under R are the Hessian times the direction."""
    cost = network.cost
    assert cost is not None
    moved = [(network.tensors[name], dot(network.tensors[name])) for name in names]
    return _with_sum(replace(network, want=tuple(names)), cost, _free(network, ("R", "P", "S", "Q")), moved)


def _with_sum(network: Network, cost: str, name: str, moved: Sequence[tuple[Tensor, Tensor]]) -> Network:
    """The network, completed, with the sum of the products of bars and directions as its one cost."""
    products = []
    for tensor, direction in moved:
        letters = Letters(network).of(tensor)
        at = tuple(x.slot for x in letters)
        products.append(summed(letters, multiply(of(Entry(bar(tensor, cost), at)), of(Entry(direction, at)))))
    left = Tensor(name)
    equations = (*network.equations, Equation(Entry(left), add(*products)))
    tensors = MappingProxyType({**network.tensors, name: left})
    order = (*network.order, len(network.equations))
    return completed(replace(network, equations=equations, tensors=tensors, order=order, cost=name, costs=()))


def _free(network: Network, names: Sequence[str]) -> str:
    """The first name that means nothing yet."""
    taken = {*network.tensors, *network.sizes, *network.letters, *network.functions}
    every = chain(names, (f"{names[0]}{n}" for n in count(1)))
    return next(name for name in every if name not in taken)


def _missing(equations: Sequence[Equation]) -> list[Tensor]:
    """The bars that equations read and none gives, in reading order."""
    given = {e.left.tensor for e in equations}
    return list(dict.fromkeys(t for e in equations for t in _bars(e) if t not in given))


def _bars(equation: Equation) -> Iterable[Tensor]:
    return (f.tensor for f in factors(equation.right) if isinstance(f, Entry) and f.tensor.is_bar)


def _next(network: Network, missing: Sequence[Tensor]) -> str:
    """The first cost whose own equations read no bar that is still missing."""
    graph = Graph(network)
    for cost in dict.fromkeys(t.cost[-1] for t in missing):
        if not graph.below(graph.outputs(cost)).intersection(missing):
            return cost
    names = " and ".join(dict.fromkeys(t.cost[-1] for t in missing))
    raise DeriveError(Problem(None, f"the slopes of {names} read each other", "let each cost read those above it"))


def _lines(network: Network, cost: str, wanted: Sequence[Tensor]) -> list[Equation]:
    """The backward lines of a cost that lead to the wanted bars, as equations, from the cost back."""
    inner = replace(network, cost=cost, facts=())  # facts are of values, and what is found here has slopes
    lines = backward(inner, Graph(inner), [t.name for t in wanted], cost)
    every = [replace(line.scalar, place=None) for line in lines]
    needed, waiting = set(wanted), list(wanted)
    while waiting:
        tensor = waiting.pop()
        for equation in every:
            new = {t for t in _bars(equation) if t not in needed} if equation.left.tensor == tensor else set()
            needed |= new
            waiting.extend(new)
    return [e for e in every if e.left.tensor in needed]


def _with(network: Network, lines: Sequence[Equation]) -> Network:
    """The lines put before the first equation that reads one of them."""
    new = {e.left.tensor for e in lines}
    place = next(n for n, e in enumerate(network.equations) if new.intersection(_bars(e)))
    equations = (*network.equations[:place], *lines, *network.equations[place:])
    order = ordered(equations, frozenset(network.implicit))
    if order.cycles:
        names = " → ".join(equations[n].left.tensor.name for n in order.cycles[0])
        raise DeriveError(Problem(None, f"a cycle: {names}", "let grad(D, x) stand below D"))
    return replace(network, equations=equations, order=order.order, delayed=order.delayed, backwards=order.backwards)
