import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/core/domain/outcome.ts'
import {
  type AttemptSummary,
  beginAttempt,
  type Executing,
  releaseAttempt,
  settleTask,
  type Task,
} from '../../src/core/domain/task.ts'
import { HOUR, MINUTE } from '../../src/core/domain/time.ts'
import type { Store } from '../../src/core/store/port.ts'
import { aLetter, anActor, anEndedTask, anExecutingTask, aTask, ids } from '../support/builders.ts'
import { MONDAY } from '../support/clock.ts'
import type { MakeWorld, World } from './store.ts'

const SETTLED = { throttled: false, code: null, reply: null, durationMs: 1, crashed: false, jitter: 0, retryMs: HOUR }

async function put(world: World, tasks: readonly Task[]): Promise<Store> {
  await world.store.transact(anActor, 'tasks.put', async (tx) => {
    for (const task of tasks) tx.put('task', task)
  })
  return world.look()
}

/** What a daemon does: takes due tasks for itself alone. */
function claim(store: Store, by: string, limit: number): Promise<readonly string[]> {
  return store.transact(anActor, 'delivery.claim', async (tx) => {
    const claimed: string[] = []
    for (const task of await tx.due({ now: tx.now, limit, tests: false })) {
      if (task.status !== 'wait') continue
      const running = { id: ids.attempt(), startedAt: tx.now, by, deadline: tx.now + 12 * MINUTE }
      tx.put('task', beginAttempt(task, { running, letter: aLetter(), key: 1 }))
      claimed.push(task.id)
    }
    return claimed
  })
}

export function describeClaims(make: MakeWorld): void {
  describe('what is due', () => {
    it('is what waits and whose time has come, the longest due first', async () => {
      await using world = await make()
      const at = (minutes: number) => aTask({ dueAt: MONDAY + minutes * MINUTE })
      const [a, b, c, d] = [at(3), at(1), at(2), at(9)] as const
      const store = await put(world, [a, b, c, d, anExecutingTask({ dueAt: MONDAY }), anEndedTask({ dueAt: MONDAY })])
      const now = MONDAY + 3 * MINUTE
      const due = (limit: number) => store.transact(anActor, 'look', (tx) => tx.due({ now, limit, tests: false }))
      expect(await due(9)).toEqual([b, c, a])
      expect(await due(2)).toEqual([b, c])
      expect(await due(9)).toEqual([b, c, a])
      expect(await store.nextDue(false)).toBe(b.scheduledAt)
      expect(await store.backlog(now)).toEqual({
        due: 3,
        dueSince: MONDAY + MINUTE,
        tried: 0,
        nextTry: null,
        // The one that is executing.
        lateSince: MONDAY,
        later: 1,
        next: MONDAY + 9 * MINUTE,
      })
      expect(await store.backlog(now - 1)).toMatchObject({ due: 2, later: 2, next: now })
      expect(await store.backlog(MONDAY)).toMatchObject({ due: 0, later: 4, dueSince: null, lateSince: MONDAY })
      expect(await store.backlog(MONDAY - 1)).toMatchObject({ due: 0, later: 4, dueSince: null, lateSince: null })
    })

    it('is told apart from what was tried and waits for its next attempt, and from what only waits for its time', async () => {
      await using world = await make()
      const tried = aTask({ dueAt: MONDAY })
      const store = await put(world, [
        { ...tried, round: { ...tried.round, attempts: 1 }, scheduledAt: MONDAY + HOUR },
        { ...aTask({ dueAt: MONDAY + 2 * HOUR }), scheduledAt: MONDAY + MINUTE },
        aTask({ dueAt: MONDAY + 3 * HOUR }),
      ])
      expect(await store.backlog(MONDAY + 5 * MINUTE)).toEqual({
        due: 1,
        dueSince: MONDAY + MINUTE,
        tried: 1,
        nextTry: MONDAY + HOUR,
        lateSince: MONDAY,
        later: 1,
        next: MONDAY + 3 * HOUR,
      })
      const untried = { ...tried, round: { ...tried.round, attempts: 0 }, scheduledAt: MONDAY + HOUR }
      await store.transact(anActor, 'put', async (tx) => tx.put('task', untried))
      expect(await store.backlog(MONDAY + 5 * MINUTE)).toMatchObject({
        due: 1,
        tried: 0,
        later: 2,
        next: MONDAY + HOUR,
      })
      expect((await store.tasks({ limit: 9, recipient: tried.to.toUpperCase() })).items.length).toBeGreaterThan(0)
      expect((await store.tasks({ limit: 9, recipient: tried.id })).items).toEqual([])
    })

    it('of one moment goes by id, and everybody can tell how many go before a task', async () => {
      await using world = await make()
      const tasks = Array.from({ length: 30 }, (_, index) => aTask({ dueAt: MONDAY + (index % 3) * MINUTE }))
      const test = aTask({ kind: 'test', user: null, dueAt: MONDAY })
      const gone = [anExecutingTask({ dueAt: MONDAY }), anEndedTask({ dueAt: MONDAY })]
      const store = await put(world, [...tasks, test, ...gone])
      const now = MONDAY + HOUR
      const due = await store.transact(anActor, 'look', (tx) => tx.due({ now, limit: 99, tests: false }))
      expect(due.map(({ scheduledAt, id }) => `${scheduledAt} ${id}`)).toEqual(
        tasks.map(({ scheduledAt, id }) => `${scheduledAt} ${id}`).sort(),
      )
      expect(await store.ahead(due)).toEqual(due.map((_, index) => index))
      expect(await store.ahead(tasks)).toEqual(tasks.map((task) => due.findIndex(({ id }) => id === task.id)))
      expect(await store.ahead([test])).toHaveLength(1)
      expect(await store.ahead([])).toEqual([])
    })

    it('is known of test letters apart from all others', async () => {
      await using world = await make()
      const test = aTask({ kind: 'test', user: null, dueAt: MONDAY + 5 })
      const reset = aTask({ dueAt: MONDAY + 9 })
      const store = await put(world, [test, reset])
      const now = MONDAY + 10
      await store.transact(anActor, 'look', async (tx) => {
        expect(await tx.due({ now, limit: 9, tests: true })).toEqual([test])
        expect(await tx.due({ now, limit: 9, tests: false })).toEqual([reset])
      })
      expect(await store.nextDue(true)).toBe(test.scheduledAt)
      expect(await store.nextDue(false)).toBe(reset.scheduledAt)
      expect(await store.backlog(now)).toMatchObject({
        due: 2,
        dueSince: MONDAY + 5,
        lateSince: MONDAY + 5,
        later: 0,
        next: null,
      })
    })

    it('follows a task that is put off, brought forward and ended', async () => {
      await using world = await make()
      const task = aTask({ dueAt: MONDAY + MINUTE })
      expect(await (await put(world, [task])).nextDue(false)).toBe(MONDAY + MINUTE)
      const later = { ...task, scheduledAt: MONDAY + HOUR }
      expect(await (await put(world, [later])).nextDue(false)).toBe(MONDAY + HOUR)
      expect(await (await put(world, [task])).nextDue(false)).toBe(MONDAY + MINUTE)
      expect(await (await put(world, [anEndedTask({ id: task.id, user: null })])).nextDue(false)).toBeNull()
      const store = await put(world, [task])
      expect(await store.nextDue(false)).toBe(MONDAY + MINUTE)
      await world.store.transact(anActor, 'tasks.delete', async (tx) => tx.delete('task', task.id))
      expect(await (await world.look()).nextDue(false)).toBeNull()
    })

    it('by its round counts from the time it was first due, oldest first', async () => {
      await using world = await make()
      const old = { ...aTask({ dueAt: MONDAY - HOUR }), scheduledAt: MONDAY + HOUR }
      const older = aTask({ dueAt: MONDAY - 2 * HOUR })
      const fresh = aTask({ dueAt: MONDAY })
      const store = await put(world, [fresh, old, older])
      await store.transact(anActor, 'look', async (tx) => {
        expect(await tx.dueBefore({ before: MONDAY, limit: 9 })).toEqual([older, old])
        expect(await tx.dueBefore({ before: MONDAY, limit: 1 })).toEqual([older])
        expect(await tx.dueBefore({ before: MONDAY + 1, limit: 9 })).toEqual([older, old, fresh])
      })
    })
  })

  describe('ended tasks', () => {
    it('are found by when they ended, some at a time', async () => {
      await using world = await make()
      const ended = (hours: number) => anEndedTask({ createdAt: MONDAY - 9 * HOUR, endedAt: MONDAY + hours * HOUR })
      const [a, b, c] = [ended(-3), ended(-2), ended(-1)] as const
      const store = await put(world, [a, b, c, aTask({ createdAt: MONDAY - 9 * HOUR })])
      await store.transact(anActor, 'look', async (tx) => {
        const found = await tx.endedBefore({ before: MONDAY - HOUR, limit: 9 })
        expect(new Set(found)).toEqual(new Set([a, b]))
        expect(await tx.endedBefore({ before: MONDAY - HOUR, limit: 1 })).toHaveLength(1)
        expect(await tx.endedBefore({ before: MONDAY - 9 * HOUR, limit: 9 })).toEqual([])
      })
    })
  })

  describe('letters that have begun', () => {
    const attempt = (outcome: Outcome, minutes: number): AttemptSummary => ({
      id: ids.attempt(),
      round: 1,
      at: MONDAY + minutes * MINUTE,
      outcome,
      code: null,
      reply: null,
      durationMs: 1,
    })
    const tried = (...attempts: readonly AttemptSummary[]) => ({ ...aTask(), attempts })
    const minutes = async (store: Store, limit = 99) =>
      (await store.lettersBegun(limit)).map((at) => (at - MONDAY) / MINUTE)

    it('are the attempts of a day that count and those under way, in order, the newest as many as are wanted', async () => {
      await using world = await make()
      const store = await put(world, [
        tried(attempt('deferred', 5), attempt('unreachable', 6), attempt('delivered', 40)),
        tried(attempt('delivered', -25 * 60), attempt('unknown', 3)),
        anExecutingTask({ at: MONDAY + 20 * MINUTE }),
        tried(attempt('misconfigured', 7), attempt('refused', 30)),
      ])
      expect(await minutes(store)).toEqual([3, 5, 20, 30, 40])
      expect(await minutes(store, 2)).toEqual([30, 40])
      expect(await minutes(store, 0)).toEqual([])
    })

    it('stay when they are settled, and are none when they are given back or never reached the server', async () => {
      await using world = await make()
      const [a, b, c] = [5, 6, 7].map((at) => anExecutingTask({ at: MONDAY + at * MINUTE }))
      if (a === undefined || b === undefined || c === undefined) throw new Error('three were made')
      expect(await minutes(await put(world, [a, b, c]))).toEqual([5, 6, 7])
      const settled = (task: Executing, outcome: Outcome) =>
        settleTask(task, { ...SETTLED, outcome, happening: null, at: MONDAY + HOUR })
      const store = await put(world, [settled(a, 'delivered'), settled(b, 'unreachable'), releaseAttempt(c)])
      expect(await minutes(store)).toEqual([5])
      await world.store.transact(anActor, 'look', async (tx) => {
        tx.put('task', b)
        expect(await tx.lettersBegun(9)).toHaveLength(2)
      })
      await world.store
        .transact(anActor, 'broken', async (tx) => {
          tx.put('task', c)
          throw new Error('taken back')
        })
        .catch(() => undefined)
      expect(await minutes(await world.look())).toEqual([5, 6])
      await world.store.transact(anActor, 'tasks.delete', async (tx) => tx.delete('task', a.id))
      expect(await minutes(await world.look())).toEqual([6])
    })

    it('of more than a day are let go of', async () => {
      await using world = await make()
      const many = Array.from({ length: 1500 }, (_, index) => tried(attempt('delivered', index)))
      const store = await put(world, many)
      expect(await minutes(store, 1)).toEqual([1499])
      expect(await minutes(store, 9999)).toEqual(Array.from({ length: 1440 }, (_, index) => index + 60))
    })
  })

  describe('two daemons that claim at once', () => {
    it('get each task once', async () => {
      await using world = await make()
      const tasks = Array.from({ length: 100 }, (_, index) => aTask({ dueAt: MONDAY - index }))
      await put(world, tasks)
      const daemons = [world.store, await world.another()]
      const claimed = await Promise.all(
        Array.from({ length: 40 }, (_, turn) =>
          daemons.map((store, who) => claim(store, `daemon ${who}`, 1 + (turn % 4))),
        ).flat(),
      )
      expect(claimed.flat().sort()).toEqual(tasks.map(({ id }) => id).sort())
      const store = await world.look()
      expect((await store.taskCounts()).executing).toBe(100)
      expect(await store.nextDue(false)).toBeNull()
    })
  })
}
