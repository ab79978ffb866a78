// A text that is written, with marks at their places.
import {
  Decoration, EditorState, EditorView, HighlightStyle, StateEffect, StateField, RangeSet, GutterMarker, StreamLanguage,
  autocompletion, bracketMatching, completionKeymap, defaultKeymap, gutter, placeholder, drawSelection, highlightActiveLine, highlightSpecialChars, history, historyKeymap,
  keymap, lineNumbers, lintGutter, lintKeymap, setDiagnostics, stex, syntaxHighlighting, tags, yaml,
} from "/static/codemirror.js"

const theme = EditorView.theme({
  "&": {color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "14px"},
  ".cm-content": {caretColor: "var(--ink)", fontFamily: "ui-monospace, Menlo, Consolas, monospace"},
  ".cm-cursor": {borderLeftColor: "var(--ink)"},
  ".cm-gutters": {backgroundColor: "var(--side)", color: "var(--soft)", border: "none"},
  ".cm-activeLine, .cm-activeLineGutter": {backgroundColor: "color-mix(in srgb, var(--mark) 45%, transparent)"},
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {background: "var(--mark) !important"},
  "&.cm-focused": {outline: "2px solid var(--key)", outlineOffset: "-2px"},
  ".cm-tooltip": {background: "var(--side)", color: "var(--ink)", border: "1px solid var(--line)"},
  ".cm-line.pointed": {backgroundColor: "var(--mark)", boxShadow: "inset 3px 0 var(--key)"},
  ".cm-placeholder": {color: "var(--soft)"},
  ".cm-lintRange-error": {backgroundColor: "var(--bad-back)"},
  ".cm-tooltip-autocomplete ul li[aria-selected]": {background: "var(--mark)", color: "var(--ink)"},
  ".cm-completionDetail": {color: "var(--soft)", fontStyle: "normal"},
  ".cm-completionInfo": {maxWidth: "24rem", whiteSpace: "pre-wrap", padding: ".3rem .6rem"},
  ".cm-diagnostic": {whiteSpace: "pre-wrap", maxWidth: "40rem"},
})
const colours = syntaxHighlighting(HighlightStyle.define([
  {tag: tags.comment, color: "var(--soft)", fontStyle: "italic"},
  {tag: [tags.atom, tags.propertyName, tags.definition(tags.propertyName)], color: "var(--key)"},
  {tag: [tags.string, tags.number], color: "var(--good)"},
  {tag: [tags.keyword, tags.tagName, tags.meta], color: "var(--key)"},
]))

class Mark extends GutterMarker {
  constructor(tone, said) { super(); this.tone = tone; this.said = said }
  eq(other) { return this.tone === other.tone && this.said === other.said }
  toDOM() {
    const mark = document.createElement("span")
    mark.className = `tone-${this.tone || "none"}`
    mark.textContent = {good: "✓", bad: "✗", unsure: "?", writing: "…"}[this.tone] || "·"
    mark.title = this.said
    return mark
  }
}
const put = StateEffect.define()
const marks = StateField.define({
  create: () => RangeSet.empty,
  update(value, change) {
    for (const effect of change.effects) if (effect.is(put)) return effect.value
    return value.map(change.changes)
  },
})
const pointing = StateEffect.define()
const lines = StateField.define({
  create: () => Decoration.none,
  update(value, change) {
    for (const effect of change.effects) if (effect.is(pointing)) return effect.value
    return change.docChanged ? Decoration.none : value
  },
  provide: field => EditorView.decorations.from(field),
})
const verdicts = [marks, gutter({class: "verdicts-gutter", markers: view => view.state.field(marks)})]

const usual = (label, hint) => [
  lineNumbers(), highlightSpecialChars(), history(), drawSelection(), bracketMatching(), highlightActiveLine(),
  EditorView.lineWrapping, EditorView.contentAttributes.of({"aria-label": label, tabindex: "0"}), theme, colours, lines,
  ...(hint ? [placeholder(hint)] : []), keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
]
const own = {problem: [StreamLanguage.define(yaml), lintGutter()], answer: [StreamLanguage.define(stex), verdicts]}

export class Editor {
  constructor(place, kind, label, {changed, moved, completes, hint}) {
    const told = EditorView.updateListener.of(update => {
      if (update.docChanged) changed()
      else if (update.selectionSet || update.focusChanged) moved()
    })
    const help = completes ? [autocompletion({override: [completes], icons: false})] : []
    const extensions = [...usual(label, hint), ...own[kind], ...help, told]
    this.begin = text => EditorState.create({doc: text, extensions})
    this.view = new EditorView({parent: place, state: this.begin("")})
  }

  get text() { return this.view.state.doc.toString() }
  set text(value) { this.view.setState(this.begin(value)) }
  replace(value) {  // as if written: it can be undone
    this.view.dispatch({changes: {from: 0, to: this.view.state.doc.length, insert: value}})
  }
  get line() { return this.view.hasFocus ? this.view.state.doc.lineAt(this.view.state.selection.main.head).number : 0 }

  // Lines and columns count from 1, columns in characters, as a person counts them.
  at(line, column) {
    const {doc} = this.view.state
    if (line < 1 || line > doc.lines) return null
    const found = doc.line(line)
    return Math.min(found.to, found.from + [...found.text].slice(0, column - 1).join("").length)
  }

  // From a place to the end of what stands there, or of the word there.
  word(line, column, what = "") {
    const from = this.at(line, column)
    if (from === null) return {from: 0, to: Math.min(1, this.view.state.doc.length)}
    const rest = this.view.state.doc.lineAt(from).text.slice(from - this.view.state.doc.lineAt(from).from)
    const doc = this.view.state.doc
    if (what && doc.sliceString(from, from + what.length) === what) return {from, to: from + what.length}
    const length = (/^([\p{L}\p{N}_]+|\S)/u.exec(rest) || [""])[0].length
    return {from, to: from + length}
  }

  diagnose(found) {
    const sorted = found.map(one => ({...this.word(one.line, one.column, one.tex), severity: one.severity, message: one.message}))
    sorted.sort((a, b) => a.from - b.from)
    this.view.dispatch(setDiagnostics(this.view.state, sorted))
  }

  // One mark for each line: the worst that is said of it.
  mark(found) {
    const {doc} = this.view.state
    const lines = [...found].filter(([line]) => line <= doc.lines).sort((a, b) => a[0] - b[0])
    const ranges = lines.map(([line, one]) => new Mark(one.tone, one.said).range(doc.line(line).from))
    this.view.dispatch({effects: put.of(RangeSet.of(ranges))})
  }

  // Lines that something elsewhere on the page comes from.
  point(numbers) {
    const {doc} = this.view.state
    const found = numbers.filter(n => n <= doc.lines).map(n => Decoration.line({class: "pointed"}).range(doc.line(n).from))
    this.view.dispatch({effects: pointing.of(Decoration.set(found))})
  }

  go(line, column) {
    const place = this.at(line, column) ?? 0
    this.view.dispatch({selection: {anchor: place}, scrollIntoView: true})
    this.view.focus()
  }
}
