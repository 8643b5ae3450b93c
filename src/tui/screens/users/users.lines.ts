import type { AttemptSummary } from '../../../core/domain/task.ts'
import { isEnded, STATUS_WORDS, type Task } from '../../../core/domain/task.ts'
import type { Instant } from '../../../core/domain/time.ts'
import type { User, UserFields, UserStatus } from '../../../core/domain/user.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { passwordWords, secretWords } from '../../../core/text/credential-words.ts'
import { counted, humanTime } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { kindWords, withCode } from '../../../core/text/task-words.ts'
import { cellsOf, fit } from '../../../core/text/width.ts'
import { BLANK, fact, heading, type Line, line, type Tone } from '../../line.ts'
import type { Glyphs } from '../../theme.ts'
import { untilWords } from '../../time-words.ts'
import { STATUS_TONES, statusGlyph } from '../tasks/tasks.lines.ts'
import type { ImportPreview, UserDetail } from './users.state.ts'

export const USER_TONES: Readonly<Record<UserStatus, Tone>> = { active: 'plain', disabled: 'dim' }

/** `✓ active`, `- disabled`. */
export const userStatus = (status: UserStatus, { good, ended }: Glyphs): string =>
  `${status === 'active' ? good : ended} ${status}`

interface Shown {
  readonly now: Instant
  readonly glyphs: Glyphs
  /** It stands beside its row, which has said some of it. */
  readonly isBeside: boolean
}

const LATEST = 5
/** Of the names of facts. */
const WIDTH = 13

/** A user as it stands beside the list or fills the page: who it is, how they sign in, and the latest letters. */
export function userLines(user: User, detail: UserDetail | null, { now, glyphs, isBeside }: Shown): readonly Line[] {
  const named = (name: string, value: string, look = {}) => fact(name, value, look, WIDTH)
  const row = [
    named('E-mail', readableAddress(user.email)),
    named('Name', user.name === '' ? glyphs.none : user.name),
    named('Status', userStatus(user.status, glyphs), { tone: USER_TONES[user.status], bold: true }),
  ]
  return [
    line(user.username, { bold: true }),
    ...(isBeside ? [] : row),
    named('Language', user.locale),
    named('Made', humanTime(user.createdAt, now)),
    ...(isBeside ? [] : [named('Id', user.id)]),
    ...(detail === null ? [] : [BLANK, ...signInLines(detail, now), BLANK, ...letterLines(detail.tasks, now, glyphs)]),
  ]
}

/** How the user signs in: the password, and what was sent to get in with. */
function signInLines({ credential, user }: UserDetail, now: Instant): readonly Line[] {
  const temporary = secretWords(credential?.temporary, now)
  const link = secretWords(credential?.link, now)
  const password = passwordWords(credential, now)
  const isHindered = credential !== undefined && credential.failures > 0 && password !== 'set'
  return [
    heading('Signing in'),
    ...(user.status === 'disabled' ? [line('Not at all: the user is disabled.', { tone: 'warn' })] : []),
    fact('Password', password, isHindered && credential?.hash !== null ? { tone: 'bad', bold: true } : {}, WIDTH),
    ...(credential !== undefined && credential.failures > 0 && !isHindered
      ? [fact('Failures', `${counted(credential.failures, 'wrong password')} in a row`, { tone: 'warn' }, WIDTH)]
      : []),
    fact('Temporary', temporary ?? 'none', {}, WIDTH),
    fact('Link', link ?? 'none', {}, WIDTH),
  ]
}

function letterLines(tasks: readonly Task[], now: Instant, glyphs: Glyphs): readonly Line[] {
  if (tasks.length === 0) return [heading('No letter yet')]
  const shown = tasks.slice(0, LATEST)
  const attempts = tasks
    .flatMap((task) => task.attempts.map((attempt) => ({ task, attempt })))
    .sort((one, other) => other.attempt.at - one.attempt.at)
    .slice(0, LATEST)
  const more = tasks.length - shown.length
  return [
    heading('Tasks, the newest first'),
    ...shown.map((task) => taskLine(task, now, glyphs)),
    ...(more > 0 ? [line(`  ${more} earlier: t shows them all`, { tone: 'dim' })] : []),
    ...(attempts.length === 0 ? [] : [BLANK, heading('Letters, the newest first')]),
    ...attempts.map(({ task, attempt }) => attemptLine(task, attempt, now, glyphs)),
  ]
}

/** `· wait  in 9m  reset password`. */
function taskLine(task: Task, now: Instant, glyphs: Glyphs): Line {
  const { status } = task
  const when = isEnded(task)
    ? untilWords(task.endedAt, now)
    : task.scheduledAt > now
      ? untilWords(task.scheduledAt, now)
      : 'due'
  return [
    {
      text: inert(`${statusGlyph(status, glyphs)} ${STATUS_WORDS[status].padEnd(9)}`),
      tone: STATUS_TONES[status],
      bold: true,
    },
    { text: inert(`  ${kindWords(task.kind).padEnd(16)}`) },
    { text: inert(`  ${when}`), tone: 'dim' },
  ]
}

/** `✗ failure  17:40 today  reset password  550 5.1.1 …`. */
function attemptLine(task: Task, { at, outcome, code, reply }: AttemptSummary, now: Instant, glyphs: Glyphs): Line {
  const isGood = outcome === 'delivered'
  const tone: Tone = isGood ? 'good' : outcome === 'unknown' ? 'warn' : 'bad'
  const glyph = isGood ? glyphs.good : outcome === 'unknown' ? glyphs.warn : glyphs.bad
  const result = isGood ? 'success' : outcome === 'unknown' ? 'unknown' : 'failure'
  const said = isGood ? '' : withCode(code, reply ?? outcome)
  return [
    { text: inert(`${glyph} ${result}`), tone, bold: true },
    { text: inert(`  ${humanTime(at, now)}  ${kindWords(task.kind)}`) },
    { text: inert(said === '' ? '' : `  ${said}`, 200), tone: 'dim' },
  ]
}

/** What an import of a file would do; nothing has been imported yet. */
export function previewLines(preview: ImportPreview): readonly Line[] {
  return preview.allProblems > 0 ? problemLines(preview) : sampleLines(preview)
}

function problemLines({ file, problems, allProblems }: ImportPreview): readonly Line[] {
  const more = allProblems - problems.length
  return [
    line(file, { bold: true }),
    line(`Nothing can be imported: ${counted(allProblems, 'problem')}.`, { tone: 'bad', bold: true }),
    line('Mend the file, then press Esc and look again. It is imported whole or not at all.'),
    BLANK,
    ...problems.map(
      ({ line: number, field, why }): Line => [
        { text: inert(`line ${number}`.padEnd(12)), tone: 'dim' },
        { text: inert(`${field ?? 'it'} ${why}`, 300) },
      ],
    ),
    ...(more > 0 ? [line(`and ${more.toLocaleString('en')} more`, { tone: 'dim' })] : []),
  ]
}

function sampleLines({ file, rows, sample }: ImportPreview): readonly Line[] {
  const more = rows - sample.length
  const column = (of: (fields: UserFields) => string, most: number) =>
    Math.min(most, Math.max(0, ...sample.map((fields) => cellsOf(inert(of(fields))))))
  const widths = [column(({ username }) => username, 20), column(({ email }) => readableAddress(email), 30)] as const
  return [
    line(file, { bold: true }),
    line(`${counted(rows, 'user')} can be imported. Nothing is imported yet: Ctrl-S imports them all.`, {
      tone: 'good',
      bold: true,
    }),
    BLANK,
    ...sample.map(
      ({ username, email, name, locale }): Line => [
        { text: fit(inert(username), widths[0]), bold: true },
        { text: inert(`  ${fit(inert(readableAddress(email)), widths[1])}  ${inert(name)}`, 400) },
        { text: inert(locale === '' ? '' : `  ${locale}`), tone: 'dim' },
      ],
    ),
    ...(more > 0 ? [line(`and ${more.toLocaleString('en')} more`, { tone: 'dim' })] : []),
  ]
}
