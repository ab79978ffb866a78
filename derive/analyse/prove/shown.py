"""A proof or a counterexample as a document."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.analyse.prove import solver
from derive.analyse.prove.net import Layer, Net
from derive.analyse.prove.proof import Proof, entry
from derive.analyse.prove.repair import Repair
from derive.document import Block, Fenced, Heading, Items, Math, Operator, Prose, Symbol, Table, Tone, Words, row
from derive.typeset.number import number_box
from derive.typeset.scribe import NEGATIVE, listed

VERDICTS: dict[str, tuple[str, Tone]] = {
    "proved": ("Proved", "good"),
    "refuted": ("Refuted", "bad"),
    "not decided": ("Not decided", "unsure"),
    "sampled": ("Not proved, not refuted", "unsure"),
}


def signed(value: Fraction) -> Math:
    """A number with its sign."""
    return row(NEGATIVE, number_box(value)) if value < 0 else number_box(value)


def vector(values: Sequence[Fraction]) -> Math:
    """(1, 0, −1/2); a number alone without brackets."""
    boxes = [signed(value) for value in values]
    return boxes[0] if len(boxes) == 1 else Fenced(listed(boxes))


def name(text: str) -> Math:
    return Symbol(text, "upright")


def network_table(net: Net, old: Net | None = None) -> Table:
    """What each unit reads, its weights, its bias, its activation; beside an old network only what is new."""
    head: tuple[Words, ...] = (("unit",), ("reads",), ("weights",), ("bias",), ("activation",))
    new = [layer for layer in net.layers if old is None or layer not in old.layers]
    return Table(head, tuple(_unit(layer, n) for layer in new for n in range(layer.units)))


def _unit(layer: Layer, n: int) -> tuple[Words, ...]:
    weights, bias = (vector(layer.weights[n]),), (signed(layer.biases[n]),)
    return (entry(layer, n),), (", ".join(layer.reads),), weights, bias, (layer.phi.text,)


def _network(net: Net, old: Net | None) -> list[Block]:
    """The network; what is new in it where an old one stands above."""
    if old is None or old.inputs != net.inputs or [x.name for x in old.layers] != [x.name for x in net.layers]:
        return [network_table(net)]
    if old == net:
        return []
    return [Prose(("The network of the claim above, with",)), network_table(net, old)]


def proof_blocks(proof: Proof, above: Net | None = None) -> list[Block]:
    """The claim, the network, the verdict and what is to be said about it; above: the network shown last."""
    claim, decision = proof.claim, proof.decision
    text, tone = VERDICTS[decision.verdict]
    asked: Words = ("Claim: ", claim.specification.text, ", for ", claim.domain.words(), ".")
    blocks: list[Block] = [Heading(claim.title, 2)] if claim.title else []
    blocks += [Prose(asked), *_network(claim.net, above), Heading(_headline(proof, text), 3, tone), Prose(_how(proof))]
    return [*blocks, *(_counterexample(proof) if decision.point is not None else [])]


def _headline(proof: Proof, text: str) -> str:
    decision = proof.decision
    if decision.verdict == "refuted" and decision.tried:
        return f"{text}: wrong for {decision.wrong:,} of {decision.tried:,} inputs"
    return f"{text} for {proof.claim.domain.words()}" if decision.verdict == "proved" else text


def _how(proof: Proof) -> Words:
    decision = proof.decision
    if decision.verdict == "refuted":
        return (f"A counterexample, {_found(decision.how)}: ", *_inputs(proof), ".", *_against(proof))
    return (sentence(decision.how),)


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _found(how: str) -> str:
    return how if how.startswith("found") else f"after {how}"


def _inputs(proof: Proof) -> Words:
    assert proof.decision.point is not None
    given = proof.claim.net.named(proof.decision.point)
    parts = [row(name(n), Operator("=", "relation"), vector(values)) for n, values in given.items()]
    return tuple(word for n, box in enumerate(parts) for word in (*((", ",) if n else ()), box))


def _against(proof: Proof) -> Words:
    """What the specification says there, and what the network does."""
    if len(proof.sides) != 2:
        return ("",)
    (left, first), (right, second) = proof.sides
    return (f" There `{left}` is {str(first).lower()}, but `{right}` is {str(second).lower()}.",)


def _counterexample(proof: Proof) -> list[Block]:
    rows = tuple(((u.name,), (signed(u.receives),), (signed(u.gives),)) for u in proof.units)
    blocks: list[Block] = [Table((("unit",), ("receives",), ("gives",)), rows)]
    repairs = [words for r in proof.repairs for words in _repair(proof.claim.net, r)]
    told = [*_constant(proof), *_under(proof), *_unlooked(proof), *repairs]
    return [*blocks, Items(tuple(told))] if told else blocks


def _unlooked(proof: Proof) -> list[Words]:
    """That no repair was looked for where some were asked for."""
    if not proof.claim.repairs or proof.repairs:
        return []
    return [(f"No repair was looked for: that takes a solver, and {solver.ABSENT}.",)]


def _constant(proof: Proof) -> list[Words]:
    if proof.constant is None:
        return []
    output = proof.claim.net.layers[-1].name
    return [(f"{output} is ", vector(proof.constant), f" for {proof.claim.domain.words()}: the network is constant.")]


def _under(proof: Proof) -> list[Words]:
    if not proof.under:
        return []
    if proof.under.startswith("distinct("):
        what = proof.under.removeprefix("distinct(").removesuffix(")")
        return [(f"With {proof.under} it is proved: it is wrong only where two entries of {what} are equal.",)]
    return [(f"For {proof.under} it is proved.",)]


def _repair(net: Net, found: Repair) -> list[Words]:
    kind = {"biases": "biases", "signs": "biases and signs of weights"}[found.kind]
    if found.net is None:
        return [(_unrepaired(found, kind),)]
    s = "" if found.changes == 1 else "s"
    start = f"Repaired by {found.changes} change{s} of {kind}, proved, and fewer do not do: "
    return [(start, *_changes(net, found.net), ".")]


def _unrepaired(found: Repair, kind: str) -> str:
    if found.verdict == "not decided":
        return f"Whether other {kind} repair it was not decided in the time given."
    if found.every:
        kept = "weights and activations" if found.kind == "biases" else "activations"
        return f"No {kind} repair it with these {kept}, however large the biases: proved."
    return f"No {kind} repair it where biases are multiples of 1/2 from −{found.reach} to {found.reach}: proved."


def _changes(old: Net, new: Net) -> Words:
    """b of h: (0, 0) → (1, 1); weights of y turned to (−1, −1)."""
    parts: list[Words] = []
    for before, after in zip(old.layers, new.layers, strict=True):
        turned = [n for n in range(before.units) if before.weights[n] != after.weights[n]]
        parts += [(f"weights of {entry(before, n)} ", vector(after.weights[n])) for n in turned]
        if before.biases != after.biases:
            s = "" if before.units == 1 else "es"
            parts.append((f"bias{s} of {before.name} ", vector(after.biases)))
    return tuple(word for n, part in enumerate(parts) for word in (*((", ",) if n else ()), *part))
