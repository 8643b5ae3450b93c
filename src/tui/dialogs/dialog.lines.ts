import { inert } from '../../core/text/inert.ts'
import { boxed } from '../components/boxed.ts'
import { windowOf } from '../input/editor.ts'
import { fitLine, type Line, line, lineCells, type Span, wrapLine } from '../line.ts'
import type { Theme } from '../theme.ts'
import { answersOf, type Dialog } from './dialog.ts'
import { isTyped } from './dialog.update.ts'

const WIDEST = 64
/** Cells that are needed to type into, and of them those of the sign that says that it is typed. */
const FIELD = 22
const DONE = 2

/** A question in its frame: what is asked, then Cancel and OK. */
export function dialogLines<Msg>(dialog: Dialog<Msg>, columns: number, theme: Theme): readonly Line[] {
  const width = Math.min(WIDEST, columns - 4)
  const words = dialog.lines.flatMap((text) => wrapLine([{ text }], width - 4))
  return boxed(
    [...words, [], ...answerLines(dialog, width - 4, theme)],
    dialog.title,
    hint(dialog, theme),
    width,
    theme,
  )
}

function hint<Msg>(dialog: Dialog<Msg>, { border }: Theme): string {
  const { ok, cancel } = answersOf(dialog)
  const arrows = border === 'classic' ? 'Left/Right' : '←/→'
  const hints =
    dialog.kind === 'typed'
      ? [`Enter = ${ok}`, `Esc = ${cancel}`]
      : [`${arrows} choose`, 'Enter', `y = ${ok}`, `n/Esc = ${cancel}`]
  return hints.join(border === 'classic' ? ', ' : ' · ')
}

function answerLines<Msg>(dialog: Dialog<Msg>, width: number, theme: Theme): readonly Line[] {
  const { ok, cancel } = answersOf(dialog)
  switch (dialog.kind) {
    case 'confirm':
      return [centred([...button(cancel, dialog.focus === 'cancel'), gap, ...button(ok, dialog.focus === 'ok')], width)]
    case 'typed': {
      const asked = wrapLine(line(`Type ${dialog.expected} to go on:`, { bold: true }, 200), width)
      const last = asked.at(-1) ?? []
      const isBeside = lineCells(last) + 1 + FIELD <= width
      const shown = windowOf(dialog.editor, (isBeside ? FIELD : width) - DONE)
      const done: Span = { text: inert(isTyped(dialog) ? ` ${theme.glyphs.good}` : ''), tone: 'good' }
      const field: Line = [{ text: shown.before }, { text: shown.under, inverse: true }, { text: shown.behind }, done]
      return isBeside ? [...asked.slice(0, -1), [...last, { text: inert(' ') }, ...field]] : [...asked, field]
    }
  }
}

const gap: Span = { text: inert('      ') }

function button(word: string, hasFocus: boolean): Line {
  return hasFocus ? [{ text: inert(`[> ${word} <]`), inverse: true, bold: true }] : [{ text: inert(`[  ${word}  ]`) }]
}

function centred(spans: Line, width: number): Line {
  const cells = spans.reduce((sum, { text }) => sum + text.length, 0)
  const left = Math.max(0, Math.floor((width - cells) / 2))
  return fitLine([{ text: inert(' '.repeat(left)) }, ...spans], width)
}
