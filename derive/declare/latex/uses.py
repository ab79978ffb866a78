"""Uses of the sub-networks of `define` in LaTeX: h = \\mathrm{block}(x, W, b), alone on the right, of quantities."""

from __future__ import annotations

from collections.abc import Collection

from derive.declare.latex.asked import shown
from derive.declare.latex.lefts import Left, nodes
from derive.declare.latex.spelling import stems
from derive.syntax.tree import Fenced, List, Name, Node, Number, Times
from derive.syntax.unreadable import Unreadable


def use_of(left: Left, defined: Collection[str]) -> bool:
    """Whether an equation uses a sub-network; raises Unreadable where other things stand beside the use.

    What a use is given goes into its equations as text, so that it has to be what it is whatever stands around it.
    """
    head = _head(left.right)
    if head is not None and _called(head, defined):
        assert isinstance(left.right, Times) and isinstance(left.right.factors[1], Fenced)
        body = left.right.factors[1].body
        for given in body.items if isinstance(body, List) else (body,):
            if not isinstance(given, (Name, Number)) or (isinstance(given, Name) and _called(given, defined)):
                what = f"{shown(given)} is given to `{head.base}`, and is no name"
                raise Unreadable(what, max(given.at, 0), f"name it: `a = {given.tex}`, and give `a`")
        return True
    for node in nodes(left.right):
        if isinstance(node, Name) and _called(node, defined):
            what = f"the use of `{node.base}` stands beside other things"
            mend = f"give it an equation of its own, `a = {node.tex}(...)`, and write `a` here"
            raise Unreadable(what, max(node.at, 0), mend)
    return False


def _head(right: Node) -> Name | None:
    """The f of f(x), where that is all."""
    if isinstance(right, Times) and len(right.factors) == 2 and right.joins == ("",):
        head, tail = right.factors
        if isinstance(head, Name) and isinstance(tail, Fenced) and tail.opening == "(":
            return head
    return None


def _called(name: Name, defined: Collection[str]) -> bool:
    return any(stem in defined for stem in stems(name))
