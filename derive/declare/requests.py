"""What a problem asks for, held against the network: the cost, the wanted bars, how names are printed, the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from derive.declare.given import Requests, check_numbers, quantity
from derive.declare.marks import Source
from derive.declare.moved import check_moved
from derive.declare.network import Network, SizeDeclaration
from derive.declare.printed import unprintable
from derive.declare.scope import Context
from derive.declare.words import did_you_mean, listed
from derive.errors import DeriveError, Place, Problem
from derive.notation.layout import extent


def check(source: Source, context: Context, sizes: Mapping[str, SizeDeclaration], poisoned: set[str]) -> Requests:
    """Hold every request against the network; a name that is in error already is passed over."""
    found = Requests([], dict(sizes))
    _cost(source, context, poisoned, found)
    _stationary(source, context, poisoned, found)
    for key in ("want", "closed_form"):
        for n, name in enumerate(source.data.get(key, ())):
            if name not in poisoned:
                _wanted(source, context, name, source.value(key, n), found)
    for n, name in enumerate(source.data.get("fold", ())):
        if name not in poisoned:
            _folded(source, context, name, source.value("fold", n), found)
    _of_which(source, poisoned, found)
    check_moved(source, context, poisoned, found)
    known = {**context.places, **dict.fromkeys((*context.tensors, *context.functions))}
    for name, latex in source.data.get("print", {}).items():
        if why := unprintable(latex):
            found.problems.append(
                Problem(source.value("print", name), f"the LaTeX of `{name}` {why}", "write a symbol, such as '\\xi'")
            )
        if name not in known and name not in poisoned:
            near = did_you_mean(name, known)
            found.problems.append(
                Problem(source.key("print", name), f"`{name}` is printed, and nothing has this name", near)
            )
    check_numbers(source, context, poisoned, found)
    return found


def _cost(source: Source, context: Context, poisoned: set[str], found: Requests) -> None:
    several = isinstance(source.data.get("cost"), list)
    for n, name in enumerate(named_costs(source.data)):
        if name not in poisoned:
            _one_cost(context, name, source.value("cost", n) if several else source.value("cost"), found)


def _of_which(source: Source, poisoned: set[str], found: Requests) -> None:
    """What is of second order is of one of the costs."""
    name, costs = source.data.get("of"), named_costs(source.data)
    if name and name not in costs and name not in poisoned:
        found.problems.append(Problem(source.value("of"), *no_cost(name, costs)))


def no_cost(name: str, costs: Sequence[str]) -> tuple[str, str]:
    """Why nothing is of second order in a name, and what to do about it."""
    mend = did_you_mean(name, costs) or (f"the costs are {listed(costs)}" if costs else "name it under `cost`")
    return f"`{name}` is no cost", mend


def _stationary(source: Source, context: Context, poisoned: set[str], found: Requests) -> None:
    """What is made stationary is a scalar that equations compute."""
    given = source.data.get("stationary")
    if not given:
        return
    from derive.declare.implicit import stationary_pairs

    for name, cost, path in stationary_pairs(given):
        if cost and name not in poisoned and cost not in poisoned:
            _one_cost(context, cost, source.value(*path), found)


def named_costs(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The costs of a file, in its order."""
    given = data.get("cost")
    return (given,) if isinstance(given, str) else tuple(dict.fromkeys(given or ()))


def _one_cost(context: Context, name: str, place: Place | None, found: Requests) -> None:
    tensor = quantity(context, name, place, found)
    if tensor is None:
        return
    where = context.places.get(name)
    if tensor.role != "hidden":
        found.problems.append(
            Problem(place, f"the cost `{name}` is declared, not computed", "name a quantity with an equation", where)
        )
    elif tensor.axes:
        shape = " × ".join(extent(axis) for axis in tensor.axes)
        found.problems.append(
            Problem(
                place,
                f"the cost must be a scalar, and `{name}` has {shape} entries",
                f"add them up: `total = sum({name})`, or leave `cost` out for symbolic error signals",
                where,
            )
        )


def _wanted(source: Source, context: Context, name: str, place: Place | None, found: Requests) -> None:
    tensor = quantity(context, name, place, found)
    if tensor is not None and tensor.among is not None:
        found.problems.append(
            Problem(place, f"`{name}` is a class: it has no bar", "leave it out of `want`", context.places.get(name))
        )
    if tensor is not None and tensor.role == "constant":
        found.problems.append(Problem(place, *no_bar(name), context.places.get(name)))


def _folded(source: Source, context: Context, name: str, place: Place | None, found: Requests) -> None:
    """Bars that are put into others are those of hidden quantities of which nothing else is asked."""
    tensor = quantity(context, name, place, found)
    if tensor is not None and (tensor.role != "hidden" or name in named_costs(source.data)):
        what = "the cost" if tensor.role == "hidden" else "declared, not computed"
        found.problems.append(
            Problem(place, f"`{name}` is {what}: its bar is not put in", "name quantities on the way to the cost")
        )
    for key in ("want", "closed_form"):
        if tensor is not None and name in source.data.get(key, ()):
            found.problems.append(
                Problem(
                    place, f"the bar of `{name}` is put into others, and `{key}` asks for it", "leave one of them out"
                )
            )


def no_bar(name: str) -> tuple[str, str]:
    """Why a constant is not wanted, and what to do about it."""
    return f"`{name}` is a constant and has no bar", "declare it under parameters or inputs"


def check_asked(network: Network, name: str) -> None:
    """Raises DeriveError unless the name is that of a quantity of real numbers that has a bar."""
    tensor = network.tensors.get(name)
    if tensor is None:
        mend = did_you_mean(name, network.tensors) or f"there are {', '.join(network.tensors)}"
        raise DeriveError(Problem(None, f"{name} is no quantity of this network", mend))
    if tensor.role == "constant":
        raise DeriveError(Problem(None, *no_bar(name)))
    if tensor.role == "class":
        raise DeriveError(
            Problem(None, f"{name} is a class: an integer has no bar", "ask for a quantity of real numbers")
        )
