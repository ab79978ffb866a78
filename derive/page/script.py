"""What the page does when it can: pointing, switches, copying. Plain, small, and not needed for reading."""

from __future__ import annotations

from derive.page.script_point import POINT

SWITCH = """\
const visible = r => r.offsetParent !== null;
const texOf = row => tex.get(row) || "";
let tex = new Map(), first = [], swaps = [];

async function copy(text) {
  try { await navigator.clipboard.writeText(text); said.textContent = "Copied."; }
  catch (error) { said.textContent = "This browser does not allow copying."; }
}
function button() {
  const b = make("button", "LaTeX", "copy");
  b.type = "button"; b.tabIndex = -1;
  b.setAttribute("aria-label", "Copy this line as LaTeX");
  return b;
}
function shaped(row) {
  const shape = about.shapes[row.dataset.q];
  if (!shape || row.closest("[data-view=steps]")) return;
  const s = make("span", "", "shape"), right = row.querySelector(".right");
  s.innerHTML = shape;
  right.insertBefore(s, right.querySelector(":scope > .where, :scope > .value"));
}
function prepare(which) {
  const rows = $(".chain[tabindex]", passes);
  tex = new Map(rows.map((row, n) => [row, about.tex[which][n]]));
  $(".right", passes).forEach(r => $(":scope > .part", r).slice(-1).forEach(p => p.classList.add("last")));
  $(".term", passes).forEach(t => t.tabIndex = -1);
  rows.forEach(row => { shaped(row); if (texOf(row)) row.append(button()); });
}
function swap(el, ...others) { swaps.push([el, others]); el.replaceWith(...others); }
function leaf(kind, text, beside) {
  const made = document.createElementNS(beside.namespaceURI, kind);
  made.textContent = text;
  return made;
}
function number(el) {
  const inRow = ["mrow", "math"].includes(el.parentNode.localName), sign = text => leaf("mo", text, el);
  const before = inRow && el.previousElementSibling, after = inRow && el.nextElementSibling;
  if (!before && after && after.textContent === "=") return;
  const is = (o, text) => o && o.localName === "mo" && o.textContent === text;
  const parts = [leaf("mn", about.sizes[el.outerHTML], el)];
  if (is(before, "\\u2062")) swap(before, sign("·"));
  else if (before && before.localName !== "mo") parts.unshift(sign(","));
  if (is(after, "\\u2062") && after.nextElementSibling.localName === "mn") swap(after, sign("·"));
  else if (after && after.localName !== "mo" && !about.sizes[after.outerHTML]) parts.push(sign(","));
  swap(el, ...parts);
}
function count(asked) {
  swaps.reverse().forEach(([el, others]) => { others[0].before(el); others.forEach(o => o.remove()); });
  swaps = [];
  if (asked) $("math *", passes).filter(el => about.sizes[el.outerHTML]).forEach(number);
}
function change(event) {
  const data = new FormData(form);
  for (const v of ["all", "scalar", "vector", "steps"]) body.classList.toggle("show-" + v, data.get("view") === v);
  body.classList.toggle("sizes", !!data.get("sizes"));
  body.classList.toggle("no-numbers", !!form.elements.numbers && !data.has("numbers"));
  const which = about.notations.indexOf(data.get("notation"));
  if (event && event.target.name === "notation") {
    swaps = [];
    passes.innerHTML = first.map((own, n) => which && about.rows[n] && about.rows[n][which - 1] || own).join("");
    prepare(which);
    away();
  }
  count(data.get("sizes") === "numbers");
}
async function unpack() {
  const bytes = Uint8Array.from(atob(one("packed").textContent), c => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}
function listen() {
  form.addEventListener("change", change);
  form.addEventListener("submit", event => event.preventDefault());
  one("copy-all").addEventListener("click", () => {
    const lines = $(".chain[tabindex]", passes).filter(r => visible(r) && texOf(r)).map(texOf);
    copy("\\\\begin{gather*}\\n" + lines.join(" \\\\\\\\\\n") + "\\n\\\\end{gather*}");
  });
  document.addEventListener("pointerover", point);
  document.addEventListener("focusin", point);
  document.addEventListener("keydown", keys);
  document.addEventListener("click", event => {
    const b = event.target.closest(".copy");
    if (b) copy(texOf(rowOf(b))); else pin(event);
  });
}
function graph() {
  $("#graph .edge, #graph .node").forEach(g => {
    g.setAttribute("tabindex", "-1"); g.setAttribute("role", "img"); g.setAttribute("aria-label", label(g));
  });
  $("#graph .edge > .line").forEach(path => {
    const wide = path.cloneNode();
    wide.setAttribute("class", "hit");
    path.before(wide);
  });
}
"""
BEGIN = """\
unpack().then(found => {
  about = found;
  first = passes.innerHTML.split(/(?=<div class="chain)/);
  graph();
  prepare(0);
  change();
  listen();
  form.hidden = false;
});
"""
AGAIN = """\
document.addEventListener("derive:shown", event => {
  about = event.detail;
  swaps = [];
  away();
  graph();
  prepare(0);
  change();
  form.hidden = false;
});
listen();
"""
"""Instead of BEGIN, where the passes come again and again: with an event that has in it what else would be unpacked."""
SCRIPT = f'"use strict";\n(() => {{\n{POINT}{SWITCH}{BEGIN}}})();\n'
LIVE = f'"use strict";\n(() => {{\n{POINT}{SWITCH}{AGAIN}}})();\n'
