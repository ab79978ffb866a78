"""What the fence `made` fills in, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from website import gallery, reference

MADE: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        "keys": reference.keys,
        "questions": reference.questions,
        "functions": reference.functions,
        "constructs": reference.constructs,
        "commands": reference.commands,
        "python": reference.python,
        "gallery": gallery.listed,
        "problem": gallery.problem,
    }
)
