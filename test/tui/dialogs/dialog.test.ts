import { describe, expect, it } from 'vitest'
import { inert } from '../../../src/core/text/inert.ts'
import { cellsOf } from '../../../src/core/text/width.ts'
import { dialogLines } from '../../../src/tui/dialogs/dialog.lines.ts'
import type { Dialog } from '../../../src/tui/dialogs/dialog.ts'
import { isTyped } from '../../../src/tui/dialogs/dialog.update.ts'
import { editorOf } from '../../../src/tui/input/editor.ts'
import { textOf } from '../../../src/tui/line.ts'
import { themeOf } from '../../../src/tui/theme.ts'

const theme = themeOf({ colour: false, ascii: false })

/** A question that wants `expected`, of which so much has been typed. */
const asking = (expected: string, typed: string): Dialog<'done'> => ({
  kind: 'typed',
  title: inert('Delete it?'),
  lines: [inert('It is deleted for good.')],
  expected,
  editor: editorOf(typed),
  ok: 'done',
})

const drawn = (dialog: Dialog<'done'>, columns: number): readonly string[] =>
  dialogLines(dialog, columns, theme).map(textOf)

describe('a question that wants something typed', () => {
  it.each([60, 80, 140])('shows what is typed, however long it is, at %i columns', (columns) => {
    for (const expected of ['75', 'ann', 'n'.repeat(64), '王'.repeat(64), 'ann.'.repeat(9)]) {
      const lines = drawn(asking(expected, expected), columns)
      const width = cellsOf(lines[0] ?? '')
      for (const line of lines) expect(cellsOf(line)).toBe(width)
      expect(lines.at(-2)).toContain(` ${theme.glyphs.good}`)
      expect(lines.at(-2)).toContain(expected.slice(-9))
      expect(lines.join('').replaceAll(/[│ ]/g, '')).toContain(`Type${expected}togoon:`)
    }
  })

  it('keeps the field beside a short question', () => {
    expect(drawn(asking('ann', 'an'), 80).at(-2)).toMatch(/^│ Type ann to go on: an {2,}│$/)
  })

  it.each([
    ['as it is kept', 'zoë', 'zoë', true],
    ['with its marks apart, as some keyboards type them', 'zoë', 'zoe\u0308', true],
    ['with what stands between letters on the screen', 'सन्तोष', inert('सन्तोष'), true],
    ['with spaces around it', 'ann', ' ann ', true],
    ['another', 'ann', 'anna', false],
    ['nothing', 'ann', '', false],
  ])('takes a name %s', (_how, expected, typed, isTaken) => {
    expect(isTyped(asking(expected, typed))).toBe(isTaken)
  })
})
