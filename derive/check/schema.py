"""The JSON Schema of a report."""

from __future__ import annotations

from typing import Any, get_args

from derive.check.report import Follows, Verdict

Data = dict[str, Any]
_TEXT: Data = {"type": "string"}
_PLACE: Data = {"type": "integer", "minimum": 1}


def _object(properties: Data, optional: tuple[str, ...] = ()) -> Data:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(items: Data) -> Data:
    return {"type": "array", "items": items}


def _or_null(schema: Data) -> Data:
    return {"anyOf": [schema, {"type": "null"}]}


def report_schema() -> Data:
    """The JSON Schema (2020-12) of `Report.to_dict`; `derive check` puts the answer's file before it."""
    report = _object(
        {
            "answer": {**_TEXT, "description": "the answer's file"},
            "title": _TEXT,
            "lines": _list({"$ref": "#/$defs/claim"}),
            "missing": {**_list(_TEXT), "description": "what the question asks for and the answer lacks"},
            "agreement": {**_TEXT, "description": "whether scalar, vector and closed forms agree, in words"},
            "notes": _list(_TEXT),
        },
        ("answer",),
    )
    schema = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": schema, "title": "A report on an answer", **report, "$defs": {"claim": _claim()}}


def _claim() -> Data:
    verdict: Data = {"enum": list(get_args(Verdict))}
    repair = _object({"tex": _TEXT, "reading": _TEXT, "words": _TEXT, "verdict": verdict, "why": _TEXT})
    sizes: Data = {"type": "object", "additionalProperties": {"type": "integer"}}
    number: Data = {"type": ["number", "null"]}
    return _object({
        "line": _PLACE, "column": _PLACE,
        "tex": {**_TEXT, "description": "the claim as it stands in the file; of a chain its own part"},
        "reading": {**_TEXT, "description": "the claim as it was understood, in LaTeX"},
        "repairs": {**_list(repair), "description": "plausible readings of a garbled line, each with its own verdict"},
        "verdict": verdict,
        "own": {"type": "boolean", "description": "given: a name of the answer's own, which is not judged"},
        "follows": {"enum": list(get_args(Follows)), "description": "from the lines above"},
        "under": {**_list(_TEXT), "description": "the conventions under which it holds"},
        "hint": _or_null(_object({"words": _TEXT, "tex": {**_TEXT, "description": "the mended line"}})),
        "why": {**_TEXT, "description": "what disagrees, in words"},
        "example": _or_null(_object({"sizes": sizes, "entry": _TEXT, "left": number, "right": number})),
        "ours": {**_TEXT, "description": "the derivation's own line, in LaTeX"},
    })  # fmt: skip
