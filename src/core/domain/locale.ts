/** The languages letters are written in. */
export const LOCALES = ['en', 'zh-TW'] as const
export type Locale = (typeof LOCALES)[number]

/** `text` as a locale whatever its case (`ZH-tw`), or null for a language there are no letters in. */
export function parseLocale(text: string): Locale | null {
  return LOCALES.find((locale) => locale.toLowerCase() === text.toLowerCase()) ?? null
}
