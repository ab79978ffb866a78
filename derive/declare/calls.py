"""What a formula calls: declared functions, rows of the table of functions, rows of the table of constructs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.declare.formula import Node
from derive.declare.inside import OPEN, refuse_outside
from derive.declare.keys import KINKS
from derive.declare.positions import entry, positional, slot
from derive.declare.reductions import Condition, Reader, Value, split
from derive.declare.scope import Fault, Scope, unknown_function, unknown_name
from derive.declare.words import plural
from derive.notation.constants import EPSILON
from derive.notation.expression import Apply, Entry, Lambda, Tensor, of
from derive.notation.index import Slot, position
from derive.notation.layout import Array, Classes, Misfit, array, entrywise, letter, spelled
from derive.notation.walk import factors
from derive.operators import TABLE, Row
from derive.operators.form import Reduction
from derive.operators.forms import FORMS, Form
from derive.operators.reductions import FIRST, along


def call(scope: Scope, node: Node, value: Value, condition: Condition) -> Array:
    """name(arguments)."""
    name = scope.word(node)
    kind = scope.context.functions.get(name)
    if kind is not None and kind not in KINKS:
        return _declared(scope, node, kind, [value(scope, part) for part in node.parts[1:]])
    form = FIRST.get(name) if kind == "first" else FORMS.get(name)
    if form is not None:
        return _form(scope, node, form, value, condition)
    row = TABLE.get("relu_1" if kind == "slope 1 at 0" else name)
    if row is None:
        raise unknown_function(scope, node)
    return _along(scope, node, row, value, condition) if row.axes else _entrywise(scope, node, row, value)


def _declared(scope: Scope, node: Node, kind: str, arguments: list[Array]) -> Array:
    """An abstract function: of entries, of whole arrays, or a family g_1, …, g_N of whole arrays."""
    name = scope.word(node)
    count, place = scope.context.arities.setdefault(name, (len(arguments), scope.statement.place(node)))
    if not arguments or count != len(arguments):
        raise Fault(
            node,
            f"`{name}` has {plural(len(arguments), 'argument')} here, {count} elsewhere",
            "give it as many each time",
            place,
        )
    if kind == "abstract":
        try:
            return entrywise(lambda *exprs: of(Apply(name, tuple(Lambda((), x) for x in exprs))), *arguments)
        except Misfit as misfit:
            raise _beside(scope, node.parts[1:], arguments, misfit) from None
    whole = tuple(Lambda(a.letters, a.expr) for a in arguments)
    if kind == "whole":
        return Array(of(Apply(name, whole)))
    own = letter(scope.context.families[name])
    return Array(of(Apply(name, whole, (own.slot,))), own)


def _beside(scope: Scope, nodes: tuple[Node, ...], arguments: list[Any], misfit: Misfit) -> Fault:
    from derive.declare.elaborate import beside

    return beside(scope, nodes, arguments, misfit)


def _entrywise(scope: Scope, node: Node, row: Row, value: Value) -> Array:
    """A function of scalars, for each entry."""
    arguments = [value(scope, part) for part in node.parts[1:]]
    if row.name in OPEN and arguments:
        refuse_outside(scope, node, arguments[0].expr)
    if len(arguments) != row.arity:
        needed = ", ".join("abcdef"[: row.arity])
        raise Fault(
            node,
            f"`{scope.word(node)}` takes {plural(row.arity, 'argument')}, not {len(arguments)}",
            f"write {scope.word(node)}({needed})",
        )
    try:
        return entrywise(lambda *exprs: of(Apply(row.name, tuple(Lambda((), x) for x in exprs))), *arguments)
    except Misfit as misfit:
        raise _beside(scope, node.parts[1:], arguments, misfit) from None


def _along(scope: Scope, node: Node, row: Row, value: Value, condition: Condition) -> Array:
    """A function of a whole axis: softmax(y) of a vector, softmax(k, S) over the axis that k names."""
    parts = node.parts[1:]
    if not parts:
        raise Fault(node, f"`{row.name}` takes a vector, or an index and a value", f"write {row.name}(k, S)")
    given = Reader(scope, node, value, condition, row.keeps, padding=False).reduction(parts[:-1], parts[-1])
    if row.position:
        _as_class(scope, node, given)
    try:
        return along(row.name, given, row.keeps)
    except Misfit as misfit:
        raise Fault(node, misfit.what, misfit.mend, scope.declared(*parts)) from None


def _as_class(scope: Scope, node: Node, given: Reduction) -> None:
    """argmax is a class: an equation of its own names it."""
    text = scope.text(node)
    if node is not scope.statement.root.parts[1]:
        raise Fault(node, f"`{text}` is a position, not a value", f"name it, c = {text}, and write y[c] or e(c)")
    if not all(x.range.lo.is_number for x in given.letters):
        raise Fault(node, f"`{text}` runs from {spelled(given.letters[0].range.lo)}", "let it run from a number")
    if len(given.letters) != 1:
        raise Fault(node, f"`{text}` runs over {plural(len(given.letters), 'axis')}", "name one index: argmax(i, x)")


def _form(scope: Scope, node: Node, form: Form, value: Value, condition: Condition) -> Array:
    """A construct: its arguments by their kinds, then its index form."""
    parts = node.parts[1:]
    if form.note:
        scope.context.readings.setdefault(form.note)
    arguments: list[Any] = []
    try:
        if form.reduces and parts:
            return _reduced(scope, node, form, value, condition)
        arguments = _arguments(scope, node, form, value, condition)
        result = form.build(*arguments)
    except Misfit as misfit:
        if misfit.pair and arguments and all(isinstance(a, Array) for a in arguments):
            raise _beside(scope, parts, arguments, misfit) from None
        raise Fault(node, misfit.what, misfit.mend, scope.declared(*parts)) from None
    if any(isinstance(f, Entry) and f.tensor == EPSILON for f in factors(result.expr)):
        scope.context.tensors[EPSILON.name] = EPSILON
    return result


def _reduced(scope: Scope, node: Node, form: Form, value: Value, condition: Condition) -> Array:
    """sum(i, e), norm(i, e, p), max(i, e), and max(a, b) of two values."""
    leading, values = split(scope, node.parts[1:], len(form.takes) - 1 + (form.pair is not None))
    if form.pair is not None and not leading and len(values) == 2:
        return _pair(scope, node, form.pair, [value(scope, part) for part in values])
    if len(values) > len(form.takes) - 1:
        count = plural(len(node.parts) - 1, "argument")
        raise Fault(node, f"`{form.name}` has {count} here", f"write {form.signature}")
    given = Reader(scope, node, value, condition, form.keeps, form.padding).reduction(leading, values[0])
    if form.samples:
        scope.context.samples.update(dict.fromkeys(letter.range for letter in given.letters))
    return form.build(given, *(value(scope, part) for part in values[1:]))


def _pair(scope: Scope, node: Node, build: Callable[[Array, Array], Array], arguments: list[Array]) -> Array:
    try:
        return build(*arguments)
    except Misfit as misfit:
        raise _beside(scope, node.parts[1:], arguments, misfit) from None


def _arguments(scope: Scope, node: Node, form: Form, value: Value, condition: Condition) -> list[Any]:
    parts = node.parts[1:]
    kinds = form.takes if form.takes != ("values",) else ("value",) * len(parts)
    needed = sum(not kind.endswith("?") for kind in kinds)
    if not needed <= len(parts) <= len(kinds):
        raise Fault(node, f"`{form.name}` has {plural(len(parts), 'argument')} here", f"write {form.signature}")
    return [
        _argument(scope, part, kind.rstrip("?"), value, condition) for part, kind in zip(parts, kinds, strict=False)
    ]


def _argument(scope: Scope, part: Node, kind: str, value: Value, condition: Condition) -> Any:
    if kind == "condition":
        return condition(scope, part)
    if kind == "size":
        return slot(scope, part)
    if kind == "quantity":
        return _quantity(scope, part)
    if kind in ("value or classes", "classes"):
        found = _classes(scope, part)
        if found is not None:
            return found
        if kind == "classes":
            raise Fault(part, f"`{scope.text(part)}` is no class", "declare it under `classes`", scope.declared(part))
    return value(scope, part)


def _quantity(scope: Scope, part: Node) -> Tensor:
    """A quantity by its name."""
    tensor = scope.tensor(scope.word(part)) if part.kind == "name" else None
    if tensor is None and part.kind == "name":
        raise unknown_name(scope, part)
    if tensor is None:
        mend = "give it a name by an equation of its own, and write that"
        raise Fault(part, f"`{scope.text(part)}` is no quantity's name", mend, scope.declared(part))
    return tensor


def _classes(scope: Scope, part: Node) -> Classes | None:
    """A class, t or t[n], or an array of them, if this is one."""
    tensor = scope.tensor(scope.word(part)) if part.kind in ("name", "postfix") else None
    if tensor is None or tensor.among is None or (len(tensor.axes) > 1 and part.kind == "name"):
        return None
    if part.kind == "postfix":
        return (
            Classes(position(entry(scope, part, tensor)), tensor.among) if positional(scope, part) is not None else None
        )
    rows = array(tensor).rows
    at: tuple[Slot, ...] = (rows.slot,) if rows is not None else ()
    return Classes(position(Entry(tensor, at)), tensor.among, rows)
