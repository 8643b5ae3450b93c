import { type InertText, inert } from '../../core/text/inert.ts'
import { cellsOf, cutTo, graphemesOf } from '../../core/text/width.ts'
import type { Press } from './press.ts'

/** A field of one line. */
export interface Editor {
  readonly text: string
  /** Where the next character goes: an index into `text`, always between two graphemes. */
  readonly cursor: number
}

/** No name, address or filter is longer; what would make a field longer is not taken. */
export const LONGEST_TEXT = 4096

/** A field with a text and the cursor behind it. */
export function editorOf(text = ''): Editor {
  const value = oneLine(text).slice(0, LONGEST_TEXT).toWellFormed()
  return { text: value, cursor: value.length }
}

/** Obeys a press as readline does; null for a press that means nothing to a field (Enter, Escape, Tab, up …). */
export function edit(editor: Editor, press: Press): Editor | null {
  switch (press.kind) {
    case 'text':
      return insert(editor, press.text)
    case 'paste':
      return insert(editor, press.text)
    case 'key':
      return KEYS[press.key]?.(editor) ?? null
  }
}

type Edit = (editor: Editor) => Editor

const KEYS: Readonly<Partial<Record<string, Edit>>> = {
  left: (editor) => at(editor, before(editor)),
  right: (editor) => at(editor, behind(editor)),
  'ctrl+b': (editor) => at(editor, before(editor)),
  'ctrl+f': (editor) => at(editor, behind(editor)),
  home: (editor) => at(editor, 0),
  end: (editor) => at(editor, editor.text.length),
  'ctrl+a': (editor) => at(editor, 0),
  'ctrl+e': (editor) => at(editor, editor.text.length),
  'ctrl+left': (editor) => at(editor, wordBefore(editor)),
  'ctrl+right': (editor) => at(editor, wordBehind(editor)),
  'alt+left': (editor) => at(editor, wordBefore(editor)),
  'alt+right': (editor) => at(editor, wordBehind(editor)),
  'alt+b': (editor) => at(editor, wordBefore(editor)),
  'alt+f': (editor) => at(editor, wordBehind(editor)),
  backspace: (editor) => cut(editor, before(editor), editor.cursor),
  delete: (editor) => cut(editor, editor.cursor, behind(editor)),
  'ctrl+d': (editor) => cut(editor, editor.cursor, behind(editor)),
  'ctrl+u': (editor) => cut(editor, 0, editor.cursor),
  'ctrl+k': (editor) => cut(editor, editor.cursor, editor.text.length),
  'ctrl+w': (editor) => cut(editor, spaceBefore(editor), editor.cursor),
  'alt+backspace': (editor) => cut(editor, wordBefore(editor), editor.cursor),
  'alt+d': (editor) => cut(editor, editor.cursor, wordBehind(editor)),
}

/**
 * What is pasted as one line: line ends at its edges go (a copied line brings its own), those within become a space,
 * and controls are left out.
 */
function oneLine(text: string): string {
  const trimmed = text.replace(/^[\r\n]+|[\r\n]+$/g, '')
  return trimmed.replace(/[\r\n\t\u2028\u2029]+/g, ' ').replace(/\p{Cc}/gu, '')
}

function insert(editor: Editor, text: string): Editor {
  const added = oneLine(text).toWellFormed()
  if (editor.text.length + added.length > LONGEST_TEXT) return editor
  const head = editor.text.slice(0, editor.cursor) + added
  const whole = head + editor.text.slice(editor.cursor)
  // A mark joins the character before it, and what follows may join what was typed.
  return { ...editor, text: whole, cursor: boundaryFrom(whole, head.length) }
}

const at = (editor: Editor, cursor: number): Editor => ({ ...editor, cursor })

function cut(editor: Editor, from: number, to: number): Editor {
  const text = editor.text.slice(0, from) + editor.text.slice(to)
  return { ...editor, text, cursor: boundaryFrom(text, from) }
}

/** The first boundary between graphemes at `index` or behind it. */
function boundaryFrom(text: string, index: number): number {
  let end = 0
  for (const grapheme of graphemesOf(text)) {
    if (end >= index) return end
    end += grapheme.length
  }
  return end
}

function before({ text, cursor }: Editor): number {
  return cursor - (graphemesOf(text.slice(0, cursor)).at(-1)?.length ?? 0)
}

function behind({ text, cursor }: Editor): number {
  return cursor + (graphemesOf(text.slice(cursor))[0]?.length ?? 0)
}

const WORD = '[\\p{L}\\p{N}\\p{M}_]'
const WORD_BEFORE = new RegExp(`${WORD}*[^\\p{L}\\p{N}\\p{M}_]*$`, 'u')
const WORD_BEHIND = new RegExp(`^[^\\p{L}\\p{N}\\p{M}_]*${WORD}*`, 'u')

/** Words are letters and digits, so that Alt-B stops at each part of an address; Ctrl-W takes all up to a space. */
function wordBefore({ text, cursor }: Editor): number {
  return boundaryFrom(text, WORD_BEFORE.exec(text.slice(0, cursor))?.index ?? 0)
}

function wordBehind({ text, cursor }: Editor): number {
  return boundaryFrom(text, cursor + (WORD_BEHIND.exec(text.slice(cursor))?.[0].length ?? 0))
}

function spaceBefore({ text, cursor }: Editor): number {
  return boundaryFrom(text, /\S*\s*$/u.exec(text.slice(0, cursor))?.index ?? 0)
}

/** What a view draws of a field. */
export interface EditorWindow {
  readonly before: InertText
  /** What stands under the cursor: a space at the end of the text. */
  readonly under: InertText
  readonly behind: InertText
  /** Something is hidden at this end. */
  readonly moreBefore: boolean
  readonly moreBehind: boolean
}

/**
 * The part of a field that fits into `width` cells, with the cursor in it, and some of what is behind the cursor.
 * @param mask shown for every grapheme in place of the text of a secret
 */
export function windowOf(editor: Editor, width: number, mask?: InertText): EditorWindow {
  const graphemes = graphemesOf(editor.text)
  const shown = graphemes.map((grapheme) => mask ?? cutTo(inert(grapheme), width))
  const cursor = graphemesOf(editor.text.slice(0, editor.cursor)).length
  const cells = [...shown.map(cellsOf), 1]
  const first = firstOf(cells, cursor, width)
  const end = endOf(cells, first, cursor, width)
  const join = (from: number, to: number) => shown.slice(from, to).join('') as InertText
  return {
    before: join(first, cursor),
    under: shown[cursor] ?? inert(' '),
    behind: join(cursor + 1, end),
    moreBefore: first > 0,
    moreBehind: end < graphemes.length,
  }
}

/** How much of the width is kept for what is behind the cursor. */
const AHEAD = 1 / 3

/** The first grapheme to show. */
function firstOf(cells: readonly number[], cursor: number, width: number): number {
  let last = cursor
  let ahead = 0
  while (last + 1 < cells.length && ahead + (cells[last + 1] ?? 0) <= width * AHEAD) {
    last++
    ahead += cells[last] ?? 0
  }
  let needed = cells.slice(0, last + 1).reduce((sum, each) => sum + each, 0)
  let first = 0
  while (needed > width && first < cursor) {
    needed -= cells[first] ?? 0
    first++
  }
  return first
}

/** Behind the last grapheme that still fits. */
function endOf(cells: readonly number[], first: number, cursor: number, width: number): number {
  let used = 0
  let end = first
  for (; end < cells.length - 1; end++) {
    used += cells[end] ?? 0
    if (used > width && end > cursor) break
  }
  return end
}
