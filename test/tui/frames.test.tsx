import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Task } from '../../src/core/domain/task.ts'
import { storeError } from '../../src/core/store/embedded/system-error.ts'
import { inert } from '../../src/core/text/inert.ts'
import { cellsOf } from '../../src/core/text/width.ts'
import { failureOf } from '../../src/tui/effects.ts'
import type { Model } from '../../src/tui/model.ts'
import { PAGE_SCREENS } from '../../src/tui/screens/table.ts'
import { initialTasks } from '../../src/tui/screens/tasks/tasks.state.ts'
import { anEndedTask, aTask, ids } from '../support/builders.ts'
import { aFrame } from './a-frame.tsx'
import { aModel, Desk } from './a-model.ts'

const SIZES = [
  [80, 24],
  [140, 40],
  [60, 15],
] as const

/** The page of tasks with these in it. */
function withTasks(tasks: readonly Task[], given: Partial<Model> = {}): Model {
  const model = aModel(given)
  const slices = [{ items: tasks, next: null, previous: null }]
  const height = model.rows - 5
  const list = { ...initialTasks.list, slices, rows: tasks, height, first: 0, total: tasks.length, loaded: true }
  return { ...model, screens: { tasks: { ...initialTasks, list } } }
}

const some = [
  aTask({ to: 'ann@example.org' }),
  anEndedTask({ to: 'bob@example.org', status: 'failed' }),
  anEndedTask({ to: '山田太郎@example.jp', status: 'carried-out' }),
]

describe.each(SIZES)('at %i×%i', (columns, rows) => {
  const size = { columns, rows }

  it.each(PAGE_SCREENS)('%s fills the terminal and nothing more', (page) => {
    const frame = aFrame(aModel({ ...size, page }))
    expect(frame.length).toBeLessThanOrEqual(rows)
    for (const line of frame) expect(cellsOf(line)).toBeLessThanOrEqual(columns)
  })

  it('shows tabs, place, titles, rows and hints', () => {
    const frame = aFrame(withTasks(some, size))
    expect(frame[0]).toContain('[3')
    expect(frame[1]).toContain('System Information › Scheduled Tasks')
    expect(frame[1]).toContain('1 of 3')
    expect(frame[2]).toMatch(/SCHEDULED +STATUS.*TO/)
    expect(frame[3]).toMatch(/^> .*wait.*ann@example.org/)
    expect(frame[4]).toMatch(/✗ failed.*bob@example.org/)
    expect(frame.at(-1)).toContain('r redo')
  })

  it('lines its columns up, whatever is written in them', () => {
    const frame = aFrame(withTasks(some, { ...size, columns: Math.min(columns, 119) }))
    const at = (line: string | undefined, words: string) => cellsOf((line ?? '').slice(0, (line ?? '').indexOf(words)))
    expect(at(frame[3], 'ann@')).toBe(at(frame[2], 'TO'))
    expect(at(frame[4], 'bob@')).toBe(at(frame[2], 'TO'))
    expect(at(frame[5], '山田')).toBe(at(frame[2], 'TO'))
  })

  it('shows a question over the page, with what changes nothing in focus', () => {
    const desk = new Desk(withTasks(some, size)).press('c')
    const frame = aFrame(desk.model).join('\n')
    expect(frame).toContain('Cancel 1 letter?')
    expect(frame).toMatch(/\[> Keep it <\] +\[ {2}Cancel it {2}\]/)
    expect(frame).toContain('System Information › Scheduled Tasks')
  })

  it('shows help, palette and prompt within the frame', () => {
    for (const keys of [['?'], [':', 'o'], ['/', 'x']]) {
      const frame = aFrame(new Desk(withTasks(some, size)).press(...keys).model)
      expect(frame.length).toBeLessThanOrEqual(rows)
      for (const line of frame) expect(cellsOf(line)).toBeLessThanOrEqual(columns)
    }
  })
})

it.each([
  ['status:failed', ' System Information › Scheduled Tasks › status:failed  '],
  ['status:failed to:bob@example.org', ' Scheduled Tasks › status:failed to:bob@example.org  '],
])('says the filter %s in full at 80 columns: to a long one the name of the group gives way', (filter, place) => {
  const desk = new Desk(withTasks(some, { columns: 80, rows: 24 })).press('/').type(filter).press('enter')
  expect(aFrame(desk.model)[1]).toContain(place)
})

it('has a detail beside the list from 120 columns on, and not before', () => {
  expect(aFrame(withTasks(some, { columns: 120, rows: 30 }))[2]).toContain('│ Task')
  expect(aFrame(withTasks(some, { columns: 119, rows: 30 }))[2]).not.toContain('│')
})

const full = failureOf(
  storeError(Object.assign(new Error('write'), { code: 'ENOSPC' }), 'nothing of this change was saved'),
)

it.each([...SIZES, [100, 30]] as const)(
  'a full disk at %i×%i: what to do is said in full over the end of the page, which is then as it was',
  (columns, rows) => {
    const quiet = withTasks(some, { columns, rows })
    const desk = new Desk(quiet).send(full)
    const frame = aFrame(desk.model)
    expect(frame).toHaveLength(rows)
    for (const line of frame) expect(cellsOf(line)).toBeLessThanOrEqual(columns)
    expect(frame.join(' ').replaceAll(/\s+/g, ' ')).toContain(
      '✗ The disk is full: nothing of this change was saved. Make space where the data directory is, then try again.',
    )
    expect(frame.slice(0, -4)).toEqual(aFrame(quiet).slice(0, -4))
    expect(frame.at(-1)).toBe(aFrame(quiet).at(-1))
    desk.send({ kind: 'toast-over', toast: desk.model.toasts })
    expect(aFrame(desk.model)).toEqual(aFrame(quiet))
  },
)

it('what was said stays for as long as it takes to read', () => {
  const desk = new Desk().send({ kind: 'say', tone: 'good', text: inert('Copied the id.') }).send(full)
  expect(desk.wanted()).toMatchObject([{ milliseconds: 5000 }, { milliseconds: 7490 }])
})

it('says below 60×15 that the terminal is too small, and how to leave', () => {
  expect(aFrame(aModel({ columns: 59, rows: 14 })).join('\n')).toMatch(
    /59×14: too small.\nThe console needs 60×15. q quits/,
  )
})

it('draws ASCII alone under --ascii', () => {
  const ascii = withTasks([aTask({ to: 'ann@example.org' })], { ascii: true, columns: 140, rows: 40 })
  for (const model of [ascii, new Desk(ascii).press('c').model, new Desk(ascii).press('?').model]) {
    const marks =
      aFrame(model)
        .join('')
        .match(/[^\x20-\x7e]/g) ?? []
    expect(new Set(marks)).toEqual(new Set())
  }
})

/** Escape sequences, C1, bidi overrides, line ends, zero widths and stacks of marks, among letters of several scripts. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\x1b[2J',
        '\x1b]52;c;QQ==\x07',
        '\x1b]8;;http://x\x9b2J\x1b\\',
        '\x9b31m',
        '\u202e',
        '\u200b',
        '\r\n',
      ),
      fc.constantFrom(
        '\u2028',
        '\ufeff',
        '\x00',
        '\x7f',
        '\ud800',
        'e\u0301\u0302\u0303\u0304\u0305',
        '\u1100\u1161',
        '👩‍👩‍👧',
      ),
      fc.constantFrom('a', 'ß', '山', 'अ', 'ب', '…', '<b>', ' '.repeat(30)),
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''))

it('hostile data changes nothing but its own cell', () => {
  const user = { id: ids.user(), username: 'ann' }
  const harmless: Task = { ...anEndedTask({ status: 'failed' }), user }
  const quiet = aFrame(withTasks([harmless, ...some.slice(1)]))
  fc.assert(
    fc.property(hostile, hostile, (to, username) => {
      fc.pre(cellsOf(` ${inert(to)} `) === cellsOf(inert(to)) + 2)
      const evil: Task = { ...harmless, to, user: { ...user, username } }
      const frame = aFrame(withTasks([evil, ...some.slice(1)]))
      expect(frame.length).toBe(quiet.length)
      for (const line of frame) expect(cellsOf(line)).toBeLessThanOrEqual(80)
      // The header, the titles and the rows below are as they were.
      expect(frame.filter((_, index) => index !== 3)).toEqual(quiet.filter((_, index) => index !== 3))
      expect(frame[3]).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
    }),
    { numRuns: 400 },
  )
})
