import { join } from 'node:path'
import type { TaskId } from '../../src/core/domain/ids.ts'
import type { MailLogEntry } from '../../src/core/domain/mail-log.ts'
import type { Task } from '../../src/core/domain/task.ts'
import { requestResets } from '../../src/core/usecases/reset.ts'
import { type Daemon, type DaemonWork, startDaemon } from '../../src/daemon/daemon.ts'
import type { Log } from '../../src/daemon/log.ts'
import { ManualClock } from '../support/clock.ts'
import { type House, makeHouse } from '../support/posternd.ts'
import { allPages } from '../support/store.ts'

interface Line {
  readonly level: 'info' | 'warn' | 'error'
  readonly text: string
}

/** A daemon in this process, on a store and a clock that the test holds. */
export class DaemonHouse implements AsyncDisposable {
  readonly clock: ManualClock
  readonly house: House
  readonly lines: Line[] = []
  daemon: Daemon | null = null

  private constructor(clock: ManualClock, house: House) {
    this.clock = clock
    this.house = house
  }

  static async make(): Promise<DaemonHouse> {
    const clock = new ManualClock()
    return new DaemonHouse(clock, await makeHouse(clock))
  }

  async start(work: DaemonWork = 'everything'): Promise<Daemon> {
    const { data, keys, store, context } = this.house
    this.daemon = await startDaemon(
      {
        context: { ...context, actor: { name: 'posternd', uid: 999, door: 'daemon', address: null } },
        upkeep: store,
        keys,
        data,
        templates: join(data, 'store', 'templates'),
        version: 'test',
        clock: this.clock,
        log: this.#log(),
        random: () => 0,
      },
      work,
    )
    return this.daemon
  }

  /** Resets for so many new users, due now. */
  async resets(count: number, prefix = 'user'): Promise<readonly TaskId[]> {
    const users = await this.house.addUsers(count, prefix)
    const requested = await requestResets(this.house.context, users, { kind: 'now' })
    return requested.flatMap((one) => (one.kind === 'made' ? [one.task.id] : []))
  }

  async task(id: TaskId | undefined): Promise<Task> {
    const task = id === undefined ? undefined : await this.house.store.get('task', id)
    if (task === undefined) throw new Error(`there is no task ${id}`)
    return task
  }

  /** Resolves as soon as `holds`; it is looked at after each change of the store. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    const stop = new AbortController()
    const changes = this.house.store.changes(stop.signal)[Symbol.asyncIterator]()
    try {
      let change = changes.next()
      while (!(await holds())) {
        await change
        change = changes.next()
      }
    } finally {
      stop.abort()
    }
  }

  /** Resolves when the dispatcher has set its alarm. */
  async asleep(): Promise<void> {
    while (this.clock.alarms === 0) await new Promise(setImmediate)
  }

  async untilTask(id: TaskId | undefined, holds: (task: Task) => boolean): Promise<Task> {
    await this.until(async () => holds(await this.task(id)))
    return this.task(id)
  }

  async untilQueue(state: 'open' | 'paused' | 'unreachable'): Promise<void> {
    await this.until(async () => ((await this.house.store.get('queue', 'mail'))?.state ?? 'open') === state)
  }

  log(): Promise<MailLogEntry[]> {
    return allPages((paging) => this.house.store.mailLog(paging))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.daemon?.stop()
    await this.house.remove()
  }

  #log(): Log {
    const at = (level: Line['level']) => (first: unknown, second?: unknown) => {
      this.lines.push({ level, text: `${typeof first === 'string' ? first : second} ${JSON.stringify(first)}` })
    }
    return { info: at('info'), warn: at('warn'), error: at('error') }
  }
}
