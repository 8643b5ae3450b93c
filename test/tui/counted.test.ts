import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { MailLogEntry } from '../../src/core/domain/mail-log.ts'
import type { User } from '../../src/core/domain/user.ts'
import type { Page, Paging, Store } from '../../src/core/store/port.ts'
import { perform } from '../../src/tui/effects.ts'
import type { Effect, Msg } from '../../src/tui/msg.ts'
import type { PageName } from '../../src/tui/pages.ts'
import type { World } from '../../src/tui/screen.ts'
import { isScreenName, SCREENS } from '../../src/tui/screens/table.ts'
import { anActor, anEntry, aUser, ids } from '../support/builders.ts'
import { StoreHouse } from '../support/store.ts'
import { aModel, Desk } from './a-model.ts'
import { aLongAudit } from './support/long-audit.ts'

const USERS = 100_000
const ENTRIES = 1_000_000

/** Rows of a list that is never there as a whole; a cursor is the number of rows in front of it. */
function windowOn<Row>(size: number, row: (at: number) => Row, { limit, after, before, from }: Paging): Page<Row> {
  const end = before !== undefined ? Number(before) : from === 'end' ? size : null
  const first = end === null ? Number(after ?? 0) : Math.max(0, end - limit)
  const last = end ?? Math.min(size, first + limit)
  return {
    items: Array.from({ length: last - first }, (_, at) => row(first + at)),
    next: last === size ? null : `${last}`,
    previous: first === 0 ? null : `${first}`,
  }
}

/** What was asked of a store. */
interface Asked {
  reads: number
  rows: number
}

/** A store with that many users and entries, and what is asked of it. */
async function aVastStore(): Promise<{ readonly store: Store; readonly data: string; readonly asked: Asked }> {
  const house = await StoreHouse.make()
  onTestFinished(() => house[Symbol.asyncDispose]())
  const asked: Asked = { reads: 0, rows: 0 }
  const counted = <Row>(page: Page<Row>): Promise<Page<Row>> => {
    asked.reads++
    asked.rows += page.items.length
    return Promise.resolve(page)
  }
  const user = (at: number): User => ({ ...aUser(), username: `user${at}` })
  const entry = (at: number): MailLogEntry => anEntry({ to: `person${at}@example.org` })
  const own = {
    users: (paging: Paging) => counted(windowOn(USERS, user, paging)),
    userCount: () => Promise.resolve(USERS),
    mailLog: (paging: Paging) => counted(windowOn(ENTRIES, entry, paging)),
  }
  const store = new Proxy<Store>(await house.open(), {
    get(target, name) {
      const value: unknown = Reflect.get(Object.hasOwn(own, name) ? own : target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { store, data: house.data, asked }
}

/** A console on a page of a vast store, whose effects are done after each key. */
class Counted {
  readonly desk: Desk
  readonly asked: Asked
  readonly #world: World

  private constructor(desk: Desk, asked: Asked, world: World) {
    this.desk = desk
    this.asked = asked
    this.#world = world
  }

  static async on(page: PageName): Promise<Counted> {
    if (!isScreenName(page)) return expect.fail(`there is no page ${page}`)
    const { store, data, asked } = await aVastStore()
    const world: World = { store, data, trouble: () => null, context: { store, actor: anActor, ids } }
    const counted = new Counted(new Desk(aModel({ page, columns: 140, rows: 40 })), asked, world)
    counted.desk.send({ kind: 'screen', page, msg: { kind: 'shown', arrival: {} } })
    await counted.settle()
    return counted
  }

  /** Does all that is wanted, and what that leads to. */
  async settle(): Promise<void> {
    for (let effects = this.desk.wanted(); effects.length > 0; effects = this.desk.wanted())
      for (const effect of effects) await this.#do(effect)
  }

  async #do(effect: Effect): Promise<void> {
    const later = () => {}
    const outside = { copy: () => true, suspend: later, redraw: later, quit: later, later }
    const { signal } = new AbortController()
    await perform(effect, this.#world, outside, { tell: (msg: Msg) => void this.desk.send(msg), signal })
  }

  /** Presses a key and says what that had the store read. */
  async press(key: string): Promise<Asked> {
    const before = { ...this.asked }
    this.desk.press(key)
    await this.settle()
    return { reads: this.asked.reads - before.reads, rows: this.asked.rows - before.rows }
  }

  get list(): { readonly rows: readonly unknown[]; readonly first: number | null; readonly cursor: number } {
    const { page, screens } = this.desk.model
    if (page !== 'users' && page !== 'log') return expect.fail('there is no list')
    return (screens[page] ?? SCREENS[page].initial).list
  }
}

describe.each([
  ['users', USERS],
  ['log', ENTRIES],
] as const)('the page %s of %i rows', (page, size) => {
  it('reads a few windows for a key at most, wherever one goes, and never holds more than some of them', async () => {
    const console = await Counted.on(page)
    expect(console.asked.rows).toBeLessThan(500)
    const most: Asked = { reads: 0, rows: 0 }
    const keys = [
      ...Array.from({ length: 300 }, () => 'j'),
      'G',
      ...Array.from({ length: 300 }, () => 'k'),
      'g',
      'G',
      ...Array.from({ length: 50 }, () => 'k'),
    ]
    let last = ''
    for (const key of keys) {
      const { reads, rows } = await console.press(key)
      most.reads = Math.max(most.reads, reads)
      most.rows = Math.max(most.rows, rows)
      expect(console.list.rows.length).toBeLessThan(1000)
      last = JSON.stringify(console.list.rows[console.list.cursor])
    }
    expect(most.reads).toBeLessThanOrEqual(3)
    expect(most.rows).toBeLessThanOrEqual(500)
    // It was the far end that was come to, without what lies between.
    expect(last).toContain(page === 'users' ? `user${size - 51}` : `person${size - 51}@example.org`)
    expect(console.asked.rows).toBeLessThan(size / 10)
  })

  it('reads nothing for most of the steps through what is loaded', async () => {
    const console = await Counted.on(page)
    let without = 0
    for (let step = 0; step < 300; step++) if ((await console.press('j')).reads === 0) without++
    expect(without).toBeGreaterThan(285)
  })
})

it('windows at both ends of a log of 300,000 entries read little of its file', async () => {
  const house = await aLongAudit(300_000)
  const store = await house.open()
  // Source: proc(5), /proc/pid/io, what read(2) gave, in bytes.
  const readSoFar = () => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
  const before = readSoFar()
  const first = await store.audit({ limit: 120 })
  const next = await store.audit({ limit: 120, after: first.next ?? '' })
  const last = await store.audit({ limit: 120, from: 'end' })
  const earlier = await store.audit({ limit: 120, before: last.previous ?? '' })
  for (const { items } of [first, next, last, earlier]) expect(items).toHaveLength(120)
  expect(last.items.at(-1)?.sequence).toBe(1)
  // The file has some 60 MB; 4.7 MB were read, in steps that find an end and blocks that are parsed.
  expect(readSoFar() - before).toBeLessThan(8 * 2 ** 20)
})
