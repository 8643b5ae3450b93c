import type { EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import { StoreError, type StoreErrorKind } from '../../src/core/store/error.ts'
import { aLetter, anActor, anEntry, anUnknownSetting } from '../support/builders.ts'

/** How each numbered transaction of a script ended; one that is not told of was cut off by the end of its process. */
export type Ending = { readonly number: number; readonly ending: 'done' | StoreErrorKind }

/** One numbered transaction: a row of its own and a mail log entry. */
export async function numbered(store: EmbeddedStore, number: number): Promise<void> {
  await store.transact(anActor, `number.${number}`, async (tx) => {
    tx.put('setting', anUnknownSetting(String(number)))
    tx.log(anEntry({ subject: String(number), letter: aLetter({ boundary: 'b' }) }))
  })
}

/** What a store is asked to do while faults strike: groups of transactions of these sizes, with folds between them. */
const SCRIPT: readonly (number | 'fold')[] = [1, 3, 'fold', 1, 2, 'fold', 1, 'fold', 2]

/** How many transactions the script has. */
export const SCRIPT_LENGTH = SCRIPT.reduce<number>((sum, step) => sum + (step === 'fold' ? 0 : step), 0)

/** Runs the script and tells how each transaction ended. Whatever goes wrong must be an error of the store's own. */
export async function runScript(store: EmbeddedStore, tell: (ending: Ending) => void): Promise<void> {
  let next = 1
  for (const step of SCRIPT) {
    if (step === 'fold') await endingOf(store.fold())
    else {
      const numbers = Array.from({ length: step }, () => next++)
      await Promise.all(
        numbers.map(async (number) => tell({ number, ending: await endingOf(numbered(store, number)) })),
      )
    }
  }
}

async function endingOf(work: Promise<unknown>): Promise<Ending['ending']> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof StoreError) return error.kind
    throw error
  }
}

/** The numbers whose rows are there, in order. */
export async function numbersIn(store: EmbeddedStore): Promise<number[]> {
  const rows = await store.settings()
  return rows.map(({ name }) => Number(name)).sort((a, b) => a - b)
}
