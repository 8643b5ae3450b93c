import { expect, it, vi } from 'vitest'
import type { AuditEntry, Finding, Store } from '../../../src/core/store/port.ts'
import { performAudit } from '../../../src/tui/screens/audit/audit.effects.ts'
import type { AuditMsg } from '../../../src/tui/screens/audit/audit.state.ts'
import { play } from '../support/in-memory.tsx'
import { aLongAudit } from '../support/long-audit.ts'

const ENTRIES = 300_000

/** A store that counts the searches of its audit log that are under way, and those that were begun. */
function counting(
  store: Store,
  gate?: Promise<void>,
): { readonly store: Store; readonly searches: { underWay: number; begun: number } } {
  const searches = { underWay: 0, begun: 0 }
  async function* searchAudit(...given: Parameters<Store['searchAudit']>): AsyncGenerator<Finding<AuditEntry>, void> {
    searches.begun++
    searches.underWay++
    try {
      for await (const finding of store.searchAudit(...given)) {
        yield finding
        // What was told is on the screen, and the rest is looked through when the test says so.
        if (given[0].action !== undefined || given[0].keyword !== undefined) await gate
      }
    } finally {
      searches.underWay--
    }
  }
  return {
    searches,
    store: new Proxy(store, {
      get(target, name) {
        if (name === 'searchAudit') return searchAudit
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    }),
  }
}

it('a search of 300,000 entries says how far it is, and keys are answered meanwhile', async () => {
  const house = await aLongAudit(ENTRIES)
  const gate = Promise.withResolvers<void>()
  const console = play(counting(await house.open(), gate.promise).store, house.data, 'audit')
  await console.sees(/added a user/)
  console.press('/', ...'nobody-has-this', 'enter')
  await console.sees(/searched \d+ %, 0 found[\s\S]*Searching/)
  console.press('?')
  await console.sees('Everywhere')
  console.press('escape')
  await console.sees(/searched \d+ %, 0 found[\s\S]*Searching/)
  gate.resolve()
  await console.sees('No entry fits')
}, 90_000)

it('shows what it finds before it has looked through the rest', async () => {
  const house = await aLongAudit(ENTRIES, (sequence) => (sequence === ENTRIES - 1000 ? 'mail.pause' : 'users.add'))
  const gate = Promise.withResolvers<void>()
  const console = play(counting(await house.open(), gate.promise).store, house.data, 'audit')
  await console.sees(/added a user/)
  console.press('/', ...'action:mail.pause', 'enter')
  await console.sees(/searched \d+ %, 1 found[\s\S]*mail\.pause/)
  gate.resolve()
  await console.sees('1 of 1')
}, 90_000)

it('leaving the page or typing another filter ends the search, and coming back takes it up where it was', async () => {
  const house = await aLongAudit(ENTRIES)
  const { store, searches } = counting(await house.open())
  const console = play(store, house.data, 'audit')
  await console.sees(/added a user/)
  console.press('/', ...'nobody')
  await console.sees(/searched \d+ %, 0 found/)
  expect(searches.underWay).toBe(1)
  const before = searches.begun
  console.press('-')
  // Another filter is another search; the old one is gone.
  await vi.waitFor(() => expect(searches).toEqual({ underWay: 1, begun: expect.toSatisfy((n) => n > before) }))
  console.press('enter', '3')
  await console.sees('Scheduled Tasks')
  await vi.waitFor(() => expect(searches.underWay).toBe(0))
  const left = searches.begun
  console.press('6')
  await console.sees(/searched \d+ %, 0 found/)
  await vi.waitFor(() => expect(searches.begun).toBeGreaterThan(left))
  console.press('escape')
  await console.sees(/stopped at \d+ %/)
  await vi.waitFor(() => expect(searches.underWay).toBe(0))
}, 60_000)

it('a filter that the store does not know looks on where much does not fit', async () => {
  const house = await aLongAudit(20_000, (sequence) => (sequence === 1 ? 'mail.pause' : 'users.add'))
  const store = await house.open()
  const progress = { tell: (_: AuditMsg) => {}, signal: new AbortController().signal }
  const found: number[] = []
  let place: { kind: 'start' } | { kind: 'after'; cursor: string } = { kind: 'start' }
  for (let share = 0; share < 1; ) {
    const ask = { ticket: 1, place, limit: 60, again: false }
    const msg = await performAudit({ kind: 'read', ask, filter: '!action:users.', front: null }, { store }, progress)
    if (msg.kind !== 'rows') return expect.fail(`it was ${msg.kind}`)
    found.push(...msg.slice.items.map(({ sequence }) => sequence))
    place = { kind: 'after', cursor: msg.slice.next ?? '' }
    share = msg.slice.next === null ? 1 : 0
  }
  expect(found).toEqual([1])
})
