import { describe, expect, it } from 'vitest'
import { MINUTE } from '../../../src/core/domain/time.ts'
import type { User } from '../../../src/core/domain/user.ts'
import { inert } from '../../../src/core/text/inert.ts'
import { formValue } from '../../../src/tui/form/form.ts'
import type { Effect } from '../../../src/tui/msg.ts'
import {
  type Outlook,
  parseUserSearch,
  type ResetPlan,
  type UsersEffect,
  type UsersMsg,
  withNextStatus,
} from '../../../src/tui/screens/users/users.state.ts'
import { aTask, aUser } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { aFrame } from '../a-frame.tsx'
import { aModel, Desk } from '../a-model.ts'

const ann = aUser({ username: 'ann', email: 'ann@example.org', name: 'Ann Arbor' })
const bob = aUser({ username: 'bob', email: 'bob@example.org', name: 'Bob' })
const cy = aUser({ username: 'cy', email: 'cy@example.org', name: '', status: 'disabled' })
const by = { who: inert('bea (command line)'), at: MONDAY }
const outlook: Outlook = { delayMinutes: 10, isHeld: false, warnings: [] }
const held: Outlook = { ...outlook, isHeld: true, warnings: [inert('Letters are held: SERVICE_MAIL_ENABLE is false.')] }

const effectsOf = (effects: readonly Effect[]): readonly UsersEffect[] =>
  effects.flatMap((each) => (each.kind === 'screen' && each.page === 'users' ? [each.effect] : []))
const wanted = (desk: Desk) => effectsOf(desk.wanted())
const usersOf = ({ model }: Desk) => model.screens.users ?? expect.fail('no page of users')
const asked = ({ model }: Desk) => (model.overlay.kind === 'dialog' ? model.overlay.dialog : expect.fail('no question'))
const toastOf = ({ model }: Desk) => model.toast?.text ?? ''
const tell = (desk: Desk, msg: UsersMsg) => desk.send({ kind: 'screen', page: 'users', msg })

/** The page of users at 80×24 when these have been read. */
function usersDesk(users: readonly User[] = [ann, bob, cy], given = {}): Desk {
  const desk = new Desk(aModel({ page: 'users', ...given }))
  desk.send({ kind: 'screen', page: 'users', msg: { kind: 'shown', arrival: {} } })
  return answer(desk, users)
}

function answer(desk: Desk, users: readonly User[]): Desk {
  const read = wanted(desk).findLast((effect) => effect.kind === 'read')
  if (read?.kind !== 'read') return expect.fail('nothing was asked for')
  const slice = { items: users, next: null, previous: null, total: users.length }
  return tell(desk, { kind: 'rows', ticket: read.ask.ticket, slice })
}

const aPlan = (given: Partial<ResetPlan>): ResetPlan => ({
  ready: [],
  open: [],
  disabled: 0,
  gone: 0,
  outlook,
  rate: [],
  ...given,
})

const formOf = (desk: Desk) => {
  const { panel } = usersOf(desk)
  return panel.kind === 'none' || panel.kind === 'preview' ? expect.fail('no form is open') : panel.form
}
const fieldOf = (desk: Desk, name: string) =>
  formOf(desk).fields.find((field) => field.name === name) ?? expect.fail(`no field ${name}`)

describe('the list', () => {
  it('is sorted by each column, and either way round', () => {
    const desk = usersDesk()
    const orders: string[] = []
    for (const key of ['o', 'o', 'o', 'O', 'O', 'o', 'O']) {
      desk.press(key)
      const read = wanted(desk).find((effect) => effect.kind === 'read')
      if (read?.kind === 'read') orders.push(`${read.sort} ${read.direction}`)
    }
    expect(orders).toEqual([
      'email ascending',
      'name ascending',
      'created ascending',
      'created descending',
      'created ascending',
      'username ascending',
      'username descending',
    ])
  })

  it('is filtered by words and by status, with every key', () => {
    const desk = usersDesk().press('/', 'a', 'n')
    expect(wanted(desk).findLast((effect) => effect.kind === 'read')).toMatchObject({ filter: 'an' })
    desk.press('enter', 's')
    expect(usersOf(desk).filter).toBe('an status:active')
    desk.press('s')
    expect(usersOf(desk).filter).toBe('an status:disabled')
    desk.press('s')
    expect(usersOf(desk).filter).toBe('an')
  })

  it.each([
    ['', {}, false],
    ['ann lee', { keyword: 'ann lee' }, false],
    ['status:dis', { status: 'disabled' }, false],
    ['!status:disabled ann', { keyword: 'ann', status: 'active' }, false],
    ['!test', { without: ['test'] }, false],
    ['status:gone', {}, true],
  ] as const)('reads %j as a filter', (text, filter, isImpossible) => {
    expect(parseUserSearch(text)).toEqual({ filter, isImpossible, doubt: null })
  })

  it('keeps other words when the status is gone through', () => {
    expect(withNextStatus('x !status:active y')).toBe('x y')
  })

  it('reads who is under the cursor where there is room for a detail, and only there', () => {
    const narrow = usersDesk()
    expect(wanted(narrow.press('j'))).toEqual([])
    const wide = usersDesk([ann, bob], { columns: 140, rows: 40 })
    wide.wanted()
    expect(wanted(wide.press('j'))).toEqual([{ kind: 'read-user', asked: bob.id }])
    expect(wanted(wide.press('j'))).toEqual([])
  })

  it('is read again when the settings change: its link may work no more', () => {
    const wide = usersDesk([ann, bob], { columns: 140, rows: 40 })
    wide.wanted()
    wide.send({ kind: 'changed', kinds: new Set(['setting']), now: MONDAY })
    expect(wanted(wide)).toContainEqual({ kind: 'read-user', asked: ann.id })
  })

  it('does not ask again at once for what has just failed', () => {
    const desk = usersDesk([ann], { columns: 140, rows: 40 })
    desk.wanted()
    desk.send({ kind: 'screen', page: 'users', msg: { kind: 'failed' } })
    expect(wanted(desk)).toEqual([])
    expect(wanted(desk.press('j'))).toEqual([{ kind: 'read-user', asked: ann.id }])
  })

  it('opens who was asked for by name, and says so when there is nobody', () => {
    const desk = new Desk(aModel({ page: 'users', columns: 140, rows: 40 }))
    desk.send({ kind: 'screen', page: 'users', msg: { kind: 'shown', arrival: { id: 'ann' } } })
    expect(wanted(desk)).toContainEqual({ kind: 'read-user', asked: 'ann' })
    tell(desk, { kind: 'user', asked: 'ann', detail: { user: ann, credential: undefined, tasks: [] } })
    expect(usersOf(desk).opened?.user).toBe(ann)

    desk.send({ kind: 'screen', page: 'users', msg: { kind: 'shown', arrival: { id: 'nobody' } } })
    tell(desk, { kind: 'user', asked: 'nobody', detail: null })
    expect(toastOf(desk)).toBe('There is no user nobody.')
  })

  it('goes to the tasks and the letters of that user, and of no bobby', () => {
    const filter = 'user:bob'
    expect(usersDesk([bob]).press('t').model).toMatchObject({ page: 'tasks', screens: { tasks: { filter } } })
    expect(usersDesk([bob]).press('l').model).toMatchObject({ page: 'log', screens: { log: { filter } } })
  })
})

describe('resetting', () => {
  const task = aTask({ user: ann, dueAt: MONDAY + 10 * MINUTE })
  const made = { kind: 'made', user: ann, task } as const

  it('shows how many letters leave, when, and how long it takes, before anything is asked for', () => {
    const desk = usersDesk().press(' ', ' ', 'r')
    expect(wanted(desk)).toEqual([{ kind: 'prepare-reset', users: [ann, bob] }])
    const rate = [inert('At 30 a minute the last of 2 leaves about 14:45 today.')]
    tell(desk, { kind: 'reset-ready', plan: aPlan({ ready: [ann, bob], disabled: 1, outlook: held, rate }) })
    const words = asked(desk).lines.join('\n')
    expect(asked(desk).title).toBe('Reset 2 passwords?')
    expect(words).toContain('2 letters with a temporary password each, to ann and bob.')
    expect(words).toMatch(/They are due at .* in 10m; until then u undoes it/)
    expect(words).toContain('At 30 a minute the last of 2 leaves about 14:45 today.')
    expect(words).toContain('1 disabled user gets no letter.')
    expect(words).toContain('SERVICE_MAIL_ENABLE is false')
    expect(wanted(desk.press('y'))).toEqual([{ kind: 'reset', users: [ann.id, bob.id], when: { kind: 'usual' } }])
  })

  it('is about everybody whom the filter shows once * was pressed', () => {
    const desk = usersDesk([ann]).press('*', 'r')
    expect(wanted(desk)).toMatchObject([{ kind: 'read-to-mark', filter: '' }])
    tell(desk, { kind: 'to-mark', filter: '', first: { rows: [ann, bob], isMore: true } })
    expect(toastOf(desk)).toBe('Marked the first 2 users; there are more.')
    expect(wanted(desk)).toEqual([{ kind: 'prepare-reset', users: [ann, bob] }])
  })

  it('asks for the number to be typed when there are many', () => {
    const many = Array.from({ length: 21 }, () => aUser())
    const desk = tell(usersDesk().press('r'), { kind: 'reset-ready', plan: aPlan({ ready: many }) })
    desk.wanted()
    expect(asked(desk)).toMatchObject({ kind: 'typed', expected: '21' })
    expect(wanted(desk.press('y', 'enter'))).toEqual([])
  })

  it('has Cancel in focus when the letter would leave at once', () => {
    const now = tell(usersDesk().press('r'), {
      kind: 'reset-ready',
      plan: aPlan({ ready: [ann], outlook: { ...outlook, delayMinutes: 0 } }),
    })
    expect(asked(now)).toMatchObject({ kind: 'confirm', focus: 'cancel' })
    expect(asked(now).lines.join(' ')).not.toContain('undo')
  })

  it('offers to send the letter now that is open already, or to keep it', () => {
    const desk = tell(usersDesk().press('r'), { kind: 'reset-ready', plan: aPlan({ open: [{ user: ann, task }] }) })
    desk.wanted()
    expect(asked(desk)).toMatchObject({ kind: 'confirm', focus: 'cancel', okWord: 'Send now' })
    expect(wanted(desk.press('y'))).toEqual([{ kind: 'reset', users: [ann.id], when: { kind: 'now' } }])
    const executing = { ...task, scheduledAt: MONDAY }
    const busy = tell(usersDesk().press('r'), {
      kind: 'reset-ready',
      plan: aPlan({ open: [{ user: ann, task: executing }] }),
    })
    expect(toastOf(busy)).toContain('on its way already')
  })

  it('says when the letter leaves until it has left, and u cancels that very task', () => {
    const desk = usersDesk()
    expect(toastOf(desk.press('u'))).toContain('There is no reset to undo')
    tell(desk, { kind: 'reset-done', requested: [made], outlook })
    expect(usersOf(desk).notice?.tasks).toEqual([task])
    expect(wanted(desk.press('u'))).toEqual([{ kind: 'undo', edits: [{ id: task.id, version: task.version }] }])
    tell(desk, { kind: 'undone', cancelled: 1, refused: [] })
    expect(usersOf(desk).notice).toBeNull()
    expect(toastOf(desk)).toBe('Undone: 1 letter cancelled, nothing is sent.')
  })

  it('says why an undo came too late', () => {
    const desk = tell(usersDesk(), { kind: 'reset-done', requested: [made], outlook })
    tell(desk.press('u'), { kind: 'undone', cancelled: 0, refused: ['Task x to ann was carried out already.'] })
    expect(desk.model.toast).toMatchObject({ tone: 'warn', text: 'Task x to ann was carried out already.' })
  })

  it('puts what it says away on Escape, and can still be undone', () => {
    const desk = tell(usersDesk(), { kind: 'reset-done', requested: [made], outlook }).press('escape')
    desk.wanted()
    expect(usersOf(desk).notice?.isHidden).toBe(true)
    expect(wanted(desk.press('u'))).toHaveLength(1)
  })

  it('is told of once more when mail is turned on meanwhile', () => {
    const desk = tell(usersDesk(), { kind: 'reset-done', requested: [made], outlook: held })
    desk.wanted()
    desk.send({ kind: 'changed', kinds: new Set(['setting']), now: MONDAY })
    expect(wanted(desk)).toContainEqual({ kind: 'read-outlook' })
    tell(desk, { kind: 'outlook', outlook })
    expect(usersOf(desk).notice?.outlook).toBe(outlook)
  })

  it('gets no letter for a disabled user, and says what to do instead', () => {
    expect(toastOf(usersDesk([cy]).press('r'))).toBe(
      'A disabled user gets no letter: press a to make the user active again.',
    )
  })
})

describe('the form of a user', () => {
  it('opens at once with what is known, and saves what was changed on the version that was seen', () => {
    const desk = usersDesk([ann]).press('e')
    expect(wanted(desk)).toEqual([{ kind: 'read-outlook' }])
    desk.press('down', 'X', 'ctrl+s')
    const edit = { id: ann.id, version: ann.version }
    expect(wanted(desk)).toEqual([
      { kind: 'save', wanted: { kind: 'edit', edit, fields: { name: 'Ann ArborX' }, status: null, reset: false } },
    ])
    expect(wanted(desk.press('ctrl+s'))).toEqual([])
  })

  it('warns as soon as Reset password is ticked, and says when the letter leaves once it was saved', () => {
    const desk = usersDesk([ann]).press('e')
    tell(desk, { kind: 'outlook', outlook: held })
    expect(fieldOf(desk, 'reset').warning).toBeNull()
    desk.press('down', 'down', 'down', 'down', ' ')
    expect(fieldOf(desk, 'reset')).toMatchObject({ value: true, warning: held.warnings[0] })
    desk.wanted()
    expect(wanted(desk.press('ctrl+s'))).toMatchObject([{ wanted: { reset: true, fields: {}, status: null } }])
    const task = aTask({ user: ann })
    tell(desk, { kind: 'saved', saved: { kind: 'done', user: ann, reset: { kind: 'made', user: ann, task }, outlook } })
    expect(usersOf(desk)).toMatchObject({ panel: { kind: 'none' }, notice: { tasks: [task] } })
  })

  it('refuses a reset for somebody who is being disabled', () => {
    const desk = usersDesk([ann]).press('e', 'down', 'down', 'down', ' ', 'down', ' ', 'ctrl+s')
    expect(fieldOf(desk, 'reset').error).toContain('A disabled user gets no letter')
    expect(wanted(desk).filter(({ kind }) => kind === 'save')).toEqual([])
  })

  it('shows what is wrong under its field, and keeps what was typed', () => {
    const desk = usersDesk([ann]).press('e', 'X', 'ctrl+s')
    tell(desk, { kind: 'saved', saved: { kind: 'refused', errors: new Map([['email', inert('is taken by bob')]]) } })
    expect(fieldOf(desk, 'email')).toMatchObject({ error: 'is taken by bob', editor: { text: 'ann@example.orgX' } })
    desk.wanted()
    expect(wanted(desk.press('Y', 'ctrl+s'))).toMatchObject([{ kind: 'save' }])
  })

  it('changed meanwhile: shows theirs and mine field by field, and loses nothing typed', () => {
    const desk = usersDesk([ann]).press('e', 'down', 'X', 'ctrl+s')
    const theirs = { ...ann, name: 'Ann Lee', email: 'ann.lee@example.org', version: ann.version + 2 }
    tell(desk, { kind: 'saved', saved: { kind: 'changed-meanwhile', theirs, by } })
    expect(toastOf(desk)).toMatch(/^Changed meanwhile/)
    expect(formValue(formOf(desk), 'name')).toBe('Ann ArborX')
    expect(fieldOf(desk, 'name').warning).toBe('changed meanwhile to Ann Lee (Ctrl-T takes that); mine is Ann ArborX')
    expect(formValue(formOf(desk), 'email')).toBe('ann.lee@example.org')
    expect(fieldOf(desk, 'email').warning).toBe('changed meanwhile; it was ann@example.org')
    expect(fieldOf(desk, 'locale').warning).toBeNull()
    expect(formOf(desk).fields[formOf(desk).focus]?.name).toBe('name')
    desk.wanted()
    expect(wanted(desk.press('ctrl+s'))).toMatchObject([
      { wanted: { edit: { version: theirs.version }, fields: { name: 'Ann ArborX' } } },
    ])
  })

  it('changed meanwhile twice: compares with what there was at first, and still loses nothing', () => {
    const desk = usersDesk([ann]).press('e', 'down', 'X', 'ctrl+s')
    tell(desk, { kind: 'saved', saved: { kind: 'changed-meanwhile', theirs: { ...ann, name: 'B', version: 2 }, by } })
    desk.press('Y', 'ctrl+s')
    tell(desk, { kind: 'saved', saved: { kind: 'changed-meanwhile', theirs: { ...ann, name: 'C', version: 3 }, by } })
    expect(formValue(formOf(desk), 'name')).toBe('Ann ArborXY')
    expect(fieldOf(desk, 'name').warning).toContain('changed meanwhile to C')
  })

  it('takes theirs in the field that has the focus', () => {
    const desk = usersDesk([ann]).press('e', 'down', 'X', 'ctrl+s')
    tell(desk, { kind: 'saved', saved: { kind: 'changed-meanwhile', theirs: { ...ann, name: 'B', version: 2 }, by } })
    tell(desk, { kind: 'take-theirs' })
    expect(formValue(formOf(desk), 'name')).toBe('B')
    desk.wanted()
    expect(wanted(desk.press('ctrl+s'))).toMatchObject([{ wanted: { edit: { version: 2 }, fields: {} } }])
  })

  it('stays open when the user was deleted meanwhile, and may be tried again after a failure', () => {
    const desk = usersDesk([ann]).press('e', 'X', 'ctrl+s')
    tell(desk, { kind: 'saved', saved: { kind: 'gone' } })
    expect(formValue(formOf(desk), 'email')).toBe('ann@example.orgX')
    desk.press('ctrl+s').wanted()
    desk.send({ kind: 'screen', page: 'users', msg: { kind: 'failed' } })
    expect(wanted(desk.press('ctrl+s'))).toHaveLength(1)
  })

  it('asks before what was typed is thrown away, and only then', () => {
    expect(usersOf(usersDesk([ann]).press('e', 'escape')).panel.kind).toBe('none')
    const desk = usersDesk([ann]).press('e', 'X', 'escape')
    expect(asked(desk).title).toBe('Leave without saving?')
    expect(usersOf(desk.press('n')).panel.kind).toBe('edit')
    expect(usersOf(desk.press('escape').press('y')).panel.kind).toBe('none')
  })

  it('takes every character as text: no key of the list works in it', () => {
    const desk = usersDesk([ann]).press('e').type('dxuraq?:1/')
    expect(formValue(formOf(desk), 'email')).toBe('ann@example.orgdxuraq?:1/')
    expect(desk.model.overlay.kind).toBe('none')
  })

  it('adds a user, with a reset where it is ticked', () => {
    const desk = usersDesk().press('n').type('dee').press('down').type('dee@example.org')
    desk.press('down', 'down', 'down', ' ').wanted()
    const fields = { username: 'dee', email: 'dee@example.org', name: '', locale: 'en' }
    expect(wanted(desk.press('ctrl+s'))).toEqual([{ kind: 'save', wanted: { kind: 'add', fields, reset: true } }])
  })
})

describe('disabling, enabling, deleting', () => {
  it('asks first, and acts on those alone whom it concerns', () => {
    const desk = usersDesk([ann, cy]).press(' ', ' ', 'd')
    expect(asked(desk).title).toBe('Disable ann?')
    expect(wanted(desk.press('y')).filter(({ kind }) => kind === 'act')).toEqual([
      { kind: 'act', action: 'disable', users: [ann] },
    ])
    tell(desk, { kind: 'acted', acted: { action: 'disable', done: ['ann'], refused: [] } })
    desk.press('j', 'a')
    expect(asked(desk).title).toBe('Enable cy?')
  })

  it('deletes one at a time, once the username has been typed', () => {
    expect(toastOf(usersDesk().press(' ', ' ', 'x'))).toContain('one at a time')
    const desk = usersDesk([ann]).press('x').type('an').press('enter')
    expect(wanted(desk).filter(({ kind }) => kind === 'act')).toEqual([])
    expect(wanted(desk.type('n').press('enter'))).toEqual([{ kind: 'act', action: 'delete', users: [ann] }])
    tell(desk, { kind: 'acted', acted: { action: 'delete', done: ['ann'], refused: [] } })
    expect(toastOf(desk)).toBe('ann is deleted.')
  })

  it('says who was not changed, and why', () => {
    const refused = ['bob was changed meanwhile: look, and press the key again.', 'cy is not there any more.']
    const desk = tell(usersDesk(), { kind: 'acted', acted: { action: 'disable', done: ['ann'], refused } })
    expect(toastOf(desk)).toBe(`ann is disabled. ${refused[0]} 1 more refused.`)
  })

  it('leaves who was deleted by somebody else', () => {
    const desk = usersDesk([ann]).press('enter')
    tell(desk, { kind: 'user', asked: ann.id, detail: null })
    expect(usersOf(desk).opened).toBeNull()
    expect(toastOf(desk)).toBe('ann was deleted meanwhile.')
  })
})

describe('importing', () => {
  const preview = { file: '/srv/x.csv', digest: 'd', rows: 2, sample: [], problems: [], allProblems: 0 }
  const looking = () => usersDesk().press('i').type('/srv/x.csv').press('enter')

  it('looks first, then asks, and only then imports', () => {
    const desk = looking()
    expect(wanted(desk)).toEqual([{ kind: 'look', file: '/srv/x.csv' }])
    tell(desk, { kind: 'looked', looked: { kind: 'preview', preview } })
    desk.press('ctrl+s')
    expect(asked(desk)).toMatchObject({ title: 'Import 2 users?', focus: 'cancel' })
    expect(wanted(desk.press('y'))).toEqual([{ kind: 'import', preview }])
    tell(desk, { kind: 'imported', imported: { kind: 'done', users: 2 } })
    expect(toastOf(desk)).toBe('2 users imported.')
    expect(usersOf(desk).panel.kind).toBe('none')
  })

  it('imports nothing while anything is wrong, and goes back to the path', () => {
    const problems = [{ line: 2, field: 'email', why: 'is not usable' }] as const
    const bad = { ...preview, problems, allProblems: 1 }
    const desk = tell(looking(), { kind: 'looked', looked: { kind: 'preview', preview: bad } }).press('ctrl+s')
    expect(toastOf(desk)).toContain('Nothing can be imported before the file is mended')
    expect(desk.model.overlay.kind).toBe('none')
    expect(formValue(formOf(desk.press('escape')), 'file')).toBe('/srv/x.csv')
  })

  it('says under the path why a file cannot be read, and asks for one where none was typed', () => {
    const desk = tell(looking(), { kind: 'looked', looked: { kind: 'unreadable', why: inert('There is no file.') } })
    expect(fieldOf(desk, 'file').error).toBe('There is no file.')
    expect(fieldOf(usersDesk().press('i', 'enter'), 'file').error).toContain('is missing')
  })

  it('shows the file anew when it has changed since it was looked at', () => {
    const desk = tell(looking(), { kind: 'looked', looked: { kind: 'preview', preview } }).press('ctrl+s', 'y')
    const now = { ...preview, rows: 3 }
    tell(desk, { kind: 'imported', imported: { kind: 'preview', preview: now } })
    expect(usersOf(desk).panel).toMatchObject({ kind: 'preview', preview: now })
    expect(toastOf(desk)).toContain('Nothing was imported')
  })
})

it('changes nothing under --read-only', () => {
  const desk = usersDesk([ann, cy], { readOnly: true })
  desk.wanted()
  desk.press('r', 'e', 'n', 'd', 'a', 'x', 'i', 'u', 'ctrl+s')
  expect(wanted(desk)).toEqual([])
  expect(desk.model.overlay.kind).toBe('none')
  expect(usersOf(desk).panel.kind).toBe('none')
  expect(aFrame(usersDesk([], { readOnly: true }).model).join('\n')).toMatch(/There is no user yet\. *$/m)
})
