import { diagnosisOf, taskFailedBy } from '../../domain/diagnosis.ts'
import type { Task } from '../../domain/task.ts'
import type { Instant } from '../../domain/time.ts'
import type { User } from '../../domain/user.ts'
import { spellings } from '../../host/readable-address.ts'
import type { TaskFilter, TaskSort, UserFilter, UserSort } from '../port.ts'

/** Moments in their order as text. */
const inOrder = (at: Instant) => String(at).padStart(15, '0')

/** What keywords are found by: composed, in lower case. */
export const fold = (text: string) => text.normalize('NFC').toLowerCase()

/** A row's place in a list; its id tells rows apart that are equal otherwise. */
export const USER_ORDERS: { readonly [Sort in UserSort]: (user: User) => string } = {
  username: (user) => `${user.usernameKey}\u0000${user.id}`,
  email: (user) => `${user.addressKey}\u0000${user.id}`,
  name: (user) => `${fold(user.name)}\u0000${user.id}`,
  created: (user) => `${inOrder(user.createdAt)}${user.id}`,
}

export const TASK_ORDERS: { readonly [Sort in TaskSort]: (task: Task) => string } = {
  created: (task) => `${inOrder(task.createdAt)}${task.id}`,
  scheduled: (task) => `${inOrder(task.scheduledAt)}${task.id}`,
}

/** Whether a task is a test letter, which passes a closed queue. */
export const isTest = (task: Task) => task.kind === 'test'

/** Whether a user is one of those that the filter leaves. */
export function userFits({ keyword = '', without = [], status }: UserFilter): (user: User) => boolean {
  const says = saying(keyword, without)
  return (user) => (status === undefined || user.status === status) && (says === null || says(namesOf(user)))
}

/** What a user is found by. The key of an address has the domain in A-labels. */
function namesOf({ username, email, addressKey, name }: User): string {
  const key = addressKey === email ? '' : addressKey
  return fold(`${username}\n${spellings(email)}\n${key}\n${name}`)
}

/** Whether a text has the one word and none of the others; null when any has. */
function saying(keyword: string, without: readonly string[]): ((text: string) => boolean) | null {
  const wanted = fold(keyword)
  const unwanted = without.map(fold)
  if (wanted === '' && unwanted.length === 0) return null
  return (text) => text.includes(wanted) && !unwanted.some((word) => text.includes(word))
}

/** Whether a task is one of those that the filter leaves. */
export function taskFits(filter: TaskFilter): (task: Task) => boolean {
  const { status, user, notUser, kind, diagnosis } = filter
  const error = filter.error?.toLowerCase() ?? ''
  const notError = filter.notError?.toLowerCase() ?? ''
  const statuses = typeof status === 'string' ? [status] : status
  const kinds = typeof kind === 'string' ? [kind] : kind
  const isToWhom = isTo(filter)
  return (task) =>
    (statuses === undefined || statuses.includes(task.status)) &&
    (user === undefined || task.user?.id === user) &&
    (notUser === undefined || task.user?.id !== notUser) &&
    (kinds === undefined || kinds.includes(task.kind)) &&
    (diagnosis === undefined || diagnosisOf(task) === diagnosis) &&
    (error === '' || taskFailedBy(task, error)) &&
    (notError === '' || !taskFailedBy(task, notError)) &&
    isToWhom(task)
}

/** Whether a task has the words of a filter in its address, its username or at the beginning of its id, and not the others. */
function isTo({ keyword = '', without = [], recipient = '', notRecipient = '' }: TaskFilter): (task: Task) => boolean {
  const word = fold(keyword)
  const whose = fold(recipient)
  const notWhose = fold(notRecipient)
  const unwanted = without.map(fold)
  if (`${word}${whose}${notWhose}` === '' && unwanted.length === 0) return () => true
  return ({ id, to, user }) => {
    const names = fold(`${spellings(to)}\n${user?.username ?? ''}`)
    const has = (each: string) => id.startsWith(each) || names.includes(each)
    return has(word) && names.includes(whose) && (notWhose === '' || !names.includes(notWhose)) && !unwanted.some(has)
  }
}
