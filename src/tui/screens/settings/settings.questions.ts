import type { Queue } from '../../../core/domain/queue.ts'
import { isSecretSetting } from '../../../core/domain/setting.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { counted } from '../../../core/text/human.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import type { Field } from '../../form/form.ts'
import type { Order, Shared } from '../../screen.ts'
import { labelOf } from './settings.form.ts'
import type { FormReview } from './settings.review.ts'
import type { SettingsMsg, SettingsState, TypedChange } from './settings.state.ts'

/** As many changes fit into the least terminal, beside what else the question has and the doubts. */
const LEAST_CHANGES = 4
const BESIDE = 13
const MOST_DOUBTS = 1

/** Shows the difference, old → new, with the doubts about it, before anything is saved. */
export function askSave(
  changes: readonly TypedChange[],
  { rows, theirs, form }: SettingsState,
  { doubts }: FormReview,
  { bodyRows }: Pick<Shared, 'bodyRows'>,
): Order<SettingsMsg> {
  const shown = changes.slice(0, Math.max(LEAST_CHANGES, bodyRows - BESIDE)).map((change) => {
    const field = form.fields.find(({ name }) => name === change.name)
    const before = field === undefined || field.kind === 'secret' ? '' : shownValue(field, String(field.before))
    const after = field === undefined ? change.text : shownValue(field, change.text)
    const row = rows?.find(({ name }) => name === change.name)
    const whose = theirs.has(change.name) && row !== undefined ? ` (by ${row.changedBy}, meanwhile)` : ''
    return differenceWords({ ...change, text: after }, before, whose)
  })
  const rest = changes.length - shown.length
  const others = rest > 0 ? [inert(`… and ${counted(rest, 'other change')}.`)] : []
  const about = doubts.filter((doubt) => changes.some(({ name }) => doubt.includes(name)))
  const [first, ...more] = about
  const doubt = first === undefined ? [] : [inert(`! ${first}`, 400)]
  const further = more.length > 0 ? [inert(`! ${counted(more.length, 'more doubt')}: see the form.`)] : []
  return {
    kind: 'ask',
    dialog: {
      kind: 'confirm',
      focus: 'cancel',
      title: inert(`Save ${counted(changes.length, 'setting')}?`),
      lines: [...shown, ...others, ...doubt.slice(0, MOST_DOUBTS), ...further],
      okWord: 'Save',
      ok: { kind: 'do-save', changes },
    },
  }
}

/** Asks whether the test mail has come in, which nobody but a person can know. */
export const askConfirm = ({ tested }: Queue): Order<SettingsMsg> => ({
  kind: 'ask',
  dialog: {
    kind: 'confirm',
    focus: 'cancel',
    title: inert('Has the test mail arrived?'),
    lines: [
      inert(
        `Look for it at ${readableAddress(tested?.to ?? '')}. Links for a new password are let go by this answer.`,
        400,
      ),
    ],
    okWord: 'It has arrived',
    ok: { kind: 'do-confirm' },
  },
})

/** A value as the form shows it. */
const shownValue = ({ kind }: Field, value: string): string =>
  kind === 'check' ? (value === 'true' ? 'yes' : 'no') : value

/** `MAIL_PORT: 587 → 465`; of a secret only that it is another. */
function differenceWords({ name, text }: TypedChange, before: string, whose: string): InertText {
  const [old, mine] = isSecretSetting(name)
    ? ['', text === '' ? '(emptied)' : '(new value)']
    : [`${before === '' ? '(empty)' : before}${whose} `, text === '' ? '(empty)' : text]
  return inert(`${labelOf(name)}: ${old}→ ${mine}`, 200)
}
