import { diagnose } from '../domain/diagnosis.ts'
import type { Happening, StageReport } from '../domain/outcome.ts'
import { humanDuration } from './human.ts'
import { type InertText, inert } from './inert.ts'

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
}

/** One line a stage: its name, how long it took, what it showed. */
export function stageLines(stages: readonly StageReport[]): readonly string[] {
  return stages.map(({ stage, durationMs, detail }) => {
    const took = humanDuration(durationMs)
    return `${STAGE_WORDS[stage].padEnd(10)} ${took.padStart(7)}  ${inert(detail)}`.trimEnd()
  })
}

/** What happened, what it means and what mends it, each on its line, with the raw reply last. */
export function diagnosisLines(happening: Happening): readonly InertText[] {
  const { title, meaning, advice, settings } = diagnose(happening)
  const named = settings.length === 0 ? [] : [`Settings: ${settings.join(', ')}`]
  const raw = happening.reply === null ? [] : [`${happening.replyCode === null ? 'In detail' : 'The server said'}: ${happening.reply}`]
  return [`${title} (at ${STAGE_WORDS[happening.stage]})`, meaning, advice, ...named, ...raw].map((line) =>
    inert(line, 500),
  )
}
