"""The declarations of a problem: sizes, letters, tensors and functions by name, each name with one meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from derive.declare.formula import expression
from derive.declare.keys import KINKS
from derive.declare.marks import Path, Source, python_passage
from derive.declare.network import SizeDeclaration
from derive.declare.scope import Context, Division
from derive.declare.sizes import OF_SIZES, Sizes
from derive.declare.slips import reserved
from derive.errors import Place, Problem
from derive.notation.constants import KNOWN
from derive.notation.expression import Role, Tensor
from derive.notation.index import Range
from derive.notation.sizes import Quotient
from derive.operators import TABLE
from derive.operators.forms import FORMS

ROLES: Mapping[str, Role] = MappingProxyType(
    {"inputs": "input", "parameters": "parameter", "constants": "constant", "classes": "class", "hidden": "hidden"}
)


@dataclass(slots=True)
class Declarations:
    """Reads what a source declares, and gathers what is wrong with it."""

    source: Source
    tensors: dict[str, Tensor] = field(default_factory=dict)
    hidden: dict[str, Tensor] = field(default_factory=dict)
    places: dict[str, Place | None] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    wrong_functions: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    labels: dict[str, Range] = field(default_factory=dict)
    reader: Sizes = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Sizes(self.source, self.problems)

    @property
    def sizes(self) -> dict[str, SizeDeclaration]:
        return self.reader.known

    @property
    def divisions(self) -> dict[Quotient, Division]:
        """Where the file divides sizes."""
        return self.reader.divisions

    def context(self) -> Context:
        """Every name that the source declares, with its meaning."""
        data = self.source.data
        sizes = data.get("sizes", {})
        for name in sizes:
            self._name("sizes", name)
        self.reader.read(sizes)
        letters = {
            name: axis
            for name, size in data.get("indices", {}).items()
            if self._name("indices", name) and (axis := self._axis(size, "indices", name))
        }
        self.labels = self._labels(data.get("labels", {}))
        for key in ROLES:
            for name, axes in data.get(key, {}).items():
                self._tensor(key, name, axes)
        families = self._functions(data.get("functions", {}))
        self._bars()
        functions = MappingProxyType(dict(data.get("functions", {})))
        kinds = {name: "family" if name in families else kind for name, kind in functions.items()}
        every = {**letters, **self.labels}
        return Context(
            self.sizes,
            every,
            kinds,
            families,
            self.hidden,
            dict(self.tensors),
            self.places,
            labels=self.labels,
            divisions=self.divisions,
            named=self.reader.named,
        )

    def _labels(self, labels: Mapping[str, Any]) -> dict[str, Range]:
        """The ranges of the letters that are labels."""
        found: dict[str, Range] = {}
        for name, given in labels.items():
            path = ("labels", name, "to") if isinstance(given, Mapping) else ("labels", name)
            axis = self._axis(given["to"] if isinstance(given, Mapping) else given, *path)
            if self._name("labels", name) and axis is not None:
                found[name] = axis
        return found

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
        labels = labelled(shape, self.labels)
        tensor = Tensor(name, shape, ROLES[key], row=flat and one[0] and not one[1], among=among, labels=labels)
        (self.hidden if key == "hidden" else self.tensors)[name] = tensor

    def _axis(self, text: Any, *path: str | int) -> Range | None:
        return self.reader.axis(text, *path)

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
        known = KINKS.get(kind)
        if known is not None and name not in known:
            of = " and ".join(known) if len(known) > 1 else f"{known[0]} alone"
            self._report(self.source.key("functions", name), f"`{kind}` is for {of}", "write abstract, or whole")
        elif known is None and (name in TABLE or name in FORMS):
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
            return self.reader.axis(text)
        place = self.source.value("functions", name)
        statement, _ = expression(python_passage(self.source.file, text))
        before = len(self.problems)
        axis = self.reader.evaluated(statement) if statement is not None else None
        if statement is None:
            self._report(place, f"`{text}` is no size", OF_SIZES)
        self.problems[before:] = [Problem(place, p.what, p.mend) for p in self.problems[before:]]
        return axis

    def _bars(self) -> None:
        for name in (*self.tensors, *self.hidden):
            taken_bar(name, self.places, self.problems)


def labelled(axes: Sequence[Range], labels: Mapping[str, Range]) -> tuple[int, ...]:
    """The places of the axes that run like a label; those that begin elsewhere, 0..T and 2..L, too."""
    ends = {axis.hi for axis in labels.values()}
    return tuple(n for n, axis in enumerate(axes) if axis.hi in ends)


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
