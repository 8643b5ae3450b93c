import { setImmediate, setTimeout } from 'node:timers/promises'
import { commitGroup, type Job } from './group-commit.ts'
import type { Live, OnChange } from './live.ts'
import type { StoreTime } from './store-time.ts'
import { storeError } from './system-error.ts'
import type { Writer } from './writer.ts'

export interface CommitQueueOptions {
  readonly live: Live
  readonly writer: Writer
  readonly time: StoreTime
  /** Told what each commit changed, before its jobs resolve. */
  readonly onCommit: OnChange
}

/**
 * After a commit of this many transactions or more the next one waits a moment for as many again: under load a sync is
 * shared by twice as many, and one that comes alone waits for nobody (PostgreSQL's commit_siblings and commit_delay).
 */
const SIBLINGS = 4
const DELAY_MS = 2

/** The transactions that wait for their turn; those that wait together are committed together. */
export class CommitQueue {
  readonly #options: CommitQueueOptions
  readonly #jobs: Job[] = []
  #running: Promise<void> | null = null
  #closed = false

  constructor(options: CommitQueueOptions) {
    this.#options = options
  }

  add(job: Job): void {
    if (this.#closed) {
      job.reject(new Error('The store is closed.'))
      return
    }
    this.#jobs.push(job)
    this.#running ??= this.#run()
  }

  /** Takes no more jobs, and waits until all are done. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#jobs.length > 0) {
      const committed = await this.#commit()
      // Readers that waited for the commit look before the next one begins.
      await (committed >= SIBLINGS && !this.#closed ? setTimeout(DELAY_MS) : setImmediate())
    }
    this.#running = null
  }

  /** Commits the jobs that wait; how many it did. */
  async #commit(): Promise<number> {
    const { live, writer, time, onCommit } = this.#options
    try {
      return await writer.exclusively(async () => {
        const { replica } = live
        const { disk } = writer
        const [now, sync] = [() => time.now(), () => writer.sync()]
        const { kinds, done } = await commitGroup({ replica, jobs: this.#jobs, disk, now, sync })
        onCommit(kinds, replica)
        for (const { job, result } of done) job.resolve(result)
        return done.length
      })
    } catch (cause) {
      const error = storeError(cause, 'nothing of this change was saved')
      for (const job of this.#jobs.splice(0)) job.reject(error)
      return 0
    }
  }
}
