import { join } from 'node:path'
import type { Task } from '../../../src/core/domain/task.ts'
import { MINUTE } from '../../../src/core/domain/time.ts'
import type { User } from '../../../src/core/domain/user.ts'
import { openStore } from '../../../src/core/open.ts'
import type { Store, Transaction } from '../../../src/core/store/port.ts'
import { anActor, anEndedTask, anEntry, aTask, aUser } from '../../support/builders.ts'
import { temporaryDirectory } from '../../support/store.ts'

/** How much is in the store: every task belongs to a user, every entry to a task that was carried out. */
export interface Furniture {
  readonly users?: number
  readonly tasks?: number
  readonly entries?: number
  /** Puts more into it, whatever it is. */
  readonly furnish?: (store: Store) => Promise<void>
}

/** Rows of one transaction: a journal's line of a few hundred kilobytes. */
const GROUP = 500

/** A data directory with a store, as `postern store init` makes it, and people and letters in it. */
export async function aHouse({
  users = 0,
  tasks = 0,
  entries = 0,
  furnish,
}: Furniture = {}): Promise<Disposable & { readonly data: string }> {
  const directory = temporaryDirectory()
  const data = join(directory.path, 'data')
  const store = await openStore(data, { create: true, warn: () => {} })
  try {
    const people = Array.from({ length: users }, () => aUser())
    await grouped(store, people, (tx, user) => tx.put('user', user))
    await grouped(
      store,
      Array.from({ length: tasks }, (_, at) => taskOf(people, at)),
      (tx, task) => tx.put('task', task),
    )
    await grouped(
      store,
      Array.from({ length: entries }, () => anEntry()),
      (tx, entry) => tx.log(entry),
    )
    await furnish?.(store)
  } finally {
    await store.close()
  }
  return { data, [Symbol.dispose]: () => directory[Symbol.dispose]() }
}

/** One in ten waits, and is due within the next days; the others ended long ago. */
function taskOf(people: readonly User[], at: number): Task {
  const user = people[at % people.length] ?? null
  const to = user?.email ?? `person${at}@example.org`
  if (at % 10 === 0) return aTask({ user, to, dueAt: Date.now() + (at + 10) * MINUTE })
  return anEndedTask({ user, to, status: at % 7 === 0 ? 'failed' : 'carried-out' })
}

async function grouped<Row>(
  store: Store,
  rows: readonly Row[],
  put: (tx: Transaction, row: Row) => void,
): Promise<void> {
  for (let at = 0; at < rows.length; at += GROUP) {
    const group = rows.slice(at, at + GROUP)
    await store.transact(anActor, 'users.import', async (tx) => {
      for (const row of group) put(tx, row)
    })
  }
}
