"""Does a network with these numbers do what a specification says, for every input? A proof, or a counterexample.

prove:
  network:
    inputs: {x: 4}
    layers:
      h: {weights: [[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1]], biases: [0, 0, 0], activation: z >= 0}
      y: {weights: [[-1, -1, -1]], biases: [0], activation: z >= 0}
  spec: y == 1 iff x[1] < x[2] < x[3] < x[4]
  over: reals                  # or integers, or a list of values
  assume: [distinct(x)]
  repair: [biases, signs]      # where it is refuted: the smallest change that proves
  claims:                      # several claims: each has these settings, and its own instead of some of them
  - {title: with ties, over: [0, 1, 2], change: {y: {biases: [1]}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from derive.analyse.prove.proof import Claim, Proof, prove
from derive.analyse.prove.read import Placed, Settings, checked, domain, network, settings
from derive.analyse.prove.screen import progress
from derive.document import Block, Document

KEYS = ("title", "network", "spec", "over", "assume", "repair", "timeout", "change")


@dataclass(frozen=True, slots=True)
class Proofs:
    """The claims of a question, each proved, refuted or not decided."""

    proofs: tuple[Proof, ...]

    @property
    def decided(self) -> bool:
        """Whether each is proved or refuted: a refuted claim is an answer too."""
        return all(proof.decided for proof in self.proofs)

    def document(self) -> Document:
        from derive.analyse.prove.shown import proof_blocks

        above = (None, *(proof.claim.net for proof in self.proofs))
        blocks: list[Block] = [b for p, old in zip(self.proofs, above, strict=False) for b in proof_blocks(p, old)]
        return Document("Proved or refuted", tuple(blocks))

    def to_dict(self) -> dict[str, Any]:
        return {"decided": self.decided, "claims": [proof.to_dict() for proof in self.proofs]}


def answer(asked: Placed, given: Any) -> Proofs:
    """The claims of a question's settings, decided in their order. Raises DeriveError."""
    read = [*claims(settings(asked, given, *KEYS, "claims"))]
    found = Proofs(tuple(prove(claim, progress) for claim in read))
    progress("")
    return found


def claims(given: Settings) -> Iterator[Claim]:
    """What is claimed: once, or once for each of `claims`."""
    shared = {key: value for key, value in given.data.items() if key != "claims"}
    listed = given.data.get("claims", [None])
    if not isinstance(listed, list) or not listed:
        raise given.wrong("`claims` is no list", "each claim is a mapping: `- {over: integers}`", "claims")
    for n, own in enumerate(listed):
        if own is None:
            yield claim(given)
            continue
        part = Settings(given.asked, {}, (*given.path, "claims")).inside(n, own, "each claim is a mapping").known(*KEYS)
        yield claim(Settings(given.asked, {**shared, **own}, part.path))


def claim(given: Settings) -> Claim:
    """One claim; `change` puts other numbers into layers of the network."""
    net, over = network(_changed(given)), domain(given)
    given.needed("spec", "say what the network should do: `spec: y == 1 iff x[1] < x[2]`")
    specification = given.condition(given.data["spec"], "spec")
    checked(net, over, specification)
    seconds = given.seconds(10)
    return Claim(net, specification, over, str(given.data.get("title", "")), repairs(given), seconds)


def repairs(given: Settings) -> Any:
    """The kinds of change: biases first."""
    asked = given.data.get("repair", [])
    kinds = ["biases", "signs"] if asked is True else [asked] if isinstance(asked, str) else asked or []
    if not isinstance(kinds, list) or any(kind not in ("biases", "signs") for kind in kinds):
        raise given.wrong(f"`repair` is `{asked}`", "repair: [biases, signs], or one of them", "repair")
    return tuple(kind for kind in ("biases", "signs") if kind in kinds)


def _changed(given: Settings) -> Settings:
    """The settings with the changes of this claim in the table of the network."""
    table, changes = given.data.get("network"), given.data.get("change", {})
    layers = dict(table["layers"]) if isinstance(table, Mapping) and isinstance(table.get("layers"), Mapping) else {}
    for name, own in given.inside("change", changes).data.items():
        if not isinstance(own, Mapping) or not isinstance(layers.get(name), Mapping):
            raise given.wrong(f"`change` has no layer `{name}` to change", f"there are {', '.join(layers)}", "change")
        layers[name] = {**layers[name], **own}
    changed = {"network": {**table, "layers": layers}} if isinstance(table, Mapping) and changes else {}
    return Settings(given.asked, {**given.data, **changed}, given.path)
