"""A formula of scalars in elementary steps: each a sum, a product, a quotient, a power or one function of names.

f = (x + y)*z becomes g = x + y, f = g*z. A part that stands twice is one step; parts without a variable stay as they
are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NoReturn, TypeAlias

from derive.declare.formula import Node, Statement, statements
from derive.declare.marks import Passage, python_passage
from derive.declare.notyet import refusal
from derive.declare.words import did_you_mean, listed
from derive.errors import DeriveError, Problem
from derive.notation.constants import KNOWN
from derive.operators import TABLE

Operation: TypeAlias = Literal["add", "multiply", "divide", "raise", "negate", "apply", "select", "copy"]
Made: TypeAlias = tuple[Operation, str, tuple[str, ...]]
"""An operation, its formula, its operands; of a function its name comes first."""
SAID: Mapping[Operation, str] = {
    "add": "add {all}", "multiply": "multiply {all}", "divide": "divide {0} by {1}", "raise": "{0} to the power {1}",
    "negate": "change the sign of {0}", "apply": "{0} of {1}", "select": "choose by a condition", "copy": "copy {0}",
}  # fmt: skip
POOL = "ghkpqrsuvwabcdmn"
HEAD = re.compile(r"\s*[A-Za-z]\w*\s*(\([\w\s,]*\))\s*=(?!=)")
"""f(x, y, z) = …: the variables are read from the formula itself."""
COMMENT = re.compile(r"#[^\n]*")
SELECTIONS = ("where",)


@dataclass(frozen=True, slots=True)
class Step:
    """name = text, with one operation of these operands."""

    name: str
    text: str
    operation: Operation
    operands: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What is done: add x and y; subtract y from x."""
        if self.operation == "add" and (told := _subtracted(self.operands)):
            return told
        return SAID[self.operation].format(*self.operands, all=_joined(self.operands))


@dataclass(frozen=True, slots=True)
class Decomposed:
    """The steps in an order of evaluation, the last one for the name itself; the variables as they are first read."""

    name: str
    formula: str
    variables: tuple[str, ...]
    steps: tuple[Step, ...]


def _subtracted(operands: tuple[str, ...]) -> str:
    """How a sum with signs − is said; nothing where it has none, or nothing else."""
    less = tuple(operand[1:] for operand in operands if operand.startswith("-"))
    more = tuple(operand for operand in operands if not operand.startswith("-"))
    if not less or not more:
        return ""
    start = f"add {_joined(more)}, and subtract {_joined(less)}"
    return start if len(more) > 1 else f"subtract {_joined(less)} from {more[0]}"


def decompose(formula: str, passage: Passage | None = None) -> Decomposed:
    """The steps of `f = formula`, or of a formula alone, which is called f. Raises DeriveError."""
    statement = _parsed(formula, passage)
    work = _Steps(statement, statement.word(statement.root.parts[0]))
    right = next(part for part in statement.root.parts[1:] if part.kind != "NAME")
    operation, text, operands = work.made(right)
    if not work.variables:
        work.refuse(right, "there is no variable in this formula", "write f = (x + y)*z")
    if work.name in work.variables:
        work.refuse(right, f"`{work.name}` is on both sides", "give the result a name of its own")
    written = Step(work.name, text, operation, operands)
    return Decomposed(work.name, work.text(right), tuple(work.variables), (*work.steps.values(), written))


def _parsed(formula: str, passage: Passage | None) -> Statement:
    """One statement; the passage says where the formula stands in a file."""
    head = HEAD.match(formula)
    plain = formula if head is None else formula[: head.start(1)] + " " * len(head.group(1)) + formula[head.end(1) :]
    plain = COMMENT.sub(lambda met: " " * len(met.group()), plain)
    named = plain if re.search(r"(?<![=!<>])=(?!=)", plain) else f"f = {plain.strip()}"
    at = passage if passage is not None and len(named) == len(passage.text) else None
    where = python_passage("formula", named) if at is None else Passage(at.file, named, at.starts)
    good, bad = statements(where, {})
    if bad:
        raise DeriveError(*bad.values())
    if len(good) != 1:
        raise DeriveError(Problem(where.place(0), f"there are {len(good)} formulas here", "give one: f = (x + y)*z"))
    return good[0]


@dataclass(slots=True)
class _Steps:
    """The steps so far, by what they are, so that equal parts share one."""

    statement: Statement
    name: str
    variables: dict[str, None] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.taken = {self.name, *KNOWN, *TABLE, *SELECTIONS, *self._names(self.statement.root)}

    def _names(self, top: Node) -> Iterator[str]:
        waiting = [top]
        while waiting:
            node = waiting.pop()
            if node.kind in ("name", "NAME"):
                yield self.statement.word(node)
            waiting.extend(node.parts)

    def text(self, node: Node) -> str:
        """What the user wrote there, on one line."""
        return " ".join(self.statement.text(node).split())

    def refuse(self, node: Node, what: str, mend: str) -> NoReturn:
        raise DeriveError(Problem(self.statement.place(node), what, mend, None, self.statement.excerpt(node)))

    def made(self, node: Node) -> Made:
        """The one operation that a node is, its operands by their names."""
        if self._is_constant(node):
            return "copy", self._constant(node), (self._constant(node),)
        found = {
            "sum": self._sum, "product": self._product, "power": self._power, "signed": self._signed,
            "call": self._call, "bracket": self._bracket, "name": self._copied,
        }.get(node.kind)  # fmt: skip
        if found is None:
            self.refuse(
                node, f"`{self.statement.text(node)}` is no formula of scalars", "write numbers and names alone"
            )
        return found(node)

    def operand(self, node: Node) -> str:
        """A name, a number, a condition; anything else gets a step with a name of its own."""
        if self._is_constant(node):
            return self._constant(node)
        made = self.made(node)
        return made[1] if node.kind == "bracket" else self._called(made)

    def _called(self, made: Made) -> str:
        """The name of a step; equal steps are one, and a copy needs none."""
        operation, text, operands = made
        if operation == "copy":
            return text
        if text not in self.steps:
            self.steps[text] = Step(self._free(), text, operation, operands)
        return self.steps[text].name

    def _free(self) -> str:
        pool = [*POOL, *(f"{POOL[0]}{n}" for n in range(1, len(self.taken) + 2))]
        name: str = next(free for free in pool if free not in self.taken)
        self.taken.add(name)
        return name

    def _is_constant(self, node: Node) -> bool:
        return all(name in KNOWN or name in TABLE for name in self._names(node))

    def _constant(self, node: Node) -> str:
        text = self.text(node)
        return text if node.kind in ("number", "name", "call", "bracket") else f"({text})"

    def _copied(self, node: Node) -> Made:
        name = self.statement.word(node)
        self.variables.setdefault(name)
        return "copy", name, (name,)

    def _sum(self, node: Node) -> Made:
        """a − b + c; the sign of a term is a sign of the sum."""
        text, operands = "", []
        for n, part in enumerate(node.parts[::2]):
            minus = n > 0 and node.parts[2 * n - 1].kind == "MINUS"
            while part.kind == "signed":
                minus ^= sum(sign.kind == "MINUS" for sign in part.parts) % 2 == 1
                part = part.parts[-1]
            sign = ("-" if minus else "") if n == 0 else " - " if minus else " + "
            operands.append(self.operand(part))
            text += sign + operands[-1]
            operands[-1] = ("-" if minus else "") + operands[-1]
        return "add", text, tuple(operands)

    def _product(self, node: Node) -> Made:
        """a*b*c in one step; a quotient is a step of its own."""
        current: list[str] = [self.operand(node.parts[0])]
        quotient: Made | None = None
        for sign, part in zip(node.parts[1::2], node.parts[2::2], strict=True):
            if sign.kind == "AT":
                self.refuse(sign, "`@` is for vectors and matrices", "write `*` between numbers")
            if quotient:
                current, quotient = [self._called(quotient)], None
            if sign.kind == "TIMES":
                current.append(self.operand(part))
                continue
            top = current[0] if len(current) == 1 else self._called(_times(current))
            below = self.operand(part)
            quotient = ("divide", f"{top}/{below}", (top, below))
        return quotient or _times(current)

    def _power(self, node: Node) -> Made:
        """a**b; a tower from its top down."""
        base, exponents = node.parts[0], node.parts[2::2]
        above = self._exponent(exponents[-1])
        for part in reversed(exponents[:-1]):
            above = self._called(_raised(self._exponent(part), above))
        return _raised(self.operand(base), above)

    def _exponent(self, node: Node) -> str:
        inner = node.parts[-1]
        minus = sum(part.kind == "MINUS" for part in node.parts[:-1]) % 2 == 1
        if not minus:
            return self.operand(inner)
        return f"(-{self.operand(inner)})" if self._is_constant(inner) else self._called(self._minus(inner))

    def _minus(self, node: Node) -> Made:
        operand = self.operand(node)
        return "negate", f"-{operand}", (operand,)

    def _signed(self, node: Node) -> Made:
        minus = sum(part.kind == "MINUS" for part in node.parts[:-1]) % 2 == 1
        return self._minus(node.parts[-1]) if minus else self.made(node.parts[-1])

    def _call(self, node: Node) -> Made:
        function = self.statement.word(node)
        self._known(node, function)
        arguments = [self._argument(part) for part in node.parts[1:]]
        text = f"{function}({', '.join(arguments)})"
        return "select" if function in SELECTIONS else "apply", text, (function, listed(arguments))

    def _known(self, node: Node, function: str) -> None:
        scalar = [name for name, row in TABLE.items() if not row.axes]
        if function not in (*scalar, *SELECTIONS):
            row = refusal(function)
            if row is not None:
                self.refuse(node, *row)
            near = did_you_mean(function, (*scalar, *SELECTIONS)) or "use tanh, exp, log, sqrt, sigmoid, relu, …"
            what = "takes a whole vector" if function in TABLE else "is no function of scalars that is known"
            self.refuse(node, f"`{function}` {what}", near)

    def _argument(self, node: Node) -> str:
        return self._condition(node) if node.kind == "condition" else self.operand(node)

    def _condition(self, node: Node) -> str:
        parts = [self.statement.word(p) if p.kind == "RELATION" else self.operand(p) for p in node.parts]
        return " ".join(parts)

    def _bracket(self, node: Node) -> Made:
        return "select", f"[{self._condition(node.parts[0])}]", ()


def _joined(operands: tuple[str, ...]) -> str:
    """x, y and y, each as often as it stands there."""
    return " and ".join([", ".join(operands[:-1]), operands[-1]] if len(operands) > 1 else operands)


def _times(operands: list[str]) -> Made:
    return "multiply", "*".join(operands), tuple(operands)


def _raised(base: str, exponent: str) -> Made:
    return "raise", f"{base}**{exponent}", (base, exponent)
