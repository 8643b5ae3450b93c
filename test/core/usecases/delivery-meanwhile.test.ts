import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OUTCOMES, type Outcome } from '../../../src/core/domain/outcome.ts'
import { HOUR, MINUTE } from '../../../src/core/domain/time.ts'
import { recoverCrashed, releaseClaims } from '../../../src/core/usecases/delivery.ts'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { cancelTask } from '../../../src/core/usecases/tasks.ts'
import { MONDAY } from '../../support/clock.ts'
import { aCrash, bytesOf, PostOffice, passwordIn } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

/** A reset to old@example.org, and the verbs that befall it. */
async function someone() {
  const { id } = await office.addUser({ username: 'alice', email: 'old@example.org' })
  const task = await office.reset({ id })
  return {
    id,
    task,
    move: () => office.edit(id, { email: 'new@example.org' }),
    disable: () => office.setStatus(id, 'disabled'),
    enable: () => office.setStatus(id, 'active'),
    remove: () => office.delete(id),
    cancel: () => cancelTask(office.operator, { id: task.id, version: null }),
    now: () => office.task(task.id),
  }
}

describe('case 22: between request and first attempt', () => {
  it('an address that changes is the one that is written to, when it was to be', async () => {
    const alice = await someone()
    await alice.move()
    expect(await alice.now()).toMatchObject({
      status: 'wait',
      to: 'new@example.org',
      scheduledAt: MONDAY,
      round: { number: 1 },
    })
    const claimed = await office.claim()
    expect(claimed.task.to).toBe('new@example.org')
    expect(bytesOf(claimed)).not.toContain('old@example.org')
    await office.settle(claimed, 'delivered')
    expect((await office.log()).map(({ to }) => to)).toEqual(['new@example.org'])
  })

  it('a reset that waits keeps its time', async () => {
    const { id } = await office.addUser()
    await requestResets(office.operator, [id], { kind: 'usual' })
    office.clock.advance(MINUTE)
    await office.edit(id, { email: 'new@example.org' })
    expect(await office.store.nextDue(false)).toBe(MONDAY + 10 * MINUTE)
  })

  it.each([
    ['deleted', 'The user was deleted.'],
    ['disabled', 'The user was disabled.'],
  ] as const)('a user who is %s gets no letter', async (what, why) => {
    const alice = await someone()
    await (what === 'deleted' ? alice.remove() : alice.disable())
    expect(await alice.now()).toMatchObject({ status: 'cancelled', cause: { code: 'ECANCELLED', reply: why } })
    expect(await office.claimAll()).toEqual([])
    await alice.enable().catch(() => undefined)
    expect(await office.claimAll()).toEqual([])
  })
})

describe('case 22: between two attempts', () => {
  it('a new address begins a new round, due at once: not a byte more goes to the old one', async () => {
    const alice = await someone()
    const first = await office.claim()
    await office.settle(first, 'deferred')
    await alice.move()
    expect(await alice.now()).toMatchObject({
      status: 'wait',
      to: 'new@example.org',
      scheduledAt: MONDAY,
      round: { number: 2, attempts: 0, letter: null, dueAt: MONDAY },
    })
    expect(await office.works(alice.id, passwordIn(first))).toBe(false)
    const second = await office.claim()
    expect(second.task.to).toBe('new@example.org')
    expect(passwordIn(second)).not.toBe(passwordIn(first))
    expect(bytesOf(second)).not.toContain('old@example.org')
  })

  it('a cancelled one is over, and says who did it', async () => {
    const alice = await someone()
    await office.send('deferred')
    await alice.cancel()
    expect(await alice.now()).toMatchObject({ status: 'cancelled', cause: { reply: 'Cancelled by olga.' } })
    office.clock.advance(HOUR)
    expect(await office.claimAll()).toEqual([])
  })
})

describe('while it is executing', () => {
  const ends = (outcome: Outcome) =>
    outcome === 'delivered'
      ? 'carried-out'
      : outcome === 'refused' || outcome === 'misconfigured'
        ? 'failed'
        : 'cancelled'

  it.each(OUTCOMES)('cancelled, then %s: nothing more is sent, and its password is dead', async (outcome) => {
    const alice = await someone()
    const claimed = await office.claim()
    await alice.cancel()
    expect(await alice.now()).toMatchObject({ status: 'executing', running: { afterwards: 'cancel' } })
    expect(await office.works(alice.id, passwordIn(claimed))).toBe(false)
    const settled = await office.settle(claimed, outcome)
    expect(settled).toEqual(await alice.now())
    expect(settled.status).toBe(ends(outcome))
    if (settled.status === 'cancelled') expect(settled.cause?.reply).toBe('It was cancelled while it was executing.')
    if (settled.status === 'carried-out')
      expect(settled.cause?.reply).toMatch(/^It was cancelled .* the password in it is dead\.$/)
    expect(await office.works(alice.id, passwordIn(claimed))).toBe(false)
    expect(await office.log()).toHaveLength(1)
    expect(settled.attempts).toHaveLength(1)
  })

  it.each(OUTCOMES)('the user disabled, then %s', async (outcome) => {
    const alice = await someone()
    const claimed = await office.claim()
    await alice.disable()
    await office.settle(claimed, outcome)
    const task = await alice.now()
    expect(task.status).toBe(ends(outcome))
    if (task.status === 'cancelled') expect(task.cause?.reply).toBe('The user was disabled.')
    expect((await office.credential(alice.id))?.temporary).toBeNull()
  })

  it.each(OUTCOMES)('the user deleted, then %s: no credential comes back from the dead', async (outcome) => {
    const alice = await someone()
    const claimed = await office.claim()
    await alice.remove()
    await office.settle(claimed, outcome)
    const task = await alice.now()
    expect(task.status).toBe(ends(outcome))
    if (task.status === 'cancelled') expect(task.cause?.reply).toBe('The user was deleted.')
    expect(await office.credential(alice.id)).toBeUndefined()
  })

  it.each(OUTCOMES)('a new address, then %s: a new round goes there at once', async (outcome) => {
    const alice = await someone()
    const first = await office.claim()
    await alice.move()
    expect(await alice.now()).toMatchObject({ status: 'executing', to: 'old@example.org' })
    office.clock.advance(MINUTE)
    const settled = await office.settle(first, outcome)
    expect(settled).toMatchObject({
      status: 'wait',
      to: 'new@example.org',
      scheduledAt: MONDAY + MINUTE,
      round: { number: 2, attempts: 0, dueAt: MONDAY + MINUTE },
    })
    expect(await office.works(alice.id, passwordIn(first))).toBe(false)
    expect((await office.log()).map(({ to, outcome }) => [to, outcome])).toEqual([['old@example.org', outcome]])
  })

  it('a new address, and then cancelled: it is over', async () => {
    const alice = await someone()
    const claimed = await office.claim()
    await alice.move()
    await alice.cancel()
    expect((await office.settle(claimed, 'deferred')).status).toBe('cancelled')
  })

  it('cancelled, and then a new address: it is over all the same', async () => {
    const alice = await someone()
    const claimed = await office.claim()
    await alice.cancel()
    await alice.move()
    expect((await office.settle(claimed, 'deferred')).status).toBe('cancelled')
    expect(await office.claimAll()).toEqual([])
  })

  it('disabled, moved and enabled again: it is over, and an operator asks anew', async () => {
    const alice = await someone()
    const claimed = await office.claim()
    await alice.disable()
    await alice.move()
    await alice.enable()
    expect((await office.settle(claimed, 'delivered')).status).toBe('carried-out')
    expect((await office.credential(alice.id))?.temporary).toBeNull()
    expect(await office.claimAll()).toEqual([])
  })

  it('moved twice: the latest address is the one', async () => {
    const alice = await someone()
    const claimed = await office.claim()
    await alice.move()
    await office.edit(alice.id, { email: 'newest@example.org' })
    expect((await office.settle(claimed, 'delivered')).to).toBe('newest@example.org')
  })

  it.each([
    ['cancelled', 'cancelled'],
    ['moved', 'wait'],
  ] as const)('and %s, a claim that is given back is %s', async (what, status) => {
    const alice = await someone()
    const claimed = await office.claim()
    await (what === 'moved' ? alice.move() : alice.cancel())
    await releaseClaims(office.daemon, [claimed.task])
    const task = await alice.now()
    expect(task.status).toBe(status)
    expect(task.attempts).toEqual([])
    expect(await office.log()).toEqual([])
    if (status === 'wait') expect((await office.claim()).task.to).toBe('new@example.org')
  })

  it.each([
    ['cancelled', 'cancelled'],
    ['moved', 'wait'],
  ] as const)('and %s, what a dead daemon left is %s', async (what, status) => {
    const alice = await someone()
    const claimed = await office.claim()
    await (what === 'moved' ? alice.move() : alice.cancel())
    const [recovered] = await recoverCrashed(office.daemon, aCrash)
    expect(recovered?.status).toBe(status)
    expect(await office.works(alice.id, passwordIn(claimed))).toBe(false)
    if (status === 'wait') expect((await office.claim()).task.to).toBe('new@example.org')
  })
})
