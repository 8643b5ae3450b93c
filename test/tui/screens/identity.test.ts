import { expect, it } from 'vitest'
import { NEW_QUEUE } from '../../../src/core/domain/queue.ts'
import { DAY, MINUTE } from '../../../src/core/domain/time.ts'
import { cellsOf } from '../../../src/core/text/width.ts'
import { anEndedTask, anEntry, aSetting, aTask, aUser, ids } from '../../support/builders.ts'
import { aFrame } from '../a-frame.tsx'
import { aModel, Desk } from '../a-model.ts'

const TO = 'alexandra.lee@example.org'.slice(1)
const slice = <Row>(items: readonly Row[]) => ({ items, next: null, previous: null, total: items.length })

it.each([120, 140, 160])('who a row is about is said in full beside the pane at %i columns', (columns) => {
  const tasks = new Desk(aModel({ page: 'tasks', columns, rows: 30 }))
  tasks.send({ kind: 'screen', page: 'tasks', msg: { kind: 'shown', arrival: {} } })
  const items = [anEndedTask({ to: TO, status: 'failed' }), anEndedTask({ to: TO, status: 'carried-out' })]
  const ticket = tasks.model.screens.tasks?.list.ticket ?? 0
  const rows = { kind: 'rows', ticket, slice: slice(items), held: new Map(), failed: 1 } as const
  tasks.send({ kind: 'screen', page: 'tasks', msg: rows })
  // The row below the cursor: its address does not stand in the pane.
  expect(aFrame(tasks.model)[4]?.split('│')[0]).toContain(TO)

  const users = new Desk(aModel({ page: 'users', columns, rows: 30 }))
  users.send({ kind: 'screen', page: 'users', msg: { kind: 'shown', arrival: {} } })
  const people = [aUser({ email: TO }), aUser({ email: TO.replace('a', 'b') })]
  const asked = users.model.screens.users?.list.ticket ?? 0
  users.send({ kind: 'screen', page: 'users', msg: { kind: 'rows', ticket: asked, slice: slice(people) } })
  expect(aFrame(users.model)[4]?.split('│')[0]).toContain(TO.replace('a', 'b'))
})

it.each([120, 140, 160])('whom a letter went to is told apart in the mail log at %i columns', (columns) => {
  const log = new Desk(aModel({ page: 'log', columns, rows: 30 }))
  log.send({ kind: 'screen', page: 'log', msg: { kind: 'shown', arrival: {} } })
  const ticket = log.model.screens.log?.list.ticket ?? 0
  const items = [anEntry({ to: 'bob@example.org' }), anEntry({ to: 'cy.lee.smith@example.org' })]
  log.send({
    kind: 'screen',
    page: 'log',
    msg: { kind: 'rows', ticket, slice: slice(items), share: null, front: null },
  })
  expect(aFrame(log.model)[4]?.split('│')[0]).toContain('cy.lee.smith@example')
})

it('at 80 columns a recipient of 27 cells is said in full, beside when, what became of it, tries and the last error', () => {
  const to = 'alexandra.lee22@example.org'
  const desk = new Desk(aModel({ page: 'tasks', columns: 80, rows: 24 }))
  desk.send({ kind: 'screen', page: 'tasks', msg: { kind: 'shown', arrival: {} } })
  const { now } = desk.model
  const items = [
    aTask({ to, dueAt: now + 125 * MINUTE }),
    aTask({ to, dueAt: now + 3 * DAY }),
    aTask({ to, dueAt: now + 9 * DAY }),
    anEndedTask({ to, status: 'cancelled' }),
  ]
  const ticket = desk.model.screens.tasks?.list.ticket ?? 0
  const rows = { kind: 'rows', ticket, slice: slice(items), held: new Map(), failed: 0 } as const
  desk.send({ kind: 'screen', page: 'tasks', msg: rows })
  const [titles, ...shown] = aFrame(desk.model).slice(2, 7)
  expect(titles).toMatch(/SCHEDULED +STATUS +KIND +TO +TRY +LAST/)
  expect(to).toHaveLength(27)
  for (const row of shown) expect(row).toContain(` ${to}  `)
  expect(shown[0]).toMatch(/^> +\d\d:\d\d +· wait 2h +reset/)
  expect(shown[1]).toMatch(/^ +[A-Z][a-z]{2} \d\d:\d\d +· wait 3d +reset/)
  expect(shown[2]).toMatch(/^ +\d\d-\d\d +· wait 9d +reset/)
  expect(shown[3]).toContain('cancelled  reset')
})

/** Where the rule of the pane stands, and whatever stands before it, of the rows of a page. */
function besideRule({ model }: Desk): { readonly at: readonly number[]; readonly before: readonly string[] } {
  const rows = aFrame(model)
    .slice(2, -2)
    .map((row) => row.split('│')[0] ?? '')
  return { at: [...new Set(rows.map((row) => cellsOf(row)))], before: [...new Set(rows.map((row) => row.slice(-1)))] }
}

it.each([120, 121, 127, 133, 140, 160, 200])(
  'at %i columns one cell stands between what is listed and the rule of the pane, however long it is',
  (columns) => {
    const long = '山田 said much '.repeat(40)
    const size = { columns, rows: 30 }
    const arrival = { kind: 'shown', arrival: {} } as const
    const tasks = new Desk(aModel({ page: 'tasks', ...size })).send({ kind: 'screen', page: 'tasks', msg: arrival })
    const attempt = { ...anEndedTask({ status: 'failed' }).attempts[0], id: ids.attempt(), round: 1, at: 0 }
    const tried = { ...attempt, outcome: 'refused', code: '5.1.1', reply: long, durationMs: 1 } as const
    const ended = { ...anEndedTask({ to: `${long}@example.org`, status: 'failed' }), attempts: [tried] }
    const listed = { slice: slice([ended, ended].map((task) => ({ ...task, id: ids.task() }))), held: new Map() }
    const asked = tasks.model.screens.tasks?.list.ticket ?? 0
    tasks.send({ kind: 'screen', page: 'tasks', msg: { kind: 'rows', ticket: asked, ...listed, failed: 1 } })

    const users = new Desk(aModel({ page: 'users', ...size })).send({ kind: 'screen', page: 'users', msg: arrival })
    const people = [DAY, 0].map((ago) => aUser({ name: long.slice(0, 90), createdAt: users.model.now - ago }))
    const ticket = users.model.screens.users?.list.ticket ?? 0
    users.send({ kind: 'screen', page: 'users', msg: { kind: 'rows', ticket, slice: slice(people) } })

    const log = new Desk(aModel({ page: 'log', ...size })).send({ kind: 'screen', page: 'log', msg: arrival })
    const entries = { slice: slice([anEntry({ reply: long }), anEntry({ reply: long })]), share: null, front: null }
    const wanted = log.model.screens.log?.list.ticket ?? 0
    log.send({ kind: 'screen', page: 'log', msg: { kind: 'rows', ticket: wanted, ...entries } })

    const daemon = { pid: 1, version: '', startedAt: '', seenAt: '' }
    const settings = new Desk(aModel({ page: 'settings', daemon, ...size }))
    settings.send({ kind: 'screen', page: 'settings', msg: arrival })
    const stored = [aSetting({ name: 'SERVICE_MAIL_HOST', value: `${'x'.repeat(300)}.example` })]
    settings
      .send({ kind: 'screen', page: 'settings', msg: { kind: 'rows', rows: stored, queue: NEW_QUEUE } })
      .press('c')

    for (const desk of [tasks, users, log, settings]) {
      const { at, before } = besideRule(desk)
      expect(at).toHaveLength(1)
      expect(before).toEqual([' '])
    }
  },
)
