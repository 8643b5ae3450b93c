import { describe, expect, it } from 'vitest'
import { keyTable } from '../../../src/tui/keymap.ts'
import { anEndedTask } from '../../support/builders.ts'
import { aConsole } from '../../tui/support/console.ts'
import { aStore } from './stage.ts'

/** Whether help stands over a page: its first line is then the page's name. */
const isHelp = (screen: readonly string[]) => /^ (AC|System) .*[a-z]$/.test(screen[2] ?? '')

/** All that a store says: nothing of it may change. */
async function everything({ store }: Awaited<ReturnType<typeof aStore>>) {
  const page = { limit: 100 }
  return {
    users: await store.users(page),
    tasks: await store.tasks(page),
    settings: await store.settings(),
    audit: await store.audit(page),
  }
}

describe('--read-only', () => {
  it('none of the keys that would change something does, on any page', async () => {
    const house = await aStore()
    await house.addUsers(2, 'ann')
    await house.store.transact(house.context.actor, 'users.import', async (tx) => {
      tx.put('task', anEndedTask({ user: null, to: 'ann0@example.org', status: 'failed' }))
    })
    const before = await everything(house)
    const console = await aConsole({ data: house.data, args: ['--read-only'] })
    await console.sees('read-only')
    let pressed = 0
    for (const [page, key, words] of [
      ['users', '2', 'ann1@example.org'],
      ['tasks', '3', '✗ failed'],
      ['settings', '5', 'MAIL_HOST'],
    ] as const) {
      await console.press(key).sees(words)
      const rows = keyTable().find(({ context }) => context === page)?.rows ?? []
      for (const { keys, changes } of rows) {
        pressed += changes === true ? keys.length : 0
        if (changes !== true) continue
        // Help opens over a page alone, not over a form or a question that the key has opened.
        for (const key of keys) await console.press(key, '?').sees(isHelp)
        await console.press('escape').sees((screen) => !isHelp(screen))
      }
    }
    expect(pressed).toBeGreaterThan(15)
    expect(await everything(house)).toEqual(before)
  })
})

it('postern --page tasks --filter status:failed --id opens exactly that task', async () => {
  const house = await aStore()
  const tasks = ['ann', 'bob', 'cy'].map((name) =>
    anEndedTask({ user: null, to: `${name}@example.org`, status: name === 'cy' ? 'carried-out' : 'failed' }),
  )
  const [, bob] = tasks
  await house.store.transact(house.context.actor, 'users.import', async (tx) => {
    for (const task of tasks) tx.put('task', task)
  })
  const args = ['--page', 'tasks', '--filter', 'status:failed', '--id', bob?.id ?? '']
  const console = await aConsole({ data: house.data, args })
  await console.sees('Scheduled Tasks › status:failed › bob@example.org')
  await console.sees(bob?.id ?? '?')
  await console.press('escape').sees(/of 2\b/)
  expect(console.screen().join('\n')).not.toContain('cy@example.org')
})
