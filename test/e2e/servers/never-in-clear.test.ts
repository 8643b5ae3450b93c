import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import { type Certificate, makeCertificate } from '../../../src/core/host/certificate.ts'
import type { CourierSettings } from '../../../src/daemon/courier/report.ts'
import { DaemonHouse } from '../../daemon/a-daemon.ts'
import { aCourier, aParcel, aServer, PASSWORD, summary } from '../../daemon/courier/support.ts'
import { needs } from '../../support/needs.ts'
import { plainServer } from '../../support/posternd.ts'
import type { Script } from '../../support/smtp-script.ts'
import { type Meddling, STRIPS_STARTTLS, startCapture, startMiddlebox } from '../../support/wiretap.ts'

const SECRET = 'k7mq-2xvd-9hpc-w4tz-8nrb-5jfa'
const LETTER = Buffer.from(`Subject: The way back in\r\n\r\nHere is your temporary password: ${SECRET}\r\n`)
const base64 = (text: string) => Buffer.from(text).toString('base64')
/** What must never be seen, in each shape in which it could be. */
const CREDENTIALS = [PASSWORD, base64(PASSWORD), base64(`\0postern\0${PASSWORD}`)]
const LETTERS = ['MAIL FROM', 'user@example.com', 'The way back in', SECRET]

let certificate: Certificate
beforeAll(async () => {
  certificate = await makeCertificate({ commonName: 'localhost', hosts: ['localhost'], days: 1, now: Date.now() })
})

interface Case {
  readonly what: string
  readonly script: () => Script
  readonly meddling?: Meddling
  readonly settings?: Partial<CourierSettings>
  readonly told: string
  readonly kind: string
  /** All that the courier says. */
  readonly said: string
}
const GREETED = 'EHLO postern.example\r\n'
const ASKED = `${GREETED}STARTTLS\r\n`

const CASES: readonly Case[] = [
  {
    what: 'a server that offers no STARTTLS',
    script: () => ({}),
    told: 'misconfigured tls ETLS 502',
    kind: 'no-starttls',
    said: ASKED,
  },
  {
    what: 'a middlebox that takes STARTTLS out',
    script: () => ({ certificate }),
    meddling: STRIPS_STARTTLS,
    told: 'misconfigured tls ETLS 500',
    kind: 'no-starttls',
    said: ASKED,
  },
  {
    what: 'a server that answers 502 to the STARTTLS it offered',
    script: () => ({ certificate, STARTTLS: '502 5.5.1 Command not implemented' }),
    told: 'misconfigured tls ETLS 502',
    kind: 'no-starttls',
    said: ASKED,
  },
  {
    what: 'a server that answers 454 to STARTTLS',
    script: () => ({ certificate, STARTTLS: '454 4.7.0 TLS not available due to local problem' }),
    told: 'unreachable tls ETLS 454',
    kind: 'tls-not-now',
    said: ASKED,
  },
  {
    what: 'a server that knows no EHLO',
    script: () => ({ EHLO: '500 5.5.1 What?' }),
    told: 'misconfigured ehlo ECONNECTION 500',
    kind: 'ehlo-refused',
    said: GREETED,
  },
  {
    what: 'a server that offers no AUTH, over loopback in clear',
    script: () => ({ extensions: ['PIPELINING'] }),
    settings: { tls: false },
    told: 'misconfigured auth EAUTH NO_AUTH',
    kind: 'no-auth',
    said: GREETED,
  },
]

needs('root', 'tcpdump').describe('case 46: neither a credential nor a letter is on the wire', () => {
  /** Sends one letter through a middlebox that keeps every byte, with tcpdump before it. */
  async function send({ script, meddling, settings }: Pick<Case, 'script' | 'meddling' | 'settings'>) {
    const server = await aServer(script())
    const middlebox = await startMiddlebox(server.port, meddling)
    onTestFinished(() => middlebox.close())
    const capture = await startCapture(middlebox.port)
    onTestFinished(() => capture.stop())
    const courier = aCourier(middlebox, { host: 'localhost', tls: true, ca: certificate.certificate, ...settings })
    const report = await courier.send(aParcel('user@example.com', LETTER))
    await courier.close()
    const [said, heard] = [middlebox.fromClient(), middlebox.toClient()]
    return { report, server, said, heard, packets: await capture.packets() }
  }

  it.each(CASES)('$what', async ({ told, kind, said, ...scene }) => {
    const sent = await send(scene)
    expect(summary(sent.report)).toBe(told)
    expect(sent.report.happening && diagnose(sent.report.happening).kind).toBe(kind)
    expect(sent.said.toString()).toBe(said)
    expect(sent.packets.includes(GREETED)).toBe(true)
    for (const forbidden of [...CREDENTIALS, ...LETTERS]) expect(sent.packets.includes(forbidden)).toBe(false)
    expect(sent.server.signIns).toBe(0)
    expect(sent.server.letters).toEqual([])
  })

  it('a daemon that is told to use TLS sends nothing through a middlebox that takes it out, and pauses', async () => {
    await using scene = await DaemonHouse.make()
    const server = await aServer({ certificate })
    const middlebox = await startMiddlebox(server.port, STRIPS_STARTTLS)
    onTestFinished(() => middlebox.close())
    const capture = await startCapture(middlebox.port)
    onTestFinished(() => capture.stop())
    await scene.house.set({
      ...plainServer(middlebox.port),
      SERVICE_MAIL_TLS: true,
      SERVICE_MAIL_AUTH: true,
      SERVICE_MAIL_USERNAME: 'postern',
      SERVICE_MAIL_CLIENT_NAME: 'postern.example',
    })
    await scene.house.set({ SERVICE_MAIL_PASSWORD: PASSWORD })
    await scene.resets(3)
    await scene.start()
    await scene.untilQueue('paused')
    await scene.daemon?.stop()
    expect(await scene.house.store.taskCounts()).toMatchObject({ failed: 1, wait: 2 })
    const [entry] = await scene.log()
    expect(entry?.happening && diagnose(entry.happening).kind).toBe('no-starttls')
    const packets = await capture.packets()
    expect(packets.includes(ASKED.slice(GREETED.length))).toBe(true)
    for (const forbidden of [...CREDENTIALS, 'MAIL FROM', '@example.org', 'Subject:']) {
      expect(packets.includes(forbidden)).toBe(false)
    }
    expect(middlebox.fromClient().toString()).toBe(ASKED)
  })

  it('with STARTTLS the letter is delivered, and still nothing of it is seen', async () => {
    const sent = await send({ script: () => ({ certificate }) })
    expect(summary(sent.report)).toBe('delivered')
    expect(sent.server.letters[0]?.bytes).toEqual(LETTER)
    expect(sent.packets.length).toBeGreaterThan(LETTER.length)
    for (const hidden of [...CREDENTIALS, ...LETTERS]) {
      expect(sent.packets.includes(hidden)).toBe(false)
      expect(sent.said.includes(hidden)).toBe(false)
      expect(sent.heard.includes(hidden)).toBe(false)
    }
  })

  it('and what was sent in clear would have been seen: over loopback, where it is allowed', async () => {
    const sent = await send({ script: () => ({}), settings: { tls: false } })
    expect(summary(sent.report)).toBe('delivered')
    for (const shown of [base64(`\0postern\0${PASSWORD}`), ...LETTERS]) {
      expect(sent.packets.includes(shown)).toBe(true)
      expect(sent.said.includes(shown)).toBe(true)
    }
  })
})
