import { parseAddress } from '../../core/domain/address.ts'
import { CHECK_DEADLINE, type Check, CUT_SHORT } from '../../core/domain/check.ts'
import { EXIT, Stop } from '../../core/exit.ts'
import { findDaemon } from '../../core/host/heartbeat.ts'
import { withDaemon } from '../../core/host/with-daemon.ts'
import { sealSettings } from '../../core/secrets/seal-settings.ts'
import { checkJson } from '../../core/text/json.ts'
import { checkEndLines, STAGE_INDENT, stageLines, stageWord } from '../../core/text/report.ts'
import {
  type CheckRequested,
  checkIsOverlooked,
  followCheck,
  requestCheck,
  withdrawCheck,
} from '../../core/usecases/check.ts'
import type { Call, Run } from '../definition.ts'
import { atStore, type Door } from '../door.ts'
import { quoted, wrongUse } from '../input.ts'
import type { Io } from '../io.ts'
import { printJson } from '../output/json.ts'
import { wrapped } from '../output/wrap.ts'
import { parseTyped, readSecrets } from '../settings/typed.ts'
import { expectDaemon } from './sending.ts'

const INSTEAD = '"posternd --check" checks by itself.'

/** `postern mail check` */
export const checkMail: Run = async (call) => {
  const { io, input, json } = call
  const to = expectAddress(input.text('to'))
  const typed = parseTyped(input.texts('set'), io, (name) => `postern mail check --set ${name}`)
  return atStore(call, async (door) => {
    const { store, context, data } = door
    // Asked before a secret is typed in vain.
    const daemon = expectDaemon(data, store.now(), 'check the mail server', INSTEAD)
    const settings = await sealSettings(data, await readSecrets(io, typed))
    const { check, warnings } = expectMade(await requestCheck(context, { to, settings }))
    for (const warning of warnings) io.complain(`! ${warning}`)
    if (!json) io.complain(`Asked the daemon (pid ${daemon.pid}) to check the mail server; no letter is sent.`)
    const end = await follow(call, door, check)
    if (json) await printJson(io, checkJson(end, warnings))
    else printEnd(io, end)
    if (end.status === 'done') return end.happening === null ? EXIT.done : EXIT.failed
    await withdrawCheck(context, end.id)
    const why = findDaemon(data) === null ? CUT_SHORT : end.status === 'wait' ? NOT_TAKEN_UP : NOT_ENDED
    throw new Stop(EXIT.unavailable, `${why} ${INSTEAD}`)
  })
}

const NOT_ENDED = 'The check did not come to its end in time: the daemon hangs; restart posternd.'
const NOT_TAKEN_UP = 'The daemon did not take the check up: it hangs, or is of an older version; restart posternd.'

const printWrapped = (io: Io, line: string, indent: number): void => {
  for (const part of wrapped(line, io.terminal?.columns ?? null, indent)) io.print(part)
}

/** How it ended, below the table of stages. */
function printEnd(io: Io, end: Check): void {
  const lines = checkEndLines(end)
  if (end.stages.length > 0 && lines.length > 0) io.print('')
  for (const line of lines) printWrapped(io, line, line.search(/\S/))
}

function expectAddress(typed: string | undefined): string | null {
  if (typed === undefined) return null
  const address = parseAddress(typed)
  if (!address.ok) throw wrongUse(`--to: ${quoted(typed)} is not an e-mail address: ${address.why}.`)
  return address.wire
}

function expectMade(requested: CheckRequested) {
  if (requested.kind === 'refused') throw wrongUse(`${requested.refusals.join(' ')} Nothing was checked.`)
  return requested
}

/** Longer than a check may take, with others before it. */
const FOLLOWED_MS = 4 * CHECK_DEADLINE

/** After so long without news it is said where it stands. */
const PATIENCE_MS = 3000

/** Prints each stage as it comes; the check as it was last seen. */
function follow({ io, json }: Call, { store, data }: Door, asked: Check): Promise<Check> {
  let seen = asked
  let news = performance.now()
  const work = async (gone: AbortSignal) => {
    const signal = AbortSignal.any([gone, AbortSignal.timeout(FOLLOWED_MS)])
    for await (const check of followCheck(store, asked.id, signal)) {
      if (!json) for (const line of stageLines(check).slice(seen.stages.length)) printWrapped(io, line, STAGE_INDENT)
      seen = check
      news = performance.now()
    }
    return seen
  }
  const over = async () => {
    if (!json && performance.now() - news > PATIENCE_MS) {
      io.complain(standing(seen))
      news = Number.POSITIVE_INFINITY
    }
    return checkIsOverlooked(store, asked.id)
  }
  return withDaemon(data, work, over)
}

const standing = ({ stage }: Check): string =>
  stage === null ? 'Waiting for its turn, or for the daemon …' : `Still at ${stageWord(stage)} …`
