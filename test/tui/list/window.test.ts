import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Page } from '../../../src/core/store/port.ts'
import {
  type Ask,
  chosenRows,
  emptyWindow,
  fillWindow,
  type ListWindow,
  type Move,
  moveWindow,
  openWindow,
  pagingOf,
  refreshWindow,
  resizeWindow,
  toggleMark,
  visibleRows,
} from '../../../src/tui/list/window.ts'

interface Row {
  readonly id: string
  readonly key: number
}

const rowOf = (key: number): Row => ({ id: `row ${key}`, key })
const rowsUpTo = (count: number): readonly Row[] => Array.from({ length: count }, (_, index) => rowOf(2 * index))

/** A list as the store gives it: cursors stand between rows, so they hold whoever comes and goes. */
function read(all: readonly Row[], ask: Ask): Page<Row> & { readonly total: number } {
  const { limit, after, before, from } = pagingOf(ask)
  const follow = after === undefined ? all : all.filter(({ key }) => key > Number(after))
  const lead = before === undefined ? follow : follow.filter(({ key }) => key < Number(before))
  const items = before !== undefined || from === 'end' ? lead.slice(-limit) : lead.slice(0, limit)
  const first = items[0]
  const last = items.at(-1)
  return {
    items,
    previous: first === undefined || first === all[0] ? null : String(first.key - 0.5),
    next: last === undefined || last === all.at(-1) ? null : String(last.key + 0.5),
    total: all.length,
  }
}

/** Answers all that the window asks for. */
function answered(list: ListWindow<Row>, all: readonly Row[]): ListWindow<Row> {
  let current = list
  for (let reads = 0; current.asked !== null; reads++) {
    if (reads > 5000) throw new Error('the window never stops asking')
    current = fillWindow(current, current.asked.ticket, read(all, current.asked))
  }
  return current
}

const opened = (all: readonly Row[], height: number): ListWindow<Row> =>
  answered(
    openWindow(
      resizeWindow(
        emptyWindow<Row>(({ id }) => id),
        height,
      ),
    ),
    all,
  )

const current = ({ rows, cursor }: ListWindow<Row>): Row | undefined => rows[cursor]

/** Where a move leads in the whole list. */
function walked(at: number, move: Move, height: number, count: number): number {
  const last = Math.max(0, count - 1)
  switch (move.kind) {
    case 'start':
      return 0
    case 'end':
      return last
    case 'by':
      return Math.max(0, Math.min(last, at + move.rows))
    case 'page': {
      const whole = Math.abs(move.views) === 1 ? height - 1 : Math.round(height * Math.abs(move.views))
      return Math.max(0, Math.min(last, at + Math.sign(move.views) * Math.max(1, whole)))
    }
  }
}

const aMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -150, max: 150 }).map((rows): Move => ({ kind: 'by', rows })) },
  { weight: 3, arbitrary: fc.constantFrom(1, -1, 0.5, -0.5).map((views): Move => ({ kind: 'page', views })) },
  { weight: 1, arbitrary: fc.constantFrom<Move>({ kind: 'start' }, { kind: 'end' }) },
)

/** The view holds the cursor, and is a piece of the whole list. */
function expectToShow(list: ListWindow<Row>, all: readonly Row[]): void {
  const shown = visibleRows(list)
  const from = all.indexOf(shown[0] ?? rowOf(-1))
  expect(shown).toEqual(all.slice(Math.max(0, from), Math.max(0, from) + shown.length))
  expect(shown.length).toBe(Math.min(list.height, all.length))
  if (all.length > 0) expect(shown).toContain(current(list))
}

describe('a window on a list', () => {
  it('is, after any walk, a piece of the whole list, with the cursor where the walk leads', () => {
    const walks = fc.tuple(
      fc.integer({ min: 0, max: 900 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(aMove, { maxLength: 40 }),
    )
    fc.assert(
      fc.property(walks, ([count, height, moves]) => {
        const all = rowsUpTo(count)
        let list = opened(all, height)
        let at = 0
        for (const move of moves) {
          list = answered(moveWindow(list, move), all)
          at = walked(at, move, height, count)
          expect(current(list)).toEqual(all[at])
          expect(list.first === null ? at : list.first + list.cursor).toBe(at)
          expectToShow(list, all)
        }
      }),
    )
  })

  it('owes no key: moves made faster than rows come lead to the same row', () => {
    const walks = fc.tuple(
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(aMove, { maxLength: 40 }),
      fc.array(fc.boolean()),
    )
    fc.assert(
      fc.property(walks, ([count, height, moves, answers]) => {
        const all = rowsUpTo(count)
        let list = openWindow(
          resizeWindow(
            emptyWindow<Row>(({ id }) => id),
            height,
          ),
        )
        let at = 0
        for (const [index, move] of moves.entries()) {
          list = moveWindow(list, move)
          at = walked(at, move, height, count)
          if (answers[index] === true && list.asked !== null)
            list = fillWindow(list, list.asked.ticket, read(all, list.asked))
        }
        list = answered(list, all)
        expect(current(list)).toEqual(all[at])
        expectToShow(list, all)
      }),
    )
  })

  it('keeps only the rows around the view, however far one walks', () => {
    const all = rowsUpTo(30_000)
    let list = opened(all, 36)
    let most = 0
    for (let step = 0; step < 1000; step++) {
      list = answered(moveWindow(list, { kind: 'page', views: step % 5 === 4 ? -1 : 1 }), all)
      most = Math.max(most, list.rows.length)
    }
    expect(most).toBeLessThan(1000)
    list = answered(moveWindow(list, { kind: 'end' }), all)
    expect(current(list)).toEqual(all.at(-1))
    expect(list.rows.length).toBeLessThan(1000)
  })

  it('stays on the same row while others come and go above it', () => {
    const all = rowsUpTo(300)
    let list = answered(moveWindow(opened(all, 20), { kind: 'by', rows: 150 }), all)
    const before = current(list)
    const place = list.cursor - list.top
    const changed = [rowOf(-4), rowOf(-2), ...all.filter(({ key }) => key % 3 !== 1 || key === before?.key)]
    list = answered(refreshWindow(list), changed)
    expect(current(list)).toEqual(before)
    expect(list.cursor - list.top).toBe(place)
    expectToShow(list, changed)
  })

  it('shows what comes in above to whoever is at the start', () => {
    const all = rowsUpTo(300)
    const list = answered(refreshWindow(opened(all, 20)), [rowOf(-2), ...all])
    expect(visibleRows(list)[0]).toEqual(rowOf(-2))
    expect(current(list)).toEqual(all[0])
  })

  it('drops an answer to a question that is no longer the latest', () => {
    const all = rowsUpTo(300)
    const first = openWindow(
      resizeWindow(
        emptyWindow<Row>(({ id }) => id),
        20,
      ),
    )
    const second = openWindow(first)
    expect(fillWindow(second, first.ticket, read(all, first.asked ?? expect.fail('asked nothing')))).toBe(second)
  })

  it('makes up for a refresh that gave way to a jump', () => {
    const all = rowsUpTo(300)
    let list = refreshWindow(opened(all, 20))
    list = moveWindow(list, { kind: 'end' })
    list = refreshWindow(list)
    const changed = [...all, rowOf(10_000)]
    list = answered(list, changed)
    expect(list.outdated).toBe(false)
    expect(visibleRows(list).at(-1)?.key).toBe(10_000)
  })

  it('is about the marked rows, as they were last seen, else about the one that the operator is on', () => {
    const all = rowsUpTo(300)
    let list = opened(all, 20)
    expect(chosenRows(list)).toEqual([all[0]])
    list = toggleMark(toggleMark(list))
    expect(list.cursor).toBe(2)
    list = answered(moveWindow(list, { kind: 'end' }), all)
    expect(chosenRows(list)).toEqual([all[0], all[1]])
    list = toggleMark(answered(moveWindow(list, { kind: 'start' }), all))
    expect(chosenRows(list)).toEqual([all[1]])
  })
})
