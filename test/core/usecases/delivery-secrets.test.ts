import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyCredential } from '../../../src/core/domain/credential.ts'
import type { TaskId } from '../../../src/core/domain/ids.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/domain/time.ts'
import type { User } from '../../../src/core/domain/user.ts'
import { recoverCrashed, settleProbe } from '../../../src/core/usecases/delivery.ts'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { cancelTask, redoTask } from '../../../src/core/usecases/tasks.ts'
import { MONDAY } from '../../support/clock.ts'
import { aCrash, bytesOf, PostOffice, passwordIn } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

/** A reset whose first attempt has begun. */
async function begun() {
  const user = await office.addUser()
  const { id } = await office.reset(user)
  const claimed = await office.claim()
  return { user, id, claimed, password: passwordIn(claimed) }
}

const redo = (id: TaskId, version: number | null = null) => redoTask(office.operator, { id, version })

describe('a temporary password', () => {
  it('does not exist while its reset waits, and works from the first attempt on', async () => {
    const user = await office.addUser()
    await office.reset(user)
    expect(await office.credential(user.id)).toBeUndefined()
    const claimed = await office.claim()
    expect(await office.works(user.id, passwordIn(claimed))).toBe(true)
    expect(await office.credential(user.id)).toEqual({
      ...emptyCredential(user.id),
      temporary: {
        task: claimed.task.id,
        round: 1,
        nonce: claimed.task.round.nonce,
        key: 1,
        issuedAt: MONDAY,
        lifetimeMs: DAY,
        firstArrivedAt: null,
        lastArrivedAt: null,
      },
      version: 1,
    })
  })

  it.each([
    ['deferred', 'refused'],
    ['deferred', 'misconfigured'],
    ['unreachable', 'refused'],
  ] as const)('dies with a round that ends failed without ever having arrived: %s, %s', async (first, last) => {
    const { user, claimed, password } = await begun()
    await office.settle(claimed, first)
    expect(await office.works(user.id, password)).toBe(true)
    if (first === 'unreachable') await openQueue()
    office.clock.advance(MINUTE)
    await office.send(last)
    expect(await office.works(user.id, password)).toBe(false)
    expect((await office.credential(user.id))?.temporary).toBeNull()
  })

  it('outlives a round that failed if one attempt may have arrived', async () => {
    const { user, claimed, password } = await begun()
    await office.settle(claimed, 'unknown')
    office.clock.advance(MINUTE)
    expect((await office.send('refused')).status).toBe('failed')
    expect(await office.works(user.id, password)).toBe(true)
    office.clock.advance(DAY - MINUTE)
    expect(await office.works(user.id, password)).toBe(false)
  })

  it('outlives three attempts that nobody knows of', async () => {
    const { user, claimed, password } = await begun()
    await office.settle(claimed, 'unknown')
    for (let attempt = 2; attempt <= 3; attempt++) {
      office.clock.advance(MINUTE)
      await office.send('unknown')
    }
    expect((await office.tasksOf(user.id))[0]?.status).toBe('failed')
    expect(await office.works(user.id, password)).toBe(true)
  })

  it.each([
    [false, 'deferred'],
    [true, 'unknown'],
  ] as const)('of a letter that becomes too old works on: %s, if it was %s before', async (works, outcome) => {
    await office.set({ SERVICE_MAIL_RETRY_HOURS: 1 })
    const { user, claimed, password } = await begun()
    await office.settle(claimed, outcome)
    office.clock.advance(HOUR)
    expect(await office.claimAll()).toEqual([])
    expect((await office.tasksOf(user.id))[0]?.status).toBe('failed')
    expect(await office.works(user.id, password)).toBe(works)
  })

  it('lives SERVICE_RESET_PASSWORD_HOURS from the last attempt that may have arrived', async () => {
    await office.set({ SERVICE_RESET_PASSWORD_HOURS: 2 })
    const { user, claimed, password } = await begun()
    office.clock.advance(5 * MINUTE)
    await office.settle(claimed, 'unknown')
    // A life that has begun is not changed by a setting.
    await office.set({ SERVICE_RESET_PASSWORD_HOURS: 24 })
    office.clock.advance(HOUR)
    await office.send('delivered')
    office.clock.advance(2 * HOUR - 1)
    expect(await office.works(user.id, password)).toBe(true)
    office.clock.advance(1)
    expect(await office.works(user.id, password)).toBe(false)
  })

  it('is dead 24 hours after the first attempt that may have arrived', async () => {
    const { user, claimed, password } = await begun()
    await office.settle(claimed, 'unknown')
    office.clock.advance(23 * HOUR)
    await office.send('delivered')
    office.clock.advance(HOUR - 1)
    expect(await office.works(user.id, password)).toBe(true)
    office.clock.advance(1)
    expect(await office.works(user.id, password)).toBe(false)
  })

  it('case 41: lives no longer because the clock ran back, and no shorter', async () => {
    const { user, claimed, password } = await begun()
    await office.settle(claimed, 'delivered')
    office.clock.advance(HOUR)
    await office.set({ SERVICE_MAIL_LOG_DAYS: 30 })
    office.clock.jump(-HOUR)
    office.clock.advance(23 * HOUR - 1)
    expect(await office.works(user.id, password)).toBe(true)
    office.clock.advance(1)
    expect(await office.works(user.id, password)).toBe(false)
  })

  it('of a daemon that died counts from when its attempt began, however late that is noticed', async () => {
    const { user, password } = await begun()
    office.clock.advance(20 * HOUR)
    await recoverCrashed(office.daemon, aCrash)
    expect((await office.credential(user.id))?.temporary).toMatchObject({
      firstArrivedAt: MONDAY,
      lastArrivedAt: MONDAY,
    })
    office.clock.advance(4 * HOUR - 1)
    expect(await office.works(user.id, password)).toBe(true)
    office.clock.advance(1)
    expect(await office.works(user.id, password)).toBe(false)
  })

  it('that has died since is not sent once more: a new round brings a new one', async () => {
    const { user, id, claimed, password } = await begun()
    office.clock.advance(30 * HOUR)
    await recoverCrashed(office.daemon, aCrash)
    const again = await office.claim()
    expect(again.task).toMatchObject({ id, round: { number: 2, attempts: 1, dueAt: MONDAY } })
    expect(again.task.round.nonce).not.toBe(claimed.task.round.nonce)
    expect(again.task.round.letter?.messageId).toBe(`${id}.2@example.org`)
    expect(await office.works(user.id, password)).toBe(false)
    await office.settle(again, 'delivered')
    expect(await office.works(user.id, passwordIn(again))).toBe(true)
    expect((await office.log()).map(({ round, attempt, outcome }) => [round, attempt, outcome])).toEqual([
      [2, 1, 'delivered'],
      [1, 1, 'unknown'],
    ])
    // The new round is as old as the first: it does not wait for longer than any other letter.
    expect(again.task.round.dueAt).toBe(claimed.task.round.dueAt)
  })

  it('dies when a newer one is sent, and not before', async () => {
    const { user, password } = await office.delivered()
    office.clock.advance(MINUTE)
    await office.reset(user)
    expect(await office.works(user.id, password)).toBe(true)
    const newer = await office.claim()
    expect(await office.works(user.id, password)).toBe(false)
    expect(await office.works(user.id, passwordIn(newer))).toBe(true)
  })

  it('does not come back when the newer one fails', async () => {
    const { user, password } = await office.delivered()
    office.clock.advance(MINUTE)
    await office.reset(user)
    await office.send('refused')
    expect(await office.works(user.id, password)).toBe(false)
    expect((await office.credential(user.id))?.temporary).toBeNull()
  })

  it.each([
    ['a new address', ({ id }: User) => office.edit(id, { email: 'new@example.org' })],
    ['being disabled', ({ id }: User) => office.setStatus(id, 'disabled')],
    ['being deleted', ({ id }: User) => office.delete(id)],
  ])('dies with %s', async (_what, happen) => {
    const { user, password } = await office.delivered()
    await happen(user)
    expect(await office.works(user.id, password)).toBe(false)
  })

  it('does not die with a new name', async () => {
    const { user, password } = await office.delivered()
    await office.edit(user.id, { name: 'Another Name', username: 'another' })
    expect(await office.works(user.id, password)).toBe(true)
  })

  it('stays dead when the user is enabled again', async () => {
    const { user, password } = await office.delivered()
    await office.setStatus(user.id, 'disabled')
    await office.setStatus(user.id, 'active')
    expect(await office.works(user.id, password)).toBe(false)
  })

  it('dies when its waiting task is cancelled, whatever had arrived', async () => {
    const { user, id, claimed, password } = await begun()
    await office.settle(claimed, 'unknown')
    await cancelTask(office.operator, { id, version: null })
    expect(await office.works(user.id, password)).toBe(false)
  })
})

/** A probe signed in. */
async function openQueue(): Promise<void> {
  const fingerprint = await office.fingerprint()
  await settleProbe(office.daemon, { outcome: 'delivered', throttled: false, happening: null, fingerprint })
}

describe('case 52: redo', () => {
  it('of a letter that was sent makes a new round with a new secret, due now, and the old is dead at once', async () => {
    const { user, task, password } = await office.delivered()
    office.clock.advance(HOUR)
    const redone = await redo(task.id, task.version)
    expect(redone).toMatchObject({
      kind: 'done',
      task: { status: 'wait', scheduledAt: MONDAY + HOUR, round: { number: 2, attempts: 0, letter: null } },
    })
    expect(await office.works(user.id, password)).toBe(false)
    const [redoing] = await office.audit()
    expect(redoing).toMatchObject({ action: 'tasks.redo', touched: [`credential:${user.id}`, `task:${task.id}`] })
    const claimed = await office.claim()
    expect(passwordIn(claimed)).not.toBe(password)
    expect(claimed.task.round.letter?.messageId).toBe(`${task.id}.2@example.org`)
    expect(await office.works(user.id, passwordIn(claimed))).toBe(true)
  })

  it('pressed five times at once makes one letter', async () => {
    const { task } = await office.delivered()
    const pressed = await Promise.all(Array.from({ length: 5 }, () => redo(task.id, task.version)))
    expect(pressed.map(({ kind }) => kind).sort()).toEqual([
      'changed-meanwhile',
      'changed-meanwhile',
      'changed-meanwhile',
      'changed-meanwhile',
      'done',
    ])
    expect(await office.claimAll()).toHaveLength(1)
    expect((await office.task(task.id)).round.number).toBe(2)
  })

  it('pressed five times by a script that looks at no version makes one letter too', async () => {
    const { task } = await office.delivered()
    const pressed = await Promise.all(Array.from({ length: 5 }, () => redo(task.id)))
    expect(pressed.map(({ kind }) => kind)).toEqual(Array(5).fill('done'))
    expect((await office.task(task.id)).round.number).toBe(2)
    expect(await office.claimAll()).toHaveLength(1)
    expect(await redo(task.id)).toMatchObject({ kind: 'wrong-status', status: 'executing' })
  })

  it('by a second operator who saw the same is refused, and shows how it stands', async () => {
    const { task } = await office.delivered()
    const first = await redo(task.id, task.version)
    const second = await redo(task.id, task.version)
    expect(first.kind).toBe('done')
    expect(second).toEqual({ kind: 'changed-meanwhile', task: await office.task(task.id) })
  })

  it('is refused after the user was deleted or disabled', async () => {
    const [one, other] = [await office.delivered(), await office.delivered()]
    await office.delete(one.user.id)
    await office.setStatus(other.user.id, 'disabled')
    expect(await redo(one.task.id)).toMatchObject({ kind: 'no-user', why: 'deleted' })
    expect(await redo(other.task.id)).toMatchObject({ kind: 'no-user', why: 'disabled' })
    expect(await office.claimAll()).toEqual([])
  })

  it('is refused for one that a newer reset has replaced', async () => {
    const { user, task } = await office.delivered()
    office.clock.advance(1)
    const newer = await office.reset(user)
    expect(await redo(task.id)).toMatchObject({ kind: 'superseded', by: newer.id })
  })

  it('is refused for one that was cancelled while another of the same moment is open: a user has one open reset', async () => {
    const user = await office.addUser()
    const first = await office.reset(user)
    await cancelTask(office.operator, { id: first.id, version: null })
    const second = await office.reset(user)
    expect(await redo(first.id)).toMatchObject({ kind: 'superseded', by: second.id })
    expect(await redo(second.id)).toMatchObject({ kind: 'done' })
  })

  it('of one that failed goes to the address of now', async () => {
    const { user, id, claimed } = await begun()
    await office.settle(claimed, 'refused')
    await office.edit(user.id, { email: 'right@example.org' })
    expect(await redo(id)).toMatchObject({ kind: 'done', task: { to: 'right@example.org' } })
    expect((await office.claim()).task.to).toBe('right@example.org')
  })

  it('of one that waits tries it now, with the same letter', async () => {
    const { id, claimed } = await begun()
    await office.settle(claimed, 'deferred')
    expect(await redo(id)).toMatchObject({ kind: 'done', task: { status: 'wait', scheduledAt: MONDAY } })
    expect(bytesOf(await office.claim())).toBe(bytesOf(claimed))
  })

  it('gives a letter that was too old its time again', async () => {
    const { id } = await office.reset(await office.addUser())
    office.clock.advance(48 * HOUR)
    expect(await office.claimAll()).toEqual([])
    await redo(id)
    expect((await office.claim()).task.round.dueAt).toBe(office.store.now())
  })
})

it('a user has one open reset at most, however often it is asked for', async () => {
  const { id } = await office.addUser()
  const asked = await Promise.all(
    Array.from({ length: 5 }, () => requestResets(office.operator, [id, id], { kind: 'usual' })),
  )
  expect(asked.flat().map(({ kind }) => kind)).toEqual(['made', 'already', 'already', 'already', 'already'])
  expect(await office.tasksOf(id)).toHaveLength(1)
})
