"""The page's script, first half: pointing by mouse, keyboard and touch, at terms, lines, edges and nodes."""

from __future__ import annotations

POINT = """\
const $ = (s, at = document) => [...at.querySelectorAll(s)];
const one = id => document.getElementById(id);
const make = (name, text = "", kind = "") => Object.assign(document.createElement(name),
  { textContent: text, className: kind });
const body = document.body, passes = one("passes"), where = one("where"), form = one("switches"), said = one("said");
const words = text => (text || "").split(" ").filter(Boolean);
const unique = found => [...new Set(found)];
const edgesOf = t => words(t.dataset.e);
const drawn = e => about.drawn[e] || e.split(">").map(n => about.drawn[n] || n).join(">");
const edgeOf = g => g.dataset.from + ">" + g.dataset.to;
const rowOf = t => t.closest(".chain");
const names = row => [row.dataset.q, ...(row.dataset.m || "").split("|")];
const label = g => g.classList.contains("node") ? g.id.slice(2) : "Edge from " + g.dataset.from + " to " + g.dataset.to;
const arrows = found => unique(found).map(e => e.replace(">", " → ")).join(", ");
let about = null, pinned = null;

function clear() { $(".on").forEach(el => el.classList.remove("on")); }
function away() { clear(); pinned = null; where.hidden = true; }
function mark(edges, lines, rows = []) {
  clear();
  const met = new Set(edges);
  const found = [...$("#graph .edge").filter(g => met.has(edgeOf(g))), ...rows,
    ...$(".term", passes).filter(t => edgesOf(t).some(e => met.has(drawn(e)))), ...lines.map(n => one("y" + n))];
  found.forEach(el => el && el.classList.add("on"));
}
function linesOf(name, edge) {
  const own = name.split(".").join(" "), rows = $(".chain[data-y]", passes).filter(r => names(r).includes(own));
  if (!rows.length && name.includes(".")) return name.split(".").map(n => linesOf(n)).find(found => found.length) || [];
  const exact = rows.filter(r => $(".term", r).some(t => edgesOf(t).includes(edge)));
  return unique((exact.length ? exact : rows).map(r => r.dataset.y));
}
function copied(el) {
  const c = el.cloneNode(true);
  c.classList.remove("on");
  c.removeAttribute("tabindex");
  return c;
}
function tell(title, terms, lines) {
  where.replaceChildren(make("strong", title));
  unique(terms.map(t => t.innerHTML)).forEach(found => {
    const c = copied(terms.find(t => t.innerHTML === found));
    where.append("  ", c);
  });
  for (const n of lines.filter(n => one("y" + n))) {
    const p = make("div", "line " + n + ": ");
    p.append(make("code", one("y" + n).textContent.trim()));
    where.append(p);
  }
  where.hidden = false;
}
function term(t) {
  const found = edgesOf(t), row = rowOf(t), lines = unique(found.flatMap(e => linesOf(e.split(">")[1], e)));
  const same = $(".term.by", passes).filter(o => o !== t && rowOf(o).dataset.q === row.dataset.q &&
    o.dataset.e === t.dataset.e);
  mark(found.map(drawn), lines);
  t.classList.add("on");
  tell("Along " + arrows(found.map(drawn)), same.slice(0, 1), lines);
}
function edge(g) {
  const found = $(".term", passes).filter(t => edgesOf(t).some(e => drawn(e) === edgeOf(g)));
  const raw = unique(found.flatMap(edgesOf).filter(e => drawn(e) === edgeOf(g)));
  const lines = unique((raw.length ? raw : [edgeOf(g)]).flatMap(e => linesOf(e.split(">")[1], e)));
  mark([edgeOf(g)], lines);
  const by = found.filter(t => t.classList.contains("by"));
  const plain = found.filter(t => !rowOf(t).dataset.q.includes(" "));
  tell(label(g), [...plain.slice(0, 1), ...by.slice(0, 1)], lines);
}
function node(g) {
  const name = label(g), lines = linesOf(name), own = name.split(".").join(" ");
  const rows = $(".chain[data-q]", passes).filter(r => names(r).some(n => n === own || n.startsWith(own + " ")));
  mark([], lines, [g, ...rows]);
  tell(name, [], lines);
}
function line(row) {
  const own = words(row.dataset.q)[0] || "", n = row.dataset.y, lines = n ? [n] : linesOf(own);
  mark([], lines, $("#graph .node").filter(g => label(g) === (about.drawn[own] || own)));
  if (lines.length) tell(own, [], lines); else where.hidden = true;
}
const KINDS = [[".term", term], ["#graph .edge", edge], ["#graph .node", node], [".chain[data-q]", line]];
function show(el) {
  for (const [kind, act] of KINDS) {
    const met = el && el.closest && el.closest(kind);
    if (met && !where.contains(met)) { act(met); return met; }
  }
  return null;
}
function point(event) {
  if (where.contains(event.target) || show(event.target)) return;
  if (event.type === "click") { if (!event.target.closest("form, .copy")) away(); }
  else if (event.type === "pointerover" && !show(pinned || document.activeElement)) away();
}
function pin(event) {
  if (where.contains(event.target)) return;
  pinned = show(event.target);
  point(event);
}
function keys(event) {
  const at = document.activeElement;
  if (event.key === "Escape") { away(); return; }
  if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
  const go = at.closest("#graph") ? around(at, event.key) : rowOf(at) ? beside(at, rowOf(at), event.key) : null;
  if (!go) return;
  if (go.focus) go.focus();
  event.preventDefault();
}
function around(at, key) {
  const items = $("#graph .node, #graph .edge"), here = items.indexOf(at);
  return { ArrowRight: items[here + 1], ArrowDown: items[here + 1], ArrowLeft: items[here - 1],
    ArrowUp: items[here - 1] }[key];
}
function beside(at, row, key) {
  const terms = $(".term", row), here = terms.indexOf(at), rows = $(".chain[tabindex]", passes).filter(visible);
  if (key === "c" && texOf(row)) { copy(texOf(row)); return {}; }
  return { ArrowRight: terms[here + 1], ArrowLeft: here > 0 ? terms[here - 1] : row,
    ArrowDown: rows[rows.indexOf(row) + 1], ArrowUp: rows[rows.indexOf(row) - 1] }[key];
}
"""
