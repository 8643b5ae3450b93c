import { execFileSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { STORIES, told } from '../../scripts/troubleshooting.ts'
import { symptoms } from '../../scripts/troubleshooting-symptoms.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')

describe('docs/troubleshooting.md', () => {
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] })
  })

  it('begins with the symptoms as the diagnoses say them (else: npm run docs)', () => {
    expect(page.startsWith(`${symptoms()}\n\n## `)).toBe(true)
    for (const { title } of STORIES) expect(page).toContain(`](#${title.toLowerCase().replaceAll(' ', '-')})`)
  })

  it.each(STORIES.map((story) => [story.title, story] as const))(
    '%s: the programs still print what the page says (else: npm run docs)',
    async (title, story) => {
      const printed = await told(story)
      const resolver = await lookup('smtp.exmaple.invalid').catch(({ code }: NodeJS.ErrnoException) => code)
      // Where nobody answers for names, Postern says so, and rightly: another story than the page's.
      if (title === 'Unknown host' && resolver !== 'ENOTFOUND')
        expect(printed).toContain('Host names cannot be resolved')
      else expect(`${page}\n## `).toContain(`\n\n${printed}\n`)
    },
  )
})
