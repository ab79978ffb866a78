"""The fences of a page that run.

    ```file net.yaml                what a reader writes into a file; it is there for what follows
    ```derive net.yaml --wrt x      a command and what it gives, as mathematics and as in the terminal
    ```python run                   Python, and what it prints
    ```made keys                    what `made` has under this name: a table of the reference, a page of the gallery

After a command, in braces: `part="Backward pass"` (only this section; `;` between several), `view=terminal`, `math`
or `none` (it must run, and that is all), `status=1` for one that ends so. Whatever ends otherwise stops the build.
What it writes with `-o` at its end is shown: a picture in its place, an .html or .pdf as a file beside the page.
"""

from __future__ import annotations

import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from website.commands import BuildError, run, run_python
from website.shown import block_of, chosen, picture, screen

ROOT = Path(__file__).parent.parent
FENCE = re.compile(
    r"^```(file|derive|python run|made)\b[ ]?([^\n{]*)(\{[^\n]*\})?\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
LANGUAGES = {".yaml": "yaml", ".md": "markdown", ".tex": "latex", ".py": "python"}
THERE = ("problems", "examples")
"""Folders of the repository that a reader's commands name."""


@dataclass
class Page:
    """A page as it is made: its folder, the pieces of HTML that stand aside, the names of its Python, its own files."""

    folder: Path
    pieces: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def aside(self, html: str) -> str:
        """A mark for this piece, which Markdown leaves as it is."""
        self.pieces.append(html)
        return f"DERIVEPIECE{len(self.pieces) - 1}ENDS"

    def whole(self, html: str) -> str:
        """The page's HTML, its pieces put in."""
        mark = re.compile(r"(?:<p>)?DERIVEPIECE(\d+)ENDS(?:</p>)?")
        return mark.sub(lambda m: self.pieces[int(m[1])], html)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder such as a reader's, with the repository's problems."""
    with tempfile.TemporaryDirectory(prefix="derive-site-") as name:
        for there in THERE:
            shutil.copytree(ROOT / there, Path(name) / there)
        yield Path(name)


def filled(markdown: str, page: Page) -> str:
    """A page's Markdown, its fences run. Raises BuildError with the line."""

    def one(found: re.Match[str]) -> str:
        try:
            return _RUN[found[1]](found[2].strip(), _options(found[3]), found[4], page)
        except Exception as error:
            line = markdown.count("\n", 0, found.start()) + 1
            raise BuildError(f"line {line}: {found[0].splitlines()[0]}\n{error}") from error

    return FENCE.sub(one, markdown)


def _options(text: str | None) -> Mapping[str, str]:
    return dict(word.split("=", 1) for word in shlex.split((text or "{}")[1:-1]))


def _file(name: str, options: Mapping[str, str], body: str, page: Page) -> str:
    (page.folder / name).parent.mkdir(parents=True, exist_ok=True)
    (page.folder / name).write_text(body, encoding="utf-8")
    return fenced(body, LANGUAGES.get(Path(name).suffix, "text"), f' title="{name}"')


def _derive(line: str, options: Mapping[str, str], body: str, page: Page) -> str:
    if body.strip():
        raise BuildError("a command has no text below it")
    ran = run(f"derive {line}", page.folder, int(options.get("status", "0")))
    parts = tuple(p.strip() for p in options.get("part", "").split(";") if p.strip())
    command = fenced(f"derive {line}\n", "sh")
    if made := re.search(r"-o (\S+\.(?:svg|html|pdf))$", line):
        return f"{command}\n{_made_file(made[1], page)}"
    documents = [chosen(document, parts) for document in ran.documents]
    text = "\n\n".join(map(screen, documents)) if parts else ran.text
    view = options.get("view", "both" if documents else "terminal")
    if view == "none":
        return command
    if view == "terminal":
        return f"{command}\n{fenced(text, 'text')}"
    html = '<div class="derived" data-search-exclude>' + "".join(map(block_of, documents)) + "</div>"
    return f"{command}\n{page.aside(html) if view == 'math' else tabs(page.aside(html), fenced(text, 'text'))}"


def _made_file(name: str, page: Page) -> str:
    """A picture in its place; pages as a file beside this one, with a link to it."""
    content = (page.folder / name).read_bytes()
    if name.endswith(".svg"):
        return page.aside(picture(content.decode("utf-8")))
    page.files[name] = content
    return f"[Open {name}]({name}){{ .md-button }}\n"


def _python(line: str, options: Mapping[str, str], body: str, page: Page) -> str:
    printed = run_python(body, page.names, page.folder)
    return fenced(body, "python") + (f"\n{fenced(printed, 'text')}" if printed else "")


def fenced(text: str, language: str, more: str = "") -> str:
    """Code between more backquotes than stand in it."""
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{ticks} {{ .{language}{more} }}\n{text.strip(chr(10))}\n{ticks}\n"


def tabs(mathematics: str, text: str) -> str:
    """Two views of one output, the mathematics first."""
    views = {"As mathematics": mathematics, "In the terminal": text}
    return "\n".join(f'=== "{name}"\n\n{_indented(body)}\n' for name, body in views.items())


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


def _made(words: str, options: Mapping[str, str], body: str, page: Page) -> str:
    from website.made import MADE

    name, *given = words.split()
    return MADE[name](page, *given)


_RUN = {"file": _file, "derive": _derive, "python run": _python, "made": _made}
