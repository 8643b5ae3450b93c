import { type ParsedAddress, parseAddress } from '../../core/domain/address.ts'
import { SECOND } from '../../core/domain/time.ts'
import type { Deadlines } from './deadline.ts'
import { failure } from './failure.ts'
import { Fifo } from './fifo.ts'
import { Lane, type Sent } from './lane.ts'
import { type Surroundings, surroundings } from './opening.ts'
import { type CourierSettings, concernsAll, type Parcel, type Report, reportOf } from './report.ts'
import type { Sending } from './transaction.ts'
import { Transcript } from './transcript.ts'

export interface CourierOptions {
  /** The most connections at once. */
  readonly connections: number
  readonly deadlines?: Partial<Deadlines>
  /** Milliseconds that never run back, for durations. Default: `performance.now`. */
  readonly monotonic?: () => number
  /** How long a connection may wait for the next letter before it is ended, in ms. Default: 5,000. */
  readonly idle?: number
  /** Called while all connections are used: a letter that is sent at once would leave behind another one. */
  readonly room?: () => void
}

interface Job {
  /** Null: only connect and sign in. */
  readonly parcel: Parcel | null
  readonly transcript: Transcript
  readonly report: (report: Report) => void
}

const IDLE = 5 * SECOND
const ABORTED = failure('EABORTED', null, 'Sending was stopped.')

/** What the story of a letter begins with on its next connection. */
const AGAIN = {
  'given-up': 'the server had given up the connection; on another one:',
  late: 'the letter before it took too long; on another connection:',
  'held-back': 'another letter met what concerns all:',
} as const

const NOTHING_SENT: Sent = { failed: null, again: null, passedOn: false }

const send = (lane: Lane, sending: Sending | null): Promise<Sent> =>
  sending === null ? Promise.resolve(NOTHING_SENT) : lane.send(sending)

/**
 * Carries letters to one SMTP server, over a few connections of its own, and says what happened. It decides nothing and
 * knows nothing of tasks: whoever asks it to carry a letter settles what becomes of it.
 */
export class Courier {
  readonly #around: Surroundings
  readonly #monotonic: () => number
  readonly #idleFor: number
  readonly #room: () => void
  #limit: number
  #ended = false
  /** Whether letters are announced behind others, which a server may say that it can and yet cannot. */
  #announces = true
  #sender: { readonly typed: string; readonly parsed: ParsedAddress } | null = null
  readonly #jobs = new Fifo<Job>()
  /** All connections but those that are being ended by QUIT. */
  readonly #lanes = new Set<Lane>()
  /** Those that wait for a letter, with the time since when; the one that was used last is used first. */
  readonly #idle: { readonly lane: Lane; readonly since: number }[] = []
  #sweep: NodeJS.Timeout | null = null
  readonly #quits = new Set<Promise<void>>()
  /** Settled when the courier has ended and no connection is left. */
  readonly #empty = Promise.withResolvers<void>()

  constructor(settings: CourierSettings, options: CourierOptions) {
    this.#around = surroundings(settings, options.deadlines)
    this.#monotonic = options.monotonic ?? (() => performance.now())
    this.#idleFor = options.idle ?? IDLE
    this.#room = options.room ?? (() => undefined)
    this.#limit = options.connections
  }

  /**
   * Sends one letter as soon as a connection is free: an idle one, a new one below the limit, else the first to become
   * free; letters go in the order of the calls. Resolves whatever the network does: `happening` says what. A letter
   * that had not begun when the courier was closed, or when another one met what concerns all (a refused sign-in, a
   * server that wants less), comes back with `EABORTED` at stage `letter`.
   */
  send(parcel: Parcel): Promise<Report> {
    const transcript = new Transcript(this.#monotonic)
    const to = parseAddress(parcel.to)
    if (!to.ok) return Promise.resolve(reportOf(transcript, failure('EADDRESS', null, to.why)))
    // Letters have one sender, and parsing an address takes longer than all else here.
    if (this.#sender?.typed !== parcel.from) this.#sender = { typed: parcel.from, parsed: parseAddress(parcel.from) }
    const from = this.#sender.parsed
    if (!from.ok) {
      const why = `SERVICE_MAIL_FROM_ADDRESS is not one valid address: ${from.why}.`
      return Promise.resolve(reportOf(transcript, failure('ESETTING', null, why)))
    }
    return this.#take({ from: from.wire, to: to.wire, message: parcel.message }, transcript)
  }

  /** Connects anew and signs in, with no letter, in its turn like one; a connection that stands is kept for letters. */
  probe(): Promise<Report> {
    return this.#take(null, new Transcript(this.#monotonic))
  }

  /** Changes the limit: at once where it grows; where it shrinks, connections end when their letter has been sent. */
  setConnections(connections: number): void {
    this.#limit = connections
    this.#shrink(connections)
    this.#begin()
  }

  /** Lets the letters under way finish, gives back those that wait, ends the connections. Resolves when all have ended. */
  async close(): Promise<void> {
    this.#end()
    this.#shrink(0)
    if (this.#lanes.size > 0) await this.#empty.promise
    await Promise.all(this.#quits)
  }

  /** Ends everything at once: what is under way comes back with `EABORTED`, after the final dot as `unknown`. */
  abort(): void {
    this.#end()
    for (const lane of [...this.#lanes]) lane.kill(ABORTED)
  }

  #take(parcel: Parcel | null, transcript: Transcript): Promise<Report> {
    if (this.#ended) return Promise.resolve(reportOf(transcript, ABORTED))
    return new Promise((report) => {
      this.#jobs.push({ parcel, transcript, report })
      this.#begin()
    })
  }

  #end(): void {
    this.#ended = true
    for (let job = this.#jobs.shift(); job !== null; job = this.#jobs.shift()) {
      job.report(reportOf(job.transcript, ABORTED))
    }
  }

  /** Gives the jobs that wait to the connections that are free, and opens others below the limit. */
  #begin(): void {
    for (let job = this.#jobs.peek(); job !== null; job = this.#jobs.peek()) {
      // A probe proves the settings by a connection of its own: it takes the place of an idle one.
      if (job.parcel === null) this.#shrink(this.#limit - 1)
      const lane = job.parcel === null ? undefined : this.#idle.pop()?.lane
      if (lane === undefined && this.#lanes.size >= this.#limit) return
      lane?.wake()
      this.#jobs.shift()
      void this.#work(job, lane ?? null)
    }
  }

  /** Carries out one job, over `given` or over a new connection. */
  async #work(job: Job, given: Lane | null): Promise<void> {
    const { parcel, transcript, report } = job
    const sending = parcel === null ? null : { parcel, transcript }
    const lane = given ?? this.#newLane()
    const sent = await (given === null ? this.#openAndSend(lane, transcript, sending) : send(lane, sending))
    if (lane.deaf) this.#announces = false
    const { failed, again, passedOn } = sent
    if (again !== null && given !== null) {
      this.#again(job, again)
      return
    }
    // First free the connection: whoever hears of the letter may have another one at hand.
    if (failed === null && !passedOn) this.#release(lane)
    const told = reportOf(transcript, failed)
    report(told)
    if (concernsAll(told)) this.#holdBack(lane)
    if (passedOn) return
    if (failed !== null && (await lane.reset())) this.#release(lane)
    this.#begin()
  }

  /** What has not begun goes over another connection, in its turn before all others, or comes back. */
  #again(job: Job, again: NonNullable<Sent['again']>): void {
    job.transcript.restart(AGAIN[again])
    if (this.#ended || again === 'held-back') job.report(reportOf(job.transcript, ABORTED))
    else this.#jobs.unshift(job)
    this.#begin()
  }

  /**
   * Gives back the letters that wait, announced or not: what the one on `met` came to concerns all. It is told first, so
   * that whoever asked knows of it when the others come back.
   */
  #holdBack(met: Lane): void {
    for (let job = this.#jobs.peek(); job !== null && job.parcel !== null; job = this.#jobs.peek()) {
      this.#jobs.shift()
      job.report(reportOf(job.transcript, ABORTED))
    }
    for (const lane of [met, ...this.#lanes]) lane.withdraw('held-back')
  }

  async #openAndSend(lane: Lane, transcript: Transcript, sending: Sending | null): Promise<Sent> {
    const failed = await lane.open(transcript)
    return failed === null ? send(lane, sending) : { ...NOTHING_SENT, failed }
  }

  /** The last of a letter leaves: one that waits leaves behind it, over the same connection. */
  #follow(lane: Lane): void {
    if (!this.#announces || this.#ended || this.#lanes.size > this.#limit) return
    // What is sent takes a connection that is free before it follows. If one were left out here, its letter would cost the
    // other its follower, and so on for good.
    let used: number
    do {
      used = this.#used
      this.#room()
    } while (this.#jobs.peek() === null && this.#used > used)
    const next = this.#jobs.peek()
    if (next === null || next.parcel === null) return
    this.#jobs.shift()
    void this.#work(next, lane)
  }

  /** How many connections are not idle. */
  get #used(): number {
    return this.#lanes.size - this.#idle.length
  }

  /** Gives a connection to the next job, or lets it wait, or ends it. */
  #release(lane: Lane): void {
    if (!lane.alive) return
    const next = this.#jobs.peek()
    if (this.#ended || this.#lanes.size > this.#limit || next?.parcel === null) this.#dismiss(lane)
    else if (next === null) this.#park(lane)
    else {
      this.#jobs.shift()
      void this.#work(next, lane)
    }
  }

  #newLane(): Lane {
    const lane = new Lane(
      this.#around,
      (gone) => this.#forget(gone),
      (free) => this.#follow(free),
    )
    this.#lanes.add(lane)
    return lane
  }

  #park(lane: Lane): void {
    lane.park()
    this.#idle.push({ lane, since: performance.now() })
    this.#sweep ??= setTimeout(() => this.#endIdle(), this.#idleFor).unref()
  }

  /** Ends the connections that have waited long enough; others may have been used meanwhile. */
  #endIdle(): void {
    this.#sweep = null
    for (let [first] = this.#idle; first !== undefined; [first] = this.#idle) {
      const left = first.since + this.#idleFor - performance.now()
      if (left > 1) {
        this.#sweep = setTimeout(() => this.#endIdle(), left).unref()
        return
      }
      this.#dismiss(first.lane)
    }
  }

  /** Ends idle connections, those first that have waited longest, until no more than `size` are left of all. */
  #shrink(size: number): void {
    for (let [first] = this.#idle; first !== undefined && this.#lanes.size > size; [first] = this.#idle) {
      this.#dismiss(first.lane)
    }
  }

  /** Says QUIT to a connection; its place is free at once. */
  #dismiss(lane: Lane): void {
    const quit = lane.quit().finally(() => this.#quits.delete(quit))
    this.#quits.add(quit)
    this.#forget(lane)
  }

  #forget(lane: Lane): void {
    const index = this.#idle.findIndex((idle) => idle.lane === lane)
    if (index >= 0) this.#idle.splice(index, 1)
    this.#lanes.delete(lane)
    if (this.#ended && this.#lanes.size === 0) this.#empty.resolve()
  }
}
