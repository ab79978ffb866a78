"""`derive serve`: who may ask it, what it opens, what it survives, how it ends."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("uvicorn")

from derive.serve import jobs, worker
from derive.serve import run as running
from derive.serve.asked import Unfit, asked
from derive.serve.exports import EXPORTS
from derive.serve.folder import Folder, NotHere
from derive.serve.guard import Guard
from derive.serve.limits import BODY, FILE
from tests.load_serve import KINDS, PATIENT, Load, at_once, held, hostile
from tests.serving import RESIDUAL, Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    told = tmp_path_factory.mktemp("serve") / "told"
    with serving(told, "problems/residual.yaml", "--timeout", "20") as begun:
        yield begun
    text = told.read_text(encoding="utf-8")
    assert text.strip() == "ended", "Ctrl-C ends it cleanly, and nothing else was printed"


# What it answers


def test_a_derivation_and_its_words(server: Server) -> None:
    found = server.job()
    assert not found["problems"]
    assert "residual network" in found["title"] and "<svg" in found["graph"] and "<math" in found["passes"]
    assert "Checked" in found["checked"] or found["checked"]


def test_a_problem_has_its_place_and_its_mend(server: Server) -> None:
    (one,) = server.job(yaml=RESIDUAL.replace("x + W2", "x + W3"))["problems"]
    assert (one["line"], one["column"]) == (13, 11)
    assert "W3" in one["what"] and one["mend"]


def test_an_answer_is_judged_line_by_line(server: Server) -> None:
    text = "\\bar{h} = r + W_2^T \\bar{y}\n\\bar{z} = \\bar{h}\n\\bar{x} = \\frac{"
    lines = server.job(kind="check", answer=text, suffix=".txt")["lines"]
    assert [(one["line"], one["verdict"]) for one in lines] == [(1, "right"), (2, "wrong"), (3, "unreadable")]
    assert "σ′(z)" in lines[1]["html"] or "missing" in lines[1]["hint"]


@pytest.mark.parametrize("form", [form for form in EXPORTS if form != "svg"])
def test_everything_can_be_taken_away(server: Server, form: str) -> None:
    found = server.job(kind="export", format=form, answer="\\[\\bar{y} = y - s\\]")
    assert not found["problems"], found["problems"]
    assert found.get("text") or found.get("base64")


def test_markup_in_a_title_is_shown_not_meant(server: Server) -> None:
    found = server.job(yaml=RESIDUAL.replace("title: A", "title: <script>alert(1)</script><img src=x onerror=y> A"))
    shown = found["graph"] + found["passes"]
    assert "<script" not in shown and "<img" not in shown


# Who may ask


@pytest.mark.parametrize(
    "name",
    [
        n
        for n in KINDS
        if n.startswith(("another", "cross", "no cookie", "no host", "no token", "null", "two h", "a wr"))
    ],
)
def test_who_is_refused(server: Server, name: str) -> None:
    status, _, body = server.asked(KINDS[name](server, 1))
    assert status in (400, 403, 405)
    assert server.token.encode() not in body


def test_the_first_address_gives_a_cookie_and_every_answer_its_policy(server: Server) -> None:
    status, headers, _ = server.asked(server.get(f"/?token={server.token}", cookie=""))
    assert status == 303 and headers["location"] == "/"
    assert "HttpOnly" in headers["set-cookie"] and "samesite=strict" in headers["set-cookie"].lower()
    _, headers, page = server.asked(server.get("/"))
    assert "default-src 'none'" in headers["content-security-policy"] and headers["x-content-type-options"] == "nosniff"
    assert server.token.encode() in page and b"//" not in page.replace(b"http://www.w3.org", b"")


def test_it_listens_on_this_machine_alone(server: Server) -> None:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]
    assert [at for at in listening if at.endswith(f":{server.port:04X}")] == [f"0100007F:{server.port:04X}"]


def test_a_guard_knows_its_own_page() -> None:
    guard = Guard(8470, "t")
    own = [("host", "127.0.0.1:8470"), ("origin", "http://127.0.0.1:8470"), ("sec-fetch-site", "same-origin")]
    assert not guard.refused("POST", own)
    assert not guard.refused("GET", [("host", "localhost:8470"), ("sec-fetch-site", "none")])
    for bad in ("127.0.0.1", "127.0.0.1:8470.evil.example", "evil.example:8470", "[::1]:8470", ""):
        assert guard.refused("GET", [("host", bad)])
    assert guard.refused("POST", [own[0], ("sec-fetch-site", "none")])
    assert guard.in_cookie("a=b; derive-8470=t") and not guard.in_cookie("derive-8470=") and not guard.knows("é")


# What it opens


def test_it_opens_files_only_under_its_folder(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "below").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("secret")
    for name in ("a.yaml", "below/b.tex", ".hidden.yaml", "c.py"):
        (root / name).write_text(name)
    (root / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "out").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.yaml")
    (root / "large.yaml").write_text("x" * (FILE + 1))
    (root / "bytes.yaml").write_bytes(b"\xff")
    (root / "folder.yaml").mkdir()
    folder = Folder(root)
    assert folder.text("a.yaml") == "a.yaml" and folder.text("below/b.tex") == "below/b.tex"
    assert "link.yaml" not in folder.names() and "below/b.tex" in folder.names() and "c.py" not in folder.names()
    bad = ("../secret.yaml", "/etc/passwd", "link.yaml", "out/secret.yaml", "pipe.yaml", "large.yaml", "bytes.yaml",
           "folder.yaml", ".hidden.yaml", "c.py", "", "a.yaml/", "below/../a.yaml", "a\0.yaml", "..\\secret.yaml",
           "no.yaml", "a.yaml/b.yaml", "x" * 5000 + ".yaml")  # fmt: skip
    for name in bad:
        with pytest.raises(NotHere):
            folder.text(name)


def test_a_file_of_the_folder_over_the_wire(server: Server) -> None:
    assert b"residual" in server.asked(server.get("/file?name=residual.yaml"))[2]
    assert server.asked(server.get("/file?name=../README.md"))[0] == 404


# What it survives


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b"{" * 99999, b'{"kind": "derive"}', b'{"kind": "x", "yaml": ""}']
)
def test_what_is_no_job(body: bytes) -> None:
    with pytest.raises(Unfit):
        asked("application/json", body)


def test_too_much_is_refused_before_it_is_read(server: Server) -> None:
    assert server.asked(server.post(b"x" * 10, content_length=str(BODY + 1)))[0] == 413
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    request = server.head("POST /job", transfer_encoding="chunked", content_type="application/json")
    assert server.asked(request + chunk * 2 + b"0\r\n\r\n")[0] == 413


def test_a_worker_that_ends_is_replaced(server: Server) -> None:
    for one in _workers(server.process.pid):
        os.kill(one, signal.SIGKILL)
    time.sleep(0.3)
    assert not server.job(yaml=f"{RESIDUAL}# again")["problems"]


def _workers(server: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{server}/task/{server}/children").read_text().split()]


def test_a_hundred_at_once_and_hundreds_of_hostile_ones(server: Server) -> None:
    """The whole of it, 1,000 and 10,000, is `python -m tests.load_serve`."""
    before = held(server.process.pid)
    load = Load(server)
    asyncio.run(at_once(load, 100))
    assert dict(load.statuses) == {"200": 100}
    met = asyncio.run(hostile(load, 3 * len(KINDS)))
    assert not [name for name in met if name.endswith((": 500", ": refused"))]
    assert {name.rpartition(": ")[0] for name in met if name.endswith("waiting")} <= set(PATIENT)
    time.sleep(0.5)
    began = time.perf_counter()
    assert server.asked(server.get("/"))[0] == 200
    assert time.perf_counter() - began < 0.5
    after = held(server.process.pid)
    assert after["files"] <= before["files"] + 8 and after["MB"] < before["MB"] + 100


def test_workers_have_limits(server: Server) -> None:
    server.job(yaml=f"{RESIDUAL}# ready")
    for one in _workers(server.process.pid):
        limits = Path(f"/proc/{one}/limits").read_text()
        assert "2000000000" in next(line for line in limits.splitlines() if line.startswith("Max address space"))
        assert Path(f"/proc/{one}/fd/1").readlink() == Path(os.devnull)


def test_a_worker_has_no_more_memory_than_its_limit() -> None:
    code = "import os; from derive.serve import worker; worker._begin(os.getppid()); bytearray(3_000_000_000)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert run.stderr.rstrip().endswith("MemoryError")


def test_what_needs_more_memory_is_said_and_its_worker_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def hungry(job: object) -> None:
        raise MemoryError

    monkeypatch.setattr(worker, "_time", lambda seconds: None)
    monkeypatch.setattr(jobs, "done", hungry)
    result, fine = worker._done({"kind": "derive"})
    assert not fine and result["ends"] and "memory" in result["problems"][0]["what"]


def test_a_result_that_is_too_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "RESULT", 1000)
    sent = io.BytesIO()
    worker._send(sent, {"text": "x" * 2_000_000})
    (one,) = json.loads(sent.getvalue()[worker.LENGTH.size :])["problems"]
    assert "2 MB" in one["what"] and one["mend"]


CHAIN = "".join(f"  x{n + 1} = tanh(W @ x{n})\n" for n in range(1500))
DECLARED = "version: 1\nsizes: {N: n}\nparameters: {W: [N, N]}\ninputs: {x0: [N]}\n"
LONG = f"{DECLARED}equations: |\n{CHAIN}  E = norm(x1500)**2\ncost: E\n"


# How it begins and ends


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        run = _command("--port", str(other.getsockname()[1]), "--no-browser")
    assert run.returncode == 2 and "choose another with --port" in run.stderr and "Traceback" not in run.stderr


def test_without_the_extra_a_message_says_which() -> None:
    code = "import sys; sys.modules['uvicorn'] = None; from derive.cli import main; main(['serve', '--port', '0'])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert run.returncode == 2 and "pip install 'derive[serve]'" in run.stderr


def test_time_is_limited_and_ctrl_c_ends_it_with_its_workers(tmp_path: Path) -> None:
    with serving(tmp_path / "told", "problems/residual.yaml", "--timeout", "2") as begun:
        began = time.perf_counter()
        assert "longer than a live page waits" in begun.job(yaml=LONG)["problems"][0]["what"]
        assert time.perf_counter() - began < 20
        assert not begun.job()["problems"], "another worker has taken its place"
        workers = _workers(begun.process.pid)
        with socket.create_connection(("127.0.0.1", begun.port)):  # somebody still holds on
            begun.process.send_signal(signal.SIGINT)
            assert begun.process.wait(10) == 0
    assert workers and not [one for one in workers if Path(f"/proc/{one}").exists()]
    assert (tmp_path / "told").read_text(encoding="utf-8").strip() == "ended"


def _command(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "derive", "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, encoding="utf-8")


@pytest.mark.parametrize("name", ["no.yaml", "README.md", ".hidden.yaml"])
def test_what_is_no_problem_file_is_said(name: str, tmp_path: Path) -> None:
    (tmp_path / ".hidden.yaml").write_text(RESIDUAL, encoding="utf-8")
    place = tmp_path / name if name.startswith(".") else Path(name)
    run = _command(str(place), "--no-browser")
    assert run.returncode == 2 and str(place) in run.stderr and "Traceback" not in run.stderr


def test_a_browser_of_text_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    assert not running._has_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    assert running._has_screen()


def test_a_format_that_is_none_is_refused_before_a_worker_gets_it() -> None:
    with pytest.raises(Unfit):
        asked("application/json", b'{"kind": "export", "yaml": "", "format": "nope"}')


def test_two_interrupts_in_the_middle_of_a_derivation_end_it_at_once(tmp_path: Path) -> None:
    with serving(tmp_path / "told") as begun, socket.create_connection(("127.0.0.1", begun.port)) as line:
        line.sendall(begun.post({"kind": "derive", "yaml": LONG}))
        time.sleep(0.5)
        for _ in range(2):
            begun.process.send_signal(signal.SIGINT)
        began = time.perf_counter()
        assert begun.process.wait(10) == 0 and time.perf_counter() - began < 5
    assert (tmp_path / "told").read_text(encoding="utf-8").strip() == "ended"
