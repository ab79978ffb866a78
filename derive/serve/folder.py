"""The files that may be opened: those under one folder, reached through no symbolic link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from derive.serve.limits import FILE, FILES

PROBLEMS = (".yaml", ".yml")
ANSWERS = (".tex", ".md", ".txt")
_STEP = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_LAST = _STEP | getattr(os, "O_NONBLOCK", 0)
"""A pipe is opened at once too, and then found to be no file."""


class NotHere(Exception):
    """A name that is no file of the folder, and why."""


@dataclass(frozen=True, slots=True)
class Folder:
    root: Path

    @property
    def key(self) -> str:
        """Tells this folder from others, in what a browser keeps."""
        return sha256(os.fsencode(self.root)).hexdigest()[:16]

    def names(self) -> list[str]:
        """Problem files and answers under the folder, hidden ones left out, in order."""
        return sorted(islice(self._names(), FILES))

    def _names(self) -> Iterator[str]:
        for place, folders, files in os.walk(self.root, followlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            inside = Path(place).relative_to(self.root)
            for name in sorted(files):
                path = Path(place, name)
                if path.suffix in (*PROBLEMS, *ANSWERS) and not name.startswith(".") and not path.is_symlink():
                    yield (inside / name).as_posix()

    def text(self, name: str) -> str:
        """What stands in a file of the folder. Raises NotHere.

        Each part of the name is opened below the one before it, and a link is not followed: nothing that happens
        between a look and the opening leads out of the folder.
        """
        parts = _parts(name)
        try:
            handle = self._opened(parts)
        except (OSError, ValueError):
            raise NotHere("there is no such file in this folder") from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise NotHere("this is no file")
        with open(handle, "rb") as file:
            return _decoded(file.read(FILE + 1))

    def _opened(self, parts: tuple[str, ...]) -> int:
        at = os.open(self.root, os.O_RDONLY)
        for part in parts:
            try:
                below = os.open(part, _LAST if part is parts[-1] else _STEP | os.O_DIRECTORY, dir_fd=at)
            finally:
                os.close(at)
            at = below
        return at


def _parts(name: str) -> tuple[str, ...]:
    parts = tuple(name.split("/"))
    if not all(parts) or any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        raise NotHere("this is no name of a file in this folder")
    if not parts[-1].endswith((*PROBLEMS, *ANSWERS)):
        raise NotHere(f"only {', '.join((*PROBLEMS, *ANSWERS))} files are opened")
    return parts


def _decoded(content: bytes) -> str:
    if len(content) > FILE:
        raise NotHere(f"this file is larger than {FILE // 1_000_000} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotHere("this file is not in UTF-8") from None
