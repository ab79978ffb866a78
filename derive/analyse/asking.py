"""Questions that a command or a program asks about a file: those that the file asks, or others with their own settings.

asking(network, "zeros")                              what the file asks under `questions: zeros`
asking(network, "zeros", {"facts": ["h1 == 0"]})      another one
written("zeros", "{facts: [h1 == 0]}")                the same settings, as text in YAML
"""

from __future__ import annotations

import re
from typing import Any

from derive.analyse import QUESTIONS
from derive.declare.marks import Source
from derive.declare.network import Network, Question
from derive.declare.problem import parse
from derive.declare.schema import unknown_question
from derive.errors import DeriveError, Problem

FILE = "SETTINGS"
"""What messages call settings that stand in no file."""
KEYED = re.compile(r"\s*(?:\{|[A-Za-z_]\w*\s*:(?:\s|$))")


def asking(network: Network, name: str, settings: Any = None) -> tuple[Question, ...]:
    """The questions of that name: with these settings; without any the file's own, else one with none.

    Raises DeriveError where there is no such question.
    """
    known(name)
    if settings is not None:
        return (Question(name, settings, (), Source(FILE, "", {})),)
    own = tuple(question for question in network.questions if question.name == name)
    return own or (Question(name, {}, (), Source(FILE, "", {})),)


def written(name: str, text: str) -> Question:
    """A question whose settings are a text in YAML, with its places. Raises DeriveError."""
    known(name)
    if KEYED.match(text):
        source = parse(text, FILE)
        return Question(name, source.data, (), source)
    source = parse(f"{name}: {text}", FILE)
    return Question(name, source.data[name], (name,), source)


def known(name: str) -> None:
    """Raises DeriveError where there is no question of that name."""
    if name not in QUESTIONS:
        raise DeriveError(Problem(None, *unknown_question(name)))
