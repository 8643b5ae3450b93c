import { describe, expect, it } from 'vitest'
import { TEMPORARY } from '../../src/core/store/embedded/layout.ts'
import { StoreHouse } from '../support/store.ts'
import { type Fault, type FaultPlan, faultyDisk } from './disk.ts'
import { expectRecovered, expectWhole } from './expectations.ts'
import { type Ending, runScript, SCRIPT_LENGTH } from './steps.ts'

/** Runs the script with a fault; whether the fault came about. */
async function strike(plan: FaultPlan): Promise<boolean> {
  await using house = await StoreHouse.make()
  const { disk, calls } = faultyDisk(plan)
  const store = await house.open({ disk })
  const endings: Ending[] = []
  try {
    await runScript(store, (ending) => endings.push(ending))
    expect(endings).toHaveLength(SCRIPT_LENGTH)
    // What is committed can be read whatever the disk refuses to write.
    if (endings.every(({ ending }) => ending !== 'failed')) await expectWhole(store)
    // A call that failed once is met by one group alone, unless it is not known what became of it.
    const refused = endings.filter(({ ending }) => ending === 'full' || ending === 'io')
    if (!plan.forever) expect(refused.length).toBeLessThanOrEqual(3)
    expect(house.layout.names().filter((name) => TEMPORARY.test(name))).toEqual([])
    await house.closeAll()
    await expectRecovered(house, endings)
  } catch (cause) {
    const what = `call ${plan.at} (${calls[plan.at - 1]}) fails ${plan.forever ? 'for good' : 'once'} with ${plan.fault}`
    throw new Error(`${what}: ${String(cause)}\n${JSON.stringify(endings)}`, { cause })
  }
  return calls.length >= plan.at
}

describe('a disk that fails at one call', () => {
  describe.each<Fault>(['EIO', 'ENOSPC', 'short write'])('with %s', (fault) => {
    it.each([
      ['once', false],
      ['and ever after', true],
    ] as const)(
      '%s: nothing acknowledged is lost, nothing refused is kept, whichever call it is',
      async (_, forever) => {
        let at = 1
        while (await strike({ at, forever, fault })) at++
        // The script must have met it at every call, of which there are many.
        expect(at).toBeGreaterThan(50)
      },
    )
  })
})
