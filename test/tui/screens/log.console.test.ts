import { expect, it, onTestFinished } from 'vitest'
import { openStore } from '../../../src/core/open.ts'
import { anActor, anEntry } from '../../support/builders.ts'
import { Console } from '../support/console.ts'
import { aHouse } from '../support/house.ts'

const EVIL = '\x1b]52;c;QQ==\x07\x1b]8;;http://x\x9b2J\x1b\\\x1b[2J\u202e\r\n\x9b31mevil'

/** A data directory whose mail log has 3,000 letters, one of them hostile all through. */
async function aLog(): Promise<string> {
  const house = await aHouse({ entries: 3000 })
  onTestFinished(() => house[Symbol.dispose]())
  const store = await openStore(house.data, { create: false, warn: () => {} })
  const reply = `550 5.1.1 ${EVIL}`
  const happening = {
    stage: 'rcpt',
    code: 'EENVELOPE',
    originalCode: null,
    replyCode: 550,
    enhancedCode: '5.1.1',
    reply,
  } as const
  const said = { outcome: 'refused', replyCode: 550, enhancedCode: '5.1.1', reply, happening, letter: null } as const
  await store.transact(anActor, 'x', async (tx) => {
    tx.log(anEntry({ ...said, to: `mallory${EVIL}@example.org`, subject: EVIL, conversation: EVIL }))
  })
  await store.close()
  return house.data
}

it('the log in a terminal: to the oldest and back, a filter as it is typed, and nothing hostile acts', async () => {
  const console = new Console(await aLog(), { args: ['--page', 'log'], columns: 140, rows: 40 })
  const acted: number[] = []
  for (const code of [8, 52]) console.terminal.parser.registerOscHandler(code, () => acted.push(code) > 0)
  await console.sees(/^> .*✗ failure +.*mallory/m)
  expect(console.screen()[0]).toContain('[4 Mail Log]')

  await console.press('G').sees((screen) => /^> .*✓ success/.test(screen.at(-3) ?? ''))
  await console.press('g').sees(/^> .*✗ failure/m)
  await console.press('enter').sees('Why it failed')
  await console.press('G').sees('There is none: none could be made.')
  await console.press('escape').sees('TIME')
  await console.press('/').type('result:failure').sees('1 of 1')
  await console.press('enter', 'escape').sees('newest first')

  expect(acted).toEqual([])
  expect(console.screen()[0]).toContain('[4 Mail Log]')
  console.press('q')
  expect(await console.ended).toBe(0)
})
