"""Cost and memory: of a network's two passes, or of an expression in the orders in which it can be worked out.

cost: {}                                              the forward and the backward pass of the file's network
cost:
  of: z = v @ v.T @ y                                 an expression; arrays and sizes are the file's, or `shapes`
  orders: {reverse: v @ (v.T @ y), forward: (v @ v.T) @ y}
  claims: [{says: 2*v @ v.T @ y, multiplications: 2*n**2, memory: n**2 + n}]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from derive.analyse.cost.answered import Compared, compared
from derive.analyse.cost.formulas import Reading
from derive.analyse.cost.parts import Part, leaf
from derive.analyse.cost.passes import passes
from derive.analyse.cost.polynomials import ONE
from derive.analyse.cost.shown import ComparedCost, PassesCost
from derive.declare.words import did_you_mean
from derive.errors import DeriveError, Problem
from derive.notation.index import Slot

if TYPE_CHECKING:
    from derive.analyse import Asked

KEYS = ("of", "orders", "claims", "shapes")


def answer(asked: Asked, settings: Any) -> ComparedCost | PassesCost:
    """The cost that a file asks for. Raises DeriveError."""
    given = {} if settings is None else settings
    if not isinstance(given, Mapping):
        raise _fault(asked, f"`{given}` is no setting", f"the settings are {', '.join(KEYS)}, or {{}} for the network")
    for key in given:
        if key not in KEYS:
            mend = did_you_mean(str(key), KEYS) or f"the settings are {', '.join(KEYS)}"
            raise _fault(asked, f"`{key}` is no setting of `cost`", mend, key)
    if "of" not in given:
        if given:
            raise _fault(asked, "`of` is missing", "say what is worked out: `of: z = v @ v.T @ y`")
        asked.needs_network("`cost` without `of` is the cost of both passes")
        assert asked.derivation is not None
        return PassesCost(passes(asked.derivation))
    return ComparedCost(_compared(asked, given), asked.declared)


def _compared(asked: Asked, given: Mapping[str, Any]) -> Compared:
    declared = asked.declared
    shapes = _mapping(asked, given, "shapes")
    sizes = set(declared.sizes if declared is not None else ())
    if not sizes:
        sizes = {axis for axes in shapes.values() if isinstance(axes, list) for axis in axes if isinstance(axis, str)}
    reading = Reading(sizes, {}, asked.place("of"))
    arrays = {name: _array(reading, name, axes) for name, axes in shapes.items()}
    if declared is not None:
        known = {n: _shaped(reading, n, [axis.size for axis in t.axes], t.row) for n, t in declared.tensors.items()
                 if len(t.axes) <= 2}  # fmt: skip
        arrays = {**known, **arrays}
    claims = given.get("claims", [])
    listed = claims if isinstance(claims, list) else [claims]
    values = declared.values if declared is not None else {}
    ready = Reading(sizes, arrays, asked.place("of"))
    return compared(ready, given["of"], _mapping(asked, given, "orders"), listed, values)


def _mapping(asked: Asked, given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = given.get(key, {})
    if not isinstance(found, Mapping):
        mends = {"orders": "orders: {reverse: v @ (v.T @ y)}", "shapes": "shapes: {v: [n], H: [n, n]}"}
        raise _fault(asked, f"`{key}` is no mapping", f"write {mends[key]}", key)
    return found


def _array(reading: Reading, name: str, axes: Any) -> Part:
    if not isinstance(axes, list) or len(axes) > 2:
        raise reading.fault(f"the shape of `{name}`", "a shape is a list of at most two sizes, [n, m]")
    return _shaped(reading, name, [reading.size(axis) for axis in axes], False)


def _shaped(reading: Reading, name: str, axes: list[Slot], row: bool) -> Part:
    """A vector is a column."""
    rows, columns = (*axes, ONE, ONE)[:2]
    return leaf(name, columns, rows) if row and len(axes) == 1 else leaf(name, rows, columns)


def _fault(asked: Asked, what: str, mend: str, *path: str | int) -> DeriveError:
    return DeriveError(Problem(asked.place(*path), what, mend))
