import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { evenly } from '../../../src/daemon/portal/evenly.ts'

describe('an even answer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  /** How long an answer takes whose work takes so long. */
  async function answered(work: number, failing = false): Promise<number> {
    const began = performance.now()
    const answer = evenly(300, async () => {
      await pause(work)
      if (failing) throw new Error('broken')
    }).catch(() => undefined)
    await vi.runAllTimersAsync()
    await answer
    return performance.now() - began
  }

  it('comes at the next step of the clock, whatever the work took', async () => {
    expect([await answered(1), await answered(5), await answered(299)]).toEqual([300, 300, 300])
    expect([await answered(301), await answered(550)]).toEqual([600, 600])
  })

  it('comes as late when the work failed', async () => {
    expect(await answered(7, true)).toBe(300)
  })
})
