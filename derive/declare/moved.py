"""What forward mode, products with the Hessian, Hessians, Gauss-Newton matrices and Jacobians are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from derive.declare.given import Requests, quantity
from derive.declare.marks import Path, Source
from derive.declare.network import Moved
from derive.declare.scope import Context
from derive.errors import Place, Problem
from derive.notation.expression import Tensor


def moved_of(data: Mapping[str, Any]) -> Moved:
    """What a file's data asks for."""
    forward, hvp, hessian = (tuple(dict.fromkeys(_listed(data.get(key)))) for key in ("forward", "hvp", "hessian"))
    curved = tuple(dict.fromkeys((name, of) for name, of, _ in _curved(data.get("gauss_newton"))))
    slopes = tuple(dict.fromkeys((of, name) for of, name, _ in _slopes(data.get("jacobian"))))
    return Moved(forward, hvp, hessian, curved, slopes, data.get("over") or "", data.get("of") or "")


def _listed(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given or ())


def _curved(given: Any) -> Iterator[tuple[str, str, Path]]:
    """(what it is in, the output, where that stands): [w], [w:y], or {w: y}."""
    if isinstance(given, Mapping):
        yield from ((name, of, (name,)) for name, of in given.items())
        return
    for n, text in enumerate(_listed(given)):
        name, _, of = text.partition(":")
        yield name.strip(), of.strip(), (n,)


def _slopes(given: Any) -> Iterator[tuple[str, str, Path]]:
    """(of what, in what, where that stands): {y: x}, {y: [x, W]}, or [y:x]."""
    if not isinstance(given, Mapping):
        for n, text in enumerate(_listed(given)):
            of, _, name = text.partition(":")
            yield of.strip(), name.strip(), (n,)
        return
    for of, names in given.items():
        yield from ((of, name, (of,) if isinstance(names, str) else (of, n)) for n, name in enumerate(_listed(names)))


def check_moved(source: Source, context: Context, poisoned: set[str], found: Requests) -> None:
    """Hold every name against the network: what moves is declared, what changes with it is computed."""
    for key in ("forward", "hvp", "hessian"):
        for n, name in enumerate(source.data.get(key, ())):
            _moving(context, name, source.value(key, n), poisoned, found)
    for name, of, path in _curved(source.data.get("gauss_newton")):
        _moving(context, name, source.key("gauss_newton", *path), poisoned, found)
        if of:
            _changing(context, of, source.value("gauss_newton", *path), poisoned, found)
    for of, name, path in _slopes(source.data.get("jacobian")):
        _changing(context, of, source.key("jacobian", *path[:1]), poisoned, found)
        _moving(context, name, source.value("jacobian", *path), poisoned, found)


def _moving(context: Context, name: str, place: Place | None, poisoned: set[str], found: Requests) -> None:
    """What moves, or what a Hessian is taken in, is declared and of real numbers."""
    tensor = quantity(context, name, place, found) if name not in poisoned else None
    if tensor is not None and tensor.role not in ("input", "parameter"):
        found.problems.append(Problem(place, *unmovable(name, tensor), context.places.get(name)))


def _changing(context: Context, name: str, place: Place | None, poisoned: set[str], found: Requests) -> None:
    """What changes with others is computed."""
    tensor = quantity(context, name, place, found) if name not in poisoned else None
    if tensor is not None and tensor.role != "hidden":
        found.problems.append(Problem(place, *unchanging(name), context.places.get(name)))


def unmovable(name: str, tensor: Tensor) -> tuple[str, str]:
    """Why a quantity has no direction of its own, and what to do about it."""
    kinds = {"hidden": "is computed: it moves with others", "class": "is a class: an integer does not move"}
    why = kinds.get(tensor.role, "is a constant and does not move")
    return f"`{name}` {why}", "name inputs or parameters"


def unchanging(name: str) -> tuple[str, str]:
    """Why a quantity changes with no other."""
    return f"`{name}` is declared, not computed", "name a quantity with an equation"
