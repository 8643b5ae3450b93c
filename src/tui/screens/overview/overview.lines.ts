import { counted, humanTime } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { queueReason } from '../../../core/text/report.ts'
import { type Failures, hoursOfDay } from '../../../core/usecases/overview.ts'
import { BLANK, between, fact, fitLine, heading, type Line, line, lineCells, wrapLine } from '../../line.ts'
import type { Shared } from '../../screen.ts'
import type { Theme } from '../../theme.ts'
import { untilWords } from '../../time-words.ts'
import { toneGlyph } from '../../tone-glyph.ts'
import { settingToMend } from '../../warning.ts'
import { chartLines } from './chart.ts'
import { causesOf, type Figures, type OverviewState } from './overview.state.ts'
import { verdictOf } from './verdict.ts'

/** Below this many rows there is no chart. */
const CHART_FROM = 17
const WIDEST = 140

/** The overview in `shared.columns` × `shared.bodyRows` cells: the verdict, how things stand, the day, what failed. */
export function overviewLines(state: OverviewState, shared: Shared, theme: Theme): readonly Line[] {
  const { columns, bodyRows, now } = shared
  const width = Math.min(columns, WIDEST)
  const head = [
    ...verdictLines(state, shared, theme),
    ...standing(state.figures, shared, theme).flatMap((each) => wrapLine(inset(each), columns - 1, VALUES)),
  ]
  const spare = bodyRows - head.length
  const chart =
    bodyRows >= CHART_FROM ? dayLines(state, shared, width, Math.max(1, Math.min(6, spare - 11)), theme) : []
  const room = bodyRows - head.length - chart.length - 2
  const causes = causesOf(state, now)
  const list = causeLines(state, causes, shared, width, Math.max(1, room), theme)
  const lines = [...head, ...chart, ...list].slice(0, bodyRows)
  return lines.map((each) => (lineCells(each) > columns ? fitLine(each, columns) : each))
}

/** Where the values of facts begin. */
const VALUES = 12

const inset = (each: Line): Line => [{ text: inert(' ') }, ...each]

function verdictLines(state: OverviewState, shared: Shared, theme: Theme): readonly Line[] {
  const failed = causesOf(state, shared.now).reduce((sum, { count }) => sum + count, 0)
  const { tone, title, advice } = verdictOf(shared, state.figures, failed)
  const said = advice === null ? [] : wrapLine(line(`   ${advice}`), shared.columns - 1, 3)
  return [[{ text: inert(` ${toneGlyph(tone, theme.glyphs)} ${title}`), tone, bold: true }], ...said, BLANK]
}

/** How daemon, mail and letters stand. */
function standing(figures: Figures | null, shared: Shared, theme: Theme): readonly Line[] {
  const lines = [daemonLine(shared, theme), mailLine(shared, theme)]
  return figures === null ? lines : [...lines, ...figureLines(figures, shared)]
}

function daemonLine({ daemon, now }: Shared, { glyphs }: Theme): Line {
  if (daemon === undefined) return fact('Daemon', glyphs.ellipsis)
  if (daemon === null) return fact('Daemon', `${glyphs.gone} not running`, { tone: 'bad' })
  const started = Date.parse(daemon.startedAt)
  const since = Number.isFinite(started) ? `, since ${humanTime(started, now)}` : ''
  const version = daemon.version === '' ? '' : ` ${daemon.version}`
  return fact('Daemon', `${glyphs.alive} posternd${version}, pid ${daemon.pid}${since}`, { tone: 'good' })
}

function mailLine({ mail, now }: Shared, theme: Theme): Line {
  if (mail === null) return fact('Mail', theme.glyphs.ellipsis)
  const { state, queue } = mail
  if (state === 'open') return fact('Mail', `${theme.glyphs.good} on`, { tone: 'good' })
  const setting = settingToMend({ mail })
  const mend = setting === null ? '' : `; mend ${setting} (f)`
  const since = state === 'off' ? '' : ` since ${humanTime(queue.since, now)}`
  const tone = state === 'off' ? 'warn' : 'bad'
  return fact('Mail', `${toneGlyph(tone, theme.glyphs)} ${state}${since}: ${queueReason(state, queue) ?? ''}${mend}`, {
    tone,
  })
}

function figureLines({ counts, backlog }: Figures, { now }: Shared): readonly Line[] {
  const { due, later, oldest, next } = backlog
  const waiting = [
    ...(due > 0
      ? // One that was sent for sooner was to leave later.
        [
          `${counted(due, 'letter')} due${oldest === null || oldest > now ? '' : `, the oldest since ${humanTime(oldest, now)}`}`,
        ]
      : []),
    ...(later > 0
      ? [`${counted(later, 'letter')} later${next === null ? '' : `, the next ${untilWords(next, now)}`}`]
      : []),
  ]
  const number = (count: number) => count.toLocaleString('en')
  const running = counts.executing > 0 ? `; ${number(counts.executing)} Executing` : ''
  const ended = `${number(counts['carried-out'])} carry out, ${number(counts.failed)} failed, ${number(counts.cancelled)} cancelled`
  return [fact('Waiting', `${waiting.length === 0 ? 'none' : waiting.join('; ')}${running}`), fact('Ended', ended)]
}

function dayLines(state: OverviewState, { now }: Shared, width: number, height: number, theme: Theme): readonly Line[] {
  const hours = hoursOfDay(state.day, now)
  const sum = (of: 'success' | 'failure' | 'unknown') =>
    hours.reduce((total, hour) => total + hour[of], 0).toLocaleString('en')
  const words = state.isDayRead
    ? `${sum('success')} success, ${sum('failure')} failure, ${sum('unknown')} unknown`
    : theme.glyphs.ellipsis
  const title: Line = [...heading(' Attempts of the last 24 hours'), { text: inert(`  ${words}`), tone: 'dim' }]
  return [BLANK, title, ...chartLines(hours, width, height, theme)]
}

function causeLines(
  { cursor, isDayRead }: OverviewState,
  causes: readonly Failures[],
  { now }: Shared,
  width: number,
  room: number,
  { glyphs }: Theme,
): readonly Line[] {
  if (!isDayRead) return []
  if (causes.length === 0) return [BLANK, [{ text: inert(' Nothing has failed in the last 24 hours.'), tone: 'dim' }]]
  const at = Math.min(cursor, causes.length - 1)
  const top = Math.max(0, Math.min(at - room + 1, causes.length - room))
  const rows = causes.slice(top, top + room).map(({ title, code, count, latest }, index): Line => {
    const isChosen = top + index === at
    const left: Line = [
      { text: inert(`${isChosen ? glyphs.cursor : ' '} `), inverse: isChosen },
      { text: inert(` ${glyphs.bad} `), tone: 'bad', inverse: isChosen },
      { text: inert(`${count.toLocaleString('en').padStart(5)}  `), bold: true, inverse: isChosen },
      { text: inert(code === null ? title : `${title} (${code})`), inverse: isChosen },
    ]
    const right: Line = [{ text: inert(`  ${untilWords(latest.at, now)} `), tone: 'dim', inverse: isChosen }]
    // Of the chosen one the whole row is marked, as in a list.
    const gap = inert(' '.repeat(Math.max(0, width - lineCells(left) - lineCells(right))))
    return between([...left, { text: gap, inverse: isChosen }], right, width)
  })
  return [BLANK, heading(' What failed, by its cause, the latest first'), ...rows]
}
