import { chownSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { needs } from '../../support/needs.ts'
import { aDirectory } from './a-directory.ts'
import { askChild } from './child.ts'

/** Who a child is after it asked to become the owner of `directory`. */
function become(directory: string, before = ''): unknown {
  return askChild(
    'privileges.ts',
    `${before}
     const result = host.becomeOwner(${JSON.stringify(directory)})
     const canReturn = (() => { try { process.setuid(0); return process.getuid() === 0 } catch { return false } })()
     answer({ result, uid: process.getuid(), euid: process.geteuid(), gid: process.getgid(), egid: process.getegid(),
       groups: process.getgroups(), umask: process.umask(), canReturn })`,
  )
}

/** Groups of root's that are to be given up. */
const IN_ROOTS_GROUPS = 'process.setgroups([0, 4])'

describe('a program run as root', () => {
  needs('root').it('becomes the owner of the data directory, in its group, for good', () => {
    const directory = aDirectory()
    chownSync(directory, 12345, 23456)
    expect(become(directory, IN_ROOTS_GROUPS)).toEqual({
      result: { ok: true, uid: 12345 },
      uid: 12345,
      euid: 12345,
      gid: 23456,
      egid: 23456,
      groups: [23456],
      umask: 0o007,
      canReturn: false,
    })
  })

  needs('root').it('becomes an owner that the system knows by name, without root’s groups', () => {
    const directory = aDirectory()
    chownSync(directory, 65534, 23456)
    expect(become(directory, IN_ROOTS_GROUPS)).toMatchObject({
      uid: 65534,
      gid: 23456,
      groups: [23456],
      canReturn: false,
    })
  })

  needs('root').it('does not stay in root’s group where the directory was left to it', () => {
    const directory = aDirectory()
    chownSync(directory, 12345, 0)
    expect(become(directory, IN_ROOTS_GROUPS)).toMatchObject({ uid: 12345, gid: 12345, groups: [12345] })
  })

  needs('root').it('stays root where root owns the directory', () => {
    expect(become(aDirectory())).toMatchObject({ result: { ok: true, uid: 0 }, uid: 0, umask: 0o007 })
  })

  needs('root').it('follows no symbolic link, and makes nothing of a directory that is missing', () => {
    const directory = aDirectory()
    chownSync(directory, 12345, 23456)
    symlinkSync(directory, join(directory, 'link'))
    expect(become(join(directory, 'link'))).toMatchObject({ uid: 0 })
    expect(become(join(directory, 'missing'))).toMatchObject({ uid: 0 })
  })

  needs('root').it('says so when the system does not let it', () => {
    const directory = aDirectory()
    chownSync(directory, 12345, 23456)
    const before = `process.setuid = () => { throw new Error('EPERM, Operation not permitted') }`
    expect(become(directory, before)).toMatchObject({
      result: { ok: false, why: expect.stringContaining('(EPERM, Operation not permitted): run it as uid 12345.') },
    })
  })
})

describe('a program run by anyone else', () => {
  it('stays who it is and keeps its files from strangers', () => {
    const before = process.getuid?.() === 0 ? 'process.setgroups([]); process.setgid(54321); process.setuid(54321)' : ''
    const uid = process.getuid?.() === 0 ? 54321 : process.getuid?.()
    expect(become(aDirectory(), before)).toMatchObject({ result: { ok: true, uid }, uid, umask: 0o007 })
  })
})
