import { describeActor } from '../../../core/domain/actor.ts'
import type { Outcome } from '../../../core/domain/outcome.ts'
import { type AttemptSummary, isEnded, STATUS_WORDS, type Task } from '../../../core/domain/task.ts'
import type { Instant } from '../../../core/domain/time.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { humanDuration, humanTime } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { diagnosisLines } from '../../../core/text/report.ts'
import { kindWords, withCode } from '../../../core/text/task-words.ts'
import { BLANK, fact, heading, type Line, line, type Tone } from '../../line.ts'
import type { Glyphs } from '../../theme.ts'
import { untilWords } from '../../time-words.ts'
import { toneGlyph } from '../../tone-glyph.ts'
import type { HeldWords } from './held.ts'
import { settingOf } from './tasks.keys.ts'

export const STATUS_TONES: Readonly<Record<Task['status'], Tone>> = {
  wait: 'plain',
  executing: 'busy',
  'carried-out': 'good',
  failed: 'bad',
  cancelled: 'dim',
}

/** The sign of a status. */
export function statusGlyph(status: Task['status'], glyphs: Glyphs): string {
  const { waiting, busy, good, bad, ended } = glyphs
  return { wait: waiting, executing: busy, 'carried-out': good, failed: bad, cancelled: ended }[status]
}

/** `wait, in 9m`, `failed, 2h ago`. */
function statusWords(task: Task, now: Instant): string {
  const word = STATUS_WORDS[task.status]
  if (isEnded(task)) return `${word}, ${untilWords(task.endedAt, now)}`
  if (task.status === 'wait') return `${word}, ${task.scheduledAt > now ? untilWords(task.scheduledAt, now) : 'due'}`
  const then = {
    nothing: '',
    cancel: '; cancelled when it ends',
    'new-round': '; sent to the new address when it ends',
  }
  return `${word} since ${humanTime(task.running.startedAt, now)}${then[task.running.afterwards]}`
}

export interface Shown {
  readonly now: Instant
  readonly glyphs: Glyphs
  readonly held: HeldWords | undefined
  /** It stands beside its row, which has said some of it: each move of the cursor draws all of this. */
  readonly isBeside: boolean
}

/** A task as it stands beside the list or fills the page: what it is, why it failed, and each attempt, the newest first. */
export function taskLines(task: Task, { now, glyphs, held, isBeside }: Shown): readonly Line[] {
  const status = `${statusGlyph(task.status, glyphs)} ${statusWords(task, now)}`
  const round = task.round.number === 1 ? '' : `, round ${task.round.number}`
  const row: readonly Line[] = [
    fact('Status', status, { tone: STATUS_TONES[task.status], bold: true }),
    fact('Letter', `${kindWords(task.kind)}${round}`),
    fact('Scheduled', humanTime(task.scheduledAt, now)),
  ]
  return [
    fact('Task', task.id),
    fact('To', readableAddress(task.to)),
    fact('User', task.user?.username ?? glyphs.none),
    ...(isBeside ? [] : row),
    fact('Made', `${humanTime(task.createdAt, now)} by ${describeActor(task.createdBy)}`),
    ...(held === undefined ? [] : [line(held.full, { tone: 'warn', bold: true })]),
    ...causeLines(task),
    ...attemptsLines(task, now, glyphs),
  ]
}

function causeLines(task: Task): readonly Line[] {
  if (!isEnded(task) || task.cause === null) return []
  if (task.status === 'cancelled') return [fact('Because', task.cause.reply ?? '')]
  if (task.status === 'carried-out') return [fact('But', task.cause.reply ?? '', { tone: 'warn' })]
  const [title, ...words] = diagnosisLines(task.cause, task.kind)
  const setting = settingOf(task)
  return [
    BLANK,
    heading('Why it failed'),
    line(title ?? '', { tone: 'bad', bold: true }),
    ...words.map((each) => line(each)),
    ...(setting === null ? [] : [line(`f goes to 5 Setting › ${setting}`, { bold: true })]),
  ]
}

const OUTCOME_TONES: Readonly<Record<Outcome, Tone>> = {
  delivered: 'good',
  deferred: 'warn',
  refused: 'bad',
  misconfigured: 'bad',
  unreachable: 'warn',
  unknown: 'warn',
}

function attemptsLines({ attempts }: Task, now: Instant, glyphs: Glyphs): readonly Line[] {
  const title = heading(attempts.length === 0 ? 'No attempt yet' : 'Attempts, the newest first')
  return [BLANK, title, ...attempts.toReversed().flatMap((attempt) => attemptLines(attempt, now, glyphs))]
}

/** One point of the time-line, and what the server said at it. */
function attemptLines(
  { at, round, outcome, code, reply, durationMs }: AttemptSummary,
  now: Instant,
  glyphs: Glyphs,
): readonly Line[] {
  const tone = OUTCOME_TONES[outcome]
  const glyph = toneGlyph(tone, glyphs)
  const head: Line = [
    { text: inert(`${glyph} `), tone, bold: true },
    { text: inert(humanTime(at, now)) },
    { text: inert(`  ${outcome}`), tone, bold: true },
    { text: inert(`  ${humanDuration(durationMs)}, round ${round}`), tone: 'dim' },
  ]
  const said = withCode(code, reply ?? '').trim()
  return said === '' ? [head] : [head, line(`  ${said}`)]
}
