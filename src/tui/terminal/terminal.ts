import type { InertText } from '../../core/text/inert.ts'
import type { Press } from '../input/press.ts'
import { Reader } from '../input/reader.ts'
import { givingBack, type Modes, taking, WIPE } from './modes.ts'

/** The two ends of a terminal, as Node gives them. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
}

export interface TerminalOptions extends Modes {
  /** The terminal understands OSC (a title, a clipboard): the Linux console and a dumb one would print it. */
  readonly understandsOsc: boolean
  /** Called once when the terminal is gone: its window was closed, its connection lost. */
  readonly onLost: () => void
  /** Called for Ctrl-C as long as nobody listens. */
  readonly onInterrupt: () => void
  /** Called when somebody else asks us to stop (SIGTSTP): `suspend` is then to be called. */
  readonly onStop: () => void
}

/** Ids and addresses are short; a terminal may refuse much more. */
const LONGEST_COPY = 1000

/**
 * The terminal: the only reader of standard input, and the owner of every mode that must be as before at the end.
 * It is idle, held (raw, so that what is typed early is not echoed and is kept) or taken (the screen is ours).
 */
export class Terminal {
  readonly #streams: Streams
  readonly #options: TerminalOptions
  readonly #reader: Reader
  #state: 'idle' | 'held' | 'taken' = 'idle'
  #isLost = false

  constructor(streams: Streams, options: TerminalOptions) {
    this.#streams = streams
    this.#options = options
    this.#reader = new Reader((milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds)
      return () => clearTimeout(timer)
    })
    this.#reader.listenBefore((press) => {
      if (press.kind === 'key' && press.key === 'ctrl+c') options.onInterrupt()
    })
    const lost = () => this.#lose()
    // A closed pseudo-terminal is an end on one kernel and EIO on another.
    streams.stdin.on('data', this.#take).on('end', lost).on('error', lost).on('close', lost)
    streams.stdout.on('error', lost)
    process.on('SIGTSTP', this.#stop)
  }

  /** Whether anything written still arrives. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Makes the terminal raw and begins to read; nothing on the screen changes. */
  hold(): void {
    if (this.#state !== 'idle') return
    this.#state = 'held'
    this.#setRaw(true)
    this.#streams.stdin.resume()
  }

  /** Takes the screen. */
  take(): void {
    this.hold()
    if (this.#state === 'taken') return
    this.#state = 'taken'
    this.#write(taking(this.#options))
  }

  /** Gives everything back, as often as asked. Writing to a terminal is synchronous: it also works while the process exits. */
  giveBack(): void {
    if (this.#state === 'taken') this.#write(givingBack(this.#options))
    if (this.#state === 'idle') return
    this.#state = 'idle'
    this.#setRaw(false)
    this.#streams.stdin.pause()
  }

  /** Has `listener` hear every press, those of before the call first. */
  listen(listener: (press: Press) => void): void {
    this.#reader.listen(listener)
  }

  /** Stops listening for good, so that the process may end. */
  close(): void {
    this.#reader.close()
    process.off('SIGTSTP', this.#stop)
    this.#streams.stdin.off('data', this.#take)
    this.giveBack()
    this.#streams.stdin.unref()
  }

  /**
   * Stops the process and its group as Ctrl-Z does elsewhere, and comes back when the shell continues it.
   * The whole group, since a script that started us would else wait in the foreground.
   */
  suspend(): void {
    this.giveBack()
    // A signal to oneself is delivered before kill(2) returns (POSIX), so this line ends when we are continued. Where
    // no shell would continue us (an orphaned group), the kernel drops the signal, and we go on at once.
    process.off('SIGTSTP', this.#stop)
    process.kill(0, 'SIGTSTP')
    process.on('SIGTSTP', this.#stop)
    this.take()
  }

  /** Sets every mode again: whoever stopped us from outside may have changed them. */
  retake(): void {
    if (this.#state !== 'taken') return
    this.#setRaw(false)
    this.#setRaw(true)
    this.#write(taking({ ...this.#options, title: null }))
  }

  /** Clears the screen before a frame is drawn anew. */
  wipe(): void {
    this.#write(WIPE)
  }

  /**
   * Puts text into the clipboard of whoever sits at the terminal (OSC 52), through SSH, and tmux where it allows that.
   * @returns whether it was sent; whether the terminal obeyed is not told.
   */
  copy(text: InertText): boolean {
    if (!this.#options.understandsOsc || text.length === 0 || text.length > LONGEST_COPY) return false
    this.#write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`)
    return true
  }

  /** Writes lines below the others, on a screen that is read on from line to line. */
  print(lines: readonly InertText[]): void {
    this.#write(lines.map((line) => `${line}\n`).join(''))
  }

  /** Writes to the terminal past Ink: control sequences of our own, and inert text. */
  #write(sequence: string): void {
    if (this.#isLost || sequence === '') return
    try {
      this.#streams.stdout.write(sequence)
    } catch {
      this.#lose()
    }
  }

  readonly #stop = (): void => this.#options.onStop()

  readonly #take = (bytes: Buffer): void => this.#reader.take(bytes)

  #setRaw(raw: boolean): void {
    if (this.#isLost) return
    try {
      this.#streams.stdin.setRawMode(raw)
    } catch {
      // EIO: the other side has closed.
      this.#lose()
    }
  }

  #lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#options.onLost()
  }
}
