/** File systems over a network: locks and fsync do not hold there what they promise on a local disk. */
const NETWORK = new Set([
  '9p',
  'afs',
  'beegfs',
  'ceph',
  'cifs',
  'coda',
  'davfs',
  'glusterfs',
  'gpfs',
  'lustre',
  'ncpfs',
  'nfs',
  'nfs4',
  'orangefs',
  'pvfs2',
  'smb3',
  'smbfs',
])
/** The same by way of FUSE: `fuse.sshfs`, `fuse.rclone`, … */
const NETWORK_FUSE =
  /^fuse\.(?:.*(?:sshfs|gluster|s3fs|s3ql|rclone|ceph|davfs|gcsfuse|blobfuse|juicefs|goofys|mount-s3|smbnetfs|nfs|mfs|seaweed).*)$/

export interface Mount {
  readonly point: string
  /** The type as the kernel names it: `ext4`, `nfs4`, `fuse.sshfs`. */
  readonly type: string
}

/** Spaces, tabs, line feeds and backslashes stand in mountinfo as three octal digits. */
const unescapeOctal = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))

/**
 * The mount that holds `path`: the one with the longest mount point above it, and of those at one point the last,
 * which covers the others.
 * @param path absolute, without symbolic links or `..`
 * @param mountinfo the content of /proc/self/mountinfo (proc_pid_mountinfo(5))
 * @returns null where none matches.
 */
export function fileSystemOf(path: string, mountinfo: string): Mount | null {
  let found: Mount | null = null
  for (const line of mountinfo.split('\n')) {
    // Optional fields stand between the sixth and a lone dash, the type right behind it.
    const [fields = '', rest] = line.split(' - ', 2)
    const escaped = fields.split(' ')[4]
    const type = rest?.split(' ')[0]
    if (escaped === undefined || type === undefined) continue
    const point = unescapeOctal(escaped)
    const holds = path === point || path.startsWith(point === '/' ? '/' : `${point}/`)
    if (holds && (found === null || point.length >= found.point.length)) found = { point, type }
  }
  return found
}

/** Whether what is stored on a file system of this type is kept at the other end of a network. */
export function isNetworkFileSystem(type: string): boolean {
  return NETWORK.has(type) || NETWORK_FUSE.test(type)
}
