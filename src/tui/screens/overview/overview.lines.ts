import { diagnoseLetter } from '../../../core/domain/diagnosis-letter.ts'
import type { SettingName } from '../../../core/domain/setting.ts'
import { thousands } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { type Failures, hoursOfDay } from '../../../core/usecases/overview.ts'
import { BLANK, between, fitLine, heading, type Line, line, lineCells, wrapLine } from '../../line.ts'
import type { Shared } from '../../screen.ts'
import type { Theme } from '../../theme.ts'
import { untilWords } from '../../time-words.ts'
import { toneGlyph } from '../../tone-glyph.ts'
import { settingThatMends } from '../../warning.ts'
import { nextStep, type Step, stepsOf } from './beginning.ts'
import { chartLines } from './chart.ts'
import { causesOf, type OverviewState } from './overview.state.ts'
import { standing, VALUES } from './standing.ts'
import { settingToFix, type Verdict, verdictOf } from './verdict.ts'

/** Below this many rows there is no chart. */
const CHART_FROM = 17
const WIDEST = 140
/** Rows of the chart's bars. */
const TALLEST = 6

/** The overview in `shared.columns` × `shared.bodyRows` cells: the verdict, how things stand, the day, what failed. */
export function overviewLines(state: OverviewState, shared: Shared, theme: Theme): readonly Line[] {
  const { columns, bodyRows } = shared
  const width = Math.min(columns, WIDEST)
  const causes = causesOf(state, shared.now)
  const failed = causes.reduce((sum, { count }) => sum + count, 0)
  const verdict = verdictOf(shared, state.figures, failed)
  const head = [
    ...verdictLines(verdict, width, theme),
    ...stepLines(state, shared, width, theme),
    BLANK,
    ...standing(state.figures, shared, theme).flatMap((each) => wrapLine(inset(each), width - 1, VALUES)),
  ]
  const day = dayLines(state, causes, shared, { width, room: bodyRows - head.length, verdict, theme })
  return [...head, ...day].slice(0, bodyRows).map((each) => (lineCells(each) > columns ? fitLine(each, columns) : each))
}

const inset = (each: Line): Line => [{ text: inert(' ') }, ...each]

/** Behind the sign. */
const SAID = 3

function verdictLines({ tone, title, advice }: Verdict, width: number, { glyphs }: Theme): readonly Line[] {
  const said: Line = [{ text: inert(` ${toneGlyph(tone, glyphs)} ${title}`, 700), tone, bold: true }]
  const words = advice === null ? [] : wrapLine(line(`${' '.repeat(SAID)}${advice}`, {}, 1000), width - 1, SAID)
  return [...wrapLine(said, width - 1, SAID), ...words]
}

/** What is to be done in a new store, the next of it marked. */
function stepLines({ figures }: OverviewState, shared: Shared, width: number, { glyphs }: Theme): readonly Line[] {
  if (figures === null || !figures.beginning.isNew) return []
  const steps = stepsOf(figures, shared)
  const next = nextStep(steps)
  const stepLine = (step: Step, index: number): readonly Line[] => {
    const sign = step.isDone ? glyphs.good : step === next ? glyphs.cursor : ' '
    const look = step.isDone ? { tone: 'dim' as const } : { bold: step === next }
    return wrapLine(
      line(`   ${sign} ${index + 1}  ${step.words}${step === next ? fixWords(step) : ''}`, look),
      width - 1,
      8,
    )
  }
  return next === undefined ? [] : steps.flatMap(stepLine)
}

const fixWords = ({ setting }: Step): string => (setting === null ? '' : ' (press f)')

interface Place {
  readonly width: number
  /** Rows that there are. */
  readonly room: number
  readonly verdict: Verdict
  readonly theme: Theme
}

/** The last 24 hours: one line where nothing was sent, else the chart where there is room for it, and what failed. */
function dayLines(state: OverviewState, causes: readonly Failures[], shared: Shared, place: Place): readonly Line[] {
  const { width, room, theme } = place
  if (!state.isDayRead) return [BLANK, line(` Reading the mail log ${theme.glyphs.ellipsis}`, { tone: 'dim' })]
  const hours = hoursOfDay(state.day, shared.now)
  const sum = (of: 'success' | 'failure' | 'unknown') => hours.reduce((total, hour) => total + hour[of], 0)
  const counts = { success: sum('success'), failure: sum('failure'), unknown: sum('unknown') }
  if (counts.success + counts.failure + counts.unknown === 0)
    return [BLANK, line(' No letter was tried in the last 24 hours.', { tone: 'dim' })]
  const words = Object.entries(counts).map(([result, count]) => `${thousands(count)} ${result}`)
  const title: Line = [
    ...heading(' Attempts of the last 24 hours'),
    { text: inert(`  ${words.join(', ')}`), tone: 'dim' },
  ]
  const list = causeLines(state, causes, shared, place)
  // Where there are few rows, what failed says more than how much did.
  if (shared.bodyRows < CHART_FROM && causes.length > 0) return list
  // A blank line, the title, failures below the bars and the hours take four.
  const tallest = Math.min(TALLEST, room - 4 - Math.min(list.length, LEAST_CAUSES))
  const chart = shared.bodyRows < CHART_FROM || tallest < 1 ? [] : chartLines(hours, width, tallest, theme)
  return [BLANK, title, ...chart, ...list]
}

/** Rows that causes and the remedy of one take, before the chart grows. */
const LEAST_CAUSES = 6

function causeLines(
  state: OverviewState,
  causes: readonly Failures[],
  shared: Shared,
  { width, room, verdict, theme: { glyphs } }: Place,
): readonly Line[] {
  if (causes.length === 0) return [BLANK, line(' Nothing has failed in the last 24 hours.', { tone: 'dim' })]
  const { now, bodyRows } = shared
  const at = Math.min(state.cursor, causes.length - 1)
  const chosen = causes[at]
  const remedy = chosen === undefined ? [] : remedyLines(chosen, verdict, settingToFix(state, shared), width)
  const most = Math.max(1, (bodyRows < CHART_FROM ? room - 2 : Math.floor(room / 2)) - remedy.length)
  const top = Math.max(0, Math.min(at - most + 1, causes.length - most))
  const shown = causes.slice(top, top + most)
  const rows = shown.flatMap(({ title, code, count, latest }, index): readonly Line[] => {
    const isChosen = top + index === at
    const left: Line = [
      { text: inert(`${isChosen ? glyphs.cursor : ' '} `), inverse: isChosen },
      { text: inert(` ${glyphs.bad} `), tone: 'bad', inverse: isChosen },
      { text: inert(`${thousands(count).padStart(5)}  `), bold: true, inverse: isChosen },
      { text: inert(code === null ? title : `${title} (${code})`), inverse: isChosen },
    ]
    const right: Line = [{ text: inert(`  ${untilWords(latest.at, now)} `), tone: 'dim', inverse: isChosen }]
    // Of the chosen one the whole row is marked, as in a list.
    const gap = inert(' '.repeat(Math.max(0, width - lineCells(left) - lineCells(right))))
    const row = between([...left, { text: gap, inverse: isChosen }], right, width)
    return isChosen ? [row, ...remedy] : [row]
  })
  const heads = causes.length > shown.length ? ` (${at + 1} of ${causes.length})` : ''
  return [BLANK, heading(` What failed, by its cause, the latest first${heads}`), ...rows]
}

/** What to do about the chosen cause; nothing where the verdict has said it. */
function remedyLines(
  { kind, latest: { happening } }: Failures,
  verdict: Verdict,
  led: SettingName | null,
  width: number,
): readonly Line[] {
  const { advice } = diagnoseLetter(happening, kind)
  if (verdict.advice?.includes(advice)) return []
  const setting = settingThatMends(happening)
  const key = setting === null || setting !== led || setting === verdict.setting ? '' : ` f: ${setting}.`
  return wrapLine(line(`${' '.repeat(REMEDY)}${advice}${key}`, {}, 1000), width - 1, REMEDY)
}

/** Below the titles of the causes. */
const REMEDY = 12
