"""What the editor completes, beside the names that a text declares itself: keys, their values, functions, questions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any


@cache
def words() -> dict[str, Any]:
    """keys and functions: what each means.  values: of keys that have few.  questions: names alone."""
    from derive.analyse import QUESTIONS
    from derive.declare.schema import schema
    from derive.operators.forms import FORMS
    from derive.operators.functions import TABLE

    keys: Mapping[str, Any] = schema()["properties"]
    functions = {name: row.note for name, row in TABLE.items()} | {name: form.takes for name, form in FORMS.items()}
    return {
        "keys": {key: str(about["description"]) for key, about in keys.items()},
        "values": {key: values for key, about in keys.items() if (values := _values(about))},
        "functions": dict(sorted(functions.items())),
        "questions": sorted(QUESTIONS),
    }


def _values(about: Mapping[str, Any]) -> list[str]:
    """The values that a key can have, where they are few."""
    given = [about, *about.get("anyOf", ())]
    found = [*(str(value) for one in given for value in one.get("enum", ()))]
    return [*found, *(str(one["const"]) for one in given if "const" in one)]
