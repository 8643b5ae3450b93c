import { describe } from 'vitest'
import type { Store } from '../../src/core/store/port.ts'
import type { ManualClock } from '../support/clock.ts'
import { describeChanges } from './changes.ts'
import { describeClaims } from './claims.ts'
import { describeLists } from './lists.ts'
import { describeLogWindows } from './log-windows.ts'
import { describeLogs } from './logs.ts'
import { describeOpenTasks } from './open-tasks.ts'
import { describeReads } from './reads.ts'
import { describeSessions } from './sessions.ts'
import { describeTime } from './time.ts'
import { describeTransactions } from './transactions.ts'
import { describeWindows } from './windows.ts'

/** A fresh and empty store, made for one test. */
export interface World extends AsyncDisposable {
  /** All stores of this world go by it. */
  readonly clock: ManualClock
  /** What writes. */
  readonly store: Store
  /** What reads: the same store, or one that has to find out. */
  look(): Promise<Store>
  /** Another instance on the same data, as another process would have. */
  another(): Promise<Store>
}

export type MakeWorld = () => Promise<World>

/**
 * What any adapter of the store's port must do. `make` gives a new world for every test.
 */
export function describeStore(name: string, make: MakeWorld): void {
  describe(name, () => {
    describeReads(make)
    describeSessions(make)
    describeOpenTasks(make)
    describeLists(make)
    describeWindows(make)
    describeLogs(make)
    describeLogWindows(make)
    describeTransactions(make)
    describeClaims(make)
    describeChanges(make)
    describeTime(make)
  })
}
