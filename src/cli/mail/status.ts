import type { Window } from '../../core/domain/budget.ts'
import { type Settings, settingsInForce } from '../../core/domain/setting.ts'
import { isResting } from '../../core/domain/throttle.ts'
import type { Instant } from '../../core/domain/time.ts'
import { EXIT } from '../../core/exit.ts'
import { findDaemon, type Heartbeat, portalStuck } from '../../core/host/heartbeat.ts'
import { lastTurnWords, limitWords } from '../../core/text/held.ts'
import { counted, humanTime, humanUntil } from '../../core/text/human.ts'
import { forgotPasswordJson, mailStatusJson } from '../../core/text/json.ts'
import { queueLines } from '../../core/text/report.ts'
import { type BudgetStatus, readBudget, type Used } from '../../core/usecases/budget.ts'
import { type ForgotPasswordStatus, readForgotPassword } from '../../core/usecases/forgot-password.ts'
import { type MailStatus, readMailStatus } from '../../core/usecases/mail-status.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { printFacts } from '../output/facts.ts'
import { printJson } from '../output/json.ts'
import { daemonTrouble } from './sending.ts'

/** `postern mail status` */
export const mailStatus: Run = (call) =>
  atStore(call, async ({ store, data }) => {
    const status = await readMailStatus(store)
    const daemon = findDaemon(data)
    const { io } = call
    const links = await readForgotPassword(store)
    const budget = await readBudget(store, { daemon: daemon !== null })
    if (call.json) {
      const portal = daemon?.portal ?? null
      await printJson(io, {
        ...mailStatusJson(status, budget, daemon),
        forgotPassword: forgotPasswordJson(links),
        portal,
      })
      return EXIT.done
    }
    const now = store.now()
    const settings = settingsInForce(await store.settings())
    const trouble = daemonTrouble(daemon, now)
    printFacts(io, [
      ['Queue', queueWords(status, now)],
      ['Why', whyLines(status)],
      ['Next', nextWords(status, now)],
      ['Slowed', slowedLines(status, now)],
      [
        'Held',
        status.held === 0 ? 'nothing waits that is due' : `${counted(status.held, 'letter')} due, waiting to leave`,
      ],
      ['Limits', limitLines(budget, settings)],
      ['Last', lastLines(budget, { letters: status.held, settings, now })],
      ['Portal', portalWords(daemon, settings)],
      ['Daemon', daemonWords(daemon, now)],
      // Without a portal nobody waits for a link: at a bad moment it would only stand in the way.
      ['Links', settings.SERVICE_PORTAL_ENABLE ? linkLines(links) : []],
    ])
    if (trouble !== null) io.complain(`! ${trouble}`)
    if (daemon?.portal?.kind === 'stuck') io.complain(`! ${portalStuck(daemon.portal)}`)
    return EXIT.done
  })

function queueWords({ state, queue }: MailStatus, now: Instant): string {
  if (state === 'open') return 'open: letters leave when they are due'
  if (state === 'off') return 'off: no letter leaves'
  return `${state} since ${humanTime(queue.since, now)}`
}

function whyLines({ state, queue }: MailStatus): readonly string[] {
  if (state === 'off') {
    const beneath = queue.cause === null ? [] : [`Beneath that it is ${queue.state}:`, ...queueLines(queue.cause)]
    return ['SERVICE_MAIL_ENABLE is false; "postern settings set SERVICE_MAIL_ENABLE=true" turns it on.', ...beneath]
  }
  return queue.cause === null ? [] : queueLines(queue.cause)
}

/** How far a server that asked us to slow down is obeyed; nothing when none did. */
function slowedLines({ queue: { throttle } }: MailStatus, now: Instant): readonly string[] {
  if (throttle === null) return []
  const since = `the mail server asked to slow down ${humanUntil(throttle.since, now)}`
  if (isResting(throttle, now)) {
    return [`${since}: nothing leaves until ${humanTime(throttle.until, now)}`, '"postern mail resume" tries at once']
  }
  return [`${since}: ${counted(throttle.connections, 'connection')}, and more as letters arrive`]
}

function limitLines({ perMinute, daily }: BudgetStatus, settings: Settings): readonly string[] {
  const used = (limit: Window['limit'], count: Used, time: string) =>
    `${limitWords(limit, settings)}: ${count.used.toLocaleString('en')} in the last ${time}`
  return [
    ...(perMinute === null ? [] : [used('rate', perMinute, 'minute')]),
    ...(daily === null ? [] : [used('daily-limit', daily, '24 h')]),
  ]
}

function lastLines(
  { last }: BudgetStatus,
  { letters, settings, now }: { readonly letters: number; readonly settings: Settings; readonly now: Instant },
): readonly string[] {
  return last === null ? [] : lastTurnWords(last, { letters, settings, from: now, now })
}

/** Whether people may ask for links to a new password, and what is missing. */
function linkLines({ enabled, missing, unconfirmed }: ForgotPasswordStatus): readonly string[] {
  const doubt = unconfirmed === null ? [] : [unconfirmed]
  if (enabled) return ['people can ask for a link to a new password', ...missing, ...doubt]
  const off = missing.length === 0 ? 'off: SERVICE_FORGOT_PASSWORD_ENABLE=true turns them on' : 'off, and missing is:'
  return [off, ...missing, ...doubt]
}

/** When a closed queue is tried next; null while it is open or off. */
export function nextWords({ state, queue }: Pick<MailStatus, 'state' | 'queue'>, now: Instant): string | null {
  if (state === 'open' || state === 'off') return null
  const again = '"postern mail resume", or saving mail settings, probes at once'
  if (queue.nextProbeAt === null) return `no probe by itself: ${again}`
  return queue.nextProbeAt <= now ? 'a probe is due' : `a probe ${humanUntil(queue.nextProbeAt, now)}; ${again}`
}

/** Where the daemon serves the portal, as it said at most ten seconds ago; nothing while it is off. */
function portalWords(daemon: Heartbeat | null, settings: Settings): readonly string[] {
  const state = daemon?.portal ?? { kind: 'closed' }
  switch (state.kind) {
    case 'closed':
      if (!settings.SERVICE_PORTAL_ENABLE) return []
      return [
        daemon === null
          ? 'not open: the daemon is not running'
          : 'not open when the daemon last said so, which it does every 10 s',
      ]
    case 'open':
      return [
        `open on ${state.listen}${settings.SERVICE_PORTAL_URL === '' ? '' : ` for ${settings.SERVICE_PORTAL_URL}`}`,
      ]
    case 'stuck':
      return [`cannot listen on ${state.listen}`]
  }
}

function daemonWords(daemon: Heartbeat | null, now: Instant): string {
  if (daemon === null) return 'none is running'
  if (daemon.startedAt === '') return `pid ${daemon.pid}, starting`
  return `posternd ${daemon.version}, pid ${daemon.pid}, since ${humanTime(Date.parse(daemon.startedAt), now)}`
}
