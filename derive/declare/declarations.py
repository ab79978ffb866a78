"""The declarations of a problem: sizes, letters, tensors and functions by name, each name with one meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from derive.declare.formula import Statement, expression
from derive.declare.marks import Path, Source, python_passage
from derive.declare.network import SizeDeclaration
from derive.declare.positions import slot
from derive.declare.scope import Context, Fault, Scope
from derive.declare.slips import reserved
from derive.declare.words import did_you_mean, listed
from derive.errors import Place, Problem
from derive.notation.constants import KNOWN
from derive.notation.expression import Role, Tensor
from derive.notation.index import Range, position
from derive.operators import TABLE
from derive.operators.forms import FORMS

ROLES: Mapping[str, Role] = MappingProxyType(
    {"inputs": "input", "parameters": "parameter", "constants": "constant", "classes": "class", "hidden": "hidden"}
)


OF_SIZES = "a size is a name under `sizes`, a whole number, or both with + - *, such as 2*N + 1"


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass(slots=True)
class Declarations:
    """Reads what a source declares, and gathers what is wrong with it."""

    source: Source
    sizes: dict[str, SizeDeclaration] = field(default_factory=dict)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    hidden: dict[str, Tensor] = field(default_factory=dict)
    places: dict[str, Place | None] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    wrong_functions: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def context(self) -> Context:
        """Every name that the source declares, with its meaning."""
        data = self.source.data
        for name, words in data["sizes"].items():
            self._name("sizes", name)
            self.sizes[name] = SizeDeclaration("", words) if isinstance(words, int) else SizeDeclaration(str(words))
        letters = {
            name: axis
            for name, size in data.get("indices", {}).items()
            if self._name("indices", name) and (axis := self._axis(size, "indices", name))
        }
        for key in ROLES:
            for name, axes in data.get(key, {}).items():
                self._tensor(key, name, axes)
        families = self._functions(data.get("functions", {}))
        self._bars()
        functions = MappingProxyType(dict(data.get("functions", {})))
        kinds = {name: "family" if name in families else kind for name, kind in functions.items()}
        return Context(self.sizes, letters, kinds, families, self.hidden, dict(self.tensors), self.places)

    def _report(self, place: Place | None, what: str, mend: str = "", other: Place | None = None) -> None:
        self.problems.append(Problem(place, what, mend, other))

    def _name(self, key: str, name: str) -> bool:
        """Take a name; each has one meaning."""
        place = self.source.key(key, name)
        if name in KNOWN:
            self._report(place, reserved(name), "choose another name")
            self.broken.add(name)
            return False
        if name in self.places:
            self._report(place, f"`{name}` is declared twice", "give one of the two another name", self.places[name])
            return False
        self.places[name] = place
        return True

    def _tensor(self, key: str, name: str, given: Any) -> None:
        if not self._name(key, name):
            return
        axes, among = given, None
        if key == "classes":
            inner = given if isinstance(given, Mapping) else {"among": given}
            axes = inner.get("axes", [])
            path = (key, name, "among") if isinstance(given, Mapping) else (key, name)
            among = self._axis(inner["among"], *path)
        where: Path = (key, name, "axes") if key == "classes" and isinstance(given, Mapping) else (key, name)
        ranges = [self._axis(axis, *where, n) for n, axis in enumerate(axes)]
        if any(axis is None for axis in ranges) or (key == "classes" and among is None):
            self.broken.add(name)
            return
        found = tuple(axis for axis in ranges if axis is not None)
        one = [axis == Range.to(1) for axis in found]
        flat = len(found) == 2 and any(one) and key != "classes"
        shape = tuple(axis for axis, unit in zip(found, one, strict=True) if not unit) if flat else found
        tensor = Tensor(name, shape, ROLES[key], row=flat and one[0] and not one[1], among=among)
        (self.hidden if key == "hidden" else self.tensors)[name] = tensor

    def _axis(self, text: Any, *path: str | int) -> Range | None:
        """A size as an axis: a number, a name, or a formula such as N + 1."""
        if isinstance(text, int):
            return Range.to(text)
        if text in self.sizes:
            return Range.to(text)
        passage = self.source.passage(text, *path)
        statement, problem = expression(passage)
        if statement is None or problem is not None:
            if problem is not None:
                self.problems.append(problem)
            return None
        return self._evaluated(statement)

    def _evaluated(self, statement: Statement) -> Range | None:
        scope = Scope(Context(self.sizes), statement)
        try:
            size = slot(scope, statement.root.parts[0])
        except Fault as fault:
            name = statement.text(fault.node)
            near = (
                did_you_mean(name, self.sizes)
                or f"the sizes are {listed(self.sizes) or 'none yet'}: add it under `sizes`"
            )
            if fault.node.kind == "name":
                self._report(statement.place(fault.node), f"unknown size `{name}`", near)
            else:
                self._report(statement.place(fault.node), f"`{_cut(name)}` is no size", OF_SIZES)
            return None
        if size.is_number and size.constant < 1:
            self._report(statement.place(statement.root), f"a size of {size.constant}", "sizes are positive")
            return None
        return Range.to(size)

    def _functions(self, functions: Mapping[str, str]) -> dict[str, Range]:
        """The ranges of families; a function may share its name with a quantity, never with the tables."""
        families: dict[str, Range] = {}
        for name, kind in functions.items():
            before = len(self.problems)
            self._function(name, kind, families)
            if len(self.problems) > before:
                self.wrong_functions.add(name)
        return families

    def _function(self, name: str, kind: str, families: dict[str, Range]) -> None:
        slope = kind == "slope 1 at 0"
        if slope and name != "relu":
            self._report(self.source.key("functions", name), f"`{kind}` is for relu alone", "write abstract, or whole")
        elif not slope and (name in TABLE or name in FORMS):
            self._report(
                self.source.key("functions", name),
                f"`{name}` is a known function",
                "leave it out of `functions`, or give yours another name",
            )
        elif kind.startswith("family over "):
            axis = self._family(name, kind)
            if axis is not None:
                families[name] = axis

    def _family(self, name: str, kind: str) -> Range | None:
        text = kind.removeprefix("family over ").strip()
        if text in self.sizes:
            return Range.to(position(text))
        place = self.source.value("functions", name)
        statement, _ = expression(python_passage(self.source.file, text))
        before = len(self.problems)
        axis = self._evaluated(statement) if statement is not None else None
        if statement is None:
            self._report(place, f"`{text}` is no size", OF_SIZES)
        self.problems[before:] = [Problem(place, p.what, p.mend) for p in self.problems[before:]]
        return axis

    def _bars(self) -> None:
        for name in (*self.tensors, *self.hidden):
            taken_bar(name, self.places, self.problems)


def taken_bar(name: str, places: Mapping[str, Place | None], problems: list[Problem]) -> None:
    """Refuse x_bar while x exists: it is the name of x's bar."""
    base = name.removesuffix("_bar")
    if base != name and base in places:
        problems.append(
            Problem(
                places.get(name),
                f"`{name}` is the name of the bar of `{base}`",
                "give it another name",
                places.get(base),
            )
        )
