import { appendFileSync, readdirSync, renameSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, onTestFinished } from 'vitest'
import { startPosternd } from '../support/posternd.ts'
import { aConsole, type Console } from './support/console.ts'

const tasks = async (): Promise<Console> => {
  const console = await aConsole({ users: 20, tasks: 20, args: ['--page', 'tasks'] })
  return console.sees('1 of 20')
}

const without = (words: string) => (screen: readonly string[]) => !screen.join('\n').includes(words)

/** The journal that is written to. */
function journalOf(data: string): string {
  const store = join(data, 'store')
  const newest = readdirSync(store)
    .filter((name) => name.startsWith('journal-'))
    .sort()
    .at(-1)
  if (newest === undefined) throw new Error(`there is no journal in ${store}`)
  return join(store, newest)
}

describe('a store that cannot be read', () => {
  it('leaves the last screen, says that it may be old and why, and no more once it is mended', async () => {
    const console = await tasks()
    await console.sees('No daemon is running')
    const row = console.screen().find((line) => line.includes('person')) ?? ''
    const journal = journalOf(console.data)
    const { size } = statSync(journal)
    appendFileSync(journal, 'nothing that was ever written here\n00000000 2 {}\n')
    await console.sees(/What is shown may be old: journal-\d+\.jsonl is damaged at byte \d+/)
    await console.sees((screen) => screen.includes(row))
    // Nothing is lost of it: other rows can still be looked at.
    await console.type('j').sees('2 of 20')
    truncateSync(journal, size)
    await console.sees(without('What is shown may be old'))
    await console.type('j').sees('3 of 20')
  })

  it('refuses a change while its directory is away, keeps what was typed, and saves that once it is back', async () => {
    const console = await aConsole({ columns: 140, args: ['--page', 'settings', '--id', 'SERVICE_MAIL_HOST'] })
    await console.sees('Mail server')
    const store = join(console.data, 'store')
    renameSync(store, `${store}.away`)
    await console.sees(`What is shown may be old: ${store} was moved away.`)
    console.press('enter').type('.example').press('enter', 'ctrl+s')
    await console.sees('Save 1 setting?')
    await console.type('y').sees('was moved away. Nothing of this change was saved.')
    await console.sees(/MAIL_HOST +smtp\.gmail\.com\.example/)
    renameSync(`${store}.away`, store)
    await console.sees(without('was moved away'))
    await console.press('ctrl+s').sees('Save 1 setting?')
    await console.type('y').sees('Saved 1 setting.')
  })
})

describe('the daemon', () => {
  it('dies and comes back, and the console says so', async () => {
    const console = await tasks()
    const start = async () => {
      const daemon = startPosternd(console.data)
      onTestFinished(async () => {
        daemon.kill('SIGKILL')
        await daemon.ended
      })
      await console.sees(without('No daemon is running'))
      return daemon
    }
    await console.sees('No daemon is running')
    const first = await start()
    first.kill('SIGKILL')
    await first.ended
    await console.sees('No daemon is running')
    const second = await start()
    await console.type('j').sees('2 of 20')
    second.kill('SIGTERM')
    await second.ended
    await console.sees('No daemon is running')
  })
})
