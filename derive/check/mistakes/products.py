"""Products that are mixed up: another sign or order, a factor lost or too many, numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from derive.check.mistakes.edit import Change, Spot
from derive.check.mistakes.names import bare_of, has_transpose, reversed_product, scripted
from derive.check.mistakes.say import say
from derive.check.mistakes.scene import ENTRYWISE, Scene, is_number
from derive.check.surgery import inserted, product, without
from derive.syntax.marks import flat
from derive.syntax.tree import Big, Fraction, Name, Node, Number, Scripted, Sum, Times, edited

TWO, HALF = Number("2", tex="2"), Fraction(Number("1"), Number("2"), tex=r"\frac{1}{2}")


def joins(scene: Scene, spot: Spot) -> Iterator[Change]:
    """∘ for a product, a product for ∘."""
    node = spot.node
    if not isinstance(node, Times) or spot.script:
        return
    for (_, stop), _ in pairwise(scene.units(node)):
        n = stop - 1
        if node.joins[n] == "/":
            continue
        entrywise = node.joins[n] in (*ENTRYWISE, "cdot", "*", "times")
        for new in ["", scene.entrywise] if node.joins[n] == "cdot" else ["" if entrywise else scene.entrywise]:
            if new != node.joins[n]:
                made = edited(node, joins=(*node.joins[:n], new, *node.joins[n + 1 :]))
                sign = {"odot": "⊙", "cdot": "·"}.get(scene.entrywise, "∘")
                yield made, f"{sign} instead of a product" if new else f"a product instead of {sign}"


def orders(scene: Scene, spot: Spot) -> Iterator[Change]:
    """b A for A b, b aᵀ for a bᵀ, and the transpose of a whole product."""
    node = spot.node
    if not isinstance(node, Times) or spot.script:
        return
    units = scene.units(node)
    for (a, b), (c, d) in pairwise(units):
        if node.joins[b - 1] == "/":
            continue
        first, second = node.factors[a:b], node.factors[c:d]
        order = (
            *node.joins[:a],
            *node.joins[c : d - 1],
            node.joins[b - 1],
            *node.joins[a : b - 1],
            *node.joins[d - 1 :],
        )
        yield _reordered(node, a, d, (*second, *first), order)
        if has_transpose(first[-1]) != has_transpose(second[-1]) and (b - a == d - c == 1 or {b - a, d - c} == {1, 2}):
            one, other = _crossed(first[-1], second[-1])
            yield _reordered(node, a, d, (*second[:-1], one, *first[:-1], other), order)
    if len(units) == len(node.factors) and not any(node.joins) and len(units) > 1:
        made = reversed_product(scene, node)
        yield made, f"the transpose of that: {say(made)}"


def _reordered(node: Times, start: int, stop: int, new: tuple[Node, ...], order: tuple[str, ...]) -> Change:
    made = edited(node, factors=(*node.factors[:start], *new, *node.factors[stop:]), joins=order)
    return made, f"the other order: {say(product(new, ('',) * (len(new) - 1)))}"


def _crossed(first: Node, second: Node) -> tuple[Node, Node]:
    """b aᵀ for a bᵀ: each stands bare in the other's place, the transpose stays where it is."""
    parts = [_bare(f) for f in (first, second)]
    (one, ups), (other, upper) = parts
    return scripted(other, ups), scripted(one, upper)


def _bare(node: Node) -> tuple[Node, tuple[Node, ...]]:
    """A factor without its transposes, and these."""
    if isinstance(node, Name):
        return bare_of(node)
    if isinstance(node, Scripted) and has_transpose(node):
        return node.body, tuple(flat(node.sups))
    return node, ()


def factors_away(scene: Scene, spot: Spot) -> Iterator[Change]:
    """A factor that should not be there; what a fraction is divided by."""
    node = spot.node
    if isinstance(node, Times) and not spot.script:
        for start, stop in scene.units(node):
            if stop - start < len(node.factors):
                gone = product(node.factors[start:stop], node.joins[start : stop - 1])
                yield without(node, start, stop), f"without the factor {say(gone)}"
    if isinstance(node, Fraction) and scene.after_mark(node.bottom) is None:
        yield node.top, f"not divided by {say(node.bottom)}"
        if not isinstance(node.top, Number):
            yield edited(node, top=Number("1", tex="1")), f"without the factor {say(node.top)}"


def numbers(scene: Scene, spot: Spot) -> Iterator[Change]:
    """2 for 1, 1 for 2, and so on."""
    node = spot.node
    if isinstance(node, Number) and not spot.script and node.text.isdigit():
        for text in ("1", "2", str(int(node.text) + 1), str(int(node.text) - 1)):
            if text != node.text and int(text) > 0:
                yield Number(text, tex=text), f"{text}, not {node.text}"


def factors_added(scene: Scene, spot: Spot) -> Iterator[Change]:
    """A factor 2, ½, N or 1/N that is missing."""
    node = spot.node
    if not spot.is_term or isinstance(node, Sum):
        return
    if isinstance(spot.parent, Big):
        return
    sizes = [Name(name, tex=name) for name in scene.symbols.derivation.network.sizes if len(name) == 1]
    below = [Fraction(Number("1"), size) for size in sizes]
    factors: tuple[Node, ...] = (TWO, HALF, *below, *sizes)
    for factor in factors:
        yield inserted(node, 0, factor, ""), f"the factor {say(factor)} is missing"


def factors_lost(scene: Scene, spot: Spot) -> Iterator[Change]:
    """A factor of one of our terms that is missing, at either end; a number in front, before a Σ."""
    node = spot.node
    if not spot.is_term or isinstance(node, Sum):
        return
    last = len(node.factors) if isinstance(node, Times) else 1
    for factor in scene.ours.factors:
        words = f"the factor {say(factor)} is missing"
        if is_number(factor):
            if not isinstance(spot.parent, Big):
                yield inserted(node, 0, factor, ""), words
        elif not isinstance(node, Big):
            yield inserted(node, last, factor, scene.entrywise), words
            yield inserted(node, 0, factor, ""), words
            yield inserted(node, last, factor, ""), words


def sign_of_all(scene: Scene, spot: Spot) -> Iterator[Change]:
    """b − a for a − b, −a for a; what has a + comes first."""
    node = spot.node
    if not isinstance(node, Sum):
        yield Sum((node,), ("-",)), "the sign"
        return
    turned = [(term, "-" if sign == "+" else "+") for term, sign in zip(node.terms, node.signs, strict=True)]
    first = next((n for n, (_, sign) in enumerate(turned) if sign == "+"), 0)
    terms, signs = zip(turned[first], *turned[:first], *turned[first + 1 :], strict=True)
    yield terms[0] if len(terms) == 1 and signs[0] == "+" else edited(node, terms=terms, signs=signs), "the sign"


def signs(scene: Scene, spot: Spot) -> Iterator[Change]:
    """The sign of a term, or of a whole side."""
    node = spot.node
    if isinstance(node, Sum):
        for n, (term, sign) in enumerate(zip(node.terms, node.signs, strict=True)):
            new = (*node.signs[:n], "-" if sign == "+" else "+", *node.signs[n + 1 :])
            if len(node.terms) == 1 and new == ("+",):
                yield term, "the sign"
            else:
                yield edited(node, signs=new), "the sign" if len(node.terms) == 1 else f"the sign of {say(term)}"
    elif spot.parent is None:
        yield Sum((node,), ("-",)), "the sign"


def terms_away(scene: Scene, spot: Spot) -> Iterator[Change]:
    """A term that should not be there."""
    node = spot.node
    if isinstance(node, Sum) and len(node.terms) > 1:
        for n, term in enumerate(node.terms):
            terms, left = ((*items[:n], *items[n + 1 :]) for items in (node.terms, node.signs))
            alone = len(terms) == 1 and left == ("+",)
            made = terms[0] if alone else edited(node, terms=terms, signs=left)
            twice = any(say(term) == say(other) for other in terms)
            yield made, f"{say(term)} is counted twice" if twice else f"without the term {say(term)}"
