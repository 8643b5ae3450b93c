import { type CheckProgress, isPassed } from '../domain/check.ts'
import { diagnose } from '../domain/diagnosis.ts'
import { diagnoseCheck } from '../domain/diagnosis-check.ts'
import { diagnoseLetter } from '../domain/diagnosis-letter.ts'
import type { Diagnosis } from '../domain/diagnosis-row.ts'
import type { LetterKind } from '../domain/letter.ts'
import { codeOf, type MailLogEntry, resultOf } from '../domain/mail-log.ts'
import type { Happening, Stage, StageReport } from '../domain/outcome.ts'
import type { Queue, QueueState } from '../domain/queue.ts'
import { readableAddress } from '../host/readable-address.ts'
import { humanDuration } from './human.ts'
import { type InertText, inert, inertLines } from './inert.ts'

const STAGE_WORDS: Readonly<Record<StageReport['stage'], string>> = {
  letter: 'letter',
  dns: 'DNS',
  tcp: 'TCP',
  greeting: 'greeting',
  tls: 'TLS',
  ehlo: 'EHLO',
  auth: 'sign-in',
  mail: 'MAIL FROM',
  rcpt: 'RCPT TO',
  data: 'DATA',
  dot: 'final dot',
  reset: 'reset',
}

/** Where what a stage showed begins on its line. */
export const STAGE_INDENT = 20

/** One line a stage: its name, how long it took, what it showed; one that was not passed says so. */
export function stageLines(progress: Progress): readonly InertText[] {
  return progress.stages.map((report) => {
    const { stage, durationMs, detail } = report
    const shown = isPassed(progress, report) ? inert(detail, 300) : notPassed(progress)
    return inert(`${STAGE_WORDS[stage].padEnd(10)} ${humanDuration(durationMs).padStart(7)}  ${shown}`.trimEnd(), 400)
  })
}

type Progress = Pick<CheckProgress, 'stages' | 'happening'>

/** What was heard before it showed nothing yet; what was said instead stands in the diagnosis. */
const notPassed = ({ happening }: Progress): string =>
  happening?.stage === 'dot' && happening.replyCode === null ? 'no answer' : 'failed'

/** The name of a stage as screens have it: `sign-in`. */
export const stageWord = (stage: Stage): string => STAGE_WORDS[stage]

/** How a check ended: with the diagnosis, what mends it and the raw reply, or well; none while it is under way. */
export function checkEndLines({ status, happening, from, to }: CheckProgress): readonly InertText[] {
  if (status !== 'done') return []
  if (happening !== null) return linesOf(diagnoseCheck(happening), happening)
  const recipient = to === null || to === from ? '' : ` to ${readableAddress(to)}`
  return [
    inert(
      `Every stage was passed: the server takes letters from ${readableAddress(from ?? '')}${recipient}. None was sent.`,
      700,
    ),
  ]
}

/** What happened to a letter, what it means and what mends it, each on its line, with the raw reply last. */
export function diagnosisLines(happening: Happening, kind: LetterKind): readonly InertText[] {
  return linesOf(diagnoseLetter(happening, kind), happening)
}

/** The same of what has closed the queue, which is about no letter in particular. */
export function queueLines(cause: Happening): readonly InertText[] {
  return linesOf(diagnose(cause), cause)
}

function linesOf({ title, meaning, advice, settings }: Diagnosis, happening: Happening): readonly InertText[] {
  const named = settings.length === 0 ? [] : [`Settings: ${settings.join(', ')}`]
  // What is wrong with a setting shows before there is a stage.
  const where = happening.stage === 'letter' ? '' : ` (at ${STAGE_WORDS[happening.stage]})`
  const words = [`${title}${where}`, meaning, advice, ...named].map((line) => inert(line, 500))
  if (happening.reply === null) return words
  return [...words, ...saidLines(happening.replyCode === null ? 'In detail' : 'The server said', happening.reply)]
}

const LONGEST_REPLY = 20

/** What was said, behind who said it; a reply of several lines stands below, indented. */
function saidLines(who: string, reply: string): readonly InertText[] {
  const [first = '', ...more] = inertLines(reply.trimEnd(), 500, LONGEST_REPLY)
  if (more.length === 0) return [inert(`${who}: ${first}`, 600)]
  return [inert(`${who}:`), ...[first, ...more].map((line) => inert(`  ${line}`, 600))]
}

/** What one attempt came to, stage by stage, with the diagnosis where it failed: what follows a test letter. */
export function attemptLines(entry: MailLogEntry): readonly string[] {
  const { happening, kind, to, reply } = entry
  if (happening !== null) return [...stageLines(entry), ...diagnosisLines(happening, kind)]
  const said = reply === null ? [] : saidLines('The server said', reply)
  return [...stageLines(entry), inert(`Delivered to ${readableAddress(to)}.`, 500), ...said]
}

/** How an attempt ended: `success`, `failure: refused (5.1.1)`, `unknown (ESOCKET)`. */
export function resultWords(entry: Parameters<typeof codeOf>[0]): string {
  const code = codeOf(entry)
  const result = resultOf(entry.outcome)
  return [result === 'failure' ? `${result}: ${entry.outcome}` : result, ...(code === null ? [] : [`(${code})`])].join(
    ' ',
  )
}

/** What became of a test letter that nobody took up. */
export const NOT_TRIED = 'The letter was not tried: the daemon did not take it up.'

/** Why letters do not leave, in a few words; null while the queue is open. */
export function queueReason(state: QueueState | 'off', { cause }: Queue): InertText | null {
  if (state === 'off') return inert('SERVICE_MAIL_ENABLE is false')
  if (state === 'open' || cause === null) return null
  const codes = [cause.replyCode, cause.enhancedCode].filter((code) => code !== null)
  const { title } = diagnose(cause)
  return inert(codes.length === 0 ? title : `${title} (${codes.join(' ')})`)
}
