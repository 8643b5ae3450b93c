import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SettingName, SettingValue } from '../../../src/core/domain/setting.ts'
import { readMailStatus } from '../../../src/core/usecases/mail-status.ts'
import { readQueue, resumeQueue, setSettings } from '../../../src/core/usecases/settings.ts'
import { PostOffice } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

const set = (name: SettingName, value: SettingValue, version: number | null = null) =>
  setSettings(office.operator, [{ name, value, version }])
const stored = async (name: SettingName) => (await office.store.get('setting', name)) ?? null

describe('saving settings', () => {
  it('says who changed what and counts the changes', async () => {
    await set('SERVICE_MAIL_PORT', 25)
    await set('SERVICE_MAIL_PORT', 26)
    expect(await stored('SERVICE_MAIL_PORT')).toEqual({
      name: 'SERVICE_MAIL_PORT',
      value: 26,
      changedAt: office.clock.wall(),
      changedBy: 'olga',
      version: 2,
    })
    const [latest] = await office.audit()
    expect(latest).toMatchObject({ action: 'settings.set', touched: ['setting:SERVICE_MAIL_PORT'] })
  })

  it('saves none when one contradicts another', async () => {
    const changes = [
      { name: 'SERVICE_MAIL_PORT', value: 25, version: null },
      { name: 'SERVICE_MAIL_TLS', value: false, version: null },
    ] as const
    expect(await setSettings(office.operator, changes)).toMatchObject({ kind: 'refused' })
    expect(await stored('SERVICE_MAIL_PORT')).toBeNull()
  })

  it('by two operators who saw the same: the second hears of it (case 40)', async () => {
    await set('SERVICE_MAIL_PORT', 25)
    const other = { ...office.operator, store: await office.house.open() }
    const both = await Promise.all([
      set('SERVICE_MAIL_PORT', 26, 1),
      setSettings(other, [{ name: 'SERVICE_MAIL_PORT', value: 27, version: 1 }]),
    ])
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['changed-meanwhile', 'done'])
    expect((await stored('SERVICE_MAIL_PORT'))?.version).toBe(2)
  })
})

describe('a closed queue', () => {
  beforeEach(async () => {
    await office.reset(await office.addUser())
    await office.send('misconfigured')
  })

  it('is probed at once when a mail setting is saved, and not for any other', async () => {
    const { nextProbeAt } = await readQueue(office.store)
    expect(nextProbeAt).toBeGreaterThan(office.clock.wall())
    await set('SERVICE_MAIL_FROM_NAME', 'Others')
    expect((await readQueue(office.store)).nextProbeAt).toBe(nextProbeAt)
    await set('SERVICE_MAIL_HOST', 'mx.example.org')
    expect((await readQueue(office.store)).nextProbeAt).toBe(office.store.now())
  })

  it('is probed at once at an operator’s word, who hears how it was', async () => {
    expect(await resumeQueue(office.operator)).toMatchObject({ state: 'paused' })
    expect(await readQueue(office.store)).toMatchObject({ state: 'paused', nextProbeAt: office.store.now() })
  })

  it('holds what is due, and no more', async () => {
    const user = await office.addUser()
    await office.reset(user)
    expect(await readMailStatus(office.store)).toMatchObject({ state: 'paused', held: 1 })
  })
})

it('an open queue needs no probe', async () => {
  const before = await office.audit()
  expect(await resumeQueue(office.operator)).toMatchObject({ state: 'open' })
  expect(await office.audit()).toEqual(before)
})

it('the queue is off over any state while SERVICE_MAIL_ENABLE is false', async () => {
  await office.set({ SERVICE_MAIL_ENABLE: false })
  expect(await readMailStatus(office.store)).toMatchObject({ state: 'off', queue: { state: 'open' } })
})
