"""Completion in shells, the schema beside a new file, annotations, hooks."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
BAD = "version: 1\nsizes: {N: n}\ninputs: {x: [N]}\nequations: |\n  y = x + q\n  z = x + p\n"
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def derive(*args: str, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "derive", *args]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=cwd, env={**ENV, **env})


def completed(*words: str) -> list[str]:
    """What bash is told where the last word is unfinished."""
    given = {"COMP_WORDS": " ".join(["derive", *words]), "COMP_CWORD": str(len(words))}
    return derive(_DERIVE_COMPLETE="bash_complete", **given).stdout.split()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["problems/residual"], ["plain,problems/residual.yaml", "plain,problems/residual_block.yaml"]),
        (["problems"], ["file,problems"]),
        (["problems/mlp.yaml", "--notation", "p"], ["plain,partial"]),
        (["problems/mlp.yaml", "--format", "lat"], ["plain,latex"]),
        (["problems/residual.yaml", "--wrt", "W"], ["plain,W1", "plain,W2"]),
        (["problems/residual.yaml", "--wrt", "x,W1,W"], ["plain,x,W1,W2"]),
        (["problems/residual.yaml", "--jacobian", "y:b"], ["plain,y:b1", "plain,y:b2"]),
        (["ask", "problems/mlp.yaml", "co"], ["plain,cost", "plain,counts"]),
        (["explain", "problems/residual.yaml", "b"], ["plain,b1", "plain,b2"]),
        (["check", "problems/mlp.yaml", "x.md", "--format", "g"], ["plain,github"]),
        (["worksheet", "problems/mlp"], ["plain,problems/mlp.yaml"]),
        (["missing.yaml", "--wrt", ""], []),
        (["chec"], ["plain,check"]),
    ],
)
def test_completion(words: list[str], found: list[str]) -> None:
    assert completed(*words) == found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_that_the_readme_names(shell: str) -> None:
    script = derive(_DERIVE_COMPLETE=f"{shell}_source").stdout
    assert "_DERIVE_COMPLETE" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_a_new_file_names_a_schema_that_stands_beside_it(tmp_path: Path) -> None:
    assert derive("new", "deep.yaml", cwd=tmp_path).returncode == 0
    text = (tmp_path / "deep.yaml").read_text(encoding="utf-8")
    met = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert met is not None
    schema = json.loads((tmp_path / met[1]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load(text), schema)
    assert schema == json.loads(derive("schema").stdout)
    assert derive("new", "second.yaml", cwd=tmp_path).returncode == 0


def test_annotations_of_problem_files(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD)
    good = str(ROOT / "problems" / "mlp.yaml")
    done = derive("bad.yaml", good, "--format", "github", cwd=tmp_path)
    assert done.returncode == 2 and not done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("::error file=bad.yaml,line=5,col=11,title=problem file::`q` has neither")
    assert second.startswith("::error file=bad.yaml,line=6,col=11,") and "%0A" in second
    assert derive(good, "--format", "github").stdout == ""


def test_what_is_wrong_with_one_file_keeps_no_other_from_its_turn(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD)
    good = str(ROOT / "problems" / "mlp.yaml")
    done = derive("bad.yaml", good, cwd=tmp_path)
    assert done.returncode == 2 and "bad.yaml:5:11" in done.stderr and "Checked by numbers" in done.stdout
    quiet = derive("bad.yaml", good, "--quiet", cwd=tmp_path)
    assert quiet.returncode == 2 and "bad.yaml:5:11" in quiet.stderr and not quiet.stdout


def test_quiet_reports() -> None:
    answer = str(ROOT / "examples" / "answer.md")
    done = derive("check", "problems/residual.yaml", answer, answer, "--quiet")
    assert done.returncode == 1 and done.stdout.count("Hint") == 4 and "answers;" not in done.stdout


def test_hooks_are_commands_that_there_are() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["derive", "derive-check"]
    problem, answer = (hook["entry"].split()[1:] for hook in hooks)
    assert derive(*problem, "problems/mlp.yaml").returncode == 0
    assert derive(*answer, "problems/residual.yaml", "examples/answer.md").returncode == 1
    assert re.match(hooks[0]["files"], "problems/mlp.yaml") and re.match(hooks[1]["files"], "answers/a/b.tex")
