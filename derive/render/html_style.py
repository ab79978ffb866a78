"""How a derivation looks in HTML: in light and in dark, on narrow pages and on paper."""

from __future__ import annotations

COLOURS = """\
.derivation{--ink:#1b1b1f;--paper:#fff;--dim:#5a5f6b;--rule:#d5d8de;--soft:#f3f4f7;--forward:#1b1b1f;--back:#0b4fc4;\
--good:#116329;--bad:#b3261e;--unsure:#7a5000;--mark:#ffe9a8;--mark-ink:#1b1b1f;color-scheme:light dark}
@media screen and (prefers-color-scheme:dark){\
.derivation{--ink:#e7e8ec;--paper:#16181d;--dim:#a3a9b6;--rule:#3a3f4a;--soft:#21242b;\
--forward:#e7e8ec;--back:#8ab4ff;--good:#7ee08f;--bad:#ff9d94;--unsure:#f2c66d;--mark:#5a4a12;--mark-ink:#fff}}
"""
TEXT = """\
.derivation{color:var(--ink);line-height:1.55;overflow-wrap:break-word}
.derivation h1{font-size:1.5em;line-height:1.25;margin:.6em 0}
.derivation h2{font-size:1.2em;margin:1.6em 0 .5em}
.derivation h3{font-size:1.05em;margin:1.3em 0 .4em}
.derivation p{margin:.6em 0}
.derivation .good{color:var(--good)}
.derivation .bad{color:var(--bad)}
.derivation .unsure,.derivation .follows{color:var(--unsure)}
.derivation .hint{font-weight:600}
.derivation pre{background:var(--soft);color:var(--ink);padding:.6em .8em;white-space:pre-wrap;overflow-wrap:anywhere}
.derivation .wide{overflow-x:auto;margin:.8em 0}
.derivation table{border-collapse:collapse}
.derivation caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.derivation th,.derivation td{border-bottom:1px solid var(--rule);padding:.25em .7em .25em 0;text-align:left}
"""
LINES = """\
.derivation .display{display:grid;grid-template-columns:fit-content(40%) minmax(0,1fr);row-gap:.25em;margin:.7em 0;\
padding-left:.8em}
.derivation .chain{display:grid;grid-template-columns:subgrid;grid-column:1/-1;align-items:baseline}
.derivation .left{text-align:right;white-space:nowrap}
.derivation .right{padding-left:1.3em;text-indent:-1.3em}
.derivation .chain.long{display:block}
.derivation .display math{math-style:normal}
.derivation mfrac{padding-inline:.16em}
.derivation math{text-indent:0}
.derivation mover>mo:last-child{padding-bottom:.08em}
.derivation .part{display:inline-block;padding-left:1.3em;text-indent:-1.3em;vertical-align:baseline;\
baseline-source:first}
.derivation .right>.part{padding:.15em 0;text-indent:0}
.derivation .where{display:inline-block;padding-left:1.5em;text-indent:0;color:var(--dim)}
.derivation .value{display:inline-block;padding-left:1.5em;text-indent:0;color:var(--dim)}
.derivation .value::before{content:"["}
.derivation .value::after{content:"]"}
.derivation .said{padding-left:.5em;color:var(--dim)}
@media(max-width:34em){.derivation .display{padding-left:0}.derivation .chain{overflow-x:auto;overflow-y:hidden}}
"""
PRINT = """\
@media print{.derivation{--ink:#000;--paper:#fff;--dim:#333;--rule:#999;--soft:#fff;--forward:#000;--back:#00308f;\
--good:#060;--bad:#900;--unsure:#630;--mark:#fff;--mark-ink:#000;color-scheme:light}
.derivation .chain,.derivation tr{break-inside:avoid}
.derivation h1,.derivation h2,.derivation h3,.derivation p:has(+.display),.derivation .view>p{break-after:avoid}
.derivation pre,.derivation .chain{overflow:visible}}
"""
STYLE = COLOURS + TEXT + LINES + PRINT
"""The style sheet of `fragment`; it touches nothing outside .derivation."""
