import { describe, expect, it } from 'vitest'
import { LETTER_KINDS, type LetterKind } from '../../../src/core/domain/letter.ts'
import { OUTCOMES } from '../../../src/core/domain/outcome.ts'
import { TASK_STATUSES, type Task } from '../../../src/core/domain/task.ts'
import { HOUR } from '../../../src/core/domain/time.ts'
import { USER_STATUSES } from '../../../src/core/domain/user.ts'
import type { MailLogRow } from '../../../src/core/store/port.ts'
import { resultWords } from '../../../src/core/text/report.ts'
import { parseLogSearch } from '../../../src/tui/screens/log/log.search.ts'
import { parseSearch } from '../../../src/tui/screens/tasks/tasks.state.ts'
import { parseUserSearch } from '../../../src/tui/screens/users/users.state.ts'
import { anEndedTask, anEntry, anExecutingTask, aTask, aUser } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { aFrame } from '../a-frame.tsx'
import { aModel, Desk } from '../a-model.ts'

const slice = <Row>(items: readonly Row[]) => ({ items, next: null, previous: null, total: items.length })

/** A page at its narrow and at its wide, told of its rows. */
function pageOf(page: 'tasks' | 'log' | 'users', columns: number, tell: (desk: Desk, ticket: number) => void): Desk {
  const desk = new Desk(aModel({ page, columns, rows: 30 }))
  desk.send({ kind: 'screen', page, msg: { kind: 'shown', arrival: {} } })
  tell(desk, desk.model.screens[page]?.list.ticket ?? 0)
  return desk
}

/** What stands in a column, row by row. */
function cellsIn({ model }: Desk, title: string): readonly string[] {
  const [titles = '', ...rows] = aFrame(model).slice(2, -2)
  const at = titles.indexOf(title)
  const length = /^\S+ */.exec(titles.slice(at))?.[0].length ?? expect.fail(`no column ${title}`)
  return rows.filter((row) => row.trim() !== '').map((row) => row.slice(at, at + length).trim())
}

const NARROW_AND_WIDE = [80, 119] as const

const aTaskOf = (status: Task['status']): Task => {
  if (status === 'wait') return aTask({ dueAt: MONDAY + 2 * HOUR })
  return status === 'executing' ? anExecutingTask() : anEndedTask({ status })
}

const tasksAt = (columns: number, items: readonly Task[]) =>
  pageOf('tasks', columns, (desk, ticket) => {
    const msg = { kind: 'rows', ticket, slice: slice(items), held: new Map(), failed: 0 } as const
    desk.send({ kind: 'screen', page: 'tasks', msg })
  })

const logAt = (columns: number, items: readonly MailLogRow[]) =>
  pageOf('log', columns, (desk, ticket) => {
    const msg = { kind: 'rows', ticket, slice: slice(items), share: null, front: null } as const
    desk.send({ kind: 'screen', page: 'log', msg })
  })

/** The rows that a filter of the mail log leaves. */
function leftBy(text: string, rows: readonly MailLogRow[]): readonly MailLogRow[] {
  const { filter, fits, doubt } = parseLogSearch(text, MONDAY)
  expect(doubt).toBeNull()
  const { result, ...others } = filter
  expect(others).toEqual({})
  return rows.filter((row) => (result === undefined || resultWords(row).startsWith(result)) && (fits?.(row) ?? true))
}

/** "reset" is how the words for two kinds begin, and stands for one of them where there is little room. */
const meantBy = (word: string, kind: LetterKind): readonly LetterKind[] =>
  word === 'reset' ? ['reset-password', 'reset-link'] : [kind]

describe.each(NARROW_AND_WIDE)('whatever word a column shows at %i columns, its filter takes', (columns) => {
  it('the statuses of tasks', () => {
    const cells = cellsIn(tasksAt(columns, TASK_STATUSES.map(aTaskOf)), 'STATUS')
    expect(cells).toHaveLength(TASK_STATUSES.length)
    for (const [index, status] of TASK_STATUSES.entries()) {
      // Behind its sign, and before how long it has yet to wait.
      const word = cells[index]?.replace(/^\S /, '').replace(/ \d.*$/, '')
      for (const typed of [`status:${word}`, `status:"${word}"`, `status:${word} `, `ann status:${status}`])
        expect([typed, parseSearch(typed).filter.status]).toEqual([typed, [status]])
      const others = TASK_STATUSES.filter((each) => each !== status)
      expect(parseSearch(`!status:${word}`)).toMatchObject({ filter: { status: others }, impossible: false })
    }
  })

  it('the kinds of tasks', () => {
    const cells = cellsIn(
      tasksAt(
        columns,
        LETTER_KINDS.map((kind) => aTask({ kind })),
      ),
      'KIND',
    )
    expect(cells).toHaveLength(LETTER_KINDS.length)
    for (const [index, kind] of LETTER_KINDS.entries()) {
      const word = cells[index] ?? ''
      expect([word, parseSearch(`kind:${word}`).filter]).toEqual([word, { kind: meantBy(word, kind) }])
      expect(parseSearch(`kind:${kind}`).filter).toEqual({ kind: [kind] })
    }
  })

  it('the kinds of entries in the mail log', () => {
    const rows = LETTER_KINDS.map((kind) => anEntry({ kind }))
    const cells = cellsIn(logAt(columns, rows), 'KIND')
    expect(cells).toHaveLength(LETTER_KINDS.length)
    for (const [index, kind] of LETTER_KINDS.entries()) {
      const word = cells[index] ?? ''
      const kinds = meantBy(word, kind)
      expect([word, leftBy(`kind:${word}`, rows).map((row) => row.kind)]).toEqual([word, kinds])
      const others = LETTER_KINDS.filter((each) => !kinds.includes(each))
      expect(leftBy(`!kind:${word}`, rows).map((row) => row.kind)).toEqual(others)
    }
  })

  it('the results of entries in the mail log, and the outcomes that the opened entry says', () => {
    const rows = OUTCOMES.map((outcome) => anEntry({ outcome }))
    const cells = cellsIn(logAt(columns, rows), 'RESULT')
    expect(cells).toHaveLength(OUTCOMES.length)
    for (const [index, row] of rows.entries()) {
      const [result = '', outcome] = resultWords(row)
        .replace(/ \(.*\)$/, '')
        .split(': ')
      expect(cells[index]?.slice(2)).toBe(result)
      expect(leftBy(`result:${result}`, rows)).toContain(row)
      expect(leftBy(`!result:${result}`, rows)).not.toContain(row)
      if (outcome !== undefined) expect(leftBy(`result:${outcome}`, rows)).toEqual([row])
    }
  })

  it('the statuses of users', () => {
    const users = USER_STATUSES.map((status) => aUser({ status }))
    const desk = pageOf('users', columns, (each, ticket) => {
      each.send({ kind: 'screen', page: 'users', msg: { kind: 'rows', ticket, slice: slice(users) } })
    })
    const cells = cellsIn(desk, 'STATUS').map((cell) => cell.slice(2))
    expect(cells.map((word) => parseUserSearch(`status:${word}`).filter)).toEqual(
      USER_STATUSES.map((status) => ({ status })),
    )
  })
})

it('a kind that there is not filters nothing in the mail log, which says which there are', () => {
  const { filter, fits, doubt } = parseLogSearch('kind:letter', MONDAY)
  expect({ filter, fits }).toEqual({ filter: {}, fits: null })
  expect(doubt).toBe('kind: reset, link, notice, test')
})
