import { diagnose } from '../../../core/domain/diagnosis.ts'
import { isResting, type Throttle } from '../../../core/domain/throttle.ts'
import { type Instant, MINUTE } from '../../../core/domain/time.ts'
import { counted } from '../../../core/text/human.ts'
import type { Tone } from '../../line.ts'
import type { Shared } from '../../screen.ts'
import { untilWords } from '../../time-words.ts'
import type { Figures } from './overview.state.ts'

/** Whether everything is all right, and if not, what to do, in a sentence each. */
export interface Verdict {
  readonly tone: Tone
  readonly title: string
  readonly advice: string | null
}

/** Letters that are due leave within seconds; longer than this something is the matter. */
const PATIENCE = 5 * MINUTE

type Known = Pick<Shared, 'daemon' | 'mail' | 'now'>

/** The gravest thing first. */
export function verdictOf(known: Known, figures: Figures | null, failed: number): Verdict {
  return daemonVerdict(known) ?? mailVerdict(known) ?? backlogVerdict(known.now, figures) ?? failuresVerdict(failed)
}

function daemonVerdict({ daemon }: Known): Verdict | null {
  if (daemon !== null) return null
  const advice = 'Start it: systemctl start posternd. Until then letters wait; none is lost.'
  return { tone: 'bad', title: 'No daemon is running: no letter leaves.', advice }
}

function mailVerdict({ mail, now }: Known): Verdict | null {
  if (mail === null) return null
  if (mail.state === 'open') return restVerdict(mail.queue.throttle, now)
  const held =
    mail.held === 0 ? 'Letters wait.' : `${counted(mail.held, 'letter')} ${mail.held === 1 ? 'waits' : 'wait'}.`
  if (mail.state === 'off') {
    const advice = 'Set SERVICE_MAIL_ENABLE to true on page 5, Setting (press f), when the mail settings are right.'
    return { tone: 'warn', title: `Mail is off. ${held}`, advice }
  }
  const { cause } = mail.queue
  const title = mail.state === 'paused' ? `Mail is paused. ${held}` : `The mail server cannot be reached. ${held}`
  return { tone: 'bad', title, advice: cause === null ? null : diagnose(cause).advice }
}

/** The server asked to slow down, and is obeyed. */
function restVerdict(throttle: Throttle | null, now: Instant): Verdict | null {
  if (throttle === null || !isResting(throttle, now)) return null
  const advice = `Letters go on ${untilWords(throttle.until, now)}, by themselves.`
  return { tone: 'warn', title: 'The mail server asked to slow down.', advice }
}

function backlogVerdict(now: Instant, figures: Figures | null): Verdict | null {
  const oldest = figures?.backlog.oldest ?? null
  if (figures === null || oldest === null || now - oldest < PATIENCE) return null
  const { due } = figures.backlog
  const title = `${counted(due, 'letter')} should have left, the oldest ${untilWords(oldest, now)}.`
  return { tone: 'warn', title, advice: 'Press 3 to see what holds them.' }
}

function failuresVerdict(failed: number): Verdict {
  if (failed === 0) return { tone: 'good', title: 'Everything is all right.', advice: null }
  const title = `Mail works; ${counted(failed, 'attempt')} failed in the last 24 hours.`
  return {
    tone: 'warn',
    title,
    advice: 'Choose a cause below: Enter shows what the server said, t the letters, to redo them.',
  }
}
