"""`derive P --watch`: again on saving, whichever way an editor saves; errors are waited out; Ctrl-C ends it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

ROOT = Path(__file__).parents[2]
PROBLEM = "version: 1\nsizes: {{N: n}}\ninputs: {{x: [N]}}\nequations: |\n  {} = sum(i, x[i])\n"


class Watched:
    """A process that watches a file, and what it has said so far."""

    def __init__(self, path: Path) -> None:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "derive", str(path), "--watch"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, encoding="utf-8"
        )
        self.said: Queue[str] = Queue()
        self.reader = Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.put(line)

    def says(self, words: str) -> str:
        """Waits for these words."""
        met, end = "", time.monotonic() + 30
        while words not in met:
            try:
                met += self.said.get(timeout=max(end - time.monotonic(), 0))
            except Empty:
                raise AssertionError(f"{words!r} was not said, but {met!r}") from None
        return met


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "p.yaml"
    found.write_text(PROBLEM.format("first"))
    return found


@pytest.fixture
def watched(path: Path) -> Iterator[Watched]:
    found = Watched(path)
    yield found
    found.process.kill()
    found.process.wait()


def rewritten(path: Path, text: str) -> None:
    path.write_text(text)


def replaced(path: Path, text: str) -> None:
    """As vim, emacs and VS Code may: a new file takes the name; here even with the old time."""
    before = path.stat()
    new = path.with_suffix(".new")
    new.write_text(text)
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(new, path)


def moved_away(path: Path, text: str) -> None:
    """As editors that keep a backup: for a while there is no file of this name."""
    path.rename(path.with_suffix(".bak"))
    time.sleep(0.6)
    path.write_text(text)


def test_every_way_to_save(path: Path, watched: Watched) -> None:
    watched.says("Checked by numbers")
    ways: tuple[Callable[[Path, str], None], ...] = (rewritten, replaced, moved_away)
    for n, save in enumerate(ways):
        save(path, PROBLEM.format(f"other{n}"))
        assert "\x1b" not in watched.says("Checked by numbers")
    path.write_text(PROBLEM.format("bad").replace("x[i]", "q[i]"))
    assert "Traceback" not in watched.says("declare it")
    path.write_text(PROBLEM.format("good"))
    watched.says("Checked by numbers")
    watched.process.send_signal(signal.SIGINT)
    assert watched.process.wait(timeout=20) == 130
    watched.reader.join(timeout=10)
    assert watched.said.queue.count("\n") == len(watched.said.queue)


def test_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    later = tmp_path / "later.yaml"
    watched = Watched(later)
    try:
        watched.says("there is no such file")
        later.write_text(PROBLEM.format("now"))
        watched.says("Checked by numbers")
    finally:
        watched.process.kill()
        watched.process.wait()


def test_what_was_good_stays_below_a_mistake(path: Path) -> None:
    """On a terminal: the mistake on top, what the file gave before below it, the last line says which is wrong."""
    screen, inside = os.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "derive", str(path), "--watch"]
    process = subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside, env=env, start_new_session=True)
    try:
        assert "Checked by numbers" in _until(screen, "Ctrl-C ends")
        path.write_text(PROBLEM.format("bad").replace("x[i]", "q[i]"))
        said = _until(screen, "WRONG")
        assert said.index("declare it") < said.index("cannot be derived now") < said.index("Checked by numbers")
        path.write_text(PROBLEM.format("good"))
        assert "WRONG" not in _until(screen, "Ctrl-C ends")
    finally:
        process.kill()
        process.wait()
        os.close(screen)
        os.close(inside)


def _until(screen: int, words: str) -> str:
    """What has been written when these words are."""
    said, end = b"", time.monotonic() + 30
    while words.encode() not in said and time.monotonic() < end:
        if select.select([screen], [], [], 0.2)[0]:
            said += os.read(screen, 65536)
    return said.decode("utf-8", "replace")
