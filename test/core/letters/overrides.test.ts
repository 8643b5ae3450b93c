import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LETTER_KINDS } from '../../../src/core/domain/letter.ts'
import { LOCALES } from '../../../src/core/domain/locale.ts'
import { loadTemplates } from '../../../src/core/letters/overrides.ts'
import { renderLetter } from '../../../src/core/letters/render.ts'
import { builtinTemplate } from '../../../src/core/letters/templates.ts'
import { SECRET, someVariables } from './builders.ts'

let root = ''
let directory = ''
const pathOf = (file: string) => join(directory, file)
const write = (file: string, content: string | Buffer) => writeFileSync(pathOf(file), content)
const find = () => loadTemplates(directory).find('reset-password', 'zh-TW')
const builtin = builtinTemplate('reset-password', 'zh-TW')
const FILE = 'zh-TW/reset-password.html.liquid'

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-templates-'))
  directory = join(root, 'templates')
  for (const locale of LOCALES) mkdirSync(join(directory, locale), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))

describe('without overrides', () => {
  it.each(['an empty directory', 'no directory'])('%s means the built-in letters', (what) => {
    if (what === 'no directory') rmSync(directory, { recursive: true })
    const templates = loadTemplates(directory)
    for (const locale of LOCALES) {
      for (const kind of LETTER_KINDS) {
        expect(templates.find(kind, locale)).toEqual({ template: builtinTemplate(kind, locale), fallback: null })
      }
    }
  })
})

describe('an override', () => {
  it('replaces its part alone; the others stay the built-in ones', () => {
    write('zh-TW/reset-password.subject.liquid', '\ufeff{{ name }}，您的新密碼\r\n')
    const { template, fallback } = find()
    expect(fallback).toBeNull()
    expect(template).toMatchObject({ text: builtin.text, html: builtin.html, kind: 'reset-password', locale: 'zh-TW' })
    expect(template.hash).not.toBe(builtin.hash)
    expect(renderLetter(template, someVariables({ name: '王小明' }), SECRET).subject).toBe('王小明，您的新密碼')
  })

  it('holds for its kind and its locale only', () => {
    write(FILE, '<p>{{ secret }}</p>')
    const templates = loadTemplates(directory)
    expect(templates.find('reset-password', 'zh-TW').template.html).toBe('<p>{{ secret }}</p>')
    expect(templates.find('reset-password', 'en').template).toBe(builtinTemplate('reset-password', 'en'))
    expect(templates.find('test', 'zh-TW').template).toBe(builtinTemplate('test', 'zh-TW'))
  })

  it('that says what the built-in one says is the built-in one', () => {
    write(FILE, builtin.html)
    expect(find().template).toBe(builtin)
  })

  it('may be a link within the directory, as configuration tools make them', () => {
    write('real.liquid', '<p>{{ secret }}</p>')
    symlinkSync('../real.liquid', pathOf(FILE))
    expect(find()).toMatchObject({ template: { html: '<p>{{ secret }}</p>' }, fallback: null })
  })

  it('may be exactly 64 KB long', () => {
    write(FILE, '{{ secret }}'.padEnd(64 * 1024, 'x'))
    expect(find().fallback).toBeNull()
  })
})

describe('a change while the daemon runs', () => {
  const html = (content: string, ms: number) => {
    write(FILE, content)
    utimesSync(pathOf(FILE), new Date(ms), new Date(ms))
  }

  it('holds from the next refresh on, also back to the built-in letter', () => {
    const templates = loadTemplates(directory)
    const found = () => templates.find('reset-password', 'zh-TW')
    html('<p>{{ secret }} 1</p>', 1_000_000)
    expect(found().template).toBe(builtin)
    templates.refresh()
    expect(found().template.html).toBe('<p>{{ secret }} 1</p>')
    html('<p>{{ secret }} 2</p>', 2_000_000)
    templates.refresh()
    expect(found().template.html).toBe('<p>{{ secret }} 2</p>')
    html('<p>{{ secre', 3_000_000)
    templates.refresh()
    expect(found()).toMatchObject({ template: builtin, fallback: expect.stringContaining('not closed') })
    unlinkSync(pathOf(FILE))
    templates.refresh()
    expect(found()).toEqual({ template: builtin, fallback: null })
  })

  it('is seen even when a copied file keeps the size and the time of the old one', () => {
    html('<p>{{ secret }} 1</p>', 1_000_000)
    const templates = loadTemplates(directory)
    write('new', '<p>{{ secret }} 2</p>')
    utimesSync(pathOf('new'), new Date(1_000_000), new Date(1_000_000))
    renameSync(pathOf('new'), pathOf(FILE))
    templates.refresh()
    expect(templates.find('reset-password', 'zh-TW').template.html).toBe('<p>{{ secret }} 2</p>')
  })

  it('that did not happen costs no new template', () => {
    html('<p>{{ secret }} 1</p>', 1_000_000)
    const templates = loadTemplates(directory)
    const before = templates.find('reset-password', 'zh-TW').template
    templates.refresh()
    expect(templates.find('reset-password', 'zh-TW').template).toBe(before)
  })
})

describe('an operator’s broken file', () => {
  it.each([
    ['a syntax error', '{% if sender %}{{ secret }}', 'not closed'],
    ['an unknown filter', '{{ secret | shout }}', 'undefined filter: shout'],
    ['an unknown tag', '{% include "/etc/passwd" %}{{ secret }}', 'tag "include" not found'],
    ['an unknown variable', '{{ secret }}{{ nmae }}', 'undefined variable: nmae'],
    ['no secret in it', '<p>{{ name }}</p>', 'it does not show {{ secret }}'],
    ['too long by one byte', '{{ secret }}'.padEnd(64 * 1024 + 1, 'x'), 'it is over 64 KB'],
    [
      'Big5 and not UTF-8',
      Buffer.concat([Buffer.from('{{ secret }}'), Buffer.from([0xb1, 0x4b, 0xbd, 0x58])]),
      'it is not UTF-8',
    ],
  ])('with %s puts the built-in letter in its place and says why', (_, content, why) => {
    write(FILE, content)
    const { template, fallback } = find()
    expect(template).toBe(builtin)
    expect(fallback).toMatch(new RegExp(`^The built-in letter stands in for ${pathOf(FILE)}: [^\\n]+\\.$`))
    expect(fallback).toContain(why)
  })

  it('spoils the whole letter: its other parts, though right, are not mixed with built-in ones', () => {
    write('zh-TW/reset-password.subject.liquid', 'Mine')
    write(FILE, '{{')
    expect(find().template).toBe(builtin)
  })

  it('that is a link out of the directory is not followed', () => {
    writeFileSync(join(root, 'outside'), '{{ secret }} outside')
    symlinkSync(join(root, 'outside'), pathOf(FILE))
    expect(find()).toEqual({
      template: builtin,
      fallback: `The built-in letter stands in for ${pathOf(FILE)}: it is a link out of the template directory.`,
    })
  })

  it('in a locale’s directory that is a link out of it is not followed either', () => {
    mkdirSync(join(root, 'elsewhere'))
    writeFileSync(join(root, 'elsewhere', 'reset-password.html.liquid'), '{{ secret }}')
    rmSync(pathOf('zh-TW'), { recursive: true })
    symlinkSync(join(root, 'elsewhere'), pathOf('zh-TW'))
    expect(find().fallback).toContain('a link out of the template directory')
  })

  it('that is a directory, a named pipe or a link to itself stops nobody', () => {
    mkdirSync(pathOf(FILE))
    expect(find().fallback).toContain('it is not a file')
    rmSync(pathOf(FILE), { recursive: true })
    execFileSync('mkfifo', [pathOf(FILE)])
    expect(find().fallback).toContain('it is not a file')
    unlinkSync(pathOf(FILE))
    symlinkSync('reset-password.html.liquid', pathOf(FILE))
    expect(find().fallback).toContain('it cannot be read (ELOOP)')
  })
})
