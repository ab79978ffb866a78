"""What a name means inside a formula, and what is wrong when it means nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from derive.declare.formula import Node, Statement
from derive.declare.network import SizeDeclaration
from derive.declare.slips import FUNCTIONS, MODULES, NO_MODULES
from derive.declare.words import did_you_mean
from derive.errors import Place, Problem
from derive.notation.expression import Tensor
from derive.notation.index import Index, Range, Slot
from derive.notation.sizes import Quotient, Size
from derive.operators import TABLE
from derive.operators.forms import FORMS


class Fault(Exception):
    """Something wrong with a part of a formula; its place is the part's."""

    def __init__(self, node: Node, what: str, mend: str = "", other: Place | None = None) -> None:
        self.node, self.what, self.mend, self.other = node, what, mend, other
        super().__init__(what)

    def problem(self, statement: Statement) -> Problem:
        place = statement.place(self.node)
        other = self.other if self.other != place else None
        return Problem(place, self.what, self.mend, other, statement.excerpt(self.node))


@dataclass(frozen=True, slots=True)
class Division:
    """Where the file divides sizes."""

    place: Place
    excerpt: str


@dataclass(slots=True)
class Context:
    """The names of a problem. `tensors` and `arities` grow as equations are read.

    labels: those letters that are labels.  readings: how what can be written shorter was read, in words.
    places: where each name is declared or first given.  letters: the user's indices.  functions: abstract functions
    and their kinds.  families: the range of each family's members.  shapes: hidden quantities' stated axes.
    divisions: where each quotient of sizes stands first.  named: what the user's names of sizes make of them.
    samples: what expectations run over.
    """

    sizes: Mapping[str, SizeDeclaration]
    letters: Mapping[str, Range] = field(default_factory=lambda: MappingProxyType({}))
    functions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    families: Mapping[str, Range] = field(default_factory=lambda: MappingProxyType({}))
    shapes: Mapping[str, Tensor] = field(default_factory=lambda: MappingProxyType({}))
    tensors: dict[str, Tensor] = field(default_factory=dict)
    places: dict[str, Place | None] = field(default_factory=dict)
    arities: dict[str, tuple[int, Place]] = field(default_factory=dict)
    labels: Mapping[str, Range] = field(default_factory=lambda: MappingProxyType({}))
    readings: dict[str, None] = field(default_factory=dict)
    divisions: dict[Quotient, Division] = field(default_factory=dict)
    named: dict[Size, Slot] = field(default_factory=dict)
    samples: dict[Range, None] = field(default_factory=dict)

    def functions_known(self) -> tuple[str, ...]:
        return (*self.functions, *FORMS, *TABLE)


@dataclass(frozen=True, slots=True)
class Bound:
    """A letter in force, and where its range comes from."""

    index: Index
    place: Place | None


@dataclass(frozen=True, slots=True)
class Scope:
    """One statement being read: the problem's names, and the letters that are bound around a part of it."""

    context: Context
    statement: Statement
    letters: Mapping[str, Bound] = field(default_factory=lambda: MappingProxyType({}))

    def within(self, bound: Mapping[str, Bound]) -> Scope:
        return replace(self, letters={**self.letters, **bound})

    def tensor(self, name: str) -> Tensor | None:
        return self.context.tensors.get(name)

    def word(self, node: Node) -> str:
        return self.statement.word(node)

    def text(self, node: Node) -> str:
        """What the user wrote, for a message."""
        text = " ".join(self.statement.text(node).split())
        return text if len(text) <= 60 else text[:59] + "…"

    def written(self, node: Node) -> str:
        """What the user wrote, to stand beside an operator: a sum in ( ), and ... for what has no text of its own."""
        text = self.text(node)
        if text.count("(") != text.count(")") or text.endswith("…"):
            return "(...)"
        return f"({text})" if node.kind == "sum" else text

    def declared(self, *nodes: Node) -> Place | None:
        """Where the first of these that is a name was declared."""
        for node in nodes:
            while node.kind in ("postfix", "signed", "product") and node.parts:
                node = next(part for part in node.parts if part.kind not in ("PLUS", "MINUS"))
            if node.kind == "name" and (place := self.context.places.get(self.word(node))):
                return place
        return None

    def free(self, node: Node, name: str) -> None:
        """Refuse a letter that means something else."""
        context = self.context
        kind = "a quantity" if name in context.tensors else "a size" if name in context.sizes else ""
        if kind:
            raise Fault(
                node, f"`{name}` is {kind}, so it cannot be an index", "choose another letter", context.places.get(name)
            )


def unknown_name(scope: Scope, node: Node, alone: bool = False, suggest: bool = True) -> Fault:
    """A name that is no letter, quantity or size here; `alone`: it fills a slot, as an index does."""
    name, context = scope.word(node), scope.context
    if name in context.letters or alone:
        return Fault(
            node,
            f"the index `{name}` is not bound here",
            f"write sum({name}, ...) around it, or {name} on the left",
            context.places.get(name),
        )
    if name in context.functions_known():
        return Fault(node, f"`{name}` is a function", f"write {name}(...)")
    if name in MODULES:
        return Fault(node, f"`{name}`: {NO_MODULES}", "write `pi`, `tanh(...)` alone")
    near = did_you_mean(name, (*context.tensors, *context.sizes, *scope.letters)) if suggest else ""
    return Fault(
        node,
        f"`{name}` has neither a declaration nor an equation",
        near or f"declare it under inputs, parameters or constants, or write an equation `{name} = ...`",
    )


def unknown_function(scope: Scope, node: Node) -> Fault:
    """A call of something that is no function."""
    name, head = scope.word(node), node.parts[0]
    if scope.tensor(name) is not None or name in scope.letters or name in scope.context.places:
        return Fault(
            head,
            f"`{name}` is no function",
            "write * or @ for a product, [ ] for an entry",
            scope.context.places.get(name),
        )
    if name.lower() in FUNCTIONS:
        return Fault(head, f"unknown function `{name}`", FUNCTIONS[name.lower()])
    from derive.declare.notyet import refusal

    row = refusal(name)
    if row is not None:
        return Fault(head, *row)
    near = did_you_mean(name, scope.context.functions_known())
    mend = "there is no such function" if name.startswith("_") else f"declare it: `functions: {{{name}: abstract}}`"
    return Fault(head, f"unknown function `{name}`", f"{near} Or {mend}" if near else mend)


def misplaced_index(scope: Scope, node: Node) -> Fault | None:
    """softmax(S, s) or sum(x, 0): the index stands second, or is a number."""
    name, arguments = scope.word(node), node.parts[1:]
    form, row = FORMS.get(name), TABLE.get(name)
    reduces = form is not None and form.takes == ("indices", "value") and form.pair is None
    along = reduces or (row is not None and row.axes > 0 and not row.exponent)
    if not along or name in scope.context.functions or len(arguments) != 2:
        return None
    body, last = arguments
    if not any(part.kind == "name" and scope.tensor(scope.word(part)) for part in walk(body)):
        return None
    if last.kind == "number":
        mend = f"name the index: {name}(i, {scope.written(body)})"
        return Fault(last, f"`{scope.text(last)}` stands where a value should", mend)
    word = scope.word(last)
    other = scope.tensor(word) or word in scope.context.sizes or word in scope.context.places
    if last.kind != "name" or (other and word not in scope.context.letters):
        return None
    mend = f"the index comes first: {name}({word}, {scope.written(body)})"
    return Fault(last, f"the index `{word}` stands second", mend)


def walk(node: Node) -> Iterator[Node]:
    """A node and all its parts, in reading order."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.parts))
