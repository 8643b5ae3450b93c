import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../../../src/core/domain/time.ts'
import { type LinkRequested, requestLink } from '../../../../src/core/usecases/portal/request-link.ts'
import { cancelTask, sendNow } from '../../../../src/core/usecases/tasks.ts'
import { aTask } from '../../../support/builders.ts'
import { bytesOf, PostOffice, tokenIn } from '../post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
  await office.openPortal()
})
afterEach(() => office[Symbol.asyncDispose]())

const ask = (typed: string) => requestLink(office.portal, typed)
const why = (asked: LinkRequested) => (asked.kind === 'none' ? asked.why : asked.kind)

describe('who forgot the password', () => {
  it.each(['alice@example.org', 'ALICE@example.org', ' Alice@EXAMPLE.ORG\t'])(
    'and types %j gets a letter with a link at once',
    async (typed) => {
      const user = await office.addUser({ username: 'alice', email: 'Alice@example.org' })
      const asked = await ask(typed)
      expect(asked).toMatchObject({
        kind: 'made',
        task: { kind: 'reset-link', to: 'Alice@example.org', scheduledAt: office.store.now(), status: 'wait' },
      })
      const claimed = await office.claim()
      expect(claimed.task.user?.id).toBe(user.id)
      const letter = bytesOf(claimed).replaceAll('=\r\n', '').replaceAll('=3D', '=')
      expect(letter).toContain(`https://portal.example.org/reset-password?t=${tokenIn(claimed)}`)
      expect(letter.split(tokenIn(claimed))).toHaveLength(5)
    },
  )

  it.each([
    ['of nobody', 'nobody@example.org', 'unknown'],
    ['that is none', 'not an address', 'unknown'],
    ['that is a username', 'alice', 'unknown'],
    ['of two people', 'alice@example.org, bob@example.org', 'unknown'],
    ['of a property', '__proto__', 'unknown'],
    ['that is nothing', '', 'unknown'],
  ])('and types an address %s gets none', async (_what, typed, expected) => {
    await office.addUser({ username: 'alice', email: 'alice@example.org' })
    expect(why(await ask(typed))).toBe(expected)
    expect(await office.claimAll()).toEqual([])
  })

  it('case 24: and is disabled gets none', async () => {
    const user = await office.addUser()
    await office.setStatus(user.id, 'disabled')
    expect(why(await ask(user.email))).toBe('disabled')
    expect(await office.claimAll()).toEqual([])
  })

  it('has one letter under way at most, however often it is asked for', async () => {
    const user = await office.addUser()
    const asked = await Promise.all(Array.from({ length: 20 }, () => ask(user.email)))
    expect(asked.map(why).sort()).toEqual(['made', ...Array(19).fill('open')])
    await office.send('deferred')
    office.clock.advance(10 * MINUTE)
    expect(why(await ask(user.email))).toBe('open')
  })

  it('gets no second letter within five minutes of the last, whatever became of it', async () => {
    const user = await office.addUser()
    await ask(user.email)
    office.clock.advance(2 * MINUTE)
    await office.send('refused')
    office.clock.advance(5 * MINUTE - 1)
    expect(why(await ask(user.email))).toBe('too-soon')
    office.clock.advance(1)
    expect(why(await ask(user.email))).toBe('made')
  })

  it('gets three letters an hour', async () => {
    const user = await office.addUser()
    for (let times = 0; times < 3; times++) {
      expect(why(await ask(user.email))).toBe('made')
      await office.send('delivered')
      office.clock.advance(6 * MINUTE)
    }
    expect(why(await ask(user.email))).toBe('too-many')
    office.clock.advance(HOUR - 18 * MINUTE)
    expect(why(await ask(user.email))).toBe('made')
  })

  it('is not stopped by somebody who tries wrong passwords', async () => {
    const user = await office.addUser()
    await office.store.transact(office.operator.actor, 'a hundred', async (tx) =>
      tx.put('credential', {
        user: user.id,
        hash: 'x',
        temporary: null,
        link: null,
        failures: 100,
        failedAt: tx.now,
        version: 1,
      }),
    )
    expect(why(await ask(user.email))).toBe('made')
  })

  it('gets none while SERVICE_FORGOT_PASSWORD_ENABLE is false', async () => {
    const user = await office.addUser()
    await office.set({ SERVICE_FORGOT_PASSWORD_ENABLE: false })
    expect(why(await ask(user.email))).toBe('off')
  })

  it('while a thousand letters are under way gets none: the queue is not flooded', async () => {
    const user = await office.addUser()
    await office.store.transact(office.operator.actor, 'flood', async (tx) => {
      for (let count = 0; count < 1000; count++) tx.put('task', aTask({ kind: 'reset-link' }))
    })
    expect(why(await ask(user.email))).toBe('full')
    const [one] = (await office.store.tasks({ kind: 'reset-link', limit: 1 })).items
    if (one !== undefined) await cancelTask(office.operator, { id: one.id, version: null })
    expect(why(await ask(user.email))).toBe('made')
  })

  it('changes nothing about signing in', async () => {
    const user = await office.addUser()
    await ask(user.email)
    expect(await office.credential(user.id)).toBeUndefined()
  })

  it('has a letter that an operator sees, may cancel, redo and send now like any other', async () => {
    const user = await office.addUser()
    await ask(user.email)
    const [task] = await office.tasksOf(user.id, 'reset-link')
    if (task === undefined) throw new Error('there is no letter')
    expect(task.createdBy).toMatchObject({ name: 'visitor', door: 'portal', address: '192.0.2.99' })
    expect(await sendNow(office.operator, { id: task.id, version: null })).toMatchObject({ kind: 'done' })
  })
})

describe('case 56: whatever is typed', () => {
  it('one transaction with one thing in it is written, by the same visitor', async () => {
    const known = await office.addUser()
    const disabled = await office.addUser()
    await office.setStatus(disabled.id, 'disabled')
    const lately = await office.addUser()
    await ask(lately.email)
    for (const typed of [known.email, 'nobody@example.org', disabled.email, lately.email, 'nonsense']) {
      const before = await office.audit()
      await ask(typed)
      const [asked, ...earlier] = await office.audit()
      expect(earlier).toEqual(before)
      expect(asked).toMatchObject({ action: 'portal.forgot-password', actor: { name: 'visitor' } })
      expect(asked?.touched).toHaveLength(1)
    }
  })

  it('and however often: at most one letter in five minutes and three in an hour', async () => {
    const step = fc.record({
      after: fc.integer({ min: 0, max: 20 * MINUTE }),
      outcome: fc.constantFrom('delivered', 'refused', 'deferred', 'unknown'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        const user = await office.addUser()
        const made: number[] = []
        for (const { after, outcome } of steps) {
          office.clock.advance(after)
          if ((await ask(user.email)).kind === 'made') made.push(office.store.now())
          for (const claimed of await office.claimAll()) await office.settle(claimed, outcome as 'delivered')
        }
        for (const [at, time] of made.entries()) {
          const next = made[at + 1]
          if (next !== undefined) expect(next - time).toBeGreaterThanOrEqual(5 * MINUTE)
          const fourth = made[at + 3]
          if (fourth !== undefined) expect(fourth - time).toBeGreaterThanOrEqual(HOUR)
        }
        await office.delete(user.id)
      }),
      { numRuns: 20 },
    )
  })
})
