import { describe, expect, it } from 'vitest'
import { FAILURES_ALLOWED } from '../../../src/core/domain/credential.ts'
import { HOUR, MINUTE } from '../../../src/core/domain/time.ts'
import type { User } from '../../../src/core/domain/user.ts'
import { inert } from '../../../src/core/text/inert.ts'
import { cellsOf } from '../../../src/core/text/width.ts'
import type { Model } from '../../../src/tui/model.ts'
import {
  type ImportPreview,
  initialUsers,
  type Outlook,
  type UserDetail,
  type UsersMsg,
  type UsersState,
} from '../../../src/tui/screens/users/users.state.ts'
import { aCredential, anEndedTask, aTask, aUser, ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { aFrame } from '../a-frame.tsx'
import { aModel, Desk } from '../a-model.ts'

const SIZES = [
  [80, 24],
  [140, 40],
  [60, 15],
] as const

const ann = aUser({ username: 'ann', email: 'ann@example.org', name: 'Ann Arbor' })
const users = [
  ann,
  aUser({ username: 'bob', email: 'bob@example.org', name: '' }),
  aUser({ username: 'taro', email: '山田太郎@example.jp', name: '山田太郎', status: 'disabled' }),
]
const by = { who: inert('bea (command line)'), at: MONDAY }
const outlook: Outlook = {
  delayMinutes: 10,
  isHeld: true,
  warnings: [
    inert('Letters are held: SERVICE_MAIL_ENABLE is false.'),
    inert('SERVICE_SIGN_IN_URL is empty: letters will not say where to sign in.'),
  ],
}

/** The page of users with these in it. */
function withUsers(rows: readonly User[], given: Partial<Model> = {}, state: Partial<UsersState> = {}): Model {
  const model = aModel({ page: 'users', ...given })
  const slices = [{ items: rows, next: null, previous: null }]
  const list = {
    ...initialUsers.list,
    slices,
    rows,
    height: model.rows - 5,
    first: 0,
    total: rows.length,
    loaded: true,
  }
  return { ...model, screens: { users: { ...initialUsers, list, ...state } } }
}

const tell = (desk: Desk, msg: UsersMsg) => desk.send({ kind: 'screen', page: 'users', msg })
const frameOf = (desk: Desk) => aFrame(desk.model)

function expectWithin(frame: readonly string[], { columns, rows }: Pick<Model, 'columns' | 'rows'>): void {
  expect(frame.length).toBeLessThanOrEqual(rows)
  for (const each of frame) expect(cellsOf(each)).toBeLessThanOrEqual(columns)
}

const detail = (given: Partial<UserDetail>): UserDetail => ({ user: ann, credential: undefined, tasks: [], ...given })
const preview = (given: Partial<ImportPreview>): ImportPreview => ({
  file: '/srv/users.csv',
  digest: 'd',
  rows: 0,
  sample: [],
  problems: [],
  allProblems: 0,
  ...given,
})

describe.each(SIZES)('at %i×%i', (columns, rows) => {
  const size = { columns, rows }

  it('shows place, order, titles, rows and hints', () => {
    const frame = aFrame(withUsers(users, size))
    expectWithin(frame, size)
    expect(frame[1]).toMatch(/AC User Management › Users .*1 of 3 · username ↑/)
    expect(frame[2]).toMatch(/USERNAME +E-MAIL.*STATUS/)
    expect(frame[3]).toMatch(/^> {2}ann .*ann@example.org.*✓ active/)
    expect(frame[5]).toMatch(/taro.*- disabled/)
    expect(frame.at(-1)).toContain('r reset password')
  })

  it('says below the list when the letter leaves, what is in its way, and how to undo it', () => {
    const task = aTask({ user: ann, to: 'ann@example.org', dueAt: MONDAY + 10 * MINUTE })
    const desk = new Desk(withUsers(users, size))
    tell(desk, { kind: 'reset-done', requested: [{ kind: 'made', user: ann, task }], outlook })
    const frame = frameOf(desk)
    expectWithin(frame, size)
    const words = frame.join(' ').replaceAll(/\s+/g, ' ')
    expect(words).toMatch(/✓ A letter to ann@example.org is due at \d\d:\d\d today, in 10m. u undoes it\./)
    expect(words).toContain('! Letters are held: SERVICE_MAIL_ENABLE is false.')
    expect(frame.at(-1)).toContain('u undo')
    expect(frame[3]).toContain('ann')
  })

  it('shows the whole form, its tick box among it, and how it is saved', () => {
    const frame = frameOf(new Desk(withUsers(users, size)).press('e'))
    expectWithin(frame, size)
    for (const words of ['Edit ann', 'E-mail', 'Name', 'Language', 'Status', 'Reset password', '[ Update ]  Ctrl-S'])
      expect(frame.join('\n')).toContain(words)
    expect(frame.at(-1)).toContain('Ctrl-S Update')
    expect(frame.at(-1)).not.toContain('? help')
  })

  it('warns in the form while Reset password is ticked', () => {
    const desk = tell(new Desk(withUsers(users, size)).press('e'), { kind: 'outlook', outlook })
    const frame = frameOf(desk.press('down', 'down', 'down', 'down', ' '))
    expectWithin(frame, size)
    expect(frame.join('\n')).toContain('[x] yes')
    expect(frame.join('\n')).toContain('! Letters are held: SERVICE_MAIL_ENABLE')
    expect(frame.join('\n')).toMatch(/Then a letter is due at .*in 10m; until/)
  })

  it('shows theirs and mine when somebody else saved the user', () => {
    const desk = new Desk(withUsers(users, size)).press('e', 'down', 'X', 'ctrl+s')
    tell(desk, {
      kind: 'saved',
      saved: { kind: 'changed-meanwhile', theirs: { ...ann, name: 'Ann Lee', version: 2 }, by },
    })
    const words = frameOf(desk).join(' ').replaceAll(/\s+/g, ' ')
    expectWithin(frameOf(desk), size)
    expect(words).toMatch(/changed by bea \(command line\), \d\d:\d\d today/)
    expect(words).toContain('changed meanwhile to Ann Lee (Ctrl-T takes that); mine is Ann ArborX')
  })

  it('shows what an import would do, and what is wrong by line', () => {
    const desk = new Desk(withUsers(users, size)).press('i')
    const sample = [
      { username: 'dee', email: 'dee@xn--bcher-kva.example', name: 'Dee', locale: 'en' },
      { username: '王小明', email: 'x@example.org', name: 'Xiaoming', locale: 'en' },
    ]
    const good = tell(desk, { kind: 'looked', looked: { kind: 'preview', preview: preview({ rows: 40, sample }) } })
    expectWithin(frameOf(good), size)
    expect(frameOf(good).join('\n')).toContain('40 users can be imported. Nothing is imported yet')
    expect(frameOf(good).join('\n')).toContain('dee     dee@bücher.example  Dee')
    expect(frameOf(good).join('\n')).toContain('王小明  x@example.org       Xiaoming')
    const problems = Array.from(
      { length: 60 },
      (_, at) => ({ line: at + 2, field: 'email', why: 'is missing' }) as const,
    )
    const bad = preview({ rows: 60, problems, allProblems: 90 })
    const shown = frameOf(tell(desk, { kind: 'looked', looked: { kind: 'preview', preview: bad } }))
    expectWithin(shown, size)
    expect(shown.join('\n')).toContain('Nothing can be imported: 90 problems.')
    expect(shown.join('\n')).toMatch(/line 2 +email is missing/)
    expect(desk.press('ctrl+s').model.toast?.text).toContain('Nothing can be imported before the file is mended')
  })

  it('shows an internationalised domain as a person reads it, however it was typed', () => {
    const wired = aUser({ username: 'cy', email: 'cy@xn--bcher-kva.example' })
    const typed = aUser({ username: 'dee', email: 'dee@bücher.example' })
    const frame = frameOf(new Desk(withUsers([wired, typed], size))).join('\n')
    expect(frame).toContain('cy@bücher.example')
    expect(frame).toContain('dee@bücher.example')
    expect(frameOf(new Desk(withUsers([wired], size)).press('enter')).join('\n')).toContain('cy@bücher.example')
  })

  it('has every key of the page in its help', () => {
    const words = frameOf(new Desk(withUsers(users, { ...size, rows: 60 })).press('?')).join('\n')
    for (const help of [
      'Reset the password of',
      'Edit this user',
      'Add a user',
      'Import users from a CSV file',
      'Undo the reset',
    ])
      expect(words).toContain(help)
  })
})

it.each([15, 16, 17, 18, 19, 20])('nothing breaks at %i rows', (rows) => {
  const size = { columns: 60, rows }
  for (const keys of [[], ['e'], ['n'], ['i'], ['enter'], ['x'], ['d'], ['?']]) {
    expectWithin(frameOf(new Desk(withUsers(users, size)).press(...keys)), size)
  }
})

describe('who was opened', () => {
  const shown = (given: Partial<UserDetail>, user: User = ann) =>
    aFrame(withUsers(users, { rows: 40 }, { opened: { user, top: 0 }, detail: detail({ user, ...given }) })).join('\n')

  it('says how the user signs in', () => {
    expect(shown({})).toMatch(/Password +none is set/)
    expect(shown({ credential: aCredential(ann.id, { hash: 'h' }) })).toMatch(/Password +set\s/)
    const locked = aCredential(ann.id, { hash: 'h', failures: FAILURES_ALLOWED, failedAt: MONDAY })
    expect(shown({ credential: locked })).toContain(`disabled by ${FAILURES_ALLOWED} wrong ones in a row`)
    const delayed = aCredential(ann.id, { hash: 'h', failures: 12, failedAt: MONDAY })
    expect(shown({ credential: delayed })).toContain('after 12 wrong ones in a row not looked at until')
    expect(shown({}, { ...ann, status: 'disabled' })).toContain('Not at all: the user is disabled.')
  })

  it('says until when a temporary password and a link work', () => {
    const secret = {
      task: ids.task(),
      round: 1,
      nonce: 'n',
      key: 1,
      issuedAt: MONDAY - HOUR,
      lifetimeMs: 2 * HOUR,
      firstArrivedAt: MONDAY - HOUR,
      lastArrivedAt: MONDAY - HOUR,
    }
    const credential = aCredential(ann.id, { temporary: secret, link: { ...secret, lifetimeMs: 30 * MINUTE } })
    expect(shown({ credential })).toMatch(/Temporary +works until \d\d:\d\d today/)
    expect(shown({ credential })).toMatch(/Link +none/)
    const onItsWay = aCredential(ann.id, { temporary: { ...secret, firstArrivedAt: null, lastArrivedAt: null } })
    expect(shown({ credential: onItsWay })).toContain('works as soon as its letter arrives')
  })

  it('lists the latest tasks and letters', () => {
    const failed = anEndedTask({ user: ann, status: 'failed', endedAt: MONDAY - HOUR })
    const refused = {
      id: ids.attempt(),
      round: 1,
      at: MONDAY - HOUR,
      outcome: 'refused',
      code: '5.1.1',
      reply: '550 5.1.1 no such user',
      durationMs: 20,
    } as const
    const words = shown({
      tasks: [aTask({ user: ann, dueAt: MONDAY + 9 * MINUTE }), { ...failed, attempts: [refused] }],
    })
    expect(words).toMatch(/· wait +reset password +in 9m/)
    expect(words).toMatch(/✗ failed +reset password +1h ago/)
    expect(words).toMatch(/✗ failure .* reset password {2}550 5.1.1 no such user/)
  })

  it('stands beside the list from 120 columns on', () => {
    const state = { detail: detail({}), reading: ann.id }
    expect(aFrame(withUsers(users, { columns: 120, rows: 30 }, state)).join('\n')).toContain('│ Signing in')
    expect(aFrame(withUsers(users, { columns: 119, rows: 30 }, state)).join('\n')).not.toContain('Signing in')
  })
})

const HOSTILE = [
  ['escape sequences', '\x1b[2J\x1b[H'],
  ['a link with C1 in it', '\x1b]8;;http://x\x9b2J\x1b\\'],
  ['a copy to the clipboard', '\x1b]52;c;QQ==\x07'],
  ['C1 controls', '\x9b31m\u009d52;c;QQ==\u009c'],
  ['bidi overrides', '\u202edrow\u2066'],
  ['line ends', 'two\r\nlines\u2028three'],
  ['zero widths and tags', '\u200b\u200d\ufeff\u{e0041}'],
  ['4 KB of marks', `e${'\u0301'.repeat(4096)}`],
] as const

describe.each(HOSTILE)('hostile data: %s', (_name, evil) => {
  const bad: User = { ...ann, username: `a${evil}`, email: `b${evil}`, name: `c${evil}` }
  const ACTS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

  it('changes nothing but its own cells, in the list', () => {
    const quiet = aFrame(withUsers(users))
    const frame = aFrame(withUsers([bad, ...users.slice(1)]))
    expect(frame.filter((_, index) => index !== 3)).toEqual(quiet.filter((_, index) => index !== 3))
    expectWithin(frame, { columns: 80, rows: 24 })
    expect(frame.join('')).not.toMatch(ACTS)
  })

  it('is inert wherever else it is shown', () => {
    const task = aTask({ user: bad, to: `to${evil}`, dueAt: MONDAY + 10 * MINUTE })
    const state = { opened: { user: bad, top: 0 }, detail: detail({ user: bad, tasks: [task] }) }
    const rows = [bad, ...users.slice(1)]
    const told = tell(new Desk(withUsers(rows)), {
      kind: 'reset-done',
      requested: [{ kind: 'made', user: bad, task }],
      outlook,
    })
    const conflict = tell(new Desk(withUsers(rows)).press('e', 'down', 'X', 'ctrl+s'), {
      kind: 'saved',
      saved: { kind: 'changed-meanwhile', theirs: { ...bad, name: `t${evil}`, email: `u${evil}`, version: 2 }, by },
    })
    const imported = tell(new Desk(withUsers(rows)).press('i'), {
      kind: 'looked',
      looked: {
        kind: 'preview',
        preview: preview({ file: evil, rows: 1, sample: [{ username: evil, email: evil, name: evil, locale: evil }] }),
      },
    })
    const asked = tell(new Desk(withUsers(rows)), {
      kind: 'reset-ready',
      plan: { ready: [bad], open: [], disabled: 0, gone: 0, outlook, rate: [] },
    })
    const models = [withUsers(rows, {}, state), withUsers(rows, { columns: 140, rows: 40 }, { detail: state.detail })]
    const desks = [
      told,
      conflict,
      imported,
      asked,
      new Desk(withUsers(rows)).press('d'),
      new Desk(withUsers(rows)).press('x'),
    ]
    for (const model of [...models, ...desks.map((desk) => desk.model)]) {
      const frame = aFrame(model)
      expectWithin(frame, model)
      expect(frame.join('')).not.toMatch(ACTS)
      expect(frame[0]).toContain('[2 Users]')
    }
  })
})

it('draws ASCII alone under --ascii', () => {
  const task = aTask({ user: ann, to: 'ann@example.org', dueAt: MONDAY + 10 * MINUTE })
  const model = withUsers([ann], { ascii: true, columns: 140, rows: 40 }, { detail: detail({ tasks: [task] }) })
  const told = tell(new Desk(model), { kind: 'reset-done', requested: [{ kind: 'made', user: ann, task }], outlook })
  for (const each of [told.model, new Desk(model).press('e').model, new Desk(model).press('d').model]) {
    const marks =
      aFrame(each)
        .join('')
        .match(/[^\x20-\x7e]/g) ?? []
    expect(new Set(marks)).toEqual(new Set())
  }
})
