import { EventEmitter } from 'node:events'
import { render } from 'ink-testing-library'
import { expect, onTestFinished } from 'vitest'
import type { Store } from '../../../src/core/store/port.ts'
import { inert } from '../../../src/core/text/inert.ts'
import type { Press } from '../../../src/tui/input/press.ts'
import type { PageName } from '../../../src/tui/pages.ts'
import { runConsole } from '../../../src/tui/program.tsx'
import { themeOf } from '../../../src/tui/theme.ts'
import { anActor, ids } from '../../support/builders.ts'
import { aPress } from '../a-model.ts'

class Terminal extends EventEmitter {
  columns = 80
  rows = 24
}

/** The console on a store, drawn into memory. */
export function play(store: Store, data: string, page: PageName = 'tasks') {
  const terminal = new Terminal()
  let listener: (press: Press) => void = () => {}
  let frame: () => string = () => ''
  let frames: () => number = () => 0
  let trouble: string | null = null
  const ended = Promise.withResolvers<unknown>()
  const stop = runConsole({
    stage: {
      show: (node) => {
        const instance = render(<>{node}</>)
        onTestFinished(() => instance.unmount())
        frame = () => instance.lastFrame() ?? ''
        frames = () => instance.frames.length
      },
      listen: (hears) => {
        listener = hears
      },
      say: () => {},
      redraw: () => {},
      suspend: () => {},
      copy: () => true,
      end: (error) => ended.resolve(error),
      isReadAloud: false,
    },
    size: terminal,
    world: { store, data, context: { store, actor: anActor, ids }, trouble: () => trouble },
    theme: themeOf({ colour: false, ascii: false }),
    title: inert('olga@mx1'),
    readOnly: false,
    ascii: false,
    page,
    arrival: {},
  })
  onTestFinished(stop)
  return {
    terminal,
    ended: ended.promise,
    press: (...words: readonly string[]) => {
      for (const word of words) listener(aPress(word))
    },
    frame: () => frame(),
    frames: () => frames(),
    breakStore: (why: string | null) => {
      trouble = why
    },
    sees: (words: string | RegExp) => expect.poll(() => frame(), { timeout: 30_000 }).toMatch(words),
  }
}
