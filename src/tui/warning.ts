import { diagnose } from '../core/domain/diagnosis.ts'
import type { Happening } from '../core/domain/outcome.ts'
import type { SettingName } from '../core/domain/setting.ts'
import { isResting } from '../core/domain/throttle.ts'
import type { Instant } from '../core/domain/time.ts'
import type { Heartbeat } from '../core/host/heartbeat.ts'
import { inert } from '../core/text/inert.ts'
import { queueReason } from '../core/text/report.ts'
import { cellsOf } from '../core/text/width.ts'
import type { MailStatus } from '../core/usecases/mail-status.ts'
import type { Span, Tone } from './line.ts'
import type { Model } from './model.ts'
import { untilWords } from './time-words.ts'

/** The setting that would let letters leave again; null when they do, or none is known. */
export function settingToMend({ mail }: Pick<Model, 'mail'>): SettingName | null {
  if (mail === null || mail.state === 'open') return null
  if (mail.state === 'off') return 'SERVICE_MAIL_ENABLE'
  const { cause } = mail.queue
  return cause === null ? null : settingThatMends(cause)
}

/** The setting to go to first when this has happened; null when none mends it. */
export function settingThatMends(happening: Happening): SettingName | null {
  const { settings } = diagnose(happening)
  const [first = null] = settings
  // Of a name and a password that the server does not take together, the password is what has changed.
  const isPassword = first === 'SERVICE_MAIL_USERNAME' && settings.includes('SERVICE_MAIL_PASSWORD')
  return isPassword ? 'SERVICE_MAIL_PASSWORD' : first
}

/** A daemon writes its heartbeat several times a minute. */
const SILENT_MS = 120_000

/** When a daemon that has fallen silent was last heard of; null while it is well, or has only just begun. */
export function silentSince({ seenAt }: Pick<Heartbeat, 'seenAt'>, now: Instant): Instant | null {
  const seen = Date.parse(seenAt)
  return Number.isFinite(seen) && now - seen > SILENT_MS ? seen : null
}

/** Beside the words: the margin and the sign before them. */
const MARGIN = 3

/**
 * What the operator must know wherever they are, the gravest first; null when all is well. As many words as fit into
 * `columns`: what is wrong and the setting that mends it are said in full even in the least terminal.
 */
export function warningOf(model: Pick<Model, 'stale' | 'daemon' | 'mail' | 'now' | 'columns'>): Span | null {
  const { stale, daemon, mail, now, columns } = model
  const fitting = (tone: Tone, ways: readonly string[]): Span => {
    const fits = ways.find((words) => cellsOf(inert(words, 400)) <= columns - MARGIN)
    return { text: inert(fits ?? ways.at(-1) ?? '', 400), tone }
  }
  // Eighty columns hold the file and the byte.
  if (stale !== null) return { text: inert(`What is shown may be old: ${stale}`, 400), tone: 'bad' }
  if (daemon === null)
    return fitting('bad', [
      'No daemon is running: letters wait until posternd is started.',
      'No daemon: letters wait until posternd is started.',
    ])
  // For how long is said in the header: what is said here is heard again whenever it changes.
  if (daemon !== undefined && silentSince(daemon, now) !== null)
    return fitting('bad', [
      'The daemon has fallen silent: letters may wait until it is started again.',
      'The daemon has fallen silent: start it again.',
    ])
  if (mail === null) return null
  if (mail.state === 'open') return slowedDown(mail, now)
  const setting = settingToMend(model)
  const name = setting?.replace('SERVICE_', '')
  const ways = mailWords(mail, now).flatMap((words) =>
    name === undefined ? [words] : [`${words}  f: 5 Setting › ${name}`, `${words}  f: ${name}`],
  )
  return fitting(mail.state === 'off' ? 'warn' : 'bad', ways)
}

/** The server asked to slow down, and is obeyed. */
function slowedDown({ queue: { throttle } }: MailStatus, now: Instant): Span | null {
  if (throttle === null || !isResting(throttle, now)) return null
  const text = inert(`The mail server asked to slow down: goes on ${untilWords(throttle.until, now)}.`)
  return { text, tone: 'warn' }
}

/** Why no letter leaves, in ever fewer words. */
function mailWords({ state, queue }: MailStatus, now: Instant): readonly string[] {
  const { cause, nextProbeAt } = queue
  switch (state) {
    case 'off':
      return ['Mail is off: letters are held.', 'Mail is off.']
    case 'paused':
    case 'unreachable': {
      const what = state === 'paused' ? 'Mail is paused' : 'The mail server cannot be reached'
      if (cause === null) return [`${what}.`]
      const { title } = diagnose(cause)
      const codes = [cause.replyCode, cause.enhancedCode].filter((code) => code !== null).join(' ')
      const next =
        state === 'paused' || nextProbeAt === null
          ? []
          : [` Next try ${untilWords(nextProbeAt, now).replace('just now', 'now')}.`]
      const reasons = [queueReason(state, queue) ?? title, title, ...(codes === '' ? [] : [codes])]
      return [
        ...next.map((words) => `${what}: ${reasons[0]}.${words}`),
        ...reasons.map((reason) => `${what}: ${reason}.`),
        `${what}.`,
        ...(state === 'paused' ? [] : ['Mail server not reached.']),
      ]
    }
    case 'open':
      return []
  }
}
