import { describe, expect, it } from 'vitest'
import { MINUTE } from '../../src/core/domain/time.ts'
import { requestResets } from '../../src/core/usecases/reset.ts'
import { plainServer } from '../support/posternd.ts'
import { type Cut, type ReceivedLetter, startSmtpScript } from '../support/smtp-script.ts'
import { DaemonHouse } from './a-daemon.ts'

/** Prime, so that over the positions it falls on every part of a line. */
const EVERY = 23

const bytesOf = ({ bytes }: ReceivedLetter) => bytes.toString('latin1')

describe('the link breaks after every n-th byte of a conversation, and holds from then on', () => {
  it.each([
    ['fin', []],
    ['rst', ['PIPELINING']],
  ] as const)(
    'case 50: %s, %j: no letter is lost, none is delivered without a 250, none doubled before its dot',
    async (by: Cut, more) => {
      await using scene = await DaemonHouse.make()
      const { house, clock } = scene
      let cut: { after: number; by: Cut } | null = null
      let cutAt = 0
      const server = await startSmtpScript((connection) => {
        // A connection a letter, so that each has its own whole conversation.
        const script = { extensions: ['AUTH PLAIN', ...more], dot: { say: '250 2.0.0 Ok', end: 'fin' } } as const
        if (cut === null) return script
        const broken = { ...script, cut }
        cut = null
        cutAt = connection
        return broken
      })
      await house.set({ ...plainServer(server.port), SERVICE_MAIL_AUTH: true, SERVICE_MAIL_USERNAME: 'postern' })
      await house.set({ SERVICE_MAIL_PASSWORD: 'right' })
      const [proof, ...users] = await house.addUsers(250)
      if (proof === undefined) throw new Error('there are no users')
      await requestResets(house.context, [proof], { kind: 'now' })
      await scene.start()
      await scene.until(async () => (await house.store.taskCounts())['carried-out'] === 1)

      const seen = new Set<unknown>()
      for (let after = 0; (server.connections[cutAt]?.bytes ?? 0) >= after - EVERY; after += EVERY) {
        const user = users.shift()
        if (user === undefined) throw new Error('the conversation is longer than there are users')
        await server.until(() => server.connections.every(({ open }) => !open))
        const before = server.letters.length
        cut = { after, by }
        const [made] = await requestResets(house.context, [user], { kind: 'now' })
        if (made?.kind !== 'made') throw new Error('no reset was made')
        const { id } = made.task
        const first = await scene.untilTask(id, ({ status, attempts }) => status !== 'executing' && attempts.length > 0)
        if (first.status === 'wait') clock.advance(MINUTE)
        const { attempts } = await scene.untilTask(id, ({ status }) => status === 'carried-out')
        const outcomes = attempts.map(({ outcome }) => outcome)
        const arrived = server.letters.slice(before)
        const told = `after ${after} bytes: ${outcomes.join(', ')}; ${arrived.length} arrived`
        expect(outcomes.at(-1), told).toBe('delivered')
        expect(
          outcomes.filter((outcome) => outcome === 'delivered'),
          told,
        ).toHaveLength(1)
        // At least one, and a second one only where nobody knew of the first.
        expect(arrived.length, told).toBeGreaterThanOrEqual(1)
        expect(arrived.length, told).toBeLessThanOrEqual(outcomes.includes('unknown') ? 2 : 1)
        expect(new Set(arrived.map(bytesOf)).size, told).toBe(1)
        for (const outcome of outcomes) seen.add(outcome)
      }
      // It has gone through all of it.
      expect(seen).toEqual(new Set(['unreachable', 'deferred', 'unknown', 'delivered']))
      await server.close()
    },
  )
})
