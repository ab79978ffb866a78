"""The command as a stranger uses it: exit statuses, files whole or not at all, messages without a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
import yaml

from derive.render.plain import cells
from tests.problem_files import FILES, NETWORKS

ROOT = Path(__file__).parent.parent
PROBLEMS = FILES
RESIDUAL = str(ROOT / "problems" / "residual.yaml")


def derive(*args: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "derive", *args]
    full = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **env}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=full)


def test_every_problem_at_once_within_80_columns() -> None:
    """All but one, whose search takes as long as the others together."""
    done = derive(*(str(path) for path in PROBLEMS if path.stem != "find_weights"), "--width", "80")
    assert done.returncode == 0 and not done.stderr
    assert done.stdout.count("Checked by numbers") == len(NETWORKS)
    assert max(cells(line) for line in done.stdout.splitlines()) <= 80


def test_the_same_input_gives_the_same_bytes() -> None:
    runs = {
        derive(RESIDUAL, "--format", form, PYTHONHASHSEED=seed).stdout for seed in ("1", "2", "3") for form in ("json",)
    }
    assert len(runs) == 1


def test_plain_ascii_where_the_terminal_needs_it() -> None:
    done = derive(RESIDUAL, PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and done.stdout.isascii() and "xbar" in done.stdout


@pytest.mark.parametrize("notation", ["bar", "partial", "nabla", "d", "delta"])
def test_notations(notation: str) -> None:
    done = derive(RESIDUAL, "--notation", notation)
    assert (
        done.returncode == 0
        and {"bar": "x̄ =", "partial": "∂E/∂x =", "nabla": "∇", "d": "dx =", "delta": "δ"}[notation] in done.stdout
    )


def test_options_reach_the_lines() -> None:
    assert "R̄ r + " in derive(RESIDUAL, "--keep-cost-bars").stdout
    assert "⊙" in derive(RESIDUAL, "--product", "odot").stdout
    closed = derive(RESIDUAL, "--closed-form", "x", "--product", "circ").stdout
    assert "x̄ = W⁽¹⁾ᵀ ((r + W⁽²⁾ᵀ (y − s)) ∘ σ′(z)) + (y − s)" in closed
    assert "W̄⁽²⁾ = ȳ hᵀ" in derive(RESIDUAL, "--wrt", "W1,W2").stdout


def test_not_checked_is_said() -> None:
    assert "Nothing was checked" in derive(RESIDUAL, "--no-check").stdout


def test_output_files_are_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "r.tex"
    target.write_text("old")
    assert derive(RESIDUAL, "--format", "latex", "-o", str(target)).returncode == 0
    assert target.read_text().startswith("%") or "\\documentclass" in target.read_text()
    assert [p.name for p in tmp_path.iterdir()] == ["r.tex"]


def test_an_unwritable_output_leaves_nothing(tmp_path: Path) -> None:
    done = derive(RESIDUAL, "-o", str(tmp_path / "missing" / "r.txt"))
    assert done.returncode == 2 and "missing" in done.stderr and "Traceback" not in done.stderr
    blocked = tmp_path / "folder"
    blocked.mkdir()
    assert derive(RESIDUAL, "-o", str(blocked)).returncode == 2
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_the_problem_itself_is_never_replaced(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(Path(RESIDUAL).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to(own)
    before = own.read_bytes()
    for name in ("own.yaml", "link.yaml"):
        done = derive("own.yaml", "-o", name, cwd=tmp_path)
        assert done.returncode == 2 and "replace the problem" in done.stderr and own.read_bytes() == before


def test_what_a_link_points_at_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("old")
    (tmp_path / "link").symlink_to("there")
    assert derive(RESIDUAL, "-o", "link", cwd=tmp_path).returncode == 0
    assert (tmp_path / "link").is_symlink() and "Forward" in (tmp_path / "there").read_text(encoding="utf-8")


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "derive", RESIDUAL, "-o", str(pipe)]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        assert "Forward" in pipe.read_text(encoding="utf-8")
    assert process.returncode == 0 and pipe.is_fifo()


def test_a_dash_is_the_screen_and_no_name_is_refused(tmp_path: Path) -> None:
    assert "Forward" in derive(RESIDUAL, "-o", "-", cwd=tmp_path).stdout
    assert derive(RESIDUAL, "-o", "", cwd=tmp_path).returncode == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("end", "status"), [("| head -1", 0), (">&-", 0), ("> /dev/full", 2)])
def test_an_output_that_takes_no_more(end: str, status: int) -> None:
    if "/dev/full" in end and not Path("/dev/full").is_char_device():
        end = ">&-"  # a system without it
        status = 0
    script = f"set -o pipefail; '{sys.executable}' -m derive --no-check {' '.join(map(str, NETWORKS))} {end}"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=env)
    assert done.returncode == status and "Traceback" not in done.stderr


def test_a_bad_input_leaves_the_old_output(tmp_path: Path) -> None:
    target = tmp_path / "r.txt"
    target.write_text("old")
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: 1\nsizes: {N: n}\ninputs: {x: [N]}\nequations: |\n  y = x + q\n")
    done = derive(str(bad), "-o", str(target))
    assert done.returncode == 2 and target.read_text() == "old"
    assert done.stderr.startswith(f"{bad}:5:11: ") and "Traceback" not in done.stderr


def test_new_writes_a_file_that_derives_and_refuses_to_replace_it(tmp_path: Path) -> None:
    target = tmp_path / "my.yaml"
    assert derive("new", str(target)).returncode == 0
    before = target.read_bytes()
    again = derive("new", str(target))
    assert again.returncode == 2 and target.read_bytes() == before
    done = derive(str(target))
    assert done.returncode == 0 and "Checked by numbers" in done.stdout


def schema(*args: str) -> jsonschema.Draft202012Validator:
    found = json.loads(derive("schema", *args).stdout)
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


def test_the_schema_describes_the_output() -> None:
    """Of a derivation, of one with answers below it, of answers alone; test_problems.py has the data of all."""
    output = schema("--of", "output")
    for name in ("residual", "sparsity", "layer_counts"):
        output.validate(json.loads(derive(f"problems/{name}.yaml", "--format", "json", cwd=ROOT).stdout))


def test_the_schema_describes_the_problems() -> None:
    described = schema()
    for problem in PROBLEMS:
        described.validate(yaml.safe_load(problem.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--format", "pdf", RESIDUAL], "derive paper"),
        (["--format", "tex"], "did you mean latex?"),
        (["--format", "ps"], "is not one of"),
        (["--wrt", "q"], "q is no quantity"),
        (["--fragment"], "--fragment goes with"),
        (["--closed-form", "q"], "q is no quantity"),
        (["--bogus"], "--bogus"),
        ([RESIDUAL, "-o", "x"], "-o takes one problem"),
    ],
)
def test_wrong_usage(args: list[str], said: str) -> None:
    done = derive(RESIDUAL, *args)
    assert done.returncode == 2 and said in done.stderr and not done.stdout and "Traceback" not in done.stderr


def test_a_failed_check_shows_nothing_as_right(tmp_path: Path) -> None:
    """A wrong slope planted in the table: exit status 1, and what disagreed, with sizes and seed."""
    planted = tmp_path / "planted.py"
    planted.write_text(
        "from dataclasses import replace\n"
        "from types import MappingProxyType\n"
        "from derive.operators import slopes\n"
        "from derive.notation.expression import ONE\n"
        "row = replace(slopes.TABLE['tanh'], slopes=(lambda f, x: ONE,))\n"
        "slopes.TABLE = MappingProxyType({**slopes.TABLE, 'tanh': row})\n"
        "from derive.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, str(planted), str(ROOT / "problems" / "mlp.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 1 and not done.stdout
    assert "seed" in done.stderr and "z" in done.stderr and "Traceback" not in done.stderr


def test_help_has_examples_and_no_heavy_imports() -> None:
    done = derive("--help")
    assert done.returncode == 0 and "derive problems/residual.yaml" in done.stdout
    code = "import sys, derive.cli; sys.exit(any(m in sys.modules for m in ('sympy', 'numpy', 'lark', 'pydantic')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
    assert derive("--version").stdout.startswith("derive")


def test_the_terminal_needs_no_sympy() -> None:
    code = f"import sys, derive; str(derive.load({RESIDUAL!r}).derive()); sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_ctrl_c(tmp_path: Path) -> None:
    """130, and no half-written file."""
    layers = "\n".join(f"  h{n} = tanh(W{n} @ h{n - 1})" for n in range(1, 3000))
    shapes = ", ".join(f"W{n}: [N, N]" for n in range(1, 3000))
    big = tmp_path / "big.yaml"
    big.write_text(
        f"version: 1\nsizes: {{N: n}}\ninputs: {{h0: [N]}}\nparameters: {{{shapes}}}\nequations: |\n{layers}\n",
    )
    command = [sys.executable, "-m", "derive", str(big), "-o", str(tmp_path / "out.txt")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130 and b"Traceback" not in error
    assert [p.name for p in tmp_path.iterdir()] == ["big.yaml"]
