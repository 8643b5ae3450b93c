import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { diagnosisOf } from '../../../src/core/domain/diagnosis.ts'
import { MINUTE } from '../../../src/core/domain/time.ts'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import {
  cancelTask,
  failedTasks,
  redoRefusal,
  redoTasks,
  sendNow,
  sendTestMail,
} from '../../../src/core/usecases/tasks.ts'
import { anEndedTask, ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { PostOffice } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

async function failed(count: number, outcome: 'refused' | 'misconfigured' = 'refused') {
  const tasks = []
  for (let n = 0; n < count; n++) {
    await office.reset(await office.addUser())
    tasks.push(await office.send(outcome))
  }
  return tasks
}

describe('requesting resets', () => {
  it('is due after the usual delay, in so many minutes, or now', async () => {
    const due = async (when: Parameters<typeof requestResets>[2]) => {
      const [made] = await requestResets(office.operator, [(await office.addUser()).id], when)
      return made?.kind === 'made' ? made.task.scheduledAt - made.task.createdAt : null
    }
    expect(await due({ kind: 'usual' })).toBe(10 * MINUTE)
    expect(await due({ kind: 'in', minutes: 90 })).toBe(90 * MINUTE)
    expect(await due({ kind: 'now' })).toBe(0)
  })

  it('is all or none: one who is disabled or unknown refuses the whole', async () => {
    const users = [await office.addUser(), await office.addUser()]
    await office.setStatus(users[1]?.id ?? ids.user(), 'disabled')
    const nobody = ids.user()
    expect(await requestResets(office.operator, [...users.map(({ id }) => id), nobody], { kind: 'now' })).toEqual([
      { kind: 'refused', user: users[1]?.id, why: 'disabled' },
      { kind: 'refused', user: nobody, why: 'not-found' },
    ])
    expect((await office.store.tasks({ limit: 1 })).items).toEqual([])
  })

  it('twice for one user in one breath makes one', async () => {
    const { id } = await office.addUser()
    expect(await requestResets(office.operator, [id, id], { kind: 'usual' })).toHaveLength(1)
    const both = await Promise.all([
      requestResets(office.operator, [id], { kind: 'usual' }),
      requestResets({ ...office.operator, store: await office.house.open() }, [id], { kind: 'usual' }),
    ])
    expect(both.flat().map(({ kind }) => kind)).toEqual(['already', 'already'])
  })

  it('of an open one with "now" brings it forward, and never puts it off', async () => {
    const { id } = await office.addUser()
    await requestResets(office.operator, [id], { kind: 'usual' })
    const [kept] = await requestResets(office.operator, [id], { kind: 'in', minutes: 60 })
    expect(kept).toMatchObject({ kind: 'already', broughtForward: false, task: { version: 1 } })
    const [sooner] = await requestResets(office.operator, [id], { kind: 'now' })
    expect(sooner).toMatchObject({ kind: 'already', broughtForward: true, task: { scheduledAt: office.store.now() } })
  })
})

describe('sending now and cancelling', () => {
  it('go with a letter that waits, and leave one that ended alone', async () => {
    const user = await office.addUser()
    const [made] = await requestResets(office.operator, [user.id], { kind: 'usual' })
    if (made?.kind !== 'made') throw new Error('it was made')
    const { id } = made.task
    const sent = await sendNow(office.operator, { id, version: 1 })
    expect(sent).toMatchObject({ kind: 'done', task: { scheduledAt: office.store.now(), version: 2 } })
    expect(await cancelTask(office.operator, { id, version: 1 })).toMatchObject({ kind: 'changed-meanwhile' })
    expect(await cancelTask(office.operator, { id, version: 2 })).toMatchObject({
      kind: 'done',
      task: { status: 'cancelled', cause: { reply: 'Cancelled by olga.' } },
    })
    for (const again of [sendNow, cancelTask]) {
      expect(await again(office.operator, { id, version: null })).toMatchObject({
        kind: 'wrong-status',
        status: 'cancelled',
      })
    }
    expect(await cancelTask(office.operator, { id: ids.task(), version: null })).toEqual({ kind: 'not-found' })
  })
})

describe('redoing many', () => {
  it('finds every failed task, however many pages they take', async () => {
    await office.store.transact(office.operator.actor, 'make many', async (tx) => {
      for (let n = 0; n < 1100; n++) tx.put('task', anEndedTask({ status: 'failed', createdAt: MONDAY + n }))
    })
    expect(new Set((await failedTasks(office.store, null)).map(({ id }) => id)).size).toBe(1100)
  })

  it('finds those of one diagnosis', async () => {
    const refused = await failed(3)
    const [other] = await failed(1, 'misconfigured')
    const found = await failedTasks(office.store, null)
    expect(found).toHaveLength(4)
    const kind = diagnosisOf(refused[0] ?? (await office.task(ids.task())))
    expect((await failedTasks(office.store, kind)).map(({ id }) => id).toSorted()).toEqual(
      refused.map(({ id }) => id).toSorted(),
    )
    expect(other === undefined ? null : diagnosisOf(other)).not.toBe(kind)
  })

  it('says what became of each, in their order', async () => {
    const [first, second, third] = await failed(3)
    if (first === undefined || second?.user == null || third === undefined) throw new Error('they failed')
    await office.delete(second.user.id)
    const edits = [first, second, { ...third, version: third.version - 1 }]
    expect((await redoTasks(office.operator, edits)).map(({ kind }) => kind)).toEqual([
      'done',
      'no-user',
      'changed-meanwhile',
    ])
  })

  it('of thousands shares commits and makes one round of each', async () => {
    const { id } = await sendTestMail(office.operator, 'ops@example.org')
    const done = await redoTasks(
      office.operator,
      Array.from({ length: 1200 }, () => ({ id, version: null })),
    )
    expect(done.every(({ kind }) => kind === 'done')).toBe(true)
    expect((await office.task(id)).round.number).toBe(1)
  })

  it('is refused beforehand for what would be refused then', async () => {
    const [task] = await failed(1)
    if (task?.user == null) throw new Error('it failed')
    expect(await redoRefusal(office.store, task)).toBeNull()
    const newer = await office.reset(await office.user(task.user.id))
    expect(await redoRefusal(office.store, task)).toMatchObject({ kind: 'superseded', by: newer.id })
    const { task: executing } = await office.claim()
    expect(await redoRefusal(office.store, executing)).toMatchObject({ kind: 'wrong-status', status: 'executing' })
    await office.setStatus(task.user.id, 'disabled')
    expect(await redoRefusal(office.store, task)).toMatchObject({ kind: 'no-user', why: 'disabled' })
  })
})
