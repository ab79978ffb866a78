"""A failing network made small: equations, terms and letters dropped as long as it fails in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

from tests.random_axes.language import Case, Equation, Num, Read, Tensor, children, names, nodes, used

Fails = Callable[[Case], bool]


def shrunk(case: Case, fails: Fails, rounds: int = 400) -> Case:
    """The smallest case that is found to fail like this one, with at most so many tries."""
    case = used(case)
    tries = 0
    while True:
        for candidate in _smaller(case):
            tries += 1
            if tries > rounds:
                return case
            if fails(candidate):
                case = used(candidate)
                break
        else:
            return case


def _smaller(case: Case) -> Iterator[Case]:
    yield from _without_equations(case)
    if case.stated:
        yield replace(case, stated=frozenset())
    if case.labels:
        yield replace(case, labels={})
    if case.numbers:
        yield replace(case, numbers={})
    if case.boundary:
        yield replace(case, boundary="")
    for place, equation in enumerate(case.equations):
        for smaller in _simpler(equation):
            yield replace(case, equations=(*case.equations[:place], smaller, *case.equations[place + 1 :]))


def _without_equations(case: Case) -> Iterator[Case]:
    """A hidden tensor given instead of worked out; its equations go."""
    for name in case.hidden:
        if name != case.cost:
            tensors = {**case.tensors, name: Tensor("input", case.tensors[name].axes)}
            rest = tuple(e for e in case.equations if e.name != name)
            yield replace(case, tensors=tensors, equations=rest, stated=case.stated - {name})


def _simpler(equation: Equation) -> Iterator[Equation]:
    """One part of the right side replaced by a part of its own, or by 1; the largest first."""
    for node in list(nodes(equation.right)):
        options: list[Any] = [c for c in children(node) if not isinstance(c, Num)]
        options += [Num("1")] if not isinstance(node, (Num,)) and names(node) else []
        if isinstance(node, Read) and not node.slots:
            options = [Num("1")]
        for option in options:
            if type(option).__name__ != "Cond":
                yield replace(equation, right=_replaced(equation.right, node, option))
    for node in list(nodes(equation.right)):
        if getattr(node, "conditions", ()):
            yield replace(
                equation,
                right=_replaced(
                    equation.right,
                    node,
                    replace(node, conditions=(), named=True)
                    if hasattr(node, "named")
                    else replace(node, conditions=()),
                ),
            )  # type: ignore[type-var]


def _replaced(tree: Any, old: object, new: object) -> Any:
    """The tree with one node, that very object, replaced."""
    if tree is old:
        return new
    if not hasattr(tree, "__dataclass_fields__"):
        return tree
    changes = {}
    for part in fields(tree):
        value = getattr(tree, part.name)
        if isinstance(value, tuple):
            after: Any = tuple(_replaced(v, old, new) for v in value)
            if any(a is not b for a, b in zip(after, value, strict=True)):
                changes[part.name] = after
        elif (after := _replaced(value, old, new)) is not value:
            changes[part.name] = after
    return replace(tree, **changes) if changes else tree
