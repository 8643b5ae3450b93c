import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inert } from '../../../src/core/text/inert.ts'
import { cellsOf } from '../../../src/core/text/width.ts'
import { textOf } from '../../../src/tui/line.ts'
import { type Column, fitColumns, rowLine, titleLine } from '../../../src/tui/list/columns.ts'

interface Row {
  readonly name: string
  readonly words: string
}

const COLUMNS: readonly Column<Row, null>[] = [
  { title: 'NAME', width: 10, grows: 1, cell: ({ name }) => ({ text: inert(name) }) },
  { title: 'N', width: 5, align: 'right', spare: 2, cell: () => ({ text: inert('7') }) },
  { title: 'WORDS', width: 8, grows: 3, spare: 1, cell: ({ words }) => ({ text: inert(words), tone: 'bad' }) },
]

const EVIL = [
  '\x1b[2J',
  '\x1b]52;c;QQ==\x07',
  '\x1b]8;;http://x\x9b2J\x1b\\',
  '\u202e',
  '\u200b',
  '\r\n',
  '\ufeff',
  '\ud800',
  '\u2028',
]
const OTHERS = ['e\u0301\u0302\u0303\u0304\u0305', '\u1100\u1161', '👩‍👩‍👧', '山', 'अ', 'ب', 'x', ' ', 'ß']
const PIECES = [...EVIL, ...OTHERS]
/** Any code point, or one of the pieces: an array of numbers is far quicker made than a string of units. */
const hostile = fc
  .array(fc.integer({ min: -4 * PIECES.length, max: 0x10ffff }), { maxLength: 12 })
  .map((numbers) =>
    numbers.map((number) => (number < 0 ? PIECES[-number % PIECES.length] : String.fromCodePoint(number))).join(''),
  )

/** A few letters (the Thai U+0E33) join the space before them to one character: what Ink measures of both is less. */
const joinsSpace = (text: string): boolean => cellsOf(` ${inert(text)} `) !== cellsOf(inert(text)) + 2

describe('a row of a list', () => {
  it('takes exactly its width, and nothing that acts on a terminal, whatever a hundred thousand strings bring', () => {
    const fitted = fitColumns(COLUMNS, 60)
    fc.assert(
      fc.property(hostile, hostile, (name, words) => {
        const text = textOf(rowLine(fitted, { name, words }, null, '   '))
        if (cellsOf(text) !== 60 && !joinsSpace(name) && !joinsSpace(words)) expect(text).toBe('60 cells wide')
        if (/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) expect(text).toBe('inert')
      }),
      { numRuns: 50_000 },
    )
  })

  it('keeps its columns where they are, whatever stands in them', () => {
    const fitted = fitColumns(COLUMNS, 60)
    const titles = textOf(titleLine(fitted))
    const row = textOf(rowLine(fitted, { name: '山田太郎', words: 'here' }, null, '>  '))
    expect(cellsOf(row.slice(0, row.indexOf('here')))).toBe(titles.indexOf('WORDS'))
  })
})

describe('columns', () => {
  it('fill the width exactly, as long as what cannot be spared fits into it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 14, max: 300 }), (width) => {
        expect(cellsOf(textOf(titleLine(fitColumns(COLUMNS, width))))).toBe(width)
      }),
    )
  })

  it('are left out where there is no room, those that can be spared best first', () => {
    const titles = (width: number) => fitColumns(COLUMNS, width).map(({ column }) => column.title)
    expect(titles(40)).toEqual(['NAME', 'N', 'WORDS'])
    expect(titles(28)).toEqual(['NAME', 'WORDS'])
    expect(titles(16)).toEqual(['NAME'])
  })
})
