import { diagnose } from '../core/domain/diagnosis.ts'
import type { Happening } from '../core/domain/outcome.ts'
import type { SettingName } from '../core/domain/setting.ts'
import { isResting } from '../core/domain/throttle.ts'
import type { Instant } from '../core/domain/time.ts'
import { inert } from '../core/text/inert.ts'
import { queueReason } from '../core/text/report.ts'
import type { MailStatus } from '../core/usecases/mail-status.ts'
import type { Span } from './line.ts'
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

/** What the operator must know wherever they are, the gravest first; null when all is well. */
export function warningOf(model: Pick<Model, 'stale' | 'daemon' | 'mail' | 'now'>): Span | null {
  const { stale, daemon, mail, now } = model
  // Eighty columns hold the file and the byte.
  if (stale !== null) return { text: inert(`What is shown may be old: ${stale}`, 400), tone: 'bad' }
  if (daemon === null)
    return { text: inert('No daemon is running: letters wait until posternd is started.'), tone: 'bad' }
  if (mail === null) return null
  if (mail.state === 'open') return slowedDown(mail, now)
  const setting = settingToMend(model)
  const mend = setting === null ? '' : `  5 Setting › ${setting.replace('SERVICE_MAIL_', '')}  f fix`
  return { text: inert(`${mailWords(mail, now)}${mend}`, 400), tone: mail.state === 'off' ? 'warn' : 'bad' }
}

/** The server asked to slow down, and is obeyed. */
function slowedDown({ queue: { throttle } }: MailStatus, now: Instant): Span | null {
  if (throttle === null || !isResting(throttle, now)) return null
  const text = inert(`The mail server asked to slow down: letters go on ${untilWords(throttle.until, now)}.`)
  return { text, tone: 'warn' }
}

function mailWords(mail: MailStatus, now: Instant): string {
  const reason = queueReason(mail.state, mail.queue) ?? 'no reason is known'
  switch (mail.state) {
    case 'off':
      return `Mail is off: ${reason}; letters are held.`
    case 'paused':
      return `Mail is paused: ${reason}.`
    case 'unreachable': {
      const { nextProbeAt } = mail.queue
      const next = nextProbeAt === null ? '' : ` Next try ${untilWords(nextProbeAt, now)}.`
      return `The mail server cannot be reached: ${reason}.${next}`
    }
    case 'open':
      return ''
  }
}
