"""What our own terms are made of: factors, sums, functions, classes that a writer may have lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.check.mistakes.say import say
from derive.check.mistakes.scene import Lost, Material, Scene
from derive.check.surgery import all_nodes, product
from derive.syntax.tree import Big, Name, Node, Number, Sum, Times, edited


def material(scene: Scene, terms: Sequence[Node]) -> Material:
    """What stands in our terms, each once."""
    nodes = [node for term in terms for node in all_nodes(term)]
    factors = {say(factor): factor for node in nodes if isinstance(node, Times) for factor in _factors(scene, node)}
    wholes = {(lost.part, lost.rest): lost for node in nodes for lost in _wholes(scene, node)}
    names = [node for node in nodes if isinstance(node, Name)]
    functions = {say(name): name for name in names if scene.function(name) is not None}
    classes = {say(name): name for name in names if _is_class(scene, name)}
    ops = dict.fromkeys(["sum", *(node.op for node in nodes if isinstance(node, Big))])
    return Material(
        tuple(factors.values()), tuple(wholes.values()), tuple(functions.values()), tuple(classes.values()), tuple(ops)
    )


def _is_class(scene: Scene, name: Name) -> bool:
    meaning = scene.quantity(name)
    return meaning is not None and meaning.tensor.among is not None


def _factors(scene: Scene, node: Times) -> Iterator[Node]:
    for start, stop in scene.units(node):
        factor = product(node.factors[start:stop], node.joins[start : stop - 1])
        if not isinstance(factor, (Big, Number)):
            yield factor


def _wholes(scene: Scene, node: Node) -> Iterator[Lost]:
    if isinstance(node, Sum) and len(node.terms) > 1:
        for n in range(len(node.terms)):
            terms, signs = ((*p[:n], *p[n + 1 :]) for p in (node.terms, node.signs))
            alone = len(terms) == 1 and signs == ("+",)
            rest = terms[0] if alone else edited(node, terms=terms, signs=signs)
            yield Lost(node, say(edited(node, terms=(node.terms[n],), signs=(node.signs[n],))), say(rest))
    elif isinstance(node, Times):
        for start, stop in scene.units(node):
            if stop - start == 2 and scene.function(node.factors[start]) is not None:
                call = product(node.factors[start:stop], node.joins[start : stop - 1])
                yield Lost(
                    call, say(node.factors[start]), say(node.factors[stop - 1]).removeprefix("(").removesuffix(")")
                )
