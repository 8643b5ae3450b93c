import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SECRET_HIDDEN } from '../../src/core/letters/render.ts'
import { readBack } from '../core/letters/builders.ts'
import { bytesOf, PostOffice, passwordIn } from '../core/usecases/post-office.ts'
import { Desk } from './desk.ts'

let office: PostOffice
let desk: Desk
beforeEach(async () => {
  office = await PostOffice.open()
  desk = new Desk(office.house.data)
})
afterEach(() => office[Symbol.asyncDispose]())

async function aLetter(outcome: 'delivered' | 'refused' | 'unknown', username = 'ann') {
  await office.reset(await office.addUser({ username, email: `${username}@example.org` }))
  const claimed = await office.claim()
  await office.settle(claimed, outcome)
  return claimed
}

describe('postern log', () => {
  it('lists the newest first, by result and address', async () => {
    await aLetter('delivered', 'ann')
    await aLetter('refused', 'bob')
    await aLetter('unknown', 'cy')
    const to = async (...flags: readonly string[]) =>
      (await desk.items('log', 'list', ...flags)).map((entry) => entry.to)
    expect(await to()).toEqual(['cy@example.org', 'bob@example.org', 'ann@example.org'])
    expect(await to('--result', 'success')).toEqual(['ann@example.org'])
    expect(await to('--result', 'Failure')).toEqual(['bob@example.org'])
    expect(await to('--result', 'unknown')).toEqual(['cy@example.org'])
    expect(await to('--to', 'BOB@Example.org')).toEqual(['bob@example.org'])
    const page = await desk.json('log', 'list', '--limit', '2')
    expect(await to('--after', String(page.next))).toEqual(['ann@example.org'])
    expect(await desk.refused('log', 'list', '--result', 'ok')).toMatch(
      /--result must be one of success, failure, unknown/,
    )
    expect(await desk.refused('log', 'list', '--to', 'a@b, c@d')).toMatch(/--to "a@b, c@d" is not an e-mail address/)
  })

  it('shows an attempt as JSON, its letter with the secret masked', async () => {
    const claimed = await aLetter('refused')
    const id = claimed.task.running.id
    const entry = await desk.json('log', 'show', id.slice(0, -1))
    expect(entry).toMatchObject({
      id,
      taskId: claimed.task.id,
      round: 1,
      attempt: 1,
      to: 'ann@example.org',
      from: 'accounts@example.org',
      subject: 'Your new password',
      messageId: `<${claimed.task.id}.1@example.org>`,
      result: 'failure',
      outcome: 'refused',
      code: '450',
      reply: '450 refused',
      diagnosis: { kind: expect.any(String), title: expect.any(String), advice: expect.any(String), settings: [] },
      text: expect.stringContaining(SECRET_HIDDEN),
      html: expect.stringContaining(SECRET_HIDDEN),
    })
  })

  it('shows stages, conversation, diagnosis and the letter to people, without the secret (case 54)', async () => {
    const claimed = await aLetter('refused')
    const shown = await desk.done('log', 'show', claimed.task.running.id)
    for (const part of ['Diagnosis', 'Stages\n  TCP', 'Conversation\n  C: EHLO\n  S: 250 Ok', 'Letter\n  Hello']) {
      expect(shown).toContain(`\n${part}`)
    }
    expect(shown).toContain(SECRET_HIDDEN)
    expect(shown).not.toContain(passwordIn(claimed))
    expect(shown).not.toContain('<p>')
  })

  it('prints the message as it was sent, but for the secret', async () => {
    const claimed = await aLetter('delivered')
    const sent = await readBack(Buffer.from(bytesOf(claimed)))
    const printed = await readBack(Buffer.from(await desk.done('log', 'show', claimed.task.running.id, '--eml')))
    expect(printed.text).toBe(sent.text.replaceAll(passwordIn(claimed), SECRET_HIDDEN))
    expect(printed.html).toBe(sent.html.replaceAll(passwordIn(claimed), SECRET_HIDDEN))
    expect(printed.messageId).toBe(sent.messageId)
    expect(printed.date).toBe(sent.date)
    expect(await desk.refused('log', 'show', claimed.task.running.id, '--eml', '--json')).toMatch(/exclude one another/)
  })

  it('records who opened a letter, also when its task is gone (case 54)', async () => {
    const { task } = await aLetter('delivered')
    await desk.done('log', 'show', task.running.id)
    const opened = async () => (await desk.items('audit', 'list')).filter(({ action }) => action === 'log.show')
    expect(await opened()).toMatchObject([
      { actor: expect.stringContaining('(command line'), touched: [`mail-log:${task.running.id}`] },
    ])
    const before = await desk.json('tasks', 'show', task.id)
    await office.store.transact(office.daemon.actor, 'housekeeping.retire', async (tx) => tx.delete('task', task.id))
    await desk.done('log', 'show', task.running.id, '--json')
    expect(before).toMatchObject({ status: 'carried-out' })
    expect(await opened()).toHaveLength(2)
  })

  it('says so when no entry, or more than one, has such an id', async () => {
    await aLetter('delivered', 'ann')
    await aLetter('delivered', 'bob')
    expect(await desk.refused('log', 'show', 'zzz')).toBe('postern: There is no mail log entry "zzz".')
    expect(await desk.refused('log', 'show', '0000')).toMatch(
      /^postern: More than one mail log entry's id begins with "0000"/,
    )
  })
})

describe('postern audit list', () => {
  it('lists who changed what, the newest first, a page at a time', async () => {
    await aLetter('delivered')
    const page = await desk.json('audit', 'list', '--limit', '2')
    expect(page.items).toMatchObject([
      { action: 'delivery.settle', actor: 'posternd (daemon)', sequence: expect.any(Number), at: expect.any(String) },
      { action: 'delivery.claim', touched: expect.arrayContaining([expect.stringMatching(/^task:/)]) },
    ])
    expect(await desk.items('audit', 'list', '--after', String(page.next))).toMatchObject([
      { action: 'users.reset', actor: 'olga (console, 192.0.2.7)' },
      { action: 'users.add' },
      { action: 'settings.set' },
    ])
  })
})
