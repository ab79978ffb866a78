"""A problem file's data against its model, in our own words: every disagreement at its place, all at once.

pydantic is imported when a file is read, not before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from derive.declare.keys import EXPECTED, LATEX, LONGEST_NAME, NAME, NETWORK, QUESTIONS
from derive.declare.marks import Path, Source
from derive.declare.words import did_you_mean
from derive.errors import Place, Problem

OF_EQUATIONS = (
    *("facts", "cost", "want", "closed_form", "fold", "boundary"),
    *("forward", "hvp", "over", "of", "hessian", "gauss_newton", "jacobian"),
)
GIVE = "give `equations`, or leave it out"

MOST = 1000
"""How many disagreements are looked at."""


def schema() -> dict[str, Any]:
    """The JSON Schema of a problem file, for editors."""
    from derive.declare.model import ProblemFile

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ProblemFile.model_json_schema()}


def invalid(source: Source) -> list[Problem]:
    """Everything in a file's data that the model refuses, one problem for each place."""
    return [*_absent(source), *_refused(source), *_unasked(source)]


def _absent(source: Source) -> list[Problem]:
    """The keys of a network, missing in a file that asks no questions."""
    asks = source.data.get("questions", {}) != {} or source.data.get("implicit", {}) != {}
    given = {"equations" if key == LATEX else key for key in source.data}
    missing = [key for key in NETWORK if key not in given and not asks]
    twice = [
        Problem(
            source.key(LATEX), f"`{LATEX}` stands beside `equations`", "keep one of the two", source.key("equations")
        )
    ]
    both = LATEX in source.data and "equations" in source.data
    return [_problem(source, (), "missing", (key,)) for key in missing] + (twice if both else [])


def unknown_question(name: str) -> tuple[str, str]:
    """What is said of a question that there is not."""
    from derive.declare.notyet import refusal

    mend = did_you_mean(name, QUESTIONS) or f"the questions are {', '.join(QUESTIONS)}"
    return refusal(name) or (f"unknown question `{name}`", mend)


def _unasked(source: Source) -> list[Problem]:
    """What stands under `questions` and is none; what presupposes equations that are not there."""
    asked = source.data.get("questions")
    names = [name for name in (asked if isinstance(asked, Mapping) else ()) if name not in QUESTIONS]
    told = [Problem(source.key("questions", name), *unknown_question(name)) for name in names]
    idle = [key for key in OF_EQUATIONS if source.data.get(key) and asked and not {"equations", LATEX} & {*source.data}]
    return told + [Problem(source.key(key), f"`{key}` is about equations, and there are none", GIVE) for key in idle]


def _refused(source: Source) -> list[Problem]:
    from pydantic import ValidationError

    from derive.declare.model import ProblemFile

    try:
        ProblemFile.model_validate(dict(source.data))
    except ValidationError as error:
        found: dict[Path, Problem] = {}
        details = error.errors(include_url=False, include_context=False, include_input=False)
        for detail in details[:MOST]:
            path = _known(source.data, tuple(detail["loc"]))
            problem = _problem(source, path, detail["type"], detail["loc"])
            if detail["type"] in ("missing", "extra_forbidden"):
                found[(*path, str(detail["loc"][-1]))] = problem
            else:
                found.setdefault(path, problem)
        return [p for path, p in found.items() if not _branch(path, found)]
    return []


def _branch(path: Path, found: Mapping[Path, Problem]) -> bool:
    """Whether a problem only says that another branch of a union does not fit, as one inside says better."""
    return any(len(other) > len(path) and other[: len(path)] == path for other in found)


def _known(data: Any, location: Path) -> Path:
    """The part of a location that leads through the data; pydantic adds the branches of unions to it."""
    path: Path = ()
    for step in location:
        if (isinstance(data, Mapping) and step in data) or (isinstance(data, list) and step in range(len(data))):
            data = data[step]  # type: ignore[index]
            path = (*path, step)
    return path


def _problem(source: Source, path: Path, kind: str, location: Path) -> Problem:
    if kind == "missing":
        missing = str(location[-1])
        where = source.value(*path) or Place(source.file, 1, 1)
        return Problem(where, f"the key `{missing}` is missing{_inside(path)}", _wanted(path or (missing,)))
    if kind == "extra_forbidden":
        known = ("axes", "among") if len(path) > 1 else tuple(EXPECTED)
        near = did_you_mean(str(path[-1]), known)
        from derive.declare.notyet import refusal

        row = refusal(str(path[-1])) if len(path) == 1 else None
        if row is not None:
            return Problem(source.key(*path), *row)
        return Problem(source.key(*path), f"unknown key `{path[-1]}`", near or f"the keys are {', '.join(known)}")
    if (location and location[-1] == "[key]") or (kind == "string_pattern_mismatch" and path[:1] != ("functions",)):
        return Problem(source.key(*path), _bad_name(str(path[-1])), spelled(str(path[-1])))
    value: Any = source.data
    for step in path:
        value = value[step]
    if kind == "string_pattern_mismatch" and (near := did_you_mean(str(value), ("abstract", "whole", "family over N"))):
        return Problem(source.value(*path), f"`{_dotted(path)}` is {_described(value)}", near)
    mend = _axes(path, value) or _wanted(path)
    return Problem(source.value(*path), f"`{_dotted(path)}` is {_described(value)}", mend)


def _axes(path: Path, value: Any) -> str:
    """`b: 1` or `x: N` where axes should stand."""
    if len(path) != 2 or path[0] not in ("inputs", "parameters", "constants", "hidden"):
        return ""
    if value is None or str(value) in ("1", "scalar"):
        return f"a scalar is `{path[1]}: []`; axes stand in brackets"
    return f"axes stand in brackets: `{path[1]}: [{value}]`" if isinstance(value, (str, int)) else ""


def _wanted(path: Path) -> str:
    return f"{path[0]}: {EXPECTED[str(path[0])]}" if path and path[0] in EXPECTED else ""


def _inside(path: Path) -> str:
    return f" in `{_dotted(path)}`" if path else ""


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)


def _described(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def _bad_name(name: str) -> str:
    return f"`{name if len(name) <= 40 else name[:39] + '…'}` is no name"


def spelled(name: str) -> str:
    """How to write a name in plain letters: σ as sigma."""
    plain = "".join(_letter(character) for character in name)
    if plain != name and re.match(NAME, plain):
        return f"write `{plain}`; `print` says how it is shown"
    return f"a name is a letter, then letters, digits and _, at most {LONGEST_NAME} characters"


def _letter(character: str) -> str:
    words = unicodedata.name(character, "").split()
    if words[:1] == ["GREEK"] and "LETTER" in words:
        name = words[words.index("LETTER") + 1].lower()
        return name if "SMALL" in words else name.capitalize()
    return character
