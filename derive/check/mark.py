"""An answer read from top to bottom: each claim is judged, and what it defines is known from then on.

Two sets of points are kept. At one, every quantity is what it truly is: a claim that holds there is right. At the
other, every bar is what the answer has said that it is: a claim that holds there follows from the lines above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from derive.check.about import kind_of
from derive.check.adding import Adding
from derive.check.beside import ends_of, orders_of, ranges_of
from derive.check.code_names import as_printed, with_derivatives, written_anew
from derive.check.conventions import convention, conventions, kinks_of
from derive.check.define import arrays_of, function_head
from derive.check.defining import Defining
from derive.check.differentials import (
    DOTTED,
    WORDS,
    along_a_direction,
    as_two_sides,
    is_between_differentials,
    is_forward,
    is_of_a_bracket,
    judged_as_change,
    judged_in_total,
    with_deltas,
    with_dots,
)
from derive.check.entries import USUAL, Reading
from derive.check.forms import spelled
from derive.check.judge import Judge, Outcome, digits_of, readings_of
from derive.check.labelled import with_labels
from derive.check.layouts import Layout, laid_out
from derive.check.marked import Marked
from derive.check.own import Own
from derive.check.questions import begins
from derive.check.relations import EQUALITIES, after_colon, as_added, other_claim, with_inner_products
from derive.check.renames import renames
from derive.check.repair import plausible
from derive.check.report import Claim, Follows, Repaired, Verdict
from derive.check.setting import Setting
from derive.check.show_claim import Head, example_of, head_of, reading_of
from derive.check.sides import is_arithmetic, is_differential, is_zero, named, place_in, says_a_number, without_number
from derive.check.spellings import spelled_out
from derive.derivation import Derivation
from derive.notation.expression import Tensor
from derive.referee.world import key_of
from derive.syntax.extract import Formula
from derive.syntax.read import Statement, Unreadable, statements
from derive.syntax.tree import Dots, List, Name, Node, Relation

ORDER = {"right": 0, "given": 0, "wrong": 1}


CONTRIBUTION = "one contribution of several"
ZEROS = re.compile(r"\s*(?:0(?:\.0*)?|(?:\w+\.)?zeros(?:_like)?\(.*\))\s*")
"""Where a sum begins: nothing has been added yet."""
Meant = tuple[Node, Node, Reading]
"""The sides of a claim as it was plausibly meant, and how they are read."""


@dataclass(eq=False, kw_only=True)
class Marking(Defining):
    """The state while an answer is read."""

    derivation: Derivation
    points: tuple[Setting, ...]
    layout: Layout = "usual"
    case_points: tuple[Setting, ...] = ()
    adds: frozenset[str] = frozenset()
    """Quantities whose bars the answer adds up line by line."""
    added: set[str] = field(default_factory=set)
    previous: Node | None = None
    last: Node | None = None
    renamed: tuple[str, Judge] | None = None
    starts: bool = False
    """Whether a new question has begun since the last claim."""
    _printed: dict[Node, Node] = field(default_factory=dict)
    changes: bool = True
    """Whether the d of an equation that goes forward may be a change; not where the answer's d are error signals."""
    changed: bool = False
    signals: bool = False
    """Whether a d has been read as a change, and whether one is right as an error signal."""
    chosen: str = ""
    """The cost that the answer chose where the problem has none: ȳ = 1."""

    def __post_init__(self) -> None:
        self.judge = Judge(self.points, self.symbols)
        self.adding = Adding(self.derivation)
        self.own = Own(self.derivation, self.symbols, self.points)
        self.case = Judge(self.case_points, self.symbols) if self.case_points else None
        self.look_ahead()

    def formula(self, formula: Formula, prose: str = "") -> Iterator[Marked]:
        """The claims of one formula; prose: the text before it, with its lines."""
        if begins(prose):
            self.starts, self.question = True, self.question + 1
            self.look_ahead()
        try:
            for statement in statements(formula.source, self.symbols.words, formula.mode):
                yield from self._of_kind(self._statement(statement, formula))
        except Unreadable as problem:
            yield Marked(self._unreadable(formula, problem), starts=self.starts)
            self.starts = False
        except RecursionError:
            yield Marked(Claim(formula.line, formula.column, formula.tex, "unreadable", why="it is nested too deep"))

    def _of_kind(self, found: Iterator[Marked]) -> Iterator[Marked]:
        """Claims, each with its kind, and whether a new question starts with it."""
        for marked in found:
            made = {spelled(left) for left, *_ in (*self.definitions, *self.ahead)}
            kind = kind_of(self.symbols, marked.claim.verdict, marked.left, marked.right, made)
            yield replace(marked, kind=kind, starts=self.starts)
            self.starts = False

    def _unreadable(self, formula: Formula, problem: Unreadable) -> Claim:
        line, column = place_in(formula, problem.at)
        why = f"{problem.message}" + (f": {problem.suggestion}" if problem.suggestion else "")
        return Claim(line, column, formula.tex, "unreadable", why=why, before=formula.before)

    def _statement(self, statement: Statement, formula: Formula) -> Iterator[Marked]:
        node = statement.node
        if not isinstance(node, Relation):
            return
        if not any(relation in EQUALITIES for relation in node.relations):
            return  # x ∈ ℝᴺ, k ≠ i: a condition
        if any(isinstance(one, Dots) for one in ends_of(node)):
            return  # h = 1, …, H: what a letter runs over
        before, node = after_colon(with_inner_products(node))
        sides = list(node.sides)
        if formula.kind == "code":
            sides = [with_derivatives(self.symbols, side) for side in sides]
        sides = [spelled_out(self.symbols, side, n == 0) for n, side in enumerate(sides)]
        if isinstance(sides[0], Dots) and not sides[0].tex:
            if self.previous is None:
                return
            sides[0] = self.previous
        else:
            self.last = None
        if isinstance(sides[0], List):
            sides[0] = sides[0].items[-1]
        sides[0] = named(self.symbols, without_number(self.symbols, sides[0]))
        self.previous = sides[0]
        conditions = (*before, *statement.conditions)
        self.judge.ranges = self.own.judge.ranges = ranges_of(conditions)
        self.judge.orders = self.own.judge.orders = orders_of(conditions)
        yield from self._chain(sides, node.relations, formula)

    def _chain(self, sides: list[Node], relations: Sequence[str], formula: Formula) -> Iterator[Marked]:
        """The claims of a = b = c; what stands between b and c in a = b ≤ c is another, and what follows is on c."""
        left = sides[0]
        if len(sides) > 2 and is_zero(sides[-1]) and all(head_of(self.symbols, one).name for one in sides[:-1]):
            for one in sides[:-1]:  # quantities of different shapes are zero, each for itself
                yield self._claim(one, sides[-1], "=", formula)
            return
        for before, side, relation in zip(sides[:-1], sides[1:], relations, strict=True):
            if relation in EQUALITIES:
                yield self._claim(left, side, relation, formula)
                self.last = self._as_printed(side, formula)
                continue
            line, column = place_in(formula, max(side.at, 0))
            claim = Claim(line, column, side.tex or formula.tex, "unknown", before=formula.before)
            found = other_claim(self.judge, claim, before, relation, side)
            if found is not None:
                yield Marked(found)
            left, self.last = side, None

    def _claim(self, left: Node, right: Node, relation: str, formula: Formula) -> Marked:
        at = left.at if self.last is None and left.at >= 0 else right.at
        line, column = place_in(formula, max(at, 0))
        head = head_of(self.symbols, left)
        tex = (
            formula.tex[left.at : right.at + len(right.tex)]
            if self.last is None and 0 <= left.at < right.at
            else right.tex
        )
        claim = Claim(
            line, column, tex or formula.tex, "unknown", name=head.name, form=head.form, before=formula.before
        )
        left, right = self._as_printed(left, formula), self._as_printed(right, formula)
        left, right = with_deltas(self.symbols, left, right)
        moving = with_dots(self.symbols, left, right)
        if moving is not None:
            found = self._change(claim, *moving)
            under = tuple(DOTTED for _ in found.claim.under)
            return replace(found, claim=replace(found.claim, under=under, reading=reading_of(left, right)))
        defined = self.define(claim, left, right)
        if defined is not None:
            return Marked(defined)
        if is_of_a_bracket(self.symbols, left, right):
            return self._change(claim, left, right)
        if is_arithmetic(left) and is_arithmetic(right):
            outcome = self.judge.of_numbers(left, right)
            verdict: Verdict = outcome.answer
            return Marked(replace(claim, verdict=verdict, why=outcome.why, reading=reading_of(left, right)))
        if head.is_input and is_arithmetic(right) and not head.shaped:
            return Marked(replace(claim, verdict="given", reading=reading_of(left, right)), left)
        if head.name == self.derivation.cost and is_differential(left) and is_differential(right):
            return Marked(judged_in_total(self.judge, claim, left, right, self._readings(left, right)), left, right)
        if head.is_bar:
            relation, right = as_added(left, relation, right)
        outcome = self.judged(left, right)
        labelled = with_labels(self.symbols, left, right) if outcome.answer != "right" else None
        if labelled is not None:
            left, right = labelled
            outcome = self.judged(left, right)
        if head.is_bar and (relation == "+=" or head.name in self.adds):
            added, bar_of_it = self._added(claim, left, right, relation, outcome), self.own.bar_of(left)
            lacks = self.adding.left(bar_of_it) if bar_of_it is not None and CONTRIBUTION in added.under else ()
            if added.verdict != "wrong" or relation != "+=":
                return Marked(added, left, right, lacks=lacks)
            return Marked(added, left, right, outcome.reading, self.judge.frozen(), goals=self._goals(bar_of_it))
        if outcome.answer != "right" and head.is_given_bar and convention(right):
            return Marked(self._choose(claim, left, right, head.name))
        return self._marked(claim, left, right, outcome, head)

    def _goals(self, tensor: Tensor | None) -> tuple[Judge, ...]:
        """Points at which a bar is what is still to be added to it."""
        if tensor is None:
            return ()
        found, points = list[Judge](), self.judge.settings
        for arrays in self.adding.goals(tensor, points):
            judge = self.judge.frozen()
            judge.define([s.knowing({key_of(tensor): array}) for s, array in zip(points, arrays, strict=True)])
            found.append(judge)
        return tuple(found)

    def _as_printed(self, side: Node, formula: Formula) -> Node:
        """A side of a line of code, or of ASCII, as mathematics, always the same node."""
        code = formula.kind == "code"
        if not code and not (formula.kind == "plain" and formula.source.isascii()):
            return side
        met = self._printed.get(side)
        if met is None:
            met = self._printed[side] = as_printed(self.symbols, side) if code else written_anew(side)
        return met

    def _marked(self, claim: Claim, left: Node, right: Node, outcome: Outcome, head: Head) -> Marked:
        agreed = self._agreed(left, right) if outcome.answer == "wrong" else None
        if agreed is not None:
            words, outcome = agreed
            self.own.says(left, right, outcome, self.last)
            reading = reading_of(left, right)
            return Marked(replace(claim, verdict="right", follows="yes", under=(words,), reading=reading), left, right)
        bound = self._bound(claim, left, right) if outcome.answer == "wrong" and head.is_bar else None
        if bound is not None:
            return Marked(bound, left, right)
        along = self._along(left, right) if outcome.answer == "wrong" else None
        if along is not None and along.answer == "right":
            reading = reading_of(left, right)
            return Marked(replace(claim, verdict="right", follows="yes", under=(WORDS,), reading=reading), left, right)
        if along is not None and along.why:  # ∂F/∂W dW is a sum over both axes of W
            return Marked(replace(claim, verdict="unknown", why=along.why, reading=reading_of(left, right)))
        verdict: Verdict = "given" if outcome.answer == "right" and head.is_forward else outcome.answer
        follows = self._follows(left, right, outcome) if verdict in ("right", "wrong") else "n/a"
        under = [
            *conventions(outcome.reading, self.layout == "rows"),
            *([self.chosen] if self.chosen and verdict == "right" else []),
        ]
        agreed_on = tuple(under) if verdict in ("right", "given") else ()
        claim = replace(claim, verdict=verdict, follows=follows, under=agreed_on, why=outcome.why)
        claim = replace(claim, reading=reading_of(left, right))
        read_so = outcome.reading
        if verdict not in ("right", "given"):
            repairs, meant = self._repairs(left, right)
            claim = replace(claim, repairs=repairs, under=self._kinks(meant, repairs))
            if meant is not None and (verdict == "unknown" or not head.name):
                left, right, read_so = meant
        if verdict == "wrong":
            claim = replace(claim, example=example_of(self.judge, left, right, outcome.reading))
        self.signals = self.signals or (verdict == "right" and head.is_bar and is_differential(left))
        self.own.says(left, right, outcome, self.last)
        if verdict == "wrong" and self.last is None:
            self.own.state(left, right)
            cost = self.derivation.network.tensors.get(head.name) if head.name == self.derivation.cost else None
            found = renames(self.judge, claim, cost, left, right) if head.is_bar and cost is not None else None
            self.renamed = found or self.renamed
        return Marked(claim, left, right, read_so, self.judge.frozen(), made=tuple(self.definitions))

    def _bound(self, claim: Claim, left: Node, right: Node) -> Claim | None:
        from derive.check.constrained import bound_claim

        read = replace(claim, reading=reading_of(left, right))
        return bound_claim(self.judge, read, left, right, self._readings(left, right))

    def _along(self, left: Node, right: Node) -> Outcome | None:
        """An equation between differentials, for changes along a direction; None for another equation."""
        forward = self.changes and is_forward(self.symbols, left, right)
        sides = as_two_sides(left, right) if is_between_differentials(left, right) else None
        if forward:
            sides = left, right
        if sides is None:
            return None
        judge = along_a_direction(self.judge, self.symbols, left, right)
        outcome = judge.judged(*sides, self._readings(*sides))
        if forward and outcome.answer != "right":
            return None
        self.changed = self.changed or forward
        return outcome

    def _change(self, claim: Claim, left: Node, right: Node) -> Marked:
        """d(H^{-1}) = …, which no error signal is."""
        claim, reading, judge = judged_as_change(self.judge, claim, left, right, self._readings(left, right))
        return Marked(claim, left, right, reading, judge)

    def _added(self, claim: Claim, left: Node, right: Node, relation: str, outcome: Outcome) -> Claim:
        """dx += …: some of the contributions to a bar; the whole bar counts too, where it is set and not added to."""
        self.added.add(claim.name)
        claim = replace(claim, reading=reading_of(left, right, "+=" if relation == "+=" else "="))
        if outcome.answer == "right" and relation != "+=":
            return replace(claim, verdict="right", follows="yes")
        if relation != "+=" and ZEROS.fullmatch(claim.tex.partition("=")[2] or claim.tex):
            return replace(claim, verdict="right", follows="yes", under=(CONTRIBUTION,))
        tensor = self.own.bar_of(left)
        arrays = None if tensor is None else arrays_of(self.judge, left, right, outcome.reading, tensor)
        if tensor is not None and not self.adding.knows(tensor) and outcome.answer != "right":
            why = "what is added to it differs from position to position"
            return replace(claim, verdict="unknown", why=why)
        if tensor is None or arrays is None:
            follows: Follows = "no" if outcome.answer == "wrong" else "n/a"
            return replace(claim, verdict=outcome.answer, follows=follows, why=outcome.why)
        if self.adding.takes(tensor, arrays, self.judge.settings):
            return replace(claim, verdict="right", follows="yes", under=(CONTRIBUTION,))
        why = "this is no contribution to it that is still to be added"
        return replace(claim, verdict="wrong", follows="no", why=why)

    def judged(self, left: Node, right: Node) -> Outcome:
        try:
            return self.judge.judged(left, right, self._readings(left, right))
        except RecursionError:
            return Outcome("unknown", USUAL, "it is nested too deep")

    def _plain(self, left: Node, right: Node) -> Outcome:
        """A claim that is read otherwise; one of a function holds for every argument."""
        call = function_head(left)
        if call is not None and isinstance(call[0], Name) and self.symbols.meanings(call[0]):
            return self.judge.functions_agree(left, right, spelled(call[1]))
        return self.judged(left, right)

    def _readings(self, left: Node, right: Node) -> tuple[Reading, ...]:
        return laid_out(readings_of(left, right), self.layout)

    def _follows(self, left: Node, right: Node, outcome: Outcome) -> Follows:
        """From the lines above: by our rule from the answer's own bars, or as the answer has it already."""
        if outcome.broken:
            return "yes"
        if not self.own.differs and (outcome.answer == "right" or self.last is None):
            return "yes" if outcome.answer == "right" else "no"
        return "yes" if self.own.holds(left, right, self._readings(left, right), self.last) else "no"

    def _agreed(self, left: Node, right: Node) -> tuple[str, Outcome] | None:
        """A claim that holds under what the answer, or the problem's training case, says; and that in words."""
        if self.renamed is not None:
            words, judge = self.renamed
            outcome = judge.judged(left, right, self._readings(left, right))
            if outcome.answer == "right":
                return words, outcome
        if self.case is not None and (says_a_number(right) or is_arithmetic(right)):
            outcome = self.case.judged(left, right, self._readings(left, right))
            exact = outcome.answer == "right" and not digits_of(right)
            if exact or self.case.as_given(left, right):
                outcome = replace(outcome, answer="right")
                return "the values of the training case", outcome
        return None

    def _repairs(self, left: Node, right: Node) -> tuple[tuple[Repaired, ...], Meant | None]:
        """The plausible readings of a garbled claim, each with its own verdict; the likeliest one's sides."""
        found: list[tuple[Repaired, Meant, bool]] = []
        tex = f"{left.tex} = {right.tex}"
        for repair in plausible(tex):
            try:
                node = statements(repair.tex)[0].node
            except (Unreadable, IndexError):
                continue
            if isinstance(node, Relation) and len(node.sides) > 1:
                outcome = self._plain(node.sides[0], node.sides[1])
                forward = outcome.answer == "right" and head_of(self.symbols, node.sides[0]).is_forward
                verdict: Verdict = "given" if forward else outcome.answer
                one = Repaired(repair.tex, repair.tex, "; ".join(repair.words), verdict, outcome.why)
                found.append((one, (node.sides[0], node.sides[1], outcome.reading), np.isfinite(outcome.apart)))
        found.sort(key=lambda one: (ORDER.get(one[0].verdict, 9), not one[2]))
        return tuple(one for one, _, _ in found[:3]), found[0][1] if found else None

    def _kinks(self, meant: Meant | None, repairs: tuple[Repaired, ...]) -> tuple[str, ...]:
        """What a garbled definition of a slope says of its kink."""
        return kinks_of(self.judge, *meant[:2]) if meant is not None and repairs[0].verdict == "right" else ()

    def _choose(self, claim: Claim, left: Node, right: Node, name: str) -> Claim:
        """ȳ = 1 where the problem leaves the cost open: the answer's cost is 1ᵀy, and what follows is judged by it."""
        tensor = self.derivation.network.tensors[name]
        self.chosen = f"{name}̄ = 1, i.e. the cost 1ᵀ{name}"
        self.own.choose(tensor)
        self.judge.define([self.own.chosen(setting, tensor) for setting in self.judge.settings])
        return replace(claim, verdict="right", follows="n/a", under=(self.chosen,), reading=reading_of(left, right))
