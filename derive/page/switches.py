"""What a reader may switch: views, notations, sizes, numbers. Shown where there is a script to do it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derive.typeset.style import Notation

NOTATIONS: Mapping[Notation, str] = {"bar": "x̄", "partial": "∂E/∂x", "nabla": "∇ₓE", "d": "dx", "delta": "δₓ"}
VIEWS = ("all", "scalar", "vector", "steps")


def switches(notation: Notation, shaped: bool, numbered: bool, valued: bool) -> str:
    """The form; shaped: something has a size.  numbered: some size has a number.  valued: some line has one."""
    views = "".join(
        f'<label><input type="radio" name="view" value="{v}"{" checked" if v == VIEWS[0] else ""}> {v}</label>'
        for v in VIEWS
    )
    sizes = [("", "hidden"), ("letters", "as letters"), *([("numbers", "as numbers")] if numbered else [])]
    counts = _select("Sizes", sizes, "") if shaped or numbered else ""
    numbers = '<label><input type="checkbox" name="numbers" checked> numbers</label>' if valued else ""
    return (
        f'<form id="switches" hidden><fieldset><legend>Show</legend>{views}</fieldset>'
        f"{_select('Notation', NOTATIONS.items(), notation)}{counts}{numbers}"
        '<button type="button" id="copy-all">Copy all as LaTeX</button><span id="said" role="status"></span></form>'
    )


def _select(called: str, options: Iterable[tuple[str, str]], chosen: str) -> str:
    shown = "".join(f'<option value="{n}"{" selected" * (n == chosen)}>{said}</option>' for n, said in options)
    return f'<label>{called} <select name="{called.lower()}">{shown}</select></label>'
