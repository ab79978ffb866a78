"""The questions that a file asks beside gradients: one module each, from settings to a result to a document.

A module of `QUESTIONS` has `answer(asked, settings) -> Result`; it is imported when a file asks. Settings are plain
YAML, checked by the module: what is wrong with them is a `DeriveError` at `asked.place(…)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from types import MappingProxyType
from typing import Any, Protocol

from derive.declare.marks import Passage, python_passage
from derive.declare.network import Network, Question
from derive.derivation import Derivation
from derive.document import Block, Document, Heading
from derive.errors import DeriveError, Place, Problem

QUESTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "zeros": ("derive.analyse.zeros", "answer"),
        "prove": ("derive.analyse.prove", "answer"),
        "find": ("derive.analyse.find", "answer"),
        "regions": ("derive.analyse.regions", "answer"),
        "cost": ("derive.analyse.cost", "answer"),
        "counts": ("derive.analyse.counts", "answer"),
        "symmetry": ("derive.analyse.symmetry", "answer"),
        "bottleneck": ("derive.analyse.bottleneck", "answer"),
        "stage": ("derive.analyse.stage", "answer"),
        "explain": ("derive.analyse.explain", "answer"),
    }
)
"""A question's name -> the module and the function that answer it; the names are those of `keys.QUESTIONS`."""


class Result(Protocol):
    """What an answer is: frozen data that can be shown and written as JSON."""

    def document(self) -> Document: ...

    def to_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Asked:
    """What a question is about: the file's title, path and network, and where the question stands.

    declared: what the file declares, also where it has no equations.  question: None where a command asks.
    seconds: for each proof or search, instead of what the file says.
    """

    title: str = ""
    path: str = ""
    declared: Network | None = None
    question: Question | None = None
    seconds: int | None = None

    @property
    def network(self) -> Network | None:
        """The network; None where the file has no equations."""
        return self.declared if self.declared is not None and self.declared.equations else None

    @cached_property
    def derivation(self) -> Derivation | None:
        """The bars that the file wants, derived when somebody looks; None without equations."""
        from derive.pipeline import derive_network

        return None if self.network is None else derive_network(self.network)

    def place(self, *path: str | int) -> Place | None:
        """Where a setting stands: place("facts", 0); the question itself without a path."""
        return self.question.place(*path) if self.question is not None else None

    def passage(self, text: str, *path: str | int) -> Passage:
        """A text among the settings, which knows the place of each of its characters."""
        if self.question is None:
            return python_passage(self.path or "formula", text)
        return self.question.source.passage(text, *self.question.path, *path)

    def needs_network(self, why: str) -> Network:
        """The network, or a message that the question is about equations."""
        if self.network is None:
            raise DeriveError(Problem(self.place(), f"{why}, and the file has no `equations`", "give the equations"))
        return self.network


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer."""

    question: Question
    result: Result

    def to_dict(self) -> dict[str, Any]:
        return {"question": self.question.name, **self.result.to_dict()}


def ask(name: str, asked: Asked, settings: Any) -> Result:
    """One question's answer. Raises DeriveError."""
    module, function = QUESTIONS[name]
    result: Result = getattr(import_module(module), function)(asked, settings)
    return result


def answers(
    network: Network, questions: Iterable[Question] | None = None, seconds: int | None = None
) -> tuple[Answered, ...]:
    """What a file asks under `questions:`, in its order, or other questions about it.

    seconds: for each proof or search, instead of what the file says.  Raises DeriveError.
    """
    asked = network.questions if questions is None else questions
    return tuple(Answered(q, ask(q.name, _about(network, q, seconds), q.settings)) for q in asked)


def _about(network: Network, question: Question, seconds: int | None) -> Asked:
    return Asked(network.title, question.file, network, question, seconds)


def together(document: Document, answered: Iterable[Answered]) -> Document:
    """A document with the answers after what it says, each under its title."""
    blocks: list[Block] = list(document.blocks)
    for answer in answered:
        shown = answer.result.document()
        blocks += [*([Heading(shown.title, 2)] if shown.title not in ("", document.title) else []), *shown.blocks]
    return Document(document.title, tuple(blocks))
