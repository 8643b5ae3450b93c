import { ACCOUNT_ROWS } from './diagnosis-account.ts'
import { ENVELOPE_ROWS } from './diagnosis-envelope.ts'
import { OWN_ROWS } from './diagnosis-own.ts'
import type { Diagnosis, Match, Row } from './diagnosis-row.ts'
import { SIGN_IN_ROWS } from './diagnosis-sign-in.ts'
import { TLS_ROWS } from './diagnosis-tls.ts'
import { WAY_ROWS } from './diagnosis-way.ts'
import type { Happening, Outcome, Stage } from './outcome.ts'
import { isSettingName } from './setting.ts'
import type { Task } from './task.ts'

/** The table: the first row that fits says what it was. */
const ROWS: readonly Row[] = [...OWN_ROWS, ...WAY_ROWS, ...TLS_ROWS, ...SIGN_IN_ROWS, ...ACCOUNT_ROWS, ...ENVELOPE_ROWS]

/** For what no row knows: every stage but `letter` has a row of its own that fits the rest. */
const OTHER: Row = {
  kind: 'other',
  when: [],
  title: 'The letter could not be sent',
  meaning: 'Something that has no name here ended the attempt; the text of the error says what.',
  advice: 'Read the log of posternd, then redo the letter.',
  settings: [],
}

const classOf = ({ replyCode }: Happening): 0 | 4 | 5 => {
  const first = Math.floor((replyCode ?? 0) / 100)
  return first === 4 || first === 5 ? first : 0
}

/** Whether `value` is one of `wanted`, or begins with one of them that ends in `open`. */
const fitsOne = (value: string | null, wanted: readonly string[], open: '.' | '_'): boolean =>
  value !== null && wanted.some((code) => code === value || (code.endsWith(open) && value.startsWith(code)))

function fits(match: Match, happening: Happening): boolean {
  const { stage, code, originalCode, replyCode, enhancedCode, reply } = happening
  return (
    (match.stages === undefined || match.stages.includes(stage)) &&
    (match.codes === undefined || (code !== null && match.codes.includes(code))) &&
    (match.class === undefined || match.class === classOf(happening)) &&
    (match.replies === undefined || (replyCode !== null && match.replies.includes(replyCode))) &&
    (match.causes === undefined || fitsOne(originalCode, match.causes, '_')) &&
    (match.enhanced === undefined || fitsOne(enhancedCode, match.enhanced, '.')) &&
    (match.says === undefined || match.says.test(reply ?? ''))
  )
}

const rowFor = (happening: Happening): Row =>
  ROWS.find((row) => row.when.some((match) => fits(match, happening))) ?? OTHER

/**
 * What happened in an operator's words, what to do now and which settings mend it. Total: whatever happened, there is
 * a diagnosis.
 */
export function diagnose(happening: Happening): Diagnosis {
  const { kind, title, meaning, advice, settings } = rowFor(happening)
  // Which setting it is, only the error's own words know.
  const words: readonly string[] = (kind === 'setting' && happening.reply?.match(/SERVICE_[A-Z0-9_]+/g)) || []
  const named = words.filter(isSettingName)
  return { kind, title, meaning, advice, settings: named.length > 0 ? [...new Set(named)] : settings }
}

/** The kind of diagnosis of what a failed task failed for; null for any other task. */
export function diagnosisOf(task: Task): string | null {
  return task.status === 'failed' && task.cause !== null ? rowFor(task.cause).kind : null
}

/** What a reply begins with: its code, and the enhanced one where it has one (RFC 3463). */
const CODES = /^(\d{3})(?:[ -](\d\.\d{1,3}\.\d{1,3}))?/

/**
 * Whether the latest attempt of a task, or the task itself, failed by `error`: a kind of diagnosis, or a code in any of the
 * ways that it is shown in (`5.7.8`, `535`, `535 5.7.8`, `EAUTH`, `ECONNREFUSED`), in lower case.
 */
export function taskFailedBy(task: Task, error: string): boolean {
  const last = task.attempts.at(-1)
  if (last !== undefined && last.outcome !== 'delivered') {
    const [both, reply, enhanced] = CODES.exec(last.reply ?? '') ?? []
    if ([last.code?.toLowerCase(), both, reply, enhanced].includes(error)) return true
  }
  if (task.status !== 'failed' || task.cause === null) return false
  const { code, originalCode } = task.cause
  return [code?.toLowerCase(), originalCode?.toLowerCase(), diagnosisOf(task)].includes(error)
}

/** The outcome by stage and by the reply's first digit; `0` is no reply: the link was lost or a deadline passed. */
const OUTCOMES: { readonly [At in Stage]: { readonly [Class in 0 | 4 | 5]: Outcome } } = {
  letter: { 4: 'refused', 5: 'refused', 0: 'refused' },
  dns: { 4: 'unreachable', 5: 'unreachable', 0: 'unreachable' },
  tcp: { 4: 'unreachable', 5: 'unreachable', 0: 'unreachable' },
  greeting: { 4: 'unreachable', 5: 'unreachable', 0: 'unreachable' },
  tls: { 4: 'unreachable', 5: 'misconfigured', 0: 'unreachable' },
  ehlo: { 4: 'unreachable', 5: 'misconfigured', 0: 'unreachable' },
  auth: { 4: 'unreachable', 5: 'misconfigured', 0: 'unreachable' },
  mail: { 4: 'deferred', 5: 'misconfigured', 0: 'deferred' },
  rcpt: { 4: 'deferred', 5: 'refused', 0: 'deferred' },
  data: { 4: 'deferred', 5: 'refused', 0: 'deferred' },
  dot: { 4: 'deferred', 5: 'refused', 0: 'unknown' },
  reset: { 4: 'deferred', 5: 'deferred', 0: 'deferred' },
}

/**
 * What the attempt came to, and whether the server wants us to slow down (wait 15 minutes or more, use fewer
 * connections). Total, too.
 */
export function outcomeOf(happening: Happening): { readonly outcome: Outcome; readonly throttled: boolean } {
  const row = rowFor(happening)
  const outcome = row.outcome ?? OUTCOMES[happening.stage][classOf(happening)]
  return { outcome, throttled: row.throttled ?? false }
}
