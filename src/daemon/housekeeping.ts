import { Cron } from 'croner'
import { Low } from 'lowdb'
import { JSONFile } from 'lowdb/node'
import { settingsInForce } from '../core/domain/setting.ts'
import { DAY, iso } from '../core/domain/time.ts'
import { type Heartbeat, heartbeatPath } from '../core/host/heartbeat.ts'
import { StoreError } from '../core/store/error.ts'
import type { Upkeep } from '../core/store/port.ts'
import type { Context } from '../core/usecases/context.ts'
import { failTooOld, retireTasks } from '../core/usecases/delivery.ts'
import { retireSessions } from '../core/usecases/portal/session.ts'
import type { Log } from './log.ts'
import type { Portal } from './portal/portal.ts'

export interface HousekeepingOptions {
  readonly context: Context
  readonly upkeep: Upkeep
  readonly data: string
  readonly version: string
  readonly log: Log
  readonly portal: Pick<Portal, 'state'>
  /** Called with what to say when the store is no longer where it was opened: nobody finds what is in this one. */
  readonly onMoved: (error: StoreError) => void
}

const EVERY_10_SECONDS = '*/10 * * * * *'
const EVERY_MINUTE = '0 * * * * *'
const EVERY_HOUR = '30 7 * * * *'

/**
 * What the daemon does beside sending: its heartbeat, letters that have become too old, folding when the journal has
 * grown, and retention. Each job runs at once and then by its pattern; one that is still running is not begun again.
 */
export async function keepHouse(options: HousekeepingOptions): Promise<() => void> {
  const startedAt = iso(options.context.store.now())
  const jobs = [
    { pattern: EVERY_10_SECONDS, work: () => beat(options, startedAt) },
    { pattern: EVERY_MINUTE, work: () => sweep(options) },
    { pattern: EVERY_MINUTE, work: () => foldWhenGrown(options) },
    { pattern: EVERY_HOUR, work: () => retire(options) },
  ]
  const settings = { protect: true, unref: true, catch: (error: unknown) => complain(options, error) }
  for (const { work } of jobs) await work().catch(settings.catch)
  const crons = jobs.map(({ pattern, work }) => new Cron(pattern, settings, work))
  return () => {
    for (const cron of crons) cron.stop()
  }
}

/** A job that failed is tried again at its next time; that the disk failed, the dispatcher says by ending. */
function complain({ log, onMoved }: HousekeepingOptions, error: unknown): void {
  if (error instanceof StoreError && error.kind === 'moved') onMoved(error)
  else if (error instanceof StoreError) log.error({ reason: error.message }, 'housekeeping failed')
  else log.error({ err: error }, 'housekeeping failed')
}

async function beat({ data, version, context, portal }: HousekeepingOptions, startedAt: string): Promise<void> {
  const seenAt = iso(context.store.now())
  const heartbeat: Heartbeat = { pid: process.pid, version, startedAt, seenAt, portal: portal.state }
  await new Low(new JSONFile<Heartbeat>(heartbeatPath(data)), heartbeat).write()
}

async function sweep({ context, log }: HousekeepingOptions): Promise<void> {
  for (let failed = await failTooOld(context); failed > 0; failed = await failTooOld(context)) {
    log.warn({ tasks: failed }, 'letters became too old to send')
  }
}

async function foldWhenGrown({ upkeep, log }: HousekeepingOptions): Promise<void> {
  if (!upkeep.wantsFold) return
  await upkeep.fold()
  log.info('the journal was folded')
}

async function retire({ context, upkeep, log }: HousekeepingOptions): Promise<void> {
  const { SERVICE_MAIL_LOG_DAYS: days } = settingsInForce(await context.store.settings())
  const before = context.store.now() - days * DAY
  let tasks = 0
  for (let some = await retireTasks(context, before); some > 0; some = await retireTasks(context, before)) tasks += some
  // What is over opens nothing any more: this only tidies up.
  for (let some = await retireSessions(context); some > 0; ) some = await retireSessions(context)
  const segments = upkeep.retireLogs(before)
  if (tasks > 0 || segments.length > 0)
    log.info({ tasks, segments }, 'removed what is older than SERVICE_MAIL_LOG_DAYS')
}
