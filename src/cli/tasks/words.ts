import { STATUS_WORDS, type Task } from '../../core/domain/task.ts'
import type { Instant } from '../../core/domain/time.ts'
import { humanTime, humanUntil } from '../../core/text/human.ts'
import { kindWords, lastWords, shortId } from '../../core/text/task-words.ts'

/** `18:12 today (in 9 m)` for a letter that waits; the moment alone when it has passed. */
export function scheduledWords({ status, scheduledAt }: Pick<Task, 'status' | 'scheduledAt'>, now: Instant): string {
  const at = humanTime(scheduledAt, now)
  if (status !== 'wait') return at
  return scheduledAt > now ? `${at} (${humanUntil(scheduledAt, now)})` : `${at} (due)`
}

/** A task on one line: `x7k2m9q0  failed  17:40 today  reset password  550 5.1.1 …`. */
export function taskLine(task: Task, now: Instant): string {
  const { id, status, kind } = task
  const last = task.attempts.length === 0 ? [] : [lastWords(task)]
  return [shortId(id), STATUS_WORDS[status].padEnd(9), scheduledWords(task, now), kindWords(kind), ...last].join('  ')
}
