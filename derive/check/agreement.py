"""Whether the scalar, the vector and the closed form of each error signal agree among themselves, in words.

x̄: the scalar form (line 71) is wrong, the vector form (line 81) is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.check.ours import beside, is_between
from derive.check.report import Claim
from derive.check.symbols import Symbols
from derive.derivation import Derivation
from derive.notation.expression import bar
from derive.render.terminal import text
from derive.syntax.read import Unreadable, read
from derive.syntax.tree import Fraction, Name, Node, Relation, children
from derive.typeset.names import Names
from derive.typeset.style import Style

FORMS = ("scalar", "vector", "closed")


def agreement(symbols: Symbols, claims: Sequence[Claim]) -> str:
    """Sentences on the quantities whose forms do not agree; one if all do; "" where nothing is given in two forms."""
    found: dict[str, dict[str, list[Claim]]] = {}
    for claim in claims:
        left = _sides(claim)[:1]
        if claim.name and claim.verdict in ("right", "wrong") and not any(is_between(symbols, side) for side in left):
            found.setdefault(claim.name, {}).setdefault(_form(claim), []).append(claim)
    several = {name: forms for name, forms in found.items() if len(forms) > 1}
    apart = [name for name, forms in several.items() if _disagree(list(forms.values()))]
    if apart:
        return " ".join(f"{signal(symbols.derivation, name)}: {_told(several[name])}." for name in apart)
    met = [form for form in FORMS if any(form in forms for forms in several.values())]
    right = all(_right(own) for forms in several.values() for own in forms.values())
    return f"The {_and(met)} forms agree{'' if right else ', also where they are wrong'}." if several else ""


def signal(derivation: Derivation, name: str) -> str:
    """x̄, as a terminal prints it."""
    names = Names(derivation.network, derivation.cost, Style())
    tensor = derivation.network.tensors.get(name)
    if tensor is not None:
        return text(names.tensor(bar(tensor, derivation.cost)))
    return next((text(names.tensor(t)) for t in beside(derivation) if t.name == name), name)


def _told(forms: dict[str, list[Claim]]) -> str:
    return ", ".join(_one(form, forms[form]) for form in FORMS if form in forms)


def _one(form: str, claims: list[Claim]) -> str:
    """The scalar form (line 71) is wrong."""
    verdict = "right" if _right(claims) else "wrong"
    line = next(c.line for c in reversed(claims) if c.verdict == verdict)
    return f"the {form} form (line {line}) is {verdict}"


def _disagree(forms: list[list[Claim]]) -> bool:
    """Whether one is right and another wrong, each in lines of its own."""
    right = {c.line for own in forms if _right(own) for c in own}
    wrong = {c.line for own in forms if not _right(own) for c in own if c.verdict == "wrong"}
    return bool(right - wrong) and bool(wrong - right)


def _right(claims: list[Claim]) -> bool:
    return all(claim.verdict == "right" for claim in claims)


def _and(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _form(claim: Claim) -> str:
    """A vector form that reads no error signal and no slope is closed."""
    if claim.form != "vector":
        return claim.form
    right = _sides(claim)[-1:]
    return "closed" if any(_is_long(side) and not any(map(_is_signal, _nodes(side))) for side in right) else "vector"


def _sides(claim: Claim) -> tuple[Node, ...]:
    try:
        found = read(claim.reading) if claim.reading else ()
    except (Unreadable, RecursionError):
        return ()
    return found[0].sides if found and isinstance(found[0], Relation) else ()


def _is_long(node: Node) -> bool:
    """More than y − t, which is a closed form and the vector form as well."""
    return sum(isinstance(one, Name) and one.primes > 0 for one in _nodes(node)) > 0


def _is_signal(node: Node) -> bool:
    return isinstance(node, Fraction) or (isinstance(node, Name) and (bool(node.accents) or node.base == "nabla"))


def _nodes(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(children(one))
