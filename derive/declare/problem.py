"""The problem file as plain data: YAML read event by event, every key and value with its place.

Scalars stay as they were typed: `no` is the word no. Whole numbers and decimals without quotes are numbers. Nothing is
constructed, so a tag can do nothing; an alias is refused, so it cannot grow; nesting is counted, so it cannot overflow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from derive.declare.marks import LINE_BREAK, Mark, Path, Source, scalar_passage
from derive.errors import DeriveError, Place, Problem

DEEPEST = 40
"""How deep lists and mappings may nest; `values` of many axes are the deepest that anyone needs."""

LARGEST = 5_000_000
"""How many bytes a file may have; 10,000 layers have a million."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, which a double-quoted text may spell, turns of direction, halves of characters."""

_FACTS = re.compile(r"^facts:[ \t]*\[", re.MULTILINE)
_REST = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")


def read(path: str | FilePath) -> str:
    """The text of a file, or a message that says why it is none."""
    file = FilePath(path)
    try:
        if file.is_dir():
            raise _refused(f"{path}: this is a folder", "name a YAML file in it")
        with file.open("rb") as opened:  # a device may say that it is empty, and never end
            content = opened.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise _refused(f"{path}: the file is larger than {LARGEST // 1_000_000} MB", "a problem is a few pages")
        return decoded(content, str(path))
    except FileNotFoundError:
        raise _refused(f"{path}: there is no such file", _neighbour(file)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _refused(f"{path}: the file cannot be read: {reason}") from None


def decoded(content: bytes, file: str) -> str:
    if b"\0" in content:
        raise _refused(f"{file}: this is a binary file (byte {content.index(0) + 1} is zero)", "a problem is YAML text")
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _refused(f"{file}: byte {error.start + 1} is not UTF-8", "save the file as UTF-8") from None
    if not text.strip():
        raise _refused(f"{file}: the file is empty", "`derive new FILE` writes one to start from")
    return text


def parse(text: str, file: str) -> Source:
    """The top mapping of a YAML text, with every problem of its form found at once."""
    text, whole = _facts_as_text(text), text
    reader = _Reader(file, LINE_BREAK.split(text))
    reader.read(_events(text, file))
    if reader.problems:
        raise DeriveError(*reader.problems)
    if not isinstance(reader.top, dict):
        what = "a list" if isinstance(reader.top, list) else "a single value" if reader.top is not None else "nothing"
        raise DeriveError(
            Problem(
                Place(file, *reader.first),
                f"the file holds {what}, not keys with values",
                "start with `version: 1`; `derive new FILE` writes a file to start from",
            )
        )
    return Source(file, whole, reader.top, reader.marks)


def _facts_as_text(text: str) -> str:
    """With `facts: [y in (0, 1), m in {0, 1}]` as one text, "y in (0, 1), m in {0, 1}": YAML would end an entry at each
    comma. Places stay as they are."""
    begun = _FACTS.search(text) if "facts:" in text else None
    if begun is None:
        return text
    depth, end, nested = 1, begun.end(), False
    while end < len(text) and depth:
        depth += (text[end] in "([{") - (text[end] in ")]}")
        nested = nested or text[end] == "{" or (depth > 1 and text[end] == ",")
        end += 1
    inside = text[begun.end() : end - 1]
    if depth or not nested or re.search(r"""["'\\#]""", inside) or not _REST.match(text, end):
        return text
    return f'{text[: begun.end() - 1]}"{inside}"{text[end:]}'


def _events(text: str, file: str) -> Iterator[Any]:
    """The events of the pure Python parser, its own errors put into our words."""
    import yaml

    try:
        yield from yaml.parse(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise DeriveError(_syntax(error, file)) from None
    except yaml.reader.ReaderError as error:
        before = LINE_BREAK.split(text[: error.position])
        place = Place(file, len(before), len(before[-1]) + 1)
        raise DeriveError(
            Problem(place, f"a character that YAML does not allow: U+{ord(text[error.position]):04X}", "remove it")
        ) from None


def _syntax(error: Any, file: str) -> Problem:
    mark, other = error.problem_mark or error.context_mark, error.context_mark
    what = " ".join(part for part in (error.context, error.problem) if part)
    place = Place(file, mark.line + 1, mark.column + 1)
    begun = Place(file, other.line + 1, other.column + 1) if other else None
    excerpt = error.problem_mark.get_snippet(indent=4, max_length=100) or "" if error.problem_mark else ""
    if "'\\t'" in what:
        return Problem(place, "a tab stands at the beginning of a line", "indent with spaces", None, excerpt)
    if "simple key" in what and _follows_a_bar(error, place):
        mend = "indent what belongs below the `|` by two spaces"
        return Problem(place, "a line below `|` stands at the margin", mend, None, excerpt)
    mend = "close what begins at the other place, or put the value in 'quotes'"
    return Problem(place, f"this is not YAML: {what}", mend, begun if begun != place else None, excerpt)


def _follows_a_bar(error: Any, place: Place) -> bool:
    """Whether the nearest line above that has a colon opens a text with |."""
    lines = LINE_BREAK.split(str(error.problem_mark.buffer or ""))[: place.line - 1]
    above = next((line for line in reversed(lines) if ":" in line), "")
    return above.rstrip().endswith(("|", ">", "|-", ">-"))


@dataclass(slots=True)
class _Level:
    """A list or mapping that is still open."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    place: Place | None = None
    skip: bool = False


@dataclass(slots=True)
class _Reader:
    """Builds plain data from events with a stack of its own."""

    file: str
    lines: list[str]
    marks: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    top: Any = None
    first: tuple[int, int] = (1, 1)
    stack: list[_Level] = field(default_factory=list)
    documents: int = 0

    def read(self, events: Iterator[Any]) -> None:
        import yaml

        for event in events:
            place = Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
            if isinstance(event, yaml.DocumentStartEvent):
                self._document(place)
            elif isinstance(event, yaml.AliasEvent):
                self._refuse(place, f"the alias *{event.anchor}: aliases are not used here", "write the value out")
            elif isinstance(event, yaml.ScalarEvent):
                self._untagged(event, place)
                self._scalar(event, place)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._untagged(event, place)
                self._open({} if isinstance(event, yaml.MappingStartEvent) else [], place)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.stack.pop()

    def _document(self, place: Place) -> None:
        self.documents += 1
        self.first = (place.line, place.column)
        if self.documents > 1:
            self._refuse(place, "a second document begins here", "one file holds one problem; remove the `---`")

    def _untagged(self, event: Any, place: Place) -> None:
        if event.tag is not None and event.tag != "!":
            self._refuse(place, f"the tag {event.tag}: tags are not used here", "remove it")

    def _refuse(self, place: Place, what: str, mend: str) -> None:
        self.problems.append(Problem(place, what, mend))
        raise DeriveError(*self.problems)

    def _scalar(self, event: Any, place: Place) -> None:
        unprintable = _UNPRINTABLE.search(event.value)
        if unprintable:
            self._refuse(place, f"this text holds U+{ord(unprintable.group()):04X}, which cannot be shown", "remove it")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event.value, place)
            return
        value = _plain(event.value) if event.style is None else event.value
        path = self._put(value, place)
        if path is not None:
            passage = scalar_passage(self.file, self.lines, event.value, event.style, place.line, place.column)
            self.marks[path] = Mark(self.marks[path].key, place, passage)

    def _key(self, top: _Level, key: str, place: Place) -> None:
        assert isinstance(top.value, dict)
        top.key, top.place, top.skip = key, place, key in top.value
        if top.skip:
            first = self.marks[(*top.path, key)].key
            self.problems.append(Problem(place, f"the key `{key}` is given twice", "keep one of the two", first))

    def _open(self, value: dict[str, Any] | list[Any], place: Place) -> None:
        if len(self.stack) >= DEEPEST:
            self._refuse(place, f"lists or mappings nest deeper than {DEEPEST}", "a problem file needs few levels")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._refuse(place, "a key must be a name, not a list or a mapping", "write `name: value`")
        path = self._put(value, place)
        self.stack.append(_Level(value, path if path is not None else ("", len(self.marks)), skip=path is None))

    def _put(self, value: Any, place: Place) -> Path | None:
        """Put a value where it belongs; None for the value of a key that is given twice."""
        if not self.stack:
            if self.documents == 1:
                self.top = value
            self.marks[()] = Mark(place, place)
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            path: Path = (*top.path, len(top.value))
            top.value.append(value)
            self.marks[path] = Mark(place, place)
            return path
        assert top.key is not None and top.place is not None
        path, skip = (*top.path, top.key), top.skip
        if not skip:
            top.value[top.key] = value
            self.marks[path] = Mark(top.place, place)
        top.key, top.skip = None, False
        return None if skip else path


def _plain(text: str) -> Any:
    """A scalar without quotes: nothing, a whole number, a decimal or a word."""
    if text in ("", "~"):
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _neighbour(file: FilePath) -> str:
    """A file nearby whose name is like the one that was asked for."""
    from difflib import get_close_matches

    try:
        near = get_close_matches(file.name, sorted(p.name for p in file.parent.iterdir() if p.is_file()), 1)
    except OSError:
        return "check the path"
    return f"did you mean {file.parent / near[0]}?" if near else "check the path"


def _refused(what: str, mend: str = "") -> DeriveError:
    return DeriveError(Problem(None, what, mend))
