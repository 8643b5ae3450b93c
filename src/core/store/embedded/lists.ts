import type { Task } from '../../domain/task.ts'
import type { User } from '../../domain/user.ts'
import type { Page, TaskFilter, TaskQuery, UserFilter, UserQuery } from '../port.ts'
import { TASK_ORDERS, taskFits, userFits } from './order.ts'
import { OrderedKeys } from './ordered.ts'
import { page } from './page.ts'
import type { Slices } from './slices.ts'
import type { State } from './state.ts'

/** A window on the users. */
export function* listUsers(state: State, query: UserQuery): Slices<Page<User>> {
  const { sort = 'username', direction = 'ascending' } = query
  return yield* page(yield* state.userOrders[sort].keys(), {
    list: `users by ${sort}`,
    direction,
    paging: query,
    rowOf: (id) => state.rows.user.get(id),
    fits: userFits(query),
  })
}

/** A window on the tasks. */
export function* listTasks(state: State, query: TaskQuery): Slices<Page<Task>> {
  const { sort = 'created', direction = 'descending', user } = query
  const keys =
    user === undefined ? yield* state.taskOrders[sort].keys() : keysOf(state.tasksOf(user), TASK_ORDERS[sort])
  return yield* page(keys, {
    list: `tasks by ${sort}`,
    direction,
    paging: query,
    rowOf: (id) => state.rows.task.get(id),
    fits: taskFits(query),
  })
}

function keysOf(tasks: readonly Task[], keyOf: (task: Task) => string): OrderedKeys {
  const keys = new OrderedKeys()
  for (const task of tasks) keys.add(keyOf(task), task.id)
  return keys
}

export function* countUsers(state: State, filter: UserFilter): Slices<number> {
  const { keyword = '', without = [], status } = filter
  const users = state.rows.user
  return keyword === '' && without.length === 0 && status === undefined
    ? users.size
    : yield* count(users, userFits(filter))
}

export function* countTasks(state: State, filter: TaskFilter): Slices<number> {
  return yield* filter.user === undefined
    ? count(state.rows.task, taskFits(filter))
    : count(new Map(state.tasksOf(filter.user).map((task) => [task.id, task])), taskFits(filter))
}

/** Rows that are looked at between two pauses. */
const SOME = 64

function* count<Row>(rows: ReadonlyMap<string, Row>, fits: (row: Row) => boolean): Slices<number> {
  let found = 0
  let looked = 0
  for (const row of rows.values()) {
    if (fits(row)) found++
    if (++looked % SOME === 0) yield
  }
  return found
}
