"""A random network as it grows: its sizes, letters, tensors and equations."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.random_axes.language import Axis, Case, Equation, Expr, Read, Tensor, upto
from tests.random_axes.words import LABELS, LETTERS, SPARE, num
from tests.random_axes.written import text


@dataclass
class Growing:
    """What is there so far. unread: hidden tensors that nobody has read yet."""

    draw: random.Random
    tensors: dict[str, Tensor] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)
    letters: dict[str, Axis] = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)
    formulas: dict[str, Expr] = field(default_factory=dict)
    stated: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.least.update(dict.fromkeys(LETTERS, 1))
        for key, letters in LETTERS.items():
            self.letters.update(dict.fromkeys(letters, upto(key)))

    def chance(self, p: float) -> bool:
        return self.draw.random() < p

    def name(self, kind: str) -> str:
        return f"{kind}{1 + sum(n[0] == kind and n[1:].isdigit() for n in self.tensors)}"

    def letter(self, key: str, taken: Sequence[str]) -> str | None:
        """A letter that runs to a size, other than those in use."""
        fitting = [x for x, axis in self.letters.items() if axis == upto(key)]
        return next((x for x in fitting if x not in taken), None)

    def letter_to(self, hi: Expr) -> str:
        """A letter that runs to 1..hi, an end of its own."""
        axis = Axis(num(1), hi, text(hi))
        found = next((x for x, a in self.letters.items() if a == axis), None)
        if found is None:
            found = next(x for x in SPARE if x not in self.letters)
            self.letters[found] = axis
        return found

    def declare(self, role: str, *axes: Axis, among: str = "") -> str:
        kind = {"input": "x", "parameter": "w", "class": "c", "constant": "D", "hidden": "y"}[role]
        name = self.name(kind)
        self.tensors[name] = Tensor(role, axes, upto(among) if among else None)
        if role == "hidden":
            self.unread[name] = None
        return name

    def given(self, *keys: str, parameter: bool = False) -> str:
        """An input or a parameter of these sizes: one that is there, or another."""
        role = "parameter" if parameter else "input"
        axes = tuple(map(upto, keys))
        fitting = [n for n, t in self.tensors.items() if t.role == role and t.axes == axes]
        if fitting and self.chance(0.45):
            return self.draw.choice(fitting)
        return self.declare(role, *axes)

    def classes(self, among: str, *keys: str) -> str:
        axes = tuple(map(upto, keys))
        fitting = [n for n, t in self.tensors.items() if t.among == upto(among) and t.axes == axes]
        return fitting[0] if fitting and self.chance(0.6) else self.declare("class", *axes, among=among)

    def hidden(self, axes: Sequence[Axis], equations: Sequence[tuple[Sequence[Expr], Expr]] = ()) -> str:
        """A new tensor, with its equations."""
        name = self.declare("hidden", *axes)
        for slots, right in equations:
            self.equation(name, slots, right)
        return name

    def equation(self, name: str, slots: Sequence[Expr], right: Expr, *ranges: tuple[str, Expr, Expr]) -> None:
        self.equations.append(Equation(name, tuple(slots), right, tuple(ranges)))

    def reading(self, name: str, *slots: Expr) -> Read:
        self.unread.pop(name, None)
        return Read(name, slots)

    def choose(self, fits: Callable[[str, Tensor], bool]) -> str | None:
        """A hidden tensor or an input that fits; what nobody has read yet is taken more often."""
        fitting = [n for n, t in self.tensors.items() if t.role in ("hidden", "input") and fits(n, t)]
        fresh = [n for n in fitting if n in self.unread]
        if fresh and self.chance(0.7):
            return self.draw.choice(fresh)
        return self.draw.choice(fitting) if fitting else None

    def case(self, cost: str | None = "E") -> Case:
        labelled = {key for key in LABELS if self.chance(0.7)}
        place = "subscript" if self.chance(0.2) else "superscript"
        labels = {x: place for x, axis in self.letters.items() if axis.key in labelled and axis == upto(axis.key)}
        numbers = {}
        if self.chance(0.15):
            numbers = {key: max(n, self.draw.choice([1, 2, 3])) for key, n in self.least.items() if self.chance(0.7)}
        hidden = [n for n, t in self.tensors.items() if t.role == "hidden"]
        stated = frozenset(n for n in hidden if n in self.stated or self.chance(0.15))
        boundary = "cases" if self.chance(0.2) else ""
        return Case(
            self.tensors, tuple(self.equations), self.letters, self.least, numbers, self.formulas, labels, stated,
            cost=cost, boundary=boundary,
        )  # fmt: skip
