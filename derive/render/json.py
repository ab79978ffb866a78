"""A derivation as plain data, with the JSON Schema that describes it.

Every equation is given in LaTeX and as text, in scalars and, where there is one, in vectors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import isfinite
from typing import Any, get_args

from derive.declare.keys import QUESTIONS
from derive.derivation import Constrained, Derivation, Derivatives, GaussNewton, Line, Rule, Tangents
from derive.document import Chain
from derive.notation.expression import CURLY, DOT, Tensor
from derive.notation.fact import Fact
from derive.notation.index import Index, Range
from derive.render import latex, terminal
from derive.render.latex_math import math
from derive.render.length import length
from derive.typeset.chains import entry_chains, part_chains, result_chains, scalar_chain, vector_chain
from derive.typeset.document import scribe_for
from derive.typeset.scribe import Scribe
from derive.typeset.style import Style

VERSION = 1
SCHEMA = "https://json-schema.org/draft/2020-12/schema"

Data = dict[str, Any]


def to_dict(derivation: Derivation, style: Style | None = None) -> Data:
    """The derivation as dictionaries, lists, strings and numbers; see `json_schema`."""
    scribe = scribe_for(derivation, style)
    network = derivation.network
    return {
        "version": VERSION,
        "title": network.title,
        "cost": network.cost,
        "costs": list(network.costs or ((network.cost,) if network.cost else ())),
        "notation": scribe.names.style.notation,
        "sizes": {name: {"words": size.words, "number": size.number} for name, size in network.sizes.items()},
        "labels": [_label(name, shown, scribe) for name, shown in network.labels.items()],
        "quantities": [_quantity(tensor, scribe) for tensor in network.tensors.values()],
        "wanted": list(derivation.wanted),
        "forward": [_line(line, scribe, derivation) for line in derivation.forward],
        "backward": [_line(line, scribe, derivation) for line in derivation.backward],
        "solved": [_line(line, scribe, derivation) for line in derivation.solved],
        "closed": [_line(line, scribe, derivation) for line in derivation.closed],
        "facts": _texts(network.facts),
        "constrained": [_bound(found, scribe, derivation) for found in derivation.constrained],
        "tangents": [
            {
                "moved": list(t.moved),
                "forward": [_line(line, scribe, derivation) for line in t.forward],
                "backward": [_line(line, scribe, derivation) for line in t.backward],
                "jacobians": [_derivatives(found, scribe, derivation) for found in t.jacobians],
                "over": "reverse" if t.reverse is not None else "forward",
                "reverse": _second_pass(t, scribe, derivation),
                "symbols": list(t.symbols),
            }
            for t in derivation.tangents
        ],
        "jacobians": [_derivatives(found, scribe, derivation) for found in derivation.jacobians],
        "hessians": [_derivatives(found, scribe, derivation) for found in derivation.hessians],
        "gauss_newton": [_gauss_newton(found, scribe, derivation) for found in derivation.gauss_newton],
        "reading": list(network.reading),
        "notes": list(dict.fromkeys((*network.notes, *derivation.notes))),
        "checked": derivation.checked or None,
    }


def dumps(derivation: Derivation, style: Style | None = None) -> str:
    """The same as text, keys in the order of the schema."""
    import json

    return json.dumps(to_dict(derivation, style), ensure_ascii=False, indent=2) + "\n"


def _quantity(tensor: Tensor, scribe: Scribe) -> Data:
    return {
        "name": tensor.name,
        "role": tensor.role,
        "shape": [terminal.text(scribe.slot(axis.size)) for axis in tensor.axes],
        "ranges": [dict(zip(("from", "to"), _ends(axis, scribe), strict=True)) for axis in tensor.axes],
        "labels": list(tensor.labels),
        "row": tensor.row,
        "among": None if tensor.among is None else terminal.text(scribe.slot(tensor.among.hi)),
        "latex": math(scribe.names.tensor(tensor)),
        "text": terminal.text(scribe.names.tensor(tensor)),
    }


def _line(line: Line, scribe: Scribe, derivation: Derivation) -> Data:
    own = scribe.binding(line.scalar.letters)
    scalar = scalar_chain(Line(line.left, line.steps[-1:], None, line.place), scribe)
    if line.sides is not None:  # its solution, entry by entry, is an inverse of a matrix that has no name
        *_, scalar = entry_chains(line, scribe)
    vector = vector_chain(line, scribe)
    return {
        "name": line.tensor.name,
        "bar_of": _cost(line.tensor),
        "bars": _costs(line.tensor),
        "change": _change(line.tensor),
        "letters": [_letter(letter, own) for letter in line.scalar.letters],
        "scalar": _both(scalar),
        "where": [_both(count) for count in entry_chains(line, scribe)[:-1]],
        "vector": _both(vector) if vector is not None else None,
        "parts": [_both(part) for part in part_chains(line, scribe)],
        "solves": _solved(line, scribe),
        "steps": [_step(line, n, scribe) for n in range(len(line.steps))],
        "value": _finite(derivation.values.get((line.tensor.name, line.tensor.cost))),
        "place": str(line.place) if line.place else None,
        "note": line.note,
    }


def _solved(line: Line, scribe: Scribe) -> Data | None:
    """The equation that a quantity solves, in vectors where it has the form."""
    if line.sides is None:
        return None
    first, *_ = result_chains(line, scribe)
    return _both(first)


def _derivatives(found: Derivatives, scribe: Scribe, derivation: Derivation) -> Data:
    return {"of": found.of, "in": found.name, "lines": [_line(line, scribe, derivation) for line in found.lines]}


def _second_pass(found: Tangents, scribe: Scribe, derivation: Derivation) -> list[Data]:
    """Reverse over reverse, where that is shown."""
    if found.reverse is None:
        return []
    from derive.typeset.tangents import scribe_of_second, second_pass

    own = scribe_of_second(found.reverse, derivation, scribe)
    return [_line(line, own, found.reverse) for line in second_pass(found.reverse)]


def _gauss_newton(found: GaussNewton, scribe: Scribe, derivation: Derivation) -> Data:
    return {
        "in": found.name,
        "output": found.output,
        "jacobian": _derivatives(found.jacobian, scribe, derivation),
        "curvature": _derivatives(found.curvature, scribe, derivation),
        "result": _line(found.result, scribe, derivation),
        "hessian": _line(found.whole, scribe, derivation),
    }


def _bound(found: Constrained, scribe: Scribe, derivation: Derivation) -> Data:
    from derive.typeset.constrained import chains

    kept = {"fact": found.fact.text, "convention": found.convention}
    return {**kept, "shown": _both(chains(found, scribe)[-1]), "line": _line(found.line, scribe, derivation)}


def _cost(tensor: Tensor) -> str | None:
    """The last cost among the operators on a tensor."""
    costs = _costs(tensor)
    return costs[-1] if costs else None


def _costs(tensor: Tensor) -> list[str]:
    return [name for name in tensor.cost if name != DOT and not name.startswith(CURLY)]


def _change(tensor: Tensor) -> str | None:
    """dot for a tangent, the name of what a derivative is taken in; null: neither."""
    if tensor.is_dot:
        return "dot"
    return tensor.cost[-1].removeprefix(CURLY) if tensor.cost and not tensor.is_bar else None


def _label(name: str, shown: str, scribe: Scribe) -> Data:
    low, high = _ends(scribe.names.network.letters[name], scribe)
    return {"name": name, "from": low, "to": high, "as": shown}


def _finite(numbers: Any) -> Any:
    """The numbers with null for what is none: JSON has no infinity."""
    if isinstance(numbers, list):
        return [_finite(part) for part in numbers]
    return numbers if numbers is None or isfinite(numbers) else None


def _step(line: Line, n: int, scribe: Scribe) -> Data:
    chain = scalar_chain(Line(line.left, line.steps[n : n + 1]), scribe)
    right = chain.rights[0] if chain.rights else chain.left
    return {
        "rule": line.steps[n].rule,
        "latex": math(right),
        "text": terminal.text(right),
        "facts": _texts(line.steps[n].facts),
    }


def _texts(facts: Iterable[Fact]) -> list[str]:
    """Facts as the file states them."""
    return list(dict.fromkeys(fact.text for fact in facts))


def _both(chain: Chain) -> Data:
    """An equation with its positions, and its length in LaTeX tokens without them."""
    bare = latex.equation(replace(chain, condition=None))
    return {"latex": latex.equation(chain), "text": terminal.equation(chain), "length": length(bare)}


def _letter(letter: Index, scribe: Scribe) -> Data:
    low, high = _ends(letter.range, scribe)
    return {"name": terminal.text(scribe.letter(letter)), "from": low, "to": high}


def _ends(limits: Range, scribe: Scribe) -> tuple[str, str]:
    return terminal.text(scribe.slot(limits.lo)), terminal.text(scribe.slot(limits.hi))


def _object(properties: Data, title: str = "") -> Data:
    named = {"title": title} if title else {}
    return {
        **named,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Data) -> Data:
    return {"type": "array", "items": items}


_TEXT: Data = {"type": "string"}
_MAYBE: Data = {"type": ["string", "null"]}
_NUMBERS: Data = {"type": ["number", "array", "null"], "description": "nested lists, as deep as there are axes"}
_NAMED = ("derivatives", "directions", "equation", "gauss_newton", "label", "line", "quantity", "size", "tangents")
_RULES = list(get_args(Rule))


def json_schema() -> Data:
    """The JSON Schema (2020-12) of `to_dict`."""
    ref = {name: {"$ref": f"#/$defs/{name}"} for name in _NAMED}
    top = _object(
        {
            "version": {"const": VERSION},
            "title": _TEXT,
            "cost": {**_MAYBE, "description": "null: the outputs' error signals are given from upstream"},
            "costs": {**_list(_TEXT), "description": "every cost, each with a backward pass of its own"},
            "notation": {"enum": ["bar", "partial", "nabla", "d", "delta"]},
            "sizes": {"type": "object", "additionalProperties": ref["size"]},
            "labels": _list(ref["label"]),
            "quantities": _list(ref["quantity"]),
            "wanted": _list(_TEXT),
            "forward": _list(ref["line"]),
            "backward": _list(ref["line"]),
            "solved": {**_list(ref["line"]), "description": "the solutions of linear recurrences"},
            "closed": _list(ref["line"]),
            "facts": {**_list(_TEXT), "description": "what the file states of its quantities"},
            "constrained": {
                **_list(
                    _object(
                        {
                            "fact": _TEXT,
                            "convention": {"enum": ["along", "projected"]},
                            "shown": ref["equation"],
                            "line": ref["line"],
                        }
                    )
                ),
                "description": "bars along what binds their quantities; elsewhere all entries are independent",
            },
            "tangents": _list(ref["tangents"]),
            "jacobians": _list(ref["derivatives"]),
            "hessians": _list(ref["derivatives"]),
            "gauss_newton": _list(ref["gauss_newton"]),
            "reading": {**_list(_TEXT), "description": "equations that were given in LaTeX, as they were read"},
            "notes": _list(_TEXT),
            "checked": {**_MAYBE, "description": "what was checked by numbers; null: nothing"},
        },
        "A derivation",
    )
    answers = {"type": "object", "properties": {"question": {"enum": list(QUESTIONS)}}, "required": ["question"]}
    said = {**_list(answers), "description": "answers to the file's questions, where it asks some"}
    top["properties"]["questions"] = said
    top["properties"]["directions"] = {**_list(ref["directions"]), "description": "where a Jacobian or forward mode is"}
    derived = {"required": top.pop("required")}
    either = {"required": ["version", "title"], "anyOf": [derived, {"required": ["questions"]}]}
    return {"$schema": SCHEMA, **top, **either, "$defs": _definitions()}


def _definitions() -> Data:
    equation = {"$ref": "#/$defs/equation"}
    vector: Data = {"anyOf": [equation, {"type": "null"}]}
    letter = _object({"name": _TEXT, "from": _TEXT, "to": _TEXT})
    facts = {**_list(_TEXT), "description": "what the file states that is put to use"}
    step = _object({"rule": {"enum": _RULES}, "latex": _TEXT, "text": _TEXT, "facts": facts})
    lines = _list({"$ref": "#/$defs/line"})
    counts = _object({"times": _TEXT, "each": _TEXT, "multiplications": _TEXT})
    return {
        "derivatives": _object({
            "of": _TEXT, "in": _TEXT, "lines": {**lines, "description": "the last is what was asked for"},
        }),
        "directions": _object({"of": _TEXT, "in": _TEXT, "forward": counts, "reverse": counts}),
        "gauss_newton": _object({
            "in": _TEXT, "output": _TEXT, "jacobian": {"$ref": "#/$defs/derivatives"},
            "curvature": {"$ref": "#/$defs/derivatives"}, "result": {"$ref": "#/$defs/line"},
            "hessian": {"$ref": "#/$defs/line", "description": "the Hessian as the result and what it leaves out"},
        }),
        "tangents": _object({
            "moved": _list(_TEXT), "forward": lines, "backward": lines,
            "jacobians": _list({"$ref": "#/$defs/derivatives"}), "over": {"enum": ["forward", "reverse"]},
            "reverse": {**lines, "description": "a second backward pass from the first line, where over is reverse"},
            "symbols": {**_list({"type": "integer"}), "description": "forward over reverse, reverse over reverse"},
        }),
        "size": _object({"words": _TEXT, "number": {"type": ["integer", "null"]}}),
        "quantity": _object({
            "name": _TEXT, "role": {"enum": ["input", "parameter", "constant", "class", "hidden"]},
            "shape": _list(_TEXT), "ranges": _list(_object({"from": _TEXT, "to": _TEXT})),
            "labels": {**_list({"type": "integer"}), "description": "the places of its axes that are labels, from 0"},
            "row": {"type": "boolean"}, "among": _MAYBE, "latex": _TEXT, "text": _TEXT,
        }),
        "label": _object({
            "name": _TEXT, "from": _TEXT, "to": _TEXT, "as": {"enum": ["superscript", "subscript"]},
        }),
        "equation": _object({
            "latex": _TEXT, "text": _TEXT,
            "length": {"type": "integer", "description": "LaTeX tokens, without braces, spaces and faces"},
        }),
        "line": _object({
            "name": _TEXT, "bar_of": {**_MAYBE, "description": "the cost whose error signal this is; null: forward"},
            "bars": {**_list(_TEXT), "description": "[D, E]: the bar under E of the bar under D"},
            "change": {**_MAYBE, "description": "dot: a tangent; a name: the derivative in it; null: neither"},
            "letters": _list(letter), "scalar": equation, "vector": vector,
            "where": {**_list(equation), "description": "what the scalar form calls by a name: counts"},
            "parts": {**_list(equation), "description": "the vector form again, with names for parts of it"},
            "solves": {
                **vector,
                "description": "the equation that it solves, where a condition defines it, or it is a multiplier",
            },
            "steps": _list(step), "value": _NUMBERS, "place": _MAYBE, "note": _TEXT,
        }),
    }  # fmt: skip
