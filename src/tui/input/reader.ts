import { StringDecoder } from 'node:string_decoder'
import type { Press } from './press.ts'
import { giveUp, NOTHING, patience, split } from './split.ts'

/** Calls back once after so many milliseconds; what it returns calls that off. */
export type Timer = (milliseconds: number, callback: () => void) => () => void

/**
 * How long the rest of a sequence may take behind a lone Escape. Ink waits 20 ms, which a slow link exceeds: an arrow
 * then is Escape and a letter. More than this is felt when Escape was meant.
 */
const ESCAPE_MS = 50
/** How long the rest of a sequence that has clearly begun may take. */
const SEQUENCE_MS = 1000

/** Turns the bytes of a terminal into presses, in order, and holds them until somebody listens: nothing typed is lost. */
export class Reader {
  readonly #timer: Timer
  readonly #decoder = new StringDecoder('utf8')
  #rest = NOTHING
  #callOff: () => void = () => {}
  #listener: ((press: Press) => void) | null = null
  #early: Press[] = []
  #before: (press: Press) => void = () => {}

  constructor(timer: Timer) {
    this.#timer = timer
  }

  /** Takes what arrived; a character may be split over two calls. */
  take(bytes: Buffer): void {
    this.#callOff()
    const { presses, rest } = split(this.#rest, this.#decoder.write(bytes))
    this.#rest = rest
    this.#tell(presses)
    const wait = patience(this.#rest)
    if (wait === 'none') return
    this.#callOff = this.#timer(wait === 'short' ? ESCAPE_MS : SEQUENCE_MS, () => {
      const given = giveUp(this.#rest)
      this.#rest = given.rest
      this.#tell(given.presses)
    })
  }

  /** Has `listener` glance at what is held for the real one. */
  listenBefore(listener: (press: Press) => void): void {
    this.#before = listener
  }

  /** Has `listener` hear every press from here on, and first those that came before. There is one listener. */
  listen(listener: (press: Press) => void): void {
    this.#listener = listener
    const early = this.#early
    this.#early = []
    this.#tell(early)
  }

  /** Forgets what has begun, and waits for nothing. */
  close(): void {
    this.#callOff()
    this.#rest = NOTHING
    this.#listener = null
  }

  #tell(presses: readonly Press[]): void {
    for (const press of presses) {
      if (this.#listener === null) this.#hold(press)
      else this.#listener(press)
    }
  }

  #hold(press: Press): void {
    this.#early.push(press)
    this.#before(press)
  }
}
