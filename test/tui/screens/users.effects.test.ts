import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MINUTE } from '../../../src/core/domain/time.ts'
import type { User, UserFields } from '../../../src/core/domain/user.ts'
import type { Context } from '../../../src/core/usecases/context.ts'
import { setSettings } from '../../../src/core/usecases/settings.ts'
import { addUser, editUser } from '../../../src/core/usecases/users.ts'
import type { World } from '../../../src/tui/screen.ts'
import { performUsers } from '../../../src/tui/screens/users/users.effects.ts'
import type { Saved, UsersEffect, UsersMsg } from '../../../src/tui/screens/users/users.state.ts'
import { anActor, ids } from '../../support/builders.ts'
import { StoreHouse } from '../../support/store.ts'

/** The page's effects on a store with these users. */
async function aDesk(...usernames: readonly string[]) {
  const house = await StoreHouse.make()
  onTestFinished(() => house[Symbol.asyncDispose]())
  const store = await house.open()
  const context: Context = { store, actor: anActor, ids }
  const users: User[] = []
  for (const username of usernames) users.push(await added(context, username))
  const world: World = { store, data: house.data, context, trouble: () => null }
  const does = <Kind extends UsersMsg['kind']>(effect: UsersEffect, kind: Kind) =>
    performUsers(effect, world).then((msg) => expectKind(msg, kind))
  const file = (content: string) => {
    const path = join(house.data, 'users.csv')
    writeFileSync(path, content)
    return path
  }
  return { house, store, context, users, does, file }
}

function expectKind<Kind extends UsersMsg['kind']>(msg: UsersMsg, kind: Kind): Extract<UsersMsg, { kind: Kind }> {
  const isKind = (each: UsersMsg): each is Extract<UsersMsg, { kind: Kind }> => each.kind === kind
  return isKind(msg) ? msg : expect.fail(`${msg.kind} instead of ${kind}`)
}

async function added(context: Context, username: string): Promise<User> {
  const fields = { username, email: `${username}@example.org`, name: '', locale: 'en' }
  const changed = await addUser(context, fields)
  return changed.kind === 'done' ? changed.user : expect.fail(changed.kind)
}

const first = (users: readonly User[]): User => users[0] ?? expect.fail('nobody')

const edits = (user: User, fields: Partial<UserFields>, reset = false): UsersEffect => ({
  kind: 'save',
  wanted: { kind: 'edit', edit: { id: user.id, version: user.version }, fields, status: null, reset },
})
const doneOf = (saved: Saved) => (saved.kind === 'done' ? saved : expect.fail(saved.kind))

describe('reading', () => {
  const read = (filter: string, from: 'start' | 'end' = 'start'): UsersEffect => ({
    kind: 'read',
    ask: { ticket: 1, place: { kind: from }, limit: 2, again: false },
    filter,
    sort: 'username',
    direction: 'descending',
  })

  it('gives a window of the list in its order, with how many there are in all', async () => {
    const { does } = await aDesk('ann', 'bob', 'cy')
    const { slice } = await does(read(''), 'rows')
    expect(slice.items.map(({ username }) => username)).toEqual(['cy', 'bob'])
    expect(slice.total).toBe(3)
    expect(slice.previous).toBeNull()
    expect(slice.next).not.toBeNull()
  })

  it('finds by keyword and without words, and nobody of a status that there is not', async () => {
    const { does } = await aDesk('ann', 'anna', 'bob')
    const names = async (filter: string) =>
      (await does(read(filter), 'rows')).slice.items.map(({ username }) => username)
    expect(await names('ANN')).toEqual(['anna', 'ann'])
    expect(await names('ann !anna')).toEqual(['ann'])
    const { slice } = await does(read('!ann'), 'rows')
    expect(slice.items.map(({ username }) => username)).toEqual(['bob'])
    expect(slice.total).toBe(1)
    expect(await names('status:disabled')).toEqual([])
    expect(await names('status:gone')).toEqual([])
  })

  it('finds a user by id, username or address', async () => {
    const { does, users } = await aDesk('ann')
    const { id } = first(users)
    for (const asked of [id, 'ANN', 'ann@example.org'])
      expect((await does({ kind: 'read-user', asked }, 'user')).detail?.user.id).toBe(id)
    expect((await does({ kind: 'read-user', asked: 'nobody' }, 'user')).detail).toBeNull()
  })
})

describe('resetting', () => {
  it('plans: who gets a letter, whose is open already, who gets none', async () => {
    const { does, users, context } = await aDesk('ann', 'bob', 'cy')
    const [ann, bob, cy] = users
    if (ann === undefined || bob === undefined || cy === undefined) return expect.fail('nobody')
    await does({ kind: 'reset', users: [bob.id], when: { kind: 'usual' } }, 'reset-done')
    await does({ kind: 'act', action: 'disable', users: [cy] }, 'acted')
    await setSettings(context, [{ name: 'SERVICE_MAIL_RATE_PER_MINUTE', value: 1, version: null }])
    const { plan } = await does({ kind: 'prepare-reset', users }, 'reset-ready')
    expect(plan.ready.map(({ username }) => username)).toEqual(['ann'])
    expect(plan.open.map(({ user }) => user.username)).toEqual(['bob'])
    expect(plan).toMatchObject({ disabled: 1, gone: 0 })
  })

  it('says at the configured rate when the last letter leaves, behind those that wait already', async () => {
    const { does, users, context } = await aDesk('ann', 'bob', 'cy', 'dee')
    await setSettings(context, [{ name: 'SERVICE_MAIL_RATE_PER_MINUTE', value: 1, version: null }])
    await does({ kind: 'reset', users: users.slice(0, 2).map(({ id }) => id), when: { kind: 'usual' } }, 'reset-done')
    const { plan } = await does({ kind: 'prepare-reset', users: users.slice(2) }, 'reset-ready')
    expect(plan.rate.join(' ')).toMatch(/^At 1 a minute the last of 2 leaves about .*That is 3 m after they are due\.$/)
  })

  it('warns that letters are held while mail is off, and that no sign-in address is set', async () => {
    const { does, context, store } = await aDesk()
    const before = (await does({ kind: 'read-outlook' }, 'outlook')).outlook
    expect(before).toMatchObject({ delayMinutes: 10, isHeld: true })
    expect(before.warnings).toEqual([
      'Letters are held: SERVICE_MAIL_ENABLE is false.',
      'SERVICE_SIGN_IN_URL is empty: letters will not say where to sign in.',
    ])
    await setSettings(context, [{ name: 'SERVICE_SIGN_IN_URL', value: 'https://example.org/login', version: null }])
    const after = (await does({ kind: 'read-outlook' }, 'outlook')).outlook
    expect(after.warnings).toEqual(['Letters are held: SERVICE_MAIL_ENABLE is false.'])
    expect(store.now()).toBeGreaterThan(0)
  })

  it('undoes the very task that was made, and not one that has been sent meanwhile', async () => {
    const { does, users, store } = await aDesk('ann')
    const asked = { kind: 'reset', users: [first(users).id], when: { kind: 'usual' } } as const
    const { requested } = await does(asked, 'reset-done')
    const made = requested[0]
    if (made?.kind !== 'made') return expect.fail('no task')
    expect(made.task.scheduledAt - made.task.createdAt).toBe(10 * MINUTE)
    const undo = { kind: 'undo', edits: [{ id: made.task.id, version: made.task.version }] } as const
    expect(await does(undo, 'undone')).toMatchObject({ cancelled: 1, refused: [] })
    expect((await store.get('task', made.task.id))?.status).toBe('cancelled')
    const again = await does(undo, 'undone')
    expect(again.cancelled).toBe(0)
    expect(again.refused[0]).toContain('was changed meanwhile: it is cancelled now')
  })
})

describe('saving a form', () => {
  it('saves fields, status and reset at once: nobody finds it half done', async () => {
    const { does, users, store } = await aDesk('ann')
    const ann = first(users)
    const { saved } = await does(edits(ann, { email: 'lee@example.org' }, true), 'saved')
    const { user, reset } = doneOf(saved)
    expect(user).toMatchObject({ email: 'lee@example.org', version: 2 })
    expect(reset).toMatchObject({ kind: 'made', task: { to: 'lee@example.org' } })
    expect(await store.tasksOf(ann.id)).toHaveLength(1)
    const page = await store.audit({ limit: 10 })
    const [latest, before] = page.items
    expect(latest).toMatchObject({ action: 'users.edit', touched: expect.arrayContaining([`user:${ann.id}`]) })
    expect(latest?.touched.some((each) => each.startsWith('task:'))).toBe(true)
    expect(before?.action).toBe('users.add')
  })

  it('saves a new address and a disabled status as one version of the user', async () => {
    const { does, users, store } = await aDesk('ann')
    const { id, version } = first(users)
    const fields = { email: 'lee@example.org' }
    const wanted = { kind: 'edit', edit: { id, version }, fields, status: 'disabled', reset: false } as const
    const { user } = doneOf((await does({ kind: 'save', wanted }, 'saved')).saved)
    expect(user).toMatchObject({ email: 'lee@example.org', status: 'disabled', version: version + 1 })
    expect(await store.get('user', id)).toEqual(user)
  })

  it('saves nothing over what another operator saved, not even a reset', async () => {
    const { does, users, context, store } = await aDesk('ann')
    const ann = first(users)
    await editUser(context, { id: ann.id, version: ann.version }, { name: 'Theirs' })
    for (const effect of [edits(ann, { name: 'Mine' }, true), edits(ann, {}, true)]) {
      const { saved } = await does(effect, 'saved')
      const by = { who: expect.stringMatching(/^olga \(console/), at: expect.any(Number) }
      expect(saved).toMatchObject({ kind: 'changed-meanwhile', theirs: { name: 'Theirs', version: 2 }, by })
    }
    expect((await store.get('user', ann.id))?.name).toBe('Theirs')
    expect(await store.tasksOf(ann.id)).toEqual([])
  })

  it('says what is wrong, by field', async () => {
    const { does, users } = await aDesk('ann', 'bob')
    const { saved } = await does(edits(first(users), { email: 'bob@example.org' }), 'saved')
    expect(saved).toEqual({ kind: 'refused', errors: new Map([['email', 'is taken by bob']]) })
  })

  it('adds a user and asks for the letter at once: nobody finds the one without the other', async () => {
    const { does, store } = await aDesk()
    const fields = { username: 'dee', email: 'dee@example.org', name: 'Dee', locale: 'zh-TW' }
    const { saved } = await does({ kind: 'save', wanted: { kind: 'add', fields, reset: true } }, 'saved')
    const { user, reset } = doneOf(saved)
    expect(reset).toMatchObject({ kind: 'made', user: { username: 'dee' } })
    expect(await store.userByUsername('dee')).toEqual(user)
    const [task] = await store.tasksOf(user.id)
    const [latest, before] = (await store.audit({ limit: 10 })).items
    expect(latest).toMatchObject({ action: 'users.add', touched: [`user:${user.id}`, `task:${task?.id}`] })
    expect(before).toBeUndefined()
  })

  it('says that the user was deleted meanwhile', async () => {
    const { does, users } = await aDesk('ann')
    await does({ kind: 'act', action: 'delete', users }, 'acted')
    expect((await does(edits(first(users), { name: 'X' }), 'saved')).saved).toEqual({ kind: 'gone' })
  })
})

describe('acting on users', () => {
  it('leaves alone who was changed since they were seen', async () => {
    const { does, users, context, store } = await aDesk('ann', 'bob')
    const ann = first(users)
    await editUser(context, { id: ann.id, version: ann.version }, { name: 'X' })
    const { acted } = await does({ kind: 'act', action: 'disable', users }, 'acted')
    expect(acted).toEqual({
      action: 'disable',
      done: ['bob'],
      refused: ['ann was changed meanwhile: look, and press the key again.'],
    })
    expect((await store.get('user', ann.id))?.status).toBe('active')
  })
})

describe('importing', () => {
  const HEADER = 'username,email,name,locale'

  it('says what it would do and changes nothing, then imports exactly that', async () => {
    const { does, file, store } = await aDesk('ann')
    const path = file(`${HEADER}\ndee,dee@example.org,Dee,en\neve,eve@example.org,,\n`)
    const { looked } = await does({ kind: 'look', file: path }, 'looked')
    if (looked.kind !== 'preview') return expect.fail(looked.kind)
    expect(looked.preview).toMatchObject({ rows: 2, problems: [], allProblems: 0 })
    expect(looked.preview.sample.map(({ username }) => username)).toEqual(['dee', 'eve'])
    expect(await store.userCount({})).toBe(1)
    const { imported } = await does({ kind: 'import', preview: looked.preview }, 'imported')
    expect(imported).toEqual({ kind: 'done', users: 2 })
    expect(await store.userCount({})).toBe(3)
  })

  it('case 27: tells every problem by line, and imports nothing', async () => {
    const { does, file, store } = await aDesk('ann')
    const path = file(`${HEADER}\ndee,dee@example.org,,\nann,x@example.org,,\ntoo,few\neve,nope,,xx\n`)
    const { looked } = await does({ kind: 'look', file: path }, 'looked')
    if (looked.kind !== 'preview') return expect.fail(looked.kind)
    expect(looked.preview.problems.map(({ line, field }) => [line, field])).toEqual([
      [3, 'username'],
      [4, null],
      [5, 'email'],
      [5, 'locale'],
    ])
    const { imported } = await does({ kind: 'import', preview: looked.preview }, 'imported')
    expect(imported.kind).toBe('preview')
    expect(await store.userCount({})).toBe(1)
  })

  it('imports nothing of a file that has changed since it was looked at', async () => {
    const { does, file, store } = await aDesk()
    const path = file(`${HEADER}\ndee,dee@example.org,,\n`)
    const { looked } = await does({ kind: 'look', file: path }, 'looked')
    if (looked.kind !== 'preview') return expect.fail(looked.kind)
    file(`${HEADER}\neve,eve@example.org,,\n`)
    const { imported } = await does({ kind: 'import', preview: looked.preview }, 'imported')
    expect(imported).toMatchObject({ kind: 'preview', preview: { sample: [{ username: 'eve' }] } })
    expect(await store.userCount({})).toBe(0)
  })

  it('says why a file cannot be read, and that it is no such file', async () => {
    const { does, file } = await aDesk()
    const looked = async (path: string) => (await does({ kind: 'look', file: path }, 'looked')).looked
    expect(await looked('/nowhere/x.csv')).toEqual({ kind: 'unreadable', why: 'There is no file "/nowhere/x.csv".' })
    expect(await looked(file('a;b\n'))).toMatchObject({ why: expect.stringContaining('the header must be username') })
    expect(await looked(file(`${HEADER}\n"x\n`))).toMatchObject({ why: expect.stringContaining('never closed') })
  })
})
