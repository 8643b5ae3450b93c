import { describe, expect, it } from 'vitest'
import { evenly, type Pace } from '../../../src/daemon/portal/evenly.ts'

/** A clock that a test moves. Its timers end as wrong as is asked for; a turn of the event loop takes 0.01 ms. */
class Clock implements Pace {
  at = 1000.5
  turns = 0
  readonly wrong: number
  constructor(wrong = 0) {
    this.wrong = wrong
  }

  now = () => this.at
  async sleep(ms: number) {
    this.at += ms + this.wrong
  }
  async turn() {
    this.turns++
    this.at += 0.01
  }
}

/** How long an answer takes whose work takes so long, to a hundredth of a ms. */
async function answered(work: number, { clock = new Clock(), failing = false } = {}): Promise<number> {
  const began = clock.now()
  const answer = evenly(
    300,
    async () => {
      clock.at += work
      if (failing) throw new Error('broken')
      return 'done'
    },
    clock,
  )
  if (failing) await expect(answer).rejects.toThrow('broken')
  else expect(await answer).toBe('done')
  return clock.now() - began
}

describe('an even answer', () => {
  it('comes at the next step of the clock, whatever the work took', async () => {
    for (const work of [0, 1, 5, 297]) expect(await answered(work)).toBeCloseTo(300, 1)
    for (const work of [301, 550]) expect(await answered(work)).toBeCloseTo(600, 1)
  })

  it('comes a step later when there is no time left to be exact', async () => {
    expect(await answered(299)).toBeCloseTo(600, 1)
  })

  it.each([-1, -0.4, 0.3, 1.2])('is exact although its timer is wrong by %d ms', async (wrong) => {
    const clock = new Clock(wrong)
    const took = await answered(3, { clock })
    expect(took).toBeGreaterThanOrEqual(300 - 1e-9)
    expect(took).toBeLessThan(300.02)
    expect(clock.turns).toBeLessThan(310)
  })

  it('comes as late when the work failed', async () => {
    expect(await answered(7, { failing: true })).toBeCloseTo(300, 1)
  })

  it('keeps to the clock of the machine', async () => {
    const began = performance.now()
    expect(await evenly(20, async () => 'done')).toBe('done')
    expect(performance.now() - began).toBeGreaterThanOrEqual(20)
  })
})
