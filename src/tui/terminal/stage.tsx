import { type Instance, render } from 'ink'
import type { ReactNode } from 'react'
import type { InertText } from '../../core/text/inert.ts'
import type { Press } from '../input/press.ts'
import type { Streams, Terminal } from './terminal.ts'
import { thriftyStream } from './thrift.ts'
import { tidying } from './tidy.ts'

/** Where the console plays: what it shows is drawn on the terminal, what is pressed there it hears. */
export interface Stage {
  /** Draws this in place of what was shown. */
  show(node: ReactNode): void
  /** Where screens are read aloud, instead of that: writes lines below the others. `again` is called to have all of it said anew. */
  say(lines: readonly InertText[], again: () => void): void
  /** Has the one listener of the console hear every press, those that came early first. */
  listen(listener: (press: Press) => void): void
  /** Draws everything anew, or says it once more (Ctrl-L). */
  redraw(): void
  /** Stops until the shell continues us (Ctrl-Z), then draws everything anew. */
  suspend(): void
  /** Copies an id or an address of ours to the operator's clipboard; false where the terminal cannot. */
  copy(text: InertText): boolean
  /** Ends the play; an error is a bug, and is told when the terminal is as before. */
  end(error?: unknown): void
  /** Screens are read aloud: `say` is for them, not `show`. */
  readonly isReadAloud: boolean
}

/** Ink's own 30 frames a second would let the second of two quick keys wait 33 ms. */
const MOST_FRAMES_A_SECOND = 60

/** A stage on a terminal, by Ink, which draws and does no more: it neither reads keys nor sets a mode. */
export class InkStage implements Stage {
  readonly isReadAloud: boolean
  readonly #terminal: Terminal
  readonly #streams: Streams
  readonly #ended = Promise.withResolvers<void>()
  #node: ReactNode = null
  #instance: Instance | null = null
  #again: () => void = () => {}
  #isOver = false

  constructor(terminal: Terminal, streams: Streams, isReadAloud: boolean) {
    this.#terminal = terminal
    this.#streams = streams
    this.isReadAloud = isReadAloud
    // Before Ink's own listener: its next frame is then drawn whole, on a clean screen, whatever a terminal made of the
    // old one. Measured in tmux: differences against a frame of another size left pieces behind in 3 resizes of 11.
    if (!isReadAloud) streams.stdout.prependListener('resize', this.#forget)
  }

  /** Resolves when the play is over and the terminal as before; rejects with the bug that ended it. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  show(node: ReactNode): void {
    if (this.#isOver) return
    this.#node = node
    if (this.#instance === null) this.#open(node)
    else this.#instance.rerender(node)
  }

  say(lines: readonly InertText[], again: () => void): void {
    if (this.#isOver) return
    this.#again = again
    this.#terminal.take()
    this.#terminal.print(lines)
  }

  listen(listener: (press: Press) => void): void {
    const tidy = tidying()
    this.#terminal.listen((press) => {
      tidy()
      listener(press)
    })
  }

  redraw(): void {
    if (this.isReadAloud) {
      this.#again()
      return
    }
    this.#forget()
    this.#instance?.rerender(this.#node)
  }

  suspend(): void {
    this.#terminal.suspend()
    this.redraw()
  }

  /** The process was stopped from outside and goes on. */
  resume(): void {
    this.#terminal.retake()
    this.redraw()
  }

  copy(text: InertText): boolean {
    return this.#terminal.copy(text)
  }

  end(error?: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#streams.stdout.off('resize', this.#forget)
    // Ink's last frame still goes to our screen, which is left behind it.
    this.#instance?.unmount()
    this.#terminal.close()
    if (error === undefined) this.#ended.resolve()
    else this.#ended.reject(error)
  }

  #open(node: ReactNode): void {
    this.#terminal.take()
    const { stdin, stdout } = this.#streams
    this.#instance = render(node, {
      stdin,
      stdout: thriftyStream(stdout),
      // CI in the environment would silence Ink; whether this is a terminal is known.
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
      incrementalRendering: true,
      maxFps: MOST_FRAMES_A_SECOND,
      // Ink's own way to be read aloud writes the whole page anew with every key.
      isScreenReaderEnabled: false,
    })
    // Rejects with what a component threw.
    this.#instance.waitUntilExit().then(
      () => this.end(),
      (error: unknown) => this.end(error),
    )
  }

  readonly #forget = (): void => {
    this.#instance?.clear()
    this.#terminal.wipe()
  }
}
