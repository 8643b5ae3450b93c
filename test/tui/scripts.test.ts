import { describe, expect, it } from 'vitest'
import { endTask } from '../../src/core/domain/task.ts'
import type { Store } from '../../src/core/store/port.ts'
import { anActor, anEntry, anExecutingTask, aUser } from '../support/builders.ts'
import { aConsole } from './support/console.ts'

/**
 * Names as people write them, and what is harder than any: all of it keeps to the cells that it is given. Emoji but flags
 * are left out: this terminal measures them as Unicode 6 did, one cell each.
 */
const NAMES: readonly (readonly [what: string, name: string])[] = [
  ['Thai with SARA AM', 'น้ำเงิน คำ'],
  ['Lao with AM', 'ນ້ຳ ຄຳ'],
  ['Devanagari', 'क्षत्रिय हिन्दी'],
  ['flags', '🇹🇼🇨🇭 flags'],
  ['presentations', '❤︎ ❤️ ☎️ text'],
  ['keycaps', '1️⃣ #\u20e3 keys'],
  ['Bengali, Telugu', 'ক্ষমা న్న'],
  ['Khmer', 'ខ្មែរ'],
  ['ambiguous widths', '± § α Я ○ ①'],
  ['tabs', 'a\tb\tc'],
  ['lone surrogates', 'x\ud800y\udc00z'],
  ['wide with marks', '王\u0301が\u3099 漢字'],
  ['Hangul letters', '\u1112\u1161\u11ab글'],
  ['right to left', 'שלום مرحبا'],
]

/** A user, a failed task and an entry of each name, who has also done something. */
async function furnish(store: Store): Promise<void> {
  const now = Date.now()
  for (const [, name] of NAMES) {
    await store.transact({ ...anActor, name }, 'users.add', async (tx) => {
      const user = { ...aUser(), username: name, name, email: `${name}@example.org` }
      tx.put('user', user)
      const sent = anExecutingTask({ user, to: user.email, at: now - 60_000 })
      tx.put('task', endTask(sent, 'failed', null, now))
      tx.log(anEntry({ at: now, task: sent.id, user: { id: user.id, username: name }, to: user.email, subject: name }))
    })
  }
}

/** A column behind the names, and what stands there in every row. */
const PAGES = [
  ['users', 'STATUS', '✓ active'],
  ['tasks', 'LAST', '–'],
  ['log', 'SAID', '250 2.0.0'],
  ['audit', 'DID', 'added a user'],
] as const

describe('names in any script, drawn by a terminal', () => {
  it.each(PAGES)('stay in their columns on the page %s', async (page, title, text) => {
    const console = await aConsole({ columns: 118, rows: 30, furnish, args: ['--page', page] })
    await console.sees(/^> /m)
    await console.sees('No daemon')
    const [header] = console.screen()
    expect(header).toMatch(/^ postern .*no daemon/)
    // Each row is drawn as the current one and as another.
    for (let row = 1; row < NAMES.length; row++) console.press('j')
    await console.sees((screen) => screen.findIndex((line) => line.startsWith('> ')) === NAMES.length + 2)
    expect(console.screen()[0]).toBe(header)
    const at = console.screen()[2]?.indexOf(title) ?? -1
    expect(at).toBeGreaterThan(0)
    const wrong = NAMES.map((_, row) => row + 3).filter((y) => {
      const cells = Array.from({ length: text.length }, (_, x) => console.cell(at + x, y).text || ' ').join('')
      return cells !== text
    })
    expect(wrong.map((y) => console.screen()[y])).toEqual([])
  })
})
