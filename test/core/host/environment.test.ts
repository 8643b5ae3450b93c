import { describe, expect, it } from 'vitest'
import { parseAccounts } from '../../../src/core/host/accounts.ts'
import { currentActor, environment, type Identity, identify } from '../../../src/core/host/environment.ts'

const NOTHING = {
  dataDirectory: null,
  sudoUser: null,
  sudoUid: null,
  sshAddress: null,
  credentialsDirectory: null,
  notifySocket: null,
  watchdogUsec: null,
  underSystemd: false,
  ci: false,
  noColor: false,
  terminal: null,
  utf8: true,
  screenReader: false,
  showsPages: true,
}

describe('the environment', () => {
  it('says nothing where nothing is set, or set to nothing', () => {
    expect(environment({})).toEqual(NOTHING)
    expect(environment({ POSTERN_DATA: '', CI: '', NO_COLOR: '', WATCHDOG_USEC: '', SSH_CONNECTION: '' })).toEqual(
      NOTHING,
    )
  })

  it('says what systemd tells a service', () => {
    const variables = {
      CREDENTIALS_DIRECTORY: '/run/credentials/posternd.service',
      NOTIFY_SOCKET: '/run/systemd/notify',
      WATCHDOG_USEC: '30000000',
      WATCHDOG_PID: String(process.pid),
      INVOCATION_ID: '0123456789abcdef0123456789abcdef',
    }
    expect(environment(variables)).toEqual({
      ...NOTHING,
      credentialsDirectory: '/run/credentials/posternd.service',
      notifySocket: '/run/systemd/notify',
      watchdogUsec: 30_000_000,
      underSystemd: true,
    })
  })

  it('leaves alone the watchdog of another process', () => {
    expect(environment({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }).watchdogUsec).toBeNull()
  })

  it('takes the address from an SSH connection, and nothing else that stands there', () => {
    expect(environment({ SSH_CONNECTION: '192.0.2.7 50022 198.51.100.1 22' }).sshAddress).toBe('192.0.2.7')
    expect(environment({ SSH_CONNECTION: '2001:db8::7 50022 2001:db8::1 22' }).sshAddress).toBe('2001:db8::7')
    expect(environment({ SSH_CONNECTION: '\u001b[2J 1 2 3' }).sshAddress).toBeNull()
  })

  it.each([
    [{ LANG: 'C' }, false],
    [{ LANG: 'de_DE.ISO-8859-1' }, false],
    [{ LANG: 'zh_TW.UTF-8' }, true],
    [{ LANG: 'en_US.utf8', LC_ALL: 'C' }, false],
    [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, true],
    [{ LANG: '', LC_ALL: '' }, true],
  ])('the locale %o writes UTF-8: %s', (variables, utf8) => {
    expect(environment(variables).utf8).toBe(utf8)
  })

  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('CI=%s means %s', (value, ci) => {
    expect(environment({ CI: value }).ci).toBe(ci)
  })
})

describe('the terminal', () => {
  it('is told apart by its name, and by whether it is read aloud', () => {
    expect(environment({ TERM: 'xterm-256color', INK_SCREEN_READER: 'true' })).toMatchObject({
      terminal: 'xterm-256color',
      screenReader: true,
    })
  })

  it('shows no pages where it is dumb, unless they are read aloud', () => {
    expect(environment({ TERM: 'dumb' }).showsPages).toBe(false)
    expect(environment({ TERM: 'dumb', INK_SCREEN_READER: 'true' }).showsPages).toBe(true)
  })
})

describe('who is at the door', () => {
  const names = new Map([
    [0, 'root'],
    [1000, 'ann'],
    [1001, 'bob'],
  ])
  const anIdentity = (parts: Partial<Identity>): Identity => ({
    loginUid: '4294967295',
    sudoUser: null,
    sudoUid: null,
    uid: 0,
    sshAddress: null,
    nameOf: (uid) => names.get(uid) ?? null,
    ...parts,
  })
  const who = (parts: Partial<Identity>) => {
    const { name, uid } = identify('command line', anIdentity(parts))
    return `${name} ${uid}`
  }

  it('is who logged in, whatever sudo and su made of them', () => {
    expect(who({ loginUid: '1000', sudoUser: 'bob', sudoUid: 1001 })).toBe('ann 1000')
    expect(who({ loginUid: '1000\n' })).toBe('ann 1000')
  })

  it('is who called sudo, where there was no login', () => {
    expect(who({ sudoUser: 'bob', sudoUid: 1001 })).toBe('bob 1001')
  })

  it('is the uid, where there was neither', () => {
    expect(who({})).toBe('root 0')
    expect(who({ loginUid: '' })).toBe('root 0')
    expect(who({ loginUid: 'nonsense' })).toBe('root 0')
  })

  it('is a number, where nobody knows the name', () => {
    expect(who({ loginUid: '4711' })).toBe('uid:4711 4711')
  })

  it('has the name that sudo knows from a directory service', () => {
    expect(who({ loginUid: '70001', sudoUser: 'cy', sudoUid: 70001 })).toBe('cy 70001')
  })

  it('came from the address of the SSH session', () => {
    expect(identify('console', anIdentity({ sshAddress: '192.0.2.7' })).address).toBe('192.0.2.7')
  })

  it('is posternd, for what the daemon does by itself', () => {
    const daemon = identify('daemon', anIdentity({ uid: 998, loginUid: '1000', sshAddress: '192.0.2.7' }))
    expect(daemon).toEqual({ name: 'posternd', uid: 998, door: 'daemon', address: null })
  })

  it('is known of this process, too', () => {
    const actor = currentActor('console')
    expect(actor.door).toBe('console')
    expect(actor.name).not.toBe('')
  })
})

describe('a file of accounts', () => {
  it('gives names and numbers, and leaves out what is neither', () => {
    const text = 'root:x:0:0:root:/root:/bin/bash\n\n# nonsense\n+::::::\npostern:x:998:997::/:/usr/sbin/nologin\n'
    expect(parseAccounts(text)).toEqual([
      { name: 'root', id: 0, group: 0 },
      { name: 'postern', id: 998, group: 997 },
    ])
  })
})
