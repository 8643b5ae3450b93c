import { inert } from '../../core/text/inert.ts'
import { cellsOf, fit } from '../../core/text/width.ts'
import { type Editor, windowOf } from '../input/editor.ts'
import { BLANK, heading, type Line, line, type Span, wrapLine } from '../line.ts'
import type { Theme } from '../theme.ts'
import { type Field, type Form, isChanged, type SecretField } from './form.ts'

/** Lines of a form and which of them belong to the field that has the focus. */
interface Laid {
  readonly lines: readonly Line[]
  readonly focused: readonly [first: number, last: number]
}

const MARKS = 3

/**
 * A form as `height` lines of at most `width` cells: each field with its label, its value and what is wrong with it; at
 * the bottom the help of the one that has the focus. It is scrolled as far as shows that field.
 */
export function formLines(form: Form, width: number, height: number, theme: Theme): readonly Line[] {
  const help = helpLines(form, width)
  const room = Math.max(1, height - help.length)
  const { lines, focused } = layOut(form, width, theme)
  const [first, last] = focused
  // In the middle where that can be; the field itself is shown even where what is wrong with it has no room.
  const middle = Math.min(first, Math.max(last - room + 1, Math.floor((first + last - room) / 2)))
  const top = lines.length <= room ? 0 : Math.max(0, Math.min(middle, lines.length - room))
  const shown = lines.slice(top, top + room)
  const filled = [...shown, ...Array.from({ length: room - shown.length }, () => BLANK)]
  return [...filled, ...help]
}

function helpLines({ fields, focus }: Form, width: number): readonly Line[] {
  const help = fields[focus]?.help
  if (help === undefined) return []
  return [BLANK, ...wrapLine([{ text: inert(` ${help}`, 500), tone: 'dim' }], width - 1, 1)]
}

function layOut({ fields, focus, isResting = false }: Form, width: number, theme: Theme): Laid {
  const labels = Math.min(Math.floor(width / 2), Math.max(0, ...fields.map(({ label }) => cellsOf(label))))
  const lines: Line[] = []
  let focused: Laid['focused'] = [0, 0]
  for (const [index, field] of fields.entries()) {
    if (field.group !== undefined)
      lines.push(...(lines.length === 0 ? [] : [BLANK]), [{ text: inert(' ') }, ...heading(field.group)])
    const first = lines.length
    const attention = index !== focus ? 'none' : isResting ? 'marked' : 'typed'
    lines.push(fieldLine(field, attention, labels, width, theme), ...remarks(field, labels, width, theme))
    if (index === focus) focused = [first, lines.length - 1]
  }
  return { lines, focused }
}

/** Whether a field is the one that is typed into, or that would be. */
type Attention = 'none' | 'marked' | 'typed'

function fieldLine(field: Field, attention: Attention, labels: number, width: number, theme: Theme): Line {
  const { cursor, mark } = theme.glyphs
  const hasFocus = attention !== 'none'
  const gutter = `${hasFocus ? cursor : ' '}${isChanged(field) ? mark : ' '} `
  const inverse = attention === 'marked'
  const tone = field.error === null ? 'plain' : 'bad'
  const label: Span = { text: fit(field.label, labels), bold: hasFocus, tone, ...(inverse ? { inverse } : {}) }
  const note: Line =
    field.note === undefined || field.kind === 'secret' || isChanged(field)
      ? []
      : [{ text: inert(`  ${field.note}`), tone: 'dim' }]
  return [
    { text: inert(gutter) },
    label,
    { text: inert('  ') },
    ...valueSpans(field, attention === 'typed', width - labels - MARKS - 3, theme),
    ...note,
  ]
}

function valueSpans(field: Field, hasFocus: boolean, width: number, theme: Theme): Line {
  switch (field.kind) {
    case 'text':
      return hasFocus ? edited(field.editor, width, theme) : [{ text: inert(field.editor.text) }]
    case 'secret':
      if (!field.isTouched && !hasFocus) return [{ text: inert(secretWords(field)), tone: 'dim' }]
      if (!field.isTouched)
        return [
          { text: inert(' '), inverse: true },
          { text: inert(` ${secretWords(field)}`), tone: 'dim' },
        ]
      return hasFocus
        ? edited(field.editor, width, theme, theme.glyphs.masked)
        : [{ text: inert(maskOf(field.editor.text, theme)) }]
    case 'choice': {
      const words = field.choices.find(({ value }) => value === field.value)?.words ?? inert(field.value)
      return [{ text: inert(`< ${words} >`), inverse: hasFocus }]
    }
    case 'check':
      return [
        { text: inert(field.value ? '[x]' : '[ ]'), inverse: hasFocus },
        { text: inert(field.value ? ' yes' : ' no') },
      ]
  }
}

/** That a secret is set, and since when where that is known: `set, changed 2026-11-21 by ops`. */
function secretWords({ isSet, note }: SecretField): string {
  if (!isSet) return 'is not set'
  return note === undefined ? 'is set; type to replace it' : `set, ${note}`
}

const maskOf = (text: string, { glyphs }: Theme): string => (text === '' ? 'will be emptied' : glyphs.masked.repeat(8))

function edited(editor: Editor, width: number, { glyphs }: Theme, mask?: string): Line {
  const shown = windowOf(editor, width - 2, mask === undefined ? undefined : inert(mask))
  const more = (isThere: boolean): Span => ({ text: inert(isThere ? glyphs.ellipsis : ''), tone: 'dim' })
  return [
    more(shown.moreBefore),
    { text: shown.before },
    { text: shown.under, inverse: true },
    { text: shown.behind },
    more(shown.moreBehind),
  ]
}

function remarks({ error, warning }: Field, labels: number, width: number, { glyphs }: Theme): readonly Line[] {
  const indent = Math.min(labels + MARKS + 2, Math.floor(width / 4))
  const under = (text: string, look: Omit<Span, 'text'>): readonly Line[] =>
    wrapLine(line(`${' '.repeat(indent)}${text}`, look), width, indent)
  return [
    ...(error === null ? [] : under(`${glyphs.bad} ${error}`, { tone: 'bad' })),
    ...(warning === null ? [] : under(`${glyphs.warn} ${warning}`, { tone: 'warn' })),
  ]
}
