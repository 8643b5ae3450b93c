import { MINUTE } from '../core/domain/time.ts'
import { findDaemon } from '../core/host/heartbeat.ts'
import { type InertText, inert } from '../core/text/inert.ts'
import { Reader } from './aloud/reader.ts'
import { App } from './app.tsx'
import { failureOf, type Outside, perform, replacedBy } from './effects.ts'
import { initialModel, LEAST_ROWS, type Model, pagesOf } from './model.ts'
import type { Effect, Msg } from './msg.ts'
import { go, type Next } from './next.ts'
import type { PageName } from './pages.ts'
import { type Arrival, DETAIL_COLUMNS, type World } from './screen.ts'
import { toScreen } from './screens/table.ts'
import type { Stage } from './terminal/stage.tsx'
import type { Theme } from './theme.ts'
import { update } from './update.ts'

/** The size of a terminal, and word of its changes: a WriteStream of a terminal is one. */
interface Size {
  readonly columns: number
  readonly rows: number
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

export interface ProgramOptions {
  readonly stage: Pick<Stage, 'show' | 'say' | 'listen' | 'redraw' | 'suspend' | 'copy' | 'end' | 'isReadAloud'>
  readonly size: Size
  readonly world: World
  readonly theme: Theme
  /** Who is here, in the header: `ops@mx1`. */
  readonly title: InertText
  readonly readOnly: boolean
  readonly ascii: boolean
  /** Where to begin. */
  readonly page: PageName
  readonly arrival: Arrival
  /** Said in one line once the console is there. */
  readonly greeting?: InertText | undefined
}

/** A read that takes longer is told of; a shorter one would only flicker. */
const SLOW_MS = 150
/** Turns of the event loop that the first reads are given: a frame without their rows is as dear, and not looked at. */
const FIRST_READS = 6
/** How often the daemon's lock and heartbeat are looked at. */
const DAEMON_MS = 2000

/**
 * Runs the console on a stage until it ends itself, or the stage does. Keys and answers change the model one after the
 * other; however many have come, it is drawn once.
 * @returns stops everything of it
 */
export function runConsole(options: ProgramOptions): () => void {
  const { stage, world } = options
  const stopping = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  /** Effects that a newer one would take the place of, by what they name. */
  const underWay = new Map<string, AbortController>()
  let model = beginning(options)
  let redraw: () => void = () => {}
  let isDrawn = true
  let effects = 0
  let isTroubled = false

  const later = (milliseconds: number, work: () => void): (() => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, milliseconds)
    timers.add(timer)
    return () => {
      clearTimeout(timer)
      timers.delete(timer)
    }
  }

  const outside: Outside = {
    copy: (text) => stage.copy(text),
    suspend: () => stage.suspend(),
    redraw: () => stage.redraw(),
    quit: () => stage.end(),
    later: (milliseconds, msg) => later(milliseconds, () => dispatch(msg)),
  }

  function dispatch(msg: Msg): void {
    if (!stopping.signal.aborted) take(update(model, msg))
  }

  function take(next: Next): void {
    if (next.model !== model) {
      model = next.model
      draw()
    }
    for (const effect of next.effects) run(effect)
  }

  /** Draws once for all that happens in this turn of the event loop. */
  function draw(): void {
    if (!isDrawn) return
    isDrawn = false
    setImmediate(() => {
      isDrawn = true
      redraw()
    })
  }

  function run(effect: Effect): void {
    const number = ++effects
    let isSlow = false
    const calm = later(SLOW_MS, () => {
      isSlow = true
      dispatch({ kind: 'slow', effect: number })
    })
    const place = replacedBy(effect)
    const wanted = new AbortController()
    if (place !== null) {
      underWay.get(place)?.abort()
      underWay.set(place, wanted)
    }
    const signal = AbortSignal.any([stopping.signal, wanted.signal])
    // What nobody wants to know any more is not told.
    const tell = (msg: Msg) => {
      // Who says how far it has come need not be waited for with "loading".
      calm()
      if (!wanted.signal.aborted) dispatch(msg)
    }
    perform(effect, world, outside, { tell, signal })
      .then(
        () => {
          if (effect.kind === 'screen') tellTrouble()
        },
        (error: unknown) => {
          if (signal.aborted) return
          dispatch(failureOf(error))
          if (effect.kind === 'screen') dispatch(toScreen(effect.page, { kind: 'failed' }))
        },
      )
      // What is no StoreError is a bug: it ends the console, which tells of it when the terminal is as before.
      .catch((error: unknown) => stage.end(error))
      .finally(() => {
        calm()
        if (isSlow) dispatch({ kind: 'over', effect: number })
        if (place !== null && underWay.get(place) === wanted) underWay.delete(place)
      })
  }

  function everyMinute(): void {
    const now = world.store.now()
    dispatch({ kind: 'minute', now })
    later(MINUTE - (now % MINUTE), everyMinute)
  }

  /** What could be read is as it stands, unless the store says that something is wrong with it. */
  function tellTrouble(): void {
    const trouble = world.trouble()
    isTroubled = trouble !== null
    // The directory is known, and would leave no room for the rest.
    const why = trouble === null ? null : inert(trouble.replaceAll(`${world.data}/store/`, ''), 500)
    if (why !== model.stale) dispatch({ kind: 'stale', why })
  }

  function watchDaemon(): void {
    if (isTroubled || world.trouble() !== null) tellTrouble()
    const daemon = findDaemon(world.data)
    const known = model.daemon
    // The time at which it was last seen changes all the time; it matters, and is drawn, only once it is old.
    const isNews = known === undefined || known?.pid !== daemon?.pid || known?.version !== daemon?.version
    if (isNews || model.now - Date.parse(known?.seenAt ?? '') > MINUTE) dispatch({ kind: 'daemon', daemon })
    later(DAEMON_MS, watchDaemon)
  }

  async function followChanges(): Promise<void> {
    for await (const { kinds } of world.store.changes(stopping.signal)) {
      dispatch({ kind: 'changed', kinds, now: world.store.now() })
    }
  }

  const resized = () => dispatch({ kind: 'resized', ...sizeOf(options) })
  options.size.on('resize', resized)
  take(go(model, model.page, options.arrival, 'for-good'))
  // A page that is not there says so.
  if (options.page !== model.page) take(go(model, options.page, {}, 'for-good'))
  if (options.greeting !== undefined) dispatch({ kind: 'say', tone: 'good', text: options.greeting })
  run({ kind: 'read-mail' })
  watchDaemon()
  later(MINUTE - (model.now % MINUTE), everyMinute)
  followChanges().catch((error: unknown) => {
    if (!stopping.signal.aborted) dispatch(failureOf(error))
  })
  const seen = ({ overlay }: Model) => {
    const isNews = overlay.kind === 'dialog' && !overlay.isSeen && overlay === model.overlay
    if (isNews) dispatch({ kind: 'drawn' })
  }
  const reader = stage.isReadAloud ? readerOn(stage, later, options) : null
  stage.listen((press) => {
    reader?.heard()
    dispatch({ kind: 'press', press })
  })
  afterTurns(FIRST_READS, () => {
    if (stopping.signal.aborted) return
    if (reader === null) {
      const subscribe = (listener: () => void) => {
        redraw = listener
        return () => {}
      }
      stage.show(<App drawn={{ subscribe, model: () => model, seen }} theme={options.theme} title={options.title} />)
    } else {
      redraw = () => {
        reader.look(model)
        seen(model)
      }
      redraw()
    }
  })

  return () => {
    stopping.abort()
    options.size.off('resize', resized)
    for (const timer of timers) clearTimeout(timer)
  }
}

/** Does `work` some turns of the event loop later. */
function afterTurns(turns: number, work: () => void): void {
  setImmediate(() => (turns > 1 ? afterTurns(turns - 1, work) : work()))
}

/** Reads the console aloud on a stage. */
function readerOn(
  stage: ProgramOptions['stage'],
  later: (milliseconds: number, work: () => void) => () => void,
  { theme, title }: ProgramOptions,
): Reader {
  const reader: Reader = new Reader({ say: (lines) => stage.say(lines, () => reader.again()), later, theme, title })
  return reader
}

/** What is read aloud is read line by line: nothing stands beside anything else, and little is cut. */
function sizeOf({ size: { columns, rows }, stage }: ProgramOptions): {
  readonly columns: number
  readonly rows: number
} {
  return stage.isReadAloud ? { columns: DETAIL_COLUMNS - 1, rows: Math.max(rows, LEAST_ROWS) } : { columns, rows }
}

function beginning(options: ProgramOptions): Model {
  const { readOnly, ascii, world, page } = options
  const sandbox = world.inbox !== undefined
  return initialModel({
    ...sizeOf(options),
    readOnly,
    ascii,
    sandbox,
    now: world.store.now(),
    page: pagesOf({ sandbox }).find((name) => name === page) ?? 'overview',
  })
}
