"""The sizes of a problem: names with a meaning, numbers, and formulas of other sizes, M: (N - K)/S + 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from derive.declare.formula import Statement, expression
from derive.declare.marks import Passage, Source
from derive.declare.network import SizeDeclaration
from derive.declare.positions import slot
from derive.declare.quotients import FLOOR
from derive.declare.scope import Context, Division, Fault, Scope
from derive.declare.tokens import scan
from derive.declare.words import did_you_mean, listed
from derive.errors import Place, Problem
from derive.notation.division import inner_sizes
from derive.notation.index import Range, Slot
from derive.notation.sizes import Quotient, Size

OF_SIZES = "a size is a name under `sizes`, a whole number, or both with + - * /, such as 2*N + 1"

DEEPEST = 30
"""How many formulas of sizes may rest on each other."""

OPERATORS = ("PLUS", "MINUS", "TIMES", "OVER")
WRITTEN = (*OPERATORS, "NAME", "NUMBER", "LPAR", "RPAR")


def cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass(slots=True)
class Sizes:
    """Reads sizes, and ranges made of them; what is wrong is added to the problems.

    divisions: where each quotient stands first.  named: what stands for a quotient where a size has a name for it.
    """

    source: Source
    problems: list[Problem]
    known: dict[str, SizeDeclaration] = field(default_factory=dict)
    divisions: dict[Quotient, Division] = field(default_factory=dict)
    named: dict[Size, Slot] = field(default_factory=dict)

    def read(self, declared: Mapping[str, Any]) -> None:
        """What stands under `sizes`."""
        for name, words in declared.items():
            number = words if isinstance(words, int) else None
            self.known[name] = SizeDeclaration("" if isinstance(words, int) else str(words), number)
        texts = {name: text for name, text in declared.items() if isinstance(text, str)}
        formulas = {name: names for name, text in texts.items() if text != name and (names := _formula(text, declared))}
        for name in self._in_order(formulas):
            self._defined(name, self.source.passage(texts[name], "sizes", name))

    def _in_order(self, formulas: Mapping[str, Iterable[str]]) -> list[str]:
        """The names that stand for formulas, each after those that it rests on."""
        waiting = {name: [other for other in names if other in formulas] for name, names in formulas.items()}
        try:
            return list(TopologicalSorter(waiting).static_order())
        except CycleError as error:
            path = list(reversed(error.args[1]))
            what = f"the size `{path[0]}` is made of itself: {' → '.join(path)}"
            self._report(self.source.value("sizes", path[0]), what, "give one of them in words, or as a number")
            return []

    def _defined(self, name: str, passage: Passage) -> None:
        """M as a name for its formula; a quotient in it is M less the rest from now on."""
        found = self._range(passage)
        if found is None:
            return
        formula = found.hi
        if formula.is_number:
            self.known[name] = SizeDeclaration("", formula.constant)
            return
        if _depth(formula) > DEEPEST:
            place = self.source.value("sizes", name)
            self._report(place, f"more than {DEEPEST} sizes rest on each other here", "declare some of them in words")
            return
        self.known[name] = SizeDeclaration("", None, formula)
        parts = [(m[0], c) for m, c in formula.parts if len(m) == 1 and isinstance(m[0], Quotient)]
        if len(parts) == 1 and parts[0][1] == 1 and isinstance(atom := parts[0][0], Quotient):
            rest = formula - Slot((((atom,), 1),))
            self.named.setdefault(atom, self.known[name].called(name) - rest)

    def axis(self, text: Any, *path: str | int) -> Range | None:
        """A size as an axis: a number, a name, a formula such as N + 1, or a range."""
        if isinstance(text, int):
            return Range.to(text)
        if text in self.known:
            return Range.to(self.known[text].called(text))
        return self._range(self.source.passage(text, *path))

    def _range(self, passage: Passage) -> Range | None:
        statement, problem = expression(passage)
        if problem is not None:
            self.problems.append(problem)
        return self.evaluated(statement) if statement is not None and problem is None else None

    def evaluated(self, statement: Statement) -> Range | None:
        """1..size or lo..hi, if it has a position."""
        scope = Scope(Context(self.known, divisions=self.divisions, named=self.named), statement)
        try:
            *first, last = [slot(scope, part) for part in statement.root.parts if part.kind != "DOTS"]
        except Fault as fault:
            self._faulty(statement, fault)
            return None
        found = Range(first[0], last) if first else Range.to(last)
        if found.size.is_number and found.size.constant < 1:
            self._report(statement.place(statement.root), f"a size of {found.size.constant}", "sizes are positive")
            return None
        return found

    def _faulty(self, statement: Statement, fault: Fault) -> None:
        name, place = statement.text(fault.node), statement.place(fault.node)
        if fault.node.kind == "name":
            near = did_you_mean(name, self.known)
            every = f"the sizes are {listed(self.known) or 'none yet'}: add it under `sizes`"
            self._report(place, f"unknown size `{name}`", near or every)
        elif fault.what.endswith("is no position"):
            self._report(place, f"`{cut(name)}` is no size", OF_SIZES)
        else:
            self.problems.append(fault.problem(statement))

    def _report(self, place: Place | None, what: str, mend: str) -> None:
        self.problems.append(Problem(place, what, mend))


def _formula(text: str, sizes: Iterable[str]) -> list[str]:
    """The names in a text that is a formula of sizes; none for words, such as `input units` and `K-means clusters`."""
    tokens = [(kind, text[begin:end]) for kind, begin, end in scan(text)]
    names = [word for kind, word in tokens if kind == "NAME" and word != FLOOR]
    known = set(sizes)
    if len(names) == len(tokens) == 1 and names[0] in known:
        return names
    sums = any(kind in OPERATORS or word == FLOOR for kind, word in tokens)
    if not sums or not known.intersection(names) or any(kind not in WRITTEN for kind, _ in tokens):
        return []
    values = ("NAME", "NUMBER")
    if any(a[0] in values and (b[0] in values or (b[0] == "LPAR" and a[1] != FLOOR)) for a, b in pairwise(tokens)):
        return []
    exact = any(kind in ("TIMES", "OVER", "NUMBER") for kind, _ in tokens)
    return names if exact or known.issuperset(names) else []


def _depth(slot: Slot) -> int:
    """How many formulas rest on each other."""
    inner = [inside for atom in slot.atoms() if isinstance(atom, str) for inside in inner_sizes(atom)]
    return 1 + max((_depth(inside) for inside in inner), default=0)
