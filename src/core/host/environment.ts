import * as fs from 'node:fs'
import { isIP } from 'node:net'
import type { Actor, Door } from '../domain/actor.ts'
import { userName } from './accounts.ts'

/** What the process was given to know, each null where it was not. An empty variable counts as not set. */
export interface Environment {
  /** POSTERN_DATA: where the store is. */
  readonly dataDirectory: string | null
  /** SUDO_USER and SUDO_UID: who called sudo. */
  readonly sudoUser: string | null
  readonly sudoUid: number | null
  /** The address that the SSH session came from. */
  readonly sshAddress: string | null
  /** CREDENTIALS_DIRECTORY of systemd. */
  readonly credentialsDirectory: string | null
  /** NOTIFY_SOCKET of systemd: where readiness is told. */
  readonly notifySocket: string | null
  /** WATCHDOG_USEC of systemd: the watchdog's time-out in microseconds, where it is meant for this process. */
  readonly watchdogUsec: number | null
  /** Started by systemd, which provides the data directory. */
  readonly underSystemd: boolean
  readonly ci: boolean
  /** NO_COLOR (no-color.org). */
  readonly noColor: boolean
  /** TERM: what kind of terminal this is. */
  readonly terminal: string | null
  /** LC_ALL, LC_CTYPE, LANG: the locale's characters are UTF-8, as they are taken to be where none is named. */
  readonly utf8: boolean
  /** INK_SCREEN_READER: what is shown is read aloud. */
  readonly screenReader: boolean
  /** Whether this terminal can show pages: TERM=dumb says that it places no text, which reading aloud does without. */
  readonly showsPages: boolean
}

/** The environment of this process: the only place that reads it. Tests pass variables of their own. */
export function environment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const text = (name: string): string | null => variables[name] || null
  const number = (name: string): number | null => {
    const digits = text(name)
    return digits !== null && /^[0-9]{1,15}$/.test(digits) ? Number(digits) : null
  }
  // "client-address client-port server-address server-port", says ssh(1).
  const sshAddress = text('SSH_CONNECTION')?.split(' ')[0] ?? ''
  const screenReader = text('INK_SCREEN_READER') === 'true'
  const isOurWatchdog = [null, process.pid].includes(number('WATCHDOG_PID'))
  return {
    dataDirectory: text('POSTERN_DATA'),
    sudoUser: text('SUDO_USER'),
    sudoUid: number('SUDO_UID'),
    // Node compiles long patterns for a first look at an address: 4 ms.
    sshAddress: sshAddress === '' || isIP(sshAddress) === 0 ? null : sshAddress,
    credentialsDirectory: text('CREDENTIALS_DIRECTORY'),
    notifySocket: text('NOTIFY_SOCKET'),
    watchdogUsec: isOurWatchdog ? number('WATCHDOG_USEC') || null : null,
    underSystemd: text('INVOCATION_ID') !== null,
    ci: !['0', 'false', null].includes(text('CI')),
    noColor: text('NO_COLOR') !== null,
    terminal: text('TERM'),
    utf8: /^$|utf-?8/i.test(text('LC_ALL') ?? text('LC_CTYPE') ?? text('LANG') ?? ''),
    screenReader,
    showsPages: screenReader || text('TERM') !== 'dumb',
  }
}

/** What tells who an operator is. */
export interface Identity extends Pick<Environment, 'sudoUser' | 'sudoUid' | 'sshAddress'> {
  /** The content of /proc/self/loginuid, or the empty string. */
  readonly loginUid: string
  /** The uid that the process runs as. */
  readonly uid: number
  readonly nameOf: (uid: number) => string | null
}

/** The kernel's word for a process that no login began: (uid_t) -1. */
const NO_LOGIN = 4_294_967_295

/** Who acts through `door`: the uid of the login, which sudo and su leave alone; else sudo's caller; else our uid. */
export function identify(door: Door, identity: Identity): Actor {
  const { sudoUser, sudoUid, sshAddress: address } = identity
  if (door === 'daemon') return { name: 'posternd', uid: identity.uid, door, address: null }
  const login = /^[0-9]+\s*$/.test(identity.loginUid) ? Number(identity.loginUid) : NO_LOGIN
  const uid = login === NO_LOGIN ? (sudoUid ?? identity.uid) : login
  // sudo knows names of directory services, which /etc/passwd does not.
  const name = identity.nameOf(uid) ?? (uid === sudoUid ? sudoUser : null) ?? `uid:${uid}`
  return { name, uid, door, address }
}

function readLoginUid(): string {
  try {
    return fs.readFileSync('/proc/self/loginuid', 'utf8')
  } catch {
    // A kernel without audit.
    return ''
  }
}

/**
 * Who is at `door` now, by this process's word. To be asked before root's privileges are given up: where there was
 * no login and no sudo, the uid is all there is.
 */
export function currentActor(door: Door): Actor {
  const { sudoUser, sudoUid, sshAddress } = environment()
  const uid = process.getuid?.() ?? 0
  return identify(door, { loginUid: readLoginUid(), sudoUser, sudoUid, sshAddress, uid, nameOf: userName })
}
