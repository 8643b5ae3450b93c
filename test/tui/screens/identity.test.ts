import { expect, it } from 'vitest'
import { DAY, MINUTE } from '../../../src/core/domain/time.ts'
import { anEndedTask, anEntry, aTask, aUser } from '../../support/builders.ts'
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
