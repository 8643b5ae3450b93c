import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { EXIT, Stop } from './exit.ts'
import { systemClock } from './host/clock.ts'
import { inspectDataDirectory } from './host/directory.ts'
import { environment } from './host/environment.ts'
import { becomeOwner } from './host/privileges.ts'
import { createMasterKey } from './secrets/create-master-key.ts'
import { createStore } from './store/embedded/create.ts'
import { EmbeddedStore } from './store/embedded/embedded-store.ts'
import { Layout } from './store/embedded/layout.ts'

/** Where the programs were installed: the directory of their package.json. */
function packageRoot(): string {
  let directory = import.meta.dirname
  while (!existsSync(join(directory, 'package.json')) && dirname(directory) !== directory)
    directory = dirname(directory)
  return directory
}

/** The version in package.json. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : ''
}

/** Whether the programs run from a checkout of their source; a data directory is then made without being asked for. */
export const inCheckout = (): boolean => existsSync(join(packageRoot(), '.git'))

/** Where the programs are used as they were installed, and the unit runs the daemon. */
const INSTALLED = '/var/lib/postern'

/** What to type for one of the programs, on a data directory that is not said by itself. */
export const programOn = (program: 'postern' | 'posternd', data: string): string =>
  `${inCheckout() ? `node bin/${program}.mjs` : program} --data ${data}`

/** What to type about the daemon of a data directory. */
export interface DaemonCommands {
  readonly start: string
  readonly restart: string
  /** Shows its log; null where that is wherever it was started. */
  readonly log: string | null
}

/** The unit's commands for the directory that it serves; any other has a daemon that somebody started there. */
export function daemonCommands(data: string): DaemonCommands {
  if (data === INSTALLED) {
    return {
      start: 'systemctl start posternd',
      restart: 'systemctl restart posternd',
      log: 'journalctl -u posternd',
    }
  }
  const start = programOn('posternd', data)
  return { start, restart: `end it, then ${start}`, log: null }
}

/** The data directory: `--data`, else `$POSTERN_DATA`, else `data/local` of a checkout, else `/var/lib/postern`. */
export function dataDirectory(flag: string | undefined): string {
  const named = flag ?? environment().dataDirectory
  if (named !== null && named !== undefined) return resolve(named)
  return inCheckout() ? join(packageRoot(), 'data', 'local') : INSTALLED
}

/** Where operators' own letter templates are looked for. */
export const templatesDirectory = (data: string): string => join(data, 'store', 'templates')

export interface OpenOptions {
  /** Make the directory, the key and an empty store where there are none. */
  readonly create: boolean
  readonly warn: (sentence: string) => void
}

/**
 * Opens the store of a data directory, as its owner when run as root. The one place that knows which adapter stands
 * behind the port.
 * @throws Stop when the directory cannot be used, StoreError when the store cannot, MasterKeyError.
 */
export async function openStore(data: string, { create, warn }: OpenOptions): Promise<EmbeddedStore> {
  enterData(data, create)
  // The key comes first: a store without one would look like one whose key was lost.
  if (create && !existsSync(new Layout(data).lock)) await createMasterKey(data)
  if (create) await createStore(data)
  return EmbeddedStore.open(data, { clock: systemClock, warn })
}

/**
 * Becomes the directory's owner, when run as root, and looks whether it can be used; `create` makes what is missing.
 * @throws Stop
 */
export function enterData(data: string, create: boolean): void {
  const became = becomeOwner(data)
  if (!became.ok) throw new Stop(EXIT.config, became.why)
  const missing = !existsSync(data)
  const inspected = inspectDataDirectory(data, { create })
  if (!inspected.ok) throw new Stop(missing && !create ? EXIT.unavailable : EXIT.config, inspected.why)
}
