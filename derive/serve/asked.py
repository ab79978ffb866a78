"""What a page sends, made sure of before a worker gets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


class Unfit(Exception):
    """What cannot be a job, and the status that says so."""

    def __init__(self, what: str, status: int = 400) -> None:
        self.status = status
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Asked:
    """A job with nothing in it but what jobs have; page: which page asks."""

    job: Mapping[str, str]
    page: str


def _one_of(*given: str) -> Callable[[str], bool]:
    return lambda value: value in given


def _name(value: str) -> bool:
    return len(value) <= 300 and "\n" not in value


def _format(value: str) -> bool:
    from derive.serve.exports import EXPORTS

    return value in EXPORTS


FIELDS: Mapping[str, tuple[str | None, Callable[[str], bool]]] = MappingProxyType(
    {
        "kind": (None, _one_of("derive", "whole", "check", "export")),
        "yaml": (None, lambda value: True),
        "name": ("problem.yaml", _name),
        "notation": ("bar", _one_of("bar", "partial", "nabla", "d", "delta")),
        "product": ("circ", _one_of("circ", "odot")),
        "answer": ("", lambda value: True),
        "suffix": (".tex", _one_of(".tex", ".md", ".txt")),
        "format": ("latex", _format),
        "page": ("", lambda value: value.isalnum() and len(value) <= 40),
    }
)
"""For each field what it is where it is not given (None: it must be), and which texts fit."""
OF_KIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "derive": ("kind", "yaml", "name", "notation", "product"),
        "whole": ("kind", "yaml", "name", "notation", "product"),
        "check": ("kind", "yaml", "name", "answer", "suffix"),
        "export": ("kind", "yaml", "name", "notation", "product", "answer", "suffix", "format"),
    }
)
"""What a job of each kind depends on; what else was sent is left out, so that equal jobs are equal."""


def asked(media: str, body: bytes) -> Asked:
    """Raises Unfit."""
    if media.partition(";")[0].strip().lower() != "application/json":
        raise Unfit("a job is application/json", 415)
    fields = {name: _field(name, given) for given in [_mapping(body)] for name in FIELDS}
    return Asked({name: fields[name] for name in OF_KIND[fields["kind"]]}, fields["page"])


def _mapping(body: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Unfit("this is no JSON") from None
    if not isinstance(given, dict):
        raise Unfit("a job is an object")
    return given


def _field(name: str, given: Mapping[str, Any]) -> str:
    default, fits = FIELDS[name]
    if name not in given and default is not None:
        return default
    value = given.get(name)
    if not isinstance(value, str) or not (value == default or fits(value)):
        raise Unfit(f"`{name}` is not as it should be")
    return value.encode("utf-8", "replace").decode("utf-8")  # halves of characters
