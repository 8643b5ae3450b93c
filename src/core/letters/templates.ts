import { createHash } from 'node:crypto'
import type { LetterKind, Template } from '../domain/letter.ts'
import type { Locale } from '../domain/locale.ts'
import { EN } from './builtin/en.ts'
import type { LetterSource } from './builtin/page.ts'
import { ZH_TW } from './builtin/zh-tw.ts'

/** SHA-256 of kind, locale and the three sources, as 32 hex digits: the name of one version of a template. */
export function templateHash(kind: LetterKind, locale: Locale, source: LetterSource): string {
  // JSON keeps the boundaries between the fields: ("a", "bc") and ("ab", "c") hash differently.
  const content = JSON.stringify([kind, locale, source.subject, source.text, source.html])
  return createHash('sha256').update(content).digest('hex').slice(0, 32)
}

/** A template named by its content; the sources are not checked. */
export function makeTemplate(kind: LetterKind, locale: Locale, { subject, text, html }: LetterSource): Template {
  return { hash: templateHash(kind, locale, { subject, text, html }), kind, locale, subject, text, html }
}

function makeAll(locale: Locale, sources: Readonly<Record<LetterKind, LetterSource>>): Record<LetterKind, Template> {
  return {
    'reset-password': makeTemplate('reset-password', locale, sources['reset-password']),
    'reset-link': makeTemplate('reset-link', locale, sources['reset-link']),
    'password-changed': makeTemplate('password-changed', locale, sources['password-changed']),
    test: makeTemplate('test', locale, sources.test),
  }
}

const BUILT_IN: Readonly<Record<Locale, Readonly<Record<LetterKind, Template>>>> = {
  en: makeAll('en', EN),
  'zh-TW': makeAll('zh-TW', ZH_TW),
}

/** The template that Postern brings along; the same object each time. */
export function builtinTemplate(kind: LetterKind, locale: Locale): Template {
  return BUILT_IN[locale][kind]
}
