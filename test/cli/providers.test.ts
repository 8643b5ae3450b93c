import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SETTING_NAMES, settingsInForce } from '../../src/core/domain/setting.ts'
import { reviewSettings } from '../../src/core/domain/setting-review.ts'
import { systemClock } from '../../src/core/host/clock.ts'
import { EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import { Desk } from './desk.ts'

const TEXT = readFileSync(join(import.meta.dirname, '../../docs/providers.md'), 'utf8')
const SET = 'postern settings set '

/** The commands of a section that set something, in their order. */
function commandsOf(section: string): readonly string[] {
  const blocks = [...section.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '')
  const lines = blocks
    .join('')
    .replaceAll(/\\\n\s+/g, '')
    .split('\n')
  return lines.filter((line) => line.startsWith(SET)).map((line) => line.slice(SET.length).replace(/\s+#.*/, ''))
}

/** Each section that shows commands, by its heading. */
const SECTIONS = TEXT.split(/^(?=##+ )/m)
  .map((section) => ({ title: section.split('\n', 1)[0] ?? '', commands: commandsOf(section) }))
  .filter(({ commands }) => commands.length > 0)

describe('docs/providers.md', () => {
  it('has commands for each provider', () => {
    expect(SECTIONS.map(({ title }) => title)).toEqual([
      '# Mail providers',
      '### With an app password',
      '### With OAuth 2.0',
      '### By the client alone (no person, no second factor)',
      '## Amazon SES',
      '## A local Postfix',
    ])
  })

  it.each(SECTIONS)(
    '$title: every line can be typed as it stands, and in the end nothing is doubtful',
    async ({ commands }) => {
      const desk = new Desk()
      for (const command of commands) {
        const given = command.split(/\s+/)
        const secret = given.length === 1 && !command.includes('=')
        const done = await desk.run(['settings', 'set', ...given], secret ? { input: 'a secret\n' } : {})
        expect({ command, status: done.status, err: done.status === 0 ? '' : done.err }).toEqual({
          command,
          status: 0,
          err: '',
        })
      }
      const store = await EmbeddedStore.open(desk.data, { clock: systemClock })
      const settings = settingsInForce(await store.settings())
      await store.close()
      expect(reviewSettings({ ...settings, SERVICE_MAIL_ENABLE: true }, SETTING_NAMES)).toEqual({
        refusals: [],
        // What comes before the providers has no sender yet.
        warnings: commands.length === 1 && settings.SERVICE_MAIL_AUTH ? [expect.stringContaining('no sender')] : [],
      })
    },
  )

  it('names no setting that is not there', () => {
    const named = new Set(TEXT.match(/SERVICE_[A-Z0-9_]+/g))
    expect([...named].filter((name) => !SETTING_NAMES.some((known) => known === name))).toEqual([])
  })
})
