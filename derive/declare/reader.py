"""All statements of a problem to its equations, each read after those that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from derive.declare.declarations import Declarations, taken_bar
from derive.declare.formula import Node, Statement, statements
from derive.declare.left import letter_names
from derive.declare.loops import Order, ordered
from derive.declare.marks import Passage, Source
from derive.declare.network import Condition
from derive.declare.order import cycles
from derive.declare.quantity import Quantity
from derive.declare.scope import Context, Fault, Scope, misplaced_index, unknown_function, unknown_name, walk
from derive.declare.shaped import Shaped
from derive.declare.slips import reserved
from derive.declare.tokens import scan
from derive.errors import Place, Problem
from derive.notation.constants import KNOWN
from derive.notation.equation import Equation
from derive.notation.expression import Entry, Tensor

if TYPE_CHECKING:
    from derive.declare.implicit import Conditioned

SUGGESTED = 50
"""How many unknown names are compared with the known ones; no more are shown."""

LONGEST_PATH = 20
"""How many names of a cycle are shown."""


@dataclass(slots=True)
class Reader:
    """Reads the equations, each after those that it reads.

    reading: equations in LaTeX as they were read.  read_from: the LaTeX of each.
    printed: how the names that only these give are printed.
    """

    source: Source
    declared: Declarations
    context: Context
    problems: list[Problem] = field(default_factory=list)
    poisoned: set[str] = field(default_factory=set)
    order: Order = field(default_factory=lambda: Order(()))
    functions: frozenset[str] = frozenset()
    quantities: dict[str, Quantity] = field(default_factory=dict)
    uses: dict[str, str] = field(default_factory=dict)
    reading: tuple[str, ...] = ()
    read_from: tuple[str, ...] = ()
    printed: dict[str, str] = field(default_factory=dict)
    conditioned: dict[str, Conditioned] = field(default_factory=dict)
    implicit: dict[str, Condition] = field(default_factory=dict)
    stationary: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)

    def read(self) -> list[Equation]:
        """The equations in the order of the file."""
        self.functions = frozenset(self.context.functions_known())
        written = self._statements()
        if "stationary" in self.source.data:
            from derive.declare.implicit import stationary

            computed = {self._target(statement) for statement in written}
            self.stationary = stationary(self.source, self.context, computed, self.problems, self.poisoned)
        if "implicit" in self.source.data:
            written = self._with_conditions(written)
        self._declared_twice(written)
        given: dict[str, list[int]] = {}
        for n, statement in enumerate(written):
            given.setdefault(self._target(statement), []).append(n)
        if self.conditioned or self.stationary:
            self.called = self._multipliers(given)
        self.poisoned |= self.declared.broken
        self.quantities = {name: Quantity(name, tuple(written[n] for n in ns)) for name, ns in given.items()}
        reads = [self._waits(s, {**dict.fromkeys(self.stationary, ()), **given}) for s in written]
        found = self._in_order(written, reads)
        equations = [found[n] for n in sorted(found)]
        if (self.conditioned or self.stationary) and not self.problems:
            equations = self._conditions(equations, [written[n] for n in sorted(found)])
            self._self_reading(written)
        if not self.problems:
            self._covered()
            self._ordered(written, equations)
        return equations

    def _in_order(self, written: Sequence[Statement], reads: Sequence[Sequence[str]]) -> dict[int, Equation]:
        """Each statement once the shapes of all that it reads are known."""
        found: dict[int, Equation] = {}
        work = Shaped(reads, [self._target(s) for s in written], frozenset(self.context.shapes))
        given = {*self.quantities, *self.stationary}
        self.context.tensors.update({n: self._marked(t) for n, t in self.context.shapes.items() if n in given})
        while not work.stuck or self._guessed(work, written, reads):
            n = work.next()
            if n is None and not work.stuck:
                break
            if n is None:  # the shape that was found is not enough yet
                continue
            met = self._equation(written[n])
            if met is not None:
                found[n] = met
            work.done(n)
        self._unshaped(work.left, written, reads)
        return found

    def _guessed(self, work: Shaped, written: Sequence[Statement], reads: Sequence[Sequence[str]]) -> bool:
        """Of what follows from itself, take the first quantity that has one shape only with which all reads well."""
        from derive.declare.guess import guessed

        left = work.left
        waiting, waited = [written[n] for n in left], [reads[n] for n in left]
        tensor = None
        if self.stationary:
            from derive.declare.stationary import of_costs

            wrong = self.problems, self.poisoned
            tensor = of_costs(self.stationary, self.quantities, waiting, waited, self.context, self.source, *wrong)
        if tensor is None:
            tensor = guessed(self.quantities, waiting, waited, self.context, self.poisoned, self.conditioned)
        if tensor is None:
            return False
        self.context.tensors[tensor.name] = self._marked(tensor)
        work.shaped(tensor.name)
        return True

    def _unshaped(self, left: Sequence[int], written: Sequence[Statement], reads: Sequence[Sequence[str]]) -> None:
        """What is left over: cycles, and recurrences whose shape nothing says."""
        if not left:
            return
        names = [self._target(written[n]) for n in left]
        places = {name: [k for k, other in enumerate(names) if other == name] for name in names}
        inner = [[k for name in reads[n] if name in places for k in places[name]] for n in left]
        self._cycles([written[n] for n in left], inner)
        self.poisoned.update(names)

    def _covered(self) -> None:
        """The ranges of a quantity's equations are disjoint and cover it."""
        for quantity in self.quantities.values():
            try:
                quantity.cover(self.context)
            except Fault as fault:
                statement = quantity.statement_of(fault.node)
                self.problems.append(fault.problem(statement))

    def _ordered(self, written: Sequence[Statement], equations: Sequence[Equation]) -> None:
        """An order of evaluation; a cycle that is no recurrence is refused."""
        self.order = ordered(equations, frozenset(self.implicit))
        for path in self.order.cycles:
            self._cycle(path, written)

    def _statements(self) -> list[Statement]:
        given = self.source.data.get("equations", [])
        texts = (
            [(given, ("equations",))]
            if isinstance(given, str)
            else [(t, ("equations", n)) for n, t in enumerate(given)]
        )
        quantities = {**self.context.tensors, **self.context.shapes}
        axes = {name: len(tensor.axes) for name, tensor in quantities.items()}
        written: list[Statement] = []
        passages = [self.source.passage(text, *path) for text, path in texts]
        for passage in self._expanded(passages) if "define" in self.source.data else passages:
            good, bad = statements(passage, axes)
            written.extend(good)
            self.problems.extend(bad.values())
            self.poisoned.update(bad)
        if not written and not self.problems and "equations" in self.source.data and "implicit" not in self.source.data:
            self.problems.append(Problem(self.source.value("equations"), "there is no equation", "write z = W @ x + b"))
        return written

    def _with_conditions(self, written: list[Statement]) -> list[Statement]:
        """The statements, each condition before the first that reads what it defines and is no part of it."""
        from derive.declare.implicit import conditions, placed

        quantities = {**self.context.tensors, **self.context.shapes}
        axes = {name: len(tensor.axes) for name, tensor in quantities.items()}
        met = conditions(self.source, axes, self.problems, self.poisoned)
        self.conditioned = {one.name: one for one in met}
        return placed(met, written)

    def _multipliers(self, names: Iterable[str]) -> dict[str, str]:
        """What the multipliers of the conditions are called."""
        from derive.declare.implicit import multipliers

        unknown = (*self.conditioned, *self.stationary)
        printed = self.source.data.get("print", {})
        shown = (str(printed.get(name, name)) for name in (*self.context.places, *names) if name not in unknown)
        return multipliers(unknown, tuple(shown))

    def _conditions(self, equations: Sequence[Equation], written: Sequence[Statement]) -> list[Equation]:
        """The equations with those of the conditions, whose other sides are read here."""
        from derive.declare.implicit import joined

        found = []
        for equation, statement in zip(equations, written, strict=True):
            one = self.conditioned.get(equation.left.tensor.name)
            if one is not None and one.right is statement:
                left = self._read_as(Quantity(one.name, (one.left,)), one.left) if one.left is not None else None
                if one.left is None or left is not None:
                    equation, self.implicit[one.name] = joined(equation, left)
            found.append(equation)
        return found

    def _self_reading(self, written: Sequence[Statement]) -> None:
        """A condition reads what it defines, and a cost what makes it stationary."""
        from derive.declare.implicit import idle

        self.problems += idle(self.conditioned.values(), self.implicit, self.stationary, written, self.source)

    def _expanded(self, passages: Sequence[Passage]) -> list[Passage]:
        """The equations with the uses of sub-networks written out."""
        from derive.declare.define import definitions, expanded

        known = definitions(self.source, self.problems)
        taken = {*self.context.places, *(name for passage in passages for name in _words(passage.text))}
        return [expanded(passage, known, taken, self.problems, self.uses) for passage in passages]

    def _target(self, statement: Statement) -> str:
        return statement.word(statement.root.parts[0])

    def _declared_twice(self, written: Sequence[Statement]) -> None:
        """Each name has one meaning, and each quantity one equation."""
        first: dict[str, Place] = {}
        indexed: dict[str, bool] = {}
        for statement in written:
            name, target = self._target(statement), statement.root.parts[0]
            place = statement.place(target)
            if name in first and not (len(target.parts) > 1 and indexed[name]):
                self._refuse(statement, target, f"`{name}` has an equation already", "keep one of the two", first[name])
            elif name in self.stationary:
                what = f"`{name}` makes a cost stationary, and has an equation too"
                self._refuse(statement, target, what, "keep one of the two", self.source.key("stationary"))
            elif name in self.context.places and name not in self.context.shapes:
                self._refuse(
                    statement,
                    target,
                    f"`{name}` is declared, and has an equation too",
                    "keep one of the two",
                    self.context.places[name],
                )
            elif name in KNOWN:
                self._refuse(statement, target, reserved(name), "choose another name")
            elif name.startswith("_") or name.endswith("_"):
                self._refuse(
                    statement, target, f"`{name}` is no name", "a name begins and ends with a letter or a digit"
                )
            first.setdefault(name, place)
            indexed.setdefault(name, len(target.parts) > 1)
            self._left(statement, target)
        for name in self.context.shapes:
            if name not in first and name not in self.poisoned and name not in self.stationary:
                self.problems.append(
                    Problem(
                        self.context.places.get(name),
                        f"`{name}` has a shape under `hidden`, and no equation",
                        f"write an equation `{name} = ...`, or declare it as an input",
                    )
                )
        for name, place in first.items():
            self.context.places.setdefault(name, place)
        for name in first:
            if name not in self.context.shapes:
                taken_bar(name, self.context.places, self.problems)

    def _left(self, statement: Statement, target: Node) -> None:
        """Each slot of the left side has an index of its own, or none."""
        met: set[str] = set()
        scope = Scope(self.context, statement)
        for part in target.parts[1].parts if len(target.parts) > 1 else ():
            names = letter_names(scope, part)
            if met.intersection(names):
                self._refuse(
                    statement,
                    part,
                    f"`{statement.text(part)}` on the left",
                    "the left side names an index of its own for each axis: z[i, j] = ...",
                )
                self.poisoned.add(statement.word(target))
            met.update(names)

    def _refuse(self, statement: Statement, node: Node, what: str, mend: str, other: Place | None = None) -> None:
        self.problems.append(Problem(statement.place(node), what, mend, other, statement.excerpt(node)))
        self.poisoned.add(statement.word(node))

    def _reads(self, statement: Statement, given: Mapping[str, object]) -> list[str]:
        """The quantities with equations that a right side reads."""
        names = dict.fromkeys(statement.word(node) for node in walk(statement.root.parts[1]) if node.kind == "name")
        return [name for name in names if name in given]

    def _waits(self, statement: Statement, given: Mapping[str, Sequence[int]]) -> list[str]:
        """What must have a shape before a statement can be read: a mere number says none for its own quantity."""
        name = self._target(statement)
        is_number = statement.root.parts[1].kind == "number" and len(given[name]) > 1
        return [*self._reads(statement, given), *([name] if is_number else [])]

    def _cycles(self, written: Sequence[Statement], reads: Sequence[Sequence[int]]) -> None:
        for path in cycles(reads):
            moving = [n for n in path if len(written[n].root.parts[0].parts) > 1]
            unknown = [n for n in path if self._target(written[n]) in self.conditioned]
            if unknown and any(self._unknown(Scope(self.context, written[n])) for n in path):
                continue
            if len(moving) == len(path) or unknown:
                self._shapeless(written[(unknown or path)[0]])
            else:
                self._cycle(path, written)

    def _shapeless(self, statement: Statement) -> None:
        name, target = self._target(statement), statement.root.parts[0]
        what = f"the shape of `{name}` follows from its own"
        self._refuse(statement, target, what, f"state it: `hidden: {{{name}: [..., K]}}`, or give its first position")

    def _cycle(self, path: Sequence[int], written: Sequence[Statement]) -> None:
        statement, reader = written[path[0]], written[path[-2]]
        target = statement.root.parts[0]
        shown = [" ".join(written[n].text(written[n].root.parts[0]).split()) for n in path]
        names = " → ".join(shown if len(shown) <= LONGEST_PATH else [*shown[: LONGEST_PATH - 2], "…", shown[-1]])
        what = f"a cycle: {names} (each reads the next)" if len(path) > 2 else f"`{shown[0]}` reads itself"
        other = reader.place(reader.root.parts[0])
        self.problems.append(
            Problem(
                statement.place(target),
                what,
                "each quantity must follow from others; rename the new value",
                other if len(path) > 2 else None,
                statement.excerpt(target),
            )
        )

    def _equation(self, statement: Statement) -> Equation | None:
        """The index form; what reads a quantity that has an error has none of its own."""
        return self._read_as(self.quantities[self._target(statement)], statement)

    def _read_as(self, quantity: Quantity, statement: Statement) -> Equation | None:
        """One of a quantity's statements, or a side of its condition."""
        name = quantity.name
        scope = Scope(self.context, statement)
        if name in self.poisoned or self._unknown(scope):
            self.poisoned.add(name)
            return None
        try:
            found = quantity.equation(scope, self.context.tensors.get(name))
        except Fault as fault:
            self.problems.append(fault.problem(quantity.statement_of(fault.node, statement)))
            self.poisoned.add(name)
            return None
        tensor = self.context.tensors[name] = self._marked(found.left.tensor)
        return replace(found, left=Entry(tensor, found.left.slots)) if tensor is not found.left.tensor else found

    def _marked(self, tensor: Tensor) -> Tensor:
        """A tensor, with the name of its multiplier where a condition defines it."""
        called = self.called.get(tensor.name, "")
        return replace(tensor, multiplier=called) if called != tensor.multiplier else tensor

    def _unknown(self, scope: Scope) -> bool:
        """Whether a name here is in error; every name that nothing declares is reported once, at its first place."""
        names, alone = _letters(scope.statement)
        known = (names, KNOWN, self.context.places)
        failed = False
        for node in walk(scope.statement.root.parts[1]):
            fault = None
            if node.kind == "name" and not any(scope.word(node) in k for k in (*known, self.poisoned)):
                fault = unknown_name(scope, node, node.first in alone, len(self.problems) < SUGGESTED)
            elif node.kind == "call" and scope.word(node) in self.declared.wrong_functions:
                failed = True
            elif node.kind == "call" and scope.word(node) not in self.functions:
                fault = unknown_function(scope, node)
            elif node.kind == "call" and (fault := misplaced_index(scope, node)) is not None:
                self.problems.append(fault.problem(scope.statement))
                return True
            if fault is not None:
                self.problems.append(fault.problem(scope.statement))
                if node.first not in alone:
                    self.poisoned.add(scope.word(node))
            failed = failed or fault is not None or (node.kind == "name" and scope.word(node) in self.poisoned)
        return failed


def _words(text: str) -> Iterator[str]:
    return (text[begin:end] for kind, begin, end in scan(text) if kind == "NAME")


def _letters(statement: Statement) -> tuple[set[str], set[int]]:
    """The names that a statement may use as letters: those alone in a slot of the left side, or leading a call; and
    the tokens that fill a slot alone on the right."""
    found: set[str] = set()
    alone: set[int] = set()
    for node in walk(statement.root):
        if node.kind == "target" and len(node.parts) > 1:
            found.update(statement.word(n) for part in node.parts[1].parts for n in walk(part) if n.kind == "name")
        elif node.kind == "call":
            found.update(statement.word(part) for part in node.parts[1:-1] if part.kind == "name")
            leading = [n for part in node.parts[1:-1] if part.kind == "condition" for n in walk(part)]
            found.update(statement.word(n) for n in leading if n.kind == "name")
        elif node.kind == "slots":
            alone.update(part.first for part in node.parts if part.kind == "name")
    return found, alone
