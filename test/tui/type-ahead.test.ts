import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NEW_QUEUE } from '../../src/core/domain/queue.ts'
import type { User } from '../../src/core/domain/user.ts'
import type { Effect } from '../../src/tui/msg.ts'
import { parseUserSearch, type UsersEffect, type UsersMsg } from '../../src/tui/screens/users/users.state.ts'
import { aTask, aUser } from '../support/builders.ts'
import { aModel, Desk } from './a-model.ts'

const [ann, bob, cy] = [aUser({ username: 'ann' }), aUser({ username: 'bob' }), aUser({ username: 'cy' })]
const outlook = { delayMinutes: 10, isHeld: false, warnings: [] }
const effectsOf = (effects: readonly Effect[]): readonly UsersEffect[] =>
  effects.flatMap((each) => (each.kind === 'screen' && each.page === 'users' ? [each.effect] : []))
const wanted = (desk: Desk) => effectsOf(desk.wanted())
const usersOf = ({ model }: Desk) => model.screens.users ?? expect.fail('no page of users')
const asked = ({ model }: Desk) => (model.overlay.kind === 'dialog' ? model.overlay.dialog : expect.fail('no question'))
const tell = (desk: Desk, msg: UsersMsg) => desk.send({ kind: 'screen', page: 'users', msg })

/** The rows of the latest read that was asked for. */
function answer(desk: Desk, users: readonly User[]): Desk {
  const { asked: ask } = usersOf(desk).list
  if (ask === null) return expect.fail('nothing was asked for')
  return tell(desk, {
    kind: 'rows',
    ticket: ask.ticket,
    slice: { items: users, next: null, previous: null, total: users.length },
  })
}

/** A console on another page, from which `2` goes to the users. */
const elsewhere = () => new Desk(aModel({ page: 'audit' }))
const withUsers = (users: readonly User[] = [ann, bob, cy]) => answer(elsewhere().press('2'), users)
const ready = (users: readonly User[]) =>
  ({ kind: 'reset-ready', plan: { ready: users, open: [], disabled: 0, gone: 0, outlook, rate: [] } }) as const

describe('keys typed before a page was read', () => {
  it('are done when it was, in the order in which they were typed', () => {
    const desk = elsewhere().press('2', 'j', ' ', ' ', 'r')
    expect(desk.model.page).toBe('users')
    expect(wanted(desk).map(({ kind }) => kind)).toEqual(['read'])
    expect(wanted(answer(desk, [ann, bob, cy]))).toEqual([{ kind: 'prepare-reset', users: [bob, cy] }])
    expect(desk.model.held).toEqual([])
  })

  it('are about the rows of the filter that was typed before them, not about those that it takes away', () => {
    const desk = withUsers().press('/').type('cy').press('enter', 'r')
    expect(wanted(desk).map(({ kind }) => kind)).not.toContain('prepare-reset')
    expect(wanted(answer(desk, [cy]))).toContainEqual({ kind: 'prepare-reset', users: [cy] })
  })

  it('open a form, and what is typed behind them is its text, figures, too', () => {
    const desk = elsewhere().press('2', 'e', 'tab').type('2q').press('tab')
    expect(desk.model.page).toBe('users')
    answer(desk, [{ ...ann, name: 'Ann' }])
    const { panel } = usersOf(desk)
    if (panel.kind !== 'edit') return expect.fail('no form')
    expect(panel.form.fields[1]).toMatchObject({ editor: { text: 'Ann2q' } })
    expect(panel.form.focus).toBe(2)
  })

  it('do not wait when they are about nothing that is being read', () => {
    expect(usersOf(elsewhere().press('2', 'n')).panel.kind).toBe('add')
    const desk = elsewhere().press('2', '/').type('five5')
    expect(usersOf(desk).filter).toBe('five5')
    expect(elsewhere().press('2', '?').model.overlay.kind).toBe('help')
  })

  it('are taken back by Escape, and left behind with the page', () => {
    const desk = elsewhere().press('2', 'r', 'escape')
    expect(desk.model).toMatchObject({ held: [], page: 'users' })
    desk.press('r', '4')
    expect(desk.model).toMatchObject({ held: [], page: 'log' })
    expect(wanted(answer(desk, [ann])).map(({ kind }) => kind)).not.toContain('prepare-reset')
  })

  it('let Ctrl-C quit at once', () => {
    const desk = elsewhere().press('2', 'r')
    desk.wanted()
    expect(desk.press('ctrl+c').wanted()).toEqual([{ kind: 'quit' }])
  })

  it('are given up when the page cannot be read, or when the first of them cannot be done', () => {
    const failing = elsewhere().press('2', 'r')
    failing.send({ kind: 'screen', page: 'users', msg: { kind: 'failed' } })
    expect(failing.model.held).toEqual([])
    const nobody = elsewhere().press('2', 'e').type('o')
    expect(usersOf(answer(nobody, [])).sort).toBe('username')
    expect(nobody.model.toast?.text).toBe('There is no user here.')
  })

  it('are a thousand at most', () => {
    const desk = elsewhere().press('2').type('r'.repeat(1200))
    expect(desk.model.held).toHaveLength(1000)
  })

  it('wait for the rows beyond those that are loaded, too', () => {
    const many = Array.from({ length: 60 }, () => aUser())
    const desk = elsewhere().press('2')
    const { asked: ask } = usersOf(desk).list
    tell(desk, {
      kind: 'rows',
      ticket: ask?.ticket ?? 0,
      slice: { items: many, next: 'after 60', previous: null, total: 61 },
    })
    desk.wanted()
    desk.press('G', 'r')
    expect(wanted(desk).map(({ kind }) => kind)).toEqual(['read'])
    expect(wanted(answer(desk, [...many, cy]))).toContainEqual({ kind: 'prepare-reset', users: [cy] })
  })

  it('go to the setting that is to be mended as soon as it is known which', () => {
    const desk = new Desk(aModel({ page: 'audit' })).press('f')
    expect(desk.model.page).toBe('audit')
    desk.send({ kind: 'mail', mail: { state: 'off', queue: NEW_QUEUE, held: 0 } })
    expect(desk.model.page).toBe('settings')
  })

  it('chosen in the palette wait like those that are pressed', () => {
    const desk = elsewhere().press('2', ':').type('reset the pass').press('enter')
    expect(wanted(desk).map(({ kind }) => kind)).toEqual(['read'])
    expect(wanted(answer(desk, [ann]))).toEqual([{ kind: 'prepare-reset', users: [ann] }])
  })
})

describe('whatever is typed', () => {
  const people = ['ann', 'bob', 'cy', 'dee', 'eve', 'ann2', 'bob2'].map((username) =>
    aUser({ username, status: username === 'cy' ? 'disabled' : 'active' }),
  )

  /** What the store would say to the latest read. */
  function store(desk: Desk): Desk {
    const { list, filter, direction } = usersOf(desk)
    if (list.asked === null) return desk
    const { keyword = '', status } = parseUserSearch(filter).filter
    const fits = people.filter((user) => user.username.includes(keyword) && (status ?? user.status) === user.status)
    const sorted = fits.toSorted((one, other) => (one.username < other.username ? -1 : 1))
    return answer(desk, direction === 'ascending' ? sorted : sorted.toReversed())
  }

  const outcome = (desk: Desk) => {
    const { list, filter, opened, sort, direction, panel } = usersOf(desk)
    const form = panel.kind === 'edit' || panel.kind === 'add' ? panel.form : null
    const at = list.rows[list.cursor]?.username
    return { at, marks: [...list.marks.keys()], filter, opened: opened?.user.username, sort, direction, form }
  }

  it('comes to the same whether the page is read at once or long after the last key', () => {
    const keys = ['j', 'k', 'g', 'G', ' ', 'enter', '/', 'n', 'o', 'O', 's', 'e', 'b', 'tab', 'backspace'] as const
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 25 }), (typed) => {
        const [prompt, late] = [store(elsewhere().press('2')), elsewhere().press('2', ...typed)]
        for (const key of typed) store(prompt.press(key))
        // Behind one that cannot be done the others are given up.
        fc.pre(prompt.model.toast === null)
        // A read may lead to keys that lead to another.
        for (let reads = 0; reads <= typed.length; reads++) store(late)
        expect(outcome(late)).toEqual(outcome(prompt))
        expect(late.model.held).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a question', () => {
  it('is answered by nothing that was typed before it was drawn, and says so', () => {
    const desk = withUsers()
    desk.press('r', 'y', 'enter')
    tell(desk, ready([ann]))
    expect(asked(desk).title).toBe('Reset the password of ann?')
    expect(desk.model.toast?.text).toBe('Typed too early to answer this: read it, then press the key again.')
    expect(wanted(desk).map(({ kind }) => kind)).not.toContain('reset')
    desk.press('y')
    expect(wanted(desk)).toContainEqual({ kind: 'reset', users: [ann.id], when: { kind: 'usual' } })
  })

  it('that is asked at once is not answered in the same breath either', () => {
    const desk = withUsers().press('d', 'y')
    expect(asked(desk).title).toBe('Disable ann?')
    expect(wanted(desk).map(({ kind }) => kind)).not.toContain('act')
  })

  it('that wants a name typed does not take what was typed before it', () => {
    const desk = withUsers().press('x', ...'ann', 'enter')
    expect(asked(desk)).toMatchObject({ kind: 'typed', editor: { text: '' } })
    desk.type('ann').press('enter')
    expect(wanted(desk)).toContainEqual({ kind: 'act', action: 'delete', users: [ann] })
  })

  it('may be left before it was drawn: n, q and Escape do no harm', () => {
    const desk = withUsers().press('r', 'n', 'j')
    tell(desk, ready([ann]))
    expect(desk.model.overlay.kind).toBe('none')
    expect(usersOf(desk).list.cursor).toBe(1)
  })

  it('on its way is called off by Escape, and by leaving the page', () => {
    const left = withUsers().press('r', 'j', 'escape')
    expect(tell(left, ready([ann])).model).toMatchObject({ overlay: { kind: 'none' }, held: [] })
    const gone = withUsers().press('r', '4')
    expect(tell(gone, ready([ann])).model).toMatchObject({ overlay: { kind: 'none' }, page: 'log' })
  })

  it('cannot be seen, and so not answered, in a terminal that is too small', () => {
    const desk = withUsers().press('d')
    desk.send({ kind: 'resized', columns: 40, rows: 10 }).press('y')
    desk.send({ kind: 'resized', columns: 80, rows: 24 })
    expect(desk.model.overlay).toMatchObject({ kind: 'dialog', isSeen: false })
  })
})

describe('keys typed while something is being changed', () => {
  it('u undoes the reset that was confirmed before it, not the one before that', () => {
    const desk = withUsers().press('r')
    tell(desk, ready([ann]))
    desk.press('y', 'u')
    expect(wanted(desk).map(({ kind }) => kind)).not.toContain('undo')
    const task = aTask({ user: ann })
    tell(desk, { kind: 'reset-done', requested: [{ kind: 'made', user: ann, task }], outlook })
    expect(wanted(desk)).toContainEqual({ kind: 'undo', edits: [{ id: task.id, version: task.version }] })
  })

  it('go to the list when the form was saved, and nowhere when it was not', () => {
    const typedAhead = () => withUsers().press('e').type('x').press('ctrl+s', 'j', 'j')
    const saved = typedAhead()
    tell(saved, { kind: 'saved', saved: { kind: 'done', user: ann, reset: null, outlook } })
    expect(usersOf(saved).list.cursor).toBe(2)
    const refused = typedAhead()
    tell(refused, { kind: 'saved', saved: { kind: 'refused', errors: new Map() } })
    const { panel } = usersOf(refused)
    if (panel.kind !== 'edit') return expect.fail('no form')
    expect(panel.form.fields[0]).toMatchObject({ editor: { text: `${ann.email}x` } })
  })
})
