import { LOCALES, type Locale } from '../../core/domain/locale.ts'
import { EN } from './words.en.ts'
import type { Words } from './words.ts'
import { ZH_TW } from './words.zh-tw.ts'

const WORDS: Readonly<Record<Locale, Words>> = { en: EN, 'zh-TW': ZH_TW }

export const wordsIn = (locale: Locale): Words => WORDS[locale]

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = { en: 'English', 'zh-TW': '繁體中文' }

/** The longest header that is looked at: real ones have fewer than a hundred characters. */
const LOOKED_AT = 500

export const isLocale = (text: string | undefined): text is Locale => LOCALES.some((locale) => locale === text)

/**
 * The language of ours that an Accept-Language header likes best (RFC 9110, 12.5.4), English without one. Chinese of any
 * kind is answered in the Chinese that there is.
 */
export function negotiate(header: string | undefined): Locale {
  const liked = (header ?? '')
    .slice(0, LOOKED_AT)
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/)
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1'
      return { range, weight: Number(weight) }
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
  for (const { range } of liked) {
    if (/^zh(-|$)/.test(range)) return 'zh-TW'
    if (/^en(-|$)/.test(range) || range === '*') return 'en'
  }
  return 'en'
}
