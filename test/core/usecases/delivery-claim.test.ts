import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../../src/core/domain/time.ts'
import { makeTemplate } from '../../../src/core/letters/templates.ts'
import { failTooOld, releaseClaims } from '../../../src/core/usecases/delivery.ts'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { sendNow, sendTestMail } from '../../../src/core/usecases/tasks.ts'
import { MONDAY } from '../../support/clock.ts'
import { bytesOf, PostOffice, passwordIn, posternd } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

describe('a claim', () => {
  it('takes what is due, the longest due first, and no more than it was asked for', async () => {
    const made = []
    for (const minutes of [3, 1, 2, 30]) {
      const { id } = await office.addUser()
      const [requested] = await requestResets(office.operator, [id], { kind: 'in', minutes })
      if (requested?.kind === 'made') made.push(requested.task.id)
    }
    const [third, first, second] = made
    expect(await office.claimAll()).toEqual([])
    office.clock.advance(10 * MINUTE)
    expect((await office.claimAll({ limit: 2 })).map(({ task }) => task.id)).toEqual([first, second])
    expect((await office.claimAll()).map(({ task }) => task.id)).toEqual([third])
    expect(await office.claimAll()).toEqual([])
    expect(await office.store.taskCounts()).toMatchObject({ wait: 1, executing: 3 })
  })

  it('made by two hands at once gives each letter to one of them', async () => {
    for (let count = 0; count < 6; count++) await office.reset(await office.addUser())
    const hands = await Promise.all([
      office.claimAll({ limit: 4, by: 'a@1' }),
      office.claimAll({ limit: 4, by: 'b@1' }),
    ])
    expect(hands.map((claimed) => claimed.length)).toEqual([4, 2])
    expect(new Set(hands.flat().map(({ task }) => task.id)).size).toBe(6)
  })

  it('waits for the usual delay, unless it is sent now', async () => {
    const { id } = await office.addUser()
    const [requested] = await requestResets(office.operator, [id], { kind: 'usual' })
    if (requested?.kind !== 'made') throw new Error('not made')
    office.clock.advance(10 * MINUTE - 1)
    expect(await office.claimAll()).toEqual([])
    await sendNow(office.operator, { id: requested.task.id, version: requested.task.version })
    expect(await office.claimAll()).toHaveLength(1)
  })

  it('is the task as executing, its attempt and its frozen letter, durably', async () => {
    const user = await office.addUser({ username: 'alice', email: 'Alice@Bücher.example', name: 'Alice Liddell' })
    const { id } = await office.reset(user)
    const { task, template } = await office.claim()
    expect(task).toMatchObject({
      status: 'executing',
      to: 'Alice@xn--bcher-kva.example',
      running: { startedAt: MONDAY, by: '4711@1', deadline: MONDAY + 12 * MINUTE, afterwards: 'nothing' },
      round: { number: 1, attempts: 1, key: 1 },
    })
    expect(task.round.letter).toEqual({
      template: template.hash,
      variables: {
        username: 'alice',
        name: 'Alice Liddell',
        sign_in_url: 'https://example.org/login',
        hours: 24,
        sender: 'Accounts',
      },
      from: { name: 'Accounts', address: 'accounts@example.org' },
      to: { name: 'Alice Liddell', address: 'Alice@xn--bcher-kva.example' },
      replyTo: null,
      messageId: `${id}.1@example.org`,
      date: MONDAY,
      boundary: expect.stringMatching(/^[\w-]{16}$/),
      fallback: null,
    })
    await office.reopen()
    expect(await office.task(id)).toEqual(task)
    expect(await office.store.get('template', template.hash)).toEqual(template)
  })

  it('makes the letter of that moment: name and language are not those of the request', async () => {
    const user = await office.addUser({ name: 'Old Name', locale: 'en' })
    await office.reset(user)
    await office.edit(user.id, { name: 'New Name', locale: 'zh-TW' })
    const { task, template } = await office.claim()
    expect(template.locale).toBe('zh-TW')
    expect(task.round.letter?.variables.name).toBe('New Name')
  })

  it('of a later attempt gives the very same bytes, whatever has changed since', async () => {
    const user = await office.addUser()
    await office.reset(user)
    const first = await office.claim()
    await office.settle(first, 'deferred')
    await office.edit(user.id, { name: 'Another Name', locale: 'zh-TW' })
    await office.set({
      SERVICE_MAIL_FROM_NAME: 'Other',
      SERVICE_MAIL_FROM_ADDRESS: 'other@example.net',
      SERVICE_RESET_PASSWORD_HOURS: 1,
    })
    office.find = (kind, locale) => ({
      template: makeTemplate(kind, locale, { subject: 'new', text: '{{ secret }}', html: '{{ secret }}' }),
      fallback: null,
    })
    office.key = 2
    office.clock.advance(MINUTE)
    await office.reopen()
    const second = await office.claim()
    expect(bytesOf(second)).toBe(bytesOf(first))
    expect(second.task.round).toMatchObject({ number: 1, attempts: 2, key: 1 })
    expect(second.task.running.id).not.toBe(first.task.running.id)
    // What is frozen anew is made by the new template, with the new key.
    const other = await office.addUser()
    await office.reset(other)
    expect((await office.claim()).task.round).toMatchObject({ key: 2 })
  })

  it('keeps the reason why a built-in letter stands in', async () => {
    await office.reset(await office.addUser())
    const find = office.find
    office.find = (kind, locale) => ({ ...find(kind, locale), fallback: 'The built-in letter stands in for x: y.' })
    await office.send('delivered')
    expect((await office.log())[0]?.letter?.fallback).toBe('The built-in letter stands in for x: y.')
  })

  it('brings no secret to the disk', async () => {
    const { password } = await office.delivered()
    await office.house.closeAll()
    const directory = office.house.layout.store
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const text = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n')
    expect(text).toContain('accounts@example.org')
    for (const form of [password, password.replaceAll('-', ''), password.toLowerCase()])
      expect(text).not.toContain(form)
  })

  it.each([
    ['off', { SERVICE_MAIL_ENABLE: false }, null],
    ['paused', {}, 'misconfigured'],
    ['unreachable', {}, 'unreachable'],
  ] as const)('gives nothing but tests while the queue is %s', async (_state, settings, outcome) => {
    await office.reset(await office.addUser())
    await office.set(settings)
    if (outcome !== null) await office.settle(await office.claimTest(), outcome)
    await sendTestMail(office.operator, 'olga@example.org')
    expect(await office.claimAll()).toEqual([])
    const [test] = await office.claimAll({ tests: true })
    expect(test?.task).toMatchObject({ kind: 'test', to: 'olga@example.org', user: null })
  })

  it('ends a letter whose user is gone without an attempt, though nobody had told the task', async () => {
    const [disabled, deleted] = [await office.addUser(), await office.addUser()]
    const [one, other] = [await office.reset(disabled), await office.reset(deleted)]
    await office.store.transact(posternd, 'restore', async (tx) => {
      tx.put('user', { ...disabled, status: 'disabled' })
      tx.delete('user', deleted.id)
    })
    expect(await office.claimAll()).toEqual([])
    expect(await office.task(one.id)).toMatchObject({ status: 'cancelled', cause: { reply: 'The user was disabled.' } })
    expect(await office.task(other.id)).toMatchObject({
      status: 'cancelled',
      cause: { reply: 'The user was deleted.' },
    })
    expect(await office.log()).toEqual([])
  })
})

describe('a letter that is too old', () => {
  it('fails at its claim without an attempt, and says by which setting', async () => {
    const { id } = await office.reset(await office.addUser())
    office.clock.advance(48 * HOUR)
    expect(await office.claimAll()).toEqual([])
    expect(await office.task(id)).toMatchObject({
      status: 'failed',
      attempts: [],
      cause: { code: 'ETOOOLD', reply: 'It could not leave within 48 h of its due time (SERVICE_MAIL_RETRY_HOURS).' },
    })
    expect(await office.log()).toEqual([])
  })

  it('fails however closed the queue is, all of them, and no other', async () => {
    const { id } = await office.reset(await office.addUser())
    await office.set({ SERVICE_MAIL_ENABLE: false })
    office.clock.advance(48 * HOUR - 1)
    const young = await office.reset(await office.addUser())
    expect(await failTooOld(office.daemon)).toBe(0)
    office.clock.advance(1)
    expect(await failTooOld(office.daemon)).toBe(1)
    expect(await failTooOld(office.daemon)).toBe(0)
    expect([(await office.task(id)).status, (await office.task(young.id)).status]).toEqual(['failed', 'wait'])
  })

  it('that was deferred to that very moment fails then', async () => {
    await office.reset(await office.addUser())
    office.clock.advance(48 * HOUR - MINUTE)
    const { id } = await office.send('deferred', { jitter: 1 })
    office.clock.advance(MINUTE)
    expect(await office.store.nextDue(false)).toBe(office.store.now())
    expect(await office.claimAll()).toEqual([])
    expect((await office.task(id)).status).toBe('failed')
  })
})

describe('a claim given back', () => {
  it('leaves no attempt and no log entry, and the next one begins anew', async () => {
    const user = await office.addUser()
    const before = await office.reset(user)
    const first = await office.claim()
    expect(await office.works(user.id, passwordIn(first))).toBe(true)
    await releaseClaims(office.daemon, [first.task])
    expect(await office.task(before.id)).toEqual({ ...before, version: before.version + 2 })
    expect(await office.log()).toEqual([])
    expect((await office.credential(user.id))?.temporary).toBeNull()

    office.clock.advance(HOUR)
    const again = await office.claim()
    expect(again.task.round).toMatchObject({ number: 1, attempts: 1, letter: { date: MONDAY + HOUR } })
    expect(again.task.round.letter?.messageId).toBe(first.task.round.letter?.messageId)
  })

  it('of a later attempt keeps the letter and the secret of the first', async () => {
    const user = await office.addUser()
    await office.reset(user)
    const first = await office.claim()
    await office.settle(first, 'unknown')
    office.clock.advance(MINUTE)
    const second = await office.claim()
    await releaseClaims(office.daemon, [second.task])
    expect(await office.works(user.id, passwordIn(first))).toBe(true)
    const third = await office.claim()
    expect(bytesOf(third)).toBe(bytesOf(first))
    expect(third.task.round.attempts).toBe(2)
  })

  it('too late changes nothing: it was settled, or claimed by another hand', async () => {
    await office.reset(await office.addUser())
    const stale = await office.claim()
    await releaseClaims(office.daemon, [stale.task])
    const held = await office.claim()
    await releaseClaims(office.daemon, [stale.task])
    expect(await office.task(held.task.id)).toEqual(held.task)
    const settled = await office.settle(held, 'delivered')
    await releaseClaims(office.daemon, [held.task])
    expect(await office.task(held.task.id)).toEqual(settled)
  })

  it('of none writes nothing', async () => {
    const before = await office.audit()
    await releaseClaims(office.daemon, [])
    expect(await office.audit()).toEqual(before)
  })
})
