import { describe, expect, it } from 'vitest'
import type { User } from '../../src/core/domain/user.ts'
import { cellsOf } from '../../src/core/text/width.ts'
import { fitColumns, rowLine } from '../../src/tui/list/columns.ts'
import { initialUsers } from '../../src/tui/screens/users/users.state.ts'
import { USER_COLUMNS } from '../../src/tui/screens/users/users.view.tsx'
import { themeOf } from '../../src/tui/theme.ts'
import { aUser } from '../support/builders.ts'
import { MONDAY } from '../support/clock.ts'
import { aFrame } from './a-frame.tsx'
import { aModel } from './a-model.ts'
import { PAYLOADS, strangeIn } from './support/hostile.ts'

/** Rows at a time, of which each shows three strings, and times: 100,000 strings in all. */
const ROWS = 490
const TIMES = 69
/** Every row is made as it is drawn; so many times they are also drawn by Ink, which takes a hundred times as long. */
const DRAWN = 7
const COLUMNS = 119
const FIRST_ROW = 3

let seed = 20_261_122
/** The same numbers each time (Lehmer, 1951), from 0 up to `below`. */
const random = (below: number): number => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed % below
}

/** Ranges of what is most likely to do harm, and of what people write. */
const RANGES = [
  [0x00, 0x20],
  [0x20, 0x7f],
  [0x41, 0x5b],
  [0x7f, 0xa1],
  [0x300, 0x370],
  [0x590, 0x700],
  [0x900, 0xe00],
  [0x1100, 0x1200],
  [0x2000, 0x2070],
  [0x20d0, 0x2100],
  [0x3000, 0x3100],
  [0x4e00, 0x4f00],
  [0xac00, 0xac80],
  [0xd800, 0xe000],
  [0xfe00, 0xfe10],
  [0xff00, 0x10000],
  [0x1f1e6, 0x1f200],
  [0x1f3fb, 0x1f400],
  [0x1f600, 0x1f650],
  [0xe0000, 0xe0080],
] as const
const BEGINNINGS = [
  '\x1b[',
  '\x1b]',
  '\x1b]8;;',
  '\x1b]52;c;',
  '\x1bP',
  '\x9b',
  '\x9d',
  '\x1b\\',
  '\x07',
  '\u202e',
  '\r\n',
]

function character(): string {
  const [from, to] = RANGES[random(RANGES.length)] ?? [0, 1]
  return String.fromCodePoint(from + random(to - from))
}

/** Anything: pieces of sequences, of known attacks, and characters of any kind. */
function anything(): string {
  const pieces = Array.from({ length: 1 + random(8) }, () => {
    const kind = random(8)
    if (kind === 0) return BEGINNINGS[random(BEGINNINGS.length)] ?? ''
    if (kind === 1) return (PAYLOADS[random(PAYLOADS.length)] ?? '').slice(0, 1 + random(12))
    return Array.from({ length: 1 + random(6) }, character).join('')
  })
  return pieces.join('')
}

const somebody = (): User => ({ ...aUser(), username: anything(), email: anything(), name: anything() })

/** Cells, as a terminal counts them that joins no letter to the space behind it (U+0D4E is said to want that). */
const cellsIn = (text: string): number => text.split(' ').reduce((cells, word) => cells + 1 + cellsOf(word), -1)

/** A page of users, drawn: the lines of its rows, and its first. */
function drawn(rows: readonly User[]): { readonly header: string; readonly rows: readonly string[] } {
  const model = aModel({ page: 'users', columns: COLUMNS, rows: ROWS + FIRST_ROW + 2 })
  const slices = [{ items: rows, next: null, previous: null }]
  const list = { ...initialUsers.list, slices, rows, height: ROWS, first: 0, total: rows.length, loaded: true }
  const lines = aFrame({ ...model, screens: { users: { ...initialUsers, list } } })
  return { header: lines[0] ?? '', rows: lines.slice(FIRST_ROW, FIRST_ROW + ROWS) }
}

const fitted = fitColumns(USER_COLUMNS, COLUMNS)
const given = { now: MONDAY, glyphs: themeOf({ colour: false, ascii: false }).glyphs }

/** One row's text as it is given to Ink, which leaves spaces at its end out. */
const made = (user: User): string =>
  rowLine(fitted, user, given, '   ')
    .map(({ text }) => text)
    .join('')
    .trimEnd()

describe('a hundred thousand strings of any kind', () => {
  it('are drawn as rows in which nothing acts, hides, or moves what stands beside it', () => {
    const good = drawn([aUser()])
    const behind = /\S+ active +\S+ \S+$/.exec(good.rows[0] ?? '')?.[0] ?? expect.fail(`no status: ${good.rows[0]}`)
    // What is made is what Ink draws.
    expect(made(aUser()).slice(-behind.length)).toBe(behind)
    const place = cellsIn(good.rows[0] ?? '') - cellsIn(behind)
    for (let time = 0; time < TIMES; time++) {
      const users = Array.from({ length: ROWS }, somebody)
      const { header, rows } = time < DRAWN ? drawn(users) : { header: good.header, rows: users.map(made) }
      expect(header).toBe(good.header)
      const wrong = rows.flatMap((line, index) => {
        const text = line.slice(0, line.length - behind.length)
        const isRight = line.endsWith(behind) && cellsIn(text) === place && strangeIn(line).length === 0
        const { username, email, name } = users[index] ?? aUser()
        return isRight
          ? []
          : [
              JSON.stringify({ line, username, email, name }).replaceAll(
                /[^ -~]/gu,
                (sign) => `<${sign.codePointAt(0)?.toString(16)}>`,
              ),
            ]
      })
      expect(wrong).toEqual([])
    }
  }, 120_000)
})
