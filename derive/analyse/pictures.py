"""The pictures of answers as one SVG, which needs no other file and is readable on light and on dark ground."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from derive.analyse import Answered
from derive.errors import DeriveError, Problem

COLOURS: Mapping[str, tuple[str, str]] = {
    ".paper,.unit{fill:%s}": ("#fff", "#16191d"),
    ".in{fill:%s}": ("#9cc3e6", "#2f5f8c"),
    ".edge,.unit{stroke:%s}": ("#1f4e79", "#8ec1f0"),
    ".corner{fill:%s}": ("#1f4e79", "#8ec1f0"),
    ".plane,.axis,.wire{stroke:%s}": ("#767676", "#9aa3ad"),
    ".minus{stroke:%s}": ("#b3261e", "#ff8a80"),
    "text{fill:%s}": ("#222", "#e6e6e6"),
}
"""What has a colour: on light, on dark ground. Written out, since not every viewer knows variables."""
STYLE = """\
.edge{stroke-width:2}.edge,.wire,.minus,.axis{fill:none}.plane{stroke-dasharray:4 4}.minus{stroke-dasharray:6 3}
.axis{stroke-width:.4}text{font:11px sans-serif}.name{text-anchor:middle}.title{font-size:14px}.small{font-size:9px}
"""
MARGIN, HEADING = 16, 30


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes in a frame of their own, their upper left corner at 0, 0."""

    title: str
    width: int
    height: int
    shapes: str


def pictures(answered: Iterable[Answered]) -> str:
    """The pictures of all answers that have one, one below the other. Raises DeriveError where none has."""
    results = [answer.result for answer in answered]
    found = [drawn.picture(f"p{n}") for n, drawn in enumerate(results) if hasattr(drawn, "picture")]
    if not found:
        what = "no answer of this file has a picture"
        raise DeriveError(Problem(None, what, "`questions: regions` has one; choose another format"))
    return svg(found)


def svg(found: Iterable[Picture]) -> str:
    """One picture below the other, each under its title."""
    shown = list(found)
    width = max(picture.width for picture in shown) + 2 * MARGIN
    parts, top = list[str](), MARGIN
    for picture in shown:
        heading = f'<text x="{MARGIN}" y="{top + 14}" class="title">{escape(picture.title)}</text>'
        parts += [heading, f'<g transform="translate({MARGIN},{top + HEADING})">\n{picture.shapes}\n</g>']
        top += picture.height + HEADING + MARGIN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" height="{top}">'
    title = f"<title>{escape('; '.join(picture.title for picture in shown))}</title>"
    paper = f'<rect width="{width}" height="{top}" class="paper"/>'
    return "\n".join([head, title, f"<style>\n{STYLE}{_coloured()}</style>", paper, *parts, "</svg>", ""])


def _coloured() -> str:
    """The colours of light ground, those of dark ground where the reader prefers it."""
    light, dark = ("".join(rule % shades[n] for rule, shades in COLOURS.items()) for n in (0, 1))
    return f"{light}\n@media screen and (prefers-color-scheme:dark){{{dark}}}\n"
