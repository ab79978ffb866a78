r"""A network's numbers as an answer has them, W^{(1)} = \begin{pmatrix} … \end{pmatrix}, b^{(2)} = -2.5, judged.

The numbers are put into the network of the file's question `prove`; what the answer leaves out is as the file has it.
The specification, what goes in and what is assumed are the question's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from derive.analyse import Asked
from derive.analyse.prove import claim as claimed
from derive.analyse.prove.data import number
from derive.analyse.prove.net import Layer, Net
from derive.analyse.prove.proof import Proof, prove
from derive.analyse.prove.read import Settings
from derive.check.report import Claim, Verdict
from derive.declare.network import Network, Question
from derive.declare.words import listed

Rows: TypeAlias = "tuple[tuple[Fraction, ...], ...]"

LETTER = r"(?:\\(?:mathbf|boldsymbol|bm|mathrm)\s*)?\{?\s*(?P<letter>[Wwb])\s*\}?"
LAYER = r"\s*(?:\^|_)?\s*\{?\s*\(?\s*-?(?P<layer>\d)\s*\)?\s*\}?"
"""W^{(1)}, W_1, W1; a sign in it is a slip of the reader's."""
DIGITS = r"[-−+]?\s*(?:\d+(?:\.\d+)?|\.\d+)(?:/\d+)?"
MATRIX = r"\\begin\{(?P<kind>[a-zB]*matrix|array)\}(?:\{[^{}]*\})?(?P<body>.*?)\\end\{(?P=kind)\}"
LISTS = r"\[\s*(?P<lists>\[[^\[\]]*\](?:\s*,\s*\[[^\[\]]*\])*|[^\[\]]*)\s*\]"
VALUE = rf"(?P<factor>{DIGITS})?\s*(?:\\left)?\s*[(\[]?\s*{MATRIX}|{LISTS}|(?P<scalar>{DIGITS})(?=\s*(?:[$,;.\\]|$))"
BEFORE = r"(?<![A-Za-z\\])(?<!\\partial )(?<!\\bar\{)(?<!\\overline\{)"
"""What is no weight: a bar, and what a derivative is by."""
GIVEN = re.compile(rf"{BEFORE}{LETTER}{LAYER}\s*=\s*(?:{VALUE})", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(rf"\s*({DIGITS})\s*\Z")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one layer, its weights or its biases, and where they stand."""

    letter: str
    layer: int
    rows: Rows
    start: int
    text: str


def network_claims(network: Network, text: str) -> Iterator[Claim]:
    """A claim for the network that the text's numbers make, by the first question that they fit."""
    found = [numbers for met in GIVEN.finditer(text) if (numbers := _numbers(met)) is not None]
    for question in network.questions:
        if question.name == "prove" and found:
            made = _made(network, question, found)
            if made is not None:
                yield from _judged(made, text)
                return


@dataclass(frozen=True, slots=True)
class Made:
    """A proof of the answer's network.

    used: the numbers in it.  odd: those that have no place in it.  kept: what the file has, in words.
    """

    proof: Proof
    used: Sequence[Numbers]
    odd: Sequence[tuple[Numbers, str]]
    kept: str = ""


def _numbers(met: re.Match[str]) -> Numbers | None:
    given = met.groupdict()
    if given["scalar"] is not None:
        rows: tuple[tuple[Fraction | None, ...], ...] = ((_number(given["scalar"]),),)
    elif given["lists"] is not None:
        rows = _rows(re.findall(r"[^\[\]]*[^\[\],\s][^\[\]]*", given["lists"]), ",")
    else:
        rows = _rows(re.split(r"\\\\(?:\[[^\]]*\])?", given["body"]), "&")
    scale = _number(given["factor"]) if given["factor"] else Fraction(1)
    if not rows or any(value is None for row in rows for value in row) or scale is None:
        return None
    exact = tuple(tuple(scale * value for value in row if value is not None) for row in rows)
    if len({len(row) for row in exact}) != 1:
        return None
    text = met[0].strip()
    return Numbers(given["letter"], int(given["layer"]), exact, met.start() + met[0].index(text), text)


def _rows(texts: Sequence[str], between: str) -> tuple[tuple[Fraction | None, ...], ...]:
    return tuple(tuple(_number(cell) for cell in text.split(between)) for text in texts if text.strip())


def _number(text: str) -> Fraction | None:
    met = NUMBER.match(text.replace("\\,", " ").replace("$", " "))
    top, _, bottom = (met[1] if met else "").replace("−", "-").replace(" ", "").partition("/")
    return Fraction(top) / Fraction(bottom or "1") if met and not re.fullmatch("0+", bottom) else None


def _made(network: Network, question: Question, found: Sequence[Numbers]) -> Made | None:
    """The question's network with these numbers; None where no weights of it are among them."""
    given = dict(question.settings) if isinstance(question.settings, Mapping) else {}
    own = (given.pop("claims", None) or [{}])[0]
    first = {key: own[key] for key in ("over", "assume", "timeout") if key in own}
    settings = {**first, **{key: value for key, value in given.items() if key != "repair"}}
    asked = Asked(network.title, question.file, network, question)
    net = claimed(Settings(asked, settings)).net
    changed, used, odd = _fitted(net, found)
    if not any("weights" in own for own in changed.values()):
        return None
    claim = claimed(Settings(asked, {**settings, "change": changed}))
    parts = [(layer.name, key) for layer in net.layers for key in ("weights", "biases")]
    kept = [f"{key} of {name}" for name, key in parts if key not in changed.get(name, {})]
    return Made(prove(claim), used, odd, f" (and the file's {listed(kept)})" if kept else "")


def _fitted(
    net: Net, found: Sequence[Numbers]
) -> tuple[dict[str, dict[str, Any]], list[Numbers], list[tuple[Numbers, str]]]:
    """The layers' new numbers; the first that fit count."""
    changed: dict[str, dict[str, Any]] = {}
    used, odd = list[Numbers](), list[tuple[Numbers, str]]()
    for numbers in found:
        if not 1 <= numbers.layer <= len(net.layers):
            continue
        layer = net.layers[numbers.layer - 1]
        key = "biases" if numbers.letter == "b" else "weights"
        own = _biases(layer, numbers.rows) if key == "biases" else _weights(layer, numbers.rows)
        if own is None and len(numbers.rows) * len(numbers.rows[0]) == 1:
            continue
        if own is None:
            odd.append((numbers, _shape(layer, key, numbers.rows)))
        elif key not in changed.setdefault(layer.name, {}):
            changed[layer.name][key] = own
            used.append(numbers)
    return {name: own for name, own in changed.items() if own}, used, odd


def _weights(layer: Layer, rows: Rows) -> list[list[str]] | None:
    """A row for each unit; a column where the layer is one unit."""
    shape = (layer.units, len(layer.weights[0]))
    if (len(rows), len(rows[0])) != shape and (len(rows[0]), len(rows)) == shape:
        rows = tuple(zip(*rows, strict=True))
    return [[str(value) for value in row] for row in rows] if (len(rows), len(rows[0])) == shape else None


def _biases(layer: Layer, rows: Rows) -> list[str] | None:
    flat = [str(value) for row in rows for value in row]
    return flat if 1 in (len(rows), len(rows[0])) and len(flat) == layer.units else None


def _shape(layer: Layer, key: str, rows: Rows) -> str:
    has = f"{layer.units} numbers" if key == "biases" else f"{layer.units} × {len(layer.weights[0])} numbers"
    return f"this has {len(rows)} × {len(rows[0])} numbers, and the {key} of {layer.name} are {has}"


def _judged(made: Made, text: str) -> Iterator[Claim]:
    verdict, why = _verdict(made.proof, made.kept)
    start = min(made.used, key=lambda numbers: numbers.start)
    line, column = _place(text, start.start)
    yield Claim(line, column, start.text, verdict, why=why)
    for numbers, told in made.odd:
        line, column = _place(text, numbers.start)
        yield Claim(line, column, numbers.text, "wrong", why=told)


def _verdict(proof: Proof, kept: str) -> tuple[Verdict, str]:
    """In words: the counterexample with what comes out, and where the network is right."""
    decision, wanted = proof.decision, f"`{proof.claim.specification.text}` for {proof.claim.domain.words()}"
    if decision.verdict == "proved":
        return "right", ""
    if decision.point is None:
        return "unknown", f"the network with these numbers{kept}: {wanted}: {decision.how}"
    net = proof.claim.net
    given = ", ".join(f"{name} = {_vector(values)}" for name, values in net.named(decision.point).items())
    output = f"{net.layers[-1].name} is {_vector(net.at(decision.point)['output'])}"
    told = f"the network with these numbers{kept} does not do {wanted}: where {given}, {output}"
    if proof.constant is not None:
        told += ", and so it is for all that goes in"
    return "wrong", f"{told}; it is right for {proof.under}" if proof.under else told


def _vector(values: Sequence[Fraction]) -> str:
    shown = ", ".join(str(number(value)).replace("-", "−") for value in values)
    return shown if len(values) == 1 else f"({shown})"


def _place(text: str, start: int) -> tuple[int, int]:
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
