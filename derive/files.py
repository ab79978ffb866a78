"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from derive.errors import DeriveError, Problem


def write_whole(path: Path, text: str | bytes) -> None:
    """Puts text in place of a file in one step; a failure leaves what stood there. Raises DeriveError.

    A device or a pipe is written to, not replaced; what a symbolic link points at is replaced, not the link.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(_bytes(text))
            return
        path = Path(os.path.realpath(path))
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with open(handle, "wb") as file:
                file.write(_bytes(text))
            os.chmod(name, _mode(path))
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DeriveError(Problem(None, f"{path}: cannot write: {error.strerror}", "choose another place")) from None


def is_same(output: str, problem: str) -> bool:
    """Whether writing the one would replace the other."""
    try:
        return os.path.samefile(output, problem)
    except OSError:
        return False


def write_new(path: Path, text: str) -> None:
    """Writes a file that is not there yet. Raises DeriveError if it is."""
    if path.exists() or path.is_symlink():
        raise DeriveError(Problem(None, f"{path} is there already", "choose another name; nothing was written"))
    write_whole(path, text)


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8") if isinstance(text, str) else text


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, or what a new file would get."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
