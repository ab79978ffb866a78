"""`derive ask PROBLEM QUESTION [SETTINGS]`: one question about a file, also one that it does not ask itself."""

from __future__ import annotations

import sys

import click

from derive.cli import TIMEOUT
from derive.cli.answering import look, looks, written
from derive.cli.complete import ProblemPath, questions
from derive.cli.group import Format
from derive.cli.screen import FAILED, deliver, progress

EXAMPLES = """\b
Examples:
  derive ask problems/residual.yaml cost                       multiplications and memory of both passes
  derive ask problems/sparsity.yaml zeros                      what the file asks under `questions: zeros`
  derive ask problems/sparsity.yaml zeros 'facts: [h3 == 0]'   the same question with other settings
  derive ask problems/mlp.yaml symmetry '{layer: h}'
  derive ask problems/find_weights.yaml find --timeout 30
  derive ask problems/regions.yaml regions --format svg -o regions.svg

\b
The questions: zeros, prove, find, regions, cost, counts, symmetry, bottleneck, stage, explain.
SETTINGS: as a problem file has them under `questions`, in YAML.
Exit status: 0 answered, a counterexample is an answer too; 1 not decided; 2 unusable input.
"""


@click.command("ask", epilog=EXAMPLES)
@click.argument("problem", type=ProblemPath(), metavar="PROBLEM.yaml")
@click.argument("question", metavar="QUESTION", shell_complete=questions)
@click.argument("settings", required=False, metavar="[SETTINGS]")
@click.option(
    "--format",
    "form",
    type=Format(["terminal", "latex", "json", "svg"]),
    default="terminal",
    show_default=True,
    help="What comes out.",
)
@click.option("--timeout", type=click.IntRange(1, 3600), metavar="S", help=TIMEOUT)
@looks
def command(
    problem: str,
    question: str,
    settings: str | None,
    form: str,
    timeout: int | None,
    output: str | None,
    width: int | None,
    plain: bool,
) -> None:
    """Answer one question about a problem file: guaranteed zeros, a proof, the cost, the layers' counts …"""
    from derive.analyse import answers
    from derive.analyse.asking import asking
    from derive.analyse.asking import written as typed
    from derive.api import Answers
    from derive.declare.load import load

    network = load(problem)
    asked = asking(network, question) if settings is None else (typed(question, settings),)
    with progress(f"working out {question}"):
        found = Answers(network, answers(network, asked, timeout))
    text = found.svg() if form == "svg" else written(found, look(form, output, width, plain))
    deliver(text, None if output == "-" else output)
    if not found.decided:
        sys.exit(FAILED)
