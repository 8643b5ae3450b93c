import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStore } from '../../src/core/store/embedded/create.ts'
import { type EmbeddedOptions, EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import { Layout } from '../../src/core/store/embedded/layout.ts'
import type { Store } from '../../src/core/store/port.ts'
import { ManualClock } from './clock.ts'

/** A directory that is gone when the test is over. */
export function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'postern-store-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** A data directory with an empty store, and any number of instances on it; `await using` takes all of it away. */
export class StoreHouse implements AsyncDisposable {
  readonly data: string
  readonly layout: Layout
  readonly clock = new ManualClock()
  /** What the instances warned of. */
  readonly warnings: string[] = []
  readonly #directory: Disposable
  readonly #open = new Set<EmbeddedStore>()

  private constructor(directory: ReturnType<typeof temporaryDirectory>) {
    this.#directory = directory
    this.data = directory.path
    this.layout = new Layout(this.data)
  }

  static async make(): Promise<StoreHouse> {
    const house = new StoreHouse(temporaryDirectory())
    await createStore(house.data)
    return house
  }

  /** Another instance on the same files, as another process would have. */
  async open(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedStore> {
    const warn = (sentence: string) => this.warnings.push(sentence)
    const store = await EmbeddedStore.open(this.data, { clock: this.clock, warn, ...options })
    this.#open.add(store)
    return store
  }

  async closeAll(): Promise<void> {
    for (const store of this.#open) await store.close()
    this.#open.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeAll()
    this.#directory[Symbol.dispose]()
  }
}

/** All items of a paged list, `limit` at a time. */
export async function allPages<Row>(
  list: (paging: { readonly limit: number; readonly after?: string }) => Promise<{
    readonly items: readonly Row[]
    readonly next: string | null
  }>,
  limit = 100,
): Promise<Row[]> {
  const items: Row[] = []
  for (let after: string | null = ''; after !== null; ) {
    const page: Awaited<ReturnType<typeof list>> = await list(after === '' ? { limit } : { limit, after })
    items.push(...page.items)
    after = page.next
  }
  return items
}

/** Everything that a store says of itself, to be compared with what another says. */
export async function everythingIn(store: Store) {
  return {
    users: await allPages((paging) => store.users(paging)),
    tasks: await allPages((paging) => store.tasks(paging)),
    settings: await store.settings(),
    queue: await store.get('queue', 'mail'),
    counts: await store.taskCounts(),
    mailLog: await allPages((paging) => store.mailLog(paging)),
    audit: await allPages((paging) => store.audit(paging)),
  }
}
