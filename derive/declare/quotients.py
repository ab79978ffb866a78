"""Quotients of sizes as positions: (N - K)/S, which must come out whole, and floor((N - K)/S).

Where the file's numbers say that one is not whole, or a size not positive, it is refused there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.declare.formula import Node
from derive.declare.network import SizeDeclaration
from derive.declare.scope import Division, Fault, Scope
from derive.errors import Problem
from derive.notation.bounds import surely_positive
from derive.notation.division import NotWhole, divided, number_of
from derive.notation.index import Slot, position
from derive.notation.sizes import Quotient

FLOOR = "floor"


def ratio(scope: Scope, node: Node, read: Callable[[Node], Slot | None]) -> tuple[Slot, Slot] | None:
    """What stands in a floor as numerator and denominator; None where a part of it is no position."""
    if node.kind == "signed":
        inner = ratio(scope, node.parts[-1], read)
        minus = sum(part.kind == "MINUS" for part in node.parts) % 2
        return (-inner[0], inner[1]) if inner and minus else inner
    if node.kind not in ("sum", "product"):
        found = read(node)
        return (found, position(1)) if found is not None else None
    total = ratio(scope, node.parts[0], read)
    for sign, part in zip(node.parts[1::2], node.parts[2::2], strict=True):
        right = ratio(scope, part, read)
        if total is None or right is None or sign.kind not in _RATIOS:
            return None
        total = _RATIOS[sign.kind](*total, *right)
    return total


def _sum(a: Slot, b: Slot, c: Slot, d: Slot) -> tuple[Slot, Slot]:
    """a/b + c/d."""
    return (a + c, b) if b == d else (a * d + c * b, b * d)


_RATIOS: Mapping[str, Callable[[Slot, Slot, Slot, Slot], tuple[Slot, Slot]]] = MappingProxyType(
    {
        "PLUS": _sum,
        "MINUS": lambda a, b, c, d: _sum(a, b, -c, d),
        "TIMES": lambda a, b, c, d: (a * c, b * d),
        "OVER": lambda a, b, c, d: (a * d, b * c),
    }
)


def quotient(scope: Scope, node: Node, top: Slot, bottom: Slot, floor: bool) -> Slot:
    """top/bottom at a place of a formula; another name for it, if the file has one."""
    if not all(isinstance(atom, str) for atom in (*top.atoms(), *bottom.atoms())):
        mend = "only sizes are divided: (N - K)/S; a stride stands before the index: x[S*i]"
        raise Fault(node, f"`{scope.text(node)}` divides an index", mend)
    if not surely_positive(bottom):
        raise Fault(node, f"`{scope.text(node)}` divides by what may be 0 or less", "divide by a size, or by 2, 3, …")
    try:
        found = divided(top, bottom, floor)
    except NotWhole as error:
        never = f"`{scope.text(node)}` is never whole: {error.quotient} = {_decimal(error.value)}"
        raise Fault(node, never, f"write floor({scope.text(node)})") from None
    place, excerpt = scope.statement.place(node), scope.statement.excerpt(node)
    for atom in found.atoms():
        if isinstance(atom, Quotient):
            scope.context.divisions.setdefault(atom, Division(place, excerpt))
    return found.substitute(scope.context.named) if scope.context.named else found


def numbered(sizes: Mapping[str, SizeDeclaration]) -> dict[str, int]:
    """The sizes that have numbers."""
    return {name: size.number for name, size in sizes.items() if size.number is not None}


def not_whole(divisions: Mapping[Quotient, Division], numbers: Mapping[str, int]) -> list[Problem]:
    """The quotients that the file's numbers make not whole; one problem for each place."""
    found: dict[object, Problem] = {}
    for size, at in divisions.items():
        try:
            number_of(position(size), numbers)
        except NotWhole as error:
            problem = Problem(at.place, _not_whole(error, numbers), _mend(error.quotient), None, at.excerpt)
            found.setdefault(at.place, problem)
    return list(found.values())


def _not_whole(error: NotWhole, numbers: Mapping[str, int]) -> str:
    shown = with_numbers(error.quotient, numbers)
    return f"`{error.quotient}` is not whole: {shown} = {_decimal(error.value)}"


def with_numbers(text: str, numbers: Mapping[str, int]) -> str:
    """(10 - 3)/2 for (N - K)/S."""
    return re.sub(r"[A-Za-z_]\w*", lambda name: str(numbers.get(name[0], name[0])), text)


def _decimal(value: Fraction) -> str:
    """3.5; 2.33… where it does not end there."""
    short = f"{float(value):.3g}"
    return short if Fraction(short) == value else f"{short}…"


def _mend(size: Quotient) -> str:
    return f"write floor({size}), or change the numbers"
