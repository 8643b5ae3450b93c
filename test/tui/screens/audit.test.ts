import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HOUR } from '../../../src/core/domain/time.ts'
import type { AuditEntry } from '../../../src/core/store/port.ts'
import { actionWords } from '../../../src/core/text/audit-words.ts'
import { cellsOf } from '../../../src/core/text/width.ts'
import type { Effect } from '../../../src/tui/msg.ts'
import { performAudit } from '../../../src/tui/screens/audit/audit.effects.ts'
import { type AuditEffect, type AuditRow, parseSearch } from '../../../src/tui/screens/audit/audit.state.ts'
import { anActor, aTask, aUser, ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { StoreHouse } from '../../support/store.ts'
import { aFrame } from '../a-frame.tsx'
import { aModel, Desk } from '../a-model.ts'

const anAuditRow = (given: Partial<AuditRow> = {}): AuditRow => ({
  sequence: 1,
  at: MONDAY,
  actor: anActor,
  action: 'users.reset',
  touched: ['task:hnk3jbxerkqaa3xj'],
  words: ['letter to ann@example.org'],
  ...given,
})

const newest = anAuditRow({ sequence: 3 })
const byDaemon = anAuditRow({
  sequence: 2,
  actor: { name: 'posternd', uid: 990, door: 'daemon', address: null },
  action: 'delivery.settle',
})
const oldest = anAuditRow({
  action: 'settings.set',
  touched: ['setting:SERVICE_MAIL_HOST'],
  words: ['SERVICE_MAIL_HOST'],
})

const readsOf = (effects: readonly Effect[]): readonly Extract<AuditEffect, { kind: 'read' }>[] =>
  effects.flatMap((each) =>
    each.kind === 'screen' && each.page === 'audit' && each.effect.kind === 'read' ? [each.effect] : [],
  )

/** The page of the audit log as it is when these have been read. */
function auditDesk(rows: readonly AuditRow[], desk = new Desk(aModel({ page: 'audit' }))): Desk {
  desk.send({ kind: 'screen', page: 'audit', msg: { kind: 'shown', arrival: {} } })
  return answer(desk, rows)
}

function answer(desk: Desk, rows: readonly AuditRow[]): Desk {
  const read = readsOf(desk.wanted()).at(-1)
  if (read === undefined) return expect.fail('nothing was asked for')
  const slice = { items: rows, next: null, previous: null }
  const msg = { kind: 'rows', ticket: read.ask.ticket, slice, share: 1, front: null } as const
  return desk.send({ kind: 'screen', page: 'audit', msg })
}

const auditOf = ({ model }: Desk) => model.screens.audit ?? expect.fail('no page of the audit log')

describe('the page of the audit log', () => {
  it('reads again with whatever is committed, and shows at its head what has come in', () => {
    const desk = auditDesk([byDaemon, oldest])
    desk.send({ kind: 'changed', kinds: new Set(), now: desk.model.now })
    answer(desk, [newest, byDaemon, oldest])
    expect(auditOf(desk).list.rows).toEqual([newest, byDaemon, oldest])
    expect(aFrame(desk.model)[3]).toMatch(/olga +console +asked for a reset +ann@example.org/)
  })

  it('goes to both ends of a long log by reading there', () => {
    const desk = auditDesk([newest])
    const list = { ...auditOf(desk).list, slices: [{ items: [newest], next: 'far', previous: null }] }
    desk.model = { ...desk.model, screens: { audit: { ...auditOf(desk), list } } }
    desk.press('G')
    const far = readsOf(desk.wanted()).at(-1)?.ask
    expect(far?.place).toEqual({ kind: 'end' })
    const slice = { items: [oldest], next: null, previous: 'near' }
    const msg = { kind: 'rows', ticket: far?.ticket ?? 0, slice, share: null, front: null } as const
    desk.send({ kind: 'screen', page: 'audit', msg })
    expect(auditOf(desk).list.rows).toEqual([oldest])
    desk.wanted()
    desk.press('g')
    expect(readsOf(desk.wanted()).at(-1)?.ask.place).toEqual({ kind: 'start' })
  })

  it('filters with every key, and Escape leaves the entry, then the filter, and never quits', () => {
    const desk = auditDesk([newest]).press('/').type('ol').press('enter')
    expect(readsOf(desk.effects).map(({ filter }) => filter)).toEqual(['o', 'ol'])
    answer(desk, [newest]).press('enter')
    expect(auditOf(desk).opened?.row).toBe(newest)
    desk.press('escape')
    expect(auditOf(desk)).toMatchObject({ opened: null, filter: 'ol' })
    desk.press('escape')
    expect(auditOf(desk).filter).toBe('')
    desk.press('escape')
    expect(desk.wanted().some(({ kind }) => kind === 'quit')).toBe(false)
  })

  it('copies an entry whole', () => {
    const desk = auditDesk([newest]).press('y')
    const copied = desk.wanted().find(({ kind }) => kind === 'copy')
    expect(copied).toMatchObject({
      text: expect.stringMatching(
        /^\d{4}-.+Z {2}olga \(console, 192\.0\.2\.7\) {2}uid 1000 {2}users\.reset {2}task:hnk3/,
      ),
    })
  })

  it('says that there is nothing to copy, and marks nothing, for nothing can be done to an entry', () => {
    const desk = auditDesk([]).press('y')
    expect(desk.model.toast?.text).toBe('There is no entry here.')
    const marking = auditDesk([newest]).press(' ')
    expect(auditOf(marking).list.marks.size).toBe(0)
    expect(aFrame(marking.model).at(-1)).not.toContain('mark')
  })

  it('finds all that was done to what an id names', () => {
    const desk = new Desk(aModel({ page: 'audit' }))
    desk.send({ kind: 'screen', page: 'audit', msg: { kind: 'shown', arrival: { id: 'hnk3jbxerkqaa3xj' } } })
    expect(readsOf(desk.wanted()).at(-1)?.filter).toBe('hnk3jbxerkqaa3xj')
  })
})

describe('what is seen of an entry', () => {
  it('is all of it once it is opened: who, from where, by which door, what was touched, beside its code names', () => {
    const text = aFrame(auditDesk([newest]).press('enter').model).join('\n')
    for (const words of ['olga', '1000', 'console', '192.0.2.7', 'asked for a reset', 'users.reset'])
      expect(text).toContain(words)
    expect(text).toContain('letter to ann@example.org  task:hnk3jbxerkqaa3xj')
  })

  it('stands beside the list from 120 columns on', () => {
    const wide = auditDesk([newest], new Desk(aModel({ page: 'audit', columns: 120 })))
    expect(aFrame(wide.model)[2]).toMatch(/WHEN.*│ Who +olga/)
    const narrow = auditDesk([newest], new Desk(aModel({ page: 'audit', columns: 119 })))
    expect(aFrame(narrow.model).join('')).not.toContain('│')
  })

  it.each([
    [80, 24],
    [140, 40],
    [60, 15],
    [200, 15],
  ])('fits %i×%i, and is inert there whatever was written', (columns, rows) => {
    const evil = `\x1b[2J\x1b]52;c;QQ==\x07\x1b]8;;http://x\x1b\\\x9b31m\u202e\u200b\r\ne${'\u0301'.repeat(4096)}`
    const hostile = anAuditRow({
      sequence: 2,
      actor: { name: evil, uid: 0, door: 'portal', address: evil },
      action: evil,
      touched: [evil],
      words: [evil],
    })
    const given = { page: 'audit', columns, rows } as const
    const quiet = aFrame(auditDesk([newest, byDaemon, oldest], new Desk(aModel(given))).model)
    const loud = aFrame(auditDesk([newest, hostile, oldest], new Desk(aModel(given))).model)
    const opened = aFrame(auditDesk([hostile], new Desk(aModel(given))).press('enter').model)
    const listWidth = columns >= 120 ? Math.ceil(columns * 0.6) : columns
    const around = (frame: readonly string[]) =>
      frame.filter((_, index) => index !== 4).map((each) => each.slice(0, listWidth))
    expect(around(loud)).toEqual(around(quiet))
    for (const line of [...loud, ...opened]) {
      expect(cellsOf(line)).toBeLessThanOrEqual(columns)
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]/)
    }
    expect(opened.length).toBeLessThanOrEqual(rows)
  })

  it('has plain words for every action that is in the source, none longer than its column', () => {
    const source = join(import.meta.dirname, '../../../src/core')
    const actions = new Set(
      globSync('{usecases,store}/**/*.ts', { cwd: source }).flatMap((file) =>
        [
          ...readFileSync(join(source, file), 'utf8').matchAll(
            /'((?:users|tasks|settings|mail|check|log|delivery|housekeeping|portal)\.[a-z-]+)'/g,
          ),
        ].map(([, action]) => action ?? ''),
      ),
    )
    expect(actions.size).toBeGreaterThan(30)
    expect([...actions].filter((action) => actionWords(action) === action)).toEqual([])
    expect([...actions].filter((action) => actionWords(action).length > 20)).toEqual([])
    expect(actionWords('later.than-this')).toBe('later.than-this')
  })
})

describe('the filter of the audit log', () => {
  const now = MONDAY

  it('knows actor, action, door and times, and words', () => {
    const { filter, fits, doubt } = parseSearch('ann actor:olga action:users. since:2h', now)
    expect(filter).toEqual({ keyword: 'ann', actor: 'olga', action: 'users.', since: now - 2 * HOUR })
    expect({ fits, doubt }).toEqual({ fits: null, doubt: null })
  })

  it.each([
    ['!actor:olga', [byDaemon]],
    ['!action:users.', [byDaemon, oldest]],
    ['door:daemon', [byDaemon]],
    ['!door:d', [newest, oldest]],
    ['!mail_host', [newest, byDaemon]],
    ['!192.0.2', [byDaemon]],
  ] as const)('%s leaves out what it should', (text, left) => {
    const { fits } = parseSearch(text, now)
    expect([newest, byDaemon, oldest].filter((row) => fits?.(row))).toEqual(left)
  })

  it('says so when a time cannot be read, and goes by the rest of it', () => {
    const desk = auditDesk([newest]).press('/').type('since:soon')
    expect(aFrame(desk.model)[1]).toContain('times: 2h')
    expect(parseSearch('olga since:soon', now)).toMatchObject({ filter: { keyword: 'olga' } })
  })
})

it('names what was touched by the names that people know, where it is still there', async () => {
  await using house = await StoreHouse.make()
  const store = await house.open()
  const user = aUser({ username: 'ann' })
  const gone = ids.user()
  await store.transact(anActor, 'users.add', async (tx) => {
    tx.put('user', user)
    tx.put('task', aTask({ user, to: 'ann@example.org' }))
    tx.note(`user:${gone}`)
    tx.note('something:else')
  })
  const reading = (filter: string) => performAudit({ kind: 'read', ask, filter, front: null }, { store }, progress)
  const ask = { ticket: 1, place: { kind: 'start' }, limit: 10, again: false } as const
  const progress = { tell: () => {}, signal: new AbortController().signal }
  const read = await reading('')
  const entries: readonly AuditEntry[] = read.kind === 'rows' ? read.slice.items : []
  expect(entries[0]).toMatchObject({
    actor: anActor,
    words: ['user ann', 'letter to ann@example.org', `user ${gone.slice(0, 8)}`, 'something:else'],
  })
  expect(await reading('!actor:olga')).toMatchObject({ slice: { items: [] }, share: 1 })
  // What was done to ann is found by her name, though the log has her id alone; what was done to nobody known is not.
  const hers = await reading(user.email.toUpperCase())
  expect(hers).toMatchObject({ slice: { items: [{ sequence: entries[0]?.sequence }] } })
  expect(await reading('annabel')).toMatchObject({ slice: { items: [] } })
})
