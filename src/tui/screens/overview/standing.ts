import { isResting } from '../../../core/domain/throttle.ts'
import type { Instant } from '../../../core/domain/time.ts'
import { counted, humanTime, thousands } from '../../../core/text/human.ts'
import type { BudgetStatus } from '../../../core/usecases/budget.ts'
import { fact, type Line } from '../../line.ts'
import type { Shared } from '../../screen.ts'
import type { Theme } from '../../theme.ts'
import { untilWords } from '../../time-words.ts'
import { toneGlyph } from '../../tone-glyph.ts'
import { silentSince } from '../../warning.ts'
import type { Figures } from './overview.state.ts'
import { PATIENCE } from './verdict.ts'

/** Where the values of facts begin. */
export const VALUES = 12

/** Below this many rows what has ended is left to the page of tasks. */
const ROOMY = 13

/** How daemon, mail and letters stand, a fact a line. */
export function standing(figures: Figures | null, shared: Shared, theme: Theme): readonly Line[] {
  const lines = [daemonLine(shared, theme), mailLine(shared, theme)]
  if (figures === null) return lines
  const letters = [...lines, ...limitLines(figures.budget), ...letterLines(figures, shared.now)]
  return shared.bodyRows < ROOMY ? letters : [...letters, endedLine(figures)]
}

function daemonLine({ daemon, now }: Shared, { glyphs }: Theme): Line {
  if (daemon === undefined) return fact('Daemon', glyphs.ellipsis)
  if (daemon === null) return fact('Daemon', `${glyphs.gone} not running`, { tone: 'bad' })
  const started = Date.parse(daemon.startedAt)
  const since = Number.isFinite(started) ? `, since ${humanTime(started, now)}` : ''
  const version = daemon.version === '' ? '' : ` ${daemon.version}`
  const words = `posternd${version}, pid ${daemon.pid}${since}`
  if (silentSince(daemon, now) !== null) return fact('Daemon', `${glyphs.warn} silent: ${words}`, { tone: 'warn' })
  return fact('Daemon', `${glyphs.alive} ${words}`, { tone: 'good' })
}

function mailLine({ mail, now, sandbox }: Shared, theme: Theme): Line {
  if (mail === null) return fact('Mail', theme.glyphs.ellipsis)
  const { state, queue } = mail
  const sign = (tone: 'good' | 'warn' | 'bad', words: string) =>
    fact('Mail', `${toneGlyph(tone, theme.glyphs)} ${words}`, { tone })
  switch (state) {
    case 'open': {
      const { throttle } = queue
      if (isResting(throttle, now)) return sign('warn', 'on, but the mail server asked to slow down')
      return sign('good', sandbox ? 'on; a sandbox: letters reach nobody, page 7 shows them' : 'on')
    }
    case 'off':
      return sign('warn', 'off: SERVICE_MAIL_ENABLE is false')
    case 'paused':
    case 'unreachable':
      return sign('bad', `${state === 'paused' ? state : 'not reached'} since ${humanTime(queue.since, now)}`)
  }
}

/** The operator's own limits and what of them is used; nothing where there is none. */
function limitLines({ perMinute, daily }: BudgetStatus): readonly Line[] {
  const words = [
    ...(perMinute === null ? [] : [`${thousands(perMinute.limit)} a minute, ${thousands(perMinute.used)} used`]),
    ...(daily === null ? [] : [`${thousands(daily.limit)} in 24 hours, ${thousands(daily.used)} used`]),
  ]
  return words.length === 0 ? [] : [fact('Limits', words.join('; '))]
}

/** What is on its way, what should be, what is tried again, and what only waits for its time. */
function letterLines({ counts, backlog }: Figures, now: Instant): readonly Line[] {
  const { due, tried, nextTry, lateSince, later, next } = backlog
  const isLate = lateSince !== null && now - lateSince >= PATIENCE
  const late = isLate ? `; the oldest should have left ${untilWords(lateSince, now)}` : ''
  const look = isLate ? { tone: 'warn' as const } : {}
  const rest = due + tried
  const when = (at: Instant | null) => (at === null ? '' : ` ${untilWords(at, now)}`)
  const lines = [
    ...(counts.executing > 0
      ? [fact('Executing', `${counted(counts.executing, 'letter')}${rest > 0 ? '' : late}`, rest > 0 ? {} : look)]
      : []),
    ...(due > 0 ? [fact('Due', `${counted(due, 'letter')}${late}`, look)] : []),
    ...(tried > 0
      ? [fact('To retry', `${counted(tried, 'letter')}, the next${when(nextTry)}${due > 0 ? '' : late}`)]
      : []),
    ...(later > 0 ? [fact('Waiting', `${counted(later, 'letter')} not due yet, the next${when(next)}`)] : []),
  ]
  return lines.length === 0 ? [fact('Waiting', 'none')] : lines
}

function endedLine({ counts }: Figures): Line {
  const { failed, cancelled } = counts
  if (counts['carried-out'] + failed + cancelled === 0) return fact('Ended', 'none yet')
  return fact(
    'Ended',
    `${thousands(counts['carried-out'])} carry out, ${thousands(failed)} failed, ${thousands(cancelled)} cancelled`,
  )
}
