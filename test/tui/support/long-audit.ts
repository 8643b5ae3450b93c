import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { onTestFinished } from 'vitest'
import { MINUTE, monthOf } from '../../../src/core/domain/time.ts'
import { realDisk } from '../../../src/core/store/embedded/disk.ts'
import { createJournal } from '../../../src/core/store/embedded/fold.ts'
import { encodeLine } from '../../../src/core/store/embedded/line.ts'
import { emptySnapshot, writeSnapshot } from '../../../src/core/store/embedded/snapshot.ts'
import type { AuditEntry } from '../../../src/core/store/port.ts'
import { anActor } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { StoreHouse } from '../../support/store.ts'

const GROUP = 5000

/** A store whose audit log has so many entries, as folds would have left it; `action` says what each of them was. */
export async function aLongAudit(
  entries: number,
  action: (sequence: number) => string = () => 'users.add',
): Promise<StoreHouse> {
  const house = await StoreHouse.make()
  onTestFinished(() => house[Symbol.asyncDispose]())
  const { layout } = house
  const name = `audit/${monthOf(MONDAY)}.jsonl`
  mkdirSync(dirname(layout.segment(name)), { recursive: true })
  let length = 0
  for (let first = 1; first <= entries; first += GROUP) {
    const lines = Array.from({ length: Math.min(GROUP, entries - first + 1) }, (_, at) => {
      const sequence = first + at
      const e: AuditEntry = {
        sequence,
        at: MONDAY - MINUTE + sequence / entries,
        actor: anActor,
        action: action(sequence),
        touched: [`task:${sequence}`],
      }
      return encodeLine({ n: [sequence, 0], e })
    })
    const bytes = Buffer.concat(lines)
    appendFileSync(layout.segment(name), bytes)
    length += bytes.length
  }
  const { head, rows } = emptySnapshot()
  const folded = { ...head, sequence: entries, time: MONDAY, segments: { [name]: length } }
  await writeSnapshot(layout.snapshot(head.generation), { head: folded, rows }, realDisk)
  await createJournal(layout, realDisk, { format: head.format, generation: head.generation + 1, sequence: entries })
  return house
}
