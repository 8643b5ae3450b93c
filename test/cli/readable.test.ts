import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mailboxWords } from '../../src/core/text/mailbox.ts'
import { PostOffice } from '../core/usecases/post-office.ts'
import { Desk } from './desk.ts'

/** An internationalized domain as people read it, and as programs and mail servers do (RFC 5890). */
const READABLE = 'ann@bücher.example'
const WIRE = 'ann@xn--bcher-kva.example'

let office: PostOffice
let desk: Desk
beforeEach(async () => {
  office = await PostOffice.open()
  desk = new Desk(office.house.data)
})
afterEach(() => office[Symbol.asyncDispose]())

describe('an address in an internationalized domain', () => {
  it('is read by people, whatever the command says, and stays as it is on the wire for programs', async () => {
    const wide = { columns: 160 }
    /** What a person is told; never the wire form. */
    const told = async (...argv: readonly string[]) => {
      const { out, err, questions } = await desk.run(argv, { ...wide, answers: ['yes'] })
      const words = [out, err, JSON.stringify(questions)].join('\n')
      expect([argv, words]).toEqual([argv, expect.stringContaining(READABLE)])
      expect([argv, words]).toEqual([argv, expect.not.stringContaining('xn--')])
    }
    await told('users', 'add', '--username', 'ann', '--email', WIRE)
    await told('users', 'list')
    await told('users', 'show', 'ann')
    await told('users', 'reset', 'ann')
    const [waiting] = await desk.items('tasks', 'list')
    await told('tasks', 'list')
    await told('tasks', 'show', String(waiting?.id))
    await told('tasks', 'send-now', String(waiting?.id))
    await office.settle(await office.claim(), 'refused')
    const [entry] = await desk.items('log', 'list')
    await told('log', 'list')
    await told('log', 'show', String(entry?.id))
    await told('tasks', 'redo', '--all-failed')
    await told('tasks', 'redo', '--same-error', String(waiting?.id))
    await told('tasks', 'cancel', String(waiting?.id))
    await told('tasks', 'cancel', String(waiting?.id))

    expect(entry).toMatchObject({ to: WIRE })
    expect(waiting).toMatchObject({ to: WIRE })
    expect(await desk.json('users', 'show', READABLE)).toMatchObject({ email: WIRE })
    for (const list of [
      ['users', 'list'],
      ['tasks', 'list'],
      ['log', 'list'],
      ['users', 'export'],
    ])
      expect(await desk.done(...list)).toContain(WIRE)
    await told('users', 'delete', 'ann')
  })

  it('stands so behind a name, too', () => {
    expect(mailboxWords({ name: 'Ann', address: WIRE })).toBe(`Ann <${READABLE}>`)
    expect(mailboxWords({ name: '', address: WIRE })).toBe(READABLE)
  })
})
