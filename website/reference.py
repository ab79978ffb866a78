"""The reference, made from what the program itself reads: the schema, the tables of functions, --help, docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from derive.api import Derivation
from derive.document import Chain, Display
from derive.operators import TABLE, Row
from website.commands import run
from website.fences import ROOT, Page, fenced
from website.shown import mathematics, sections

INTERNAL = ("relu_1", "digamma", "trigamma", "amax", "amin", "max_first", "min_first", "amax_first", "amin_first")
"""Rows that slopes need: nobody has to call them by name."""


def cell(text: str) -> str:
    """Words in a cell of a table in Markdown."""
    return text.replace("|", r"\|").replace("<", "&lt;").replace("*", r"\*").replace("_", r"\_").replace("\n", " ")


def keys(page: Page) -> str:
    """Every key of a problem file: what it holds, and what it is where it is left out."""
    from derive.declare.schema import schema

    found: Mapping[str, Mapping[str, Any]] = schema()["properties"]
    return table(("key", "holds"), ((f"`{key}`", _coded(about["description"])) for key, about in found.items()))


def _coded(text: str) -> str:
    """Words in which what stands in braces or brackets is code."""
    pieces = re.split(r"(\{(?:[^{}]|\{[^{}]*\})*\}|\[[^\]]*\]|`[^`]*`)", text)
    return "".join(f"`` {p.strip('`')} ``".replace("|", r"\|") if n % 2 else cell(p) for n, p in enumerate(pieces))


def questions(page: Page) -> str:
    from derive.declare.keys import QUESTIONS

    return table(("question", "what it asks, and its settings"), ((f"`{k}`", _coded(v)) for k, v in QUESTIONS.items()))


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    top = [*head]
    lines = [top, ["---"] * len(top), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def functions(page: Page) -> str:
    """Each function with the bar of its argument, derived here: tables, and for a matrix all lines of the bar."""
    kinds = ((0, "Entry by entry"), (1, "Of a whole axis"))
    tables = [f"## {title}\n\n{_table_of(axes, page)}" for axes, title in kinds]
    whole = [f"### {row.name}\n\n{_all_lines(row, page)}" for row in rows_of(2)]
    return "\n\n".join([*tables, "## Of a matrix", *whole])


def rows_of(axes: int) -> list[Row]:
    return [row for name, row in TABLE.items() if row.axes == axes and name not in INTERNAL]


def _table_of(axes: int, page: Page) -> str:
    head = ("name", "written", "the bar of its argument", "note")
    return table(head, (_function(row, page) for row in rows_of(axes)))


def _all_lines(row: Row, page: Page) -> str:
    """The forward line and all backward lines in matrices, then what there is to say."""
    derived = _derived(row)
    shown = ""
    if derived is not None:
        found = _displays(derived.document())
        chains = (*found["Forward pass"][:1], *found.get("Backward pass, vectorised", found.get("Backward pass", [])))
        shown = page.aside(f'<div class="derived" data-search-exclude>{mathematics((Display(chains),))}</div>')
    return f"{shown}\n\n{cell(row.note)}"


def _function(row: Row, page: Page) -> tuple[str, ...]:
    forward, backward = _lines(row)
    return (f"`{row.name}`", *(page.aside(_inline(c)) if c else "" for c in (forward, backward)), cell(row.note))


def _inline(chain: Chain) -> str:
    from derive.document import row as side_by_side
    from derive.render.mathml import mathml

    return mathml(side_by_side(chain.left, chain.relation, chain.rights[-1]))


_ARGUMENT = MappingProxyType({0: ("x", []), 1: ("x", ["N"]), 2: ("A", ["N", "N"])})


def _lines(row: Row) -> tuple[Chain | None, Chain | None]:
    """y = f(x), and the last line of x̄ with ȳ given; none where the network cannot be written like this."""
    derived = _derived(row)
    if derived is None:
        return None, None
    displays = _displays(derived.document())
    backward = displays.get("Backward pass, vectorised") or displays.get("Backward pass", [])
    return displays["Forward pass"][0], backward[-1] if backward else None


def _derived(row: Row) -> Derivation | None:
    """The network y = f(x) alone, derived."""
    from derive import DeriveError, Network

    name, shape = _ARGUMENT[row.axes]
    given = [name, *("a", "b")[: row.arity - 1]]
    called = f"{row.name}({', '.join([*given, *(['n'] if row.exponent else [])])})"
    sizes = {"N": "entries", **({"n": "a power"} if row.exponent else {})} if shape else {}
    try:
        return Network(sizes=sizes, inputs=dict.fromkeys(given, shape), equations=f"y = {called}").derive([name])
    except DeriveError:
        return None


def _displays(document: Any) -> dict[str, list[Chain]]:
    return {
        s.title: [c for block in s.blocks if isinstance(block, Display) for c in block.chains]
        for s in sections(document)
    }


def constructs(page: Page) -> str:
    """Constructs that are more than a function of one argument."""
    from derive.operators.forms import FORMS

    return table(
        ("name", "written", "note"), ((f"`{f.name}`", f"`{f.signature}`", cell(f.note)) for f in FORMS.values())
    )


def commands(page: Page) -> str:
    """What each command says with --help."""
    from derive.cli import cli
    from derive.cli.group import LATER

    told = ["derive", *(f"derive {name}" for name in sorted({*cli.commands, *LATER}))]
    return "\n\n".join(f"## {line}\n\n{fenced(run(f'{line} --help', ROOT).text, 'text')}" for line in told)


def python(page: Page) -> str:
    """The public names, from their docstrings."""
    import derive.api

    return "\n\n".join(_told(name, getattr(derive.api, name)) for name in derive.api.__all__)


def _told(name: str, what: Any) -> str:
    if not inspect.isclass(what):
        return f"## {name}\n\n{_signature(name, what)}\n\n{_docstring(what)}"
    members = [f"### {name}.{key}\n\n{_member(key, value)}" for key, value in _public(what)]
    return "\n\n".join([f"## {name}\n\n{_docstring(what)}", *members])


def _public(what: type) -> list[tuple[str, Any]]:
    """A class's own methods and properties that have a docstring."""
    return [(k, v) for k, v in vars(what).items() if not k.startswith("_") and inspect.getdoc(v) and _own(v)]


def _own(value: Any) -> bool:
    return inspect.isfunction(value) or hasattr(value, "func") or isinstance(value, (property, classmethod))


def _member(name: str, value: Any) -> str:
    shown = "" if not inspect.isfunction(value) else _signature(name, value) + "\n\n"
    return shown + _docstring(value)


def _signature(name: str, function: Callable[..., Any]) -> str:
    return fenced(f"{name}{inspect.signature(function)}", "python")


def _docstring(what: Any) -> str:
    """A docstring as it stands, in a block of text."""
    return fenced(inspect.getdoc(what) or "", "text")
