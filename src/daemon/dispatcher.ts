import { diagnose } from '../core/domain/diagnosis.ts'
import { type Clock, MINUTE, SECOND } from '../core/domain/time.ts'
import type { Templates } from '../core/letters/overrides.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import { StoreError } from '../core/store/error.ts'
import type { Context } from '../core/usecases/context.ts'
import {
  type AttemptReport,
  type Claimed,
  claimDue,
  releaseClaims,
  settleAttempt,
  settleProbe,
} from '../core/usecases/delivery.ts'
import { Alarm } from './alarm.ts'
import { recordAttempt, wasNotBegun } from './attempt.ts'
import { Carriers } from './carriers.ts'
import { concernsAll } from './courier/report.ts'
import { deliver, unsentReport } from './deliver.ts'
import type { Log } from './log.ts'
import { Pace } from './pace.ts'
import { Standing } from './standing.ts'

export interface DispatcherOptions {
  readonly context: Context
  readonly keys: MasterKeys
  readonly templates: Templates
  readonly clock: Clock
  readonly log: Log
  /** Names this daemon in its claims: `pid@start`. */
  readonly by: string
  readonly random: () => number
  /** Send test letters alone. */
  readonly testsOnly: boolean
}

/** Letters in hand beyond those under way, by connection: no connection waits for a sync. */
const AHEAD = 13
/** How long to wait for room on a full disk before trying again. */
const FULL_PAUSE = 2 * SECOND

/**
 * Claims due letters, hands them to the courier and settles what they came to. It sleeps until the next is due, a
 * probe is due or the store changes. At most `connections` letters are under way, and one announced behind each; some
 * more are in hand.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #carriers: Carriers
  readonly #standing: Standing
  readonly #pace: Pace
  /** Claimed and not begun: given back when the queue closes or the daemon stops. */
  #ready: Claimed[] = []
  #underWay = 0
  #settling = 0
  #probing = false
  /** A letter was tried and not delivered. */
  #undelivered = false
  #templatesSeenAt = Number.NEGATIVE_INFINITY
  #stopping = false
  #running: Promise<void> | null = null
  #again = false
  readonly #failure = Promise.withResolvers<never>()
  readonly #alarm: Alarm
  #idle: () => void = () => {}

  constructor(options: DispatcherOptions) {
    this.#options = options
    const { context, clock, log, testsOnly } = options
    const around = { context, log, monotonic: () => clock.monotonic() }
    this.#carriers = new Carriers(options.keys, around, () => this.#beginBehind())
    this.#standing = new Standing({ store: options.context.store, carriers: this.#carriers, log, testsOnly })
    this.#pace = new Pace(options.context.store, this.#standing, log)
    this.#alarm = new Alarm(clock, log, () => this.wake())
    // Whoever runs or drains hears of it; without them it is not an error of its own.
    this.#failure.promise.catch(() => undefined)
  }

  /** Whether letters are in hand, under way or being settled, or the server is being probed. */
  get #inHand(): boolean {
    return this.#ready.length > 0 || this.#underWay > 0 || this.#settling > 0 || this.#probing
  }

  /**
   * Dispatches until `signal` aborts: wakes at each change of the store, and when something is due.
   * @throws StoreError when the disk failed; a full disk is waited for.
   */
  async run(signal: AbortSignal): Promise<void> {
    this.wake()
    await Promise.race([this.#follow(signal), this.#failure.promise])
  }

  /**
   * Sends everything that is due and can leave, at the rate that is set. Resolves when nothing of it is left: to false
   * when a letter was tried and not delivered, or a closed queue holds some.
   */
  async drain(): Promise<boolean> {
    this.#undelivered = false
    do {
      this.#standing.outdate()
      this.wake()
      await Promise.race([this.#whenIdle(), this.#failure.promise])
    } while (await this.#somethingLeaves())
    return !this.#undelivered && !(this.#standing.closed && (await this.#isDue()))
  }

  /** Looks at once whether there is something to do. */
  wake(): void {
    this.#again = true
    this.#running ??= this.#guard(this.#work()).finally(() => {
      this.#running = null
      this.#rest()
    })
  }

  /**
   * Stops claiming, gives back what was not begun and lets what is under way finish; after `patience` ms it ends that,
   * too, and settles it.
   */
  async stop(patience: number): Promise<void> {
    this.#stopping = true
    await this.#running
    this.#alarm.stop()
    await this.#release()
    const { clock } = this.#options
    const giveUp = clock.wakeAt(clock.wall() + patience, () => this.#carriers.abort())
    // What broke does not settle any more: nobody waits for it.
    await Promise.race([this.#whenIdle(), this.#failure.promise.catch(() => undefined)])
    giveUp()
    await this.#carriers.close()
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for await (const { kinds } of this.#options.context.store.changes(signal)) {
      if (kinds.has('setting') || kinds.has('queue')) this.#standing.outdate()
      if (kinds.has('setting') || kinds.has('queue') || kinds.has('task')) this.wake()
    }
  }

  async #work(): Promise<void> {
    while (this.#again) {
      this.#again = false
      await this.#step()
    }
  }

  /** What goes on in the background ends the dispatcher when it breaks. */
  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      this.#failure.reject(error)
    }
  }

  /** Saves something, however long the disk has no room for it: what happened on the wire must not be forgotten. */
  async #saved<Result>(save: () => Promise<Result>): Promise<Result> {
    const { clock, log } = this.#options
    for (;;) {
      try {
        return await save()
      } catch (error) {
        if (!(error instanceof StoreError) || error.kind !== 'full') throw error
        log.error({ reason: error.message }, 'the disk is full; trying again')
        await new Promise<void>((resolve) => clock.wakeAt(clock.wall() + FULL_PAUSE, resolve))
      }
    }
  }

  async #step(): Promise<void> {
    if (this.#stopping) return
    await this.#standing.refresh()
    if (this.#stopping) return
    await this.#claim(true)
    if (this.#standing.sends) await this.#claim(false)
    else await this.#release()
    this.#begin()
    this.#probeIfDue()
    await this.#sleep()
  }

  async #claim(tests: boolean): Promise<void> {
    const { context, by, keys, templates } = this.#options
    const { connections } = this.#standing
    const inHand = this.#ready.length + this.#underWay + this.#settling
    // Unproven, one letter at a time meets the server, and the next waits for what becomes of it. What goes by a rate
    // is claimed when it is to go.
    const { byRate } = this.#pace
    const wanted = connections === 1 || byRate ? connections : connections * (1 + AHEAD)
    if (inHand > 0 && wanted - inHand < (byRate ? 1 : connections)) return
    const due = await context.store.nextDue(tests)
    if (due === null || due > context.store.now()) return
    if (!tests && (await this.#pace.isClosed())) return
    this.#refreshTemplates()
    const request = { limit: wanted - inHand, tests, by, key: keys.current, templates }
    const claimed = await this.#saved(() => claimDue(context, request))
    this.#ready.push(...claimed)
    if (!tests && claimed.length < request.limit) await this.#pace.look()
    if (claimed.length > 0) this.#again = true
  }

  /** A changed template holds within a second: looking at the files costs as much as two letters. */
  #refreshTemplates(): void {
    const now = this.#options.clock.monotonic()
    if (now - this.#templatesSeenAt < SECOND) return
    this.#templatesSeenAt = now
    this.#options.templates.refresh()
  }

  #begin(): void {
    while (this.#underWay < this.#standing.connections && this.#beginOne());
  }

  /** One letter more than there are connections, for its opening leaves behind the last bytes of another. */
  #beginBehind(): void {
    // A single connection is one that is not trusted yet, or not any more: each letter waits for the one before.
    if (this.#standing.connections > 1) this.#beginOne()
  }

  #beginOne(): boolean {
    const next = this.#standing.held || this.#stopping ? undefined : this.#ready.shift()
    if (next !== undefined) void this.#guard(this.#send(next))
    return next !== undefined
  }

  async #send(claimed: Claimed): Promise<void> {
    const { context, keys, random } = this.#options
    const { carrier, fingerprint } = this.#standing
    this.#underWay++
    const report = await deliver(claimed, { keys, carrier, fingerprint, random })
    this.#underWay--
    if (wasNotBegun(report)) return this.#takeBack(claimed)
    this.#settling++
    const saved = this.#mind(report)
    // The connection is free: its next letter leaves while this one's outcome is made durable.
    this.#begin()
    await this.#saved(() => settleAttempt(context, report))
    saved()
    if (report.outcome !== 'delivered') this.#undelivered = true
    this.#settling--
    recordAttempt(this.#options.log, claimed, report)
    this.wake()
    this.#rest()
  }

  /** What an outcome says of the server as a whole; the result is called when it is saved. */
  #mind(report: AttemptReport): () => void {
    if (concernsAll(report)) return this.#standing.meetTrouble()
    return () => this.#standing.delivered()
  }

  /** The courier did not begin this letter, since the settings changed or another one met trouble: it goes later. */
  async #takeBack(claimed: Claimed): Promise<void> {
    this.#ready.unshift(claimed)
    if (this.#stopping) await this.#release()
    this.#standing.outdate()
    this.wake()
    this.#rest()
  }

  async #release(): Promise<void> {
    const given = this.#ready.filter(({ task }) => task.kind !== 'test' || this.#stopping)
    if (given.length === 0) return
    this.#ready = this.#ready.filter((claimed) => !given.includes(claimed))
    const claims = given.map(({ task }) => task)
    await this.#saved(() => releaseClaims(this.#options.context, claims))
  }

  /** One prober at a time connects and signs in; the letters wait. */
  #probeIfDue(): void {
    const { nextProbeAt } = this.#standing
    const due = nextProbeAt !== null && nextProbeAt <= this.#options.context.store.now()
    if (!due || this.#probing || this.#underWay > 0) return
    this.#probing = true
    void this.#guard(this.#probe())
  }

  async #probe(): Promise<void> {
    const { context, log } = this.#options
    const { fingerprint } = this.#standing
    const carrier = await this.#standing.renewCarrier()
    const { outcome, throttled, happening } = carrier.ok
      ? await carrier.courier.probe()
      : unsentReport(carrier.happening)
    log.info({ outcome, reason: happening === null ? null : diagnose(happening).title }, 'probed the mail server')
    await this.#saved(() => settleProbe(context, { outcome, throttled, happening, fingerprint }))
    this.#probing = false
    this.#standing.outdate()
    this.wake()
    this.#rest()
  }

  /** Sets the alarm for what comes next. With letters in hand the next step comes by itself, so an alarm that is set stays. */
  async #sleep(): Promise<void> {
    if (this.#alarm.isSet && this.#inHand && !this.#pace.byRate) return
    const now = this.#options.context.store.now()
    const { nextProbeAt, restsUntil } = this.#standing
    // With letters in hand, what is due already is taken when one of them is settled.
    const earliest = this.#inHand ? now + 1 : Number.NEGATIVE_INFINITY
    const coming = [...(await this.#nextLetters()), nextProbeAt, restsUntil]
      .filter((time) => time !== null && time >= earliest)
      .map(Number)
    this.#alarm.set(Math.min(...coming.map((time) => Math.max(0, time - now))))
  }

  /** Whether something that is due can leave now; where it is to go within the minute, once it can. */
  async #somethingLeaves(): Promise<boolean> {
    const { context, clock } = this.#options
    this.#standing.outdate()
    await this.#standing.refresh()
    const now = context.store.now()
    const due = this.#standing.sends ? await context.store.nextDue(false) : null
    const wait = due !== null && due <= now ? this.#pace.opensAt - now : Number.POSITIVE_INFINITY
    const test = await context.store.nextDue(true)
    if ((test !== null && test <= now) || wait <= 0) return true
    if (wait <= MINUTE) await new Promise<void>((resolve) => clock.wakeAt(clock.wall() + wait, resolve))
    return wait <= MINUTE
  }

  /** Whether a letter other than a test is due. */
  async #isDue(): Promise<boolean> {
    const { store } = this.#options.context
    const due = await store.nextDue(false)
    return due !== null && due <= store.now()
  }

  /** When the next letters may go, of the test letters and of all others. */
  async #nextLetters(): Promise<readonly (number | null)[]> {
    const { store } = this.#options.context
    const due = this.#standing.sends ? await store.nextDue(false) : null
    return [await store.nextDue(true), due === null ? null : Math.max(due, this.#pace.opensAt)]
  }

  /** Resolves when nothing is in hand and no step is under way, which might take something in hand. */
  #whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle = resolve
      this.#rest()
    })
  }

  #rest(): void {
    if (!this.#inHand && this.#running === null) this.#idle()
  }
}
