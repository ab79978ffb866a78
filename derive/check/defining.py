"""The definitions of an answer while it is read: names of its own, functions, other names for the problem's."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from derive.check.bound_letters import Bound
from derive.check.code_names import without_specks
from derive.check.conventions import kink_of
from derive.check.define import defined, function_head, is_new, learned, same_as
from derive.check.differentials import is_of_a_bracket
from derive.check.forms import Function, Quantity, called, spelled
from derive.check.functions import WHOLE_FUNCTIONS
from derive.check.judge import Judge, Outcome, readings_of
from derive.check.own import Own
from derive.check.report import Claim, Repaired
from derive.check.show_claim import reading_of
from derive.check.symbols import Symbols
from derive.check.values import Disagree, Open, Unknown
from derive.check.write import write
from derive.syntax.tree import Name, Node, Number

Definition = tuple[Name, Node, "tuple[Bound, ...]", int]
"""A name, its right side, the ranges that stand beside it, and the number of its question."""


Head = tuple[Node, Node, int]
"""f(x), its right side, and the number of its question."""


@dataclass(eq=False, kw_only=True)
class Defining:
    """The names that an answer defines."""

    symbols: Symbols
    ahead: Sequence[Definition] = ()
    heads_ahead: Sequence[Head] = ()
    heads: list[Head] = field(default_factory=list)
    """The functions that it defines, f(x) = …"""
    definitions: list[Definition] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    """Names that were looked up ahead, until their definitions are met."""
    question: int = 0
    judge: Judge = field(init=False)
    own: Own = field(init=False)

    def judged(self, left: Node, right: Node) -> Outcome:
        """Whether two sides agree."""
        raise NotImplementedError

    def define(self, claim: Claim, left: Node, right: Node) -> Claim | None:
        """A definition, if the claim is one: given."""
        call = function_head(left)
        if call is not None and not self._is_of_quantity(*call) and not is_of_a_bracket(self.symbols, left, right):
            return self._define_function(claim, call[0], call[1], left, right)
        if not isinstance(left, Name):
            return None
        ahead = left.tex in self.known
        if not ahead and not is_new(self.judge, left):
            other = self.symbols.is_capital_of_small(left) or self.symbols.is_row_of_capital(left, right)
            other = other or self.symbols.is_lent(left)
            if not other or self.judged(left, right).answer == "right":
                return None
            self.symbols.forget(left)
        meant = without_specks(self.symbols, left)
        if meant is not None:
            outcome = self.judged(meant, right)
            claim = replace(claim, repairs=(Repaired(claim.tex, write(meant), "_ is read as a speck", outcome.answer),))
        if ahead:
            self.known.remove(left.tex)
            return replace(claim, verdict="given", own=True, reading=reading_of(left, right))
        self.definitions.append((left, right, self.judge.ranges, self.question))
        try:
            self._learn(left, right)
        except Disagree as problem:
            return self._without_shape(replace(claim, why=str(problem), reading=reading_of(left, right)), left, right)
        except Unknown as problem:
            return replace(claim, verdict="unknown", why=str(problem), reading=reading_of(left, right))
        return replace(claim, verdict="given", own=True, reading=reading_of(left, right))

    def _is_of_quantity(self, function: Name | Number, argument: Name) -> bool:
        """Whether this is det S of a quantity S, rather than a function at its letter."""
        known = isinstance(function, Name) and any(
            isinstance(m, Function) and m.name in WHOLE_FUNCTIONS for m in self.symbols.meanings(function)[:1]
        )
        return known and any(isinstance(m, Quantity) for m in self.symbols.meanings(argument))

    def _without_shape(self, claim: Claim, left: Name, right: Node) -> Claim:
        """A definition by what does not go together, in any reading; what rests on it is wrong too."""
        if any(self.judge.has_value(right, reading) for reading in readings_of(right)):
            return replace(claim, verdict="unknown")
        self.symbols.broken[called(left)] = claim.why
        rests = self.judge.rests_on_broken(right)
        return replace(claim, verdict="wrong", follows="yes" if rests else "no")

    def _learn(self, left: Name, right: Node) -> None:
        """Take over a name that the answer defines. Raises Disagree, Unknown."""
        try:
            found = defined(self.judge, left, right)
        except Open:
            self.symbols.open[spelled(left)] = right
            return
        same = same_as(self.judge, found)
        if same is not None and self.symbols.slice_of(right) is not None:
            one = replace(same, role="parameter")  # the same numbers, here as a row or as a column
            self.symbols.learn(replace(found.form, tensor=one))
            self.symbols.slices.add((one.name, one.role))
        elif same is not None:
            self.symbols.learn(replace(found.form, tensor=same))
        else:
            self.symbols.rights[found.form.tensor] = left, right, self.judge.ranges
            if self.symbols.slice_of(right) is not None:
                self.symbols.slices.add((found.form.tensor.name, found.form.tensor.role))
            learned(self.judge, found)
            self.own.learn(found)

    def look_ahead(self) -> None:
        """Names that a question uses before it defines them, where it defines them once."""
        for head, right, question in self.heads_ahead:
            call = function_head(head) if question == self.question else None
            if call is not None:
                self._define_function(Claim(0, 0, "", "given"), *call, head, right)
        own = [one for one in self.ahead if one[3] == self.question]
        said = [left.tex for left, *_ in own]
        for left, right, ranges, _ in own:
            self.judge.ranges = ranges
            if said.count(left.tex) == 1 and is_new(self.judge, left):
                with suppress(Disagree, Unknown):
                    self._learn(left, right)
                    self.known.add(left.tex)

    def _define_function(
        self, claim: Claim, name: Name | Number, letter: Name, left: Node, right: Node
    ) -> Claim | None:
        """f(x) = …, for every x."""
        if isinstance(name, Number):
            return None
        if any(isinstance(m, Quantity) for m in self.symbols.meanings(name)):
            return None
        claim = replace(claim, reading=reading_of(left, right))
        if self.symbols.meanings(name):
            outcome = self.judge.functions_agree(left, right, spelled(letter))
            return replace(
                claim, verdict=outcome.answer, why=outcome.why, under=kink_of(self.judge, name, spelled(letter), right)
            )
        self.heads.append((left, right, self.question))
        self.judge.functions = {**self.judge.functions, name.base + "′" * name.primes: (spelled(letter), right)}
        self.judge.define(self.judge.settings)
        return replace(claim, verdict="given", own=True)
