import { expect, it } from 'vitest'
import { plainServer } from '../../support/posternd.ts'
import { aConsole, type Console } from '../../tui/support/console.ts'
import { aDaemon, aScriptedServer, aStore } from './stage.ts'

/** How many rows of the list show a word. */
const showing = (word: string, rows: number) => (screen: readonly string[]) =>
  screen.filter((line) => line.includes(word)).length === rows

const markAll = (console: Console, rows: number): Promise<Console> =>
  console.press(...Array.from({ length: rows }, () => 'space')).sees(`${rows} marked`)

it('three users at once: a preview, one key for all that failed, and a letter that is cancelled', async () => {
  let isRefusing = true
  const server = await aScriptedServer({ RCPT: () => (isRefusing ? '550 5.7.1 Not today' : '250 2.1.5 Recipient ok') })
  const house = await aStore()
  await house.addUsers(4, 'ann')
  await house.set({ ...plainServer(server.port), SERVICE_MAIL_RATE_PER_MINUTE: 120 })
  await aDaemon(house)
  const console = await aConsole({ data: house.data, args: ['--page', 'users'] })
  await console.sees('daemon ●')
  await console.sees('ann3@example.org')

  // How many letters, when, and how long it takes, before anything is asked for.
  await markAll(console, 3)
  await console.press('r').sees('Reset 3 passwords?')
  await console.sees('to ann0, ann1 and')
  await console.sees('At 120 a minute the last of 3 leaves about')
  expect((await house.store.tasks({ limit: 5 })).items).toEqual([])
  await console.press('y').sees('u undo')

  await console.press('3').sees(showing('· wait', 3))
  await markAll(console, 3)
  await console.press('s').sees('Send 3 letters now?')
  await console.press('y').sees(showing('✗ failed', 3))

  isRefusing = false
  await console.press('F').sees('Redo 3 letters?')
  await console.press('y').sees(showing('✓ carry out', 3))
  expect(server.letters).toHaveLength(3)

  // One more is asked for, and thought better of.
  await console.press('2').sees(/> +ann3/)
  await console.press('r').sees('Reset the password of ann3?')
  await console.press('y').sees('A letter to ann3@example.org leaves')
  await console.press('3').sees(/· wait .*ann3/)
  await console.press('g', 'c').sees('Cancel 1 letter?')
  await console.sees('Nothing is sent to ann3@example.org')
  await console.press('y').sees(/- cancelled .*ann3/)
  expect(server.letters).toHaveLength(3)
})
