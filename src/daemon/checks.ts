import { diagnoseCheck } from '../core/domain/diagnosis-check.ts'
import type { Happening, Stage, StageReport } from '../core/domain/outcome.ts'
import { type Clock, SECOND } from '../core/domain/time.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import { StoreError } from '../core/store/error.ts'
import { type BegunCheck, beginCheck, fillCheck, finishCheck } from '../core/usecases/check.ts'
import type { Context } from '../core/usecases/context.ts'
import { checkMail } from './check-mail.ts'
import type { Log } from './log.ts'

export interface ChecksOptions {
  readonly context: Context
  readonly keys: MasterKeys
  readonly clock: Clock
  readonly log: Log
}

/** How far a check has come. */
interface Reached {
  readonly stages: readonly StageReport[]
  readonly stage: Stage
}

/** How long to wait for room on a full disk before trying again. */
const FULL_PAUSE = 2 * SECOND
/** A stage that is over sooner is put down with the next one, in ms. */
const SEEN_AFTER = 200

/**
 * Carries out the checks of the mail server that doors ask for, one after the other, each on a connection of its own:
 * no letter waits for them, and they leave the queue alone.
 */
export class Checks {
  readonly #options: ChecksOptions
  readonly #stopping = new AbortController()

  constructor(options: ChecksOptions) {
    this.#options = options
  }

  /**
   * Follows the store until `stop` is called; resolves when the check that was under way then has been put down.
   * @throws StoreError when the disk failed; a full disk is waited for.
   */
  async run(): Promise<void> {
    const { signal } = this.#stopping
    const { store } = this.#options.context
    const changes = store.changes(signal)
    await this.#carryOutAll()
    for await (const { kinds } of changes) if (kinds.has('check')) await this.#carryOutAll()
  }

  /** Ends the check that is under way, with a word on that; those that wait are left. */
  stop(): void {
    this.#stopping.abort()
  }

  async #carryOutAll(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const begun = await this.#saved(() => beginCheck(this.#options.context))
      if (begun === null) return
      await this.#carryOut(begun)
    }
  }

  async #carryOut({ check, settings }: BegunCheck): Promise<void> {
    const { context, keys, clock, log } = this.#options
    const filling = new Filling(clock, (reached) => fillCheck(context, check.id, reached))
    const { signal } = this.#stopping
    const entered = (stages: readonly StageReport[], stage: Stage) => filling.take({ stages, stage })
    const report = await checkMail({ settings, keys, around: { context, log }, to: check.to }, { entered, signal })
    await filling.over()
    await this.#saved(() => finishCheck(context, check.id, { stages: report.stages, happening: report.happening }))
    log.info({ check: check.id, ...described(report.happening) }, 'checked the mail server')
  }

  /** Saves something, however long the disk has no room for it; when the daemon is to stop, no longer. */
  async #saved<Result>(save: () => Promise<Result>): Promise<Result | null> {
    const { clock, log } = this.#options
    for (;;) {
      try {
        return await save()
      } catch (error) {
        if (!(error instanceof StoreError) || error.kind !== 'full') throw error
        log.error({ reason: error.message }, 'the disk is full; trying again')
        if (this.#stopping.signal.aborted) return null
        await new Promise<void>((resolve) => clock.wakeAt(clock.wall() + FULL_PAUSE, resolve))
      }
    }
  }
}

const described = (happening: Happening | null) => ({
  stage: happening?.stage ?? null,
  reason: happening === null ? null : diagnoseCheck(happening).title,
})

/**
 * Puts down how far a check has come, for those who watch: what passes quicker than they can see is not worth a line in the
 * journal and the audit log. Stages wait for no disk.
 */
class Filling {
  readonly #save: (reached: Reached) => Promise<void>
  readonly #clock: Clock
  /** Ends the wait for the next time; null while nothing has come. */
  #calm: (() => void) | null = null
  #latest: Reached | null = null
  #saving: Promise<void> = Promise.resolve()
  #failure: unknown = null

  constructor(clock: Clock, save: (reached: Reached) => Promise<void>) {
    this.#clock = clock
    this.#save = save
  }

  take(reached: Reached): void {
    this.#latest = reached
    this.#calm ??= this.#clock.wakeAt(this.#clock.wall() + SEEN_AFTER, () => {
      this.#calm = null
      this.#saving = this.#saving.then(() => this.#put())
    })
  }

  /** Resolves when nothing is being saved any more. @throws what a save threw; a full disk is passed over. */
  async over(): Promise<void> {
    this.#calm?.()
    await this.#saving
    if (this.#failure !== null) throw this.#failure
  }

  async #put(): Promise<void> {
    const latest = this.#latest
    this.#latest = null
    try {
      if (latest !== null) await this.#save(latest)
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== 'full') this.#failure = error
    }
  }
}
