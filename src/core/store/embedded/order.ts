import type { Task } from '../../domain/task.ts'
import type { User } from '../../domain/user.ts'

/** A task's place among the tasks: by the time it was made, then by id. */
export const taskOrder = (task: Task) => `${String(task.createdAt).padStart(15, '0')}${task.id}`

/** A user's place among the users: by username, then by id. */
export const userOrder = (user: User) => `${user.usernameKey}\u0000${user.id}`

/** Whether a task is a test letter, which passes a closed queue. */
export const isTest = (task: Task) => task.kind === 'test'

/** Whether a user's username, address or name holds `word`, which is in NFC and lower case. */
export function holds({ username, email, name }: User, word: string): boolean {
  return `${username}\n${email}\n${name}`.normalize('NFC').toLowerCase().includes(word)
}
