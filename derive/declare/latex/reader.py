"""Equations in LaTeX, read as those of the problem file's own language.

Each is written out twice: first from what the file declares, which says what it reads; then, once the shapes of all
that are known, as it is kept. So a product is told apart by shapes, and the order of the equations is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from derive.declare.formula import Statement, statements
from derive.declare.keys import LATEX as KEY
from derive.declare.latex.blocks import Unread, Written, written
from derive.declare.latex.conditions import ranges
from derive.declare.latex.lefts import Left, left_of, names_on_left, settle
from derive.declare.latex.names import Known
from derive.declare.latex.printing import forms, printed
from derive.declare.latex.shapes import Shapes
from derive.declare.latex.text import Text, listed, passage, text
from derive.declare.latex.writer import Writer
from derive.declare.quantity import Quantity
from derive.declare.reader import Reader
from derive.declare.scope import Bound, Fault, walk
from derive.errors import Problem
from derive.notation.equation import Equation
from derive.syntax.unreadable import Unreadable


@dataclass(slots=True)
class LatexReader(Reader):
    """Reads `equations_latex`. lefts, kept: each first writing, what it was written from and what is kept of it."""

    lefts: dict[int, Left] = field(default_factory=dict)
    known: Known | None = None
    kept: dict[int, Statement] = field(default_factory=dict)

    def read(self) -> list[Equation]:
        """The equations, and what they were read as."""
        found = Reader.read(self)
        self.reading = tuple(self.kept[key].passage.text for key in self.lefts)
        self.read_from = tuple(left.written.statement.node.tex for left in self.lefts.values())
        self._unread()
        return found

    def _unread(self) -> None:
        """Say what is declared, and stands in no equation: it may be meant by a name that was read otherwise."""
        if {"implicit", "stationary"} & {*self.source.data}:
            return
        words = {one.word(node) for one in self.kept.values() for node in walk(one.root)}
        for name, tensor in self.context.tensors.items():
            given = tensor.role in ("input", "parameter", "constant") and name in self.context.places
            if given and name not in words:
                self.context.readings.setdefault(f"`{name}` is declared, and stands in no equation.")

    def _statements(self) -> list[Statement]:
        """The first writing of each equation."""
        heads = self.source.data.get("implicit", {})
        implied = frozenset(str(head).partition("[")[0].strip() for head in heads)
        known = self.known = Known(self.context, implied=implied, forms=forms(self.source.data.get("print", {})))
        known.defined = frozenset(head.partition("(")[0].strip() for head in self.source.data.get("define", {}))
        self.lefts = {}
        found = self._settled(known)
        if found is None:
            return []
        drafts: list[Statement] = []
        for left in found:
            statement = self._draft(left)
            if statement is not None:
                drafts.append(statement)
                self.lefts[id(statement)] = left
                self.kept[id(statement)] = statement
            else:
                self.poisoned.add(left.called)
        drafts = self._written_out(drafts) if known.defined else drafts
        self.printed = printed(found, self.context, known.squares)
        if not found and not self.problems and not heads:
            self.problems.append(Problem(self.source.value(KEY), "there is no equation", r"write z = W x + b"))
        return drafts

    def _written_out(self, drafts: list[Statement]) -> list[Statement]:
        """The equations, uses of sub-networks as the equations of these."""
        from derive.declare.define import definitions, expanded

        known = definitions(self.source, self.problems)
        words = {draft.word(node) for draft in drafts for node in walk(draft.root) if node.kind in ("name", "target")}
        taken, out = {*self.context.places, *words}, list[Statement]()
        for draft in drafts:
            if not {draft.word(node) for node in walk(draft.root) if node.kind == "call"} & {*known}:
                out.append(draft)
                continue
            good, bad = statements(expanded(draft.passage, known, taken, self.problems, self.uses), {})
            out += good
            self.problems.extend(bad.values())
        return out

    def _written(self) -> list[Written]:
        given = self.source.data.get(KEY, "")
        texts = [(given, (KEY,))] if isinstance(given, str) else [(t, (KEY, n)) for n, t in enumerate(given)]
        context = self.context
        names = {*context.tensors, *context.shapes, *context.sizes, *context.functions}
        words = frozenset(name for name in names if len(name) > 1 and name.isalpha())
        return [one for t, path in texts for one in written(self.source.passage(t, *path), words, self.problems)]

    def _settled(self, known: Known) -> list[Left] | None:
        """The equations with their left sides, formulas made plain; None where one cannot be read."""
        from derive.declare.latex.rewritten import rewritten

        found = self._written()
        notes: dict[str, None] = {}
        before = len(self.problems)
        try:
            sides = [self._side(one) for one in rewritten(found, known, notes)]
            lefts = [left for left in sides if left is not None]
            settle(lefts, known)
            self._uses(lefts, known)
        except Unread as bad:
            self.problems.append(bad.problem)
        if len(self.problems) > before:
            self.poisoned.update(names_on_left(found))
            return None
        self.context.readings.update(notes)
        return lefts

    def _uses(self, lefts: Sequence[Left], known: Known) -> None:
        """Refuse uses of sub-networks with other things beside them."""
        from derive.declare.latex.uses import use_of

        for left in lefts if known.defined else ():
            try:
                use_of(left, known.defined)
            except Unreadable as bad:
                raise Unread(left.written, bad) from None

    def _side(self, one: Written) -> Left | None:
        try:
            return left_of(one)
        except Unreadable as bad:
            self.problems.append(one.problem(bad.message, bad.at, bad.suggestion))
            return None

    def _draft(self, left: Left) -> Statement | None:
        """An equation from what is declared: once to see how far its letters run, and once with these."""
        letters: dict[str, Bound | None] = dict.fromkeys(left.letters)
        first = self._stated(left, letters, True)
        if first is None:
            return None
        right = first.text(first.root.parts[1])
        shapes = Shapes(self.context)
        return self._stated(left, {name: shapes.bound(name, [], right, {}) for name in letters}, True)

    def _stated(self, left: Left, letters: dict[str, Bound | None], draft: bool) -> Statement | None:
        """The statement that an equation is; None after a problem."""
        assert self.known is not None
        writer = Writer(self.known, Shapes(self.context), letters, {}, left.called, (left.name.tex, left.right), draft)
        try:
            found = _equation(writer, left)
        except Unreadable as bad:
            self.problems.append(left.written.problem(bad.message, bad.at, bad.suggestion))
            return None
        self.context.readings.update(writer.notes)
        source = passage(found, left.written.passage, left.written.start)
        good, wrong = statements(source, {})
        self.problems.extend(wrong.values())
        return good[0] if good else None

    def _unshaped(self, left: Sequence[int], written: Sequence[Statement], reads: Sequence[Sequence[str]]) -> None:
        """Beside an equation that could not be read, what waits for its shape says nothing of its own."""
        if self.problems:
            self.poisoned.update(self._target(written[n]) for n in left)
        else:
            Reader._unshaped(self, left, written, reads)

    def _read_as(self, quantity: Quantity, statement: Statement) -> Equation | None:
        """The equation as its shapes have it."""
        left = self.lefts.get(id(statement))
        if left is None or quantity.name in self.poisoned:
            return Reader._read_as(self, quantity, statement)
        words = {statement.word(node) for node in walk(statement.root) if node.kind == "name"}
        if words & self.poisoned:
            self.poisoned.add(quantity.name)
            return None
        place = next(n for n, one in enumerate(quantity.statements) if one is statement)
        try:
            leads = quantity.leads(self.context)[place]
        except Fault:
            return Reader._read_as(self, quantity, statement)
        letters: dict[str, Bound | None] = {lead.name: lead.bound for lead in leads if lead.name}
        final = self._stated(left, letters, False)
        if final is None:
            self.poisoned.add(quantity.name)
            return None
        self.kept[id(statement)] = final
        quantity.statements = tuple(final if n == place else s for n, s in enumerate(quantity.statements))
        return Reader._read_as(self, quantity, final)


def _equation(writer: Writer, left: Left) -> Text:
    """name[slots] = right  for t = 1..T"""
    at = left.name.at
    slots = [writer.write(slot) for slot in left.slots]
    target = text(at, left.called, *(["[", *listed(at, slots), "]"] if slots else []))
    right = writer.write(left.right)
    beside = ranges(writer, left.written)
    tail = ["  for ", *listed(at, beside)] if beside else []
    return text(at, target, " = ", right, *tail)
