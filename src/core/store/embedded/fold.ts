import { randomUUID } from 'node:crypto'
import { closeSync, promises as files, fstatSync, openSync } from 'node:fs'
import { StoreError } from '../error.ts'
import { FORMAT, type JournalHeader, type JournalTransaction, parseCommit } from './commit.ts'
import { type Disk, syncDirectory } from './disk.ts'
import { FILE_MODE, type Layout } from './layout.ts'
import { encodeLine } from './line.ts'
import { readLines } from './lines.ts'
import { describeDamage, type Replica } from './replica.ts'
import { SegmentWriter } from './segments.ts'
import { type Snapshot, writeSnapshot } from './snapshot.ts'
import type { State } from './state.ts'

export interface FoldContext {
  readonly layout: Layout
  readonly disk: Disk
  readonly current: () => Replica
  /** Runs `work` under the writers' lock, caught up and synced. */
  readonly exclusively: (work: () => Promise<void>) => Promise<void>
}

/** Makes a journal durable under its final name: whoever finds it finds its first line. */
export async function createJournal(layout: Layout, disk: Disk, header: JournalHeader): Promise<void> {
  const path = layout.journal(header.generation)
  const temporary = `${path}.${randomUUID()}.tmp`
  await files.writeFile(temporary, encodeLine(header), { flag: 'wx', mode: FILE_MODE, flush: true })
  await disk.rename(temporary, path)
  await syncDirectory(disk, layout.store)
}

/**
 * Folds the journals behind the last snapshot into the log segments and a new snapshot.
 *
 * Under the writers' lock it only opens the next journal and takes a picture of the rows; everything long happens
 * outside, while others read and write. The snapshot before and the journals behind it stay, to fall back on.
 */
export async function fold({ layout, disk, current, exclusively }: FoldContext): Promise<void> {
  let snapshot: Snapshot | null = null
  let folded: readonly number[] = []
  let lengths: Readonly<Record<string, number>> = {}
  await exclusively(async () => {
    const replica = current()
    if (replica.damage !== null) throw new StoreError('damaged', describeDamage(replica.damage))
    const { generation, base, state, segments } = replica
    await createJournal(layout, disk, { format: FORMAT, generation: generation + 1, sequence: state.sequence })
    snapshot = picture(state, generation)
    folded = Array.from({ length: generation - base }, (_, index) => base + 1 + index)
    lengths = segments
    replica.catchUp()
  })
  if (snapshot === null) return
  const { head, rows }: Snapshot = snapshot
  const segments = await appendLogs(layout, disk, folded, lengths)
  await writeSnapshot(layout.snapshot(head.generation), { head: { ...head, segments }, rows }, disk)
  await exclusively(async () => {
    const replica = current()
    await removeBefore(layout, replica.base)
    replica.base = head.generation
    replica.segments = segments
  })
}

/** The rows as they are now. They are never changed in place, so lists of them are a picture. */
function picture({ rows, sequence, time }: State, generation: number): Snapshot {
  return {
    head: { format: FORMAT, generation, sequence, time, segments: {} },
    rows: {
      user: [...rows.user.values()],
      credential: [...rows.credential.values()],
      task: [...rows.task.values()],
      setting: [...rows.setting.values()],
      queue: [...rows.queue.values()],
      template: [...rows.template.values()],
    },
  }
}

async function appendLogs(
  layout: Layout,
  disk: Disk,
  journals: readonly number[],
  lengths: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, number>>> {
  const writer = new SegmentWriter(layout, disk, lengths)
  for (const generation of journals) {
    for (const transactions of batches(layout.journal(generation))) {
      for (const transaction of transactions) await writer.add(transaction)
      // A long journal is folded beside the daemon's other work.
      await new Promise(setImmediate)
    }
  }
  return writer.finish()
}

const BATCH_BYTES = 1024 * 1024

/** A journal's transactions, some at a time. Every line was checked when it was replayed and is checked again. */
function* batches(path: string): Generator<readonly JournalTransaction[]> {
  const fd = openSync(path, 'r')
  try {
    const { size } = fstatSync(fd)
    let offset = 0
    while (offset < size) {
      const batch: JournalTransaction[] = []
      const from = offset
      const end = readLines(fd, from, size, (value, at) => {
        if (at > from && at - from >= BATCH_BYTES) return ENOUGH
        batch.push(...(parseCommit(value)?.x ?? []))
        return null
      })
      if (end.kind !== 'clean' && end.why !== ENOUGH)
        throw new StoreError('damaged', describeDamage({ file: path, ...end }))
      yield batch
      offset = end.offset
    }
  } finally {
    closeSync(fd)
  }
}
const ENOUGH = 'enough for one batch'

/** Removes what is older than the snapshot `keep` and the journals behind it. */
async function removeBefore(layout: Layout, keep: number): Promise<void> {
  const { snapshots, journals } = layout.generations()
  for (const generation of snapshots)
    if (generation < keep) await files.rm(layout.snapshot(generation), { force: true })
  for (const generation of journals) if (generation <= keep) await files.rm(layout.journal(generation), { force: true })
}
