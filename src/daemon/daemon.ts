import { settingsInForce } from '../core/domain/setting.ts'
import { type Clock, SECOND } from '../core/domain/time.ts'
import { loadTemplates } from '../core/letters/overrides.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import type { Upkeep } from '../core/store/port.ts'
import { endAbandonedChecks } from '../core/usecases/check.ts'
import type { Context } from '../core/usecases/context.ts'
import { recoverCrashed } from '../core/usecases/delivery.ts'
import { Checks } from './checks.ts'
import { crashReport } from './deliver.ts'
import { Dispatcher } from './dispatcher.ts'
import { keepHouse } from './housekeeping.ts'
import type { Log } from './log.ts'
import { Portal } from './portal/portal.ts'

export interface DaemonOptions {
  readonly context: Context
  readonly upkeep: Upkeep
  readonly keys: MasterKeys
  /** The data directory; its lock is held by the caller. */
  readonly data: string
  /** Where operators' templates are. */
  readonly templates: string
  readonly version: string
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
}

/** A letter may take this long to finish after a SIGTERM; the unit's TimeoutStopSec is longer. */
const PATIENCE = 30 * SECOND

/** Send whatever comes due; only what is due when `drain` is called; of that only the test letters. */
export type DaemonWork = 'everything' | 'on demand' | 'tests on demand'

/** A daemon that has been started. */
export interface Daemon {
  /** Ends when `stop` was called, or with the error that ended it. */
  readonly ended: Promise<void>
  /**
   * Sends what is due and can leave, and resolves when nothing of it is left: to false when a letter was tried and not
   * delivered, or a closed queue holds some.
   */
  drain(): Promise<boolean>
  /** Stops claiming, finishes or settles what is under way, and ends. */
  stop(): Promise<void>
}

/** Recovers what a dead daemon left, then dispatches and keeps house until it is stopped. */
export async function startDaemon(options: DaemonOptions, work: DaemonWork = 'everything'): Promise<Daemon> {
  const { context, keys, clock, log, random } = options
  await recover(options)
  const by = `${process.pid}@${clock.wall()}`
  const templates = loadTemplates(options.templates)
  const testsOnly = work === 'tests on demand'
  const dispatcher = new Dispatcher({ context, keys, templates, clock, log, by, random, testsOnly })
  const portal = new Portal({ context, keys, clock, log })
  const moved = Promise.withResolvers<never>()
  // It may be before anybody waits for it, or nobody may.
  moved.promise.catch(() => undefined)
  const stopHousekeeping = testsOnly ? () => {} : await keepHouse({ ...options, portal, onMoved: moved.reject })
  const { SERVICE_MAIL_ENABLE: enabled } = settingsInForce(await context.store.settings())
  if (!enabled && !testsOnly) log.warn('SERVICE_MAIL_ENABLE is false: no letter leaves until it is true')
  const stopping = new AbortController()
  const checks = new Checks({ context, keys, clock, log })
  const ended =
    work === 'everything'
      ? Promise.race([allEnd(dispatcher.run(stopping.signal), checks.run(), portal.run()), moved.promise])
      : Promise.resolve()
  // Whoever awaits `ended` hears of a failure; until then it is not an unhandled one.
  ended.catch(() => undefined)
  return {
    ended,
    drain: () => dispatcher.drain(),
    async stop() {
      stopHousekeeping()
      checks.stop()
      portal.stop()
      await dispatcher.stop(PATIENCE)
      stopping.abort()
      await ended
    },
  }
}

/** Resolves when all have ended, and rejects with the first that broke. */
const allEnd = (...running: readonly Promise<void>[]): Promise<void> => Promise.all(running).then(() => undefined)

async function recover({ context, log }: DaemonOptions): Promise<void> {
  const recovered = await recoverCrashed(context, crashReport)
  for (const { id, to } of recovered) {
    log.warn({ task: id, to, outcome: 'unknown' }, 'a daemon died while it was sending this letter; it is tried again')
  }
  const checks = await endAbandonedChecks(context)
  if (checks > 0) log.warn({ checks }, 'a daemon died while it was checking the mail server; the check was ended')
}
