"""The documentation site: built without a warning, whole, and asking no other host for anything."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import yaml

from tests.problem_files import has_equations

ROOT = Path(__file__).parents[2]
LOADED = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "source": "src",
    "object": "data",
    "use": "href",
}
"""Tags that a browser fetches something for, and the attribute with its address."""
ADDRESS = re.compile(r"^(https?:)?//")
ASKS = re.compile(r"""(?:url\(|@import|import\(|fetch\(|src=)\s*["']?\s*(?:https?:)?//[\w-]+\.""")
"""A style or a script that fetches from a host."""
HOSTS = re.compile(r"(?:unpkg|jsdelivr|cdnjs|googleapis|gstatic)\.")


class Loads(HTMLParser):
    """The addresses that a page fetches."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in LOADED and given.get("rel") != "canonical":
            self.found.append(given.get(LOADED[tag]) or "")


def loads(page: Path) -> list[str]:
    parser = Loads()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.found


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_problem_file_has_a_page_with_its_graph_and_its_mathematics(site: Path) -> None:
    for problem in sorted((ROOT / "problems").glob("*.yaml")):
        page = (site / "gallery" / f"{problem.stem}.html").read_text(encoding="utf-8")
        assert f"problems/{problem.name}" in page
        assert "<math" in page or "<table" in page, problem.name
        if has_equations(problem):
            assert f'href="{problem.stem}-page.html"' in page and "<svg" in page, problem.name
            assert (site / "gallery" / f"{problem.stem}-page.html").stat().st_size < 200_000, problem.name


def test_every_page_of_the_contents_is_there(site: Path) -> None:
    named = re.findall(r"^ +- (?:[^:\n]+: )?([\w/.-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    assert len(named) > 20
    for name in named:
        assert (site / name).with_suffix(".html").is_file(), name


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    outside = {(page.name, address) for page in pages(site) for address in loads(page) if ADDRESS.match(address)}
    assert not outside


def test_no_script_and_no_style_names_a_host_to_load_from(site: Path) -> None:
    for path in sorted(p for p in site.rglob("*") if p.suffix in (".html", ".js", ".css")):
        text = path.read_text(encoding="utf-8")
        assert not HOSTS.search(text), path
        assert path.suffix == ".html" or not ASKS.search(text), path


def test_no_mark_and_no_traceback_is_left_in_a_page(site: Path) -> None:
    for page in pages(site):
        text = page.read_text(encoding="utf-8")
        assert "DERIVEPIECE" not in text, page
        assert "Traceback (most recent" not in text, page
        assert "```" not in re.sub(r"<code>.*?</code>", "", text, flags=re.DOTALL), page


def test_every_key_and_every_command_stands_in_the_reference(site: Path) -> None:
    from derive.cli import cli
    from derive.cli.group import LATER
    from derive.declare.keys import EXPECTED

    told = (site / "reference" / "problem-file.html").read_text(encoding="utf-8")
    assert not [key for key in EXPECTED if f"<code>{key}</code>" not in told]
    commands = (site / "reference" / "command-line.html").read_text(encoding="utf-8")
    assert not [name for name in (*cli.commands, *LATER) if f"derive {name} " not in commands]


def test_every_function_stands_in_the_reference(site: Path) -> None:
    from derive.operators import TABLE
    from tests.test_readme import INTERNAL

    told = (site / "reference" / "functions.html").read_text(encoding="utf-8")
    assert not [name for name in TABLE if name not in INTERNAL and f"<code>{name}</code>" not in told]


def test_the_theme_fetches_no_fonts() -> None:
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(settings)["theme"]["font"] is False
