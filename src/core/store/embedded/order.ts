import { diagnosisOf } from '../../domain/diagnosis.ts'
import type { Task } from '../../domain/task.ts'
import type { Instant } from '../../domain/time.ts'
import type { User } from '../../domain/user.ts'
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
export function userFits({ keyword = '', status }: UserFilter): (user: User) => boolean {
  const word = fold(keyword)
  return (user) =>
    (status === undefined || user.status === status) &&
    (word === '' || fold(`${user.username}\n${user.email}\n${user.name}`).includes(word))
}

/** Whether a task is one of those that the filter leaves. */
export function taskFits({ status, user, kind, keyword = '', recipient = '', diagnosis }: TaskFilter) {
  const word = fold(keyword)
  const whose = fold(recipient)
  const names = ({ to, user: owner }: Task) => fold(`${to}\n${owner?.username ?? ''}`)
  const statuses = typeof status === 'string' ? [status] : status
  return (task: Task): boolean =>
    (statuses === undefined || statuses.includes(task.status)) &&
    (user === undefined || task.user?.id === user) &&
    (kind === undefined || task.kind === kind) &&
    (diagnosis === undefined || diagnosisOf(task) === diagnosis) &&
    (whose === '' || names(task).includes(whose)) &&
    (word === '' || task.id.startsWith(word) || names(task).includes(word))
}
