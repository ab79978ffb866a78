"""The gallery: a page for each file in problems/, with its graph, the file and all of its derivation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

import yaml

from derive.api import Answers, Derivation
from website.fences import ROOT, Page, fenced
from website.shown import mathematics, picture, sections

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "First steps": ("staged", "chain_rule", "affine_batch", "mlp", "residual", "residual_block", "softmax_batch"),
        "Attention": ("attention", "attention_causal", "multi_head", "transformer_block", "swiglu", "embedding"),
        "Time and depth": ("rnn", "rnn_last", "lstm", "gru", "deep_mlp", "deep_equilibrium"),
        "Images": ("conv1d", "conv2d", "max_pool"),
        "Normalisation": ("layer_norm", "rms_norm", "batch_norm", "weight_norm"),
        "Costs": (
            *("gated_softmax", "distillation", "info_nce", "contrastive_pair", "word2vec", "mixture_density"),
            *("vae", "gradient_penalty", "tied_autoencoder", "lora"),
        ),
        "Matrices and optima": ("inverse", "ridge", "ridge_stationary", "gaussian_nll", "hypergradient"),
        "Second order": ("hessian_tanh", "logistic_hessian", "softmax_hessian", "hessian_vector"),
        "Questions about networks": (
            *("sparsity", "symmetry", "bottleneck", "layer_counts", "alexnet", "regions", "sort_two", "membership"),
            *("permutation", "sorted_hard_threshold", "find_weights"),
        ),
    }
)
"""Files by subject; what stands in none comes last, so that a new file has its page at once."""
OTHERS = "Others"


def names() -> list[str]:
    return sorted(path.stem for path in (ROOT / "problems").glob("*.yaml"))


def grouped() -> dict[str, tuple[str, ...]]:
    """All files by subject."""
    there = set(names())
    placed = {name for group in GROUPS.values() for name in group}
    groups = {title: tuple(n for n in group if n in there) for title, group in GROUPS.items()}
    others = tuple(n for n in names() if n not in placed)
    return {**groups, OTHERS: others} if others else groups


def pages() -> dict[str, str]:
    """The Markdown of every problem's page, as a fence that `made` fills."""
    return {f"gallery/{name}.md": f"# {title(name)}\n\n```made problem {name}\n```\n" for name in names()}


@cache
def text(name: str) -> str:
    return (ROOT / "problems" / f"{name}.yaml").read_text(encoding="utf-8")


def title(name: str) -> str:
    return str(yaml.safe_load(text(name)).get("title", name))


def source(name: str) -> str:
    """The comment that the file begins with: where the network comes from."""
    lines = re.match(r"(?:#[^\n]*\n)*", text(name))
    return " ".join(line.lstrip("# ") for line in (lines[0] if lines else "").splitlines())


def listed(page: Page) -> str:
    """The groups, each a list of links."""
    return "\n\n".join(f"## {group}\n\n{_links(members)}" for group, members in grouped().items())


def _links(members: Iterable[str]) -> str:
    return "\n".join(f"- [{title(name)}]({name}.md)" for name in members)


def problem(page: Page, name: str) -> str:
    """One file's page below its title."""
    from derive import load

    network = load(ROOT / "problems" / f"{name}.yaml")
    derived = network.derive() if network.declared.equations else network.answers()
    parts = [_said(name), _graph(derived, page), f"```sh\nderive problems/{name}.yaml\n```", _listing(name)]
    parts.append(_alone(name, derived, page))
    for section in sections(derived.document()):
        heading = [f"## {section.title}"] if section.title else []
        parts += [*heading, page.aside(f"<div data-search-exclude>{mathematics(section.blocks)}</div>")]
    return "\n\n".join(part for part in parts if part)


def _said(name: str) -> str:
    return source(name).replace("*", r"\*").replace("_", r"\_").replace("<", "&lt;")


def _listing(name: str) -> str:
    return '??? note "The problem file"\n\n' + "\n".join(
        f"    {line}" if line else ""
        for line in fenced(text(name), "yaml", f' title="problems/{name}.yaml"').splitlines()
    )


def _alone(name: str, derived: Derivation | Answers, page: Page) -> str:
    """A link to the derivation as a page of its own, whose terms can be pointed at."""
    if not isinstance(derived, Derivation):
        return ""
    page.files[f"{name}-page.html"] = derived.html().encode("utf-8")
    return f"[Open as an interactive page]({name}-page.html){{ .md-button }}"


def _graph(derived: Derivation | Answers, page: Page) -> str:
    """The computation graph: of the network, or of those that the questions are about."""
    return page.aside(picture(derived.graph().svg()))
