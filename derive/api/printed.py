"""What has a document, printed; and the answers to a file's questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from derive.declare.network import Network as Declared
from derive.document import Document
from derive.errors import DeriveError, Problem
from derive.render.notebook import Shown
from derive.typeset.style import Notation, Product, Style

if TYPE_CHECKING:
    from derive.analyse import Answered
    from derive.api.graph import Graph
    from derive.check import Report as Judged
    from derive.paper import Engine


class Printed(Shown):
    """What has a document, printed, and shown by notebooks."""

    def document(self, style: Style | None = None) -> Document:
        """Headings, sentences and equations, for any renderer."""
        raise NotImplementedError

    def latex(
        self,
        *,
        fragment: bool = False,
        notation: Notation = "bar",
        product: Product = "circ",
    ) -> str:
        """A document that pdflatex compiles, or its equations alone."""
        from derive.render.latex import latex

        return latex(self.document(Style(notation, product)), fragment)

    def typst(self, *, notation: Notation = "bar", product: Product = "circ") -> str:
        """A document for Typst's compiler."""
        from derive.render.typst import typst

        return typst(self.document(Style(notation, product)))

    def markdown(self, *, notation: Notation = "bar", product: Product = "circ") -> str:
        """Markdown with mathematics as GitHub shows it."""
        from derive.render.markdown import markdown

        return markdown(self.document(Style(notation, product)), narrow=True)

    def pdf(self, *, notation: Notation = "bar", product: Product = "circ", engine: Engine | None = None) -> bytes:
        """Pages, through a TeX on the PATH, else through Typst (extra `typst`). Raises DeriveError."""
        from derive.paper import pdf

        return pdf(self.document(Style(notation, product)), engine)

    def text(
        self,
        *,
        width: int = 80,
        colour: bool = False,
        ascii: bool = False,
        notation: Notation = "bar",
        product: Product = "circ",
    ) -> str:
        """What a terminal of that width shows."""
        from derive.render.terminal import terminal

        return terminal(self.document(Style(notation, product)), width, colour, ascii)

    def styled(self, *, notation: Notation = "bar", product: Product = "circ") -> Printed:
        """The same in another notation, for notebooks, which take no options."""
        return Styled(self, Style(notation, product))

    def html(self, *, notation: Notation = "bar", product: Product = "circ") -> str:
        """A page of its own."""
        from derive.page import plain_page

        return plain_page(self.document(Style(notation, product)))

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True)
class Styled(Printed):
    """Something printed in one style."""

    of: Printed
    style: Style

    def document(self, style: Style | None = None) -> Document:
        return self.of.document(self.style)

    def __str__(self) -> str:
        return self.text(notation=self.style.notation, product=self.style.product)


@dataclass(frozen=True)
class Answers(Printed):
    """The answers to a file's questions; each `result` is frozen data."""

    network: Declared
    answers: tuple[Answered, ...]

    @property
    def decided(self) -> bool:
        """Whether every question has an answer; a proof that took too long has none."""
        return all(getattr(answered.result, "decided", True) for answered in self.answers)

    def document(self, style: Style | None = None) -> Document:
        from derive.analyse import together

        return together(Document(self.network.title), self.answers)

    def graph(self) -> Graph:
        """The networks that the questions are about. Raises DeriveError where there is nothing to draw."""
        from derive.api.graph import Graph
        from derive.picture import Look, plan

        return Graph(plan(self.network, Look()))

    def html(self, *, notation: Notation = "bar", product: Product = "circ") -> str:
        """A page of its own, with the graph where there is one and what lays it out is installed."""
        from derive.page import plain_page

        try:
            drawing = self.graph().drawing
        except DeriveError:
            drawing = None
        return plain_page(self.document(Style(notation, product)), drawing)

    def to_dict(self, notation: Notation = "bar", product: Product = "circ") -> dict[str, Any]:
        """Dictionaries, lists, strings and numbers, one entry for each question."""
        return {"version": 1, "title": self.network.title, "questions": [a.to_dict() for a in self.answers]}

    def check(self, text: str, suffix: str = ".tex") -> Judged:
        """What somebody said to these questions: tables of counts, YES and NO, products of numbers, each judged."""
        from derive.check.asked import AskedChecker

        return AskedChecker(self.network).check(text, suffix)

    def numpy(self) -> str:
        raise DeriveError(Problem(None, "there are no equations to write as code", "choose another format"))

    def svg(self) -> str:
        """The pictures of the answers, self-contained. Raises DeriveError where none has one."""
        from derive.analyse.pictures import pictures

        return pictures(self.answers)


def answered(network: Declared, seconds: int | None = None) -> Answers:
    """The answers to what the file asks under `questions`; seconds for each proof or search. Raises DeriveError."""
    from derive.analyse import answers

    return Answers(network, answers(network, seconds=seconds))
