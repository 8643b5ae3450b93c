import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { daemonTrouble } from '../../src/cli/mail/sending.ts'
import { nextWords } from '../../src/cli/mail/status.ts'
import { MINUTE, SECOND } from '../../src/core/domain/time.ts'
import { PostOffice } from '../core/usecases/post-office.ts'
import { aQueue } from '../support/builders.ts'
import { MONDAY } from '../support/clock.ts'
import { makeHouse, plainServer, startPosternd } from '../support/posternd.ts'
import { freePort } from '../support/sink.ts'
import { startSmtpScript } from '../support/smtp-script.ts'
import { Desk } from './desk.ts'

describe('postern mail status', () => {
  let office: PostOffice
  let desk: Desk
  beforeEach(async () => {
    office = await PostOffice.open()
    desk = new Desk(office.house.data)
  })
  afterEach(() => office[Symbol.asyncDispose]())

  it('says that the queue is open, and loudly that no daemon is there', async () => {
    expect(await desk.json('mail', 'status')).toEqual({
      queue: 'open',
      reason: null,
      held: 0,
      limits: { perMinute: null, daily: null },
      lastLeavesAt: null,
      throttle: null,
      since: null,
      nextProbeAt: null,
      diagnosis: null,
      daemon: null,
      forgotPassword: { enabled: false, missing: expect.any(Array), testMail: null },
      portal: null,
    })
    const { status, out, err } = await desk.run(['mail', 'status'])
    expect(status).toBe(0)
    expect(out).toMatch(/^Queue {3}open.*^Held {4}nothing.*^Daemon {2}none is running$/ms)
    expect(err).toBe('! No daemon is running: letters leave when posternd is started.\n')
  })

  it('says of a portal that is to be open that nobody serves it', async () => {
    await office.set({ SERVICE_PORTAL_ENABLE: true })
    expect(await desk.done('mail', 'status')).toMatch(/^Portal {2}not open: the daemon is not running$/m)
  })

  it('says why it is paused, since when, what mends it, what comes next and what is held', async () => {
    await office.reset(await office.addUser())
    await office.send('misconfigured')
    await office.reset(await office.addUser())
    expect(await desk.json('mail', 'status')).toMatchObject({
      queue: 'paused',
      reason: expect.stringMatching(/ \(450\)$/),
      held: 1,
      since: expect.stringMatching(/Z$/),
      nextProbeAt: expect.stringMatching(/Z$/),
      diagnosis: { kind: expect.any(String), settings: expect.any(Array) },
    })
    const status = await desk.done('mail', 'status')
    expect(status).toMatch(/^Queue {3}paused since /)
    expect(status).toMatch(/^Why {5}\S.*\n {8}\S/m)
    expect(status).toMatch(/^Next {4}a probe /m)
    expect(status).toMatch(/^Held {4}1 letter due, waiting to leave$/m)
    expect((await desk.run(['mail', 'resume'])).out).toBe(
      'The queue was paused: a probe is due now, and its success opens it.\n',
    )
    expect(await desk.done('mail', 'status')).toMatch(/^Next {4}a probe is due$/m)
  })

  it('shows off over any other state', async () => {
    await office.reset(await office.addUser())
    await office.send('unreachable')
    expect(await desk.json('mail', 'status')).toMatchObject({ queue: 'unreachable', held: 1 })
    await desk.done('settings', 'set', 'SERVICE_MAIL_ENABLE=false')
    expect(await desk.json('mail', 'status')).toMatchObject({
      queue: 'off',
      reason: 'SERVICE_MAIL_ENABLE is false',
      held: 1,
    })
    expect(await desk.done('mail', 'status')).toMatch(/^Queue {3}off.*Beneath that it is unreachable:$/ms)
    expect(await desk.json('mail', 'resume')).toMatchObject({ queue: 'off' })
  })

  it('says exactly what is missing before people may ask for links, and what is doubtful afterwards', async () => {
    const links = async () => {
      const [, block = ''] = /^(Links.*)\n$/ms.exec(await desk.done('mail', 'status')) ?? []
      return block === '' ? [] : block.split('\n')
    }
    // Whoever has no portal has no use for it.
    expect(await links()).toEqual([])
    await desk.done('settings', 'set', 'SERVICE_PORTAL_ENABLE=true')
    expect(await links()).toEqual([
      'Links   off, and missing is:',
      '        SERVICE_PORTAL_URL is not set: set it to the address of the portal.',
      '        No test mail has succeeded yet: send one with "postern mail test ADDRESS".',
    ])
    await office.openPortal()
    const [on, doubt, ...more] = await links()
    expect(on).toBe('Links   people can ask for a link to a new password')
    expect(doubt).toMatch(/took the test mail to olga@example\.org.*"postern mail confirm"\.$/)
    expect(more).toEqual([])
    expect(await desk.json('mail', 'status')).toMatchObject({
      forgotPassword: { enabled: true, missing: [], testMail: { to: 'olga@example.org', confirmedAt: null } },
    })
  })

  it('has nothing to resume while the queue is open', async () => {
    expect(await desk.done('mail', 'resume')).toBe('The queue is open already.\n')
  })

  it('refuses a test to what is no address, and exits 69 without a daemon', async () => {
    expect(await desk.refused('mail', 'test', 'ops@example.org, evil@example.org')).toMatch(/is not an e-mail address/)
    const { status, out, err } = await desk.run(['mail', 'test', 'ops@example.org'])
    expect({ status, out }).toEqual({ status: 69, out: '' })
    expect(err).toBe(
      'postern: No daemon is running that could send it: start posternd. "posternd --test-mail ops@example.org" sends by itself.\n',
    )
    expect(await desk.items('tasks', 'list')).toEqual([])
  })
})

describe('when a closed queue is tried next', () => {
  const words = (nextProbeAt: number | null) =>
    nextWords({ state: 'paused', queue: aQueue({ state: 'paused', nextProbeAt }) }, MONDAY)

  it('is said with what tries it at once', () => {
    expect(words(MONDAY + 12 * MINUTE)).toBe(
      'a probe in 12 m; "postern mail resume", or saving mail settings, probes at once',
    )
    expect(words(MONDAY)).toBe('a probe is due')
    expect(words(null)).toBe('no probe by itself: "postern mail resume", or saving mail settings, probes at once')
    expect(nextWords({ state: 'open', queue: aQueue() }, MONDAY)).toBeNull()
  })
})

describe('what is said of the daemon', () => {
  const heard = (ago: number) => ({
    pid: 7,
    version: '1',
    startedAt: 'x',
    seenAt: new Date(MONDAY - ago).toISOString(),
  })

  it('is nothing while it is heard of, and while it has not spoken yet', () => {
    expect(daemonTrouble(heard(20 * SECOND), MONDAY)).toBeNull()
    expect(daemonTrouble({ pid: 7, version: '', startedAt: '', seenAt: '' }, MONDAY)).toBeNull()
  })

  it('is that it hangs when it has been silent for minutes', () => {
    expect(daemonTrouble(heard(3 * MINUTE), MONDAY)).toBe(
      'The daemon (pid 7) has not been heard of for 3 m: it hangs or has died; restart posternd.',
    )
  })
})

describe('with a daemon', () => {
  it('says of its portal what it said last, and never that no daemon is there', async () => {
    const house = await makeHouse()
    await house.set({ SERVICE_PORTAL_ENABLE: true, SERVICE_PORTAL_LISTEN: `127.0.0.1:${await freePort()}` })
    const daemon = startPosternd(house.data)
    try {
      await daemon.logged(({ msg }) => msg === 'the portal is open')
      const said = await new Desk(house.data).done('mail', 'status')
      expect(said).toMatch(
        /^Portal {2}(open on 127\.|not open when the daemon last said so, which it does every 10 s$)/m,
      )
    } finally {
      daemon.kill('SIGTERM')
      await daemon.ended
      await house.remove()
    }
  })

  it('sends a test letter, tells what the server said, and says who the daemon is', async () => {
    const server = await startSmtpScript()
    const house = await makeHouse()
    const daemon = startPosternd(house.data)
    try {
      await house.set(plainServer(server.port))
      await daemon.logged(({ msg }) => msg === 'posternd is ready')
      const desk = new Desk(house.data)
      const { status, out, err } = await desk.run(['mail', 'test', 'ops@example.net'])
      expect({ status, err }).toEqual({
        status: 0,
        err: `Handed to the daemon (pid ${daemon.pid}); waiting for what the server says …\nThe mail server took the test mail to ops@example.net, and nobody has said yet that it came in: look for it there, then "postern mail confirm".\n`,
      })
      expect(out).toMatch(/^TCP .*\nDelivered to ops@example\.net\.\nThe server said: 250 .*\n$/s)
      expect(await desk.json('mail', 'test', 'ops@example.net')).toMatchObject({
        outcome: 'delivered',
        to: 'ops@example.net',
      })
      expect(await desk.json('mail', 'status')).toMatchObject({
        queue: 'open',
        daemon: {
          pid: daemon.pid,
          version: expect.any(String),
          startedAt: expect.any(String),
          seenAt: expect.any(String),
        },
      })
      expect(await desk.run(['store', 'fold'])).toMatchObject({
        status: 1,
        err: `postern: A daemon (pid ${daemon.pid}) is running: it folds by itself when the journal has grown; nothing was done.\n`,
      })
      await server.close()
      const failed = await desk.run(['mail', 'test', 'ops@example.net'])
      expect(failed.status).toBe(1)
      expect(failed.out).toMatch(/^Connection refused \(at TCP\)$.*^Settings: SERVICE_MAIL_PORT, SERVICE_MAIL_HOST$/ms)
    } finally {
      daemon.kill('SIGTERM')
      await daemon.ended
      await house.remove()
    }
  })
})

describe('postern mail confirm', () => {
  let office: PostOffice
  let desk: Desk
  beforeEach(async () => {
    office = await PostOffice.open()
    desk = new Desk(office.house.data)
  })
  afterEach(() => office[Symbol.asyncDispose]())

  it('says that the last test letter came in', async () => {
    await office.openPortal()
    expect(await desk.done('mail', 'confirm')).toMatch(
      /^Confirmed: the test mail of .+ to olga@example\.org came in\.\n$/,
    )
    expect(await desk.json('mail', 'confirm')).toEqual({
      to: 'olga@example.org',
      at: expect.stringMatching(/Z$/),
      confirmedAt: expect.stringMatching(/Z$/),
    })
    expect(await desk.done('mail', 'status')).not.toContain('mail confirm')
  })

  it('is refused where there is nothing to confirm', async () => {
    const { status, err } = await desk.run(['mail', 'confirm'])
    expect(status).toBe(1)
    expect(err).toMatch(/^postern: There is no test mail to confirm: send one with "postern mail test ADDRESS"\.$/m)
    await office.openPortal()
    await office.set({ SERVICE_MAIL_HOST: 'other.example.org' })
    expect((await desk.run(['mail', 'confirm'])).err).toMatch(/were changed after the last test mail/)
  })
})
