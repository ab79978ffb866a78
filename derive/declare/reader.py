"""All statements of a problem to its equations, each read after those that it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derive.declare.declarations import Declarations, taken_bar
from derive.declare.formula import Node, Statement, statements
from derive.declare.marks import Source
from derive.declare.order import cycles, evaluation_order
from derive.declare.scope import Context, Fault, Scope, misplaced_index, unknown_function, unknown_name, walk
from derive.declare.slips import reserved
from derive.declare.statement import equation
from derive.errors import Place, Problem
from derive.notation.constants import KNOWN
from derive.notation.equation import Equation

SUGGESTED = 50
"""How many unknown names are compared with the known ones; no more are shown."""

LONGEST_PATH = 20
"""How many names of a cycle are shown."""


@dataclass(slots=True)
class Reader:
    """Reads the equations, each after those that it reads."""

    source: Source
    declared: Declarations
    context: Context
    problems: list[Problem] = field(default_factory=list)
    poisoned: set[str] = field(default_factory=set)
    order: tuple[int, ...] = ()
    functions: frozenset[str] = frozenset()

    def read(self) -> list[Equation]:
        """The equations in the order of the file."""
        self.functions = frozenset(self.context.functions_known())
        written = self._statements()
        named_by = {self._target(s): n for n, s in enumerate(written)}
        self._declared_twice(written)
        reads = [self._reads(s, named_by) for s in written]
        order = evaluation_order(reads)
        if len(order) < len(written):
            self._cycles(written, reads)
            self.poisoned.update(self._target(written[n]) for n in set(range(len(written))) - set(order))
        self.poisoned |= self.declared.broken
        found: dict[int, Equation] = {}
        for n in order:
            met = self._equation(written[n])
            if met is not None:
                found[n] = met
        self.order = tuple(order)
        return [found[n] for n in sorted(found)]

    def _statements(self) -> list[Statement]:
        given = self.source.data["equations"]
        texts = (
            [(given, ("equations",))]
            if isinstance(given, str)
            else [(t, ("equations", n)) for n, t in enumerate(given)]
        )
        quantities = {**self.context.tensors, **self.context.shapes}
        axes = {name: len(tensor.axes) for name, tensor in quantities.items()}
        written: list[Statement] = []
        for text, path in texts:
            good, bad = statements(self.source.passage(text, *path), axes)
            written.extend(good)
            self.problems.extend(bad.values())
            self.poisoned.update(bad)
        if not written and not self.problems:
            self.problems.append(Problem(self.source.value("equations"), "there is no equation", "write z = W @ x + b"))
        return written

    def _target(self, statement: Statement) -> str:
        return statement.word(statement.root.parts[0])

    def _declared_twice(self, written: Sequence[Statement]) -> None:
        """Each name has one meaning, and each quantity one equation."""
        first: dict[str, Place] = {}
        for statement in written:
            name, target = self._target(statement), statement.root.parts[0]
            place = statement.place(target)
            if name in first:
                self._refuse(statement, target, f"`{name}` has an equation already", "keep one of the two", first[name])
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
            self._left(statement, target)
        for name in self.context.shapes:
            if name not in first and name not in self.poisoned:
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
        """The left side's slots are letters, each its own."""
        met: set[str] = set()
        for part in target.parts[1].parts if len(target.parts) > 1 else ():
            if part.kind != "name" or statement.word(part) in met:
                self._refuse(
                    statement,
                    part,
                    f"`{statement.text(part)}` on the left",
                    "the left side names an index of its own for each axis: z[i, j] = ...",
                )
                self.poisoned.add(statement.word(target))
            met.add(statement.word(part))

    def _refuse(self, statement: Statement, node: Node, what: str, mend: str, other: Place | None = None) -> None:
        self.problems.append(Problem(statement.place(node), what, mend, other, statement.excerpt(node)))
        self.poisoned.add(statement.word(node))

    def _reads(self, statement: Statement, named_by: Mapping[str, int]) -> list[int]:
        names = dict.fromkeys(statement.word(node) for node in walk(statement.root.parts[1]) if node.kind == "name")
        return [named_by[name] for name in names if name in named_by]

    def _cycles(self, written: Sequence[Statement], reads: Sequence[Sequence[int]]) -> None:
        for path in cycles(reads):
            statement, reader = written[path[0]], written[path[-2]]
            target = statement.root.parts[0]
            shown = [self._target(written[n]) for n in path]
            names = " → ".join(shown if len(shown) <= LONGEST_PATH else [*shown[: LONGEST_PATH - 2], "…", shown[-1]])
            what = (
                f"a cycle: {names} (each reads the next)"
                if len(path) > 2
                else f"`{self._target(statement)}` reads itself"
            )
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
        name = self._target(statement)
        scope = Scope(self.context, statement)
        if name in self.poisoned or self._unknown(scope):
            self.poisoned.add(name)
            return None
        try:
            found = equation(scope)
        except Fault as fault:
            self.problems.append(fault.problem(statement))
            self.poisoned.add(name)
            return None
        self.context.tensors[name] = found.left.tensor
        return found

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


def _letters(statement: Statement) -> tuple[set[str], set[int]]:
    """The names that a statement may use as letters: those alone in a slot of the left side, or leading a call; and
    the tokens that fill a slot alone on the right."""
    found: set[str] = set()
    alone: set[int] = set()
    for node in walk(statement.root):
        if node.kind == "target" and len(node.parts) > 1:
            found.update(statement.word(part) for part in node.parts[1].parts if part.kind == "name")
        elif node.kind == "call":
            found.update(statement.word(part) for part in node.parts[1:-1] if part.kind == "name")
        elif node.kind == "slots":
            alone.update(part.first for part in node.parts if part.kind == "name")
    return found, alone
