import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Check, UnsavedSetting } from '../../../src/core/domain/check.ts'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import type { CheckId } from '../../../src/core/domain/ids.ts'
import { SECOND } from '../../../src/core/domain/time.ts'
import {
  beginCheck,
  checkIsOverlooked,
  endAbandonedChecks,
  fillCheck,
  finishCheck,
  followCheck,
  requestCheck,
  withdrawCheck,
} from '../../../src/core/usecases/check.ts'
import { readQueue } from '../../../src/core/usecases/settings.ts'
import { PostOffice, trouble } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

/** Asks for a check that is made. */
async function ask(settings: readonly UnsavedSetting[] = [], to: string | null = null): Promise<Check> {
  const asked = await requestCheck(office.operator, { to, settings })
  if (asked.kind !== 'made') throw new Error(asked.refusals.join(' '))
  return asked.check
}

async function begin(): Promise<Check> {
  const begun = await beginCheck(office.daemon)
  if (begun === null) throw new Error('no check was begun')
  return begun.check
}

async function stored(id: CheckId): Promise<Check> {
  const check = await office.store.get('check', id)
  if (check === undefined) throw new Error('there is no such check')
  return check
}

const TCP = { stage: 'tcp', durationMs: 3, detail: '192.0.2.1 port 587' } as const
const AUTH = { stage: 'auth', durationMs: 30, detail: '535 5.7.8 No' } as const

describe('asking for a check', () => {
  it('makes a record that waits, saves no setting, and is on record', async () => {
    const before = await office.store.settings()
    const check = await ask([{ name: 'SERVICE_MAIL_PORT', value: 2525 }], 'ops@example.net')
    expect(await stored(check.id)).toMatchObject({
      to: 'ops@example.net',
      settings: [{ name: 'SERVICE_MAIL_PORT', value: 2525 }],
      status: 'wait',
      stages: [],
      happening: null,
    })
    expect(await office.store.settings()).toEqual(before)
    const [latest] = await office.audit()
    expect(latest).toMatchObject({ action: 'mail.check', touched: [`check:${check.id}`] })
  })

  it('is refused where the settings to try out contradict one another, and nothing is made', async () => {
    const settings = [{ name: 'SERVICE_MAIL_TLS', value: false }] as const
    const asked = await requestCheck(office.operator, { to: null, settings })
    expect(asked).toMatchObject({ kind: 'refused', refusals: [expect.stringContaining('in clear')] })
    expect(await office.store.checks()).toEqual([])
    const loopback = [...settings, { name: 'SERVICE_MAIL_HOST', value: '127.0.0.1' }] as const
    expect(await requestCheck(office.operator, { to: null, settings: loopback })).toMatchObject({ kind: 'made' })
  })

  it('says what is doubtful, of the settings in force too (case 3)', async () => {
    await office.set({ SERVICE_MAIL_PORT: 465, SERVICE_MAIL_ENABLE: false })
    const asked = await requestCheck(office.operator, { to: null, settings: [] })
    const warnings = asked.kind === 'made' ? asked.warnings.join('\n') : ''
    expect(warnings).toContain('SERVICE_MAIL_PROTOCOL=smtps is the likely fix')
    expect(warnings).toContain('SERVICE_MAIL_ENABLE is false')
  })

  it('keeps the latest twenty that ended, and every one that has not', async () => {
    const ended: CheckId[] = []
    for (let count = 0; count < 25; count++) {
      office.clock.advance(SECOND)
      ended.push((await ask()).id)
      await finishCheck(office.daemon, (await begin()).id, { stages: [TCP], happening: null })
    }
    const waiting = [await ask(), await ask()]
    const kept = (await office.store.checks()).map(({ id }) => id)
    expect(kept).toEqual([...ended.slice(-20), ...waiting.map(({ id }) => id)])
  })
})

describe('a check of the daemon', () => {
  it('is begun with the unsaved settings over those in force, one at a time, the oldest first', async () => {
    await office.set({ SERVICE_MAIL_HOST: 'mx.example.org', SERVICE_MAIL_PORT: 587 })
    const first = await ask([
      { name: 'SERVICE_MAIL_PORT', value: 2525 },
      { name: 'SERVICE_MAIL_FROM_ADDRESS', value: 'other@example.org' },
    ])
    const second = await ask()
    const begun = await beginCheck(office.daemon)
    expect(begun).toMatchObject({
      check: { id: first.id, status: 'executing', from: 'other@example.org' },
      settings: { SERVICE_MAIL_HOST: 'mx.example.org', SERVICE_MAIL_PORT: 2525 },
    })
    expect(await beginCheck(office.daemon)).toBeNull()
    await finishCheck(office.daemon, first.id, { stages: [TCP], happening: null })
    expect((await begin()).id).toBe(second.id)
    expect(await beginCheck(office.daemon)).toBeNull()
  })

  it('leaves the queue as it is, however it ends', async () => {
    await office.reset(await office.addUser())
    await office.send('misconfigured')
    const paused = await readQueue(office.store)
    expect(paused.state).toBe('paused')
    for (const happening of [null, trouble('unreachable')]) {
      await ask()
      await finishCheck(office.daemon, (await begin()).id, { stages: [TCP], happening })
    }
    expect(await readQueue(office.store)).toEqual(paused)
  })

  it('drops the sealed secrets at its end, and keeps the names', async () => {
    const { id } = await ask([
      { name: 'SERVICE_MAIL_PASSWORD', value: 'sealed:v1:1:AAAA' },
      { name: 'SERVICE_MAIL_PORT', value: 25 },
    ])
    await finishCheck(office.daemon, (await begin()).id, { stages: [], happening: null })
    expect((await stored(id)).settings).toEqual([
      { name: 'SERVICE_MAIL_PASSWORD', value: '' },
      { name: 'SERVICE_MAIL_PORT', value: 25 },
    ])
  })

  it('is filled in only while it is under way', async () => {
    const { id } = await ask()
    await fillCheck(office.daemon, id, { stages: [TCP], stage: 'greeting' })
    expect(await stored(id)).toMatchObject({ status: 'wait', stages: [] })
    await begin()
    await fillCheck(office.daemon, id, { stages: [TCP], stage: 'greeting' })
    expect(await stored(id)).toMatchObject({ status: 'executing', stages: [TCP], stage: 'greeting' })
    await finishCheck(office.daemon, id, { stages: [TCP, AUTH], happening: trouble('misconfigured') })
    await fillCheck(office.daemon, id, { stages: [], stage: 'tcp' })
    const end = { status: 'done', stages: [TCP, AUTH], stage: null, happening: { stage: 'auth' } }
    expect(await stored(id)).toMatchObject(end)
    await finishCheck(office.daemon, id, { stages: [], happening: null })
    expect(await stored(id)).toMatchObject(end)
  })
})

describe('following a check', () => {
  it('shows it as it is and after each change, up to its end', async () => {
    const { id } = await ask()
    const seen: string[] = []
    const changed = [
      () => begin(),
      () => fillCheck(office.daemon, id, { stages: [], stage: 'tcp' }),
      () => fillCheck(office.daemon, id, { stages: [TCP], stage: 'greeting' }),
      () => finishCheck(office.daemon, id, { stages: [TCP], happening: trouble('unreachable') }),
    ]
    for await (const { status, stage, stages } of followCheck(office.store, id, new AbortController().signal)) {
      seen.push(`${status} ${stage} ${stages.length}`)
      await changed.shift()?.()
    }
    expect(seen).toEqual(['wait null 0', 'executing null 0', 'executing tcp 0', 'executing greeting 1', 'done null 1'])
  })

  it('ends when it is gone, and when nobody wants to follow it any more', async () => {
    const { id } = await ask()
    const stop = new AbortController()
    const statuses: string[] = []
    for await (const { status } of followCheck(office.store, id, stop.signal)) {
      statuses.push(status)
      stop.abort()
    }
    for await (const { status } of followCheck(office.store, id, new AbortController().signal)) {
      statuses.push(status)
      await withdrawCheck(office.operator, id)
    }
    expect(statuses).toEqual(['wait', 'wait'])
  })
})

describe('a check that nobody takes up', () => {
  it('is overlooked after five seconds, but not while it waits its turn', async () => {
    const first = await ask()
    const second = await ask()
    office.clock.advance(4 * SECOND)
    expect(await checkIsOverlooked(office.store, first.id)).toBe(false)
    office.clock.advance(SECOND)
    expect(await checkIsOverlooked(office.store, first.id)).toBe(true)
    await begin()
    expect(await checkIsOverlooked(office.store, second.id)).toBe(false)
    await finishCheck(office.daemon, first.id, { stages: [], happening: null })
    expect(await checkIsOverlooked(office.store, second.id)).toBe(false)
    office.clock.advance(5 * SECOND)
    expect(await checkIsOverlooked(office.store, second.id)).toBe(true)
    expect(await checkIsOverlooked(office.store, first.id)).toBe(false)
  })

  it('can be taken back; one that was taken up goes on', async () => {
    const first = await ask()
    expect(await withdrawCheck(office.operator, first.id)).toBe(true)
    expect(await office.store.checks()).toEqual([])
    const second = await ask()
    await begin()
    expect(await withdrawCheck(office.operator, second.id)).toBe(false)
    expect((await stored(second.id)).status).toBe('executing')
  })
})

describe('a daemon that died amid a check', () => {
  it('leaves it to the next one, which ends it with a clear word, and those that waited long behind it', async () => {
    const begun = await ask([{ name: 'SERVICE_MAIL_PASSWORD', value: 'sealed:v1:1:AAAA' }])
    const waited = await ask()
    await begin()
    await fillCheck(office.daemon, begun.id, { stages: [TCP], stage: 'greeting' })
    office.clock.advance(20 * SECOND)
    const fresh = await ask()
    await office.reopen()
    expect(await endAbandonedChecks(office.daemon)).toBe(2)
    const { happening, ...ended } = await stored(begun.id)
    expect(ended).toMatchObject({ status: 'done', stages: [TCP], settings: [{ value: '' }] })
    expect(happening).toMatchObject({ stage: 'greeting', code: 'ECHECK' })
    expect(happening && diagnose(happening).title).toBe('The check was cut short')
    expect((await stored(waited.id)).status).toBe('done')
    expect((await begin()).id).toBe(fresh.id)
  })

  it('leaves nothing where none was under way, and nothing is written', async () => {
    await ask()
    const before = (await office.audit()).length
    expect(await endAbandonedChecks(office.daemon)).toBe(0)
    expect(await office.audit()).toHaveLength(before)
  })
})
