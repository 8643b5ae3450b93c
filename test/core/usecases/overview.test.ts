import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MailLogEntry } from '../../../src/core/domain/mail-log.ts'
import type { SettingName } from '../../../src/core/domain/setting.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/domain/time.ts'
import type { EmbeddedStore } from '../../../src/core/store/embedded/embedded-store.ts'
import {
  type Day,
  EMPTY_DAY,
  failuresOfDay,
  followDay,
  hoursOfDay,
  readBeginning,
} from '../../../src/core/usecases/overview.ts'
import { anActor, anEndedTask, anEntry, aSetting, aTask, aUser } from '../../support/builders.ts'
import { StoreHouse } from '../../support/store.ts'

let house: StoreHouse
let store: EmbeddedStore
beforeEach(async () => {
  house = await StoreHouse.make()
  store = await house.open()
  // Half past the hour: neither at an hour's beginning nor at its end.
  house.clock.advance(30 * MINUTE - (store.now() % HOUR))
})
afterEach(() => house[Symbol.asyncDispose]())

const signal = new AbortController().signal

const log = (given: Partial<MailLogEntry> = {}) =>
  store.transact(anActor, 'delivery.settle', async (tx) => {
    const entry = anEntry({ at: tx.now, ...given })
    tx.log(entry)
    return entry
  })

const refused = (code: string, reply: string): Partial<MailLogEntry> => ({
  outcome: 'refused',
  happening: { stage: 'rcpt', code: null, originalCode: null, replyCode: 550, enhancedCode: code, reply },
  reply,
  replyCode: 550,
  enhancedCode: code,
})
const NO_MAILBOX = refused('5.1.1', '550 5.1.1 User unknown')
const POLICY = refused('5.7.1', '550 5.7.1 Looks like spam')

const counts = (day: Day) =>
  hoursOfDay(day, store.now()).map(({ success, failure, unknown }) => [success, failure, unknown])

describe('the last day', () => {
  it('of a store that has sent nothing is twenty-four empty hours', async () => {
    const day = await followDay(store, EMPTY_DAY, signal)
    expect(counts(day)).toEqual(Array.from({ length: 24 }, () => [0, 0, 0]))
    expect(hoursOfDay(day, store.now()).map(({ from }) => from)).toEqual(
      Array.from({ length: 24 }, (_, index) => Math.floor(store.now() / HOUR) * HOUR - (23 - index) * HOUR),
    )
    expect(failuresOfDay(day, store.now())).toEqual([])
  })

  it('counts what became of the letters by the hour they left in, and knows nothing of the day before', async () => {
    await log(NO_MAILBOX)
    house.clock.advance(24 * HOUR)
    await log()
    await log({ outcome: 'unknown' })
    house.clock.advance(2 * HOUR)
    await log(NO_MAILBOX)
    const day = await followDay(store, EMPTY_DAY, signal)
    expect(counts(day).slice(-3)).toEqual([
      [1, 0, 1],
      [0, 0, 0],
      [0, 1, 0],
    ])
    expect(counts(day).slice(0, -3).flat()).toEqual(Array.from({ length: 63 }, () => 0))
  })

  it('groups failures by their reason, the one that was met last first, each with its latest entry', async () => {
    await log(NO_MAILBOX)
    const latest = await log(NO_MAILBOX)
    house.clock.advance(2 * HOUR)
    const spam = await log(POLICY)
    await log()
    const failures = failuresOfDay(await followDay(store, EMPTY_DAY, signal), store.now())
    expect(failures).toEqual([
      expect.objectContaining({
        diagnosis: 'policy',
        code: '5.7.1',
        count: 1,
        latest: { id: spam.id, at: spam.at, happening: spam.happening },
      }),
      expect.objectContaining({
        diagnosis: 'no-mailbox',
        code: '5.1.1',
        count: 2,
        latest: { id: latest.id, at: latest.at, happening: latest.happening },
      }),
    ])
    expect(failures[1]?.title).toBe('No such mailbox')
  })

  it('knows failures of test mails alone from those that are of letters, too', async () => {
    await log({ ...NO_MAILBOX, kind: 'reset-link' })
    await log({ ...NO_MAILBOX, kind: 'test' })
    await log({ ...POLICY, kind: 'test' })
    house.clock.advance(2 * HOUR)
    await log({ ...NO_MAILBOX, kind: 'test' })
    await log({ ...POLICY, kind: 'test' })
    const failures = failuresOfDay(await followDay(store, EMPTY_DAY, signal), store.now())
    expect(failures.map(({ diagnosis, kind, count }) => [diagnosis, kind, count]).toSorted()).toEqual([
      ['no-mailbox', 'reset-link', 3],
      ['policy', 'test', 2],
    ])
  })

  it('goes on: each look reads what is new, and forgets what has become old', async () => {
    let day = EMPTY_DAY
    const asked: unknown[] = []
    const watched: Pick<EmbeddedStore, 'searchMailLog' | 'now'> = {
      now: () => store.now(),
      searchMailLog: (query, stop) => {
        asked.push(query.before ?? query.from)
        return store.searchMailLog(query, stop)
      },
    }
    for (let hour = 0; hour < 40; hour++) {
      await log(hour % 10 === 0 ? NO_MAILBOX : {})
      day = await followDay(watched, day, signal)
      if (hour % 7 === 0) await store.fold()
      expect(day).toEqual({ ...(await followDay(store, EMPTY_DAY, signal)), cursor: day.cursor })
      house.clock.advance(HOUR)
    }
    expect(asked[0]).toBe('end')
    expect(new Set(asked).size).toBe(40)
    house.clock.advance(-HOUR)
    expect(
      counts(day)
        .flat()
        .reduce((a, b) => a + b),
    ).toBe(24)
    expect(failuresOfDay(day, store.now())).toMatchObject([{ count: 2 }])
    house.clock.advance(2 * DAY)
    day = await followDay(watched, day, signal)
    expect(day.hours.size).toBe(0)
  })

  it('that is called off goes on where it was', async () => {
    for (let number = 0; number < 30; number++) await log()
    const stop = new AbortController()
    stop.abort()
    const none = await followDay(store, EMPTY_DAY, stop.signal)
    expect(none).toEqual(EMPTY_DAY)
    expect(counts(await followDay(store, none, signal)).at(-1)).toEqual([30, 0, 0])
  })
})

describe('a new store', () => {
  const put = (name: SettingName, value: string | boolean) =>
    store.transact(anActor, 'settings.set', async (tx) => tx.put('setting', aSetting({ name, value })))
  const begun = () => readBeginning(store)

  it('has everything before it, and loses one after the other', async () => {
    expect(await begun()).toEqual({ isNew: true, hasServer: false, isTested: false, isEnabled: false, hasUsers: false })
    await put('SERVICE_MAIL_USERNAME', 'accounts@example.org')
    expect((await begun()).hasServer).toBe(false)
    await put('SERVICE_MAIL_PASSWORD', 'sealed')
    expect((await begun()).hasServer).toBe(true)
    await put('SERVICE_MAIL_ENABLE', true)
    expect(await begun()).toMatchObject({ isNew: true, isEnabled: true })
    await store.transact(anActor, 'users.add', async (tx) => tx.put('user', aUser()))
    expect(await begun()).toMatchObject({ isNew: false, hasUsers: true })
  })

  it('is named by its server alone where nobody signs in', async () => {
    await put('SERVICE_MAIL_AUTH', false)
    expect((await begun()).hasServer).toBe(false)
    await put('SERVICE_MAIL_HOST', 'mail.example.org')
    expect((await begun()).hasServer).toBe(true)
  })

  it('is new no more once a reset has come to an end, although mail is off just now; a test letter is no reset', async () => {
    await store.transact(anActor, 'users.add', async (tx) => {
      tx.put('user', aUser())
      tx.put('task', aTask())
      tx.put('task', anEndedTask({ kind: 'test', user: null, status: 'carried-out' }))
    })
    expect((await begun()).isNew).toBe(true)
    await store.transact(anActor, 'delivery.settle', async (tx) => tx.put('task', anEndedTask({ status: 'failed' })))
    expect((await begun()).isNew).toBe(false)
  })
})
