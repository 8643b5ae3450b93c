import type { Task } from '../../../core/domain/task.ts'
import type { Instant } from '../../../core/domain/time.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { counted, humanTime } from '../../../core/text/human.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import { untilWords } from '../../time-words.ts'
import type { Acted, Notice, UserAction } from './users.state.ts'

const SHOWN = 3

/** `ann, bob, cy and 3 others`. */
export function whoWords(names: readonly string[]): string {
  if (names.length > SHOWN + 1) return `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} others`
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

interface Leaving {
  readonly many?: boolean
  /** It will not leave then: all that can be said is when it is due. */
  readonly isHeld?: boolean
}

/** `leaves at 14:05 today, in 10m`, by the minute; what is due leaves now. */
export function leavesWords(at: Instant, now: Instant, { many = false, isHeld = false }: Leaving = {}): string {
  const leave = isHeld ? (many ? 'are due' : 'is due') : many ? 'leave' : 'leaves'
  if (at <= now) return `${leave} now`
  const then = humanTime(at, now)
  return `${leave} ${then.endsWith('today') ? `at ${then}` : then}, ${untilWords(at, now)}`
}

/** What was asked for last: `A letter to ann@example.org leaves at 14:05 today, in 10m. u undoes it.` */
export function noticeWords({ tasks, outlook: { isHeld } }: Notice, now: Instant): InertText {
  const [first] = tasks
  if (first === undefined) return inert('')
  const many = tasks.length > 1
  const leaves = leavesWords(first.scheduledAt, now, { many, isHeld })
  if (!many) return inert(`A letter to ${readableAddress(first.to)} ${leaves}. u undoes it.`, 400)
  return inert(`${counted(tasks.length, 'letter')} ${leaves}: ${whoWords(names(tasks))}. u undoes them all.`, 400)
}

const names = (tasks: readonly Task[]): readonly string[] => tasks.map(({ user, to }) => user?.username ?? to)

const ACTED: Readonly<Record<UserAction, string>> = { disable: 'disabled', enable: 'active again', delete: 'deleted' }

/** What became of the users, in a sentence or two. */
export function actedWords({ action, done, refused }: Acted): InertText {
  const [first] = refused
  const said = done.length === 0 ? [] : [`${whoWords(done)} ${done.length === 1 ? 'is' : 'are'} ${ACTED[action]}.`]
  const others = refused.length > 1 ? [`${refused.length - 1} more refused.`] : []
  return inert([...said, ...(first === undefined ? [] : [first]), ...others].join(' '), 400)
}
