import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addUser, deleteUser, editUser, findUser, setUserStatus } from '../../../src/core/usecases/users.ts'
import { ids } from '../../support/builders.ts'
import { allPages } from '../../support/store.ts'
import { PostOffice } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

const add = (username: string, email: string, name = '') =>
  addUser(office.operator, { username, email, name, locale: 'en' })
const refusals = async (username: string, email: string) => {
  const added = await add(username, email)
  return added.kind === 'refused' ? added.refusals.map(({ field, why }) => `${field} ${why}`) : added.kind
}
const all = async () => (await allPages((paging) => office.store.users(paging))).map(({ username }) => username)

describe('an address that is taken', () => {
  it('is refused in any case and spelling of its domain, naming the field (cases 15, 17, 18)', async () => {
    await add('ann', 'B@Example.COM')
    await add('bea', 'b@bücher.example')
    expect(await refusals('x', 'b@example.com')).toEqual(['email is taken by ann'])
    expect(await refusals('x', 'b@example。com')).toEqual(['email is taken by ann'])
    expect(await refusals('x', 'b@xn--bcher-kva.example')).toEqual(['email is taken by bea'])
    expect(await refusals('ANN', 'b@BÜCHER.example')).toEqual(['username is taken by ann', 'email is taken by bea'])
    expect(await all()).toEqual(['ann', 'bea'])
    // What was typed is what stands in the letter.
    expect(await findUser(office.store, 'b@EXAMPLE.com')).toMatchObject({ email: 'B@Example.COM' })
  })

  it("is not another's username either, in whichever order they come: operators name a user by both", async () => {
    await add('bob@example.org', 'bob@example.net')
    expect(await refusals('eve', 'BOB@example.org')).toEqual(['email is the username of bob@example.org'])
    expect(await refusals('bob@example.net', 'eve@example.org')).toEqual([
      'username is the e-mail address of bob@example.org',
    ])
    expect(await refusals('ann@example.org', 'ann@example.org')).toBe('done')
  })

  it('is free again when its user has another one, or is gone', async () => {
    const ann = await office.addUser({ username: 'ann', email: 'a@example.org' })
    await office.edit(ann.id, { email: 'ann@example.org' })
    expect(await refusals('bob', 'a@example.org')).toBe('done')
    await office.delete(ann.id)
    expect(await refusals('ann', 'ann@example.org')).toBe('done')
  })
})

describe('a username that is taken', () => {
  it('is one identity in every normal form (case 21)', async () => {
    await add('ren\u00e9', 'r@example.org')
    expect(await refusals('rene\u0301', 's@example.org')).toEqual(['username is taken by ren\u00e9'])
    expect(await findUser(office.store, 'RENE\u0301')).toMatchObject({ username: 'ren\u00e9' })
  })

  it('may not be imitated, nor be what imitates (case 20)', async () => {
    await add('admin', 'a@example.org')
    expect(await refusals('аdmin', 'b@example.org')).toEqual(['username looks like the username admin, which is taken'])
    await add('сору', 'c@example.org')
    expect(await refusals('copy', 'd@example.org')).toEqual(['username looks like the username сору, which is taken'])
  })

  it('may be written in another way by its own user', async () => {
    const ann = await office.addUser({ username: 'ann' })
    await office.edit(ann.id, { username: 'Ann' })
    expect(await office.user(ann.id)).toMatchObject({ username: 'Ann', email: 'ann@example.org', version: 2 })
  })
})

describe('two who change one user', () => {
  it('at once from two processes: the second hears of it, and nothing is lost (case 40)', async () => {
    const { id, version } = await office.addUser({ username: 'ann', name: 'Ann' })
    const other = { ...office.operator, store: await office.house.open() }
    const both = await Promise.all([
      editUser(office.operator, { id, version }, { name: 'Ann Arbor' }),
      editUser(other, { id, version }, { locale: 'zh-TW' }),
    ])
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['changed-meanwhile', 'done'])
    const late = both.find(({ kind }) => kind === 'changed-meanwhile')
    expect(late).toMatchObject({ user: { version: 2 } })
    expect((await office.user(id)).version).toBe(2)
  })

  it('with what was read before: an edit, a status and a deletion are all refused (case 40)', async () => {
    const { id, version } = await office.addUser()
    await office.edit(id, { name: 'Another' })
    const stale = { id, version }
    const changed = { kind: 'changed-meanwhile', user: { name: 'Another' } }
    expect(await editUser(office.operator, stale, { name: 'Mine' })).toMatchObject(changed)
    expect(await setUserStatus(office.operator, stale, 'disabled')).toMatchObject(changed)
    expect(await deleteUser(office.operator, stale)).toMatchObject(changed)
    await office.delete(id)
    expect(await editUser(office.operator, stale, { name: 'Mine' })).toEqual({ kind: 'not-found' })
  })

  it('who add the same address at once from two processes: one of them does', async () => {
    const other = { ...office.operator, store: await office.house.open() }
    const fields = (username: string) => ({ username, email: 'a@example.org', name: '', locale: 'en' })
    const both = await Promise.all([addUser(office.operator, fields('ann')), addUser(other, fields('bob'))])
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['done', 'refused'])
    expect(await all()).toHaveLength(1)
  })
})

describe('a status', () => {
  it('that a user has already is no change', async () => {
    const user = await office.addUser()
    const before = await office.audit()
    expect(await setUserStatus(office.operator, user, 'active')).toMatchObject({ kind: 'done', user: { version: 1 } })
    expect(await office.audit()).toEqual(before)
  })
})

it('a user is found by username before address: both may look like an address', async () => {
  await add('a@example.org', 'other@example.org')
  await add('bob', 'a@example.org')
  expect(await findUser(office.store, 'a@example.org')).toMatchObject({ email: 'other@example.org' })
  expect(await findUser(office.store, 'nobody')).toBeUndefined()
  expect(await findUser(office.store, ids.user())).toBeUndefined()
})
