import { diagnose } from '../../../core/domain/diagnosis.ts'
import { codeOf, type MailLogEntry, type Result, resultOf } from '../../../core/domain/mail-log.ts'
import type { Instant } from '../../../core/domain/time.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import type { MailLogRow } from '../../../core/store/port.ts'
import { humanDuration, humanTime } from '../../../core/text/human.ts'
import { inert, inertLines } from '../../../core/text/inert.ts'
import { mailboxWords } from '../../../core/text/mailbox.ts'
import { diagnosisLines, resultWords, stageLines } from '../../../core/text/report.ts'
import { kindWords, withCode } from '../../../core/text/task-words.ts'
import { BLANK, fact, heading, type Line, line, type Tone } from '../../line.ts'
import type { Glyphs } from '../../theme.ts'
import { untilWords } from '../../time-words.ts'
import { toneGlyph } from '../../tone-glyph.ts'
import { settingOf } from './log.keys.ts'
import type { OpenedEntry } from './log.state.ts'

export const RESULT_TONES: Readonly<Record<Result, Tone>> = { success: 'good', failure: 'bad', unknown: 'warn' }

const LONGEST_LINE = 1000

/** What the server said; where it said nothing, what happened, in an operator's words. */
export function saidWords(row: MailLogRow): string {
  const { reply, happening, outcome } = row
  // What was said before it went wrong would mislead: `354 Go ahead`.
  if (happening !== null && happening.replyCode === null) return diagnose(happening).title
  if (reply !== null) return withCode(codeOf(row), reply)
  return outcome === 'delivered' ? '' : outcome
}

interface Shown {
  readonly now: Instant
  readonly glyphs: Glyphs
}

/**
 * An entry beside its row: what the list knows of it. The letter is read, and that put on record, when it is opened.
 * What is the same for every row stands where it does not move, and ids are left to the opened entry: at a move of the
 * cursor all that differs is sent.
 */
export function rowLines(row: MailLogRow, shown: Shown): readonly Line[] {
  const { user, subject, happening } = row
  return [
    line('Enter opens the letter and what was said.', { tone: 'dim' }),
    BLANK,
    fact('To', readableAddress(row.to)),
    fact('User', user?.username ?? shown.glyphs.none),
    fact('Subject', subject || shown.glyphs.none),
    fact('Attempt', `${row.attempt} of round ${row.round}`),
    resultFact(row, shown),
    ...causeLines(row),
    ...(happening === null ? saidLines(row.reply) : []),
  ]
}

function resultFact(row: MailLogRow, { glyphs }: Shown): Line {
  const tone = RESULT_TONES[resultOf(row.outcome)]
  return fact('Result', `${toneGlyph(tone, glyphs)} ${resultWords(row)}`, { tone, bold: true })
}

function causeLines(row: MailLogRow): readonly Line[] {
  if (row.happening === null) return []
  const [title, ...words] = diagnosisLines(row.happening, row.kind)
  const setting = settingOf(row)
  const fix = setting === null ? [] : [line(`f goes to 5 Setting › ${setting}`, { bold: true })]
  const why = resultOf(row.outcome) === 'unknown' ? 'Why it is not known' : 'Why it failed'
  return [
    BLANK,
    heading(why),
    line(title ?? '', { tone: RESULT_TONES[resultOf(row.outcome)], bold: true }),
    ...words.map((each) => line(each)),
    ...fix,
  ]
}

const saidLines = (reply: string | null): readonly Line[] =>
  reply === null
    ? []
    : [BLANK, heading('The server said'), ...inertLines(reply.trimEnd(), LONGEST_LINE).map((text) => [{ text }])]

/** An entry that fills the page: what it is, why it failed, the letter, how it went. What has gone wrong stands first. */
export function entryLines({ row, entry, letter }: OpenedEntry, shown: Shown): readonly Line[] {
  const { now, glyphs } = shown
  const facts: readonly Line[] = [
    fact('Entry', row.id),
    fact(
      'At',
      `${humanTime(row.at, now)}, ${untilWords(row.at, now)}${entry === null ? '' : `, took ${humanDuration(entry.durationMs)}`}`,
    ),
    fact('Task', `${row.task}, round ${row.round}, attempt ${row.attempt}: ${kindWords(row.kind)}`),
    fact('User', row.user?.username ?? glyphs.none),
    ...(entry?.letter == null ? [] : [fact('From', mailboxWords(entry.letter.from))]),
    fact('To', mailboxWords({ name: entry?.letter?.to.name ?? '', address: row.to })),
    fact('Subject', row.subject || glyphs.none),
    resultFact(row, shown),
    ...causeLines(row),
    ...(row.happening === null ? saidLines(row.reply) : []),
  ]
  if (entry === null) return [...facts, BLANK, line(`Reading the letter ${glyphs.ellipsis}`, { tone: 'dim' })]
  const written = letterLines(entry, letter, glyphs)
  const went = [...stagesLines(entry), ...conversationLines(entry)]
  return [...facts, ...(row.happening === null ? [...written, ...went] : [...went, ...written]), ...headerLines(letter)]
}

function letterLines({ letter: frozen }: MailLogEntry, letter: OpenedEntry['letter'], glyphs: Glyphs): readonly Line[] {
  const title = [BLANK, heading('Letter')]
  if (frozen === null) return [...title, line('There is none: none could be made.', { tone: 'dim' })]
  if (letter === undefined) return [...title, line(`Reading it ${glyphs.ellipsis}`, { tone: 'dim' })]
  if (letter === null) return [...title, line('It is not kept any more.', { tone: 'dim' })]
  const fallback = letter.fallback ?? frozen.fallback
  const doubt = fallback === null ? [] : [line(`${glyphs.warn} ${fallback}`, { tone: 'warn' }), BLANK]
  const text = inertLines(letter.text.trimEnd(), LONGEST_LINE).map((each): Line => [{ text: each }])
  return [...title, ...doubt, ...text]
}

const stagesLines = (entry: MailLogEntry): readonly Line[] =>
  entry.stages.length === 0 ? [] : [BLANK, heading('Stages'), ...stageLines(entry).map((each) => line(each))]

/** What was said; what the server said is told from what we did. */
function conversationLines({ conversation }: MailLogEntry): readonly Line[] {
  const said = inertLines(conversation.trimEnd(), LONGEST_LINE).filter((each) => each !== '')
  if (said.length === 0) return []
  return [
    BLANK,
    heading('Conversation'),
    ...said.map((text): Line => [{ text, tone: text.startsWith('C') ? 'dim' : 'plain' }]),
  ]
}

/** The head of the message as it went over the wire. */
function headerLines(letter: OpenedEntry['letter']): readonly Line[] {
  if (letter === null || letter === undefined) return []
  const [head = ''] = letter.message.toString('utf8').split('\r\n\r\n', 1)
  return [
    BLANK,
    heading('Headers'),
    ...inertLines(head, LONGEST_LINE).map((text): Line => [{ text: inert(text, LONGEST_LINE) }]),
  ]
}
