import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NEW_QUEUE } from '../../../src/core/domain/queue.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/domain/time.ts'
import {
  recoverCrashed,
  releaseClaims,
  retireTasks,
  settleAttempt,
  settleProbe,
} from '../../../src/core/usecases/delivery.ts'
import { readQueue, resumeQueue } from '../../../src/core/usecases/settings.ts'
import { redoTask } from '../../../src/core/usecases/tasks.ts'
import { MONDAY } from '../../support/clock.ts'
import { aCrash, aReport, bytesOf, PostOffice, posternd, trouble } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

describe('a settlement', () => {
  it('is one transaction: outcome, log entry, status, secret and queue', async () => {
    const user = await office.addUser()
    const { id } = await office.reset(user)
    const claimed = await office.claim()
    const before = await office.audit()
    office.clock.advance(2000)
    await office.settle(claimed, 'delivered')
    const [settled, ...earlier] = await office.audit()
    expect(earlier).toEqual(before)
    expect(settled).toMatchObject({ actor: posternd, action: 'delivery.settle', at: MONDAY + 2000 })
    expect(settled?.touched).toEqual([`task:${id}`, `credential:${user.id}`, 'queue:mail'])
    expect(await office.log()).toEqual([
      {
        id: claimed.task.running.id,
        at: MONDAY,
        task: id,
        kind: 'reset-password',
        user: { id: user.id, username: user.username },
        round: 1,
        attempt: 1,
        to: user.email,
        subject: 'Your new password',
        outcome: 'delivered',
        happening: null,
        reply: '250 2.0.0 Ok',
        replyCode: 250,
        enhancedCode: null,
        stages: [{ stage: 'tcp', durationMs: 3, detail: '192.0.2.1' }],
        conversation: 'C: EHLO\nS: 250 Ok',
        durationMs: 40,
        letter: claimed.task.round.letter,
      },
    ])
  })

  it.each([
    ['delivered', 'carried-out', 'open'],
    ['deferred', 'wait', 'open'],
    ['unknown', 'wait', 'open'],
    ['refused', 'failed', 'open'],
    ['misconfigured', 'failed', 'paused'],
    ['unreachable', 'wait', 'unreachable'],
  ] as const)('of %s makes the task %s and the queue %s', async (outcome, status, state) => {
    await office.reset(await office.addUser())
    const { id } = await office.send(outcome)
    const ended = { cause: trouble(outcome), endedAt: MONDAY }
    expect(await office.task(id)).toMatchObject(status === 'wait' ? { status } : { status, ...ended })
    expect(await readQueue(office.store)).toMatchObject({ state })
    expect((await office.log()).map((entry) => entry.outcome)).toEqual([outcome])
    expect(await office.store.taskCounts()).toMatchObject({ executing: 0, [status]: 1 })
  })

  it('is fenced by the attempt: twice, or of an attempt that is not the one, it changes nothing', async () => {
    await office.reset(await office.addUser())
    const claimed = await office.claim()
    await releaseClaims(office.daemon, [claimed.task])
    const next = await office.claim()
    expect(await settleAttempt(office.daemon, aReport(claimed, 'delivered'))).toBeNull()
    expect(await office.task(next.task.id)).toEqual(next.task)
    const both = await Promise.all([
      settleAttempt(office.daemon, aReport(next, 'deferred')),
      settleAttempt(office.daemon, aReport(next, 'delivered')),
    ])
    expect(both.map((task) => task?.status ?? null)).toEqual(['wait', null])
    expect(await office.log()).toHaveLength(1)
  })

  it('says what stood in for a template that could not be rendered', async () => {
    await office.reset(await office.addUser())
    await office.send('delivered', { fallback: 'The built-in letter stands in for the text template.' })
    expect((await office.log())[0]?.letter?.fallback).toBe('The built-in letter stands in for the text template.')
  })

  it('shows the enhanced code, else the reply code, else the code of the error', async () => {
    await office.reset(await office.addUser())
    const codes = []
    for (const given of [{ enhancedCode: '4.2.1' }, {}, { replyCode: null }]) {
      const { attempts } = await office.send('deferred', given)
      codes.push(attempts.at(-1)?.code)
      office.clock.advance(5 * HOUR)
    }
    expect(codes).toEqual(['4.2.1', '450', 'ESOCKET'])
  })

  it('of one that was delivered has no code, as in the mail log', async () => {
    await office.reset(await office.addUser())
    const given = { replyCode: 250, enhancedCode: '2.0.0', reply: '250 2.0.0 Ok' }
    const { attempts } = await office.send('delivered', given)
    expect(attempts).toMatchObject([{ outcome: 'delivered', code: null, reply: '250 2.0.0 Ok' }])
  })

  it('keeps what ended it, and not what the server had said before', async () => {
    await office.reset(await office.addUser())
    const reply = 'read ECONNRESET'
    const happening = {
      stage: 'dot',
      code: 'ESOCKET',
      originalCode: null,
      replyCode: null,
      enhancedCode: null,
      reply,
    } as const
    const { attempts } = await office.send('unknown', { happening, reply: '354 Go ahead', replyCode: null })
    expect(attempts).toMatchObject([{ code: 'ESOCKET', reply }])
  })

  it('numbers attempts within their round', async () => {
    const { user, task } = await office.delivered()
    await redoTask(office.operator, { id: task.id, version: task.version })
    await office.send('deferred')
    office.clock.advance(MINUTE)
    await office.send('delivered')
    const entries = (await office.log()).map(({ round, attempt }) => [round, attempt])
    expect(entries).toEqual([
      [2, 2],
      [2, 1],
      [1, 1],
    ])
    expect((await office.tasksOf(user.id))[0]?.attempts.map(({ round }) => round)).toEqual([1, 2, 2])
  })
})

describe('the queue', () => {
  it('case 48: is paused by one letter, holds the others without an attempt, and opens at a sign-in', async () => {
    const [one, other] = [await office.reset(await office.addUser()), await office.reset(await office.addUser())]
    const claimed = await office.claimAll({ limit: 1 })
    for (const letter of claimed) await office.settle(letter, 'misconfigured')
    expect(await office.claimAll()).toEqual([])
    expect([(await office.task(one.id)).status, (await office.task(other.id)).status]).toEqual(['failed', 'wait'])
    const fingerprint = await office.fingerprint()
    office.clock.advance(15 * MINUTE)
    await settleProbe(office.daemon, { outcome: 'delivered', throttled: false, happening: null, fingerprint })
    expect(await readQueue(office.store)).toEqual({ ...NEW_QUEUE, since: office.store.now(), proven: fingerprint })
    expect(await office.claimAll()).toHaveLength(1)
  })

  it('is not written where nothing changed', async () => {
    await office.delivered()
    await office.reset(await office.addUser())
    await office.send('deferred')
    expect((await office.audit())[0]?.touched).not.toContain('queue:mail')
  })

  it('is probed at once when what failed was tried under settings that were saved over meanwhile', async () => {
    await office.reset(await office.addUser())
    const claimed = await office.claim()
    const fingerprint = await office.fingerprint()
    await office.set({ SERVICE_MAIL_HOST: 'mended.example.org' })
    await office.settle(claimed, 'misconfigured', { fingerprint })
    expect(await readQueue(office.store)).toMatchObject({ state: 'paused', nextProbeAt: MONDAY })
  })

  it('paused for its sender waits for an operator, whose word asks for a probe', async () => {
    await office.reset(await office.addUser())
    await office.send('misconfigured', {
      happening: { stage: 'mail', code: null, originalCode: null, replyCode: 553, enhancedCode: '5.7.1', reply: 'no' },
    })
    expect(await readQueue(office.store)).toMatchObject({ state: 'paused', nextProbeAt: null })
    await resumeQueue(office.operator)
    expect(await readQueue(office.store)).toMatchObject({ state: 'paused', nextProbeAt: MONDAY })
  })

  it('is left alone by a daemon that died', async () => {
    await office.reset(await office.addUser())
    await office.claim()
    await recoverCrashed(office.daemon, aCrash)
    expect(await office.store.get('queue', 'mail')).toBeUndefined()
  })
})

describe('a test letter', () => {
  it('that reaches no server waits before it tries again: no closed queue holds it', async () => {
    const claimed = await office.claimTest()
    await office.settle(claimed, 'unreachable')
    expect(await office.claimAll({ tests: true })).toEqual([])
    office.clock.advance(MINUTE)
    expect(await office.claimAll({ tests: true })).toHaveLength(1)
  })

  it('that arrives opens the queue', async () => {
    await office.settle(await office.claimTest(), 'misconfigured')
    await office.settle(await office.claimTest(), 'delivered')
    expect((await readQueue(office.store)).state).toBe('open')
  })
})

describe('a daemon that died', () => {
  it('leaves attempts that become unknown, and their letters go again at once, byte for byte', async () => {
    await office.reset(await office.addUser())
    await office.reset(await office.addUser())
    const lost = await office.claimAll()
    await office.reopen()
    office.clock.advance(MINUTE)
    const recovered = await recoverCrashed(office.daemon, aCrash)
    expect(recovered.map(({ status, scheduledAt }) => [status, scheduledAt])).toEqual([
      ['wait', MONDAY + MINUTE],
      ['wait', MONDAY + MINUTE],
    ])
    expect((await office.log()).map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown'])
    const again = await office.claimAll()
    expect(again.map(bytesOf).sort()).toEqual(lost.map(bytesOf).sort())
    expect(again.map(({ task }) => task.round)).toMatchObject([
      { number: 1, attempts: 2, unknowns: 0 },
      { number: 1, attempts: 2, unknowns: 0 },
    ])
  })

  it('again and again costs no letter its three attempts', async () => {
    const { id } = await office.reset(await office.addUser())
    for (let death = 1; death <= 5; death++) {
      await office.claim()
      await recoverCrashed(office.daemon, aCrash)
    }
    expect(await office.task(id)).toMatchObject({ status: 'wait', round: { attempts: 5, unknowns: 0, arrived: true } })
    expect(await office.log()).toHaveLength(5)
  })

  it('leaves nothing to a second recovery, and gives the template of each letter to who reports', async () => {
    await office.reset(await office.addUser())
    const { template } = await office.claim()
    const seen: unknown[] = []
    const report = (claimed: Parameters<Parameters<typeof recoverCrashed>[1]>[0]) => {
      seen.push(claimed.template)
      return aCrash(claimed)
    }
    expect(await recoverCrashed(office.daemon, report)).toHaveLength(1)
    expect(await recoverCrashed(office.daemon, report)).toEqual([])
    expect(seen).toEqual([template])
  })

  it('and came back too late finds its letters settled by the next', async () => {
    await office.reset(await office.addUser())
    const claimed = await office.claim()
    await recoverCrashed(office.daemon, aCrash)
    expect(await settleAttempt(office.daemon, aReport(claimed, 'delivered'))).toBeNull()
  })
})

describe('keeping house', () => {
  it('removes what ended before, and nothing that waits', async () => {
    const { task: old } = await office.delivered()
    const waiting = await office.reset(await office.addUser())
    office.clock.advance(90 * DAY)
    expect(await retireTasks(office.daemon, office.store.now() - 90 * DAY)).toBe(0)
    office.clock.advance(1)
    expect(await retireTasks(office.daemon, office.store.now() - 90 * DAY)).toBe(1)
    expect(await retireTasks(office.daemon, office.store.now() - 90 * DAY)).toBe(0)
    expect(await office.store.get('task', old.id)).toBeUndefined()
    expect((await office.task(waiting.id)).status).toBe('wait')
    // The log of it stays; the segments have a retention of their own.
    expect(await office.log()).toHaveLength(1)
    expect(await redoTask(office.operator, { id: old.id, version: null })).toEqual({ kind: 'not-found' })
  })
})
