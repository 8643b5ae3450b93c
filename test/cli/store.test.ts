import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { takeDaemonLock } from '../../src/core/host/daemon-lock.ts'
import { aDirectory, Desk } from './desk.ts'

const namesIn = (desk: Desk, pattern: RegExp) =>
  readdirSync(join(desk.data, 'store')).filter((name) => pattern.test(name))

/** Turns a letter of a user's name in the last journal into another: its checksum is wrong then. */
function damage(desk: Desk, username: string): void {
  const journal = join(desk.data, 'store', namesIn(desk, /^journal-/).at(-1) ?? '')
  const bytes = readFileSync(journal)
  bytes.write('!', bytes.indexOf(username))
  writeFileSync(journal, bytes)
}

describe('postern store', () => {
  it('makes a store once, and leaves one that is there as it is', async () => {
    const desk = new Desk()
    expect(await desk.done('store', 'init')).toBe(`Made an empty store in ${desk.data}.\n`)
    await desk.addUsers('ann')
    expect(await desk.json('store', 'init')).toEqual({ data: desk.data, created: false })
    expect(await desk.items('users', 'list')).toHaveLength(1)
  })

  it('makes none where the parent is missing, or in a directory that is open to everyone', async () => {
    const lost = await new Desk(join(aDirectory(), 'a', 'b')).run(['store', 'init'])
    expect(lost).toMatchObject({ status: 78, out: '' })
    expect(lost.err).toMatch(/cannot be made, for .* is missing/)
    const open = await new Desk('/tmp').run(['store', 'init'])
    expect(open).toMatchObject({ status: 78, out: '' })
    expect(open.err).toMatch(/has mode 1777/)
  })

  it('folds the journal while no daemon is there', async () => {
    const desk = new Desk()
    await desk.addUsers('ann')
    expect(await desk.done('store', 'fold')).toBe(`The journal of ${desk.data} is folded into a snapshot.\n`)
    expect(namesIn(desk, /^snapshot-/)).toHaveLength(2)
    expect(await desk.items('users', 'list')).toMatchObject([{ username: 'ann' }])
  })

  it('checks a sound store', async () => {
    const desk = new Desk()
    await desk.addUsers('ann')
    expect(await desk.done('store', 'check')).toMatch(new RegExp(`^ok .*\n${desk.data}: all is well\\.\n$`, 's'))
    expect(await desk.json('store', 'check')).toMatchObject({ worst: 'ok', repair: null })
    expect(await desk.done('store', 'check', '--repair')).toMatch(/^No journal is damaged: nothing was repaired\.\n/)
  })

  it('shows a damaged store up to the damage, refuses to write, and mends it by command (case 32)', async () => {
    const desk = new Desk()
    await desk.addUsers('ann', 'bob', 'cy')
    damage(desk, 'bob')
    const read = await desk.run(['users', 'list', '--json'])
    expect(JSON.parse(read.out).items).toMatchObject([{ username: 'ann' }])
    expect(read.err).toMatch(/^! .*journal-\d+\.jsonl is damaged at byte \d+: /)
    const added = await desk.run(['users', 'add', '--username', 'dee', '--email', 'dee@example.org'])
    expect(added).toMatchObject({ status: 78, out: '' })

    const checked = await desk.run(['store', 'check'])
    expect(checked.status).toBe(1)
    expect(checked.out).toMatch(/^x {2}.*journal-\d+\.jsonl, byte \d+: /m)
    expect(checked.err).toMatch(/is damaged in 1 place\. "postern store check --repair" mends a journal/)

    const mended = await desk.run(['store', 'check', '--repair'])
    expect(mended.status).toBe(0)
    expect(mended.out).toMatch(/were cut off at byte \d+ of .* are lost/)
    expect(namesIn(desk, /\.damaged-/)).not.toEqual([])
    await desk.addUsers('dee')
    expect((await desk.items('users', 'list')).map(({ username }) => username)).toEqual(['ann', 'dee'])
  })

  it('repairs nothing beside a daemon', async () => {
    const desk = new Desk()
    await desk.addUsers('ann')
    const taken = await takeDaemonLock(desk.data)
    if (!taken.ok) throw new Error('nobody else has it')
    using _lock = taken.lock
    expect(await desk.run(['store', 'check', '--repair'])).toMatchObject({
      status: 1,
      err: `postern: A daemon (pid ${process.pid}) is running: stop it before a repair; nothing was done.\n`,
    })
  })

  it('backs up into a new directory, with the keys or without', async () => {
    const desk = new Desk()
    await desk.addUsers('ann')
    const [whole, bare] = [join(aDirectory(), 'whole'), join(aDirectory(), 'bare')]
    const { status, out, err } = await desk.run(['store', 'backup', whole])
    expect({ status, err }).toEqual({
      status: 0,
      err: 'It holds the master key: keep it as safe as the store itself.\n',
    })
    expect(out).toMatch(
      new RegExp(`^Copied ${desk.data} up to transaction 1 to ${whole} \\(\\d+ files, .* bytes\\), and checked it\\.`),
    )
    expect(readdirSync(join(whole, 'keys'))).toContain('master-1.key')
    expect(await new Desk(whole).items('users', 'list')).toMatchObject([{ username: 'ann' }])

    expect(await desk.json('store', 'backup', bare, '--without-keys')).toMatchObject({
      target: bare,
      sequence: 1,
      unreadable: [],
    })
    expect(readdirSync(bare)).toEqual(['store'])
    expect(await desk.run(['store', 'backup', bare])).toMatchObject({ status: 78, out: '' })
  })
})
