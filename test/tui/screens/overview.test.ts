import { describe, expect, it } from 'vitest'
import type { LetterKind } from '../../../src/core/domain/letter.ts'
import type { Happening } from '../../../src/core/domain/outcome.ts'
import { NEW_QUEUE } from '../../../src/core/domain/queue.ts'
import { DEFAULTS } from '../../../src/core/domain/setting.ts'
import { HOUR, MINUTE } from '../../../src/core/domain/time.ts'
import { daemonCommands } from '../../../src/core/open.ts'
import { type Day, EMPTY_DAY, type Failures } from '../../../src/core/usecases/overview.ts'
import { textOf } from '../../../src/tui/line.ts'
import { sharedOf } from '../../../src/tui/model.ts'
import { stepsOf } from '../../../src/tui/screens/overview/beginning.ts'
import { chartLines } from '../../../src/tui/screens/overview/chart.ts'
import { overviewLines } from '../../../src/tui/screens/overview/overview.lines.ts'
import { type Figures, initialOverview, type OverviewState } from '../../../src/tui/screens/overview/overview.state.ts'
import { updateOverview } from '../../../src/tui/screens/overview/overview.update.ts'
import { settingToFix, verdictOf } from '../../../src/tui/screens/overview/verdict.ts'
import { themeOf } from '../../../src/tui/theme.ts'
import { ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { aModel } from '../a-model.ts'

const theme = themeOf({ colour: false, ascii: false })
const daemon = {
  pid: 4711,
  version: '0.1.0',
  startedAt: '2026-11-02T06:00:00.000Z',
  seenAt: new Date(MONDAY - MINUTE).toISOString(),
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

const USUAL = { kind: 'reset-password', happening: refused } as const

/** A day in which that many letters failed for one reason. */
function aDay(
  failed: number,
  { kind, happening }: Pick<Failures, 'kind'> & Pick<Failures['latest'], 'happening'> = USUAL,
): Day {
  if (failed === 0) return EMPTY_DAY
  const latest = { id: ids.attempt(), at: MONDAY - 5 * MINUTE, happening }
  const failure = {
    diagnosis: 'sign-in-refused',
    title: 'Username and Password not accepted',
    code: '5.7.8',
    count: failed,
    kind,
    latest,
  }
  const hour = { counts: { success: 2, failure: failed, unknown: 0 }, failures: new Map([['one', failure]]) }
  return { hours: new Map([[Math.floor((MONDAY - 5 * MINUTE) / HOUR), hour]]), cursor: 'here' }
}

const aState = (failed: number): OverviewState => ({ ...initialOverview, day: aDay(failed), isDayRead: true })

const BEGUN = { isNew: false, hasServer: true, isTested: true, isEnabled: true, hasUsers: true }
const NOTHING_WAITS = { due: 0, dueSince: null, tried: 0, nextTry: null, lateSince: null, later: 0, next: null }

/** Figures of a store in which nothing waits and nothing has failed, but for what is given. */
const aFigures = (backlog: Partial<Figures['backlog']> = {}, given: Partial<Figures> = {}): Figures => ({
  counts: { wait: 3, executing: 0, 'carried-out': 9, failed: 0, cancelled: 0 },
  backlog: { ...NOTHING_WAITS, ...backlog },
  budget: { perMinute: null, daily: null, last: null },
  settings: DEFAULTS,
  beginning: BEGUN,
  commands: daemonCommands('/var/lib/postern'),
  ...given,
})

const paused = {
  state: 'paused' as const,
  queue: { ...NEW_QUEUE, state: 'paused' as const, cause: refused, nextProbeAt: MONDAY + 14 * MINUTE },
  held: 3,
}

const linesOf = (state: OverviewState, given: Partial<typeof shared> = {}) =>
  overviewLines(state, { ...shared, ...given }, theme).map(textOf)

describe('the verdict', () => {
  const late = aFigures({ due: 3, dueSince: MONDAY - HOUR, lateSince: MONDAY - 2 * HOUR })
  const failed = aFigures({}, { counts: { ...aFigures().counts, failed: 5 } })

  it('is that all is right only when there is a daemon, mail is on, nothing waits too long and nothing failed', () => {
    const well = { tone: 'good', title: 'Everything is all right.', advice: null, setting: null }
    expect(verdictOf(shared, null, 0)).toEqual(well)
    expect(verdictOf(shared, aFigures({ later: 4, next: MONDAY + MINUTE }), 0)).toEqual(well)
    expect(verdictOf(shared, aFigures({ due: 1, dueSince: MONDAY - MINUTE }), 0)).toEqual(well)
  })

  it('names the gravest thing first, what to do, and the setting that mends it', () => {
    expect(verdictOf({ ...shared, daemon: null, mail: paused }, late, 5)).toMatchObject({
      title: 'No daemon is running.',
      advice: '3 letters wait until it runs; none is lost. Start it: systemctl start posternd',
    })
    expect(verdictOf({ ...shared, mail: paused }, late, 5)).toMatchObject({
      title: 'Mail is paused: Username and Password not accepted (535 5.7.8).',
      advice: expect.stringMatching(
        /^3 letters wait; none is lost\. Tried again in 14m\. .* f: SERVICE_MAIL_PASSWORD\.$/,
      ),
      setting: 'SERVICE_MAIL_PASSWORD',
    })
    expect(verdictOf(shared, late, 5).title).toBe('3 letters should have left, the first 1h ago.')
    expect(verdictOf(shared, failed, 5).title).toBe('Mail works; 5 letters failed.')
  })

  it('says it of a daemon that has fallen silent, although its lock is still held', () => {
    const silent = { ...daemon, seenAt: new Date(MONDAY - 7 * MINUTE).toISOString() }
    expect(verdictOf({ ...shared, daemon: silent }, null, 0)).toMatchObject({
      tone: 'bad',
      title: 'The daemon was last heard of 7m ago.',
    })
  })

  it('says what to type for the daemon of this directory: the unit only serves the one it was made for', () => {
    const silent = { ...shared, daemon: { ...daemon, seenAt: new Date(MONDAY - 7 * MINUTE).toISOString() } }
    const unit = aFigures({ due: 1, dueSince: MONDAY - HOUR })
    expect(verdictOf(silent, unit, 0).advice).toMatch(/systemctl restart posternd\. .*journalctl -u posternd\.$/)
    expect(verdictOf(shared, unit, 0).advice).toContain('journalctl -u posternd')
    const other = { ...unit, commands: daemonCommands('/srv/postern') }
    expect(other.commands.start).toMatch(/posternd.* --data \/srv\/postern$/)
    const steps = stepsOf({ ...other, beginning: { ...BEGUN, isNew: true } }, { daemon: null })
    expect(steps[0]?.words).toBe(`Start the daemon: ${other.commands.start}`)
    for (const known of [{ ...shared, daemon: null }, silent, shared])
      expect(verdictOf(known, other, 0).advice).not.toMatch(/systemctl|journalctl/)
  })

  it('says which limit of the operator holds letters, and until when', () => {
    const last = { at: MONDAY + 3 * HOUR, limit: 'daily-limit' as const }
    const budget = { perMinute: null, daily: { limit: 500, used: 500 }, last }
    const held = aFigures({ due: 6 }, { budget, settings: { ...DEFAULTS, SERVICE_MAIL_DAILY_LIMIT: 500 } })
    expect(verdictOf(shared, held, 0)).toMatchObject({
      title: '6 letters wait: the daily limit of 500 letters is reached.',
      setting: 'SERVICE_MAIL_DAILY_LIMIT',
    })
    expect(linesOf({ ...aState(0), figures: held }).join('\n')).toContain('500 in 24 hours, 500 used')
  })

  it('is calm about what a server put off, and about what failed and got through later', () => {
    expect(verdictOf(shared, aFigures({ tried: 2, nextTry: MONDAY + MINUTE }), 2)).toMatchObject({
      tone: 'good',
      advice: 'A mail server put off 2 letters; that is tried again by itself.',
    })
    expect(verdictOf(shared, aFigures(), 2)).toMatchObject({
      tone: 'good',
      advice: expect.stringContaining('got through later'),
    })
  })

  it('says of a portal that is not open which setting is to be changed', () => {
    const stuck = { ...daemon, portal: { kind: 'stuck' as const, listen: '127.0.0.1:80', code: 'EADDRINUSE' } }
    expect(verdictOf({ ...shared, daemon: stuck }, null, 0)).toMatchObject({ setting: 'SERVICE_PORTAL_LISTEN' })
  })

  it('names in a new store what is to be done first, and in which order, with the key to it', () => {
    const nothing = { isNew: true, hasServer: false, isTested: false, isEnabled: false, hasUsers: false }
    const fresh = { ...aState(0), figures: aFigures({}, { beginning: nothing }) }
    const lines = linesOf(fresh, { daemon: null })
    expect(lines[0]).toContain('Not set up yet')
    expect(lines[1]).toContain('> 1  Start the daemon')
    expect(settingToFix(fresh, { ...shared, daemon: null })).toBeNull()
    expect(linesOf(fresh)[2]).toContain('> 2  Setting (5)')
    expect(settingToFix(fresh, shared)).toBe('SERVICE_MAIL_HOST')
    const tested = { ...nothing, hasServer: true, isTested: true }
    const nearly = { ...fresh, figures: aFigures({}, { beginning: tested }) }
    expect(settingToFix(nearly, shared)).toBe('SERVICE_MAIL_ENABLE')
    const refusedTest = { ...aState(1), figures: aFigures({}, { beginning: { ...tested, isTested: false } }) }
    expect(settingToFix(refusedTest, shared)).toBe('SERVICE_MAIL_PASSWORD')
    expect(linesOf(refusedTest).join('\n')).toContain('f: SERVICE_MAIL_PASSWORD.')
    const steps = stepsOf(aFigures({}, { beginning: tested }), shared)
    expect(steps.map(({ isDone }) => isDone)).toEqual([true, true, true, false, false])
  })
})

it('the chart is words where it is read aloud: the hours in which something was tried, the latest first', () => {
  const hours = [0, 1, 2].map((at) => ({ from: MONDAY + at * HOUR, success: at, failure: 0, unknown: at }))
  const aloud = { ...theme, glyphs: { ...theme.glyphs, bars: [] } }
  const clock = (at: number) => String(new Date(MONDAY + at * HOUR).getHours()).padStart(2, '0')
  const said = chartLines(hours, 80, 4, aloud).map(textOf)
  expect(said).toEqual([` From ${clock(2)}:00  2 success, 2 failure`, ` From ${clock(1)}:00  1 success, 1 failure`])
})

describe('what waits', () => {
  it('is told apart: what is due and how late, what is tried again, and what only waits for its time', () => {
    const backlog = {
      due: 3,
      dueSince: MONDAY - MINUTE,
      tried: 2,
      nextTry: MONDAY + 4 * MINUTE,
      lateSince: MONDAY - 2 * HOUR,
      later: 5,
      next: MONDAY + 9 * MINUTE,
    }
    const text = linesOf({ ...aState(0), figures: aFigures(backlog) }).join('\n')
    expect(text).toContain('Due        3 letters; the oldest should have left 2h ago')
    expect(text).toContain('To retry   2 letters, the next in 4m')
    expect(text).toContain('Waiting    5 letters not due yet, the next in 9m')
  })

  it('says how late the one is that is executing beyond its time, though nothing else is due', () => {
    const given = { counts: { ...aFigures().counts, executing: 1 } }
    const text = (lateSince: number) =>
      linesOf({ ...aState(0), figures: aFigures({ lateSince }, given) })
        .find((each) => each.includes('Executing'))
        ?.trim()
    expect(text(MONDAY - 7 * MINUTE)).toBe('Executing  1 letter; the oldest should have left 7m ago')
    expect(text(MONDAY - MINUTE)).toBe('Executing  1 letter')
  })

  it('is nothing, in one line, and so is a day on which nothing was sent', () => {
    const lines = linesOf({ ...aState(0), figures: aFigures() })
    expect(lines.find((each) => each.includes('Waiting'))?.trim()).toBe('Waiting    none')
    expect(lines.at(-1)?.trim()).toBe('No letter was tried in the last 24 hours.')
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
    expect(lines[4]).toContain('failure, most 1')
  })

  it('makes no tower of a single letter, and no row of nothing', () => {
    const quiet = hours.map((hour) => ({ ...hour, success: hour.from === MONDAY ? 1 : 0, failure: 0 }))
    expect(chartLines(quiet, 80, 6, theme)).toHaveLength(2)
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

  it('says of a test mail that was refused to send another, and of any other letter to redo it', () => {
    const happening: Happening = { ...refused, stage: 'rcpt', code: 'EENVELOPE', replyCode: 550, enhancedCode: '5.1.1' }
    const said = (kind: LetterKind) => linesOf({ ...aState(1), day: aDay(1, { kind, happening }) }).join('\n')
    expect(said('test')).toContain('Correct the address, and send another test mail.')
    expect(said('reset-link')).toContain("Correct the user's address, then redo the letter.")
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
