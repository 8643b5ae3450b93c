import type { EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import type { Reads } from '../../src/core/store/port.ts'
import { aLetter, anActor, anEntry, anUnknownSetting } from '../support/builders.ts'

async function counter(reads: Pick<Reads, 'get'>, name: string): Promise<number> {
  const row = await reads.get('setting', name)
  return typeof row?.value === 'number' ? row.value : 0
}

/** How far all have counted together, and one by itself. */
export const countOfAll = (reads: Pick<Reads, 'get'>): Promise<number> => counter(reads, 'all')
export const countOf = (reads: Pick<Reads, 'get'>, name: string): Promise<number> => counter(reads, `of ${name}`)

/** Adds one to the count of all and to that of `name`, with a mail log entry that has the number; the number. */
export function countUp(store: EmbeddedStore, name: string): Promise<number> {
  return store.transact(anActor, 'count', async (tx) => {
    const number = (await countOfAll(tx)) + 1
    tx.put('setting', { ...anUnknownSetting('all'), value: number })
    tx.put('setting', { ...anUnknownSetting(`of ${name}`), value: (await countOf(tx, name)) + 1 })
    tx.log(anEntry({ subject: String(number), conversation: name, letter: aLetter({ boundary: '' }) }))
    return number
  })
}
