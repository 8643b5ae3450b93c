import type { LetterKind } from '../../core/domain/letter.ts'
import { STATUS_WORDS, type Task } from '../../core/domain/task.ts'
import type { Instant } from '../../core/domain/time.ts'
import { humanTime, humanUntil } from '../../core/text/human.ts'

const ID_SHOWN = 8

/** The beginning of an id that people are shown: no two of a million begin alike, as good as always. */
export const shortId = (id: string): string => id.slice(0, ID_SHOWN)

const KIND_WORDS: Readonly<Record<LetterKind, string>> = {
  'reset-password': 'reset password',
  'password-changed': 'password changed',
  test: 'test',
}

/** A kind of letter in words. */
export const kindWords = (kind: LetterKind): string => KIND_WORDS[kind]

/** `18:12 today (in 9 m)` for a letter that waits; the moment alone when it has passed. */
export function scheduledWords({ status, scheduledAt }: Pick<Task, 'status' | 'scheduledAt'>, now: Instant): string {
  const at = humanTime(scheduledAt, now)
  if (status !== 'wait') return at
  return scheduledAt > now ? `${at} (${humanUntil(scheduledAt, now)})` : `${at} (due)`
}

/** What the last attempt came to: `535 5.7.8 …`; nothing when there was none. */
export function lastWords({ attempts }: Pick<Task, 'attempts'>): string {
  const last = attempts.at(-1)
  if (last === undefined) return ''
  if (last.outcome === 'delivered') return 'delivered'
  return withCode(last.code, last.reply ?? last.outcome)
}

/** What was said on one line, behind its code where it does not say that already. */
export function withCode(code: string | null, words: string): string {
  const line = words.trim().replaceAll(/\s*\r?\n\s*/g, ' ')
  return code === null || line.includes(code) ? line : `${code} ${line}`
}

/** A task on one line: `x7k2m9q0  failed  17:40 today  reset password  550 5.1.1 …`. */
export function taskLine(task: Task, now: Instant): string {
  const { id, status, kind } = task
  const last = task.attempts.length === 0 ? [] : [lastWords(task)]
  return [shortId(id), STATUS_WORDS[status].padEnd(9), scheduledWords(task, now), kindWords(kind), ...last].join('  ')
}
