import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/core/host/clock.ts'
import { EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import { aCredential, anActor, aUser } from '../support/builders.ts'
import { Desk } from './desk.ts'

/** The desk's store. */
async function openAt({ data }: Desk) {
  const opened = await EmbeddedStore.open(data, { clock: systemClock })
  return { opened, [Symbol.asyncDispose]: () => opened.close() }
}

describe('postern users', () => {
  it('adds, shows, changes, disables, enables and deletes', async () => {
    const desk = new Desk()
    const added = ['--username', 'ann', '--email', 'Ann@Example.org', '--name', 'Ann', '--locale', 'zh-tw']
    expect(await desk.done('users', 'add', ...added)).toBe('Added ann <Ann@Example.org>.\n')
    expect(await desk.json('users', 'show', 'ann')).toEqual({
      id: expect.stringMatching(/^[0-9a-z]{16}$/),
      username: 'ann',
      email: 'Ann@Example.org',
      name: 'Ann',
      locale: 'zh-TW',
      status: 'active',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    })
    expect(await desk.done('users', 'edit', 'ann', '--name', 'Ann Arbor')).toBe('Changed name of ann.\n')
    expect(await desk.done('users', 'disable', 'ANN@example.org')).toBe('ann is disabled now.\n')
    expect(await desk.done('users', 'disable', 'ann')).toBe('ann was disabled already.\n')
    expect(await desk.done('users', 'show', 'ann')).toMatch(/^Name {6}Ann Arbor$.*^Status {4}disabled$/ms)
    expect(await desk.json('users', 'enable', 'ann')).toMatchObject({ username: 'ann', status: 'active' })
    expect(await desk.done('users', 'delete', 'ann', '--yes')).toBe('Deleted ann <Ann@Example.org>.\n')
    expect(await desk.refused('users', 'show', 'ann')).toBe('postern: There is no user "ann".')
  })

  it('finds a user by username, address and id', async () => {
    const desk = new Desk()
    await desk.addUsers('ann')
    const { id } = await desk.json('users', 'show', 'ANN@EXAMPLE.ORG')
    expect(await desk.json('users', 'show', String(id))).toMatchObject({ username: 'ann' })
    expect(await desk.refused('users', 'show', String(id).slice(0, 8))).toMatch(/There is no user/)
    expect(await desk.json('users', 'show', `id:${String(id).slice(0, 8).toUpperCase()}`)).toMatchObject({ id })
    expect(await desk.refused('users', 'show', 'id:nobody')).toBe('postern: There is no user "id:nobody".')
    await desk.addUsers(
      ...'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz'.split('').map((letter, n) => `${letter}${n}`),
    )
    const ids = (await desk.items('users', 'list', '--limit', '100')).map((user) => String(user.id).slice(0, 1))
    const shared = ids.find((first, index) => ids.indexOf(first) !== index)
    expect(await desk.refused('users', 'disable', `id:${shared}`)).toBe(
      `postern: More than one user's id begins with "${shared}": say more of it.`,
    )
  })

  it('takes no line break in a keyword', async () => {
    expect(await new Desk().refused('users', 'list', 'ann\nbob')).toBe('postern: KEYWORD must not contain line breaks.')
  })

  it('says whether there is a password, and whether wrong ones keep it from being looked at', async () => {
    const desk = new Desk()
    await desk.addUsers('ann')
    const password = async () => /^Password {2}(.*)$/m.exec(await desk.done('users', 'show', 'ann'))?.[1]
    expect(await password()).toBe('none is set')
    await using store = await openAt(desk)
    const { id } = (await store.opened.userByUsername('ann')) ?? aUser()
    const put = (failures: number) =>
      store.opened.transact(anActor, 'wrong passwords', async (tx) =>
        tx.put('credential', aCredential(id, { hash: '$argon2id$', failures, failedAt: tx.now })),
      )
    await put(4)
    expect(await password()).toBe('set')
    await put(20)
    expect(await password()).toMatch(/^set; after 20 wrong ones in a row not looked at until /)
    await put(100)
    expect(await password()).toBe('disabled by 100 wrong ones in a row, until it is reset')
  })

  it('asks before it deletes, and is not taken by anything but yes', async () => {
    const desk = new Desk()
    await desk.addUsers('ann', 'bob')
    expect(await desk.refused('users', 'delete', 'ann')).toMatch(/there is no terminal: say --yes/)
    for (const answer of ['', 'n', 'nope', null]) {
      const { status, err, questions } = await desk.run(['users', 'delete', 'ann'], { answers: [answer] })
      expect({ status, err }).toEqual({ status: 1, err: 'postern: Nothing was changed.\n' })
      expect(questions).toEqual([{ text: 'Delete ann <ann@example.org>? [y/N]', masked: false }])
    }
    expect((await desk.run(['users', 'delete', 'ann'], { answers: ['Yes'] })).status).toBe(0)
    expect(await desk.items('users', 'list')).toMatchObject([{ username: 'bob' }])
  })

  it('lists by page, keyword and status', async () => {
    const desk = new Desk()
    await desk.addUsers('cy', 'ann', 'bob')
    await desk.done('users', 'disable', 'bob')
    const first = await desk.json('users', 'list', '--limit', '2')
    expect(first).toMatchObject({ items: [{ username: 'ann' }, { username: 'bob' }], next: expect.any(String) })
    expect(await desk.json('users', 'list', '--after', String(first.next))).toMatchObject({
      items: [{ username: 'cy' }],
      next: null,
    })
    expect(await desk.items('users', 'list', 'B')).toMatchObject([{ username: 'bob' }])
    expect(await desk.items('users', 'list', '--status', 'disabled')).toMatchObject([{ username: 'bob' }])
  })

  it('prints titles and cells with tabs in a pipe, and says on standard error how to go on', async () => {
    const desk = new Desk()
    await desk.addUsers('ann', 'bob')
    const { out, err } = await desk.run(['users', 'list', '--limit', '1'])
    expect(out).toBe('USERNAME\tEMAIL\tNAME\tLOCALE\tSTATUS\nann\tann@example.org\t\ten\tactive\n')
    expect(err).toMatch(/^There is more: --after \S+\n$/)
  })

  it('shows a name that is in the store already, and would act on the terminal, by its letters (case 19)', async () => {
    const desk = new Desk()
    await desk.done('store', 'init')
    const store = await EmbeddedStore.open(desk.data, { clock: systemClock })
    const evil = {
      ...aUser({ username: 'ann' }),
      username: '\u001b]0;x\u0007\u202enna\u200b',
      name: '\ud800\n\u{e0041}',
    }
    await store.transact(anActor, 'users.add', async (tx) => tx.put('user', evil))
    await store.close()
    for (const argv of [
      ['users', 'list'],
      ['users', 'show', 'ann'],
    ]) {
      for (const ends of [{}, { columns: 120 }]) {
        const { out } = await desk.run(argv, ends)
        expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u200b\u{e0041}]/u)
        expect(out).toContain('^[]0;x^G<U+202E>nna<U+200B>')
      }
      const document = await desk.run([...argv, '--json'])
      expect(document.out).toContain('"\\u001b]0;x\\u0007\\u202enna\\u200b"')
    }
  })

  it('refuses what no user can have, naming each field (cases 11 to 14, 18 to 20)', async () => {
    const desk = new Desk()
    await desk.addUsers('admin')
    const add = (username: string, email: string) =>
      desk.refused('users', 'add', '--username', username, '--email', email)
    expect(await add('b', 'b@example.com\r\nBcc: evil@example.org')).toMatch(/^postern: email is not usable: .*control/)
    expect(await add('b', 'b@example.com, evil@example.org')).toMatch(
      /^postern: email is not usable: it must be exactly/,
    )
    expect(await add('b', 'b')).toMatch(/^postern: email is not usable: /)
    expect(await add('../x', 'b@example.org')).toMatch(/^postern: username must begin with a letter or digit/)
    expect(await add('\u001b[2J', 'nobody')).toMatch(/^postern: username must not contain control .*; email is not/)
    expect(await add('b', 'ADMIN@Example.ORG')).toBe('postern: email is taken by admin.')
    expect(await add('аdmin', 'b@example.org')).toMatch(/^postern: username looks like the username admin/)
    expect(await desk.items('users', 'list')).toHaveLength(1)
  })
})
