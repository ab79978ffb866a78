"""What the page does when it can: pointing, switches, copying. Plain, small, and not needed for reading."""

from __future__ import annotations

SCRIPT = """\
"use strict";
(() => {
const $ = (s, at = document) => [...at.querySelectorAll(s)];
const one = id => document.getElementById(id);
const body = document.body, passes = one("passes"), where = one("where"), form = one("switches"), said = one("said");
const edgesOf = el => (el.dataset.e || "").split(" ").filter(Boolean);
const edgeOf = g => g.dataset.from + ">" + g.dataset.to;
const clear = () => $(".on").forEach(el => el.classList.remove("on"));
const label = g => "Edge from " + g.dataset.from + " to " + g.dataset.to;

function mark(names, lines) {
  clear();
  const met = new Set(names);
  $("#graph .edge").forEach(g => { if (met.has(edgeOf(g))) g.classList.add("on"); });
  $(".term").forEach(t => { if (edgesOf(t).some(e => met.has(e))) t.classList.add("on"); });
  lines.forEach(n => { const li = one("y" + n); if (li) li.classList.add("on"); });
}
function lineOf(name) {
  const row = $('.chain[data-q="' + CSS.escape(name) + '"][data-y]')[0];
  return row ? row.dataset.y : null;
}
function tell(title, chain, lines) {
  where.replaceChildren();
  const head = document.createElement("strong");
  head.textContent = title;
  where.append(head);
  if (chain) { const c = chain.cloneNode(true); c.classList.remove("on"); where.append("  ", c); }
  for (const n of lines) {
    const li = one("y" + n), p = document.createElement("div"), code = document.createElement("code");
    if (!li) continue;
    code.textContent = li.textContent.trim();
    p.append("line " + n + ": ", code);
    where.append(p);
  }
  where.hidden = false;
}
function term(t) {
  const names = edgesOf(t), row = t.closest(".chain"), own = row.dataset.q;
  const backward = own && own.includes(" ");
  const readers = backward ? names.map(e => e.split(">")[1]) : [own];
  const lines = [...new Set(readers.map(lineOf).filter(Boolean))];
  const same = $('.chain[data-q="' + CSS.escape(own) + '"] .term', passes)
    .find(o => o !== t && o.dataset.e === t.dataset.e && o.querySelector("mfrac"));
  mark(names, lines);
  tell("Along " + names.map(e => e.replace(">", " → ")).join(", "), backward ? same : null, lines);
}
function edge(g) {
  const n = lineOf(g.dataset.to), lines = n ? [n] : [];
  mark([edgeOf(g)], lines);
  tell(label(g), null, lines);
  const found = $('.pass.backward .term.on');
  if (found.length) {
    const c = found[0].cloneNode(true);
    c.classList.remove("on");
    where.firstChild.after("  ", c);
  }
}
function line(row) {
  clear();
  const own = (row.dataset.q || "").split(" ")[0], n = row.dataset.y || lineOf(own);
  $("#graph .node").forEach(g => { if (g.id === "n-" + own) g.classList.add("on"); });
  if (n) { one("y" + n)?.classList.add("on"); tell(own + ":", null, [n]); } else where.hidden = true;
}
function point(event) {
  const el = event.target;
  if (!el.closest) return;
  const t = el.closest(".term"), g = el.closest("#graph .edge"), row = el.closest(".chain");
  if (where.contains(el)) return;
  if (t) term(t); else if (g) edge(g); else if (row) line(row); else if (event.type === "pointerover") { clear(); }
}
async function copy(text) {
  try { await navigator.clipboard.writeText(text); said.textContent = "Copied."; }
  catch (error) { said.textContent = "This browser does not allow copying."; }
}
function prepare() {
  $(".right", passes).forEach(r => { const p = [...r.children].filter(c => c.classList.contains("part"));
    if (p.length) p[p.length - 1].classList.add("last"); });
  $(".term", passes).forEach(t => t.tabIndex = -1);
  $(".chain[data-tex]", passes).forEach(row => {
    const b = document.createElement("button");
    b.type = "button"; b.className = "copy"; b.textContent = "LaTeX"; b.tabIndex = -1;
    b.setAttribute("aria-label", "Copy this line as LaTeX");
    row.append(b);
  });
}
function keys(event) {
  const at = document.activeElement, row = at && at.closest ? at.closest(".chain") : null;
  if (event.key === "Escape") { clear(); where.hidden = true; return; }
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const terms = $(".term", row), here = terms.indexOf(at), rows = $(".chain", passes).filter(r => r.offsetParent);
  const go = { ArrowRight: terms[here + 1], ArrowLeft: here > 0 ? terms[here - 1] : row,
    ArrowDown: rows[rows.indexOf(row) + 1], ArrowUp: rows[rows.indexOf(row) - 1] }[event.key];
  if (event.key === "c" && row.dataset.tex) copy(row.dataset.tex);
  else if (go) go.focus(); else return;
  event.preventDefault();
}
async function unpack() {
  const bytes = Uint8Array.from(atob(one("packed").textContent), c => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}
let texts = null;
async function change(event) {
  const data = new FormData(form);
  for (const v of ["all", "scalar", "vector", "steps"]) body.classList.toggle("show-" + v, data.get("view") === v);
  body.classList.toggle("sizes", data.has("sizes"));
  body.classList.toggle("no-numbers", !!form.elements.numbers && !data.has("numbers"));
  if (event && event.target.name === "notation") {
    texts = texts || await unpack();
    passes.innerHTML = texts[data.get("notation")];
    prepare();
  }
}
form.hidden = false;
$("#graph .edge").forEach(g => {
  g.setAttribute("tabindex", "0"); g.setAttribute("role", "img"); g.setAttribute("aria-label", label(g));
});
form.addEventListener("change", change);
form.addEventListener("submit", event => event.preventDefault());
one("copy-all").addEventListener("click", () => {
  const shown = $(".chain[data-tex]", passes).filter(r => r.offsetParent).map(r => r.dataset.tex);
  copy(shown.join("\\n"));
});
document.addEventListener("pointerover", point);
document.addEventListener("focusin", point);
document.addEventListener("keydown", keys);
document.addEventListener("click", event => {
  const b = event.target.closest && event.target.closest(".copy");
  if (b) copy(b.closest(".chain").dataset.tex);
});
prepare();
change();
})();
"""
