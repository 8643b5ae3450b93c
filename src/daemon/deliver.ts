import { secretOf } from '../core/domain/credential.ts'
import { diagnose, outcomeOf } from '../core/domain/diagnosis.ts'
import type { LetterKind, Template } from '../core/domain/letter.ts'
import type { Happening } from '../core/domain/outcome.ts'
import type { Executing } from '../core/domain/task.ts'
import { composeMessage } from '../core/letters/compose.ts'
import { type Encoded, encodeLetter, renderLetter, SECRET_HIDDEN } from '../core/letters/render.ts'
import { MasterKeyError } from '../core/secrets/key-file.ts'
import { linkToken } from '../core/secrets/link.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import { type SecretSource, temporaryPassword } from '../core/secrets/temporary-password.ts'
import type { AttemptReport, Claimed } from '../core/usecases/delivery.ts'
import type { Courier } from './courier/courier.ts'
import type { Parcel, Report } from './courier/report.ts'
import { settingTrouble } from './mail-server.ts'

/** A courier for the settings in force, or what is wrong with them. */
export type Carrier =
  | { readonly ok: true; readonly courier: Courier }
  | { readonly ok: false; readonly happening: Happening }

export interface DeliveryContext {
  readonly keys: MasterKeys
  readonly carrier: Carrier
  /** The fingerprint of the settings that the carrier was made from. */
  readonly fingerprint: string
  /** From 0 to 1, for the back-off. */
  readonly random: () => number
}

/** A report on what never reached the network. */
export function unsentReport(happening: Happening): Report {
  const { outcome, throttled } = outcomeOf(happening)
  const { reply } = happening
  return {
    happening,
    outcome,
    throttled,
    reply,
    replyCode: null,
    enhancedCode: null,
    stages: [],
    conversation: '',
    durationMs: 0,
  }
}

/** Renders, composes and sends one claimed letter, and says what it came to. It settles nothing, and never throws. */
export async function deliver(claimed: Claimed, context: DeliveryContext): Promise<AttemptReport> {
  const { task } = claimed
  const { carrier } = context
  const made = make(claimed, context.keys)
  if (!made.ok) return reportOf(task, unsentReport(made.happening), NOTHING_RENDERED, context)
  const { encoded, parcel } = made
  const report = carrier.ok ? await carrier.courier.send(parcel) : unsentReport(carrier.happening)
  return reportOf(task, report, encoded, context)
}

type Made =
  | { readonly ok: true; readonly encoded: Encoded; readonly parcel: Parcel }
  | { readonly ok: false; readonly happening: Happening }

const NOTHING_RENDERED = { subject: '', fallback: null }

/** The letter in its final bytes. What keeps it from being made fails this letter, and not the daemon. */
function make({ task, template }: Claimed, keys: MasterKeys): Made {
  const { letter, key, nonce } = task.round
  if (letter === null || key === null) throw new Error(`task ${task.id} is executing without a letter`)
  if (letter.from.address === '') {
    return { ok: false, happening: settingTrouble('SERVICE_MAIL_FROM_ADDRESS was not set when the letter was made.') }
  }
  if (letter.variables.reset_url === '') return { ok: false, happening: NO_LINK }
  try {
    const secret = secretFor(task.kind, keys, { key, task: task.id, nonce })
    const encoded = encodeLetter(template, letter.variables, secret)
    const message = composeMessage(letter, encoded)
    return { ok: true, encoded, parcel: { from: letter.from.address, to: letter.to.address, message } }
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    const happening = settingTrouble(words)
    return { ok: false, happening: error instanceof MasterKeyError ? happening : { ...happening, code: 'ETEMPLATE' } }
  }
}

/** A link goes nowhere without the portal's address: this letter is refused, and no other suffers from it. */
const NO_LINK: Happening = {
  ...settingTrouble('SERVICE_PORTAL_URL made no link when the letter was made.'),
  code: 'EPORTALURL',
}

/** What a letter of a kind carries, derived from its round. */
function secretFor(kind: LetterKind, keys: MasterKeys, source: SecretSource): string {
  switch (secretOf(kind)) {
    case 'temporary':
      return temporaryPassword(keys, source)
    case 'link':
      return linkToken(keys, source)
    case null:
      return SECRET_HIDDEN
  }
}

function reportOf(
  task: Executing,
  report: Report,
  rendered: Pick<Encoded, 'subject' | 'fallback'>,
  { fingerprint, random }: Pick<DeliveryContext, 'fingerprint' | 'random'>,
): AttemptReport {
  return {
    ...report,
    task: task.id,
    attempt: task.running.id,
    subject: rendered.subject,
    fallback: rendered.fallback,
    crashed: false,
    fingerprint,
    jitter: random(),
  }
}

const CRASHED: Happening = {
  stage: 'dot',
  code: 'ECRASH',
  originalCode: null,
  replyCode: null,
  enhancedCode: null,
  reply: 'The daemon died while it was sending.',
}

/** The report on an attempt whose daemon died: the letter may have left. */
export function crashReport({
  task,
  template,
}: {
  readonly task: Executing
  readonly template: Template | undefined
}): AttemptReport {
  const { letter } = task.round
  const shown =
    letter === null || template === undefined ? null : renderLetter(template, letter.variables, SECRET_HIDDEN)
  const rendered = { subject: shown?.subject ?? '', fallback: null }
  return { ...reportOf(task, unsentReport(CRASHED), rendered, { fingerprint: '', random: () => 0 }), crashed: true }
}

/** A happening in one line for the log. */
export function summary(happening: Happening): string {
  const { replyCode, enhancedCode, code } = happening
  return `${diagnose(happening).title} (${[replyCode, enhancedCode].filter(Boolean).join(' ') || code})`
}
