import type { Locale } from '../../../core/domain/locale.ts'
import { type PasswordRefusal, passwordRefusalWords } from '../../../core/domain/password.ts'
import type { PieceKind, Strength } from '../../../core/domain/password-strength.ts'

/** What is said of a new password, by the portal and by the script of its page. */
export interface HintWords {
  readonly refused: (refusal: PasswordRefusal) => string
  /** While one types; the refusal of what is weak. */
  readonly hint: (strength: Strength, refusal: PasswordRefusal | null) => string
  /** All that can be told without the list of common passwords. */
  readonly longEnough: string
  /** After a password that was refused, whose fields are empty again. */
  readonly strength: (strength: Strength) => string
}

const refused = (refusal: PasswordRefusal) => `The new password ${passwordRefusalWords(refusal)}`

const EN: HintWords = {
  refused,
  hint(strength, refusal) {
    if (refusal !== null) return `Strength: weak. ${refused(refusal)}.`
    return strength === 'strong'
      ? 'Strength: strong.'
      : `Strength: ${strength}. One that is longer by a word would be strong.`
  },
  longEnough: 'Long enough',
  strength: (strength) => `Strength of what you typed: ${strength}. Type both again.`,
}

const STRENGTH_ZH = { weak: '弱', fair: '普通', strong: '強' } as const

const MADE_OF_ZH: Readonly<Record<PieceKind, string>> = {
  common: '常見的字詞或密碼',
  own: '您的姓名、地址或本站的名稱',
  repeat: '重複的字元',
  run: '連續的字元',
  year: '年份',
}

const ZH_TW: HintWords = {
  refused: refusedInChinese,
  hint(strength, refusal) {
    if (refusal !== null) return `密碼強度：弱。${refusedInChinese(refusal)}。`
    return strength === 'strong' ? '密碼強度：強。' : `密碼強度：${STRENGTH_ZH[strength]}。再加一個詞語就是強密碼。`
  },
  longEnough: '長度足夠',
  strength: (strength) => `您輸入的密碼強度：${STRENGTH_ZH[strength]}。請重新輸入兩次。`,
}

function refusedInChinese(refusal: PasswordRefusal): string {
  switch (refusal.kind) {
    case 'malformed':
      return '新密碼含有無法保存的字元'
    case 'too-short':
      return `新密碼至少須有 ${refusal.least} 個字元`
    case 'too-long':
      return `新密碼最多 ${refusal.most} 個字元`
    case 'own-name':
      return '新密碼不可以是使用者名稱或電子郵件地址'
    case 'common':
      return '新密碼是最先被猜的密碼之一：許多人都在使用'
    case 'guessable':
      return `新密碼太容易猜中：它幾乎只由${refusal.made.map((kind) => MADE_OF_ZH[kind]).join('、') || '少數字元'}組成`
    case 'present':
      return '新密碼必須與目前的密碼不同'
    case 'temporary':
      return '新密碼不可以是臨時密碼'
  }
}

export const HINT_WORDS: Readonly<Record<Locale, HintWords>> = { en: EN, 'zh-TW': ZH_TW }
