import { describe, expect, it } from 'vitest'
import type { Happening } from '../../../src/core/domain/outcome.ts'
import { NEW_QUEUE } from '../../../src/core/domain/queue.ts'
import { HOUR, MINUTE } from '../../../src/core/domain/time.ts'
import { type Day, EMPTY_DAY } from '../../../src/core/usecases/overview.ts'
import { textOf } from '../../../src/tui/line.ts'
import { sharedOf } from '../../../src/tui/model.ts'
import { chartLines } from '../../../src/tui/screens/overview/chart.ts'
import { overviewLines } from '../../../src/tui/screens/overview/overview.lines.ts'
import { initialOverview, type OverviewState } from '../../../src/tui/screens/overview/overview.state.ts'
import { updateOverview } from '../../../src/tui/screens/overview/overview.update.ts'
import { verdictOf } from '../../../src/tui/screens/overview/verdict.ts'
import { themeOf } from '../../../src/tui/theme.ts'
import { ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { aModel } from '../a-model.ts'

const theme = themeOf({ colour: false, ascii: false })
const daemon = {
  pid: 4711,
  version: '0.1.0',
  startedAt: '2026-11-02T06:00:00.000Z',
  seenAt: '2026-11-02T07:59:00.000Z',
}
const open = { state: 'open' as const, queue: NEW_QUEUE, held: 0 }
const shared = sharedOf({ ...aModel({ page: 'overview' }), daemon, mail: open })

const refused: Happening = {
  stage: 'auth',
  code: 'EAUTH',
  originalCode: null,
  replyCode: 535,
  enhancedCode: '5.7.8',
  reply: '535 5.7.8 no',
}

/** A day in which that many letters failed for one reason. */
function aDay(failed: number): Day {
  if (failed === 0) return EMPTY_DAY
  const latest = { id: ids.attempt(), at: MONDAY - 5 * MINUTE }
  const failure = {
    diagnosis: 'sign-in-refused',
    title: 'Username and Password not accepted',
    code: '5.7.8',
    count: failed,
    latest,
  }
  const hour = { counts: { success: 2, failure: failed, unknown: 0 }, failures: new Map([['one', failure]]) }
  return { hours: new Map([[Math.floor((MONDAY - 5 * MINUTE) / HOUR), hour]]), cursor: 'here' }
}

const aState = (failed: number): OverviewState => ({ ...initialOverview, day: aDay(failed), isDayRead: true })

describe('the verdict', () => {
  const figures = {
    counts: { wait: 3, executing: 0, 'carried-out': 9, failed: 1, cancelled: 0 },
    backlog: { due: 3, later: 0, oldest: MONDAY - HOUR, next: null },
  }

  it('is that all is right only when there is a daemon, mail is on, nothing waits too long and nothing failed', () => {
    expect(verdictOf(shared, null, 0)).toEqual({ tone: 'good', title: 'Everything is all right.', advice: null })
  })

  it('names no moment to come as the one since when a letter has waited: it was sent for sooner', () => {
    const soon = { ...figures, backlog: { due: 1, later: 0, oldest: MONDAY + HOUR, next: null } }
    const words = (given: typeof figures | typeof soon) =>
      overviewLines({ ...aState(0), figures: given }, shared, theme)
        .map(textOf)
        .join('\n')
    expect(words(figures)).toContain('3 letters due, the oldest since')
    expect(words(soon)).toMatch(/1 letter due *\n/)
  })

  it('names the gravest thing first, and what to do', () => {
    const paused = {
      state: 'paused' as const,
      queue: { ...NEW_QUEUE, state: 'paused' as const, cause: refused },
      held: 3,
    }
    expect(verdictOf({ ...shared, daemon: null, mail: paused }, figures, 5)).toMatchObject({
      title: expect.stringContaining('No daemon'),
      advice: expect.stringContaining('systemctl start posternd'),
    })
    expect(verdictOf({ ...shared, mail: paused }, figures, 5)).toMatchObject({
      title: 'Mail is paused. 3 letters wait.',
      advice: expect.stringContaining('SERVICE_MAIL_'),
    })
    expect(verdictOf(shared, figures, 5).title).toContain('3 letters should have left')
    expect(verdictOf(shared, null, 5).title).toContain('5 attempts failed')
  })
})

describe('the chart', () => {
  const hours = Array.from({ length: 24 }, (_, hour) => ({
    from: MONDAY + hour * HOUR,
    success: hour === 3 ? 1000 : 1,
    failure: hour === 5 ? 1 : 0,
    unknown: 0,
  }))

  it('shows one failure among thousands, and the one success of an hour', () => {
    const lines = chartLines(hours, 80, 4, theme).map(textOf)
    expect(lines).toHaveLength(6)
    expect(lines[0]).toContain('█')
    expect(lines[3]?.match(/▁/g)?.length).toBeGreaterThanOrEqual(23)
    expect(lines[4]).toContain('█')
    expect(lines[4]).toContain('failure ≤ 1')
  })

  it('is ASCII where that is asked for', () => {
    const text = chartLines(hours, 80, 4, themeOf({ colour: false, ascii: true }))
      .map(textOf)
      .join('')
    expect(text).toMatch(/^[\x20-\x7e]*$/)
  })
})

describe('the overview', () => {
  it.each([
    [80, 24],
    [60, 15],
    [140, 40],
  ])('fits into %i×%i and shows what failed, by its cause', (columns, rows) => {
    const lines = overviewLines(aState(7), { ...shared, columns, rows, bodyRows: rows - 4 }, theme).map(textOf)
    expect(lines.length).toBeLessThanOrEqual(rows - 4)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
    expect(lines.join('\n')).toContain('7  Username and Password')
    expect(lines.join('\n')).toContain('posternd 0.1.0, pid 4711')
  })

  it('reads the log once at a time, and once more for all that came meanwhile', () => {
    const changed = { kind: 'changed', kinds: new Set(['mail-log'] as const) } as const
    const first = updateOverview(initialOverview, changed, shared)
    expect(first.effects).toEqual([{ kind: 'follow-day', day: EMPTY_DAY }])
    const second = updateOverview(first.state, changed, shared)
    const third = updateOverview(second.state, changed, shared)
    expect([second.effects, third.effects]).toEqual([[], []])
    const day = aDay(1)
    const answered = updateOverview(third.state, { kind: 'day', day }, shared)
    expect(answered.effects).toEqual([{ kind: 'follow-day', day }])
    expect(updateOverview(answered.state, { kind: 'day', day }, shared).effects).toEqual([])
  })

  it('leads from a cause to its entries in the log, and to its letters', () => {
    const to = (kind: 'open' | 'tasks') => updateOverview(aState(7), { kind }, shared).orders
    expect(to('open')).toEqual([
      { kind: 'go', page: 'log', arrival: { filter: 'result:failure error:sign-in-refused' } },
    ])
    expect(to('tasks')).toEqual([
      { kind: 'go', page: 'tasks', arrival: { filter: 'status:failed error:sign-in-refused' } },
    ])
    expect(updateOverview(aState(0), { kind: 'open' }, shared).orders).toBeUndefined()
  })
})
