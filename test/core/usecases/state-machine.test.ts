import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UserId } from '../../../src/core/domain/ids.ts'
import { OUTCOMES, type Outcome } from '../../../src/core/domain/outcome.ts'
import { isEnded, type Task } from '../../../src/core/domain/task.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/domain/time.ts'
import {
  failTooOld,
  recoverCrashed,
  releaseClaims,
  retireTasks,
  settleAttempt,
  settleProbe,
} from '../../../src/core/usecases/delivery.ts'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { readQueue } from '../../../src/core/usecases/settings.ts'
import { cancelTask, redoTask, sendNow } from '../../../src/core/usecases/tasks.ts'
import { everythingIn } from '../../support/store.ts'
import { aCrash, aReport } from './post-office.ts'
import { World } from './world.ts'

type Step = fc.AsyncCommand<object, World>

/** A step of the world; a second goes by before each, and everything must hold after it. */
function step(name: string, run: (world: World) => Promise<void>): Step {
  return {
    check: () => true,
    async run(_model, world) {
      world.office.clock.advance(SECOND)
      await run(world)
      await world.holds()
    },
    toString: () => name,
  }
}

const pick = <Item>(items: readonly Item[], at: number): Item | undefined => items[at % items.length]
const index = fc.nat({ max: 20 })

/** A step with one of the users who are still there. */
const withUser = (name: string, run: (world: World, user: UserId) => Promise<void>) =>
  index.map((at) =>
    step(`${name} user ${at}`, async (world) => {
      const user = pick(
        world.users.filter((id) => !world.gone.has(id)),
        at,
      )
      if (user !== undefined) await run(world, user)
    }),
  )

/** A step with one of the tasks. */
const withTask = (name: string, run: (world: World, task: Task) => Promise<void>) =>
  index.map((at) =>
    step(`${name} task ${at}`, async (world) => {
      const task = pick(await world.tasks(), at)
      if (task !== undefined) await run(world, task)
    }),
  )

const ask = fc.tuple(index, fc.boolean()).map(([at, now]) =>
  step(`reset user ${at} ${now ? 'now' : ''}`, async (world) => {
    const user = pick(world.users, at)
    if (user === undefined) return
    const [asked] = await requestResets(world.office.operator, [user], { kind: now ? 'now' : 'usual' })
    if (world.gone.has(user)) expect(asked).toMatchObject({ kind: 'refused', why: 'not-found' })
  }),
)

const untilDue = fc.constant(
  step('until something is due', async ({ office }) => {
    const due = await office.store.nextDue(false)
    if (due !== null) office.clock.advance(Math.max(0, due - office.store.now()))
  }),
)

const claim = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()).map(([limit, mended]) =>
  step(`claim ${limit} ${mended ? 'after a probe' : ''}`, async (world) => {
    if (mended) await signInAgain(world)
    const { state } = await readQueue(world.office.store)
    const claimed = await world.office.claimAll({ limit })
    if (state !== 'open') expect(claimed).toEqual([])
    for (const one of claimed) await world.claimed(one)
  }),
)

/** In equal shares most letters would fail, or find the queue closed. */
const LIKELY: readonly Outcome[] = ['delivered', 'delivered', 'deferred', 'deferred', 'unknown', 'unknown', 'unknown']
const settle = fc.tuple(index, fc.constantFrom(...OUTCOMES, ...LIKELY), fc.boolean()).map(([at, outcome, throttled]) =>
  step(`settle ${at} ${outcome}`, async (world) => {
    const claimed = pick(world.inHand, at)
    if (claimed === undefined) return
    const settled = await world.office.settle(claimed, outcome, { throttled, jitter: at / 20 })
    world.noted(claimed, outcome, world.office.store.now())
    if (outcome !== 'delivered') expect(settled.status).not.toBe('carried-out')
  }),
)

async function signInAgain({ office }: World): Promise<void> {
  const fingerprint = await office.fingerprint()
  await settleProbe(office.daemon, { outcome: 'delivered', throttled: false, happening: null, fingerprint })
  expect(await readQueue(office.store)).toMatchObject({ state: 'open', proven: fingerprint })
}

const operator = [
  withTask('cancel', async (world, task) => {
    const cancelled = await cancelTask(world.office.operator, { id: task.id, version: task.version })
    expect(cancelled.kind).toBe(isEnded(task) ? 'wrong-status' : 'done')
    if (cancelled.kind === 'done') world.kill((password) => password.task === task.id)
  }),
  withTask('send now', async (world, task) => {
    const sent = await sendNow(world.office.operator, { id: task.id, version: task.version })
    expect(sent.kind).toBe(task.status === 'wait' ? 'done' : 'wrong-status')
  }),
  withTask('redo', async (world, task) => {
    const redone = await redoTask(world.office.operator, { id: task.id, version: task.version })
    if (redone.kind === 'done' && isEnded(task)) world.kill((password) => password.task === task.id)
    if (task.status === 'executing') expect(redone.kind).toBe('wrong-status')
  }),
  withTask('redo what was seen too long ago:', async (world, task) => {
    const redone = await redoTask(world.office.operator, { id: task.id, version: task.version - 1 })
    expect(redone).toEqual({ kind: 'changed-meanwhile', task })
  }),
  withUser('move', async (world, id) => {
    const { username, version } = await world.office.user(id)
    await world.office.edit(id, { email: `${username}.${version}@example.org` })
    world.kill((password) => password.user === id)
  }),
  withUser('disable', async (world, id) => {
    await world.office.setStatus(id, 'disabled')
    world.kill((password) => password.user === id)
  }),
  withUser('enable', (world, id) => world.office.setStatus(id, 'active')),
  withUser('delete', async (world, id) => {
    await world.office.delete(id)
    world.gone.add(id)
    world.kill((password) => password.user === id)
    await world.join()
  }),
]

const daemon = [
  index.map((at) =>
    step(`release ${at}`, async (world) => {
      const claimed = pick(world.inHand, at)
      if (claimed === undefined) return
      await releaseClaims(world.office.daemon, [claimed.task])
      world.released(claimed)
      world.lost.push(claimed)
    }),
  ),
  index.map((at) =>
    step(`settle too late ${at}`, async (world) => {
      const claimed = pick(world.lost, at)
      if (claimed === undefined) return
      expect(await settleAttempt(world.office.daemon, aReport(claimed, 'delivered'))).toBeNull()
      await releaseClaims(world.office.daemon, [claimed.task])
    }),
  ),
  fc.constant(
    step('crash', async (world) => {
      const lost = world.inHand
      await world.office.reopen()
      const recovered = await recoverCrashed(world.office.daemon, aCrash)
      expect(recovered.map(({ id }) => id).sort()).toEqual(lost.map(({ task }) => task.id).sort())
      for (const claimed of lost) world.noted(claimed, 'unknown', claimed.task.running.startedAt)
      world.lost.push(...lost)
    }),
  ),
]

const time = [
  fc.constantFrom(MINUTE, 6 * MINUTE, 16 * MINUTE, 2 * HOUR, 25 * HOUR, 49 * HOUR).map((ms) =>
    step(`${ms / MINUTE} min go by`, async (world) => {
      world.office.clock.advance(ms)
    }),
  ),
  fc.constant(
    step('keep house', async (world) => {
      await failTooOld(world.office.daemon)
      const before = world.office.store.now() - 3 * DAY
      await retireTasks(world.office.daemon, before)
      const left = await world.tasks()
      expect(left.some((task) => isEnded(task) && task.endedAt < before)).toBe(false)
    }),
  ),
  fc.boolean().map((folded) =>
    step(folded ? 'fold and reopen' : 'reopen', async (world) => {
      const { office } = world
      const look = async () => ({
        ...(await everythingIn(office.store)),
        credentials: await Promise.all(world.users.map((id) => office.credential(id))),
        nextDue: await office.store.nextDue(false),
        backlog: await office.store.backlog(office.store.now()),
      })
      const before = await look()
      if (folded) await office.store.fold()
      await office.reopen()
      expect(await look()).toEqual(before)
    }),
  ),
]

/** Letters are asked for, claimed and settled more often than anything befalls them. */
const steps = [
  ...operator,
  ...daemon,
  ...time,
  ...Array(8).fill(ask),
  ...Array(6).fill(untilDue),
  ...Array(8).fill(claim),
  ...Array(10).fill(settle),
  fc.constant(step('probe', signInAgain)),
]

describe('a reset, an operator and a daemon', () => {
  it('in whatever order things happen, no letter and no password is where it should not be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 200, size: 'max' }), async (commands) => {
        const world = await World.open()
        try {
          await fc.asyncModelRun(() => ({ model: {}, real: world }), commands)
        } finally {
          await world.office[Symbol.asyncDispose]()
        }
      }),
      { numRuns: 80 },
    )
  })
})
