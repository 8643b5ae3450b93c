import { type Judgement, judge, type PasswordRules, refuseForm } from '../../../core/domain/password.ts'
import type { Guessable, Strength } from '../../../core/domain/password-strength.ts'
import type { HintWords } from './words.ts'

/** What the page of a new password knows of its visitor and this place. */
export type HintRules = Omit<PasswordRules, 'common'>

/** What stands in the fields. */
export interface Typed {
  readonly password: string
  /** The present password; the empty string where the page does not ask for it. */
  readonly present: string
}

/** One sentence, and what it is coloured by; `null` while nothing can be told of the strength. */
export interface Hint {
  readonly strength: Strength | null
  readonly text: string
}

/**
 * What is said of a new password while it is typed: what the portal will say of it, as far as a browser can know. It does
 * not know the temporary password, nor the present one unless it was typed.
 * @param common null while the list is on its way, or does not come
 */
export function hintFor(
  { password, present }: Typed,
  rules: HintRules,
  common: Guessable['common'] | null,
  words: HintWords,
): Hint {
  if (password === '') return { strength: null, text: '' }
  if (common === null && refuseForm(password, rules.minLength) === null)
    return { strength: null, text: words.longEnough }
  const { refusal, strength } = judgeTyped(password, present, { ...rules, common: common ?? new Map() })
  return { strength, text: words.hint(strength, refusal) }
}

function judgeTyped(password: string, present: string, rules: PasswordRules): Judgement {
  const judgement = judge(password, rules)
  const isPresent = password.normalize('NFC') === present.normalize('NFC')
  return judgement.refusal === null && isPresent ? { refusal: { kind: 'present' }, strength: 'weak' } : judgement
}
