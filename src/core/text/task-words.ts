import { LETTER_KINDS, type LetterKind } from '../domain/letter.ts'
import { STATUS_WORDS, TASK_STATUSES, type Task, type TaskStatus } from '../domain/task.ts'
import { readableAddress } from '../host/readable-address.ts'

const ID_SHOWN = 8

/** The beginning of an id that people are shown: no two of a million begin alike, as good as always. */
export const shortId = (id: string): string => id.slice(0, ID_SHOWN)

const KIND_WORDS: Readonly<Record<LetterKind, string>> = {
  'reset-password': 'reset password',
  'reset-link': 'reset link',
  'password-changed': 'password changed',
  test: 'test',
}

/** A kind of letter in words. */
export const kindWords = (kind: LetterKind): string => KIND_WORDS[kind]

const KIND_WORD: Readonly<Record<LetterKind, string>> = {
  'reset-password': 'reset',
  'reset-link': 'link',
  'password-changed': 'notice',
  test: 'test',
}

/** A kind of letter in one word, for where there is little room. */
export const kindWord = (kind: LetterKind): string => KIND_WORD[kind]

const folded = (words: string): string => words.toLowerCase().replaceAll('-', ' ')

/** What is shown in several words: a filter takes it without quotes. */
export const PHRASES: readonly string[] = [...Object.values(KIND_WORDS), ...Object.values(STATUS_WORDS)].filter(
  (words) => words.includes(' '),
)

/** The kinds of letters whose code, or words on a screen, begin as what was typed does. */
export const kindsNamed = (typed: string): readonly LetterKind[] =>
  LETTER_KINDS.filter((kind) => begins([kind, KIND_WORDS[kind], KIND_WORD[kind]], typed))

/** The statuses of tasks whose code, or word on a screen, begins as what was typed does. */
export const statusesNamed = (typed: string): readonly TaskStatus[] =>
  TASK_STATUSES.filter((status) => begins([status, STATUS_WORDS[status]], typed))

const begins = (names: readonly string[], typed: string): boolean =>
  names.some((name) => folded(name).startsWith(folded(typed)))

/** Whether a letter arrived that was cancelled while it was on its way: what it carries is dead. */
export const cameTooLate = (task: Task): boolean => task.status === 'carried-out' && task.cause !== null

/** What the last attempt came to: `535 5.7.8 …`; nothing when there was none. */
export function lastWords(task: Task): string {
  const last = task.attempts.at(-1)
  if (last === undefined) return ''
  if (cameTooLate(task)) return 'cancelled, too late'
  if (last.outcome === 'delivered') return 'delivered'
  return withCode(last.code, last.reply ?? last.outcome)
}

/** What was said on one line, behind its code where it does not say that already. */
export function withCode(code: string | null, words: string): string {
  const line = words.trim().replaceAll(/\s*\r?\n\s*/g, ' ')
  return code === null || line.includes(code) ? line : `${code} ${line}`
}

/** Why a task was not changed: the use cases' refusals, as far as words for them go. */
export type TaskRefusal =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'changed-meanwhile'; readonly task: Pick<Task, 'status'> }
  | { readonly kind: 'wrong-status'; readonly status: Task['status'] }
  | { readonly kind: 'superseded'; readonly by: string }
  | { readonly kind: 'no-user'; readonly why: 'deleted' | 'disabled' }

/** A refusal as a sentence about the task. */
export function refusalWords(refused: TaskRefusal, task: Pick<Task, 'id' | 'to'>): string {
  const of = `Task ${shortId(task.id)} to ${readableAddress(task.to)}`
  switch (refused.kind) {
    case 'not-found':
      return `${of} is not there any more.`
    case 'changed-meanwhile':
      return `${of} was changed meanwhile: it is ${STATUS_WORDS[refused.task.status]} now.`
    case 'wrong-status':
      return `${of} ${WRONG_STATUS[refused.status]}.`
    case 'superseded':
      return `${of} was replaced by a newer one, ${shortId(refused.by)}: redo that.`
    case 'no-user':
      return refused.why === 'deleted' ? `${of}: its user was deleted.` : `${of}: its user is disabled.`
  }
}

const WRONG_STATUS: Readonly<Record<Task['status'], string>> = {
  wait: 'waits to be sent',
  executing: 'is being sent just now',
  'carried-out': 'was carried out already',
  failed: 'has failed already',
  cancelled: 'was cancelled already',
}
