import { describe, expect, it } from 'vitest'
import { allPages, StoreHouse } from '../support/store.ts'
import { countOfAll } from './counting.ts'
import { startWorker, type Worker } from './process.ts'
import { randomFrom, SEED, seeded } from './random.ts'

const LANES = 2
const KILLS_A_LANE = 100

/** Waits until a worker has said something for the n-th time. */
async function said(worker: Worker, what: string, times: number): Promise<void> {
  let heard = 0
  while (heard < times) {
    const line = await worker.next()
    if (line === null) throw new Error('the worker ended by itself')
    if (line.startsWith(what)) heard++
  }
}

/** Lets a worker write, kills it at a random moment, and reads what it had said; the last number it acknowledged. */
async function killOne(house: StoreHouse, random: (below: number) => number): Promise<number> {
  using worker = startWorker('counter', [house.data, String(random(2 ** 30)), 'worker', '0', 'fold'])
  // Some die in a fold, the others anywhere.
  if (random(3) === 0) await said(worker, 'fold', 1)
  else await said(worker, 'ack', 1 + random(40))
  for (let turns = random(300); turns > 0; turns--) await new Promise(setImmediate)
  worker.child.kill('SIGKILL')
  while ((await worker.next()) !== null);
  expect(await worker.ended).toBe('SIGKILL')
  const acks = worker.lines.filter((line) => line.startsWith('ack ')).map((line) => Number(line.slice(4)))
  return Math.max(...acks)
}

/** Both logs say each number once, from `count` downwards. */
async function expectLogs(house: StoreHouse, count: number, limit: number): Promise<void> {
  const store = await house.open()
  const expected = Array.from({ length: Math.min(count, limit) }, (_, index) => count - index)
  const [mail, audit] = [await store.mailLog({ limit }), await store.audit({ limit })]
  expect(mail.items.map(({ subject }) => Number(subject))).toEqual(expected)
  expect(audit.items.map(({ sequence }) => sequence)).toEqual(expected)
}

async function lane(number: number): Promise<void> {
  await using house = await StoreHouse.make()
  const random = randomFrom(SEED + number)
  for (let kill = 0; kill < KILLS_A_LANE; kill++) {
    const acknowledged = await killOne(house, random)
    const count = await countOfAll(await house.open())
    expect(count, `after kill ${kill}`).toBeGreaterThanOrEqual(acknowledged)
    await expectLogs(house, count, 100)
    await house.closeAll()
  }
  const store = await house.open()
  const numbers = (await allPages((paging) => store.mailLog(paging), 1000)).map(({ subject }) => Number(subject))
  expect(numbers).toEqual(Array.from(numbers, (_, index) => numbers.length - index))
  expect(numbers).toHaveLength(await countOfAll(store))
}

describe('a writer that is killed at two hundred random moments, folds included', () => {
  it('has lost nothing that it acknowledged, and nothing is there twice', () =>
    seeded(async () => {
      await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
    }))
})
