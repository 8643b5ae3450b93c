import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AttemptId, TaskId, UserId } from '../../src/core/domain/ids.ts'
import type { MailLogEntry } from '../../src/core/domain/mail-log.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/domain/time.ts'
import type { AuditEntry, AuditQuery, Finding, MailLogQuery, MailLogRow, Store } from '../../src/core/store/port.ts'
import { anActor, anEntry, aSetting, aUser } from '../support/builders.ts'
import { MONDAY } from '../support/clock.ts'
import { allPages } from '../support/store.ts'
import type { MakeWorld, World } from './store.ts'

/** Logs entries, a transaction each, `step` apart; some are looked at on the way, which may fold what is there. */
async function logAll(world: World, entries: readonly MailLogEntry[], step: number): Promise<void> {
  for (const [index, entry] of entries.entries()) {
    await world.store.transact(anActor, 'delivery.settle', async (tx) => tx.log({ ...entry, at: tx.now }))
    // What is no entry of the mail log lies between.
    if (index % 2 === 0)
      await world.store.transact(anActor, 'settings.set', async (tx) => tx.put('setting', aSetting()))
    world.clock.advance(step)
    if (index % 5 === 0) await world.look()
  }
}

const numbered = (count: number, given: (number: number) => Partial<MailLogEntry> = () => ({})) =>
  Array.from({ length: count }, (_, number) => anEntry({ subject: `${number}`, ...given(number) }))

const numbers = (rows: readonly { readonly subject: string }[]) => rows.map(({ subject }) => Number(subject))
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index)

async function searched(store: Store, query: MailLogQuery, signal = new AbortController().signal) {
  const findings: Finding<MailLogRow>[] = []
  for await (const finding of store.searchMailLog(query, signal)) findings.push(finding)
  return findings
}

export function describeLogWindows(make: MakeWorld): void {
  describe('a window on the mail log', () => {
    it('begins at either end and goes both ways over the months', async () => {
      await using world = await make()
      await logAll(world, numbered(17), 9 * DAY)
      const store = await world.look()
      for (const limit of [1, 3, 16, 17, 18]) {
        expect(numbers(await allPages((paging) => store.mailLog(paging), limit))).toEqual(down(16, 0))
        let page = await store.mailLog({ limit, from: 'end' })
        expect(page.next).toBeNull()
        const back = [...page.items]
        while (page.previous !== null) {
          page = await store.mailLog({ limit, before: page.previous })
          expect(page.next).not.toBeNull()
          back.unshift(...page.items)
        }
        expect(numbers(back)).toEqual(down(16, 0))
      }
    })

    it('is as it was while the journal is folded beneath it, and does not miss what comes', async () => {
      await using world = await make()
      await logAll(world, numbered(9), DAY)
      const page = await (await world.look()).mailLog({
        limit: 3,
        after: (await world.store.mailLog({ limit: 3 })).next ?? '',
      })
      expect(numbers(page.items)).toEqual([5, 4, 3])
      await logAll(world, numbered(12).slice(9), 20 * DAY)
      const store = await world.look()
      expect(numbers((await store.mailLog({ limit: 9, after: page.next ?? '' })).items)).toEqual([2, 1, 0])
      expect(numbers((await store.mailLog({ limit: 9, before: page.previous ?? '' })).items)).toEqual(down(11, 6))
      expect(numbers((await store.mailLog({ limit: 2, before: page.previous ?? '' })).items)).toEqual([7, 6])
      expect(numbers((await store.mailLog({ limit: 3, after: page.previous ?? '' })).items)).toEqual([5, 4, 3])
    })

    it('leaves what a filter leaves', async () => {
      await using world = await make()
      const refused = { stage: 'rcpt', code: null, originalCode: null, replyCode: 550, enhancedCode: '5.1.1' } as const
      const lost = {
        stage: 'tcp',
        code: 'ESOCKET',
        originalCode: 'ECONNREFUSED',
        replyCode: null,
        enhancedCode: null,
      } as const
      // Somebody may have written an entry's fields in another order.
      const { stages, conversation, letter, durationMs, ...row } = anEntry({ subject: '5', to: 'last@example.net' })
      await logAll(
        world,
        [
          anEntry({ subject: '0', to: 'Ann@xn--bcher-kva.example', user: { id: 'u' as UserId, username: 'the.boss' } }),
          anEntry({
            subject: '1',
            outcome: 'refused',
            happening: { ...refused, reply: '550 5.1.1 No such User: Éva' },
            reply: '550 5.1.1 No such User: Éva',
            replyCode: 550,
            enhancedCode: '5.1.1',
          }),
          anEntry({
            subject: '2',
            outcome: 'unreachable',
            happening: { ...lost, reply: 'connect ECONNREFUSED 192.0.2.7:25' },
            reply: null,
            replyCode: null,
            enhancedCode: null,
          }),
          anEntry({ subject: '3', id: 'abc7' as AttemptId, task: 'xyz7' as TaskId, outcome: 'unknown' }),
          anEntry({
            subject: '4',
            reply: '250 5.1.1 is no error here',
            letter: null,
            stages: [],
            conversation: ',"stages":[',
          }),
          { stages, conversation, letter, durationMs, ...row },
        ],
        20 * DAY,
      )
      const store = await world.look()
      const found = async (query: Omit<MailLogQuery, 'limit'>) => {
        const { items } = await store.mailLog({ limit: 9, ...query })
        const findings = await searched(store, { limit: 9, ...query })
        expect(findings.flatMap((finding) => numbers(finding.items))).toEqual(numbers(items))
        const back = await store.mailLog({ limit: 9, from: 'end', ...query })
        expect(numbers(back.items)).toEqual(numbers(items))
        return numbers(items)
      }
      expect(await found({ recipient: 'ANN' })).toEqual([0])
      expect(await found({ recipient: 'bücher' })).toEqual([0])
      expect(await found({ recipient: 'boss' })).toEqual([0])
      expect(await found({ recipient: 'such user' })).toEqual([])
      for (const error of ['no-mailbox', '550', '5.1.1', '550 5.1.1'])
        expect(await found({ error }), error).toEqual([1])
      for (const error of ['esocket', 'ECONNREFUSED', 'connection-refused']) {
        expect(await found({ error }), error).toEqual([2])
      }
      expect(await found({ error: '250' })).toEqual([3])
      expect(await found({ keyword: 'e\u0301va' })).toEqual([1])
      expect(await found({ keyword: '192.0.2.7' })).toEqual([2])
      expect(await found({ keyword: 'abc' })).toEqual([3])
      expect(await found({ keyword: 'XYZ' })).toEqual([3])
      expect(await found({ keyword: 'is no error' })).toEqual([4])
      expect(await found({ keyword: 'conversation' })).toEqual([])
      expect(await found({ recipient: 'last@' })).toEqual([5])
      expect(await found({ result: 'failure', recipient: 'person@' })).toEqual([2, 1])
    })

    it('is cut by time to the millisecond, wherever its ends fall', async () => {
      await using world = await make()
      await logAll(world, numbered(16), 9 * DAY)
      const store = await world.look()
      const at = (number: number) => MONDAY + number * 9 * DAY
      const range = async (since: number | undefined, until: number | undefined) => {
        const query = { since, until }
        const forth = await allPages((paging) => store.mailLog({ ...paging, ...query }), 3)
        expect(numbers((await store.mailLog({ limit: 99, from: 'end', ...query })).items)).toEqual(numbers(forth))
        return numbers(forth)
      }
      expect(await range(undefined, undefined)).toEqual(down(15, 0))
      expect(await range(at(3), at(7))).toEqual([6, 5, 4, 3])
      expect(await range(at(3) + 1, at(7) + 1)).toEqual([7, 6, 5, 4])
      expect(await range(at(15), undefined)).toEqual([15])
      expect(await range(at(15) + 1, undefined)).toEqual([])
      expect(await range(undefined, at(0))).toEqual([])
      expect(await range(undefined, at(0) + 1)).toEqual([0])
      expect(await range(MONDAY - 99 * DAY, MONDAY + 999 * DAY)).toEqual(down(15, 0))
      expect(await range(at(7), at(3))).toEqual([])
      const audit = await store.audit({ limit: 99, since: at(3), until: at(7) })
      expect(new Set(audit.items.map(({ at: when }) => when))).toEqual(new Set([at(3), at(4), at(5), at(6)]))
    })

    it('finds one entry by its id and time without a look at the others', async () => {
      await using world = await make()
      const entries = numbered(11)
      await logAll(world, entries, 9 * DAY)
      const store = await world.look()
      for (const { id, at } of (await store.mailLog({ limit: 99 })).items) {
        const { items } = await store.mailLog({ limit: 1, idPrefix: id, since: at, from: 'end' })
        expect(items.map((entry) => entry.id)).toEqual([id])
      }
    })
  })

  describe('a search of the mail log', () => {
    it('gives rows as they are found and says how far it is, until it is through', async () => {
      await using world = await make()
      await logAll(
        world,
        numbered(30, (number) => ({ outcome: number % 7 === 0 ? 'refused' : 'delivered' })),
        5 * DAY,
      )
      const store = await world.look()
      const findings = await searched(store, { limit: 99, result: 'failure' })
      expect(findings.flatMap(({ items }) => numbers(items))).toEqual([28, 21, 14, 7, 0])
      expect(findings.map(({ share }) => share)).toEqual(findings.map(({ share }) => share).toSorted((a, b) => a - b))
      expect(findings.at(-1)?.share).toBe(1)
      const [row] = findings.flatMap(({ items }) => items)
      expect(Object.keys(row ?? {})).not.toContain('conversation')
      expect(row).toMatchObject({ outcome: 'refused', to: 'person@example.org', subject: '28' })
    })

    it('stops when it has found enough, and goes on from there, either way', async () => {
      await using world = await make()
      await logAll(
        world,
        numbered(20, (number) => ({ outcome: number % 3 === 0 ? 'refused' : 'delivered' })),
        5 * DAY,
      )
      const store = await world.look()
      const walk = async (way: 'after' | 'before', limit: number) => {
        const found: number[] = []
        let where: Partial<MailLogQuery> = { from: way === 'after' ? 'start' : 'end' }
        for (let share = 0; share < 1; ) {
          const findings = await searched(store, { limit, result: 'failure', ...where })
          const last = findings.at(-1)
          if (way === 'before') findings.reverse()
          const some = findings.flatMap(({ items }) => numbers(items))
          if (way === 'after') found.push(...some)
          else found.unshift(...some)
          expect(some.length).toBeLessThanOrEqual(limit)
          share = last?.share ?? 1
          where = { [way]: last?.cursor }
        }
        return found
      }
      for (const way of ['after', 'before'] as const) {
        for (const limit of [1, 2, 7, 99])
          expect(await walk(way, limit), `${way} by ${limit}`).toEqual([18, 15, 12, 9, 6, 3, 0])
      }
    })

    it('from its end on follows what is appended', async () => {
      await using world = await make()
      await logAll(world, numbered(5), DAY)
      const follow = async (where: Partial<MailLogQuery>) => {
        const findings = await searched(await world.look(), { limit: Number.POSITIVE_INFINITY, ...where })
        const found = findings.toReversed().flatMap(({ items }) => numbers(items))
        return { found, cursor: findings.at(-1)?.cursor }
      }
      const first = await follow({ from: 'end' })
      expect(first.found).toEqual(down(4, 0))
      const none = await follow({ before: first.cursor })
      expect(none.found).toEqual([])
      await logAll(world, numbered(8).slice(5), 20 * DAY)
      const more = await follow({ before: none.cursor })
      expect(more.found).toEqual([7, 6, 5])
      expect((await follow({ before: more.cursor })).found).toEqual([])
    })

    it('ends when it is called off, and holds up nobody who has had enough', async () => {
      await using world = await make()
      await logAll(world, numbered(5), MINUTE)
      const store = await world.look()
      const stop = new AbortController()
      stop.abort()
      expect(await searched(store, { limit: 9 }, stop.signal)).toEqual([])
      for await (const { items } of store.searchMailLog({ limit: 2 }, new AbortController().signal)) {
        expect(items.length).toBeLessThanOrEqual(2)
        break
      }
      expect(numbers((await store.mailLog({ limit: 1 })).items)).toEqual([4])
    })

    it('finds all there is, once and in order, whatever is appended and folded meanwhile', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
          fc.integer({ min: 1, max: 9 }),
          async (groups, limit) => {
            await using world = await make()
            let number = 0
            const append = async (count: number) => {
              await world.store.transact(anActor, 'test', async (tx) => {
                for (let added = 0; added < count; added++) tx.log(anEntry({ subject: `${number++}` }))
              })
              world.clock.advance(11 * DAY)
            }
            for (const group of groups) {
              await append(group)
              const there = number
              const seen: number[] = []
              let where: Partial<MailLogQuery> = {}
              for (let share = 0; share < 1; ) {
                const store = await world.look()
                for await (const finding of store.searchMailLog({ limit, ...where }, new AbortController().signal)) {
                  seen.push(...numbers(finding.items))
                  share = finding.share
                  where = { after: finding.cursor }
                }
                if (seen.length < 12) await append(1)
              }
              expect(seen).toEqual(down(there - 1, 0))
            }
          },
        ),
        { numRuns: 6 },
      )
    })
  })

  describe('a window on the audit log', () => {
    it('goes both ways and leaves what a filter leaves', async () => {
      await using world = await make()
      const other = { ...anActor, name: 'posternd', door: 'daemon', address: null } as const
      const user = aUser()
      for (let number = 0; number < 12; number++) {
        const actor = number % 3 === 0 ? other : anActor
        await world.store.transact(actor, number % 2 === 0 ? 'users.add' : 'users.edit', async (tx) => {
          tx.put('user', { ...user, version: number })
        })
        world.clock.advance(9 * DAY)
        if (number % 4 === 0) await world.look()
      }
      await world.store.transact(other, 'log.show', async (tx) => tx.note('mail-log:abc'))
      const store = await world.look()
      const found = async (query: Omit<Parameters<Store['audit']>[0], 'limit'>) =>
        (await allPages((paging) => store.audit({ ...paging, ...query }), 4)).map(({ sequence }) => sequence)
      expect(await found({})).toEqual(down(13, 1))
      expect(await found({ actor: 'posternd' })).toEqual([13, 10, 7, 4, 1])
      expect(await found({ actor: 'poster' })).toEqual([])
      expect(await found({ action: 'users.' })).toEqual(down(12, 1))
      expect(await found({ action: 'users.edit', actor: 'posternd' })).toEqual([10, 4])
      expect(await found({ keyword: 'MAIL-LOG:A' })).toEqual([13])
      expect(await found({ keyword: '192.0.2.7' })).toEqual([12, 11, 9, 8, 6, 5, 3, 2])
      expect(await found({ since: MONDAY + 9 * DAY * 5 + HOUR })).toEqual(down(13, 7))
      const last = await store.audit({ limit: 5, from: 'end' })
      expect(last.items.map(({ sequence }) => sequence)).toEqual([5, 4, 3, 2, 1])
      expect(last.next).toBeNull()
      const before = await store.audit({ limit: 99, before: last.previous ?? '' })
      expect(before.items.map(({ sequence }) => sequence)).toEqual(down(13, 6))
      expect(before.previous).toBeNull()
    })

    it('is searched as the mail log is: found as it is met, said how far, gone on with, called off', async () => {
      await using world = await make()
      for (let number = 1; number <= 30; number++) {
        const action = number % 7 === 0 ? 'users.edit' : 'users.add'
        await world.store.transact(anActor, action, async (tx) => tx.put('user', aUser()))
        world.clock.advance(5 * DAY)
        if (number % 4 === 0) await world.look()
      }
      const store = await world.look()
      const { signal } = new AbortController()
      const find = async (query: AuditQuery) => {
        const findings: Finding<AuditEntry>[] = []
        for await (const finding of store.searchAudit(query, signal)) findings.push(finding)
        return findings
      }
      const sequences = (findings: readonly Finding<AuditEntry>[]) =>
        findings.flatMap(({ items }) => items.map(({ sequence }) => sequence))
      const all = await find({ limit: 99, action: 'users.edit' })
      expect(sequences(all)).toEqual([28, 21, 14, 7])
      const shares = all.map(({ share }) => share)
      expect(shares).toEqual(shares.toSorted((a, b) => a - b))
      expect(shares.at(-1)).toBe(1)
      const some = await find({ limit: 2, action: 'users.edit' })
      expect(sequences(some)).toEqual([28, 21])
      expect(sequences(await find({ limit: 9, action: 'users.edit', after: some.at(-1)?.cursor }))).toEqual([14, 7])
      const back = await find({ limit: 1, action: 'users.edit', from: 'end' })
      expect(sequences(back)).toEqual([7])
      expect(sequences(await find({ limit: 1, action: 'users.edit', before: back.at(-1)?.cursor }))).toEqual([14])
      const stopped: Finding<AuditEntry>[] = []
      for await (const finding of store.searchAudit({ limit: 9 }, AbortSignal.abort())) stopped.push(finding)
      expect(stopped).toEqual([])
    })
  })
}
