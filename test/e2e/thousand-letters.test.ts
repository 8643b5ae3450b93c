import { execFileSync } from 'node:child_process'
import { expect } from 'vitest'
import type { MailLogEntry } from '../../src/core/domain/mail-log.ts'
import { temporaryPassword } from '../../src/core/secrets/temporary-password.ts'
import type { Store } from '../../src/core/store/port.ts'
import { requestResets } from '../../src/core/usecases/reset.ts'
import { needs } from '../support/needs.ts'
import { makeHouse, plainServer, startPosternd } from '../support/posternd.ts'
import { type Sink, startSink } from '../support/sink.ts'

const LETTERS = 1_000
const KILLS = 10
const MAIL_PASSWORD = 'open "sesame" #1 = ünïcode'

async function wholeLog(store: Store): Promise<MailLogEntry[]> {
  const entries: MailLogEntry[] = []
  for (let after: string | undefined; ; ) {
    const page = await store.mailLog({ limit: 300, after })
    entries.push(...page.items)
    if (page.next === null) return entries
    after = page.next
  }
}

/** Resolves when the sink has got `count` letters, or when the daemon has ended. */
async function sunk(sink: Sink, count: number, ended: Promise<unknown>): Promise<void> {
  let over = false
  void ended.then(() => {
    over = true
  })
  while (!over && sink.count() < count) await new Promise(setImmediate)
}

const waiting = async (store: Store) => {
  const { wait, executing } = await store.taskCounts()
  return wait + executing
}

needs('smtp-sink').describe('a thousand resets through a real SMTP server', () => {
  needs('smtp-sink').it(
    'the daemon is killed ten times on the way: nothing is lost, what repeats is byte for byte the same',
    async () => {
      // A second of thought before each reply to the final dot would take too long; the default is quick.
      const sink = await startSink()
      const house = await makeHouse()
      const output: string[] = []
      try {
        await house.set({ ...plainServer(sink.port), SERVICE_MAIL_USERNAME: 'postern@example.org' })
        await house.set({ SERVICE_MAIL_PASSWORD: MAIL_PASSWORD })
        const users = await house.addUsers(LETTERS)
        await requestResets(house.context, users, { kind: 'now' })

        for (let kill = 1; kill <= KILLS; kill++) {
          const daemon = startPosternd(house.data)
          const before = sink.count()
          await sunk(sink, Math.min(before + 60, LETTERS), daemon.ended)
          daemon.kill('SIGKILL')
          expect(await daemon.ended).toBe('SIGKILL')
          output.push(daemon.output())
        }
        const last = startPosternd(house.data)
        const stop = new AbortController()
        if ((await waiting(house.store)) > 0) {
          for await (const _ of house.store.changes(stop.signal)) if ((await waiting(house.store)) === 0) stop.abort()
        }
        last.kill('SIGTERM')
        expect(await last.ended).toBe(0)
        output.push(last.output())

        expect(await house.store.taskCounts()).toMatchObject({
          'carried-out': LETTERS,
          failed: 0,
          wait: 0,
          executing: 0,
        })
        const log = await wholeLog(house.store)
        const delivered = log.filter(({ outcome }) => outcome === 'delivered')
        expect(new Set(delivered.map(({ to }) => to)).size).toBe(LETTERS)
        expect(delivered).toHaveLength(LETTERS)

        const letters = Map.groupBy(sink.letters(), ({ to }) => to)
        expect(letters.size).toBe(LETTERS)
        const repeated = [...letters].filter(([, copies]) => copies.length > 1)
        for (const [to, copies] of repeated) {
          expect(new Set(copies.map(({ bytes }) => bytes)).size, `copies to ${to}`).toBe(1)
          const unknown = log.filter((entry) => entry.to === to && entry.outcome === 'unknown')
          expect(unknown.length, `attempts to ${to} of unknown outcome`).toBeGreaterThanOrEqual(copies.length - 1)
        }
        // Ten kills at full speed: some letters were under way.
        expect(log.some(({ outcome }) => outcome === 'unknown')).toBe(true)
        expect(log.every(({ outcome }) => outcome === 'delivered' || outcome === 'unknown')).toBe(true)
        await nothingSecretIsKept(house, output.join(''))
      } finally {
        await house.remove()
        await sink.stop()
      }
    },
    120_000,
  )
})

/** `grep -r` of every temporary password and of the mail password over the data directory, and over what was logged. */
async function nothingSecretIsKept(
  { data, keys, store }: Awaited<ReturnType<typeof makeHouse>>,
  logged: string,
): Promise<void> {
  const secrets: string[] = [MAIL_PASSWORD]
  for (let after: string | undefined; ; ) {
    const page = await store.tasks({ limit: 500, after })
    for (const { id, round } of page.items) {
      if (round.key !== null) secrets.push(temporaryPassword(keys, { key: round.key, task: id, nonce: round.nonce }))
    }
    if (page.next === null) break
    after = page.next
  }
  expect(secrets).toHaveLength(LETTERS + 1)
  for (const secret of secrets) expect(logged.includes(secret)).toBe(false)
  const found = (patterns: string) => {
    try {
      return execFileSync('grep', ['-rlaFf', '-', data], { input: patterns, encoding: 'utf8' })
    } catch (error) {
      // grep exits with 1 when it finds nothing.
      if (error instanceof Error && 'status' in error && error.status === 1) return ''
      throw error
    }
  }
  expect(found(secrets.join('\n'))).toBe('')
  expect(found('user77@example.org')).toContain('journal')
}
