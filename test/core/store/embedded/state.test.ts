import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskId, UserId } from '../../../../src/core/domain/ids.ts'
import type { Task } from '../../../../src/core/domain/task.ts'
import { MINUTE } from '../../../../src/core/domain/time.ts'
import type { User } from '../../../../src/core/domain/user.ts'
import { listTasks, listUsers } from '../../../../src/core/store/embedded/lists.ts'
import { atOnce } from '../../../../src/core/store/embedded/slices.ts'
import { State } from '../../../../src/core/store/embedded/state.ts'
import type { Backlog } from '../../../../src/core/store/port.ts'
import { anEndedTask, anExecutingTask, aTask, aUser } from '../../../support/builders.ts'
import { MONDAY } from '../../../support/clock.ts'

const USERNAMES = ['ann', 'bob', 'аnn', 'bоb', 'cy'] as const
const ADDRESSES = ['ann@example.org', 'bob@example.org', 'cy@example.org'] as const

const aUserRow = fc
  .record({
    id: fc.constantFrom('u1', 'u2', 'u3'),
    username: fc.constantFrom(...USERNAMES),
    email: fc.constantFrom(...ADDRESSES),
    status: fc.constantFrom('active' as const, 'disabled' as const),
  })
  .map((given) => aUser({ ...given, id: given.id as UserId, name: 'A Name' }))

const aTaskRow = fc
  .record({
    id: fc.constantFrom('t1', 't2', 't3', 't4'),
    owner: fc.constantFrom('u1', 'u2', null),
    kind: fc.constantFrom('reset-password' as const, 'test' as const),
    status: fc.constantFrom('wait' as const, 'executing' as const, 'failed' as const, 'carried-out' as const),
    createdAt: fc.integer({ min: 0, max: 3 }),
    due: fc.integer({ min: 0, max: 5 }),
    again: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ id, owner, kind, status, createdAt, due, again }): Task => {
    const given = {
      id: id as TaskId,
      kind,
      user: owner === null ? null : { id: owner as UserId, username: owner, email: 'a@example.org' },
      createdAt: MONDAY + createdAt,
      dueAt: MONDAY + due * MINUTE,
    }
    if (status === 'wait') {
      const task = aTask(given)
      return { ...task, round: { ...task.round, attempts: again % 2 }, scheduledAt: MONDAY + again * MINUTE }
    }
    if (status === 'executing') return anExecutingTask(given)
    return anEndedTask({ ...given, status, endedAt: MONDAY + (due + again) * MINUTE })
  })

type Operation =
  | { readonly kind: 'user'; readonly row: User }
  | { readonly kind: 'task'; readonly row: Task }
  | { readonly kind: 'delete-user' | 'delete-task'; readonly id: string }
  | { readonly kind: 'look' }

const anOperation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: aUserRow.map((row) => ({ kind: 'user' as const, row })) },
  { weight: 6, arbitrary: aTaskRow.map((row) => ({ kind: 'task' as const, row })) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete-user' as const), id: fc.constantFrom('u1', 'u2') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete-task' as const), id: fc.constantFrom('t1', 't2') }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'look' as const }) },
)

function apply(state: State, operation: Operation): void {
  switch (operation.kind) {
    case 'user':
      state.put('user', operation.row)
      break
    case 'task':
      state.put('task', operation.row)
      break
    case 'delete-user':
      state.delete('user', operation.id)
      break
    case 'delete-task':
      state.delete('task', operation.id)
      break
    case 'look':
      // Looking sorts lists and takes what is stale out of heaps, which taking back must survive.
      everything(state)
  }
}

/** All that can be asked of a state; where any of several rows may be the answer, whether it is one of them. */
function everything(state: State) {
  const users = [...state.rows.user.values()]
  const late = MONDAY + 100 * MINUTE
  const oneOf = (found: User | undefined, fits: (user: User) => boolean) =>
    users.some(fits) ? found !== undefined && fits(found) && users.includes(found) : found === undefined
  const due = (tests: boolean) => state.due(late, 9, tests).map((task) => [task.scheduledAt, task.status])
  return {
    rows: [users, [...state.rows.task.values()]].map((rows) => rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))),
    found: [
      ...USERNAMES.map((name) => oneOf(state.userByUsername(name), (user) => user.usernameKey === name)),
      ...ADDRESSES.map((address) => oneOf(state.userByAddress(address), (user) => user.addressKey === address)),
      ...USERNAMES.map((name) => oneOf(state.userBySkeleton(name), (user) => user.skeleton === name)),
    ],
    users: atOnce(listUsers(state, { limit: 9 })),
    tasks: atOnce(listTasks(state, { limit: 9 })),
    tasksOf: ['u1', 'u2'].map((id) => state.tasksOf(id as UserId)),
    counts: state.counts(),
    next: [state.nextDue(true), state.nextDue(false)],
    due: [due(true), due(false)],
    backlog: state.backlog(MONDAY + 2 * MINUTE),
    dueBefore: state.dueBefore(MONDAY + 3 * MINUTE, 9).map((task) => task.round.dueAt),
    executing: state
      .executing()
      .map(({ id }) => id)
      .sort(),
    // In no order.
    ended: new Set(state.endedBefore(MONDAY + 4 * MINUTE, 9).map(({ id }) => id)),
    begun: state.begun.newest(9),
  }
}

/** What waits or is executing, counted one by one. */
function backlogOf(tasks: readonly Task[], now: number): Backlog {
  const waiting = tasks.filter(({ status }) => status === 'wait')
  const due = waiting.filter(({ scheduledAt }) => scheduledAt <= now)
  const first = (tasks: readonly Task[]) =>
    tasks.length === 0 ? null : Math.min(...tasks.map(({ scheduledAt }) => scheduledAt))
  const ahead = waiting.filter(({ scheduledAt }) => scheduledAt > now)
  const tried = ahead.filter(({ round }) => round.attempts > 0)
  const later = ahead.filter(({ round }) => round.attempts === 0)
  const open = tasks.filter(({ status }) => status === 'wait' || status === 'executing')
  const wanted = open.map(({ round, scheduledAt }) => Math.min(round.dueAt, scheduledAt)).filter((at) => at <= now)
  return {
    due: due.length,
    dueSince: first(due),
    tried: tried.length,
    nextTry: first(tried),
    lateSince: wanted.length === 0 ? null : Math.min(...wanted),
    later: later.length,
    next: first(later),
  }
}

/** A state that was only ever told the rows as they are. */
function freshly(state: State): State {
  const fresh = new State()
  atOnce(fresh.loadAll(state.picture()))
  return fresh
}

describe('the rows in memory', () => {
  it('answer as ones that were never anything else would, whatever was put and deleted', () => {
    fc.assert(
      fc.property(fc.array(anOperation, { maxLength: 40 }), (operations) => {
        const state = new State()
        for (const operation of operations) apply(state, operation)
        const seen = everything(state)
        expect(seen.found.every(Boolean)).toBe(true)
        expect(seen).toEqual(everything(freshly(state)))
        expect(seen.backlog).toEqual(backlogOf([...state.rows.task.values()], MONDAY + 2 * MINUTE))
      }),
      { numRuns: 300 },
    )
  })

  it('are as before when what was done since is taken back', () => {
    fc.assert(
      fc.property(
        fc.array(anOperation, { maxLength: 20 }),
        fc.array(anOperation, { maxLength: 20 }),
        fc.boolean(),
        (kept, undone, settled) => {
          const state = new State()
          for (const operation of kept) apply(state, operation)
          if (settled) state.settle()
          const before = everything(freshly(state))
          const mark = state.mark()
          for (const operation of undone) apply(state, operation)
          state.rollback(mark)
          expect(everything(state)).toEqual(before)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('stay as they were in a list that was taken of them', () => {
    const state = new State()
    const user = aUser({ name: 'Before' })
    state.put('user', user)
    const picture = state.picture()
    state.put('user', { ...user, name: 'After' })
    state.delete('user', user.id)
    expect(picture.user).toEqual([user])
  })
})
