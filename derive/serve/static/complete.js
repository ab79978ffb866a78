// What can stand at the cursor of a problem file: keys at the beginning of a line, elsewhere what its key can have.
const NAMED = /^(sizes|indices|labels|inputs|parameters|constants|hidden|classes|functions|define|implicit|values|print)$/
const LISTED = /^(want|closed_form|fold|forward|hvp|hessian|gauss_newton|jacobian|cost|of|values|print|stationary)$/
const FORMULAS = /^(equations|implicit|stationary|facts|define)$/
const AXES = /^(inputs|parameters|constants|hidden|classes|indices|labels)$/

// The names that a text declares: of each key its own, and the left sides of equations.
function declared(text) {
  const found = new Map()
  let key = ""
  for (const line of text.split("\n")) {
    const head = /^([A-Za-z_]+):(.*)$/.exec(line)
    if (head) key = head[1]
    const rest = (head ? head[2] : line).replace(/#.*$/, "")
    if (FORMULAS.test(key)) {
      const left = /^\s*(?:-\s*)?([\p{L}_][\p{L}\p{N}_]*)\s*(?:\[[^\]]*\])?\s*=(?!=)/u.exec(rest)
      if (left && !found.has(left[1])) found.set(left[1], key)
    }
    if (NAMED.test(key)) for (const name of named(rest)) if (!found.has(name)) found.set(name, key)
  }
  return found
}

// Of `{x: [N], f: {slope at 0: 1}}`, or of an indented line, the outermost names before a colon.
function named(text) {
  const found = []
  const flow = text.includes("{")
  let depth = flow ? 0 : 1
  for (const met of text.matchAll(/[{[(]|[}\])]|([\p{L}_][\p{L}\p{N}_]*)(?:\([^)]*\))?\s*:/gu)) {
    if ("{[(".includes(met[0])) depth += 1
    else if ("}])".includes(met[0])) depth -= 1
    else if (depth === 1) { found.push(met[1]); if (!flow) break }
  }
  return found
}

function keyAt(doc, number) {
  for (let n = number; n >= 1; n -= 1) {
    const met = /^([A-Za-z_]+):/.exec(doc.line(n).text)
    if (met) return met[1]
  }
  return ""
}

function options(words, key, names) {
  const kinds = (...kind) => [...names].filter(([, from]) => kind.includes(from))
  const shown = found => found.map(([label, from]) => ({label, detail: from, type: "variable", boost: 1}))
  if (words.values[key]) return words.values[key].map(label => ({label, type: "constant"}))
  if (key === "questions") return words.questions.map(label => ({label, type: "keyword"}))
  if (AXES.test(key)) return shown(kinds("sizes"))
  if (key === "functions") return ["abstract", "whole"].map(label => ({label, type: "constant"}))
  const functions = Object.entries(words.functions).map(([label, info]) => ({label, type: "function", info: info || undefined}))
  if (FORMULAS.test(key)) return [...shown([...names].filter(([, from]) => from !== "print")), ...functions]
  return LISTED.test(key) ? shown([...names].filter(([, from]) => !["sizes", "functions", "define"].includes(from))) : []
}

export const completes = {
  words: {keys: {}, values: {}, functions: {}, questions: []},
  at(context) {
    const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u)
    if (!word && !context.explicit) return null
    const {doc} = context.state
    const line = doc.lineAt(context.pos)
    const from = word ? word.from : context.pos
    const before = line.text.slice(0, from - line.from)
    if (before.includes("#")) return null
    const {words} = completes
    const names = declared(doc.toString())
    if (from === line.from) {
      const met = new Set(doc.toString().split("\n").map(text => /^(\w+):/.exec(text)?.[1]))
      const keys = Object.entries(words.keys).filter(([key]) => !met.has(key))
      return {from, options: keys.map(([label, info]) => ({label, info, apply: `${label}: `, type: "keyword"}))}
    }
    const found = options(words, keyAt(doc, line.number), names)
    const typed = doc.sliceString(from, context.pos)
    return found.length && !(found.length === 1 && found[0].label === typed) ? {from, options: found} : null
  },
}
