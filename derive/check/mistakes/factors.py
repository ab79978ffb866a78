"""Two products side by side: their factors aligned in order, some missing or too many, otherwise joined or grouped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from derive.check.mistakes.difference import FAR, PART, Chosen, Comparing, Difference, Letters, Match
from derive.check.mistakes.say import say
from derive.check.mistakes.scene import ENTRYWISE
from derive.check.surgery import product
from derive.syntax.tree import Big, Fenced, Node, Number, Product, Times, edited

Move: TypeAlias = Literal["both", "gone", "more", "group", "rest"]
SIGNS = {"odot": "⊙", "cdot": "·"}


@dataclass(frozen=True, slots=True)
class Step:
    """How some factors of the writer's, from i to before `till`, stand beside ours, from j to before `to`."""

    move: Move
    i: int
    j: int
    till: int
    to: int
    match: Match | None = None


@dataclass(eq=False)
class Factors:
    """The writer's product a beside ours, b."""

    compare: Comparing
    a: Node
    b: Node
    letters: Letters
    mine: list[tuple[Node, str]] = field(init=False)
    own: list[tuple[Node, str]] = field(init=False)
    _met: dict[tuple[int, int, str], tuple[float, tuple[Step, ...]]] = field(default_factory=dict)
    _runs: dict[tuple[bool, int, int], Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.mine, self.own = self._units(self.a), self._units(self.b)

    def _units(self, node: Node) -> list[tuple[Node, str]]:
        """Each factor, a function with its argument, and the sign before it."""
        if not isinstance(node, Times):
            return [(node, "")]
        found: list[tuple[Node, str]] = []
        for start, stop in self.compare.scene.units(node):
            whole = (start, stop) == (0, len(node.factors))
            if whole:
                return [(node, "")]
            unit = product(node.factors[start:stop], node.joins[start : stop - 1])
            found.append((unit, node.joins[start - 1] if start else ""))
        return found

    def match(self) -> Match | None:
        if len(self.mine) == len(self.own) == 1:
            return self._unit()
        cost, steps = self._best(0, 0, "")
        return self._built(cost, steps) if cost < FAR else None

    def _unit(self) -> Match | None:
        """σ′(z) beside σ(z); ∂ E beside ∂ L."""
        if not (isinstance(self.a, Times) and isinstance(self.b, Times) and self.a.joins == self.b.joins):
            return None
        a = self.a
        inner = [self.compare.match(x, y, self.letters) for x, y in zip(a.factors, self.b.factors, strict=True)]

        def built(chosen: Chosen) -> Node:
            after = tuple(m.built(chosen) for m in inner)
            same = all(x is y for x, y in zip(after, a.factors, strict=True))
            return a if same else edited(a, factors=after)

        return Match(sum(m.cost for m in inner), tuple(d for m in inner for d in m.found), built)

    def _best(self, i: int, j: int, before: str) -> tuple[float, tuple[Step, ...]]:
        """The cheapest way for the factors from i and from j on."""
        if (i, j) == (len(self.mine), len(self.own)):
            return 0.0, ()
        key = (i, j, before)
        if key not in self._met:
            found: tuple[float, tuple[Step, ...]] = (FAR, ())
            for cost, step in self._steps(i, j, before):
                rest, steps = self._best(step.till, step.to, step.move)
                found = min(found, (cost + rest, (step, *steps)), key=lambda way: way[0])
            self._met[key] = found
        return self._met[key]

    def _steps(self, i: int, j: int, before: str) -> Iterator[tuple[float, Step]]:
        m, n = len(self.mine), len(self.own)
        if i < m and j < n and (m, n) != (1, 1):
            match = self._one(i, j)
            joined = bool(i and j and before == "both" and self._differ(i, j))
            yield match.cost + joined, Step("both", i, j, i + 1, j + 1, match)
        if i < m:
            yield (
                (0.1 if before == "gone" else 1.0) + PART * self.compare.size(self.mine[i][0]),
                Step("gone", i, j, i + 1, j),
            )
        if j < n:
            yield (
                (0.1 if before == "more" else 1.0) + PART * self.compare.size(self.own[j][0]),
                Step("more", i, j, i, j + 1),
            )
        yield from self._groups(i, j)

    def _one(self, i: int, j: int) -> Match:
        return self.compare.match(self.mine[i][0], self.own[j][0], self.letters)

    def _differ(self, i: int, j: int) -> bool:
        return (self.mine[i][1] in ENTRYWISE) != (self.own[j][1] in ENTRYWISE)

    def _groups(self, i: int, j: int) -> Iterator[tuple[float, Step]]:
        """a b beside (a ∘ b), and the other way round; what a Σ is over beside the same without it."""
        m, n = len(self.mine), len(self.own)
        whole = i == j == 0
        if i < m and j < n:
            ours, theirs = self.own[j][0], self.mine[i][0]
            if isinstance(ours, Big) and j == n - 1 and m - i > 1 and not (whole and n == 1):
                match = self.compare.match(self._run(self.mine, i, m), ours, self.letters)
                yield match.cost, Step("rest", i, j, m, n, match)
            if isinstance(theirs, Big) and i == m - 1 and n - j > 1 and not (whole and m == 1):
                match = self.compare.match(theirs, self._run(self.own, j, n), self.letters)
                yield match.cost, Step("rest", i, j, m, n, match)
            if isinstance(ours, Fenced) and isinstance(ours.body, Times):
                for till in range(i + 2, m + 1):
                    if (i, till, n) != (0, m, 1):
                        match = self.compare.match(self._run(self.mine, i, till), ours.body, self.letters)
                        yield max(1.0, match.cost), Step("group", i, j, till, j + 1, match)
            if isinstance(theirs, Fenced) and isinstance(theirs.body, Times):
                for to in range(j + 2, n + 1):
                    if (j, to, m) != (0, n, 1):
                        match = self.compare.match(theirs.body, self._run(self.own, j, to), self.letters)
                        yield max(1.0, match.cost), Step("group", i, j, i + 1, to, match)

    def _run(self, units: list[tuple[Node, str]], start: int, stop: int) -> Node:
        """Some factors as a product of their own; the same object for the same ones."""
        factors = [unit for unit, _ in units[start:stop]]
        key = (units is self.mine, start, stop)
        if key not in self._runs:
            nodes: list[Node] = []
            joins: list[str] = []
            for n, (factor, join) in enumerate(units[start:stop]):
                joins += [join] if n else []
                inner = factor if isinstance(factor, Times) else Times((factor,), ())
                nodes += inner.factors
                joins += inner.joins
            self._runs[key] = Times(tuple(nodes), tuple(joins)) if len(nodes) > 1 else factors[0]  # type: ignore[arg-type]
        return self._runs[key]

    def _built(self, cost: float, steps: tuple[Step, ...]) -> Match:
        changes: dict[int, Difference] = {}
        joins: dict[int, Difference] = {}
        for n, step in enumerate(steps):
            before = steps[n - 1] if n else None
            if step.move in ("gone", "more"):
                changes[n] = self._run_of(steps, n, changes)
            elif step.move == "group":
                changes[n] = self._grouped(step)
            if step.move == "both" and before is not None and before.move == "both" and self._differ(step.i, step.j):
                joins[n] = self._joined(step)
        inner = tuple(d for s in steps if s.match is not None for d in s.match.found if s.move != "group")
        found = (*dict.fromkeys([*changes.values(), *joins.values()]), *inner)
        return Match(cost, found, lambda chosen: self._product(steps, changes, joins, chosen))

    def _run_of(self, steps: tuple[Step, ...], n: int, changes: dict[int, Difference]) -> Difference:
        """Factors that are missing, or too many, one after the other, are one difference."""
        step = steps[n]
        if n and steps[n - 1].move == step.move:
            return changes[n - 1]
        last = n
        while last + 1 < len(steps) and steps[last + 1].move == step.move:
            last += 1
        if step.move == "gone":
            gone = self._run(self.mine, step.i, steps[last].till)
            return Difference(lambda: f"without the factor {say(gone)}", "factor", lost=self.compare.size(gone))
        new = self.compare.ours(self._run(self.own, step.j, steps[last].to), self.letters)
        return Difference(lambda: f"the factor {say(new)} is missing", "factor")

    def _grouped(self, step: Step) -> Difference:
        assert step.match is not None
        found, built = step.match.found, step.match.built
        lost = sum(difference.lost for difference in found)

        def said() -> str:
            return " and ".join(d.said() for d in found) or f"take together: ({say(built(frozenset()))})"

        return Difference(said, "join", lost=lost)

    def _joined(self, step: Step) -> Difference:
        sign = SIGNS.get(self.compare.scene.entrywise, "∘")
        entrywise = self.own[step.j][1] in ENTRYWISE
        words = f"{sign} instead of a product" if entrywise else f"a product instead of {sign}"
        return Difference(lambda: words, "join")

    def _product(
        self, steps: tuple[Step, ...], changes: dict[int, Difference], joins: dict[int, Difference], chosen: Chosen
    ) -> Node:
        """The writer's product with some of the differences mended."""
        pieces: list[tuple[Node, str]] = []
        moved = False
        for n, step in enumerate(steps):
            mended = changes.get(n) in chosen
            if step.move == "more" and not mended:
                continue
            if step.move == "gone" and mended:
                moved = True
                continue
            pieces += self._pieces(step, mended, moved or joins.get(n) in chosen, chosen)
            moved = step.move == "more"
        if [p for p, _ in pieces] == [unit for unit, _ in self.mine] and not any(
            join != self.mine[k][1] for k, (_, join) in enumerate(pieces) if k
        ):
            return self.a
        return self._joined_up(pieces)

    def _pieces(self, step: Step, mended: bool, as_ours: bool, chosen: Chosen) -> list[tuple[Node, str]]:
        ours = self._hand(self.own[step.j][1]) if step.j < len(self.own) else ""
        join = self.mine[step.i][1] if step.i < len(self.mine) else ""
        if step.move == "more":
            return [(self.compare.ours(self.own[step.j][0], self.letters), ours)]
        if step.move == "gone":
            return [self.mine[step.i]]
        assert step.match is not None
        if step.move == "group":
            if not mended:
                return self.mine[step.i : step.till]
            made = step.match.built(frozenset(step.match.found))
            if step.till - step.i > 1:
                return [(Fenced("(", ")", made), ours)]
            units = self._units(made)
            return [(units[0][0], ours), *units[1:]]
        return [(step.match.built(chosen), ours if as_ours else join)]

    def _hand(self, join: str) -> str:
        return self.compare.scene.entrywise if join in ENTRYWISE else join

    def _joined_up(self, pieces: list[tuple[Node, str]]) -> Node:
        if not pieces:
            return Number("1", tex="1")
        factors: list[Node] = []
        signs: list[Product] = []
        for n, (piece, join) in enumerate(pieces):
            signs += [join] if n else []  # type: ignore[list-item]
            loose = isinstance(piece, Times) and (not any(piece.joins) or len(pieces) == 1)
            factors += piece.factors if loose and isinstance(piece, Times) else [piece]
            signs += piece.joins if loose and isinstance(piece, Times) else ()
        if len(factors) == 1:
            return factors[0]
        made = tuple(factors), tuple(signs)
        if isinstance(self.a, Times):
            return edited(self.a, factors=made[0], joins=made[1])
        return Times(*made)
