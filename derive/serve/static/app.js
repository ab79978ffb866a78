// The page of `derive serve`: what is written goes to the server a moment after the last key; what comes back too late
// is dropped.
import {Editor} from "/static/editor.js"
import {completes} from "/static/complete.js"

const $ = id => document.getElementById(id)
const token = document.querySelector("meta[name=derive-token]").content
const page = crypto.randomUUID().replaceAll("-", "")
const PAUSE = {derive: 40, check: 200}  // milliseconds after the last key
const asking = {}
let name = "problem.yaml"

const problem = new Editor($("problem"), "problem", "Problem, in YAML", {
  changed: () => { keep(); soon("derive"); soon("check") }, moved: () => pointed(), completes: completes.at, hint: "",
})
const answer = new Editor($("writing"), "answer", "Your answer", {
  changed: () => { keep(); soon("check") }, moved: () => here(),
  hint: "Write your derivation here, or open a file: each line is judged as you write it.",
})

// Jobs

const given = kind => ({
  kind, page, name, yaml: problem.text, answer: answer.text, suffix: $("suffix").value,
  notation: $("notation").value, product: $("product").value, format: $("format").value,
})

async function ask(job, signal) {
  const headers = {"content-type": "application/json", "x-derive-token": token}
  const reply = await fetch("/job", {method: "POST", headers, body: JSON.stringify(job), signal})
  const found = await reply.json()
  if (reply.status === 503) { await new Promise(go => setTimeout(go, 500)); return ask(job, signal) }
  if (!reply.ok) throw Object.assign(new Error(found.refused || reply.statusText), {status: reply.status})
  return found
}

// The answers to a file's questions may take longer than its derivation, and come below it when they are there.
function soon(kind, pause = PAUSE[kind]) {
  if (kind === "derive") soon("whole", null)
  const before = asking[kind]
  clearTimeout(before?.timer)
  before?.stop.abort()
  if (kind === "check" && !answer.text.trim()) { asking[kind] = null; return judged(null) }
  const mine = asking[kind] = {stop: new AbortController()}
  if (pause !== null) mine.timer = setTimeout(() => answered(kind, mine), pause)
}

async function answered(kind, mine) {
  const began = performance.now(), asked = given(kind)
  const say = kind === "check" ? text => { $("counted").textContent = text } : text => status(text, "")
  const stop = counted(say, most[kind])
  try {
    const found = await ask(asked, mine.stop.signal)
    stop()
    if (asking[kind] === mine) shows[kind](found, performance.now() - began, asked.yaml, kind)
  } catch (error) {
    if (asking[kind] === mine && error.name !== "AbortError" && error.status !== 409) gone(error)
  } finally { stop() }
}

// What takes longer than a moment says so, and from a second on how long it has taken.
let most = {}
function counted(say, limit = 0) {
  const began = performance.now()
  const told = () => {
    const seconds = Math.floor((performance.now() - began) / 1000)
    say(seconds ? `working … ${seconds} s${limit ? ` of at most ${limit}` : ""}` : "working …")
  }
  const first = setTimeout(told, 300), each = setInterval(told, 1000)
  return () => { clearTimeout(first); clearInterval(each) }
}

function gone(error) {
  status(error.status ? `refused: ${error.message}` : "derive serve has ended: start it again, and open the address that it prints", "bad")
}

function status(text, tone) { $("status").replaceChildren(...worded(text)); $("status").dataset.tone = tone }

const shows = {derive: derived, whole: derived, check: judged}

// The derivation

function derived(found, milliseconds, text, kind) {
  const bad = found.problems.length
  problem.diagnose(found.problems.map(one => (
    {line: one.line, column: one.column, severity: "error", message: one.mend ? `${one.what}\n→ ${one.mend}` : one.what})))
  $("wrong").hidden = !bad
  $("wrong").replaceChildren(...(bad ? [listed(found.problems)] : []))
  $("older").hidden = !bad || !$("passes").firstChild
  $("shown").classList.toggle("older", Boolean(bad))
  if (bad) return status(bad === 1 ? "1 problem" : `${bad} problems`, "bad")
  fill($("drawn"), found.graph)
  fill($("passes"), found.passes)
  $("title").textContent = found.title
  $("lines").replaceChildren(...text.split("\n").map((line, n) => numbered(line, n + 1)))
  pointable(found.about)
  if (found.more) soon("whole", 0)
  document.title = found.title ? `${found.title} · derive` : "derive"
  const took = milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
  const what = found.checked ? "checked by numbers" : found.about ? "derived" : "answered"
  status(`${what} · ${kind === "whole" ? "questions answered in " : ""}${took}`, "good")
}

// What is pointed at is marked by the script of pages; its lines of the problem are marked in the editor as well.
function pointable(about) {
  $("switches").hidden = !about
  if (!about) return
  $("numbered").hidden = !about.valued
  $("switches").elements.sizes.options[2].hidden = !Object.keys(about.sizes).length
  document.dispatchEvent(new CustomEvent("derive:shown", {detail: about}))
  pointed()
}

function numbered(line, number) {
  const item = document.createElement("li"), code = document.createElement("code")
  item.id = `y${number}`
  code.textContent = line
  item.append(code)
  return item
}

new MutationObserver(() => {
  problem.point([...$("lines").children].flatMap((item, n) => item.classList.contains("on") ? [n + 1] : []))
}).observe($("lines"), {subtree: true, attributes: true, attributeFilter: ["class"]})

function pointed() {  // the rows of the line that is being written
  const line = String(problem.line)
  for (const row of $("passes").querySelectorAll(".chain[data-y]")) row.classList.toggle("own", row.dataset.y === line)
}

function listed(problems) {
  const list = document.createElement("ul")
  for (const one of problems) {
    const item = document.createElement("li")
    if (one.line) item.append(jump(problem, one))
    item.append(paragraph("what", one.what))
    if (one.mend) item.append(paragraph("mend", one.mend))
    if (one.other?.line) item.append(jump(problem, one.other), ` ${one.other.what}`)
    list.append(item)
  }
  return list
}

function jump(editor, {line, column}) {
  const button = document.createElement("button")
  button.type = "button"
  button.textContent = `line ${line}, column ${column}`
  button.addEventListener("click", () => editor.go(line, column))
  return button
}

function paragraph(kind, text) {
  const made = document.createElement("p")
  made.className = kind
  made.append(...worded(text))
  return made
}

const worded = text => text.split(/`([^`\n]+)`/).map((part, n) => n % 2 ? code(part) : part)
function code(text) { return Object.assign(document.createElement("code"), {textContent: text}) }

// What the server makes is escaped there; scripts in it would be refused by this page's policy too.
function fill(place, html) {
  const made = document.createElement("template")
  made.innerHTML = html
  place.replaceChildren(made.content)
}

// The answer

const WORST = ["bad", "unsure", "", "good"]
let last = null, lastLine = 0

function judged(found) {
  last = found
  if (!found || found.problems.length) {
    $("counted").textContent = found ? found.problems.map(one => `${one.what}. ${one.mend}`).join(" ") : ""
    $("verdicts").replaceChildren()
    $("first-wrong").hidden = true
    answer.mark(new Map())
    return answer.diagnose([])
  }
  $("counted").textContent = found.counted
  $("verdicts").replaceChildren(...found.lines.map(verdict))
  $("first-wrong").hidden = !found.lines.some(notRight)
  here()
}

const notRight = one => ["bad", "unsure"].includes(one.tone)

$("first-wrong").addEventListener("click", () => {
  const first = last.lines.find(one => one.tone === "bad") || last.lines.find(notRight)
  answer.go(first.line, first.column)
})
$("right-too").addEventListener("change", event => $("verdicts").classList.toggle("wrong-alone", !event.target.checked))

function verdict(one) {
  const item = document.createElement("li")
  item.dataset.tone = one.tone
  item.dataset.line = one.line
  const said = document.createElement("span")
  said.className = "said"
  said.textContent = `: ${one.said}`
  item.append(jump(answer, one), said)
  const told = document.createElement("div")
  fill(told, one.html)
  told.querySelector("h1,h2,h3,h4,h5,h6")?.remove()  // the place and the verdict stand above
  item.append(told)
  return item
}

// Marks at the lines; a line that cannot be read yet and has the cursor is still being written.
function here() {
  if (!last || last.problems.length) return
  const line = answer.line
  const tone = one => one.line === line && one.verdict === "unreadable" ? "writing" : one.tone
  const worst = new Map()
  for (const one of last.lines) {
    const met = worst.get(one.line)
    if (!met || WORST.indexOf(one.tone) < WORST.indexOf(met.tone)) worst.set(one.line, {tone: tone(one), said: one.said})
  }
  answer.mark(worst)
  const flagged = last.lines.filter(one => ["bad", "unsure"].includes(tone(one)))
  answer.diagnose(flagged.map(one => ({
    line: one.line, column: one.column, tex: one.tex, severity: one.tone === "bad" ? "error" : "warning",
    message: [one.said, one.why, one.hint && `→ ${one.hint}`].filter(Boolean).join("\n")})))
  const items = [...$("verdicts").children].filter(item => Number(item.dataset.line) === line)
  for (const item of $("verdicts").children) item.toggleAttribute("data-here", items.includes(item))
  const seen = items.find(item => item.dataset.tone === "bad") || items[0]
  if (seen && line !== lastLine) $("verdicts").scrollTop = seen.offsetTop - $("verdicts").offsetTop - 20
  lastLine = line
}

// Files, and what can be taken away

async function fetched(path) {
  const reply = await fetch(path)
  const found = await reply.json()
  if (!reply.ok) throw Object.assign(new Error(found.refused), {status: reply.status})
  return found
}

// What is written is kept for each file in this browser: neither a reload nor another file, nor a file that changes
// on disk meanwhile, loses any of it.
let folder = "", template = "", current = "", base = ""  // base: the file's text when it was last read

const onDisk = async file => (await fetched(`/file?name=${encodeURIComponent(file)}`)).text
const place = file => `derive:${folder}:${file}`

function keep() {
  const now = {base, text: problem.text, answer: answer.text, suffix: $("suffix").value}
  try {
    sessionStorage.setItem(place("/open"), current)
    if (now.text === base && !now.answer) localStorage.removeItem(place(current))
    else localStorage.setItem(place(current), JSON.stringify(now))
  } catch { /* no room: then it is not kept */ }
}

function draft(file) {
  try { return JSON.parse(localStorage.getItem(place(file))) } catch { return null }
}

async function open(file) {
  const text = file ? await onDisk(file) : template, kept = draft(file)
  name = file || "problem.yaml"
  current = file
  base = text
  const mine = kept && kept.text !== kept.base ? kept.text : text
  problem.text = mine
  answer.text = kept ? kept.answer : ""
  if (kept) $("suffix").value = kept.suffix
  $("file").value = file
  notice(mine !== text && file ? `These are your changes to ${file}; they are not in the file.` : "")
  keep()
  soon("derive")
  soon("check")
}

function notice(text) {
  $("changed").hidden = !text
  $("changed-what").textContent = text
  $("use-file").hidden = !base
}

$("use-file").addEventListener("click", () => { problem.replace(base); notice(""); problem.view.focus() })
$("keep-mine").addEventListener("click", () => notice(""))

// The file may be changed elsewhere: read again where nothing was changed here, else said.
async function look() {
  const file = current
  if (!file || document.hidden) return
  const {text} = await fetched(`/file?name=${encodeURIComponent(file)}&again`).catch(() => ({}))
  if (text === null && base !== "") {
    base = ""
    notice(`${file} cannot be read any more. What stands here is kept.`)
  }
  if (typeof text !== "string") return
  if (file !== current || text === base) return
  const mine = problem.text !== base
  base = text
  if (mine && problem.text !== text) return notice(`${file} has changed on disk, and here as well.`)
  notice("")
  problem.replace(text)
  keep()
}

function option(value, text) { return new Option(text, value) }

async function begin() {
  const {files, first, exports, words, seconds, ...more} = await fetched("/files")
  folder = more.folder
  template = more.new
  completes.words = words
  most = seconds
  const problems = files.filter(file => /\.ya?ml$/.test(file))
  $("file").replaceChildren(option("", "a new one"), ...problems.map(file => option(file, file)))
  $("answer-file").replaceChildren(option("", "a file …"), ...files.filter(f => !problems.includes(f)).map(f => option(f, f)))
  $("format").replaceChildren(...[...new Set(exports.map(one => one.group))].map(group => {
    const made = Object.assign(document.createElement("optgroup"), {label: group})
    made.append(...exports.filter(one => one.group === group).map(one => option(one.format, `${one.name} (${one.suffix})`)))
    return made
  }))
  const before = sessionStorage.getItem(place("/open"))
  $("file").addEventListener("change", () => open($("file").value).catch(error => { $("file").value = current; gone(error) }))
  await open(before !== null && (before === "" || problems.includes(before)) ? before : first)
  setInterval(look, 2000)
  addEventListener("focus", look)
}

async function take() {
  const job = {...given("export"), page: ""}, stop = counted(text => status(text.replace("working", "exporting"), ""))
  $("export").disabled = true
  const found = await ask(job).finally(() => { stop(); $("export").disabled = false })
  if (found.problems.length) {
    const [{what, mend}] = found.problems
    return status(mend ? `${what} → ${mend}` : what, "bad")
  }
  const bytes = found.base64 ? Uint8Array.from(atob(found.base64), c => c.charCodeAt(0)) : found.text
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([bytes], {type: found.media}))
  link.download = name.split("/").at(-1).replace(/\.ya?ml$/, "") + found.suffix
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  status(`${link.download} written`, "good")
}

// Tabs, as the keyboard expects them

const tabs = [...document.querySelectorAll("[role=tab]")]

function choose(tab) {
  for (const one of tabs) {
    one.setAttribute("aria-selected", one === tab)
    one.tabIndex = one === tab ? 0 : -1
    $(one.getAttribute("aria-controls")).hidden = one !== tab
  }
}

for (const tab of tabs) tab.addEventListener("click", () => choose(tab))
document.querySelector("[role=tablist]").addEventListener("keydown", event => {
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key]
  if (!step) return
  const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length)
  choose(next)
  next.focus()
})

$("taking").addEventListener("submit", event => { event.preventDefault(); take().catch(gone) })
for (const id of ["notation", "product"]) $(id).addEventListener("change", () => soon("derive"))
$("suffix").addEventListener("change", () => { keep(); soon("check") })
$("answer-file").addEventListener("change", async () => {
  const file = $("answer-file").value
  if (!file) return
  const found = await fetched(`/file?name=${encodeURIComponent(file)}`).catch(gone)
  if (!found) return
  $("suffix").value = /\.(tex|md|txt)$/.exec(file)[0]
  answer.text = found.text
  keep()
  soon("check")
})
begin().catch(gone)
