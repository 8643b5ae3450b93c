import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Happening, OUTCOMES, type Outcome } from '../../../src/core/domain/outcome.ts'
import {
  ATTEMPT_DEADLINE,
  beginAttempt,
  type Executing,
  endTask,
  flagRunning,
  isEnded,
  isTooOld,
  nextRound,
  openRound,
  parseTaskStatus,
  releaseAttempt,
  reschedule,
  type Settlement,
  STATUS_WORDS,
  settleTask,
  TASK_STATUSES,
  type Task,
  type Waiting,
} from '../../../src/core/domain/task.ts'
import { HOUR, type Instant, MINUTE } from '../../../src/core/domain/time.ts'
import { aLetter, anEndedTask, anExecutingTask, aTask, aUser, ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'

const RETRY = 48 * HOUR
const DUE = MONDAY + 10 * MINUTE

const happening: Happening = {
  stage: 'rcpt',
  code: 'EENVELOPE',
  originalCode: null,
  replyCode: 450,
  enhancedCode: '4.2.1',
  reply: '450 4.2.1 later',
}

function aSettlement(outcome: Outcome, given: Partial<Settlement> = {}): Settlement {
  return {
    outcome,
    throttled: false,
    happening: outcome === 'delivered' ? null : happening,
    code: outcome === 'delivered' ? null : '4.2.1',
    reply: outcome === 'delivered' ? '250 2.0.0 Ok' : '450 4.2.1 later',
    durationMs: 120,
    at: DUE,
    crashed: false,
    jitter: 0,
    retryMs: RETRY,
    ...given,
  }
}

/** The task's next attempt begins. */
function begin(task: Waiting, at: Instant = task.scheduledAt): Executing {
  const running = { id: ids.attempt(), startedAt: at, by: '4711@1', deadline: at + ATTEMPT_DEADLINE }
  return beginAttempt(task, { running, letter: task.round.letter ?? aLetter(), key: task.round.key ?? 1 })
}

/** A task through these outcomes, each attempt when it is due; the minutes it waited after each. */
function through(items: readonly (readonly [Outcome, Partial<Settlement>?])[], task: Waiting = aTask()) {
  let current: Task = task
  const waited: number[] = []
  for (const [outcome, given] of items) {
    if (current.status !== 'wait') throw new Error(`it has ended: ${current.status}`)
    const at = current.scheduledAt
    current = settleTask(begin(current), aSettlement(outcome, { at, ...given }))
    if (current.status === 'wait') waited.push((current.scheduledAt - at) / MINUTE)
  }
  return { task: current, waited }
}

describe('the table of outcomes', () => {
  it.each([
    ['delivered', 'carried-out', null],
    ['deferred', 'wait', 1],
    ['unknown', 'wait', 1],
    ['refused', 'failed', null],
    ['misconfigured', 'failed', null],
    ['unreachable', 'wait', 0],
  ] as const)('%s: %s', (outcome, status, minutes) => {
    const executing = anExecutingTask()
    const settled = settleTask(executing, aSettlement(outcome))
    expect(settled.status).toBe(status)
    if (settled.status === 'wait') {
      expect(settled.scheduledAt).toBe(DUE + (minutes ?? Number.NaN) * MINUTE)
      // The next attempt sends the very same letter.
      expect(settled.round.letter).toBe(executing.round.letter)
    } else {
      expect(settled).toMatchObject({ endedAt: DUE, cause: outcome === 'delivered' ? null : happening })
      expect(settled.round.letter).toBeNull()
    }
    expect(settled).not.toHaveProperty('running')
    expect(settled.round.nonce).toBe(executing.round.nonce)
  })

  it('keeps what each attempt came to', () => {
    const executing = anExecutingTask()
    expect(settleTask(executing, aSettlement('deferred')).attempts).toEqual([
      {
        id: executing.running.id,
        round: 1,
        at: DUE,
        outcome: 'deferred',
        code: '4.2.1',
        reply: '450 4.2.1 later',
        durationMs: 120,
      },
    ])
  })

  it('knows which rounds may have arrived', () => {
    const arrived = OUTCOMES.filter((outcome) => settleTask(anExecutingTask(), aSettlement(outcome)).round.arrived)
    expect(arrived).toEqual(['delivered', 'unknown'])
    expect(through([['unknown'], ['deferred']]).task.round.arrived).toBe(true)
  })
})

describe('a deferred letter', () => {
  it('is tried again after 1, 5, 15, 60, 120, 240, 240 … minutes', () => {
    const { waited } = through(Array(8).fill(['deferred']))
    expect(waited).toEqual([1, 5, 15, 60, 120, 240, 240, 240])
  })

  it('waits up to a quarter longer, by jitter', () => {
    expect(through(Array(3).fill(['deferred', { jitter: 1 }])).waited).toEqual([1.25, 6.25, 18.75])
    expect(through([['deferred', { jitter: 0.5 }]]).waited).toEqual([1.125])
  })

  it('that met throttling waits 15 minutes at least', () => {
    const throttled = { throttled: true }
    expect(through(Array(5).fill(['deferred', throttled])).waited).toEqual([15, 15, 15, 60, 120])
  })

  it('steps on by its deferrals alone, whatever came between', () => {
    const { waited } = through([['deferred'], ['unreachable'], ['unknown'], ['deferred']])
    expect(waited).toEqual([1, 0, 1, 5])
  })
})

describe('a letter without a reply after its final dot', () => {
  it('is sent three times in all, a minute apart, and then fails', () => {
    const { task, waited } = through([['unknown'], ['unknown'], ['unknown']])
    expect(waited).toEqual([1, 1])
    expect(task).toMatchObject({ status: 'failed', cause: happening, round: { unknowns: 3, arrived: true } })
  })

  it('may have other trouble in between', () => {
    const { task } = through([['unknown'], ['deferred'], ['unknown'], ['unreachable'], ['unknown']])
    expect(task.status).toBe('failed')
  })

  it('of a daemon that died is sent again at once, and not counted', () => {
    const crashed = { crashed: true }
    const { task, waited } = through([...Array(5).fill(['unknown', crashed]), ['unknown'], ['unknown']])
    expect(waited).toEqual([0, 0, 0, 0, 0, 1, 1])
    expect(task).toMatchObject({ status: 'wait', round: { attempts: 7, unknowns: 2, arrived: true } })
  })
})

describe('a letter that cannot reach the server', () => {
  it('stays due, since the closed queue holds it', () => {
    expect(through([['unreachable'], ['unreachable']]).waited).toEqual([0, 0])
  })

  it('backs off if it is a test, which passes a closed queue', () => {
    const test = aTask({ kind: 'test', user: null })
    const { waited } = through([['unreachable'], ['unreachable', { throttled: true }], ['unreachable']], test)
    expect(waited).toEqual([1, 15, 15])
  })
})

describe('a letter that becomes too old', () => {
  it('is not put off beyond that moment, so that it fails then and not hours later', () => {
    const at = DUE + RETRY - MINUTE
    const settled = settleTask(anExecutingTask(), aSettlement('deferred', { at, throttled: true }))
    expect(settled).toMatchObject({ status: 'wait', scheduledAt: DUE + RETRY })
  })

  it('while it is executing is due at once, to fail', () => {
    const at = DUE + RETRY + HOUR
    const settled = settleTask(anExecutingTask(), aSettlement('deferred', { at }))
    expect(settled).toMatchObject({ status: 'wait', scheduledAt: at })
  })

  it('is so from SERVICE_MAIL_RETRY_HOURS after its round was due', () => {
    const task = aTask()
    expect(isTooOld(task, 48, DUE + RETRY - 1)).toBe(false)
    expect(isTooOld(task, 48, DUE + RETRY)).toBe(true)
    // Trying again later, or sooner, moves nothing.
    expect(isTooOld(reschedule(task, DUE + RETRY + HOUR), 48, DUE + RETRY)).toBe(true)
    expect(isTooOld(reschedule(task, MONDAY), 48, DUE + RETRY - 1)).toBe(false)
  })

  it('is young again in its next round', () => {
    const again = nextRound(aTask(), 'a@example.org', { nonce: ids.nonce(32), dueAt: DUE + RETRY })
    expect(isTooOld(again, 48, DUE + RETRY)).toBe(false)
  })
})

describe('an attempt', () => {
  it('begins with a letter, the key of its secret, and nothing to do afterwards', () => {
    const task = aTask()
    const letter = aLetter({ to: { name: '', address: 'now@example.org' } })
    const running = { id: ids.attempt(), startedAt: DUE, by: '4711@1', deadline: DUE + ATTEMPT_DEADLINE }
    expect(beginAttempt(task, { running, letter, key: 3 })).toEqual({
      ...task,
      status: 'executing',
      to: 'now@example.org',
      running: { ...running, afterwards: 'nothing' },
      round: { ...task.round, letter, key: 3, attempts: 1 },
      version: task.version + 1,
    })
  })

  it('lasts longer than any stage of a delivery may', () => {
    expect(ATTEMPT_DEADLINE).toBe(12 * MINUTE)
  })

  it('that was not begun after all leaves the task as it was', () => {
    const first = aTask()
    expect(releaseAttempt(begin(first))).toEqual({ ...first, to: expect.any(String), version: first.version + 2 })
    const { task } = through([['deferred']])
    if (task.status !== 'wait') throw new Error(task.status)
    expect(releaseAttempt(begin(task))).toEqual({ ...task, to: expect.any(String), version: task.version + 2 })
  })

  it('is flagged for what befalls the task meanwhile, and a cancellation stands above a new address', () => {
    const executing = anExecutingTask()
    const moved = flagRunning(executing, 'new-round')
    expect(moved.running).toEqual({ ...executing.running, afterwards: 'new-round' })
    expect(flagRunning(moved, 'cancel').running.afterwards).toBe('cancel')
    expect(flagRunning(flagRunning(moved, 'cancel'), 'new-round').running.afterwards).toBe('cancel')
  })

  it('shows the beginning of what the server said, and the latest fifty are kept', () => {
    const talkative = settleTask(anExecutingTask(), aSettlement('deferred', { reply: 'x'.repeat(4096) }))
    expect(talkative.attempts.at(-1)?.reply).toHaveLength(300)
    const { task } = through(Array(60).fill(['unreachable']))
    expect(task.attempts).toHaveLength(50)
    expect(task.round.attempts).toBe(60)
  })
})

describe('a redone task', () => {
  it('opens its next round: a new nonce, nothing counted, its history kept', () => {
    const ended = through([['unknown'], ['deferred'], ['refused']]).task
    const seed = { nonce: ids.nonce(32), dueAt: DUE + HOUR }
    const redone = nextRound(ended, 'new@example.org', seed)
    expect(redone).toEqual({
      id: ended.id,
      kind: ended.kind,
      user: ended.user,
      to: 'new@example.org',
      status: 'wait',
      round: openRound(2, seed),
      scheduledAt: DUE + HOUR,
      attempts: ended.attempts,
      createdBy: ended.createdBy,
      createdAt: ended.createdAt,
      version: ended.version + 1,
    })
    expect(redone.round.nonce).not.toBe(ended.round.nonce)
    expect(redone.round).toMatchObject({
      attempts: 0,
      deferrals: 0,
      unknowns: 0,
      arrived: false,
      key: null,
      letter: null,
    })
  })

  it('counts its rounds, and each begins its back-off anew', () => {
    let task: Task = aTask()
    for (let number = 1; number <= 4; number++) {
      expect(task.round.number).toBe(number)
      const { task: tried, waited } = through([['deferred'], ['deferred'], ['refused']], task)
      expect(waited).toEqual([1, 5])
      task = nextRound(tried, tried.to, { nonce: ids.nonce(32), dueAt: DUE })
    }
    expect(task.attempts.map(({ round }) => round)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
  })
})

describe('a task', () => {
  it('is new with its first round, due when it was asked for', () => {
    const user = aUser()
    const task = aTask({ user, dueAt: DUE })
    expect(task).toMatchObject({ status: 'wait', scheduledAt: DUE, attempts: [], version: 1 })
    expect(task.user).toEqual({ id: user.id, username: user.username })
    expect(task.round).toMatchObject({ number: 1, dueAt: DUE, attempts: 0 })
  })

  it('that ended says why, and its letter is in the log alone', () => {
    const ended = endTask(anExecutingTask(), 'cancelled', happening, DUE)
    expect(ended).toMatchObject({ status: 'cancelled', endedAt: DUE, cause: happening })
    expect(ended.round.letter).toBeNull()
    expect(isEnded(ended)).toBe(true)
    expect([aTask(), anExecutingTask()].some(isEnded)).toBe(false)
  })

  it.each([
    ['beginAttempt', aTask(), begin],
    ['releaseAttempt', anExecutingTask(), releaseAttempt],
    ['flagRunning', anExecutingTask(), (task: Executing) => flagRunning(task, 'cancel')],
    ['settleTask', anExecutingTask(), (task: Executing) => settleTask(task, aSettlement('deferred'))],
    ['reschedule', aTask(), (task: Waiting) => reschedule(task, MONDAY)],
    ['endTask', aTask(), (task: Waiting) => endTask(task, 'failed', happening, DUE)],
    ['nextRound', anEndedTask(), (task: Task) => nextRound(task, 'a@example.org', { nonce: 'n', dueAt: DUE })],
  ] as readonly (readonly [string, Task, (task: never) => Task])[])(
    'has a new version after %s',
    (_verb, task, verb) => {
      const before = JSON.stringify(task)
      expect(verb(task as never).version).toBe(task.version + 1)
      expect(JSON.stringify(task)).toBe(before)
    },
  )
})

describe('a status', () => {
  it('is known by its code and by its word on screens, in any case', () => {
    for (const status of TASK_STATUSES) {
      expect(parseTaskStatus(status)).toBe(status)
      expect(parseTaskStatus(STATUS_WORDS[status])).toBe(status)
      expect(parseTaskStatus(STATUS_WORDS[status].toUpperCase())).toBe(status)
    }
    expect(Object.values(STATUS_WORDS)).toEqual(['wait', 'Executing', 'carry out', 'failed', 'cancelled'])
  })

  it.each(['', 'waiting', 'sent', 'carried out', 'toString', 'wait '])('is not %j', (text) => {
    expect(parseTaskStatus(text)).toBeNull()
  })
})

describe('whatever comes of the attempts', () => {
  const outcome = fc.record({
    outcome: fc.constantFrom(...OUTCOMES),
    crashed: fc.boolean(),
    throttled: fc.boolean(),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    took: fc.integer({ min: 0, max: 12 * MINUTE }),
  })

  it('a task is carried out by a delivery alone, waits within bounds, and counts every attempt', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 40 }), fc.boolean(), (items, isTest) => {
        let task: Task = isTest ? aTask({ kind: 'test', user: null }) : aTask()
        for (const { outcome, crashed, took, ...given } of items) {
          if (task.status !== 'wait') break
          const executing = begin(task)
          const at = executing.scheduledAt + took
          const settlement = { ...given, at, crashed: crashed && outcome === 'unknown' }
          const settled = settleTask(executing, aSettlement(outcome, settlement))
          expect(settled.version).toBeGreaterThan(executing.version)
          expect(settled.round.attempts).toBe(task.round.attempts + 1)
          expect(settled.attempts).toHaveLength(Math.min(50, settled.round.attempts))
          expect(settled.status === 'carried-out').toBe(outcome === 'delivered')
          if (settled.status === 'wait') {
            expect(settled.scheduledAt).toBeGreaterThanOrEqual(at)
            expect(settled.scheduledAt - at).toBeLessThanOrEqual(300 * MINUTE)
            if (at <= task.round.dueAt + RETRY)
              expect(settled.scheduledAt).toBeLessThanOrEqual(task.round.dueAt + RETRY)
          }
          task = settled
        }
        expect(task.round.unknowns).toBeLessThanOrEqual(3)
      }),
    )
  })
})
