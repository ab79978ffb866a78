"""The numbers that a problem gives, held against its sizes: lengths of arrays, quotients, sizes that are formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from derive.declare.marks import Path, Source
from derive.declare.network import SizeDeclaration
from derive.declare.quotients import not_whole, numbered
from derive.declare.scope import Context
from derive.declare.words import did_you_mean, listed, plural
from derive.errors import Place, Problem
from derive.notation.division import NotWhole, number_of
from derive.notation.expression import Tensor
from derive.notation.index import Range, Slot
from derive.notation.layout import extent, spelled
from derive.notation.sizes import Quotient


@dataclass(slots=True)
class Requests:
    """What is wrong with the requests, and the sizes with the numbers that the values show."""

    problems: list[Problem]
    sizes: dict[str, SizeDeclaration]
    origin: dict[str, Place | None] = field(default_factory=dict)


def quantity(context: Context, name: str, place: Place | None, found: Requests) -> Tensor | None:
    tensor = context.tensors.get(name)
    if tensor is None:
        kind = "a size" if name in context.sizes else "an index" if name in context.letters else "no quantity"
        near = did_you_mean(name, context.tensors)
        mend = f"the quantities are {listed(context.tensors) or 'none yet'}"
        found.problems.append(Problem(place, f"`{name}` is {kind}", f"{near} T{mend[1:]}" if near else mend))
    return tensor


def check_numbers(source: Source, context: Context, poisoned: set[str], found: Requests) -> None:
    """Hold every number against the sizes, and work out those that follow."""
    given = source.data.get("values", {})
    for name, numbers in given.items():
        if name not in poisoned:
            _numbers(source, context, name, numbers, found)
    for name, numbers in given.items():
        tensor = context.tensors.get(name)
        if tensor is not None and tensor.among is not None:
            _classes(source, name, numbers, tensor.among, found)
    found.problems.extend(not_whole(context.divisions, numbered(found.sizes)))
    if not found.problems:
        _worked_out(source, context, found)


def _numbers(source: Source, context: Context, name: str, numbers: Any, found: Requests) -> None:
    """Numbers for one name; the shape of an array says what its sizes are."""
    if name in context.sizes:
        _size_number(source, name, numbers, found)
        return
    tensor = quantity(context, name, source.key("values", name), found)
    if tensor is None:
        return
    if tensor.role == "hidden":
        found.problems.append(
            Problem(
                source.key("values", name),
                f"`{name}` is computed: it needs no number",
                "give numbers to inputs and parameters",
                context.places.get(name),
            )
        )
        return
    shape = _shape(source, numbers, ("values", name), len(tensor.axes), found)
    if shape is None:
        return
    for n, (axis, length) in enumerate(zip(tensor.axes, shape, strict=True)):
        _same(source, context, name, n, axis, length, found)


def _size_number(source: Source, name: str, number: Any, found: Requests) -> None:
    if not isinstance(number, int) or number < 1:
        found.problems.append(
            Problem(source.value("values", name), f"the size `{name}` is not a positive whole number", "")
        )
    else:
        _give(name, number, source.value("values", name), found)


def _give(name: str, number: int, place: Place | None, found: Requests) -> bool:
    """Give a size its number; False if it has another one."""
    known = found.sizes[name].number
    if known is None:
        found.sizes[name] = replace(found.sizes[name], number=number)
        found.origin[name] = place
    return known is None or known == number


def _shape(source: Source, numbers: Any, path: Path, axes: int, found: Requests) -> tuple[int, ...] | None:
    """The lengths of nested lists, which must be regular and as deep as the quantity has axes."""
    if not isinstance(numbers, list):
        good = not axes and isinstance(numbers, (int, float)) and isfinite(numbers)
        if not good:
            found.problems.append(
                Problem(
                    source.value(*path),
                    "a number stands where a list should" if axes else "this is no number",
                    f"`{path[1]}` has {plural(axes, 'axis')} more" if axes else "numbers are finite: 1, 2.5, 1e-3",
                )
            )
        return () if good else None
    if not axes or not numbers:
        found.problems.append(
            Problem(
                source.value(*path),
                "this list nests too deep" if numbers else "this list is empty",
                f"see the axes of `{path[1]}`",
            )
        )
        return None
    shapes = [_shape(source, inner, (*path, n), axes - 1, found) for n, inner in enumerate(numbers)]
    if any(shape is None for shape in shapes):
        return None
    for n, shape in enumerate(shapes):
        if shape != shapes[0]:
            found.problems.append(
                Problem(
                    source.value(*path, n),
                    "this row is not as long as the first",
                    "all rows of an array are equally long",
                    source.value(*path, 0),
                )
            )
            return None
    return (len(numbers), *(shapes[0] or ()))


def _same(source: Source, context: Context, name: str, n: int, axis: Range, length: int, found: Requests) -> None:
    """An axis of this length: its size, if it is a name alone, becomes known; else it must come out so."""
    size = axis.size.atom
    place = source.value("values", name)
    if isinstance(size, str) and size in found.sizes:
        if not _give(size, length, place, found):
            found.problems.append(
                Problem(
                    place,
                    f"`{name}` has {length} entries along {size}, and {size} is {found.sizes[size].number}",
                    "give as many as the size says",
                    found.origin.get(size) or context.places.get(size),
                )
            )
        return
    expected = _value(axis.size, found.sizes)
    if expected is not None and expected != length:
        found.problems.append(
            Problem(
                place,
                f"`{name}` has {length} entries along an axis of {extent(axis)}",
                f"it needs {expected}",
                context.places.get(name),
            )
        )


def _value(slot: Slot, sizes: Mapping[str, SizeDeclaration]) -> int | None:
    try:
        return number_of(slot, numbered(sizes))
    except NotWhole:
        return None


def _worked_out(source: Source, context: Context, found: Requests) -> None:
    """The sizes that stand for formulas get their numbers; these are positive, and no others than the file's own."""
    for name, size in found.sizes.items():
        number = _value(size.formula, found.sizes) if size.formula is not None else None
        if size.formula is None or number is None:
            continue
        what = f"the size `{name}` is {spelled(size.formula)} = {number}"
        if number < 1:
            found.problems.append(Problem(source.value("sizes", name), what, "sizes are positive"))
        elif size.number is not None and size.number != number:
            other = source.value("sizes", name)
            given = f"{what}, and {size.number} here"
            found.problems.append(Problem(found.origin.get(name), given, "change one of the two", other))
        found.sizes[name] = replace(size, number=number)
    for tensor in context.tensors.values():
        for axis in tensor.axes:
            _not_empty(context, tensor, axis, found)


def _not_empty(context: Context, tensor: Tensor, axis: Range, found: Requests) -> None:
    """An axis whose length rests on a quotient has a position at least."""
    rests = any(isinstance(atom, Quotient) for atom in axis.size.atoms())
    length = _value(axis.size, found.sizes) if rests else None
    if length is not None and length < 1:
        what = f"the axis {extent(axis)} of `{tensor.name}` comes out as {length}"
        found.problems.append(Problem(context.places.get(tensor.name), what, "sizes are positive"))


def _classes(source: Source, name: str, numbers: Any, among: Range, found: Requests) -> None:
    """Classes are whole numbers, 1 … K."""
    most = _value(among.hi, found.sizes)
    for number in _flat(numbers):
        if not isinstance(number, int) or number < 1 or (most is not None and number > most):
            found.problems.append(
                Problem(
                    source.value("values", name),
                    f"the class {number} is not among 1 … {most or extent(among)}",
                    "classes count from 1",
                )
            )
            return


def _flat(numbers: Any) -> Iterator[Any]:
    waiting = [numbers]
    while waiting:
        current = waiting.pop()
        if isinstance(current, list):
            waiting.extend(reversed(current))
        else:
            yield current
