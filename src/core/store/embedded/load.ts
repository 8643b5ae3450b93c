import { StoreError } from '../error.ts'
import type { Generations, Layout } from './layout.ts'
import { Replica } from './replica.ts'
import { aSlice, pause } from './slices.ts'
import { readSnapshot } from './snapshot.ts'
import { errorCode, storeError } from './system-error.ts'

export interface Loaded {
  readonly replica: Replica
  /** Sentences for the log: snapshots that were passed over. */
  readonly warnings: readonly string[]
}

/**
 * Loads the newest snapshot that is good, with the journals behind it. Others may write and fold meanwhile.
 * @throws StoreError `missing` where there is no store, `refused` when none of its snapshots can be used, or a journal
 * is missing.
 */
export async function loadReplica(layout: Layout): Promise<Loaded> {
  try {
    for (;;) {
      const there = layout.generations()
      const loaded = await attempt(layout, there)
      if (loaded.ok) return loaded
      // A fold may have taken away what was listed.
      if (same(there, layout.generations())) throw loaded.error
    }
  } catch (error) {
    throw storeError(error, `${layout.store} could not be read`)
  }
}

type Attempt = ({ readonly ok: true } & Loaded) | { readonly ok: false; readonly error: unknown }

async function attempt(layout: Layout, there: Generations): Promise<Attempt> {
  const refusals: string[] = []
  const impossible = refuseOutright(layout, there)
  if (impossible !== null) return { ok: false, error: impossible }
  for (const generation of there.snapshots.filter((snapshot) => there.journals.includes(snapshot + 1))) {
    try {
      return { ok: true, replica: await load(layout, generation), warnings: refusals }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return { ok: false, error }
      if (!(error instanceof StoreError)) throw error
      refusals.push(error.message)
    }
  }
  return { ok: false, error: new StoreError('refused', refusals.join(' ')) }
}

/** Why what is listed cannot be a store, or null. */
function refuseOutright(layout: Layout, { snapshots, journals }: Generations): StoreError | null {
  const [newest] = snapshots
  if (newest === undefined && journals.length === 0) {
    return new StoreError('missing', `There is no store in ${layout.store}; "postern store init" makes one.`)
  }
  if (newest === undefined) {
    const advice = 'Restore it from a backup.'
    return new StoreError('refused', `${layout.store} has journals and no snapshot, so it is not whole. ${advice}`)
  }
  // The journal behind a snapshot is there before the snapshot is: without it, acknowledged changes would be lost.
  if (!journals.includes(newest + 1)) {
    const advice = 'Restore it, or the whole store from a backup.'
    return new StoreError('refused', `The journal ${layout.journal(newest + 1)} is missing. ${advice}`)
  }
  return null
}

async function load(layout: Layout, generation: number): Promise<Replica> {
  const path = layout.snapshot(generation)
  const snapshot = await readSnapshot(path)
  if (snapshot.head.generation !== generation) {
    throw new StoreError('refused', `The snapshot ${path} says it is snapshot ${snapshot.head.generation}.`)
  }
  const replica = new Replica(layout, snapshot.head)
  try {
    const rows = replica.state.loadAll(snapshot.rows)
    while (aSlice(rows).done !== true) await pause()
    // What went by while it was opened is met again at the first look.
    replica.catchUp()
    refuseGap(layout, replica)
    return replica
  } catch (error) {
    replica.close()
    throw error
  }
}

/** A journal that is missing between others hides all that came behind it. */
function refuseGap(layout: Layout, replica: Replica): void {
  const { journals } = layout.generations()
  const next = replica.generation + 1
  const later = journals.find((generation) => generation > next)
  if (replica.damage !== null || later === undefined || journals.includes(next)) return
  replica.refuse(layout.journal(next), 0, `it is missing, and ${layout.journal(later)} stands behind it`)
}

const same = (a: Generations, b: Generations) => JSON.stringify(a) === JSON.stringify(b)
