import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { LETTER_KINDS, type LetterKind, type Template } from '../domain/letter.ts'
import { LOCALES, type Locale } from '../domain/locale.ts'
import { checkTemplate } from './check.ts'
import { SOURCE_BYTES } from './engine.ts'
import { PARTS, type PartName } from './render.ts'
import { builtinTemplate, makeTemplate } from './templates.ts'

export interface ChosenTemplate {
  readonly template: Template
  /** Why the built-in template stands in for the operator's, in one sentence naming the file; else null. */
  readonly fallback: string | null
}

/** The templates in force: the operator's where there are any and they work, else the built-in ones. */
export interface Templates {
  /** Looks whether the files have changed and loads those that have: 18 stats (~40 µs) when none has. */
  refresh(): void
  /** What the last refresh found. */
  find(kind: LetterKind, locale: Locale): ChosenTemplate
}

type Source = { readonly ok: true; readonly source: string | null } | { readonly ok: false; readonly why: string }

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error'

/** What changes when a file does: cheap to ask for, and the same while it stays as it is. */
function stampOf(file: string): string {
  try {
    const stat = statSync(file, { throwIfNoEntry: false })
    return stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`
  } catch (error) {
    return codeOf(error)
  }
}

/** At most one byte more than a source may have; null for what is no regular file. */
function readBounded(file: string): Buffer | null {
  // Non-blocking: opening a named pipe would wait for a writer.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    if (!fstatSync(descriptor).isFile()) return null
    const bytes = Buffer.alloc(SOURCE_BYTES + 1)
    let length = 0
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, null)
      if (read === 0) break
      length += read
    }
    return bytes.subarray(0, length)
  } finally {
    closeSync(descriptor)
  }
}

function readSource(directory: string, file: string): Source {
  const refused = (why: string): Source => ({ ok: false, why })
  try {
    const real = realpathSync(file)
    if (!real.startsWith(realpathSync(directory) + sep)) return refused('it is a link out of the template directory')
    const bytes = readBounded(real)
    if (bytes === null) return refused('it is not a file')
    if (bytes.length > SOURCE_BYTES) return refused(`it is over ${SOURCE_BYTES / 1024} KB`)
    return { ok: true, source: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: true, source: null }
    return refused(code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8' : `it cannot be read (${code})`)
  }
}

function choose(directory: string, kind: LetterKind, locale: Locale, fileOf: (part: PartName) => string) {
  const builtin = builtinTemplate(kind, locale)
  const instead = (part: PartName, why: string): ChosenTemplate => ({
    template: builtin,
    fallback: `The built-in letter stands in for ${fileOf(part)}: ${why}.`,
  })
  const sources = { subject: builtin.subject, text: builtin.text, html: builtin.html }
  for (const part of PARTS) {
    const read = readSource(directory, fileOf(part))
    if (!read.ok) return instead(part, read.why)
    sources[part] = read.source ?? sources[part]
  }
  const template = makeTemplate(kind, locale, sources)
  if (template.hash === builtin.hash) return { template: builtin, fallback: null }
  const checked = checkTemplate(template)
  return checked.ok ? { template, fallback: null } : instead(checked.part, checked.why)
}

/**
 * The templates of `directory`: `<locale>/<kind>.subject.liquid`, `.text.liquid` and `.html.liquid`, any of them; a part
 * that is missing is the built-in one. A directory that does not exist means the built-in letters. A file that is
 * wrong (see `checkTemplate`), over 64 KB, not UTF-8, unreadable or a link out of the directory puts the built-in
 * letter in its place and says why; nothing is thrown for what an operator did.
 */
export function loadTemplates(directory: string): Templates {
  const entries = new Map<string, { stamp: string; chosen: ChosenTemplate }>()

  const refresh = () => {
    for (const locale of LOCALES) {
      for (const kind of LETTER_KINDS) {
        const key = `${locale}/${kind}`
        const fileOf = (part: PartName) => join(directory, locale, `${kind}.${part}.liquid`)
        const stamp = PARTS.map((part) => stampOf(fileOf(part))).join(';')
        if (entries.get(key)?.stamp === stamp) continue
        entries.set(key, { stamp, chosen: choose(directory, kind, locale, fileOf) })
      }
    }
  }

  refresh()
  return {
    refresh,
    find: (kind, locale) =>
      entries.get(`${locale}/${kind}`)?.chosen ?? { template: builtinTemplate(kind, locale), fallback: null },
  }
}
