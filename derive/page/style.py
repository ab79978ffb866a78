"""What the page has beside the style of a derivation."""

from __future__ import annotations

PAGE = """\
body.derivation{margin:0 auto;padding:1em clamp(.8em,3vw,2.5em) 4em;max-width:90em;background:var(--paper);\
font-family:system-ui,sans-serif}
.dim{color:var(--dim)}
#graph{overflow-x:auto;margin:1em 0}
#graph svg{max-width:100%;height:auto;min-width:min(100%,30em);display:block;margin:auto}
@media(min-width:62em) and (min-height:40em){html{scroll-padding:38vh 0 20vh}
#graph{position:sticky;top:0;z-index:1;background:var(--paper);margin:0;padding:.5em 0}#graph svg{max-height:34vh}}
.both{display:grid;gap:0 2.5em;grid-template-columns:minmax(0,1fr)}
@media(min-width:62em){.both{grid-template-columns:minmax(0,2fr) minmax(0,3fr)}}
.both h2{border-bottom:1px solid var(--rule)}
#switches{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.3em 1.2em;align-items:center;\
background:var(--paper);padding:.5em 0;border-bottom:1px solid var(--rule)}
#switches[hidden]{display:none}
#switches fieldset{border:0;padding:0;margin:0;display:flex;gap:.7em;flex-wrap:wrap}
#switches legend{float:left;padding:0 .7em 0 0}
button,select{font:inherit;color:var(--ink);background:var(--soft);border:1px solid var(--dim);border-radius:.3em;\
padding:.1em .5em}
:focus-visible{outline:2px solid var(--back);outline-offset:2px}
.chain{position:relative;padding:.1em .2em;border-radius:.2em}
.term.on,.term:hover,.term.on math,.term:hover math{background:var(--mark);color:var(--mark-ink);border-radius:.15em}
.chain:hover{background:var(--soft)}
.copy{position:absolute;right:0;top:.1em;opacity:0;font-size:.75em}
.chain:hover .copy,.chain:focus-within .copy,.copy:focus{opacity:1}
.yaml{background:var(--soft);padding:.6em .6em .6em 3.2em;font-size:.85em;overflow-wrap:anywhere}
.yaml code{white-space:pre-wrap}
.yaml li.on{background:var(--mark);color:var(--mark-ink)}
.yaml li::marker{color:var(--dim)}
#graph .edge.on .line{stroke:var(--back);stroke-width:3.2}
#graph .node.on .shape{stroke:var(--back);stroke-width:3}
#graph .edge:focus{outline:none}
#graph .edge:focus-visible .line{stroke-width:3.2}
#graph .hit{fill:none;stroke:transparent;stroke-width:14;pointer-events:stroke}
#graph .edge,#graph .node{cursor:pointer;outline-offset:1px}
.chain.on{background:var(--soft)}
#where{position:fixed;left:0;right:0;bottom:0;background:var(--soft);border-top:1px solid var(--rule);\
padding:.4em clamp(.8em,3vw,2.5em);max-height:30vh;overflow:auto}
#where[hidden]{display:none}
#where code{overflow-wrap:anywhere}
.shape{display:none;padding-left:.8em;color:var(--dim);text-indent:0}
.dg .shape{display:inline}
.sizes .shape{display:inline-block}
.no-numbers .value{display:none}
.show-vector .view[data-view=steps],.show-steps .view[data-view=vector],\
.show-scalar .view[data-view=vector]{display:none}
.show-scalar .both .view[data-view=steps] .right>.part:not(.last){display:none}
.drawn svg{max-width:100%;height:auto;display:block;margin:1em auto}
#graph .down{display:none}
@media(max-width:62em){#graph .across{display:none}#graph .down{display:block}}
@page{margin:18mm 16mm}
@media print{#switches,#where,.copy{display:none}body.derivation{padding:0;max-width:none;font-size:10.5pt}
.both{grid-template-columns:minmax(0,1fr)}#graph{overflow:visible;position:static;break-inside:avoid}
#graph svg{min-width:0;max-height:24cm}.chain,.term,.term math{background:none!important}
#graph .across{display:none}#graph .down{display:block}.yaml{padding-right:0;border:1px solid var(--rule)}}
"""
