import { diagnose } from '../../../core/domain/diagnosis.ts'
import type { SettingName } from '../../../core/domain/setting.ts'
import { isResting, type Throttle } from '../../../core/domain/throttle.ts'
import { type Instant, MINUTE } from '../../../core/domain/time.ts'
import { portalStuck } from '../../../core/host/heartbeat.ts'
import { aboutTime, limitWords } from '../../../core/text/held.ts'
import { counted } from '../../../core/text/human.ts'
import { queueReason } from '../../../core/text/report.ts'
import type { Tone } from '../../line.ts'
import type { Shared } from '../../screen.ts'
import { untilWords } from '../../time-words.ts'
import { settingThatMends, settingToMend, silentSince } from '../../warning.ts'
import { nextStep, stepsOf } from './beginning.ts'
import { chosenCause, type Figures, type OverviewState } from './overview.state.ts'

/** Whether everything is all right, and if not, what to do, in a sentence each. */
export interface Verdict {
  readonly tone: Tone
  readonly title: string
  readonly advice: string | null
  /** The setting that mends it; null where none does. */
  readonly setting: SettingName | null
}

/** Letters that are due leave within seconds; longer than this something is the matter. */
export const PATIENCE = 5 * MINUTE

type Known = Pick<Shared, 'daemon' | 'mail' | 'now'>

/** The gravest thing first. `failed` is how many attempts failed within the last 24 hours. */
export function verdictOf(known: Known, figures: Figures | null, failed: number): Verdict {
  return (
    beginningVerdict(known, figures) ??
    daemonVerdict(known, figures) ??
    mailVerdict(known) ??
    limitVerdict(known, figures) ??
    backlogVerdict(known.now, figures) ??
    portalVerdict(known) ??
    failuresVerdict(figures, failed)
  )
}

const verdict = (tone: Tone, title: string, advice: string | null, setting: SettingName | null = null): Verdict => ({
  tone,
  title,
  advice,
  setting,
})

function beginningVerdict({ daemon }: Known, figures: Figures | null): Verdict | null {
  if (figures === null || !figures.beginning.isNew) return null
  const next = nextStep(stepsOf(figures, { daemon }))
  if (next === undefined) return null
  return verdict('warn', 'Not set up yet. To be done, in this order:', null, next.setting)
}

function daemonVerdict({ daemon, now }: Known, figures: Figures | null): Verdict | null {
  if (daemon === null) {
    const due = figures?.backlog.due ?? 0
    const held = due === 0 ? 'No letter leaves' : waiting(due)
    const start = figures === null ? 'Start posternd.' : `Start it: ${figures.commands.start}`
    return verdict('bad', 'No daemon is running.', `${held} until it runs; none is lost. ${start}`)
  }
  const since = daemon === undefined ? null : silentSince(daemon, now)
  if (since === null) return null
  const restart = figures === null ? 'restart posternd' : figures.commands.restart
  const advice = `It hangs or has died: ${restart}. ${logWords(figures)}`
  return verdict('bad', `The daemon was last heard of ${untilWords(since, now)}.`, advice)
}

function logWords(figures: Figures | null): string {
  const log = figures?.commands.log ?? null
  return `The daemon's log says more${log === null ? '' : `: ${log}`}.`
}

const waiting = (letters: number): string => `${counted(letters, 'letter')} ${letters === 1 ? 'waits' : 'wait'}`

function mailVerdict({ mail, now }: Known): Verdict | null {
  if (mail === null) return null
  if (mail.state === 'open') return restVerdict(mail.queue.throttle, now)
  const held = mail.held === 0 ? 'No letter is due.' : `${waiting(mail.held)}; none is lost.`
  const setting = settingToMend({ mail })
  if (mail.state === 'off') {
    const advice = `${held} Turn SERVICE_MAIL_ENABLE on (press f) when the mail settings are right.`
    return verdict('warn', 'Mail is off.', advice, setting)
  }
  const { cause, nextProbeAt } = mail.queue
  const reason = queueReason(mail.state, mail.queue)
  const what = mail.state === 'paused' ? 'Mail is paused' : 'The mail server cannot be reached'
  const mend = cause === null ? '' : ` ${diagnose(cause).advice}`
  const fix = setting === null ? '' : ` f: ${setting}.`
  const next = nextProbeAt === null ? '' : ` Tried again ${untilWords(nextProbeAt, now).replace('just now', 'now')}.`
  return verdict('bad', `${what}${reason === null ? '' : `: ${reason}`}.`, `${held}${next}${mend}${fix}`, setting)
}

/** The server asked to slow down, and is obeyed. */
function restVerdict(throttle: Throttle | null, now: Instant): Verdict | null {
  if (throttle === null || !isResting(throttle, now)) return null
  const advice = `Letters go on ${untilWords(throttle.until, now)}, by themselves; r on page 5, Setting, tries now.`
  return verdict('warn', 'The mail server asked to slow down.', advice)
}

/** A limit of the operator's own holds letters. */
function limitVerdict({ now }: Known, figures: Figures | null): Verdict | null {
  const last = figures?.budget.last ?? null
  if (figures === null || last === null || last.limit === null || last.at - now < MINUTE) return null
  const { due } = figures.backlog
  const limit = limitWords(last.limit, figures.settings)
  const title = `${waiting(due)}: ${last.limit === 'rate' ? `at most ${limit}` : `${limit} is reached`}.`
  const setting = last.limit === 'rate' ? 'SERVICE_MAIL_RATE_PER_MINUTE' : 'SERVICE_MAIL_DAILY_LIMIT'
  const which = due === 1 ? 'It leaves' : 'The last leaves'
  return verdict('warn', title, `${which} ${aboutTime(last.at, now)}. f: ${setting}.`, setting)
}

function backlogVerdict(now: Instant, figures: Figures | null): Verdict | null {
  if (figures === null) return null
  const { due, dueSince } = figures.backlog
  if (dueSince === null || now - dueSince < PATIENCE) return null
  const title = `${counted(due, 'letter')} should have left, the first ${untilWords(dueSince, now)}.`
  return verdict('warn', title, `Press 3 to see what holds them. ${logWords(figures)}`)
}

function portalVerdict({ daemon }: Known): Verdict | null {
  if (daemon?.portal?.kind !== 'stuck') return null
  return verdict('warn', 'Mail works; the portal is not open.', portalStuck(daemon.portal), 'SERVICE_PORTAL_LISTEN')
}

/** Attempts that failed matter while a letter of theirs has not got through. */
function failuresVerdict(figures: Figures | null, failed: number): Verdict {
  const ended = figures?.counts.failed ?? failed
  const tried = figures?.backlog.tried ?? 0
  if (failed > 0 && ended > 0) {
    const advice = 'Choose a cause below: Enter shows what was said, t its letters, to redo them.'
    return verdict('warn', `Mail works; ${counted(ended, 'letter')} failed.`, advice)
  }
  return verdict('good', 'Everything is all right.', calmWords(failed, tried))
}

/** Why what failed is no reason to worry; null where nothing did. */
function calmWords(failed: number, tried: number): string | null {
  if (tried > 0) return `A mail server put off ${counted(tried, 'letter')}; that is tried again by itself.`
  return failed > 0 ? 'What failed in the last 24 hours got through later, or was cancelled.' : null
}

/** Where `f` leads: to the setting that the verdict names, or else to the one that mends the chosen cause. */
export function settingToFix(state: OverviewState, shared: Known): SettingName | null {
  const chosen = chosenCause(state, shared)
  const mends = chosen === undefined ? null : settingThatMends(chosen.latest.happening)
  if (mends !== null && isTrying(state.figures)) return mends
  return verdictOf(shared, state.figures, chosen?.count ?? 0).setting ?? mends
}

/** A mail server was named, and no test mail has got through yet: what the last one met says where to go. */
const isTrying = (figures: Figures | null): boolean =>
  figures !== null && figures.beginning.isNew && figures.beginning.hasServer && !figures.beginning.isTested
