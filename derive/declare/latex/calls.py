"""Functions: what a name before a parenthesis, a factor or a Σ is, and what its scripts say."""

from __future__ import annotations

from collections.abc import Sequence

from derive.declare.latex.asked import Asked, bare, shown
from derive.declare.latex.base import Base
from derive.declare.latex.names import LOGISTIC, function_of, readings
from derive.declare.latex.text import ATOM, Text, held, listed, text
from derive.declare.notyet import refusal
from derive.operators import TABLE
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import Fenced, List, Name, Node, Relation, Scripted, Times
from derive.syntax.unreadable import Unreadable

MATRIX_NORMS = {"op": "spectral_norm", "2": "spectral_norm", "*": "nuclear_norm", "F": "norm"}
"""What stands below the norm of a matrix."""
ROUND = ("(", "[", "{")


class Calls(Base):
    """Functions applied to values."""

    def function(self, node: Node, after: Node | None) -> str | None:
        """The function that a factor is, if it is one; after: the factor that follows it."""
        if not isinstance(node, Name):
            return None
        if node.base == "E" and node.face == "double" and _fence(after) is not None:
            return "expectation"
        if node.base == "e" and (node.sups or node.subs):
            return None
        given = function_of(self.known, node)
        others = [one for one in readings(self.known, node, self.letters) if one.name != self.own or given is None]
        quantity = bool(others) or (node.base in self.letters and not node.accents)
        arguments = after is not None and _fence(after) is not None
        if given is not None and quantity and arguments and node.face != "upright":
            raise Asked(
                node,
                f"{shown(node)} before a parenthesis may be the function, or a factor",
                f"`\\operatorname{{{node.base}}}` for the function",
                f"`{bare(node)} \\cdot` for the factor",
            )
        if quantity and arguments and _is_sigma(node) and len(others) == 1 and not others[0].slots:
            raise Asked(
                node,
                f"{shown(node)} before a parenthesis may be the logistic function, or the quantity of that name",
                "`\\operatorname{sigmoid}` for the function",
                f"`{bare(node)} \\cdot` for the factor",
            )
        if given is not None:
            return None if quantity and not arguments else given
        if quantity:
            return None
        if _is_sigma(node) and arguments:
            self.notes.setdefault(LOGISTIC)
            return "sigmoid"
        if node.base == "E" and node.face == "double":
            return "expectation"
        if (
            node.base in ("1", "I")
            and node.face in ("bold", "double")
            and arguments
            and isinstance(_body(after), Relation)
        ):
            return "[]"
        self._undeclared(node, arguments)
        return None

    def _undeclared(self, node: Name, arguments: bool) -> None:
        """A name that nothing declares, before a parenthesis: a function, or a factor."""
        if not arguments or self.named(node) is not None:
            return
        base = "".join([node.base, *(text_of(s) for s in flat(node.subs))])
        row = refusal(node.base)
        if row is not None:
            raise Unreadable(row[0], node.at, row[1])
        raise Asked(
            node,
            f"{shown(node)} before a parenthesis may be a function or a factor, and nothing declares it",
            f"`functions: {{{base}: abstract}}` for the function",
            f"declare `{base}` under inputs, parameters or constants",
        )

    def applied(self, name: str, head: Name, arguments: Node) -> Text:
        """The call, with what stands below and above the function's name."""
        subs, power = flat(head.subs), list(head.sups)
        if head.primes:
            raise Unreadable(f"{shown(head)} is a slope", head.at, "write the slope's own formula")
        for node in power:
            if node.tex.replace(" ", "") in ("-1", "{-1}"):
                what = f"{shown(head)} may be an inverse function, or one over it"
                raise Asked(head, what, r"`\operatorname{arctanh}` and the like", f"`1/{head.spelled}(...)`")
        outer: list[Node] = []
        if isinstance(arguments, Scripted) and _fence(arguments) is not None:
            outer, subs_after, arguments = flat(arguments.sups), flat(arguments.subs), arguments.body
        else:
            subs_after = []
        if subs_after and subs and self._along(name):
            return self.hung(self._called(name, head, subs, arguments, subs_after), [*power, *outer], head)
        found = self._called(name, head, subs, arguments)
        if subs_after:
            slots = [self.write(slot) for slot in subs_after]
            found = text(found.at, held(found, ATOM), "[", *listed(head.at, slots), "]")
        return self.hung(found, [*power, *outer], head)

    def _along(self, name: str) -> bool:
        """Whether a function runs along an axis, as softmax does."""
        return name in TABLE and TABLE[name].axes == 1 and name not in self.known.context.functions

    def _called(self, name: str, head: Name, subs: list[Node], arguments: Node, entry: Sequence[Node] = ()) -> Text:
        """entry: the slots of softmax_j(S)_{ij}, which are those of its argument."""
        if name == "[]":
            body = _body(arguments)
            assert isinstance(body, Relation)
            return text(head.at, "[", self.condition(body), "]")
        below = [side for s in subs for side in (s.sides[:1] if isinstance(s, Relation) else (s,))]
        indices = [s.base for s in below if isinstance(s, Name) and not (s.subs or s.sups or s.accents)]
        free = [n for n in indices if n not in self.letters and not self.known.is_quantity(n)]

        def values() -> list[Text]:
            found = self._values(arguments)
            if not entry or not found:
                return found
            slots = [self.write(slot) for slot in entry]
            return [*found[:-1], text(head.at, held(found[-1], ATOM), "[", *listed(head.at, slots), "]")]

        found = self.ranged(free, [], lambda: text(head.at, *listed(head.at, values()))) if free else {}
        with self.within(found):
            return self._with_values(name, head, subs, values(), arguments)

    def _with_values(self, name: str, head: Name, subs: list[Node], values: list[Text], arguments: Node) -> Text:
        kind = self.known.context.functions.get(name)
        if kind == "family" and subs:
            slots = [self.write(sub) for sub in subs]
            return text(head.at, self.call(head.at, name, *values), "[", *listed(head.at, slots), "]")
        if name == "log" and [text_of(sub) for sub in subs] == ["2"]:
            return self.call(head.at, "log2", *values)
        leading = [one for sub in subs for one in self._leading(sub, head, name)]
        if not leading:
            self._axis_said(name, head, values, arguments)
        return self.call(head.at, name, *leading, *values)

    def _leading(self, sub: Node, head: Name, name: str) -> list[Text]:
        """The index below softmax_j, or the index and the condition below softmax_{j ≤ i}."""
        if isinstance(sub, Relation):
            first = sub.sides[0]
            index = [text(first.at, first.base)] if name in TABLE and isinstance(first, Name) else []
            return [*index, self.condition(sub)]
        if isinstance(sub, Name) and not (sub.subs or sub.sups or sub.accents):
            return [text(sub.at, sub.base)]
        mend = f"write an index there, or leave it out: `{head.spelled or head.base}`"
        raise Unreadable(f"{shown(sub)} below {shown(head)} is no index", max(sub.at, 0), mend)

    def _axis_said(self, name: str, head: Name, values: list[Text], arguments: Node) -> None:
        """softmax of a matrix: over which axis?"""
        if not self._along(name) or not values:
            return
        shape = self.shape(values[-1])
        if shape is None or len(shape.letters) != 2:
            return
        raise self._which_axis(head, arguments)

    def _which_axis(self, head: Name, arguments: Node) -> Asked:
        """The question, with the line that says it; inside of a formula that line is one of its own."""
        name, whole = self.goal
        alone = isinstance(whole, Times) and whole.factors[0] is head and len(whole.factors) == 2
        fence = _fence(arguments)
        tex = " ".join(arguments.tex.split())
        tex = tex if fence is not None else f"({tex})"
        taken = {*self.letters, *self.known.context.sizes, *self.known.given}
        left = name if alone else next(n for n in "PABGHS" if n not in taken and not self.known.is_quantity(n))
        i, j = [n for n in "ijklmnpqabcd" if n not in taken and n not in self.known.context.letters][:2]
        rows = f"`{left}_{{{i}{j}}} = {head.spelled}_{j}{tex}_{{{i}{j}}}`"
        beside = "" if alone else f" as an equation of its own, and `{left}` here"
        what = f"{shown(head)} of a matrix: along its rows or its columns?"
        return Asked(
            head, what, f"{rows}{beside}: each row sums to one", f"`{head.spelled}_{i}` in it: each column does"
        )

    def _values(self, arguments: Node) -> list[Text]:
        fence = _fence(arguments)
        body = fence.body if fence is not None else arguments
        if isinstance(body, List):
            return [self.write(item) for item in body.items]
        if isinstance(body, Relation) and body.relations == ("|",):
            raise Unreadable("a bar between arguments is not read", max(body.at, 0), "write a comma")
        return [self.write(body)]

    def norm(self, node: Fenced, subs: tuple[Node, ...]) -> Text:
        """‖x‖, ‖x‖₁, ‖A‖_F; of a matrix it has to be said which."""
        inner = self.write(node.body)
        below = "".join(text_of(sub) for sub in flat(subs))
        shape = self.shape(inner)
        matrix = shape is not None and len(shape.letters) == 2
        if matrix and below in MATRIX_NORMS:
            return self.call(node.at, MATRIX_NORMS[below], inner)
        if matrix and below == "":
            what = f"{shown(node)} of a matrix may be the Frobenius norm or the spectral one"
            raise Asked(node, what, f"`{bare(node)}_F`", f"`{bare(node)}_2` for the spectral norm")
        if matrix and below == "1":
            what = f"{shown(node)} of a matrix may be the sum of all entries' sizes, or the largest column's"
            name = bare(node.body)
            name = f"{name}_{{ij}}" if isinstance(node.body, Name) else f"({name})_{{ij}}"
            raise Asked(node, what, f"`\\sum_{{i,j}} |{name}|`", f"`\\max_j \\sum_i |{name}|`")
        if below in ("", "2", "F"):
            return self.call(node.at, "norm", inner)
        if below.isdigit():
            return self.call(node.at, "norm", inner, text(subs[0].at, below))
        raise Unreadable(f"the norm of {shown(node)} with `{below}` below is not known", node.at, "write 1, 2 or F")

    def bars(self, node: Fenced) -> Text:
        """|x|; of a square matrix the determinant, or of each entry."""
        inner = self.write(node.body)
        shape = self.shape(inner)
        if shape is not None and shape.rows and shape.columns and shape.rows.range == shape.columns.range:
            raise Asked(
                node,
                f"{shown(node)} may be the determinant, or the absolute value of each entry",
                f"`\\det({bare(node.body)})`",
                f"`\\operatorname{{abs}}({bare(node.body)})`",
            )
        return self.call(node.at, "abs", inner)


def _is_sigma(node: Name) -> bool:
    return node.base == "sigma" and not (node.accents or node.subs or node.primes)


def _fence(node: Node | None) -> Fenced | None:
    """The parenthesis that a factor is, scripts or none behind it."""
    body = node.body if isinstance(node, Scripted) and not (node.accents or node.primes) else node
    return body if isinstance(body, Fenced) and body.opening in ROUND else None


def _body(node: Node | None) -> Node | None:
    fence = _fence(node)
    return fence.body if fence is not None else None
