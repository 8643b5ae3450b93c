import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importUsers } from '../../../src/core/usecases/import.ts'
import { PostOffice } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

const row = (line: number, username: string, email = `${username}@example.org`) => ({
  line,
  fields: { username, email, name: '', locale: '' },
})
const all = async () => (await office.store.users({ limit: 100 })).items.map(({ username }) => username)

describe('an import', () => {
  it('is one transaction', async () => {
    const before = await office.audit()
    expect(await importUsers(office.operator, [row(2, 'ann'), row(3, 'bob')], false)).toEqual({
      kind: 'done',
      users: 2,
    })
    const [imported, ...earlier] = await office.audit()
    expect(imported).toMatchObject({ action: 'users.import', touched: [expect.any(String), expect.any(String)] })
    expect(earlier).toEqual(before)
    expect(await all()).toEqual(['ann', 'bob'])
  })

  it('of nothing changes nothing', async () => {
    expect(await importUsers(office.operator, [], false)).toEqual({ kind: 'done', users: 0 })
  })

  it('with one wrong row changes nothing, and says all that is wrong (case 27)', async () => {
    await office.addUser({ username: 'ann' })
    const rows = [
      row(2, 'bob'),
      row(3, 'BOB', 'other@example.org'),
      row(5, 'cy', 'bob@EXAMPLE.org'),
      row(6, 'ann', 'new@example.org'),
      row(7, '../x', 'b@example.com, evil@example.org'),
    ]
    const before = await office.audit()
    expect(await importUsers(office.operator, rows, false)).toEqual({
      kind: 'refused',
      problems: [
        { line: 3, field: 'username', why: 'is the same as on line 2' },
        { line: 5, field: 'email', why: 'is the same as on line 2' },
        { line: 6, field: 'username', why: 'is taken by ann' },
        { line: 7, field: 'username', why: expect.stringContaining('must begin with a letter or digit') },
        { line: 7, field: 'email', why: expect.stringContaining('exactly one address') },
      ],
    })
    expect(await office.audit()).toEqual(before)
    expect(await all()).toEqual(['ann'])
  })

  it('tried dry finds the same and changes nothing', async () => {
    const before = await office.audit()
    expect(await importUsers(office.operator, [row(2, 'ann')], true)).toEqual({ kind: 'done', users: 1 })
    expect(await importUsers(office.operator, [row(2, 'ann'), row(3, 'ann')], true)).toMatchObject({ kind: 'refused' })
    expect(await office.audit()).toEqual(before)
    expect(await all()).toEqual([])
    expect(await importUsers(office.operator, [row(2, 'ann')], false)).toEqual({ kind: 'done', users: 1 })
  })

  it('beside one of the same users from another process: one of them is refused', async () => {
    const other = { ...office.operator, store: await office.house.open() }
    const rows = Array.from({ length: 50 }, (_, n) => row(n + 2, `u${n}`))
    const both = await Promise.all([importUsers(office.operator, rows, false), importUsers(other, rows, false)])
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['done', 'refused'])
    expect(await all()).toHaveLength(50)
  })
})
