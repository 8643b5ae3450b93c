import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStore } from '../../src/core/store/embedded/create.ts'
import { type EmbeddedOptions, EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import { Layout } from '../../src/core/store/embedded/layout.ts'
import type { Store } from '../../src/core/store/port.ts'
import { ManualClock } from './clock.ts'

/** Memory syncs at once: a test whose faults are not of the disk itself is quicker there. */
const MEMORY = '/dev/shm'

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A directory that is gone when it is disposed of: in memory where there is some, or `on` a disk that is named. */
export function temporaryDirectory(
  on = isWritable(MEMORY) ? MEMORY : tmpdir(),
): Disposable & { readonly path: string } {
  const path = realpathSync(mkdtempSync(join(on, 'postern-store-')))
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

  static async make(on?: string): Promise<StoreHouse> {
    const house = new StoreHouse(temporaryDirectory(on))
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

  /** All that stands in any file of the data directory. */
  contents(): string {
    const entries = readdirSync(this.data, { withFileTypes: true, recursive: true })
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
    return files.map((file) => readFileSync(file, 'latin1')).join('\n')
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
