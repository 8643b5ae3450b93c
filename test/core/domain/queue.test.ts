import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Happening, OUTCOMES, type Outcome, STAGES, type Stage } from '../../../src/core/domain/outcome.ts'
import {
  NEW_QUEUE,
  probeNow,
  type Queue,
  type QueueNews,
  queueAfter,
  testDelivered,
} from '../../../src/core/domain/queue.ts'
import { HOUR, type Instant, MINUTE } from '../../../src/core/domain/time.ts'
import { MONDAY } from '../../support/clock.ts'

const SETTINGS = 'the present settings'

const happening = (stage: Stage): Happening => ({
  stage,
  code: 'EAUTH',
  originalCode: null,
  replyCode: 535,
  enhancedCode: '5.7.8',
  reply: '535 5.7.8 no',
})

function news(outcome: Outcome, given: Partial<QueueNews> & { readonly stage?: Stage } = {}): QueueNews {
  const { stage = outcome === 'misconfigured' ? 'auth' : 'tcp', ...rest } = given
  return {
    outcome,
    throttled: false,
    happening: outcome === 'delivered' ? null : happening(stage),
    fingerprint: SETTINGS,
    ...rest,
  }
}

/** The queue after each of these came as soon as a probe was due, and the minutes that each waited. */
function afterProbes(queue: Queue, items: readonly QueueNews[]): { readonly queue: Queue; readonly waited: number[] } {
  let now = MONDAY
  let current = queue
  const waited: number[] = []
  for (const item of items) {
    current = queueAfter(current, item, now)
    const next = current.nextProbeAt ?? now
    waited.push((next - now) / MINUTE)
    now = next
  }
  return { queue: current, waited }
}

const PROVEN: Queue = { ...NEW_QUEUE, since: MONDAY - HOUR, proven: SETTINGS }
const PAUSED = queueAfter(PROVEN, news('misconfigured'), MONDAY)
const REFUSED_SENDER = queueAfter(PROVEN, news('misconfigured', { stage: 'mail' }), MONDAY)
const UNREACHABLE = queueAfter(PROVEN, news('unreachable'), MONDAY)

describe('an open queue', () => {
  it('closes at a refused sign-in, and the settings are proven no more', () => {
    expect(PAUSED).toEqual({
      ...NEW_QUEUE,
      state: 'paused',
      since: MONDAY,
      cause: happening('auth'),
      nextProbeAt: MONDAY + 15 * MINUTE,
      failedProbes: 0,
      proven: null,
    })
  })

  it('closes where the server cannot be reached, and the settings stay proven', () => {
    expect(UNREACHABLE).toEqual({
      ...NEW_QUEUE,
      state: 'unreachable',
      since: MONDAY,
      cause: happening('tcp'),
      nextProbeAt: MONDAY + MINUTE,
      failedProbes: 0,
      proven: SETTINGS,
    })
  })

  it('learns from a letter that left that the settings are right, and stays what it is when it knew', () => {
    const learned = queueAfter(NEW_QUEUE, news('delivered'), MONDAY)
    expect(learned).toEqual({ ...NEW_QUEUE, proven: SETTINGS })
    expect(queueAfter(learned, news('delivered'), MONDAY + HOUR)).toBe(learned)
  })
})

describe('a test letter that was delivered', () => {
  const tested = { fingerprint: SETTINGS, to: 'ops@example.org', at: MONDAY }

  it('is remembered, and nobody has said yet that it came in', () => {
    expect(testDelivered(PAUSED, tested)).toEqual({ ...PAUSED, tested: { ...tested, confirmedAt: null } })
  })

  it.each(['delivered', 'misconfigured', 'unreachable', 'deferred'] as const)(
    'is remembered whatever becomes of the queue: %s',
    (outcome) => {
      for (const queue of [NEW_QUEUE, PROVEN, PAUSED, UNREACHABLE]) {
        const after = queueAfter(testDelivered(queue, tested), news(outcome), MONDAY + HOUR)
        expect(after.tested).toEqual({ ...tested, confirmedAt: null })
      }
    },
  )
})

describe('every state and every outcome', () => {
  const states = { open: PROVEN, paused: PAUSED, 'sender refused': REFUSED_SENDER, unreachable: UNREACHABLE }
  const later = MONDAY + 20 * MINUTE

  it.each([
    ['open', 'delivered', 'same'],
    ['open', 'deferred', 'same'],
    ['open', 'refused', 'same'],
    ['open', 'unknown', 'same'],
    ['open', 'misconfigured', 'paused'],
    ['open', 'unreachable', 'unreachable'],
    ['paused', 'delivered', 'open'],
    ['paused', 'deferred', 'same'],
    ['paused', 'refused', 'same'],
    ['paused', 'unknown', 'same'],
    ['paused', 'misconfigured', 'paused'],
    ['paused', 'unreachable', 'unreachable'],
    ['sender refused', 'delivered', 'open'],
    ['sender refused', 'deferred', 'same'],
    ['sender refused', 'refused', 'same'],
    ['sender refused', 'unknown', 'same'],
    ['sender refused', 'misconfigured', 'same'],
    ['sender refused', 'unreachable', 'same'],
    ['unreachable', 'delivered', 'open'],
    ['unreachable', 'deferred', 'same'],
    ['unreachable', 'refused', 'same'],
    ['unreachable', 'unknown', 'same'],
    ['unreachable', 'misconfigured', 'paused'],
    ['unreachable', 'unreachable', 'unreachable'],
  ] as const)('%s, then %s when a probe is due: %s', (from, outcome, to) => {
    const queue = states[from]
    const after = queueAfter(queue, news(outcome), later)
    if (to === 'same') expect(after).toBe(queue)
    else expect(after).toMatchObject({ state: to })
    if (to === 'same') return
    expect(after.since).toBe(after.state === queue.state ? queue.since : later)
    expect(after.cause === null).toBe(to === 'open')
    expect(after.nextProbeAt === null).toBe(to === 'open')
  })

  it('was asked of all of them', () => {
    expect(Object.keys(states).length * OUTCOMES.length).toBe(24)
  })
})

describe('a server that cannot be reached', () => {
  it('is probed after 1, 2, 4, 8, 15, 15 … minutes', () => {
    const { queue, waited } = afterProbes(PROVEN, Array(8).fill(news('unreachable')))
    expect(waited).toEqual([1, 2, 4, 8, 15, 15, 15, 15])
    expect(queue).toMatchObject({ since: MONDAY, failedProbes: 7 })
  })

  it('that asks to slow down is left alone for 15 minutes', () => {
    const { waited } = afterProbes(PROVEN, [
      news('unreachable', { stage: 'greeting', throttled: true }),
      news('unreachable'),
      news('unreachable', { stage: 'auth', throttled: true }),
    ])
    expect(waited).toEqual([15, 2, 15])
  })

  it('that was lost by five letters at once is probed after a minute all the same: only probes count', () => {
    const after = Array(5)
      .fill(news('unreachable'))
      .reduce((queue: Queue, item: QueueNews, index) => queueAfter(queue, item, MONDAY + index), PROVEN)
    expect(after).toEqual(UNREACHABLE)
  })

  it('begins anew the next time', () => {
    const { queue } = afterProbes(PROVEN, [news('unreachable'), news('unreachable'), news('delivered')])
    expect(queue).toMatchObject({ state: 'open', failedProbes: 0, nextProbeAt: null, cause: null })
    expect(queueAfter(queue, news('unreachable'), MONDAY)).toMatchObject({ nextProbeAt: MONDAY + MINUTE })
  })

  it('and turns out to refuse the sign-in pauses the queue at once', () => {
    const after = queueAfter(UNREACHABLE, news('misconfigured'), MONDAY + 1)
    expect(after).toMatchObject({ state: 'paused', since: MONDAY + 1, failedProbes: 0, proven: null })
  })
})

describe('a paused queue', () => {
  it('case 48: is probed every 15 minutes, not more often', () => {
    const { queue, waited } = afterProbes(PROVEN, Array(5).fill(news('misconfigured')))
    expect(waited).toEqual([15, 15, 15, 15, 15])
    expect(queue).toMatchObject({ since: MONDAY, failedProbes: 4 })
  })

  it('is not put off, nor brought forward, by letters that were under way when it closed', () => {
    for (const outcome of ['misconfigured', 'unreachable'] as const)
      expect(queueAfter(PAUSED, news(outcome), MONDAY + 3 * MINUTE)).toBe(PAUSED)
  })

  it.each(['mail', 'rcpt', 'data', 'dot'] as const)(
    'by a refusal at %s waits for a change: a sign-in would show nothing',
    (stage) => {
      const queue = queueAfter(PROVEN, news('misconfigured', { stage }), MONDAY)
      expect(queue).toMatchObject({ state: 'paused', nextProbeAt: null })
      // Nor does a test letter that meets a broken line turn it into something that opens by itself.
      expect(queueAfter(queue, news('unreachable'), MONDAY + HOUR)).toBe(queue)
    },
  )

  it.each(STAGES.slice(0, STAGES.indexOf('mail')))('by trouble at %s is probed again', (stage) => {
    expect(queueAfter(PROVEN, news('misconfigured', { stage }), MONDAY).nextProbeAt).toBe(MONDAY + 15 * MINUTE)
  })

  it('opens at the first sign-in, which proves the settings it was made with', () => {
    expect(queueAfter(PAUSED, news('delivered', { fingerprint: 'mended' }), MONDAY + HOUR)).toEqual({
      ...NEW_QUEUE,
      since: MONDAY + HOUR,
      proven: 'mended',
    })
  })
})

describe('a probe asked for', () => {
  it.each([
    ['paused', PAUSED],
    ['paused for its sender', REFUSED_SENDER],
    ['unreachable', UNREACHABLE],
  ])('is due at once while the queue is %s', (_state, queue) => {
    expect(probeNow(queue, MONDAY + 7)).toEqual({ ...queue, nextProbeAt: MONDAY + 7 })
  })

  it('is needless while it is open', () => {
    expect(probeNow(PROVEN, MONDAY)).toBe(PROVEN)
  })

  it('that meets no server goes on as any other', () => {
    const asked = probeNow(REFUSED_SENDER, MONDAY + HOUR)
    expect(queueAfter(asked, news('unreachable'), MONDAY + HOUR)).toMatchObject({
      state: 'unreachable',
      nextProbeAt: MONDAY + HOUR + MINUTE,
    })
  })
})

describe('whatever happens', () => {
  const anything = fc.record({
    outcome: fc.constantFrom(...OUTCOMES),
    stage: fc.constantFrom(...STAGES),
    throttled: fc.boolean(),
    pass: fc.integer({ min: 0, max: 30 * MINUTE }),
  })

  it('an open queue has no cause and no probe, a closed one has a cause, and no probe comes too soon', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 20 }), (items) => {
        let queue = NEW_QUEUE
        let now: Instant = MONDAY
        for (const { outcome, pass, ...given } of items) {
          now += pass
          const before = queue
          queue = queueAfter(before, news(outcome, given), now)
          if (queue.state === 'open') expect(queue).toMatchObject({ cause: null, nextProbeAt: null, failedProbes: 0 })
          else expect(queue.cause).not.toBeNull()
          if (queue === before) continue
          const soonest = queue.state === 'paused' || given.throttled ? 15 * MINUTE : MINUTE
          if (queue.nextProbeAt !== null) expect(queue.nextProbeAt).toBeGreaterThanOrEqual(now + soonest)
          if (queue.nextProbeAt !== null) expect(queue.nextProbeAt).toBeLessThanOrEqual(now + 15 * MINUTE)
        }
      }),
    )
  })
})
