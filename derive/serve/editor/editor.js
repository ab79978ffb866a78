// The editor of `derive serve`: CodeMirror 6, only what it uses of it.
export {EditorState, StateEffect, StateField, Compartment, RangeSet} from "@codemirror/state"
export {EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, drawSelection, highlightSpecialChars, gutter, GutterMarker} from "@codemirror/view"
export {defaultKeymap, history, historyKeymap} from "@codemirror/commands"
export {StreamLanguage, syntaxHighlighting, HighlightStyle, bracketMatching} from "@codemirror/language"
export {setDiagnostics, lintGutter, lintKeymap, openLintPanel, closeLintPanel, forceLinting, nextDiagnostic} from "@codemirror/lint"
export {yaml} from "@codemirror/legacy-modes/mode/yaml"
export {stex} from "@codemirror/legacy-modes/mode/stex"
export {tags} from "@lezer/highlight"
