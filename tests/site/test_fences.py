"""The fences that run: a command and its output, files, Python; and what must stop the build."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("mkdocs", reason="needs the extra `docs`")

from website import gallery
from website.commands import BuildError
from website.fences import Page, filled, workplace
from website.same import different

NET = """```file net.yaml
version: 1
sizes: {N: inputs}
inputs: {x: [N]}
equations: "y = tanh(x)"
```
"""


@pytest.fixture
def page() -> object:
    with workplace() as folder:
        yield Page(folder)


def test_a_file_is_written_and_shown(page: Page) -> None:
    shown = filled(NET, page)
    assert 'title="net.yaml"' in shown
    assert (page.folder / "net.yaml").read_text(encoding="utf-8").startswith("version: 1\n")


def test_a_command_shows_its_mathematics_and_its_text(page: Page) -> None:
    shown = filled(f"{NET}\n```derive net.yaml --wrt x\n```\n", page)
    assert "derive net.yaml --wrt x" in shown
    assert "x̄ = ȳ" in shown
    assert "<math" in page.whole(shown)


def test_one_section_is_shown_alone(page: Page) -> None:
    shown = filled(f'{NET}\n```derive net.yaml --wrt x {{part="Forward pass" view=terminal}}\n```\n', page)
    assert "Forward pass" in shown
    assert "Backward" not in shown


def test_python_keeps_its_names_from_piece_to_piece(page: Page) -> None:
    shown = filled("```python run\na = 6\n```\n\n```python run\nprint(7 * a)\n```\n", page)
    assert "42" in shown


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("\n```derive nothing.yaml\n```\n", "line 2"),
        (f"{NET}\n```derive net.yaml {{status=1}}\n```\n", "ended with 0, not 1"),
        (f'{NET}\n```derive net.yaml {{part="Sideways"}}\n```\n', "no section 'Sideways'"),
        ("```python run\n1/0\n```\n", "division by zero"),
        ("```made nonsense\n```\n", "nonsense"),
        ("```derive net.yaml\ntext\n```\n", "no text below"),
    ],
)
def test_what_does_not_come_out_stops_the_build(markdown: str, said: str, page: Page) -> None:
    with pytest.raises(BuildError, match=said):
        filled(markdown, page)


@pytest.mark.parametrize("name", ["tutorial/1-chain-rule", "tutorial/4-network", "gallery/attention", "gallery/rnn"])
def test_a_page_made_again_is_the_same_byte_for_byte(name: str, site: Path) -> None:
    """What is made here, under another hash seed, stands in the page. `python -m website.same` compares all pages."""
    source = Path(__file__).parents[2] / "docs" / f"{name}.md"
    text = source.read_text(encoding="utf-8") if source.exists() else gallery.pages()[f"{name}.md"]
    with workplace() as folder:
        page = Page(folder)
        filled(text, page)
    built = (site / f"{name}.html").read_text(encoding="utf-8")
    assert len(page.pieces) > 1
    assert not [piece[:200] for piece in page.pieces if piece not in built]
    assert all((site / name).with_name(beside).read_bytes() == made for beside, made in page.files.items())


def test_builds_that_differ_are_told_by_their_files() -> None:
    assert different({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}) == ["b", "c"]
