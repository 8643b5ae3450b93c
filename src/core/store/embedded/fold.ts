import { closeSync, fstatSync, openSync } from 'node:fs'
import { StoreError } from '../error.ts'
import { FORMAT, type JournalHeader, type JournalTransaction, parseCommit } from './commit.ts'
import { type Disk, replaceFile } from './disk.ts'
import { type Layout, TEMPORARY } from './layout.ts'
import { encodeLine } from './line.ts'
import { readLines, STOP, type UseLine } from './lines.ts'
import { describeDamage, type Replica } from './replica.ts'
import { type Lengths, type SegmentOptions, SegmentWriter } from './segments.ts'
import { type SnapshotHead, type SnapshotRows, writeSnapshot } from './snapshot.ts'

export interface FoldContext extends SegmentOptions {
  readonly current: () => Replica
  /** Runs `work` under the writers' lock, caught up and synced. */
  readonly exclusively: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/** Makes a journal durable under its final name: whoever finds it finds its first line. */
export async function createJournal(layout: Layout, disk: Disk, header: JournalHeader): Promise<void> {
  await replaceFile(disk, layout.journal(header.generation), [encodeLine(header)])
}

/**
 * Folds the journals behind the last snapshot into the log segments and a new snapshot.
 *
 * Under the writers' lock it only opens the next journal and takes a picture of the rows; everything long happens
 * outside, while others read and write. The snapshot before and the journals behind it stay, to fall back on.
 */
export async function fold(context: FoldContext): Promise<void> {
  const { layout, disk, current, exclusively } = context
  const { base, head, rows } = await exclusively(() => begin(context))
  const journals = Array.from({ length: head.generation - base.generation }, (_, index) => base.generation + 1 + index)
  const segments = await appendLogs(context, journals, base.segments)
  const folded = { ...head, segments }
  await writeSnapshot(layout.snapshot(head.generation), { head: folded, rows }, disk)
  await exclusively(async () => {
    const replica = current()
    replica.base = folded
    replica.earlierBytes = 0
    await removeBefore(layout, disk, base.generation)
  })
}

/** What a fold begins with: the snapshot before, and the new one's head and rows. */
interface Beginning {
  readonly base: SnapshotHead
  readonly head: SnapshotHead
  readonly rows: SnapshotRows
}

async function begin({ layout, disk, current }: FoldContext): Promise<Beginning> {
  const replica = current()
  const { generation, base, state } = replica
  const { sequence, time } = state
  const head = { format: FORMAT, generation, sequence, time, segments: {} }
  await createJournal(layout, disk, { format: FORMAT, generation: generation + 1, sequence })
  const rows = state.picture()
  replica.catchUp()
  // We made it, and have synced its name.
  replica.unlisted = false
  return { base, head, rows }
}

async function appendLogs(options: SegmentOptions, journals: readonly number[], lengths: Lengths): Promise<Lengths> {
  using writer = new SegmentWriter(options, lengths)
  for (const generation of journals) {
    for (const transactions of batches(options.layout.journal(generation))) {
      for (const transaction of transactions) writer.add(transaction)
      await writer.write()
      // A long journal is folded beside the daemon's other work.
      await new Promise(setImmediate)
    }
  }
  return await writer.finish()
}

const BATCH_BYTES = 512 * 1024

/** A journal's transactions, some at a time. Every line was checked when it was replayed and is checked again. */
function* batches(path: string): Generator<readonly JournalTransaction[]> {
  const fd = openSync(path, 'r')
  try {
    const { size } = fstatSync(fd)
    for (let from = 0; from < size; ) {
      const batch: JournalTransaction[] = []
      const use: UseLine = (value, at) => {
        if (at - from >= BATCH_BYTES) return STOP
        batch.push(...(parseCommit(value)?.x ?? []))
        return null
      }
      const end = readLines(fd, from, size, use, BATCH_BYTES)
      if (end.kind === 'torn' || end.kind === 'bad') {
        throw new StoreError('damaged', describeDamage({ file: path, ...end }))
      }
      yield batch
      from = end.offset
    }
  } finally {
    closeSync(fd)
  }
}

/** Removes what is older than the snapshot `keep` and the journals behind it, and what a fold that died left half made. */
async function removeBefore(layout: Layout, disk: Disk, keep: number): Promise<void> {
  const { snapshots, journals } = layout.generations()
  for (const generation of snapshots) if (generation < keep) await disk.remove(layout.snapshot(generation))
  for (const generation of journals) if (generation <= keep) await disk.remove(layout.journal(generation))
  for (const name of layout.names()) if (TEMPORARY.test(name)) await disk.remove(layout.segment(name))
}
