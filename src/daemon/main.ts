import { existsSync } from 'node:fs'
import { EXIT, type ExitStatus, expectedEnd, Stop } from '../core/exit.ts'
import { takeDaemonLock } from '../core/host/daemon-lock.ts'
import { currentActor, environment } from '../core/host/environment.ts'
import { systemIds } from '../core/host/random.ts'
import { dataDirectory, openStore, version } from '../core/open.ts'
import { endWithResults } from '../core/results.ts'
import type { EmbeddedStore } from '../core/store/embedded/embedded-store.ts'
import { StoreError } from '../core/store/error.ts'
import { beginDaemon, keysOf, lockOrStop } from './begin.ts'
import { check } from './check.ts'
import { makeLog, noLog } from './log.ts'
import { type Options, parseOptions, USAGE } from './options.ts'
import { notify } from './systemd.ts'
import { testMail } from './test-mail.ts'
import { readGiven } from './unsaved.ts'

endWithResults('posternd')
const complain = (sentence: string) => void process.stderr.write(`posternd: ${sentence}\n`)
const options = parseOrExit()
/** A test letter and a check print what they found; everything else is told by the log. */
const log = ['test-mail', 'check'].includes(options.mode.kind) ? noLog : makeLog()
const print = (line: string) => void process.stdout.write(`${line}\n`)
const { notifySocket, underSystemd, watchdogUsec } = environment()

function parseOrExit(): Options {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    complain(error.message)
    process.exit(error.status)
  }
}

/** What a mode runs with: the store is open. */
interface Opened {
  readonly data: string
  readonly store: EmbeddedStore
}

async function open({ data: flag }: Options, create: boolean): Promise<Opened> {
  const data = dataDirectory(flag)
  // systemd provides the directory: one that is missing there is a mistake in the unit.
  const store = await openStore(data, {
    create: create && (!underSystemd || existsSync(data)),
    warn: (sentence) => (log === noLog ? complain(sentence) : log.warn(sentence)),
  })
  return { data, store }
}

async function serve(options: Options): Promise<ExitStatus> {
  const opened = await open(options, true)
  await lockOrStop(opened.data)
  const stopped = Promise.withResolvers<void>()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => stopped.resolve())
  const daemon = await beginDaemon(opened.data, opened.store, log, 'everything')
  log.info({ pid: process.pid, version: version(), data: opened.data }, 'posternd is ready')
  await notify(notifySocket, 'READY=1')
  // An event loop that hangs tells systemd nothing, and is restarted.
  if (watchdogUsec !== null) setInterval(() => void notify(notifySocket, 'WATCHDOG=1'), watchdogUsec / 3000).unref()
  await Promise.race([stopped.promise, daemon.ended])
  await notify(notifySocket, 'STOPPING=1')
  log.info('posternd is stopping')
  await daemon.stop()
  await opened.store.close()
  log.info('posternd has stopped')
  return EXIT.done
}

async function once(options: Options): Promise<ExitStatus> {
  const opened = await open(options, true)
  await lockOrStop(opened.data)
  const daemon = await beginDaemon(opened.data, opened.store, log, 'on demand')
  const allLeft = await daemon.drain()
  await daemon.stop()
  await opened.store.close()
  return allLeft ? EXIT.done : EXIT.failed
}

async function sendTest(options: Options, to: string): Promise<ExitStatus> {
  const opened = await open(options, false)
  const { data, store } = opened
  const context = { store, actor: currentActor('daemon'), ids: systemIds }
  const taken = await takeDaemonLock(data)
  const daemon = taken.ok ? await beginDaemon(data, store, log, 'tests on demand') : null
  const status = await testMail(context, {
    to,
    json: options.json,
    print,
    drain: daemon === null ? null : () => daemon.drain(),
  })
  await daemon?.stop()
  await store.close()
  return status
}

async function run(options: Options): Promise<ExitStatus> {
  switch (options.mode.kind) {
    case 'help':
      process.stdout.write(USAGE)
      return EXIT.done
    case 'version':
      print(version())
      return EXIT.done
    case 'serve':
      return serve(options)
    case 'once':
      return once(options)
    case 'test-mail':
      return sendTest(options, options.mode.to)
    case 'check': {
      const { data, store } = await open(options, false)
      const keys = keysOf(data)
      const { to, given } = options.mode
      const unsaved = await readGiven(given, keys, process.stdin)
      const context = { store, actor: currentActor('daemon'), ids: systemIds }
      const status = await check(context, keys, { to, unsaved, json: options.json, print })
      await store.close()
      return status
    }
  }
}

/** An error that an operator can mend is one sentence on standard error and its exit status; anything else is a bug. */
function fail(error: unknown): ExitStatus {
  const end = expectedEnd(error)
  if (end === null) {
    log.error({ err: error }, 'posternd broke: this is a bug')
    return EXIT.failed
  }
  if (error instanceof StoreError) log.error({ kind: error.kind, reason: error.message }, 'the store cannot be used')
  complain(end.message)
  return end.status
}

process.exitCode = await run(options).catch(fail)
// What is still open (a connection that said QUIT, a watcher) must not keep a daemon that is done; what was printed in
// vain is heard of before.
setImmediate(() => process.exit())
