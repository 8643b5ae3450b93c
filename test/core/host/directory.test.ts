import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inspectDataDirectory } from '../../../src/core/host/directory.ts'
import { needs } from '../../support/needs.ts'
import { aDirectory } from './a-directory.ts'
import { askChild } from './child.ts'

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8)

/** A data directory as the daemon makes it. */
function aDataDirectory(): string {
  const path = join(aDirectory(), 'data')
  expect(inspectDataDirectory(path, { create: true })).toEqual({ ok: true, path, created: true })
  return path
}

function why(path: string, options: { create?: boolean; mountinfo?: string } = {}): string {
  const inspected = inspectDataDirectory(path, { create: false, ...options })
  return inspected.ok ? '' : inspected.why
}

/** Case 34 as others than root see it: root may do everything. */
function inspectAs(uid: number, groups: number[], path: string, create = false): unknown {
  return askChild(
    'directory.ts',
    `process.setgroups(${JSON.stringify(groups)}); process.setgid(${uid}); process.setuid(${uid})
     answer(host.inspectDataDirectory(${JSON.stringify(path)}, { create: ${create} }))`,
  )
}

describe('the data directory [case 34]', () => {
  it('is made with the modes that keep operators from the keys and let them into the store', () => {
    const path = aDataDirectory()
    expect(modeOf(path)).toBe('750')
    expect(modeOf(join(path, 'store'))).toBe('2770')
    expect(readdirSync(path)).toEqual(['store'])
  })

  it('is made the same under a umask that forbids everything', () => {
    const path = join(aDirectory(), 'data')
    const code = `process.umask(0o777); answer(host.inspectDataDirectory(${JSON.stringify(path)}, { create: true }).ok)`
    expect(askChild('directory.ts', code)).toBe(true)
    expect([modeOf(path), modeOf(join(path, 'store'))]).toEqual(['750', '2770'])
  })

  it('is good the second time, too, and not made again', () => {
    const path = aDataDirectory()
    const { ino } = statSync(path)
    expect(inspectDataDirectory(`${path}/`, { create: true })).toEqual({ ok: true, path, created: false })
    expect(statSync(path).ino).toBe(ino)
  })

  it('gets its store where a service manager provided it empty', () => {
    const path = aDirectory()
    chmodSync(path, 0o750)
    expect(inspectDataDirectory(path, { create: true })).toMatchObject({ ok: true, created: false })
    expect(modeOf(join(path, 'store'))).toBe('2770')
  })

  it('is not made when nobody asked for it', () => {
    const path = join(aDirectory(), 'data')
    expect(why(path)).toContain('store init')
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  it('is not made below a directory that is missing', () => {
    const path = join(aDirectory(), 'missing', 'data')
    expect(why(path, { create: true })).toContain(`${join(path, '..')} is missing: make that first`)
  })

  it('refused: a symbolic link, and the sentence says where it leads', () => {
    const path = aDataDirectory()
    symlinkSync(path, join(path, '..', 'link'))
    expect(why(join(path, '..', 'link'))).toContain(`is a symbolic link: name the directory that it leads to, ${path}.`)
    expect(why(`${join(path, '..', 'link')}/`)).toContain('is a symbolic link')
  })

  it('refused: a store that is a symbolic link', () => {
    const path = aDirectory()
    chmodSync(path, 0o750)
    symlinkSync('/tmp', join(path, 'store'))
    expect(why(path, { create: true })).toContain(`${path}/store is a symbolic link`)
  })

  it('refused: a file, and what is below one', () => {
    const path = join(aDirectory(), 'data')
    writeFileSync(path, '')
    expect(why(path)).toContain('is not a directory')
    expect(why(join(path, 'below'), { create: true })).toContain('ENOTDIR')
  })

  it.each([0o777, 0o751, 0o752, 0o754, 0o755])('refused: mode %o, open to strangers', (mode) => {
    const path = aDataDirectory()
    chmodSync(path, mode)
    expect(why(path)).toContain(`open to every user of this machine: "chmod 0750 ${path}".`)
  })

  it('refused: a group that may rename the keys', () => {
    const path = aDataDirectory()
    chmodSync(path, 0o770)
    expect(why(path)).toContain(`lets its group rename the keys: "chmod 0750 ${path}".`)
  })

  it('refused: a store that is open to strangers', () => {
    const path = aDataDirectory()
    chmodSync(join(path, 'store'), 0o2777)
    expect(why(path)).toContain(`"chmod 2770 ${path}/store"`)
  })

  it.each(['nfs4', 'fuse.sshfs'])('refused: on a network file system (%s), and nothing is made there', (type) => {
    const parent = aDirectory()
    const mountinfo = `22 1 254:1 / / rw - ext4 /dev/vda1 rw\n30 22 0:40 / ${parent} rw - ${type} nas:/srv rw\n`
    const path = join(parent, 'data')
    expect(why(path, { create: true, mountinfo })).toContain(`network file system (${type}, mounted on ${parent})`)
    expect(readdirSync(parent)).toEqual([])
    mkdirSync(path, { mode: 0o750 })
    expect(why(path, { mountinfo })).toContain('use a directory on a local disk')
  })

  it('refused: on a network file system that a parent’s symbolic link leads to', () => {
    const [parent, elsewhere] = [aDirectory(), aDirectory()]
    symlinkSync(elsewhere, join(parent, 'link'))
    const mountinfo = `30 22 0:40 / ${elsewhere} rw - nfs nas:/srv rw\n`
    expect(why(join(parent, 'link', 'data'), { create: true, mountinfo })).toContain('network file system (nfs')
  })

  needs('root').it('refused: another user’s, and the sentence names owner and group', () => {
    const path = aDataDirectory()
    const sentence = expect.stringContaining(
      `uid 54321 cannot read ${path}, which belongs to root and the group root: run it as root, or join the group ("usermod -aG root uid 54321"`,
    )
    expect(inspectAs(54321, [], path)).toEqual({ ok: false, why: sentence })
  })

  needs('root').it('an operator of its group may use it, and cannot make anything in it', () => {
    const path = aDataDirectory()
    for (const directory of [path, join(path, 'store')]) chownSync(directory, 12345, 23456)
    chmodSync(join(path, 'store'), 0o2770)
    expect(inspectAs(54321, [23456], path)).toEqual({ ok: true, path, created: false })
  })

  needs('root').it('refused: one whose store the group may not write', () => {
    const path = aDataDirectory()
    for (const directory of [path, join(path, 'store')]) chownSync(directory, 12345, 23456)
    chmodSync(join(path, 'store'), 0o2750)
    const sentence = `uid 54321 cannot write ${path}/store, which belongs to uid 12345 and the group 23456: run it as uid 12345, or have uid 12345 say "chmod 2770 ${path}/store".`
    expect(inspectAs(54321, [23456], path)).toEqual({ ok: false, why: sentence })
  })

  needs('root').it('refused: its own owner cannot write it', () => {
    const path = aDataDirectory()
    chownSync(path, 12345, 23456)
    chmodSync(path, 0o550)
    const sentence = `uid 12345 cannot write ${path}, which belongs to uid 12345 and the group 23456: "chmod 0750 ${path}".`
    expect(inspectAs(12345, [], path)).toEqual({ ok: false, why: sentence })
  })

  needs('root').it('refused in words: a parent that we may not write', () => {
    const path = join(aDirectory(), 'data')
    expect(inspectAs(54321, [], path, true)).toEqual({ ok: false, why: expect.stringContaining('(EACCES)') })
  })

  needs('root').it('gives what it makes in the store to the operators’ group', () => {
    const path = aDirectory()
    chmodSync(path, 0o750)
    chownSync(path, 0, 23456)
    expect(inspectDataDirectory(path, { create: true }).ok).toBe(true)
    writeFileSync(join(path, 'store', 'file'), '')
    expect(statSync(join(path, 'store', 'file')).gid).toBe(23456)
  })
})
