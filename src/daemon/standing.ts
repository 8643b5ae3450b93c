import { type Window, windowsOf } from '../core/domain/budget.ts'
import { diagnose } from '../core/domain/diagnosis.ts'
import { NEW_QUEUE, type Queue } from '../core/domain/queue.ts'
import { mailFingerprint, type Settings, settingsInForce } from '../core/domain/setting.ts'
import { connectionsUnder, isResting } from '../core/domain/throttle.ts'
import { type Instant, iso } from '../core/domain/time.ts'
import type { Store } from '../core/store/port.ts'
import { readQueue } from '../core/usecases/settings.ts'
import type { Carriers } from './carriers.ts'
import { type Carrier, summary } from './deliver.ts'
import type { Log } from './log.ts'

export interface StandingOptions {
  readonly store: Store
  readonly carriers: Carriers
  readonly log: Log
  /** Send test letters alone. */
  readonly testsOnly: boolean
}

const LIMITS = ['SERVICE_MAIL_RATE_PER_MINUTE', 'SERVICE_MAIL_DAILY_LIMIT'] as const

/** How things stand: settings, queue and courier as the store had them when it was last read. */
export class Standing {
  readonly #options: StandingOptions
  #settings: Settings = settingsInForce([])
  #fingerprint = ''
  #queue: Queue = NEW_QUEUE
  #carrier: Carrier | null = null
  #stale = true
  /** Letters that have met trouble which closes the queue: all, those that are settled, those that were read. */
  readonly #troubles = { met: 0, settled: 0, read: 0 }
  #windows: readonly Window[] = []

  constructor(options: StandingOptions) {
    this.#options = options
  }

  /** The fingerprint of the mail settings in force. */
  get fingerprint(): string {
    return this.#fingerprint
  }

  /** What a letter that begins now goes by. */
  get carrier(): Carrier {
    if (this.#carrier === null) throw new Error('a letter was begun before the settings were read')
    return this.#carrier
  }

  /** Whether a letter has met trouble and the store has not yet said how the queue stands: nothing begins meanwhile. */
  get held(): boolean {
    return this.#troubles.met > this.#troubles.read
  }

  /** Whether trouble has closed the queue: letters other than tests wait for it to open. */
  get closed(): boolean {
    return this.#queue.state !== 'open'
  }

  /** Whether letters other than tests may leave. */
  get sends(): boolean {
    const allowed = this.#settings.SERVICE_MAIL_ENABLE && !this.#options.testsOnly
    return this.#queue.state === 'open' && allowed && !this.held && this.restsUntil === null
  }

  /** Until when a server that wanted fewer letters than one connection carries is left in peace; null when it is not. */
  get restsUntil(): Instant | null {
    const { throttle } = this.#queue
    return throttle !== null && isResting(throttle, this.#options.store.now()) ? throttle.until : null
  }

  /** The limits to how many letters may go; none where nothing is limited. */
  get windows(): readonly Window[] {
    return this.#windows
  }

  /** Letters that may be under way at once. */
  get connections(): number {
    return this.#connectionsFor(this.#settings, this.#fingerprint, this.#queue)
  }

  /** When the next probe may go; null while none is wanted. */
  get nextProbeAt(): number | null {
    const wanted = this.#queue.state !== 'open' && this.#settings.SERVICE_MAIL_ENABLE
    return wanted ? this.#queue.nextProbeAt : null
  }

  /** What was read may not hold any more. */
  outdate(): void {
    this.#stale = true
  }

  /** A letter has met trouble that concerns all others. The result is called when its outcome is saved. */
  meetTrouble(): () => void {
    this.#troubles.met++
    return () => {
      this.#troubles.settled++
      this.#stale = true
    }
  }

  /** A letter has arrived: the first one proves the settings, and while slowed down each may bring a connection back. */
  delivered(): void {
    if (this.#queue.proven !== this.#fingerprint || this.#queue.throttle !== null) this.#stale = true
  }

  /** Reads how things stand, if that may have changed. Nothing of it holds before all of it is there. */
  async refresh(): Promise<void> {
    if (!this.#stale) return
    const { store, carriers } = this.#options
    this.#stale = false
    const { settled } = this.#troubles
    const settings = settingsInForce(await store.settings())
    const fingerprint = mailFingerprint(settings)
    const queue = await readQueue(store)
    const carrier = await carriers.forSettings(settings, this.#connectionsFor(settings, fingerprint, queue))
    if (this.#queue.state !== queue.state) this.#tell(queue)
    this.#tellThrottle(queue, settings)
    if (LIMITS.some((name) => settings[name] !== this.#settings[name])) this.#windows = windowsOf(settings)
    this.#settings = settings
    this.#fingerprint = fingerprint
    this.#queue = queue
    this.#carrier = carrier
    this.#troubles.read = settled
  }

  /** The carrier anew: what could not be used may be mended without a setting changing: a file, a key. */
  async renewCarrier(): Promise<Carrier> {
    this.#carrier = await this.#options.carriers.forSettings(this.#settings, this.connections)
    return this.#carrier
  }

  /** One until a sign-in has succeeded under the settings: one letter at most meets a wrong password. */
  #connectionsFor(settings: Settings, fingerprint: string, queue: Queue): number {
    return queue.proven === fingerprint ? connectionsUnder(queue.throttle, settings.SERVICE_MAIL_CONNECTIONS) : 1
  }

  /** One line for each step down, and one when all connections are back. */
  #tellThrottle({ throttle }: Queue, { SERVICE_MAIL_CONNECTIONS: all }: Settings): void {
    const { log } = this.#options
    const before = this.#queue.throttle
    if (throttle === null) {
      if (before !== null) log.info({ connections: all }, 'all connections are used again')
      return
    }
    if (throttle.since === before?.since) return
    const { connections, rests } = throttle
    const until = iso(throttle.until)
    const what = rests ? 'nothing leaves until then' : `${connections} of ${all} connections, and more after that`
    log.warn({ connections, of: all, until }, `the mail server asked to slow down: ${what}`)
  }

  /** One loud line when the queue opens or closes. */
  #tell({ state, cause, nextProbeAt }: Queue): void {
    const { log } = this.#options
    if (cause === null) {
      log.info({ queue: state }, 'the queue is open')
      return
    }
    const { title, advice, settings } = diagnose(cause)
    const next = nextProbeAt === null ? null : iso(nextProbeAt)
    log.error(
      { queue: state, reason: title, advice, settings, reply: cause.reply, nextProbeAt: next },
      `the queue is ${state}: ${summary(cause)}`,
    )
  }
}
