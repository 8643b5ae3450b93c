import * as fs from 'node:fs'
import * as os from 'node:os'

export interface Account {
  readonly name: string
  /** The uid or gid. */
  readonly id: number
  /** In passwd(5) the gid of the user's own group; in group(5) not a number. */
  readonly group: number
}

/** The lines of a file in the format of passwd(5) or group(5); what is not in it is left out. */
export function parseAccounts(text: string): readonly Account[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , id = '', group = ''] = line.split(':')
    return name !== '' && /^[0-9]{1,10}$/.test(id) ? [{ name, id: Number(id), group: Number.parseInt(group, 10) }] : []
  })
}

/** The accounts of a system file, none where it cannot be read: a name is a courtesy, never a condition. */
function accountsOf(path: string): readonly Account[] {
  try {
    return parseAccounts(fs.readFileSync(path, 'utf8'))
  } catch {
    return []
  }
}

/** The name of a user, or null where the system knows none. */
export function userName(uid: number): string | null {
  if (uid === process.getuid?.()) {
    try {
      // Asks directory services too, but only for ourselves.
      return os.userInfo().username
    } catch {
      // A uid without an entry anywhere.
    }
  }
  return accountsOf('/etc/passwd').find(({ id }) => id === uid)?.name ?? null
}

/** The gid of a user's own group, or null where /etc/passwd does not know the user. */
export function primaryGroup(uid: number): number | null {
  return accountsOf('/etc/passwd').find(({ id }) => id === uid)?.group ?? null
}

/** The name of a group, or its number where /etc/group knows none. */
export function groupName(gid: number): string {
  return accountsOf('/etc/group').find(({ id }) => id === gid)?.name ?? String(gid)
}
