import * as fs from 'node:fs'
import { resolve } from 'node:path'
import { primaryGroup, userName } from './accounts.ts'

declare global {
  namespace NodeJS {
    interface Process {
      /** In Node since 0.9.4; @types/node forgot it. */
      initgroups?(user: string | number, extraGroup: string | number): void
    }
  }
}

/** Files are for their owner and the store's group; nobody else. */
const UMASK = 0o007

export type Privileges =
  | {
      readonly ok: true
      /** The uid that the process runs as from here on. */
      readonly uid: number
    }
  | {
      readonly ok: false
      /** A whole sentence. */
      readonly why: string
    }

/** The directory's owner and group, or null when there is no directory of that name (a symbolic link is none). */
function keeperOf(path: string): { readonly uid: number; readonly gid: number } | null {
  try {
    const status = fs.lstatSync(resolve(path))
    return status.isDirectory() ? { uid: status.uid, gid: status.gid } : null
  } catch {
    // What is wrong with the path is for `inspectDataDirectory` to say.
    return null
  }
}

/** Gives up root for good. Groups go first: who is no longer root may not change them. */
function become(uid: number, gid: number): void {
  if (!process.initgroups || !process.setgroups || !process.setgid || !process.setuid) {
    throw new Error('This system has no uids.')
  }
  try {
    process.initgroups(uid, gid)
  } catch {
    // A uid that no directory knows has no groups but this one. Where groups may not be changed at all, this throws too.
    process.setgroups([gid])
  }
  process.setgid(gid)
  process.setuid(uid)
}

/**
 * Sets the umask; run as root, becomes the owner of `dataDirectory`, with its group and the owner's own groups, so
 * that nothing is left in it that the daemon cannot read. Anyone but root stays who they are, and so does root where
 * root owns the directory or there is none yet.
 */
export function becomeOwner(dataDirectory: string): Privileges {
  process.umask(UMASK)
  const uid = process.getuid?.() ?? 0
  const keeper = uid === 0 ? keeperOf(dataDirectory) : null
  if (keeper === null || keeper.uid === 0) return { ok: true, uid }
  // A directory that was given to a user without its group would leave us in root's.
  const gid = keeper.gid === 0 ? (primaryGroup(keeper.uid) ?? keeper.uid) : keeper.gid
  try {
    become(keeper.uid, gid)
  } catch (error) {
    const owner = userName(keeper.uid) ?? `uid ${keeper.uid}`
    const reason = error instanceof Error ? error.message : String(error)
    return {
      ok: false,
      why: `Root cannot become ${owner}, the owner of ${dataDirectory} (${reason}): run it as ${owner}.`,
    }
  }
  return { ok: true, uid: keeper.uid }
}
