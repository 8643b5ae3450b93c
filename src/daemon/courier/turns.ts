import type { Stage } from '../../core/domain/outcome.ts'
import { type Deadlines, timeoutCode, Watchdog } from './deadline.ts'
import { type Failure, failure } from './failure.ts'
import type { Transcript } from './transcript.ts'

export type Settle = (failed: Failure | null) => void

/**
 * One thing at a time on one connection, each with a deadline, until the first failure of the connection ends them all.
 */
export class Turns {
  /** Of the attempt under way; null while nobody waits for this connection. */
  transcript: Transcript | null = null
  readonly #deadlines: Deadlines
  readonly #ended: () => void
  readonly #watchdog = new Watchdog(() => this.finish(this.#timeout()))
  #settle: Settle | null = null
  #end: Failure | null = null

  /** @param ended called once, before the last turn is settled */
  constructor(deadlines: Deadlines, ended: () => void) {
    this.#deadlines = deadlines
    this.#ended = ended
  }

  /** Why it is over; null while it goes on. */
  get end(): Failure | null {
    return this.#end
  }

  /** Does one thing. Resolves to what `start` settles it with, or to what ended the connection meanwhile. */
  perform(start: (settle: Settle) => void): Promise<Failure | null> {
    if (this.#end !== null) return Promise.resolve(this.#end)
    return new Promise((resolve) => {
      const settle: Settle = (failed) => {
        if (this.#settle !== settle) return
        this.#settle = null
        resolve(failed)
      }
      this.#settle = settle
      start(settle)
    })
  }

  /** Begins a stage, and its deadline; DNS and TCP have one together, which begins with the first of them. */
  enter(stage: Exclude<Stage, 'letter'>): void {
    const connecting = this.transcript?.stage === 'dns'
    this.transcript?.enter(stage)
    if (stage === 'tcp' && connecting) return
    this.arm(stage === 'dns' || stage === 'tcp' ? this.#deadlines.connect : this.#deadlines[stage])
  }

  /** The short fact that the stage under way showed. */
  show(detail: string): void {
    this.transcript?.show(detail)
  }

  /** The stage under way has come half-way: its deadline begins anew. */
  prolong(stage: 'data' | 'auth'): void {
    this.arm(this.#deadlines[stage])
  }

  /** Begins another deadline, of `ms`; what is over has none, which would keep the process alive. */
  arm(ms: number): void {
    if (this.#end === null) this.#watchdog.arm(ms)
  }

  /** Nothing is under way: no deadline. */
  rest(): void {
    this.transcript = null
    this.#watchdog.rest()
  }

  /** Ends everything; the turn under way fails with `why`. Later calls do nothing. */
  finish(why: Failure): void {
    if (this.#end !== null) return
    this.#end = why
    this.#watchdog.stop()
    this.#ended()
    this.#settle?.(why)
  }

  #timeout(): Failure {
    const stage = this.transcript?.stage ?? 'letter'
    return failure('ETIMEDOUT', timeoutCode(stage), 'The server did not answer in time.')
  }
}
