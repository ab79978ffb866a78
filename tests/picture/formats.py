"""Readers of DOT and Mermaid, as strict as theirs where our files go: no program for either is at hand."""

from __future__ import annotations

import re

from lark import Lark, Token

DOT = Lark(
    r"""
    start: "digraph" "{" statement* "}"
    statement: (edge | node | default | setting) ";"
    setting: NAME "=" value
    default: NAME attributes
    node: STRING attributes
    edge: STRING "->" STRING attributes
    attributes: "[" [pair ("," pair)*] "]"
    pair: NAME "=" value
    value: STRING | NAME
    NAME: /[a-zA-Z_]\w*/
    STRING: /"(\\[\\"n]|[^"\\])*"/
    %ignore /\s+/
    """,
    parser="lalr",
)


def reads_dot(text: str) -> tuple[int, int]:
    """How many nodes and edges there are; raises where it is no DOT, or an edge leads to no node."""
    tree = DOT.parse(text)
    nodes = [str(node.children[0]) for node in tree.find_data("node")]
    edges = [[str(end) for end in edge.children if isinstance(end, Token)] for edge in tree.find_data("edge")]
    assert all(end in nodes for edge in edges for end in edge)
    return len(nodes), len(edges)


QUOTED = r'"(?:[^"#&<>|;\\`$*]|<br/>|#\d+;)+"'
NODE = re.compile(rf"  (n\d+)(?:\(\[{QUOTED}\]\)|\(\({QUOTED}\)\)|\({QUOTED}\)|\[{QUOTED}\])(?::::?\w+)?")
EDGE = re.compile(rf"  (n\d+) (?:-->(?:\|{QUOTED}\|)?|-\.->) (n\d+)")
OTHER = re.compile(r'---|title: ".*"|flowchart LR|  classDef \w+ [\w:#,-]+( \d)?')


def reads_mermaid(text: str) -> tuple[int, int]:
    """The same of a flowchart."""
    lines = text.splitlines()
    nodes = {met[1] for line in lines if (met := NODE.fullmatch(line))}
    edges = [met for line in lines if (met := EDGE.fullmatch(line))]
    wrong = [line for line in lines if not any(p.fullmatch(line) for p in (NODE, EDGE, OTHER))]
    assert not wrong, wrong
    assert all(end in nodes for met in edges for end in met.groups())
    return len(nodes), len(edges)
