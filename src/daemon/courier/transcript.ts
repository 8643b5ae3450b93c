import type { Stage, StageReport } from '../../core/domain/outcome.ts'

/** The longest of each that is kept, in bytes of UTF-8. */
const CONVERSATION = 16 * 1024
export const REPLY = 4 * 1024
const DETAIL = 256

/** `text` cut to `bytes` bytes of UTF-8, at the boundary of a character. */
export function cut(text: string, bytes: number): string {
  // A UTF-16 unit is at most three bytes: most texts need no counting.
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes))
  return text.slice(0, read)
}

/** No clock is finer, and a number of seventeen digits is long in the log. */
const inHundredths = (ms: number): number => Math.round(ms * 100) / 100

/**
 * What one attempt said and heard, line by line, and how long its stages took. It is written to for every letter, so
 * it only collects; what is shown is put together when it is asked for.
 */
export class Transcript {
  readonly stages: StageReport[] = []
  readonly startedAt: number
  readonly #monotonic: () => number
  readonly #entered: ((stage: Stage) => void) | null
  #lines: string[] = []
  #stage: Stage = 'letter'
  #open = false
  #since: number
  #detail = ''
  #reply: string | null = null

  /**
   * @param monotonic milliseconds that never run back
   * @param entered told of each stage as it begins: those in `stages` were passed
   */
  constructor(monotonic: () => number, entered: ((stage: Stage) => void) | null = null) {
    this.#monotonic = monotonic
    this.#entered = entered
    this.startedAt = monotonic()
    this.#since = this.startedAt
  }

  /** The stage that is under way, or the last one that was. */
  get stage(): Stage {
    return this.#stage
  }

  /** The server's last words, or null when it has said none. */
  get reply(): string | null {
    return this.#reply
  }

  get durationMs(): number {
    return inHundredths(this.#monotonic() - this.startedAt)
  }

  /** Begins a stage and ends the one before. */
  enter(stage: Stage): void {
    const now = this.#monotonic()
    this.#end(now)
    this.#stage = stage
    this.#since = now
    this.#open = true
    this.#entered?.(stage)
  }

  /** Ends the stage that is under way. */
  end(): void {
    this.#end(this.#monotonic())
  }

  /** The short fact that the stage under way showed; the last one stands. */
  show(detail: string): void {
    this.#detail = detail
  }

  /** A line of ours, already masked. */
  say(line: string): void {
    this.#lines.push(`C: ${line}`)
  }

  /** A line of the story that neither side said, already masked. */
  note(line: string): void {
    this.#lines.push(`-- ${line}`)
  }

  /** A reply, of one line or several, already masked. */
  hear(reply: string): void {
    const words = reply.length > REPLY / 3 ? cut(reply, REPLY) : reply
    this.#reply = words
    const end = words.indexOf('\n')
    this.#detail = end < 0 ? words : words.slice(0, end)
    this.#lines.push(`S: ${end < 0 ? words : words.replaceAll('\n', '\nS: ')}`)
  }

  /** Starts over on another connection; the time that has passed still counts. */
  restart(why: string): void {
    this.#lines = [`-- ${why}`]
    this.stages.length = 0
    this.#stage = 'letter'
    this.#open = false
    this.#reply = null
  }

  /** The conversation; what is too long loses its middle, for the end tells most. */
  conversation(): string {
    const whole = this.#lines.join('\n')
    if (whole.length * 3 <= CONVERSATION || Buffer.byteLength(whole) <= CONVERSATION) return whole
    const half = CONVERSATION / 2 - 16
    const bytes = Buffer.from(whole)
    // A boundary inside a character leaves U+FFFD, which is three bytes for at most three of the character's.
    return `${cut(whole, half)}\n-- (cut)\n${bytes.toString('utf8', bytes.length - half + 8)}`
  }

  #end(now: number): void {
    if (!this.#open) return
    const detail = this.#detail.length > DETAIL / 3 ? cut(this.#detail, DETAIL) : this.#detail
    this.stages.push({ stage: this.#stage, durationMs: inHundredths(now - this.#since), detail })
    this.#detail = ''
    this.#open = false
  }
}
