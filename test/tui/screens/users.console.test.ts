import { describe, expect, it } from 'vitest'
import { openStore } from '../../../src/core/open.ts'
import { aConsole, Console } from '../support/console.ts'

const PAGE = ['--page', 'users']

async function taskStatuses(data: string): Promise<readonly string[]> {
  const store = await openStore(data, { create: false, warn: () => {} })
  try {
    return (await store.tasks({ limit: 10 })).items.map(({ status }) => status)
  } finally {
    await store.close()
  }
}

describe('the page of users in a terminal', () => {
  it('resets a password by a tick and Update, says when the letter leaves, and takes it back', async () => {
    const console = await aConsole({ users: 3, args: PAGE })
    await console.sees('1 of 3')
    await console.press('e').sees('Reset password')
    // Typed ahead, in one go: four fields down, a tick, Update.
    await console.press('tab', 'tab', 'tab', 'tab', 'space').sees('[x] yes')
    await console.sees('Letters are held: SERVICE_MAIL_ENABLE is false')
    await console.press('ctrl+s').sees(/A letter to person\d+@example\.org is due .*, in 10m/)
    await console.sees(/SERVICE_SIGN_IN_URL is empty/)
    expect(await taskStatuses(console.data)).toEqual(['wait'])
    await console.press('u').sees('Undone: 1 letter cancelled')
    expect(await taskStatuses(console.data)).toEqual(['cancelled'])
  })

  it('changed meanwhile: two consoles edit one user, and neither loses a word', async () => {
    const one = await aConsole({ users: 2, args: PAGE })
    await one.sees('1 of 2')
    await one.press('e', 'tab', 'ctrl+u').sees('Edit person')
    one.type('Mine')
    await one.sees('Mine')

    const other = new Console(one.data, { args: PAGE })
    await other.sees('1 of 2')
    await other.press('e', 'tab', 'ctrl+u').sees('Edit person')
    other.type('Theirs')
    await other.press('ctrl+s').sees('is up to date')

    await one.press('ctrl+s').sees(/changed by \S+ \(console\), \d\d:\d\d today/)
    await one.sees(/changed meanwhile to Theirs .*mine is/)
    await one.press('ctrl+s').sees('is up to date')
    await other.sees(/person\d+@example\.org +Mine /)
  })

  it('costs at most 650 bytes when the cursor moves, the detail beside it', async () => {
    const console = await aConsole({ columns: 140, rows: 40, users: 60, args: PAGE })
    await console.sees('1 of 60')
    await console.sees('No daemon is running')
    await console.press('j').sees('2 of 60')
    const before = console.bytes
    for (let row = 3; row <= 22; row++) await console.press('j').sees(`${row} of 60`)
    expect((console.bytes - before) / 20).toBeLessThanOrEqual(650)
  })
})
