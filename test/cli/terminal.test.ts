import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Column } from '../../src/cli/output/list.ts'
import { table } from '../../src/cli/output/table.tsx'
import { fitWidths } from '../../src/cli/output/width.ts'
import { cellsOf } from '../../src/core/text/width.ts'
import { Desk } from './desk.ts'

interface Person {
  readonly name: string
  readonly city: string
}
const COLUMNS: readonly Column<Person>[] = [
  { title: 'NAME', shown: ({ name }) => name, flexible: true },
  { title: 'CITY', shown: ({ city }) => city, colour: () => 'red', spare: 1 },
]
const drawn = (people: readonly Person[], columns = 80) => table(people, COLUMNS, { columns, colour: false })

describe('a table on a terminal', () => {
  it('lines up Chinese, emoji and combining marks', () => {
    const lines = drawn([
      { name: '王小明', city: '臺北' },
      { name: 'Zoë', city: 'Köln' },
      { name: 'party 🎉', city: 'e\u0301' },
    ]).split('\n')
    expect(lines).toEqual([
      '┌──────────┬──────┐',
      '│ NAME     │ CITY │',
      '├──────────┼──────┤',
      '│ 王小明   │ 臺北 │',
      '│ Zoë      │ Köln │',
      '│ party 🎉 │ e\u0301    │',
      '└──────────┴──────┘',
    ])
    expect(new Set(lines.map(cellsOf))).toEqual(new Set([19]))
  })

  it('shows what would act on the terminal by its name', () => {
    expect(drawn([{ name: '\u001b[2J\u202eevil\n', city: 'a\tb' }])).toContain('│ ^[[2J<U+202E>evil^J │ a^Ib │')
  })

  it('cuts long cells and leaves columns out to fit', () => {
    const people = [{ name: 'a name that goes on and on and on', city: 'Llanfairpwll' }]
    for (const line of drawn(people, 32).split('\n')) expect(cellsOf(line)).toBe(32)
    expect(drawn(people, 32)).toContain('│ a name that … │ Llanfairpwll │')
    expect(drawn(people, 24)).not.toContain('CITY')
    expect(drawn(people, 24)).toContain('│ a name that goes on… │')
  })

  it('has colours only where they are wanted', () => {
    const people = [{ name: 'Ann', city: 'Rome' }]
    const coloured = table(people, COLUMNS, { columns: 80, colour: true })
    expect(stripVTControlCharacters(coloured)).toBe(drawn(people))
    expect(drawn(people)).not.toContain('\u001b')
  })
})

describe('fitting columns', () => {
  const column = (width: number, flexible = false, spare: number | null = null) => ({ width, flexible, spare })
  const fitted = (columns: readonly ReturnType<typeof column>[], room: number) => [...fitWidths(columns, room, 3)]

  it('leaves alone what fits', () => {
    expect(fitted([column(10), column(20, true)], 36)).toEqual([
      [0, 10],
      [1, 20],
    ])
  })

  it('cuts the widest first, and all alike from there', () => {
    expect(fitted([column(30, true), column(20, true)], 36)).toEqual([
      [0, 15],
      [1, 15],
    ])
  })

  it('leaves out the one with the highest number when cutting does not do', () => {
    expect(fitted([column(30), column(10, false, 1), column(10, false, 2)], 48)).toEqual([
      [0, 30],
      [1, 10],
    ])
  })

  it('leaves too wide what can give no way', () => {
    expect(fitted([column(30), column(30)], 10)).toEqual([
      [0, 30],
      [1, 30],
    ])
  })
})

describe('a list', () => {
  it('is a table on a terminal', async () => {
    const desk = new Desk()
    await desk.addUsers('ann')
    const { out } = await desk.run(['users', 'list'], { columns: 80 })
    expect(out).toBe(
      [
        '┌──────────┬─────────────────┬──────┬────────┬────────┐',
        '│ USERNAME │ EMAIL           │ NAME │ LOCALE │ STATUS │',
        '├──────────┼─────────────────┼──────┼────────┼────────┤',
        '│ ann      │ ann@example.org │      │ en     │ active │',
        '└──────────┴─────────────────┴──────┴────────┴────────┘',
        '',
      ].join('\n'),
    )
  })

  it('says so when there is nothing', async () => {
    for (const [list, words] of [
      ['users', 'There is no such user.'],
      ['tasks', 'There is no such task.'],
      ['log', 'There is no such entry.'],
      ['audit', 'Nothing has been done yet.'],
    ]) {
      expect((await new Desk().run([String(list), 'list'], { columns: 80 })).out).toBe(`${words}\n`)
    }
  })

  it('fits every list into 80 columns', async () => {
    const desk = new Desk()
    await desk.addUsers('a-person-with-a-rather-long-username', 'ann')
    await desk.done('users', 'edit', 'ann', '--name', '王小明'.repeat(20))
    await desk.done('users', 'reset', 'ann')
    for (const argv of [
      ['users', 'list'],
      ['tasks', 'list'],
      ['settings', 'list'],
      ['audit', 'list'],
    ]) {
      const { out } = await desk.run(argv, { columns: 80 })
      for (const line of out.trimEnd().split('\n')) expect(cellsOf(line), line).toBeLessThanOrEqual(80)
    }
  })
})
