import { describe, expect, it } from 'vitest'
import { StoreHouse } from '../support/store.ts'
import { expectRecovered } from './expectations.ts'
import { startWorker, untilEnded } from './process.ts'
import type { Ending } from './steps.ts'

type When = 'before' | 'half'

/** Runs the script in a process that is killed at its n-th call; the call, or null when there are fewer. */
async function killAt(at: number, when: When): Promise<string | null> {
  await using house = await StoreHouse.make()
  using worker = startWorker('script', [house.data, String(at), when])
  const end = await untilEnded(worker)
  const call = worker.lines.find((line) => !line.startsWith('{')) ?? null
  expect(end, `call ${at}`).toBe(call === null ? 0 : 'SIGKILL')
  const endings: Ending[] = worker.lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
  try {
    await expectRecovered(house, endings)
  } catch (cause) {
    throw new Error(`killed ${when} call ${at} (${call}): ${String(cause)}`, { cause })
  }
  return call
}

/** Kills at every call, two processes at a time; the calls. */
async function killAtAll(when: When): Promise<string[]> {
  const calls: string[] = []
  let next = 1
  const lane = async () => {
    for (let call = await killAt(next++, when); call !== null; call = await killAt(next++, when)) calls.push(call)
  }
  await Promise.all([lane(), lane()])
  return calls
}

describe('a process that is killed at a call of the disk (case 38)', () => {
  it.each(['before', 'half'] as const)(
    '%s of it is done: nothing acknowledged is lost, nothing is there twice, whichever call it is',
    async (when) => {
      const calls = await killAtAll(when)
      expect(calls.length).toBeGreaterThan(50)
      for (const kind of ['write', 'append', 'fdatasync', 'fsync', 'rename', 'remove']) {
        expect(calls.filter((call) => call.startsWith(`${kind} `)).length, kind).toBeGreaterThan(3)
      }
    },
  )
})
