import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fileSystemOf, isNetworkFileSystem } from '../../../src/core/host/file-system.ts'

const MOUNTS = `22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:21 / /proc rw,nosuid shared:13 - proc proc rw
30 22 0:40 / /srv rw,relatime shared:20 - nfs4 nas:/srv rw,vers=4.2
31 30 0:41 / /srv/local rw,relatime - xfs /dev/vdb rw
32 22 0:42 / /mnt/my\\040share rw - cifs //nas/share rw
33 22 0:43 / /mnt/twice rw shared:7 master:2 - ext4 /dev/vdc rw
34 33 0:44 / /mnt/twice rw - fuse.sshfs ops@nas:/ rw
35 22 0:45 / /mnt/back\\134slash rw - 9p share rw
`

const typeOf = (path: string) => fileSystemOf(path, MOUNTS)?.type

describe('the file system of a path', () => {
  it.each([
    ['/', 'ext4'],
    ['/var/lib/postern', 'ext4'],
    ['/srv', 'nfs4'],
    ['/srv/postern', 'nfs4'],
    ['/srv/local/postern', 'xfs'],
    ['/srvother', 'ext4'],
    ['/mnt/my share/postern', 'cifs'],
    ['/mnt/back\\slash/postern', '9p'],
    ['/mnt/twice/postern', 'fuse.sshfs'],
  ])('%s is on %s', (path, type) => {
    expect(typeOf(path)).toBe(type)
  })

  it('is unknown where the kernel says nothing', () => {
    expect(fileSystemOf('/var', '')).toBeNull()
    expect(fileSystemOf('/var', 'nonsense\n - \n')).toBeNull()
  })

  it.runIf(process.platform === 'linux')('is found in the list of this machine', () => {
    expect(fileSystemOf('/proc/self', readFileSync('/proc/self/mountinfo', 'utf8'))).toEqual({
      point: '/proc',
      type: 'proc',
    })
  })
})

describe('a network file system', () => {
  it.each(
    'nfs nfs4 cifs smb3 smbfs 9p afs ceph glusterfs fuse.sshfs fuse.glusterfs fuse.s3fs fuse.rclone fuse.ceph'.split(
      ' ',
    ),
  )('%s is one', (type) => {
    expect(isNetworkFileSystem(type)).toBe(true)
  })

  it.each('ext4 xfs btrfs zfs tmpfs overlay fuseblk fuse.ext4 fuse.lxcfs virtiofs'.split(' '))('%s is none', (type) => {
    expect(isNetworkFileSystem(type)).toBe(false)
  })
})
