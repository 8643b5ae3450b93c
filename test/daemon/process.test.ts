import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { findDaemon } from '../../src/core/host/heartbeat.ts'
import { requestResets } from '../../src/core/usecases/reset.ts'
import { needs } from '../support/needs.ts'
import { makeHouse, plainServer, startPosternd } from '../support/posternd.ts'
import { startSmtpScript } from '../support/smtp-script.ts'

const ready = ({ msg }: { msg: string }) => msg === 'posternd is ready'

/** A `posternd` whose standard output goes to a file. */
async function run(flags: readonly string[], output: number): Promise<{ status: unknown; stderr: string }> {
  const main = join(import.meta.dirname, '../../src/daemon/main.ts')
  const child = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', output, 'pipe'] })
  const { stderr: complaints } = child
  if (complaints === null) throw new Error('posternd did not start')
  const [stderr, [status]] = await Promise.all([text(complaints), once(child, 'close')])
  return { status, stderr }
}

/** An empty place to make a data directory in. */
function anEmptyPlace(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'postern-place-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

describe('one daemon a store', () => {
  it('twenty are started at once on a directory that is not there yet: one runs, nineteen exit 78 naming its pid (case 39)', async () => {
    using place = anEmptyPlace()
    const data = join(place.path, 'data')
    const daemons = Array.from({ length: 20 }, () => startPosternd(data))
    const winner = await Promise.any(daemons.map(async (daemon) => ({ daemon, line: await daemon.logged(ready) })))
    const losers = daemons.filter((daemon) => daemon !== winner.daemon)
    for (const loser of losers) {
      expect(await loser.ended, loser.output() + loser.complaints()).toBe(78)
      expect(loser.complaints()).toContain(`(pid ${winner.daemon.pid})`)
    }
    expect(findDaemon(data)?.pid).toBe(winner.daemon.pid)
    winner.daemon.kill('SIGTERM')
    expect(await winner.daemon.ended).toBe(0)
    expect(findDaemon(data)).toBeNull()
  }, 60_000)

  it('--once beside a running daemon exits 78, a test letter is handed to it', async () => {
    const server = await startSmtpScript()
    const house = await makeHouse()
    await house.set(plainServer(server.port))
    const daemon = startPosternd(house.data)
    await daemon.logged(ready)
    const once = startPosternd(house.data, ['--once'])
    expect(await once.ended).toBe(78)
    const test = startPosternd(house.data, ['--test-mail', 'ops@example.net', '--json'])
    expect(await test.ended, test.complaints()).toBe(0)
    expect(JSON.parse(test.output())).toMatchObject({
      to: 'ops@example.net',
      result: 'success',
      outcome: 'delivered',
      diagnosis: null,
    })
    await daemon.logged(({ msg }) => msg === 'letter delivered')
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
    await server.close()
    await house.remove()
  })
})

describe('--once, --test-mail and --check', () => {
  it('--once sends everything that is due, with no daemon after it, and exits 0', async () => {
    const server = await startSmtpScript()
    const house = await makeHouse()
    await house.set(plainServer(server.port))
    await requestResets(house.context, await house.addUsers(30), { kind: 'now' })
    const once = startPosternd(house.data, ['--once'])
    expect(await once.ended, once.complaints()).toBe(0)
    expect(server.letters).toHaveLength(30)
    expect(await house.store.taskCounts()).toMatchObject({ 'carried-out': 30 })
    await server.close()
    await house.remove()
  })

  it('--once exits 1 when a letter was refused, and while a closed queue holds what is due', async () => {
    const answers = { MAIL: '250 2.1.0 Ok', RCPT: '550 5.1.1 No such user' }
    const server = await startSmtpScript({ MAIL: () => answers.MAIL, RCPT: () => answers.RCPT })
    const house = await makeHouse()
    await house.set(plainServer(server.port))
    const [first, ...others] = await house.addUsers(3)
    await requestResets(house.context, first === undefined ? [] : [first], { kind: 'now' })
    const sendOnce = () => startPosternd(house.data, ['--once']).ended
    expect(await sendOnce()).toBe(1)
    expect(await sendOnce()).toBe(0)
    answers.MAIL = '553 5.7.1 Sender address rejected: not owned by user'
    await requestResets(house.context, others, { kind: 'now' })
    expect(await sendOnce()).toBe(1)
    const { wait } = await house.store.taskCounts()
    expect(wait).toBeGreaterThan(0)
    expect(await sendOnce()).toBe(1)
    expect(await house.store.taskCounts()).toMatchObject({ wait })
    await server.close()
    await house.remove()
  })

  it('letters leave also when the log cannot be written, which is said once', async () => {
    const server = await startSmtpScript()
    const house = await makeHouse()
    await house.set(plainServer(server.port))
    await requestResets(house.context, await house.addUsers(30), { kind: 'now' })
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = await run(['--data', house.data, '--once'], full)
    closeSync(full)
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(
        /^posternd: The log cannot be written \(ENOSPC.*\)\. Letters leave without it\.\n$/,
      ),
    })
    expect(server.letters).toHaveLength(30)
    await server.close()
    await house.remove()
  })

  it('says in one sentence that what takes its results is full', async () => {
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = await run(['--version'], full)
    closeSync(full)
    expect(status).toBe(74)
    expect(stderr).toMatch(/^posternd: Standard output cannot be written \(ENOSPC.*\n$/)
  })

  it('a test letter that is refused says the stages, the words of the server and what mends it, and exits 1; the others stay', async () => {
    const server = await startSmtpScript({
      AUTH: '535-5.7.8 Username and Password not accepted.\n535 5.7.8 BadCredentials',
    })
    const house = await makeHouse()
    await house.set({
      ...plainServer(server.port),
      SERVICE_MAIL_USERNAME: 'postern@example.org',
      SERVICE_MAIL_AUTH: true,
    })
    await house.set({ SERVICE_MAIL_PASSWORD: 'wrong' })
    await requestResets(house.context, await house.addUsers(2), { kind: 'now' })
    const test = startPosternd(house.data, ['--test-mail', 'ops@example.net'])
    expect(await test.ended).toBe(1)
    for (const words of [
      'greeting',
      'sign-in',
      'Username and Password not accepted',
      'SERVICE_MAIL_PASSWORD',
      'app password',
    ]) {
      expect(test.output()).toContain(words)
    }
    expect(await house.store.taskCounts()).toMatchObject({ wait: 2, failed: 1 })
    const check = startPosternd(house.data, ['--check', '--json'])
    expect(await check.ended).toBe(1)
    expect(JSON.parse(check.output())).toMatchObject({
      ok: false,
      outcome: 'misconfigured',
      diagnosis: { title: 'Username and Password not accepted' },
    })
    await server.close()
    await house.remove()
  })

  it('--check goes every stage up to the recipient, without sending', async () => {
    const server = await startSmtpScript()
    const house = await makeHouse()
    await house.set({
      ...plainServer(server.port),
      SERVICE_MAIL_USERNAME: 'postern@example.org',
      SERVICE_MAIL_AUTH: true,
    })
    await house.set({ SERVICE_MAIL_PASSWORD: 'right' })
    const check = startPosternd(house.data, ['--check'])
    expect(await check.ended, check.output() + check.complaints()).toBe(0)
    expect(check.output()).toMatch(/^RCPT TO .*\nreset .*\n\nEvery stage was passed: /m)
    expect([server.signIns, server.letters.length]).toEqual([1, 0])
    await server.close()
    await house.remove()
  })

  it.each([
    ['--test-mail', 'nobody'],
    ['--test-mail', 'a@example.org, b@example.org'],
    ['--once', '--check'],
    ['--frobnicate'],
    ['surplus'],
  ])('refuses %s %s with exit 2 and one sentence', async (...flags) => {
    const posternd = startPosternd(
      '/nonexistent',
      flags.filter((flag) => flag !== undefined),
    )
    expect(await posternd.ended).toBe(2)
    expect(posternd.complaints().trim().split('\n')).toHaveLength(1)
    expect(posternd.output()).toBe('')
  })

  it('without a store, a check and a test letter exit 69', async () => {
    for (const flags of [['--check'], ['--test-mail', 'ops@example.net']]) {
      const posternd = startPosternd('/nonexistent/data', flags)
      expect([69, 78]).toContain(await posternd.ended)
      expect(posternd.complaints()).toContain('/nonexistent')
    }
  })
})

describe('SIGTERM', () => {
  it('lets the letter under way finish, gives back what was claimed, and exits 0 (case 53)', async () => {
    let dots = 0
    const server = await startSmtpScript({ dot: () => (dots++ === 0 ? { raw: '' } : '250 2.0.0 Ok') })
    const house = await makeHouse()
    await house.set(plainServer(server.port))
    await requestResets(house.context, await house.addUsers(10), { kind: 'now' })
    const daemon = startPosternd(house.data)
    await server.until(() => server.letters.length === 1)
    daemon.kill('SIGTERM')
    await daemon.logged(({ msg }) => msg === 'posternd is stopping')
    server.connections[0]?.act('250 2.0.0 Ok after a while')
    expect(await daemon.ended, daemon.output()).toBe(0)
    expect(await house.store.taskCounts()).toMatchObject({ 'carried-out': 1, wait: 9, executing: 0 })
    for (const task of (await house.store.tasks({ limit: 20, status: 'wait' })).items) expect(task.attempts).toEqual([])
    await server.close()
    await house.remove()
  })
})

describe('what the daemon refuses to start on (cases 32 to 34)', () => {
  const refused = async (data: string, words: string) => {
    const daemon = startPosternd(data)
    expect(await daemon.ended, daemon.output() + daemon.complaints()).toBe(78)
    expect(daemon.complaints()).toContain(words)
  }

  it('a directory open to everybody, a link to one, a file, a missing parent', async () => {
    using place = anEmptyPlace()
    const open = join(place.path, 'open')
    mkdirSync(open)
    chmodSync(open, 0o777)
    await refused(open, 'chmod 0750')
    symlinkSync(open, join(place.path, 'link'))
    await refused(join(place.path, 'link'), 'symbolic link')
    writeFileSync(join(place.path, 'file'), '')
    await refused(join(place.path, 'file'), 'not a directory')
    await refused(join(place.path, 'no', 'parent'), join(place.path, 'no'))
  })

  it('a store whose files are gone: never an empty one in its place', async () => {
    const house = await makeHouse()
    await house.addUsers(3)
    for (const name of readdirSync(join(house.data, 'store'))) {
      if (name !== 'lock') rmSync(join(house.data, 'store', name), { recursive: true })
    }
    const daemon = startPosternd(house.data)
    expect([69, 78]).toContain(await daemon.ended)
    expect(readdirSync(join(house.data, 'store'))).toEqual(['lock'])
    await house.remove()
  })

  it('a store without its key', async () => {
    const house = await makeHouse()
    rmSync(join(house.data, 'keys', 'master-1.key'))
    await refused(house.data, 'master key')
    await house.remove()
  })
})

needs('root').describe('started by root', () => {
  needs('root').it('it becomes the owner of the data directory, and what it makes is the owner’s', async () => {
    using place = anEmptyPlace()
    chmodSync(place.path, 0o755)
    const data = join(place.path, 'data')
    mkdirSync(data, { mode: 0o750 })
    const [NOBODY, NOGROUP] = [65534, 65534]
    chownSync(data, NOBODY, NOGROUP)
    const daemon = startPosternd(data)
    await daemon.logged(ready)
    expect(statSync(join(data, 'keys', 'master-1.key'))).toMatchObject({ uid: NOBODY, gid: NOGROUP })
    expect(statSync(join(data, 'store', 'lock')).mode & 0o777).toBe(0o660)
    expect(existsSync(join(data, 'daemon.json'))).toBe(true)
    daemon.kill('SIGTERM')
    expect(await daemon.ended).toBe(0)
  })
})
