"""`derive check` as a stranger uses it: exit statuses, formats, many answers, what no answer may do."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

import derive as package
from derive.check.report import Report
from derive.cli.annotations import message_text, property_text
from derive.errors import DeriveError

ROOT = Path(__file__).parents[2]
RESIDUAL = str(ROOT / "problems" / "residual.yaml")
ANSWER = str(ROOT / "examples" / "answer.md")
GOOD = "$$\\bar{\\mathbf y} = \\mathbf y - \\mathbf s$$\n"
BAD = "$$\\bar{\\mathbf y} = \\mathbf s - \\mathbf y$$\n"


def derive(
    *args: object, stdin: bytes = b"", cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "derive", *map(str, args)]
    full = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **env}
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, env=full)


def check(*args: object, stdin: bytes = b"", cwd: Path | None = None, **env: str) -> tuple[int, str, str]:
    done = derive("check", *args, stdin=stdin, cwd=cwd, **env)
    error = done.stderr.decode()
    assert "Traceback" not in error
    return done.returncode, done.stdout.decode(), error


def test_exit_statuses(tmp_path: Path) -> None:
    for text, status in ((GOOD, 0), (BAD, 1), ("$$\\frac{a = 1$$", 1), ("no formula", 0)):
        (tmp_path / "a.md").write_text(text, encoding="utf-8")
        assert check(RESIDUAL, "a.md", cwd=tmp_path)[0] == status
    assert check(RESIDUAL, ANSWER)[0] == 1


def test_standard_input_and_how_it_is_read() -> None:
    assert check(RESIDUAL, "-", stdin=GOOD.encode())[:2] == check(RESIDUAL, "-", "--as", "md", stdin=GOOD.encode())[:2]
    status, said, _ = check(RESIDUAL, "-", "--as", "txt", stdin="ȳ = y − s".encode())
    assert status == 0 and "1 right" in said


def test_formats() -> None:
    said = {
        form: check(RESIDUAL, ANSWER, "--format", form)[1]
        for form in ("terminal", "latex", "markdown", "json", "github")
    }
    assert "answer.md:13:3: wrong" in said["terminal"] and "\\documentclass" in said["latex"]
    assert "```math" in said["markdown"]
    schema = json.loads(derive("schema", "--of", "report").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(said["json"]), schema)
    commands = said["github"].splitlines()
    assert len(commands) == 4 and all(
        re.fullmatch(r"::error file=[^,]+,line=\d+,col=\d+,title=wrong::.+", c) for c in commands
    )


def test_workflow_commands_are_escaped() -> None:
    assert message_text("100 %\r\n: ,") == "100 %25%0D%0A: ,"
    assert property_text("a:b,c%\n") == "a%3Ab%2Cc%25%0A"


def test_usual_names_of_formats() -> None:
    assert "did you mean markdown?" in check(RESIDUAL, ANSWER, "--format", "md")[2]


def test_other_names() -> None:
    text = b"$$\\mathcal{F} = R + S$$ $$\\frac{\\partial F}{\\partial S} = 1$$"
    assert check(RESIDUAL, "-", "--let", "F = E", stdin=b"$$\\bar F = 1$$")[0] == 0
    assert check(RESIDUAL, "-", "--let", "F = E", stdin=text)[0] == 0
    for given, said in (("F = Q", "no quantity"), ("E = F", "F = E"), ("F", "write it as"), ("1 + = E", "no name")):
        status, out, error = check(RESIDUAL, "-", "--let", given, stdin=GOOD.encode())
        assert status == 2 and said in error and not out


def test_no_hints_and_all() -> None:
    assert "Hint" in check(RESIDUAL, ANSWER)[1] and "Hint" not in check(RESIDUAL, ANSWER, "--no-hints")[1]
    assert "answer.md:5: right" in check(RESIDUAL, ANSWER, "--all")[1]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("big.tex", b"x" * 10_000_001, "more than 10 MB"),
        ("binary.tex", b"\x7fELF\x00\x01\xff", "binary file"),
        ("zero.tex", b"a\x00b", "binary file"),
        ("latin.tex", "$x = 1$\nprüfen".encode("latin-1"), "latin.tex:2: this file is not in UTF-8"),
        ("wide.tex", "$x = 1$".encode("utf-16"), "UTF-16"),
        ("answer.pdf", b"%PDF", "--as tex"),
        ("long.tex", b"$$x = 1$$ " * 400, "400 formulas"),
    ],
)
def test_unusable_answers(name: str, data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    status, out, error = check(RESIDUAL, name, cwd=tmp_path)
    assert status == 2 and not out and said in error and error.startswith(name)


def test_missing_files(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    for args in ((RESIDUAL, "nope.tex"), ("nope.yaml", ANSWER), (RESIDUAL, "none")):
        status, out, error = check(*args, cwd=tmp_path)
        assert status == 2 and not out and re.search("nope|none", error)


@pytest.mark.parametrize(
    "args",
    [
        (ANSWER, "--resume"),
        (ANSWER, "-", "-o", "x"),
        (ANSWER, ANSWER, "--format", "latex"),
        (ANSWER, "-o", ANSWER),
        (ANSWER, "-o", ""),
        (ANSWER, "--bogus"),
        (),
    ],
)
def test_wrong_usage(args: tuple[str, ...]) -> None:
    status, out, error = check(RESIDUAL, *args)
    assert status == 2 and not out and "Usage" in error


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    text = "Words.\r\n\r\n$$\r\n\\bar{\\mathbf y} = \\mathbf s - \\mathbf y\r\n$$\r\n"
    (tmp_path / "a.tex").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert "a.tex:4:1: wrong" in check(RESIDUAL, "a.tex", cwd=tmp_path)[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    given = tmp_path / "answers"
    (given / "late").mkdir(parents=True)
    for name, text in (("a.tex", GOOD), ("a.md", BAD), ("b.txt", GOOD), ("late/a.tex", GOOD), (".hidden.tex", BAD)):
        (given / name).write_text(text, encoding="utf-8")
    (given / "c.tex").write_bytes(b"\xff\xfe")
    (given / "notes.pdf").write_bytes(b"%PDF")
    return tmp_path


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_folder(folder: Path, jobs: int) -> None:
    status, out, error = check(RESIDUAL, "answers", "-o", "reports", "--jobs", jobs, cwd=folder)
    assert status == 2 and "c.tex: this file is in UTF-16" in error
    made = sorted(str(p.relative_to(folder / "reports")) for p in (folder / "reports").rglob("*") if p.is_file())
    assert made == ["a.md.txt", "a.tex.txt", "b.txt", "late/a.txt", "summary.jsonl"]
    assert "b.txt: 1 statement: 1 right." in (folder / "reports" / "b.txt").read_text(encoding="utf-8")
    assert "5 answers: 1 wrong, 3 unfinished, 1 unusable." in out and "  UNFINISHED  b.txt" in out


def test_going_on_after_a_kill(folder: Path) -> None:
    check(RESIDUAL, "answers", "-o", "reports", cwd=folder)
    kept = folder / "reports" / "b.txt"
    kept.write_text("kept", encoding="utf-8")
    (folder / "answers" / "a.md").write_text(GOOD, encoding="utf-8")
    journal = folder / "reports" / "summary.jsonl"
    journal.write_text(journal.read_text(encoding="utf-8") + '{"answer": "cut o', encoding="utf-8")
    out = check(RESIDUAL, "answers", "-o", "reports", "--resume", cwd=folder)[1]
    assert kept.read_text(encoding="utf-8") == "kept"
    assert "1 right" in (folder / "reports" / "a.md.txt").read_text(encoding="utf-8")
    assert "5 answers: 4 unfinished, 1 unusable." in out
    check(RESIDUAL, "answers", "-o", "reports", "--resume", "--no-hints", cwd=folder)
    assert kept.read_text(encoding="utf-8") != "kept"


def test_several_answers_on_the_screen(folder: Path) -> None:
    status, out, error = check(RESIDUAL, "answers/a.tex", "answers/a.md", "--format", "json", cwd=folder)
    assert status == 1 and [one["answer"] for one in json.loads(out)] == ["answers/a.tex", "answers/a.md"]
    assert "2 answers" in error


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupt_leaves_whole_reports_and_no_process(tmp_path: Path, sent: signal.Signals) -> None:
    given = tmp_path / "answers"
    given.mkdir()
    for n in range(200):
        (given / f"{n:03}.md").write_text(Path(ANSWER).read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-m", "derive", "check", RESIDUAL, str(given), "-o", "out", "--jobs", "2"]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("out/*.txt"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(sent)
    _, error = process.communicate(timeout=180)
    assert process.returncode == (130 if sent == signal.SIGINT else -signal.SIGKILL) and b"Traceback" not in error
    made = list(tmp_path.glob("out/*.txt"))
    texts = {path.read_text(encoding="utf-8").replace(path.stem, "") for path in made}
    assert 3 <= len(made) < 200 and len(texts) == 1
    assert check(RESIDUAL, given, "-o", "out", "--resume", cwd=tmp_path)[0] == 1
    assert len(list(tmp_path.glob("out/*.txt"))) == 200


def test_the_same_bytes_again() -> None:
    assert len({check(RESIDUAL, ANSWER, "--format", "json", PYTHONHASHSEED=seed)[1] for seed in ("1", "2", "3")}) == 1


def test_plain_ascii_and_widths() -> None:
    done = derive("check", RESIDUAL, ANSWER, PYTHONIOENCODING="ascii")
    assert done.returncode == 1 and done.stdout.isascii() and b"hbar = r + W2 ybar" in done.stdout
    assert max(map(len, check(RESIDUAL, ANSWER, "--width", 60)[1].splitlines())) < 80


def test_from_python() -> None:
    derived = package.load(RESIDUAL).derive()
    report = derived.check(GOOD + BAD)
    assert isinstance(report, Report) and [line.verdict for line in report.lines] == ["right", "wrong"]
    assert derived.check("$$\\bar F = 1$$", let={"F": "E"}).ok
    with pytest.raises(DeriveError):
        derived.check(GOOD, let={"F": "Q"})
    with pytest.raises(AttributeError):
        report.title = "x"  # type: ignore[misc]


def test_nothing_of_it_is_imported_by_others() -> None:
    code = f"import sys, derive; derive.load({RESIDUAL!r}).derive(); sys.exit('derive.check' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_help_has_examples() -> None:
    status, said, _ = check("--help")
    assert status == 0 and "--resume" in said and "derive check problems/residual.yaml answer.tex" in said
    assert "check " in derive("--help").stdout.decode()
