"""Positions that are mixed up: indices swapped or exchanged, labels shifted, sums over the wrong letters or ranges."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from derive.check.bound_letters import bounds
from derive.check.forms import spelled
from derive.check.mistakes.edit import Change, Spot
from derive.check.mistakes.say import say, say_whole
from derive.check.mistakes.scene import Scene
from derive.check.surgery import all_nodes, atoms_joined, exchanged, swapped
from derive.syntax.marks import flat, text_of
from derive.syntax.tree import Big, Fenced, List, Name, Node, Number, Relation, Scripted, Sum, edited

ONE = Number("1", tex="1")


def swaps(scene: Scene, spot: Spot) -> Iterator[Change]:
    """w_ki for w_ik."""
    node = spot.node
    if not isinstance(node, (Name, Scripted)) or spot.script:
        return
    meaning = scene.quantity(node)
    slots = [s for s in meaning.slots if s is not None] if meaning is not None else flat(node.subs)
    for one, other in combinations(slots, 2):
        if text_of(one) == text_of(other) and text_of(one):
            continue
        made = swapped(node, one, other)
        if made is not node:
            places = {one: other, other: one}
            before, after = ("".join(say(s) for s in order) for order in (slots, [places.get(s, s) for s in slots]))
            yield made, f"swap {before} → {after}" if len(before) < 6 else f"swap {say(one)} and {say(other)}"
    only = flat(node.subs)[0] if len(flat(node.subs)) == 1 else None
    if isinstance(only, Number) and len(only.text) == 2 and meaning is not None and len(meaning.slots) == 2:
        text = only.text[::-1]
        yield edited(node, subs=(Number(text, tex=text),)), f"swap {only.text} → {text}"


def others(scene: Scene, spot: Spot) -> Iterator[Change]:
    """Another letter of the claim in a letter's place, or a class."""
    node = spot.node
    if not spot.script or not isinstance(node, Name) or not (scene.is_letter(node) or _is_class(scene, node)):
        return
    if isinstance(spot.parent, Name) and spot.parent.base in ("nabla", "delta") and not scene.is_letter(node):
        return
    for name, letter in {**scene.letters, **classes(scene)}.items():
        if name != spelled(node):
            yield letter, _of_letter(scene, spot, letter)


def _of_letter(scene: Scene, spot: Spot, new: Name) -> str:
    owner, node = spot.owner, spot.node
    if isinstance(owner, Big):
        return f"sum over {say(new)}, not {say(node)}"
    if isinstance(owner, Name):
        return f"the index {say(new)}, not {say(node)}, on {say_whole(scene, owner)}"
    return f"{say(new)}, not {say(node)}"


def _is_class(scene: Scene, node: Name) -> bool:
    meaning = scene.quantity(node)
    return meaning is not None and meaning.tensor.among is not None


def classes(scene: Scene) -> dict[str, Name]:
    """The classes among the problem's inputs, such as t of y′_t."""
    found = {}
    for tensor in scene.symbols.derivation.network.tensors.values():
        own = scene.printed(tensor) if tensor.among is not None and not tensor.axes else None
        if own is not None:
            found[spelled(own)] = own
    return found | {spelled(name): name for name in scene.ours.classes}


def shifts(scene: Scene, spot: Spot) -> Iterator[Change]:
    """h⁽ᵗ⁻¹⁾ for h⁽ᵗ⁾, and so on, at every position."""
    node = spot.node
    meaning = scene.quantity(node)
    if not isinstance(node, Name) or meaning is None or spot.script:
        return
    for place, slot in enumerate(meaning.slots):
        if slot is None or not (place in meaning.tensor.labels or isinstance(slot, Sum)):
            continue
        for new in _shifted(slot):
            yield _in_place(node, slot, new), f"{say(new)}, not {say(slot)}, on {say_whole(scene, node)}"


def _shifted(slot: Node) -> Iterator[Node]:
    if isinstance(slot, Number) and slot.text.isdigit():
        for at in dict.fromkeys((int(slot.text) - 1, int(slot.text) + 1, 0, 1)):
            if at >= 0 and str(at) != slot.text:
                yield Number(str(at), tex=str(at))
        return
    if isinstance(slot, Sum):
        numbers = [n for n, t in enumerate(slot.terms) if isinstance(t, Number)]
        for n in numbers:
            rest = edited(slot, terms=_but(slot.terms, n), signs=_but(slot.signs, n))
            yield rest.terms[0] if len(rest.terms) == 1 and rest.signs[0] == "+" else rest
            signs = list(slot.signs)
            signs[n] = "-" if signs[n] == "+" else "+"
            yield edited(slot, signs=tuple(signs))
        if numbers:
            return
    for sign in ("-", "+"):
        terms, signs_of = (slot.terms, slot.signs) if isinstance(slot, Sum) else ((slot,), ("+",))
        yield Sum((*terms, ONE), (*signs_of, sign))


def _but(items: tuple[Node, ...] | tuple[str, ...], n: int) -> tuple:  # type: ignore[type-arg]
    return (*items[:n], *items[n + 1 :])


def _in_place(name: Name, slot: Node, new: Node) -> Name:
    """A position that is a sum stands alone: between commas below, in its parenthesis above."""
    below = flat(name.subs)
    if slot in below and len(name.subs) == 1 and len(below) > 1:
        return edited(name, subs=tuple(new if s is slot else s for s in below))
    if slot in flat(name.sups):
        return edited(name, sups=atoms_joined([Fenced("(", ")", new) if s is slot else s for s in flat(name.sups)]))
    made = exchanged(name, {slot: new})
    assert isinstance(made, Name)
    return made


def sums(scene: Scene, spot: Spot) -> Iterator[Change]:
    """A Σ taken away, or one of its letters; a Σ put before what has a letter that the left side has not."""
    node = spot.node
    if isinstance(node, Big):
        yield from _more(scene, spot, node)
        letters = [name for name, _, _ in bounds(node)]
        kept = [name for name in letters if name in scene.kept]
        yield node.body, f"this sums over {kept[0]} what it must keep" if kept else f"no {say(_sign(node))}here"
        yield from _fewer(node)
        yield from _kept(scene, node)
        yield from _outside(scene, node)
    if spot.is_term and not (isinstance(spot.parent, Big) and spot.parent.body is not node):
        bound = {name for big in spot.above if isinstance(big, Big) for name, _, _ in bounds(big)}
        for name in sorted(scene.evaluator.letters.free(node) - scene.kept - bound):
            if name in scene.letters:
                letter = scene.letters[name]
                for op in scene.ours.ops:
                    words = f"the {op} over {say(letter)} is missing"
                    yield Big(op, node, subs=(letter,), spelled=f"\\{op}"), words


def _outside(scene: Scene, node: Big) -> Iterator[Change]:
    """Σ_j a_j + b for Σ_j (a_j + b): a term that has none of the letters."""
    body = node.body.body if isinstance(node.body, Fenced) else node.body
    letters = {name for name, _, _ in bounds(node)}
    if not isinstance(body, Sum) or node.op != "sum":
        return
    for n, (term, sign) in enumerate(zip(body.terms, body.signs, strict=True)):
        if not letters & scene.evaluator.letters.free(term) and len(body.terms) > 1:
            terms, signs = ((*items[:n], *items[n + 1 :]) for items in (body.terms, body.signs))
            rest = terms[0] if len(terms) == 1 and signs == ("+",) else Fenced("(", ")", Sum(terms, signs))
            words = f"the sum over {', '.join(sorted(letters))} takes {say(term)} too"
            yield Sum((edited(node, body=rest), term), ("+", sign)), words


def _kept(scene: Scene, node: Big) -> Iterator[Change]:
    """y_j for Σ_l y_l, where j is a letter of the left side that the right one has lost."""
    names = [name for name, _, _ in bounds(node)]
    for name in sorted(scene.kept - scene.evaluator.letters.free(scene.right)) if len(names) == 1 else ():
        own = [n for n in all_nodes(node.body) if isinstance(n, Name) and not n.subs and spelled(n) == names[0]]
        if own and name in scene.letters:
            yield (
                exchanged(node.body, dict.fromkeys(own, scene.letters[name])),
                f"this sums over {name} what it must keep",
            )


def _more(scene: Scene, spot: Spot, node: Big) -> Iterator[Change]:
    """Another letter beside those that a Σ is over."""
    above = {name for big in spot.above if isinstance(big, Big) for name, _, _ in bounds(big)}
    for name in sorted(scene.evaluator.letters.free(node) - scene.kept - above):
        if name in scene.letters and not any(isinstance(sub, Relation) for sub in node.subs):
            letter = scene.letters[name]
            yield edited(node, subs=(letter, *node.subs)), f"the {node.op} over {say(letter)} is missing"


def _sign(node: Big) -> Node:
    return edited(node, body=Number(""))


def _fewer(node: Big) -> Iterator[Change]:
    items = node.subs[0].items if len(node.subs) == 1 and isinstance(node.subs[0], List) else node.subs
    if len(items) > 1 and all(isinstance(item, Name) for item in items):
        for n, item in enumerate(items):
            yield edited(node, subs=_but(items, n)), f"no sum over {say(item)}"


def ranges(scene: Scene, spot: Spot) -> Iterator[Change]:
    """Σ up to another size, or from another position on."""
    node = spot.node
    if not isinstance(node, Big):
        return
    for high in node.sups:
        for new in _ends(scene, high):
            yield edited(node, sups=(new,)), f"the sum runs to {say(new)}, not {say(high)}"
    for item in node.subs:
        if isinstance(item, Relation) and len(item.sides) == 2 and isinstance(item.sides[1], Number):
            low = item.sides[1]
            for text in ("1", "2", "0"):
                if text != low.text:
                    new = Number(text, tex=text)
                    made = exchanged(node, {low: new})
                    yield made, f"the sum begins at {text}, not at {low.text}"


def _ends(scene: Scene, high: Node) -> Iterator[Node]:
    if isinstance(high, Sum):
        yield from _shifted(high)
        return
    for name in scene.symbols.sizes:
        if name != text_of(high) and len(name) == 1:
            yield Name(name, tex=name)
    yield from _shifted(high)
