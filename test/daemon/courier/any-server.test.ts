import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, Socket } from 'node:net'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Certificate, makeCertificate } from '../../../src/core/host/certificate.ts'
import { messageOf } from '../../../src/core/letters/message.ts'
import type { Report } from '../../../src/daemon/courier/report.ts'
import { type Answer, type Script, type SmtpScript, startSmtpScript } from '../../support/smtp-script.ts'
import { aCourier } from './support.ts'

let certificate: Certificate
beforeAll(async () => {
  certificate = await makeCertificate({ commonName: 'mail', hosts: ['127.0.0.1'], days: 1, now: Date.now() })
})

type Verb = 'MAIL' | 'RCPT' | 'DATA' | 'dot'
type End = 'fin' | 'rst' | null
/** One thing that a server says, and whether it hangs up then. */
interface Saying {
  /** Null: it says nothing, and hangs up. */
  readonly words: string | null
  readonly end: End
  readonly twice: boolean
}

const says = (words: string | null, end: End = null, twice = false): Saying => ({ words, end, twice })
const COMMON = [says('421 4.3.2 Closing', 'fin'), says('451 4.3.0 Later'), says(null, 'fin'), says(null, 'rst')]
const WRONG: Readonly<Record<Verb, readonly Saying[]>> = {
  MAIL: [...COMMON, says('450 4.7.1 Slow down'), says('550 5.7.1 Not you'), says('250-2.1.0 Well\n250 2.1.0 Ok')],
  RCPT: [...COMMON, says('550 5.1.1 Unknown'), says('452 4.2.2 Full'), says('250-2.1.5 Well\n250 2.1.5 Ok')],
  DATA: [...COMMON, says('554 5.5.1 No'), says('250 2.0.0 What?'), says('354 Go', null, true)],
  dot: [
    ...COMMON,
    says('554 5.7.1 Spam'),
    says('452 4.3.1 No room'),
    says('451 4.7.0 Slow down'),
    says('550 5.7.60 Not as this sender'),
    says('399 What?'),
    says('250 2.0.0 Ok', null, true),
    says('250 2.0.0 Ok', 'rst'),
    says('250-2.0.0 Well\n250 2.0.0 Ok'),
  ],
}
const WELL: Readonly<Record<Verb, Saying>> = {
  MAIL: says('250 2.1.0 Ok'),
  RCPT: says('250 2.1.5 Ok'),
  DATA: says('354 Go'),
  dot: says('250 2.0.0 Ok'),
}
const VERBS = ['MAIL', 'RCPT', 'DATA', 'dot'] as const

/** What goes wrong: at which turn of the whole story, counted over all connections, and how. */
const troubles = fc.array(
  fc.oneof(
    ...[...VERBS, 'dot' as const].map((verb) =>
      fc.record({ verb: fc.constant(verb), turn: fc.nat(7), saying: fc.constantFrom(...WRONG[verb]) }),
    ),
  ),
  { maxLength: 5 },
)
const stories = fc.record({
  troubles,
  letters: fc.integer({ min: 3, max: 8 }),
  connections: fc.integer({ min: 1, max: 3 }),
  pipelining: fc.constantFrom(true, true, true, false),
  large: fc.nat(9),
  /** It has an address that a server without SMTPUTF8 cannot carry. */
  beyondAscii: fc.nat(9),
  /** Something that happens here while the answer to a letter is on its way. */
  meanwhile: fc.option(
    fc.record({ turn: fc.nat(5), what: fc.constantFrom('close' as const, 'abort' as const, 1, 2, 3) }),
  ),
  tls: fc.boolean(),
  /** After so many bytes, encrypted or not, the first connection is cut. */
  cut: fc.option(fc.nat(6_000)),
  pieces: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 }),
})
type Story = typeof stories extends fc.Arbitrary<infer Told> ? Told : never

/** A server that tells a story, and the record of it: which letters it took, and to which letter it said what. */
class Teller {
  readonly taken: number[] = []
  readonly came: number[] = []
  readonly #saidTo = new Map<string, number>()
  readonly #turns = { MAIL: 0, RCPT: 0, DATA: 0, dot: 0 }
  readonly #story: Story
  readonly #meanwhile: () => void
  server: SmtpScript | null = null

  constructor(story: Story, meanwhile: () => void) {
    this.#story = story
    this.#meanwhile = meanwhile
  }

  script(connection: number): Script {
    const answer =
      (verb: Verb): Answer =>
      () =>
        this.#answer(verb, this.#letterOn(connection))
    const extensions = ['8BITMIME', 'AUTH PLAIN', ...(this.#story.pipelining ? ['PIPELINING'] : [])]
    const secured = this.#story.tls ? { certificate, implicitTls: true } : {}
    return {
      ...secured,
      extensions,
      MAIL: answer('MAIL'),
      RCPT: answer('RCPT'),
      DATA: answer('DATA'),
      dot: answer('dot'),
    }
  }

  /** To which letter a reply was said. */
  owner(words: string): number | undefined {
    return this.#saidTo.get(/ \[[0-9]+\]$/.exec(words)?.[0] ?? '')
  }

  #letterOn(connection: number): number {
    const mail = this.server?.connections[connection]?.lines.findLast((line) => line.startsWith('C: MAIL'))
    return Number(/<from-([0-9]+)@/.exec(mail ?? '')?.[1])
  }

  #answer(verb: Verb, letter: number): Answer {
    const turn = this.#turns[verb]++
    if (verb === 'dot' && turn === this.#story.meanwhile?.turn) this.#meanwhile()
    const { words, end, twice } =
      this.#story.troubles.find((trouble) => trouble.verb === verb && trouble.turn === turn)?.saying ?? WELL[verb]
    // A dot alone, for a letter without a recipient, is none (RFC 2920, section 3.1).
    const came = verb === 'dot' && this.server?.letters.at(-1)?.to.length === 1
    if (came) this.came.push(letter)
    if (came && words?.startsWith('2')) this.taken.push(letter)
    if (words === null) return { end: end ?? 'fin' }
    const serial = ` [${this.#saidTo.size + 1}]`
    this.#saidTo.set(serial, letter)
    const numbered = words + serial
    if (twice) return { raw: `${numbered}\r\n${numbered}\r\n` }
    return end === null ? numbered : { say: numbered, end }
  }
}

interface Relay {
  readonly port: number
  readonly sockets: ReadonlySet<Socket>
  close(): void
}

/** Passes on what both sides say, in pieces of its own. */
async function aRelay(to: number, { pieces, cut }: Story): Promise<Relay> {
  const sockets = new Set<Socket>()
  const pass = (from: Socket, into: Socket, cutShort: (() => void) | null) => {
    let passed = Promise.resolve()
    let turn = 0
    from.on('data', (bytes) => {
      passed = passed.then(async () => {
        for (let at = 0; at < bytes.length; ) {
          const size = bytes.length > 2_000 ? 2_000 : (pieces[turn++ % pieces.length] ?? 1)
          const part = bytes.subarray(at, cutShort === null ? at + size : at + Math.min(size, left))
          if (part.length > 0) into.write(part)
          at += size
          if (cutShort !== null) left -= part.length
          if (left === 0) cutShort?.()
          await new Promise(setImmediate)
        }
      })
    })
    from.on('end', () => {
      void passed.then(() => into.end())
    })
    from.on('error', () => {
      void passed.then(() => into.resetAndDestroy())
    })
  }
  let left = cut ?? Number.POSITIVE_INFINITY
  const relay = createServer({ noDelay: true, allowHalfOpen: true }, (inside) => {
    const isFirst = sockets.size === 0
    const outside = new Socket({ allowHalfOpen: true })
    outside.setNoDelay(true)
    sockets.add(inside).add(outside)
    outside.connect(to, '127.0.0.1')
    const cutShort = () => {
      inside.resetAndDestroy()
      outside.resetAndDestroy()
    }
    pass(inside, outside, isFirst ? cutShort : null)
    pass(outside, inside, isFirst ? cutShort : null)
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const address = relay.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return {
    port: address.port,
    sockets,
    close: () => {
      relay.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** The most connections at once of those that are opened from now on, but for `others`. */
function openedSockets(others: ReadonlySet<Socket>) {
  const sockets: Socket[] = []
  let most = 0
  const opened = (message: unknown) => {
    if (!(message instanceof Object && 'socket' in message && message.socket instanceof Socket)) return
    if (others.has(message.socket)) return
    sockets.push(message.socket)
    most = Math.max(most, sockets.filter(({ destroyed }) => !destroyed).length)
  }
  subscribe('net.client.socket', opened)
  return { most: () => most, stop: () => unsubscribe('net.client.socket', opened) }
}

async function tell(story: Story): Promise<{ reports: Report[]; teller: Teller; told: string; most: number }> {
  const teller = new Teller(story, () => {
    const what = story.meanwhile?.what
    if (what === 'close') void courier.close()
    else if (what === 'abort') courier.abort()
    else if (what !== undefined) courier.setConnections(what)
  })
  const server = await startSmtpScript((connection) => teller.script(connection))
  teller.server = server
  const relay = await aRelay(server.port, story)
  const courier = aCourier(relay, story.tls ? { protocol: 'smtps', tls: true, ca: certificate.certificate } : {}, {
    connections: story.connections,
  })
  const sockets = openedSockets(relay.sockets)
  try {
    const body = (n: number) => (n === story.large ? `${'x'.repeat(70)}\r\n`.repeat(600) : '.dot\r\n')
    const reports = await Promise.all(
      Array.from({ length: story.letters }, (_, n) =>
        courier.send({
          from: `from-${n}@example.org`,
          to: `${n === story.beyondAscii ? 'bücher' : 'to'}-${n}@example.com`,
          message: messageOf(`Subject: ${n}\r\n\r\n${body(n)}`),
        }),
      ),
    )
    await courier.close()
    const told = reports
      .map(
        ({ outcome, happening, conversation }, n) =>
          `--- ${n}: ${outcome} ${happening?.stage} ${happening?.code} ${happening?.reply}\n${conversation}`,
      )
      .join('\n')
    return { reports, teller, told, most: sockets.most() }
  } finally {
    sockets.stop()
    courier.abort()
    relay.close()
    await server.close()
  }
}

describe('whatever a server does with letters that follow one another', () => {
  it("each letter's outcome and conversation are its own, and none goes twice", async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const { reports, teller, told, most } = await tell(story)
        expect(most, 'opened').toBeGreaterThan(0)
        if (story.meanwhile === null) expect(most, told).toBeLessThanOrEqual(story.connections)
        // Behind one reply too many the replies do not belong to the commands: then only the letters count.
        const inStep = !story.troubles.some(({ saying }) => saying.twice)
        for (const [n, report] of reports.entries()) {
          const came = teller.came.filter((letter) => letter === n).length
          const taken = teller.taken.filter((letter) => letter === n).length
          expect(came, `letter ${n} came\n${told}`).toBeLessThanOrEqual(1)
          if (report.outcome === 'delivered') expect(taken, `letter ${n} delivered\n${told}`).toBe(1)
          else if (report.outcome !== 'unknown') expect(taken, `letter ${n} taken\n${told}`).toBe(0)
          if (report.happening?.stage === 'letter') {
            expect(report.happening.code, `letter ${n}\n${told}`).toBe('EABORTED')
            expect(came, `letter ${n}\n${told}`).toBe(0)
          }
          for (const line of report.conversation.split('\n')) {
            const owner = line.startsWith('S: ') ? teller.owner(line) : undefined
            if (inStep && owner !== undefined) expect(owner, `letter ${n}: ${line}\n${told}`).toBe(n)
          }
          const owner = teller.owner(report.reply ?? '')
          if (inStep && owner !== undefined) expect(owner, `letter ${n}: ${report.reply}\n${told}`).toBe(n)
        }
      }),
      { numRuns: 150 },
    )
  }, 120_000)
})
