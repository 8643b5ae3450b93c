import { join } from 'node:path'
import { expect } from 'vitest'
import { needs } from '../support/needs.ts'
import { StoreHouse } from '../support/store.ts'
import { expectRecovered } from './expectations.ts'
import { startWorker, untilEnded } from './process.ts'
import type { Ending } from './steps.ts'

/** What strace does to the n-th call of a kind on one file of the store; it counts per thread. */
interface Injection {
  readonly call: 'write' | 'fdatasync' | 'fsync' | 'rename'
  readonly what: 'error=EIO' | 'error=ENOSPC' | 'signal=SIGKILL'
  readonly when: number
  /** The file, in the store's directory; anything in it where none is named. */
  readonly file?: string
}

/** Runs the script while the kernel itself fails or kills; how it ended, and how its transactions did. */
async function inject(house: StoreHouse, { call, what, when, file }: Injection) {
  const strace = ['strace', '-f', '-o', join(house.data, 'strace.log'), '-e', `trace=${call}`]
  const aim = file === undefined ? [] : ['-P', join(house.layout.store, file)]
  const rule = ['-e', `inject=${call}:${what}:when=${when}`]
  using worker = startWorker('script', [house.data, '0', 'before'], [...strace, ...aim, ...rule])
  const end = await untilEnded(worker)
  const endings: Ending[] = worker.lines.map((line) => JSON.parse(line))
  return { end, endings }
}

const JOURNAL = 'journal-000002.jsonl'
const CASES: readonly (readonly [Injection, expected: Ending['ending'] | 'SIGKILL'])[] = [
  [{ call: 'fdatasync', what: 'error=EIO', when: 1 }, 'failed'],
  [{ call: 'fdatasync', what: 'error=EIO', when: 3 }, 'failed'],
  [{ call: 'fdatasync', what: 'error=EIO', when: 2, file: JOURNAL }, 'failed'],
  [{ call: 'fsync', what: 'error=EIO', when: 2 }, 'failed'],
  [{ call: 'write', what: 'error=ENOSPC', when: 1, file: JOURNAL }, 'full'],
  [{ call: 'write', what: 'error=ENOSPC', when: 2, file: JOURNAL }, 'full'],
  [{ call: 'write', what: 'error=EIO', when: 2, file: JOURNAL }, 'io'],
  [{ call: 'write', what: 'signal=SIGKILL', when: 2, file: JOURNAL }, 'SIGKILL'],
  [{ call: 'fdatasync', what: 'signal=SIGKILL', when: 2 }, 'SIGKILL'],
  [{ call: 'fdatasync', what: 'signal=SIGKILL', when: 5 }, 'SIGKILL'],
  [{ call: 'rename', what: 'signal=SIGKILL', when: 1 }, 'SIGKILL'],
  [{ call: 'rename', what: 'signal=SIGKILL', when: 2 }, 'SIGKILL'],
  [{ call: 'rename', what: 'error=EIO', when: 2 }, 'done'],
]

needs('strace').describe('a call of the kernel that fails or kills, for real (cases 36 and 38)', () => {
  needs('strace').it('loses nothing that was acknowledged and keeps nothing that was refused', async () => {
    const next = [...CASES]
    const lane = async () => {
      for (let turn = next.shift(); turn !== undefined; turn = next.shift()) {
        const [injection, expected] = turn
        await using house = await StoreHouse.make()
        const { end, endings } = await inject(house, injection)
        const what = JSON.stringify(injection)
        if (expected === 'SIGKILL') expect(end, what).toBe('SIGKILL')
        else
          expect(
            endings.map(({ ending }) => ending),
            what,
          ).toContain(expected)
        await expectRecovered(house, endings)
      }
    }
    await Promise.all([lane(), lane()])
  })
})
