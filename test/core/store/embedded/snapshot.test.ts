import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { realDisk } from '../../../../src/core/store/embedded/disk.ts'
import {
  emptySnapshot,
  readHead,
  readSnapshot,
  type Snapshot,
  writeSnapshot,
} from '../../../../src/core/store/embedded/snapshot.ts'
import { anUnknownSetting, aQueue, aSetting, aTask, aUser } from '../../../support/builders.ts'
import { temporaryDirectory } from '../../../support/store.ts'

const directory = temporaryDirectory()
afterAll(() => directory[Symbol.dispose]())
const path = join(directory.path, 'snapshot-000007.json')

const aSnapshot: Snapshot = {
  head: { format: 1, generation: 7, sequence: 4711, time: 1_793_613_600_000, segments: { 'audit/2026-11.jsonl': 123 } },
  rows: {
    ...emptySnapshot().rows,
    user: [aUser(), aUser({ name: 'Ann "Éclair" 😀' })],
    task: [aTask()],
    setting: [aSetting(), anUnknownSetting('__proto__')],
    queue: [aQueue()],
  },
}

beforeEach(() => writeSnapshot(path, aSnapshot, realDisk))

/** What comes of a snapshot of these bytes: itself, or why it is refused. */
async function reading(bytes: Uint8Array | string): Promise<Snapshot | string> {
  writeFileSync(path, bytes)
  return readSnapshot(path).catch((error: unknown) => String(error))
}

describe('a snapshot', () => {
  it('gives back what was written, and nothing else is left', async () => {
    expect(await readSnapshot(path)).toEqual(aSnapshot)
    expect(readdirSync(directory.path)).toEqual(['snapshot-000007.json'])
  })

  it('is a JSON document that any tool can read', () => {
    const document = JSON.parse(readFileSync(path, 'utf8'))
    expect(document.head).toEqual(aSnapshot.head)
    expect(document.user).toEqual(aSnapshot.rows.user)
    expect(document.credential).toEqual([])
  })

  it('gives back rows of any content and number', async () => {
    const aRow = fc.record({ name: fc.string({ unit: 'binary' }), value: fc.jsonValue() })
    await fc.assert(
      fc.asyncProperty(fc.array(aRow, { maxLength: 20 }), async (rows) => {
        const setting = rows.map((row) => ({ ...aSetting(), ...row }) as ReturnType<typeof aSetting>)
        const snapshot = { ...aSnapshot, rows: { ...aSnapshot.rows, setting } }
        await writeSnapshot(path, snapshot, realDisk)
        expect(await readSnapshot(path)).toEqual(JSON.parse(JSON.stringify(snapshot)))
      }),
      { numRuns: 50 },
    )
  })

  it('gives back rows that are longer than what is read at a time', async () => {
    const user = [aUser(), { ...aUser(), name: '😀'.repeat(300_000) }, aUser()]
    const snapshot = { ...aSnapshot, rows: { ...aSnapshot.rows, user } }
    await writeSnapshot(path, snapshot, realDisk)
    expect(await readSnapshot(path)).toEqual(snapshot)
  })

  it('says what it is in its first line', () => {
    expect(readHead(path)).toEqual(aSnapshot.head)
    expect(readHead(join(directory.path, 'none'))).toBeNull()
  })

  it('is refused when it was cut at any byte', async () => {
    const whole = readFileSync(path)
    for (let cut = 0; cut < whole.length; cut++) {
      expect(await reading(whole.subarray(0, cut)), `cut at ${cut}`).toContain('cut short')
    }
  })

  it('is refused when any bit of it is another, and its head gives no wrong answer', async () => {
    const whole = readFileSync(path)
    const headBits = whole.indexOf('\n') * 8
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = Buffer.from(whole)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(await reading(flipped), `bit ${bit}`).toContain('cannot be used')
      if (bit < headBits + 8) expect(readHead(path), `bit ${bit}`).toBeNull()
      else expect(readHead(path)).toEqual(aSnapshot.head)
    }
  })

  it('of a newer format is refused in words that say so', async () => {
    await writeSnapshot(path, { ...aSnapshot, head: { ...aSnapshot.head, format: 2 } }, realDisk)
    await expect(readSnapshot(path)).rejects.toThrow('newer Postern')
    expect(readHead(path)).toBeNull()
  })

  it('with a table that this program does not know is refused; one that it lacks is empty', async () => {
    const text = readFileSync(path, 'utf8')
    const withTable = (name: string) => text.replace('"queue":[', `"${name}":[`)
    expect(await reading(withTable('constructor'))).toContain('cannot be used')
    const { template: _, ...rows } = aSnapshot.rows
    await writeSnapshot(path, { ...aSnapshot, rows: { ...rows, template: [] } }, realDisk)
    expect((await readSnapshot(path)).rows.template).toEqual([])
  })

  it('that is not there is refused', async () => {
    await expect(readSnapshot(join(directory.path, 'none'))).rejects.toThrow('not there')
  })
})
