"""What a formula calls: declared functions, rows of the table of functions, rows of the table of constructs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from derive.declare.formula import Node
from derive.declare.inside import OPEN, refuse_outside
from derive.declare.positions import bound_letter, entry, positional, slot
from derive.declare.scope import Bound, Fault, Scope, unknown_function
from derive.declare.words import plural
from derive.notation.constants import EPSILON
from derive.notation.expression import Apply, Entry, Lambda, of
from derive.notation.index import Index, Slot, position
from derive.notation.layout import Array, Labels, Misfit, array, entrywise, letter
from derive.notation.walk import factors, free_letters, substitute
from derive.operators import TABLE, Row
from derive.operators.forms import FORMS, Form, along

Value: TypeAlias = Callable[[Scope, Node], Array]
Condition: TypeAlias = Callable[[Scope, Node], tuple[Array, Array]]


def call(scope: Scope, node: Node, value: Value, condition: Condition) -> Array:
    """name(arguments)."""
    name = scope.word(node)
    kind = scope.context.functions.get(name)
    row = TABLE.get("relu_1" if name == "relu" and kind == "slope 1 at 0" else name)
    arguments = node.parts[1:]
    if kind is not None and kind != "slope 1 at 0":
        return _declared(scope, node, kind, [value(scope, part) for part in arguments])
    if name in FORMS:
        return _form(scope, node, FORMS[name], value, condition)
    if row is None:
        raise unknown_function(scope, node)
    return _along(scope, node, row, value) if row.axes else _entrywise(scope, node, row, value)


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


def _along(scope: Scope, node: Node, row: Row, value: Value) -> Array:
    """A function of a whole axis: softmax(y) of a vector, softmax(k, S) over the axis that k names."""
    arguments = node.parts[1:]
    if not 1 <= len(arguments) <= 2:
        raise Fault(node, f"`{row.name}` takes a vector, or an index and a value", f"write {row.name}(k, S)")
    if len(arguments) == 1:
        found = value(scope, arguments[0])
        if len(found.letters) == 1:
            return along(row.name, found, row.keeps)
        raise Fault(
            node,
            f"`{row.name}` of {found}: over which axis?" if found.letters else f"`{row.name}` of a scalar",
            f"name its index: {row.name}(k, {scope.text(arguments[0])})" if found.letters else "it takes a vector",
        )
    named = scope.letters.get(scope.word(arguments[0])) if row.keeps and arguments[0].kind == "name" else None
    if named is not None:
        return _at_letter(row, named.index, value(scope, arguments[1]), node, scope)
    return _over_axis(scope, node, row, value)


def _at_letter(row: Row, at: Index, body: Array, node: Node, scope: Scope) -> Array:
    """softmax(k, S[n, k]) with k bound around it: the function over k′, at k."""
    if at not in free_letters(body.expr):
        raise Fault(node, f"`{scope.text(node)}` does not depend on the index `{at.name}`", "index the argument by it")
    own = at.apart()
    argument = Lambda((own,), substitute(body.expr, {at: own.slot}))
    return Array(of(Apply(row.name, (argument,), (at.slot,))), body.rows, body.columns)


def _over_axis(scope: Scope, node: Node, row: Row, value: Value) -> Array:
    """softmax(k, S): over the axis of S that k names; logsumexp(k, S[n, k]): k is bound here."""
    (axis,), body = _reduced(scope, node, value, keeps=row.keeps)
    own = axis.apart()
    argument = Lambda((own,), substitute(body.expr, {axis: own.slot}))
    result = of(Apply(row.name, (argument,), (axis.slot,) if row.keeps else ()))
    return Array(result, body.rows, body.columns)


def _reduced(scope: Scope, node: Node, value: Value, keeps: bool = False) -> tuple[tuple[Index, ...], Array]:
    """The letters and the body of sum(i, j, e): each names a letter in e, or an axis of e. None: all axes of e."""
    *named, inside = node.parts[1:]
    bound = {}
    for part in named:
        name = _index_name(scope, part)
        if name in bound or name in scope.letters:
            raise Fault(part, f"the index `{name}` is bound already", "choose another letter")
        bound[name] = _letter_or_axis(scope, part, name, inside)
    body = value(scope.within({k: b for k, b in bound.items() if b is not None}), inside)
    if not named:
        return body.letters, Array(body.expr)
    taken = []
    for part, met in zip(named, bound.values(), strict=True):
        read, body = _resolved(scope, node, part, met, body, keeps)
        taken.append(read)
    return tuple(taken), body


def _index_name(scope: Scope, part: Node) -> str:
    if part.kind != "name":
        raise Fault(
            part, f"`{scope.text(part)}` is no index", "name the indices first, then what is summed: sum(i, x[i])"
        )
    return scope.word(part)


def _letter_or_axis(scope: Scope, part: Node, name: str, inside: Node) -> Bound | None:
    met = bound_letter(scope, part, name, inside)
    if met is None:
        raise Fault(
            part,
            f"the range of the index `{name}` cannot be inferred",
            f"it stands alone in no [ ] of `{scope.text(inside)}`; write `indices: {{{name}: N}}`",
        )
    return met


def _resolved(scope: Scope, node: Node, part: Node, met: Bound | None, body: Array, keeps: bool) -> tuple[Index, Array]:
    """The letter if the body reads it, else the one axis of the body that has its range."""
    assert met is not None
    if met.index in free_letters(body.expr) and not keeps:
        return met.index, body
    fitting = [axis for axis in body.letters if axis.range == met.index.range]
    if len(fitting) > 1:
        raise Fault(
            part,
            f"both axes of {body} could be `{met.index.name}`",
            f"index the entries: {scope.word(node)}({met.index.name}, A[.., {met.index.name}])",
        )
    if fitting:
        axis = fitting[0]
        if keeps:
            return axis, body
        return axis, Array(body.expr, *(x if x is not axis else None for x in (body.rows, body.columns)))
    if body.letters or keeps:
        raise Fault(part, f"no axis of {body} runs like `{met.index.name}`", "name an index of it", met.place)
    return met.index, body


def _form(scope: Scope, node: Node, form: Form, value: Value, condition: Condition) -> Array:
    """A construct: its arguments by their kinds, then its index form."""
    parts = node.parts[1:]
    arguments: list[Any] = []
    try:
        if form.takes[0] == "indices" and parts:
            return form.build(*_reduced(scope, node, value))
        arguments = _arguments(scope, node, form, value, condition)
        result = form.build(*arguments)
    except Misfit as misfit:
        if misfit.pair and arguments and all(isinstance(a, Array) for a in arguments):
            raise _beside(scope, parts, arguments, misfit) from None
        raise Fault(node, misfit.what, misfit.mend, scope.declared(*parts)) from None
    if any(isinstance(f, Entry) and f.tensor == EPSILON for f in factors(result.expr)):
        scope.context.tensors[EPSILON.name] = EPSILON
    return result


def _arguments(scope: Scope, node: Node, form: Form, value: Value, condition: Condition) -> list[Any]:
    parts = node.parts[1:]
    kinds = form.takes if form.takes != ("values",) else ("value",) * len(parts)
    needed = sum(not kind.endswith("?") for kind in kinds)
    if not needed <= len(parts) <= len(kinds):
        mend = form.single if form.single and len(parts) == 1 else f"write {form.signature}"
        raise Fault(node, f"`{form.name}` has {plural(len(parts), 'argument')} here", mend)
    return [
        _argument(scope, part, kind.rstrip("?"), value, condition) for part, kind in zip(parts, kinds, strict=False)
    ]


def _argument(scope: Scope, part: Node, kind: str, value: Value, condition: Condition) -> Any:
    if kind == "condition":
        return condition(scope, part)
    if kind == "size":
        return slot(scope, part)
    if kind in ("labels", "classes"):
        found = _labels(scope, part)
        if found is not None:
            return found
        if kind == "classes":
            raise Fault(part, f"`{scope.text(part)}` is no class", "declare it under `classes`", scope.declared(part))
    return value(scope, part)


def _labels(scope: Scope, part: Node) -> Labels | None:
    """A class, t or t[n], or an array of them, if this is one."""
    tensor = scope.tensor(scope.word(part)) if part.kind in ("name", "postfix") else None
    if tensor is None or tensor.among is None or (len(tensor.axes) > 1 and part.kind == "name"):
        return None
    if part.kind == "postfix":
        return (
            Labels(position(entry(scope, part, tensor)), tensor.among) if positional(scope, part) is not None else None
        )
    rows = array(tensor).rows
    at: tuple[Slot, ...] = (rows.slot,) if rows is not None else ()
    return Labels(position(Entry(tensor, at)), tensor.among, rows)
