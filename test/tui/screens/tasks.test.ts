import { describe, expect, it } from 'vitest'
import { NEW_QUEUE } from '../../../src/core/domain/queue.ts'
import type { Task } from '../../../src/core/domain/task.ts'
import { footerLine } from '../../../src/tui/frame.ts'
import { textOf } from '../../../src/tui/line.ts'
import type { Effect } from '../../../src/tui/msg.ts'
import type { TasksEffect } from '../../../src/tui/screens/tasks/tasks.state.ts'
import { themeOf } from '../../../src/tui/theme.ts'
import { anEndedTask, aTask, ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { aFrame } from '../a-frame.tsx'
import { aModel, Desk } from '../a-model.ts'

const waiting = aTask({ to: 'ann@example.org' })
const failed = anEndedTask({ to: 'bob@example.org', status: 'failed' })
const done = anEndedTask({ to: 'cy@example.org', status: 'carried-out' })

const effectsOf = (effects: readonly Effect[]): readonly TasksEffect[] =>
  effects.flatMap((each) => (each.kind === 'screen' && each.page === 'tasks' ? [each.effect] : []))

/** The page of tasks as it is when these have been read. */
function tasksDesk(tasks: readonly Task[], desk = new Desk()): Desk {
  desk.send({ kind: 'screen', page: 'tasks', msg: { kind: 'shown', arrival: {} } })
  return answer(desk, tasks)
}

const countFailed = (tasks: readonly Task[]) => tasks.filter(({ status }) => status === 'failed').length

/** Answers the latest read with these tasks. */
function answer(desk: Desk, tasks: readonly Task[]): Desk {
  const read = effectsOf(desk.wanted()).findLast((effect) => effect.kind === 'read')
  if (read?.kind !== 'read') return expect.fail('nothing was asked for')
  const slice = { items: tasks, next: null, previous: null, total: tasks.length }
  return desk.send({
    kind: 'screen',
    page: 'tasks',
    msg: { kind: 'rows', ticket: read.ask.ticket, slice, held: new Map(), failed: countFailed(tasks) },
  })
}

const asked = ({ model }: Desk) => (model.overlay.kind === 'dialog' ? model.overlay.dialog : expect.fail('no question'))
const footerText = (desk: Desk) =>
  textOf(footerLine({ ...desk.model, columns: 200 }, themeOf({ colour: false, ascii: false })))
const frameOf = ({ model }: Desk) => aFrame(model).join('\n')
const tasksOf = ({ model }: Desk) => model.screens.tasks ?? expect.fail('no page of tasks')

describe('redoing', () => {
  it('looks first at what may be redone, then asks, with the focus on Cancel, and only then does it', () => {
    const desk = tasksDesk([failed, done]).press('r')
    expect(effectsOf(desk.wanted())).toEqual([{ kind: 'prepare-redo', redo: { kind: 'chosen', tasks: [failed] } }])

    const what = { kind: 'chosen', tasks: [failed] } as const
    desk.send({ kind: 'screen', page: 'tasks', msg: { kind: 'redo-ready', what, ready: [failed], leftOut: [] } })
    expect(asked(desk)).toMatchObject({ kind: 'confirm', focus: 'cancel', title: 'Redo 1 letter?' })
    desk.press('enter')
    expect(desk.model.overlay.kind).toBe('none')
    expect(desk.wanted()).toEqual([])

    desk
      .press('r')
      .send({ kind: 'screen', page: 'tasks', msg: { kind: 'redo-ready', what, ready: [failed], leftOut: [] } })
      .wanted()
    desk.press('y')
    const edits = [{ id: failed.id, version: failed.version }]
    expect(effectsOf(desk.wanted())).toEqual([{ kind: 'change', action: 'redo', edits }])
  })

  it('is about the marked tasks, as they were seen when they were marked', () => {
    const desk = tasksDesk([failed, done, waiting]).press(' ', ' ').press('r')
    expect(effectsOf(desk.wanted())).toEqual([
      { kind: 'prepare-redo', redo: { kind: 'chosen', tasks: [failed, done] } },
    ])
  })

  it('is about all that the filter shows once * was pressed, also those that no view has loaded', () => {
    const desk = tasksDesk([failed]).press('/').type('status:failed').press('enter')
    const rows = (given: readonly Task[]) => ({ items: given, next: null, previous: null, total: 2 })
    const { ticket } = tasksOf(desk).list
    const read = { ticket, slice: rows([failed]), held: new Map(), failed: 2 }
    desk.send({ kind: 'screen', page: 'tasks', msg: { kind: 'rows', ...read } }).wanted()
    desk.press('*', 'r')
    expect(effectsOf(desk.wanted())).toMatchObject([{ kind: 'read-to-mark', filter: 'status:failed' }])
    const first = { rows: [failed, done], isMore: false }
    desk.send({ kind: 'screen', page: 'tasks', msg: { kind: 'to-mark', filter: 'status:failed', first } })
    expect(effectsOf(desk.wanted())).toEqual([
      { kind: 'prepare-redo', redo: { kind: 'chosen', tasks: [failed, done] } },
    ])
    desk.press('escape', '*')
    expect(tasksOf(desk).list.marks.size).toBe(0)
  })

  it('is not about what * marked under another filter', () => {
    const desk = tasksDesk([failed, done]).press('*')
    const first = { rows: [failed, done], isMore: false }
    desk.send({ kind: 'screen', page: 'tasks', msg: { kind: 'to-mark', filter: 'ann', first } })
    expect(tasksOf(desk).list.marks.size).toBe(0)
    expect(desk.model.toast).toBeNull()
  })

  it('says plainly that a letter had been carried out', () => {
    const what = { kind: 'chosen', tasks: [done] } as const
    const desk = tasksDesk([done]).press('r')
    desk.send({ kind: 'screen', page: 'tasks', msg: { kind: 'redo-ready', what, ready: [done], leftOut: [] } })
    expect(asked(desk).lines.join(' ')).toContain('one letter was carried out already')
  })

  it('says who gets a letter: the one, the two of them, or the first and how many others', () => {
    const said = (ready: readonly Task[]) => {
      const what = { kind: 'chosen', tasks: ready } as const
      const desk = tasksDesk(ready).press('r')
      desk.send({ kind: 'screen', page: 'tasks', msg: { kind: 'redo-ready', what, ready, leftOut: [] } })
      return asked(desk).lines[0]
    }
    const to = (name: string) => anEndedTask({ to: `${name}@x.org`, status: 'failed' })
    expect(said([to('a')])).toMatch(/^a@x\.org gets a new letter/)
    expect(said([to('a'), to('b')])).toMatch(/^a@x\.org and b@x\.org get a new letter/)
    expect(said(['a', 'b', 'c', 'd'].map(to))).toMatch(/^a@x\.org, b@x\.org, c@x\.org and 1 other get a new letter/)
  })

  it('of more than twenty letters wants their number typed', () => {
    const many = Array.from({ length: 21 }, () => anEndedTask({ status: 'failed' }))
    const desk = tasksDesk(many).press('F')
    desk.send({
      kind: 'screen',
      page: 'tasks',
      msg: { kind: 'redo-ready', what: { kind: 'all-failed' }, ready: many, leftOut: [] },
    })
    desk.wanted()
    desk.press('y', 'enter')
    expect(effectsOf(desk.wanted())).toEqual([])
    desk.press('backspace').type('21').press('enter')
    expect(effectsOf(desk.wanted())).toMatchObject([{ kind: 'change', action: 'redo' }])
  })

  it('says why when nothing may be redone', () => {
    const what = { kind: 'chosen', tasks: [failed] } as const
    const desk = tasksDesk([failed]).press('r')
    desk.send({
      kind: 'screen',
      page: 'tasks',
      msg: { kind: 'redo-ready', what, ready: [], leftOut: ['It was replaced.'] },
    })
    expect(desk.model.overlay.kind).toBe('none')
    expect(desk.model.toast?.text).toBe('It was replaced.')
  })
})

describe('a key that does not apply', () => {
  it('says why, and does nothing', () => {
    const desk = tasksDesk([done]).press('c')
    expect(desk.model.overlay.kind).toBe('none')
    expect(desk.model.toast?.text).toContain('It has ended')
    expect(effectsOf(desk.wanted())).toEqual([])
  })

  it('does not exist at all under --read-only', () => {
    const desk = tasksDesk([failed], new Desk(aModel({ readOnly: true }))).press('r', 'c', 's', 'F', 'E')
    expect(effectsOf(desk.wanted())).toEqual([])
    expect(desk.model.toast).toBeNull()
    // Nor is any of another page's named where there is nothing to see.
    expect(frameOf(tasksDesk([], new Desk(aModel({ readOnly: true }))))).toContain('No letter has been asked for yet.')
  })
})

describe('the filter', () => {
  it('is in force with every key, and each read drops what was asked before', () => {
    const desk = tasksDesk([failed, done]).press('/').type('bo')
    const reads = effectsOf(desk.wanted())
    expect(reads.map((effect) => effect.kind === 'read' && effect.filter)).toEqual(['b', 'bo'])
    const [first] = reads
    if (first?.kind !== 'read') return expect.fail('no read')
    const stale = { items: [done], next: null, previous: null, total: 1 }
    desk.send({
      kind: 'screen',
      page: 'tasks',
      msg: { kind: 'rows', ticket: first.ask.ticket, slice: stale, held: new Map(), failed: 0 },
    })
    expect(tasksOf(desk).list.rows).toEqual([failed, done])
  })

  it('is as before when the prompt is left with Escape, and stays with Enter', () => {
    const desk = tasksDesk([failed]).press('/').type('bo').press('escape')
    expect(tasksOf(desk).filter).toBe('')
    desk.press('/').type('bo').press('enter')
    expect(tasksOf(desk).filter).toBe('bo')
    expect(desk.model.overlay.kind).toBe('none')
  })

  it('takes letters that are keys elsewhere as text', () => {
    const desk = tasksDesk([failed]).press('/').type('qrc?:1 ')
    expect(tasksOf(desk).filter).toBe('qrc?:1 ')
    expect(desk.wanted().some(({ kind }) => kind === 'quit')).toBe(false)
  })
})

describe('what was opened', () => {
  it('is read again when tasks change, and shown as it is then', () => {
    const desk = tasksDesk([waiting]).press('enter')
    desk.wanted()
    desk.send({ kind: 'changed', kinds: new Set(['task']), now: desk.model.now })
    expect(effectsOf(desk.wanted())).toContainEqual({ kind: 'read-task', id: waiting.id })
    const later = { ...waiting, version: waiting.version + 1 }
    desk.send({
      kind: 'screen',
      page: 'tasks',
      msg: { kind: 'task', id: waiting.id, task: later, held: new Map() },
    })
    expect(tasksOf(desk).opened?.task).toBe(later)
  })

  it('by an id that there is not says so', () => {
    const desk = new Desk().send({ kind: 'screen', page: 'tasks', msg: { kind: 'shown', arrival: { id: 'zzz' } } })
    desk.send({
      kind: 'screen',
      page: 'tasks',
      msg: { kind: 'task', id: 'zzz', task: null, held: new Map() },
    })
    expect(desk.model.toast?.text).toBe('There is no task zzz.')
  })
})

describe('from a task', () => {
  const cause = {
    stage: 'auth' as const,
    code: 'EAUTH',
    originalCode: null,
    replyCode: 535,
    enhancedCode: '5.7.8',
    reply: '535 5.7.8 Username and Password not accepted',
  }
  const tried = {
    id: ids.attempt(),
    round: 1,
    at: MONDAY,
    outcome: 'misconfigured' as const,
    code: '5.7.8',
    reply: cause.reply,
    durationMs: 3,
  }
  const refused: Task = { ...anEndedTask({ status: 'failed' }), cause, attempts: [tried] }

  it('f leads to the setting that mends what it failed of, though mail is on again', () => {
    const mail = { state: 'open' as const, queue: NEW_QUEUE, held: 0 }
    const desk = tasksDesk([refused, done], new Desk(aModel({ mail })))
    expect(footerText(desk)).toContain('f fix')
    desk.press('enter')
    expect(frameOf(desk)).toContain('f goes to 5 Setting › SERVICE_MAIL_PASSWORD')
    desk.press('f')
    expect(desk.model.page).toBe('settings')
    desk.press('q')
    expect(desk.model.page).toBe('tasks')
    desk.press('escape', 'j', 'f')
    expect(desk.model.page).toBe('tasks')
    expect(desk.model.toast?.text).toBe('No setting needs mending here.')
  })

  it('l leads to its latest attempt in the mail log, which is not looked through for it', () => {
    const desk = tasksDesk([refused, waiting]).press('l')
    expect(desk.model.page).toBe('log')
    expect(desk.wanted()).toContainEqual({
      kind: 'screen',
      page: 'log',
      effect: { kind: 'open', id: tried.id, began: MONDAY },
    })
    desk.press('q', 'j', 'l')
    expect(desk.model.page).toBe('tasks')
    expect(desk.model.toast?.text).toBe('It was not tried yet: the mail log has nothing of it.')
  })
})

describe('the Escape ladder', () => {
  it('leaves what was opened, then the filter, then the marks, and never quits', () => {
    const desk = tasksDesk([failed, done]).press(' ')
    desk.press('/').type('b').press('enter')
    answer(desk, [failed, done])
    desk.press(' ', 'enter')
    expect(tasksOf(desk).opened).not.toBeNull()
    desk.press('escape')
    expect(tasksOf(desk).opened).toBeNull()
    expect(tasksOf(desk).filter).toBe('b')
    desk.press('escape')
    expect(tasksOf(desk).filter).toBe('')
    answer(desk, [failed, done])
    desk.press(' ', 'escape')
    expect(tasksOf(desk).list.marks.size).toBe(0)
    desk.press('escape', 'escape')
    expect(desk.wanted().some(({ kind }) => kind === 'quit')).toBe(false)
  })

  it('goes back with q, which quits at the root', () => {
    const desk = tasksDesk([failed]).press('enter', 'q')
    expect(tasksOf(desk).opened).toBeNull()
    expect(desk.wanted().some(({ kind }) => kind === 'quit')).toBe(false)
    desk.press('q')
    expect(desk.wanted()).toContainEqual({ kind: 'quit' })
  })
})

describe('what does not apply just now', () => {
  const footer = (desk: Desk) => footerLine({ ...desk.model, columns: 200 }, themeOf({ colour: false, ascii: false }))
  const isDim = (desk: Desk, words: string) =>
    footer(desk).some(({ text, tone }) => tone === 'dim' && text.startsWith(words))

  it('has a dim hint behind the others, and says why when it is pressed', () => {
    const well = tasksDesk([done])
    expect(isDim(well, 'F redo all failed')).toBe(true)
    expect(textOf(footer(well)).indexOf('redo all failed')).toBeGreaterThan(textOf(footer(well)).indexOf('q quit'))
    expect(well.press('F').model.toast?.text).toBe('Nothing has failed.')
    expect(isDim(tasksDesk([failed]), 'F redo all failed')).toBe(false)
  })

  it('is, in every list, what is about a row where there is none', () => {
    const empty = tasksDesk([])
    expect(isDim(empty, 'Enter open')).toBe(true)
    expect(empty.press('enter').model.toast?.text).toBe('There is no row here.')
  })
})
