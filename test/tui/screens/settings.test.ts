import { describe, expect, it, onTestFinished } from 'vitest'
import { NEW_QUEUE, type Queue } from '../../../src/core/domain/queue.ts'
import {
  DEFAULTS,
  mailFingerprint,
  SETTING_NAMES,
  type StoredSetting,
  settingsInForce,
} from '../../../src/core/domain/setting.ts'
import { takeDaemonLock } from '../../../src/core/host/daemon-lock.ts'
import { createMasterKey } from '../../../src/core/secrets/create-master-key.ts'
import { publishSealKey } from '../../../src/core/secrets/seal-key.ts'
import { cellsOf } from '../../../src/core/text/width.ts'
import { beginCheck, fillCheck, finishCheck } from '../../../src/core/usecases/check.ts'
import { bindings, heardOf } from '../../../src/tui/bindings.ts'
import { textOf } from '../../../src/tui/line.ts'
import type { Effect } from '../../../src/tui/msg.ts'
import { performSettings } from '../../../src/tui/screens/settings/settings.effects.ts'
import { paneLines } from '../../../src/tui/screens/settings/settings.lines.ts'
import type { SettingsEffect, SettingsMsg } from '../../../src/tui/screens/settings/settings.state.ts'
import { themeOf } from '../../../src/tui/theme.ts'
import { aCheck, anActor, anEntry, aSetting, ids } from '../../support/builders.ts'
import { StoreHouse } from '../../support/store.ts'
import { aFrame } from '../a-frame.tsx'
import { aModel, Desk } from '../a-model.ts'

const daemon = { pid: 4711, version: '0.1.0', startedAt: '', seenAt: '' }

const effectsOf = (desk: Desk): readonly SettingsEffect[] =>
  desk.wanted().flatMap((each: Effect) => (each.kind === 'screen' && each.page === 'settings' ? [each.effect] : []))
const settingsOf = ({ model }: Desk) => model.screens.settings ?? expect.fail('no page of settings')
const send = (desk: Desk, msg: SettingsMsg): Desk => desk.send({ kind: 'screen', page: 'settings', msg })
const fieldOf = (desk: Desk, name: string) =>
  settingsOf(desk).form.fields.find((field) => field.name === name) ?? expect.fail(`no field ${name}`)
const asked = ({ model }: Desk) => (model.overlay.kind === 'dialog' ? model.overlay.dialog : expect.fail('no question'))
const words = (desk: Desk): string => asked(desk).lines.join('\n')

interface Given {
  readonly rows?: readonly StoredSetting[]
  readonly queue?: Queue
  readonly id?: string
  readonly model?: Parameters<typeof aModel>[0]
}

/** The page of settings as it is when these have been read, with a field focused. */
function settingsDesk({ rows = [], queue = NEW_QUEUE, id, model = {} }: Given = {}): Desk {
  const desk = new Desk(aModel({ page: 'settings', daemon, ...model }))
  desk.send({ kind: 'screen', page: 'settings', msg: { kind: 'shown', arrival: { id } } })
  send(desk, { kind: 'rows', rows, queue })
  desk.wanted()
  return desk
}

/** Types a value into the setting that has the focus. */
const retype = (desk: Desk, text: string): Desk => desk.press('enter', 'ctrl+u').type(text).press('enter')

describe('the form', () => {
  it('shows the whole catalogue in groups, each setting once', () => {
    const { fields } = settingsOf(settingsDesk()).form
    expect(fields.map(({ name }) => name).toSorted()).toEqual([...SETTING_NAMES].toSorted())
    const groups = fields.flatMap(({ group }) => (group === undefined ? [] : [group]))
    expect(groups).toEqual(['Mail server', 'Sign-in', 'Sender', 'Sending', 'Reset', 'Portal', 'Passwords'])
  })

  it('focuses the setting that it is gone to for, also before it was read', () => {
    const desk = settingsDesk({ id: 'SERVICE_MAIL_PASSWORD' })
    const { form } = settingsOf(desk)
    expect(form.fields[form.focus]?.name).toBe('SERVICE_MAIL_PASSWORD')
  })

  it('goes from setting to setting by letters that are text once one types', () => {
    const desk = settingsDesk().press('j')
    expect(settingsOf(desk).form.focus).toBe(1)
    desk.press('enter', 'ctrl+u').type('mx.jq1.example').press('enter')
    expect(fieldOf(desk, 'SERVICE_MAIL_HOST')).toMatchObject({ editor: { text: 'mx.jq1.example' } })
    expect(settingsOf(desk).form.focus).toBe(1)
    expect(desk.model.page).toBe('settings')
  })

  it('takes back what is typed with Escape, and with u what was typed before', () => {
    const desk = settingsDesk({ id: 'SERVICE_MAIL_PORT' })
    desk.press('enter').type('9').press('escape')
    expect(fieldOf(desk, 'SERVICE_MAIL_PORT')).toMatchObject({ editor: { text: '587' } })
    retype(desk, '2525').press('u')
    expect(fieldOf(desk, 'SERVICE_MAIL_PORT')).toMatchObject({ editor: { text: '587' } })
  })

  it('says under the field what cannot be, once one has stopped typing', () => {
    const desk = settingsDesk({ id: 'SERVICE_MAIL_PORT' }).press('enter', 'ctrl+u').type('99')
    expect(fieldOf(desk, 'SERVICE_MAIL_PORT').error).toBeNull()
    desk.type('999').press('enter')
    expect(fieldOf(desk, 'SERVICE_MAIL_PORT').error).toContain('from 1 to 65535')
    desk.press('ctrl+s')
    expect(desk.model.overlay.kind).toBe('none')
    expect(desk.model.toast?.text).toContain('Not saved')
  })

  it('turns a yes round with the space bar, and a choice', () => {
    const desk = settingsDesk({ id: 'SERVICE_MAIL_ENABLE' }).press(' ')
    expect(fieldOf(desk, 'SERVICE_MAIL_ENABLE')).toMatchObject({ value: true })
    const protocol = settingsDesk({ id: 'SERVICE_MAIL_PROTOCOL' }).press('enter', 'right')
    expect(fieldOf(protocol, 'SERVICE_MAIL_PROTOCOL')).toMatchObject({ value: 'smtps' })
  })

  it('warns of pairs that do not go together, while they are typed', () => {
    const desk = retype(settingsDesk({ id: 'SERVICE_MAIL_PORT' }), '465')
    expect(fieldOf(desk, 'SERVICE_MAIL_PORT').warning).toContain('SERVICE_MAIL_PROTOCOL=smtps is the likely fix')
  })

  it('warns that nobody signs in, and says exactly what links to a new password lack', () => {
    const off = settingsDesk({ rows: [aSetting({ name: 'SERVICE_MAIL_AUTH', value: false })] })
    expect(fieldOf(off, 'SERVICE_MAIL_AUTH').warning).toContain('without signing in')
    const desk = settingsDesk({ id: 'SERVICE_FORGOT_PASSWORD_ENABLE' })
    const lacks = fieldOf(desk, 'SERVICE_FORGOT_PASSWORD_ENABLE').warning
    expect(lacks).toContain('SERVICE_PORTAL_ENABLE is false')
    expect(lacks).toContain('No test mail has succeeded yet: press t to send one.')
    desk.press(' ')
    expect(fieldOf(desk, 'SERVICE_FORGOT_PASSWORD_ENABLE').error).toContain('cannot be turned on yet')
  })
})

describe('saving', () => {
  it('shows the difference first, a secret as a new value, and then saves with the versions that were seen', () => {
    const rows = [aSetting({ name: 'SERVICE_MAIL_PORT', value: 2525, version: 7 })]
    const desk = retype(settingsDesk({ rows, id: 'SERVICE_MAIL_PORT' }), '587')
    desk.send({ kind: 'screen', page: 'settings', msg: { kind: 'shown', arrival: { id: 'SERVICE_MAIL_PASSWORD' } } })
    desk.press('enter').type('hunter2').press('enter', 'ctrl+s')
    expect(words(desk)).toBe('MAIL_PORT: 2525 → 587\nMAIL_PASSWORD: → (new value)')
    expect(aFrame(desk.model).join('\n')).not.toContain('hunter2')
    desk.wanted()
    desk.press('y')
    expect(effectsOf(desk)).toEqual([
      {
        kind: 'save',
        changes: [
          { name: 'SERVICE_MAIL_PORT', text: '587', version: 7 },
          { name: 'SERVICE_MAIL_PASSWORD', text: 'hunter2', version: 0 },
        ],
      },
    ])
    const settings = settingsInForce(rows)
    send(desk, {
      kind: 'saved',
      names: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_PASSWORD'],
      changed: { kind: 'done', settings, warnings: [] },
    })
    expect(desk.model.toast?.text).toBe('Saved 2 settings.')
    desk.press('ctrl+s')
    expect(desk.model.overlay.kind).toBe('none')
  })

  it('warns in the question too', () => {
    const desk = retype(settingsDesk({ id: 'SERVICE_MAIL_PORT' }), '465').press('ctrl+s')
    expect(words(desk)).toContain('! SERVICE_MAIL_PORT=465 expects TLS from the first byte')
  })

  it('loses nothing when another operator was quicker: theirs and mine are shown, and mine can be saved over it', () => {
    const desk = retype(settingsDesk({ id: 'SERVICE_MAIL_HOST' }), 'mine.example')
    desk.press('ctrl+s').press('y')
    const theirs = aSetting({ name: 'SERVICE_MAIL_HOST', value: 'theirs.example', changedBy: 'bea', version: 3 })
    send(desk, { kind: 'saved', names: [], changed: { kind: 'changed-meanwhile', setting: theirs } })
    expect(desk.model.toast?.text).toContain('changed meanwhile by bea')
    send(desk, { kind: 'rows', rows: [theirs], queue: NEW_QUEUE })
    expect(fieldOf(desk, 'SERVICE_MAIL_HOST')).toMatchObject({ editor: { text: 'mine.example' } })
    expect(fieldOf(desk, 'SERVICE_MAIL_HOST').warning).toContain('"theirs.example"')
    desk.press('ctrl+s')
    expect(words(desk)).toBe('MAIL_HOST: theirs.example (by bea, meanwhile) → mine.example')
    desk.wanted()
    desk.press('y')
    expect(effectsOf(desk)).toMatchObject([{ kind: 'save', changes: [{ version: 3 }] }])
  })

  it('keeps what was typed when the store refuses it, and asks before the console is left', () => {
    const desk = retype(settingsDesk({ id: 'SERVICE_MAIL_HOST' }), 'mine.example')
    send(desk, { kind: 'saved', names: [], changed: { kind: 'refused', refusals: ['It contradicts itself.'] } })
    expect(desk.model.toast?.text).toBe('Not saved: It contradicts itself.')
    expect(fieldOf(desk, 'SERVICE_MAIL_HOST')).toMatchObject({ editor: { text: 'mine.example' } })
    desk.press('ctrl+c')
    expect(asked(desk).title).toBe('Quit without saving?')
  })

  it('changes nothing under --read-only', () => {
    const desk = settingsDesk({ model: { readOnly: true } }).press(' ', 'enter', 'c', 't', 'r', 'ctrl+s')
    // R reads again where it cannot resume.
    expect(effectsOf(desk).filter(({ kind }) => kind !== 'read')).toEqual([])
    expect(desk.model.overlay.kind).toBe('none')
    expect(fieldOf(desk, 'SERVICE_MAIL_ENABLE')).toMatchObject({ value: false })
  })

  it('under --read-only hints at no key that does nothing, in the footer and at any setting', () => {
    const desk = settingsDesk({ model: { readOnly: true, columns: 140, rows: 40 } })
    const hinted = heardOf(bindings(desk.model)).filter(({ hint, refusal }) => hint !== undefined && refusal === null)
    expect(hinted.map(({ hint }) => hint)).toEqual(['go', 'help', 'quit'])
    expect(desk.press('enter').model.toast).toBeNull()
    for (const [index] of SETTING_NAMES.entries()) {
      const frame = aFrame(desk.model)
      expect(frame[1]).toContain(`${index + 1} of ${SETTING_NAMES.length}`)
      expect(frame.slice(0, -2).join('\n')).not.toMatch(/\b(Space|Enter|press [a-z]\b)/)
      desk.press('j')
    }
    // Whoever may do it elsewhere is told how.
    expect(aFrame(desk.model).join(' ').replaceAll(/\s+/g, ' ')).toContain('send one with "postern mail test ADDRESS"')
  })
})

describe('a check', () => {
  it('is asked of the daemon with what is typed and not saved, and Escape calls it off', () => {
    const desk = retype(settingsDesk({ id: 'SERVICE_MAIL_PORT' }), '2525').press('c')
    expect(effectsOf(desk)).toMatchObject([{ kind: 'check', changes: [{ name: 'SERVICE_MAIL_PORT', text: '2525' }] }])
    send(desk, { kind: 'check-asked', check: aCheck(), warnings: ['Doubtful.'] })
    expect(aFrame(desk.model).join('\n')).toContain('! Doubtful.')
    desk.press('escape')
    expect(effectsOf(desk)).toEqual([{ kind: 'stop' }])
    expect(settingsOf(desk).pane).toBeNull()
    expect(fieldOf(desk, 'SERVICE_MAIL_PORT')).toMatchObject({ editor: { text: '2525' } })
  })

  it('shows each stage that was passed and the one that is under way', () => {
    const { glyphs } = themeOf({ colour: false, ascii: false })
    const check = aCheck({
      status: 'executing',
      stages: [{ stage: 'tcp', durationMs: 3, detail: '192.0.2.1' }],
      stage: 'auth',
    })
    const pane = { kind: 'check', check, warnings: [], trouble: null, isOver: false, top: 0 } as const
    const text = paneLines(pane, glyphs).map(textOf).join('\n')
    expect(text).toMatch(/✓ TCP +3 ms {2}192\.0\.2\.1\n» sign-in …/)
  })

  it.each([80, 140])('scrolls at %i columns no further than to its end: one key leads back from there', (columns) => {
    const desk = settingsDesk({ model: { columns } }).press('c')
    send(desk, { kind: 'check-asked', check: aCheck(), warnings: Array.from({ length: 30 }, (_, n) => `Doubt ${n}.`) })
    const top = () => settingsOf(desk).pane?.top
    for (let press = 0; press < 200; press++) desk.press('down')
    const end = top() ?? expect.fail('no pane')
    expect(aFrame(desk.model).join('\n')).toContain('Esc calls it off.')
    expect(desk.press('up')).toBeDefined()
    expect(top()).toBe(end - 1)
    expect(desk.press('down', 'down', 'up') && top()).toBe(end - 1)
  })

  it('without a daemon says who would do it', () => {
    const desk = settingsDesk({ model: { daemon: null } }).press('c')
    expect(effectsOf(desk)).toEqual([])
    expect(desk.model.toast?.text).toContain('start posternd')
  })
})

describe('a test mail', () => {
  it('asks for the address, is followed to its end, and is confirmed when it has arrived', () => {
    const desk = settingsDesk().press('t').type('ann').press('enter')
    expect(settingsOf(desk).asking?.fields[0]?.error).toContain('not an e-mail address')
    desk.type('@example.org').press('enter')
    expect(effectsOf(desk)).toEqual([{ kind: 'test', to: 'ann@example.org' }])
    desk.press('y')
    expect(effectsOf(desk)).toEqual([])
    send(desk, { kind: 'tested', entry: anEntry({ to: 'ann@example.org' }) })
    expect(aFrame(desk.model).join('\n')).toContain('Has it arrived at ann@example.org?')
    desk.press('y')
    expect(effectsOf(desk)).toEqual([{ kind: 'confirm' }])
    send(desk, { kind: 'confirmed' })
    expect(aFrame(desk.model).join('\n')).toContain('Confirmed')
  })
})

it('a test mail can be sent from a check that stands there, and takes its place', () => {
  const desk = settingsDesk().press('c')
  send(desk, { kind: 'check-asked', check: aCheck(), warnings: [] })
  send(desk, { kind: 'check-over', trouble: null })
  expect(aFrame(desk.model)[1]).toContain('Setting › Check')
  desk.press('t').type('ann@example.org')
  expect(aFrame(desk.model)[1]).toContain('Setting › Test mail')
  desk.wanted()
  expect(effectsOf(desk.press('enter'))).toEqual([{ kind: 'test', to: 'ann@example.org' }])
  expect(settingsOf(desk)).toMatchObject({ asking: null, pane: { kind: 'test' } })
})

it('says on which setting one is, and of how many: more of them are below than fit', () => {
  const desk = settingsDesk({ id: 'SERVICE_MAIL_HOST' })
  expect(aFrame(desk.model)[1]).toMatch(new RegExp(` 2 of ${SETTING_NAMES.length}$`))
  retype(desk, 'mail.example.org')
  expect(aFrame(desk.model)[1]).toMatch(/1 change not saved {2}2 of \d+$/)
})

describe('what mends', () => {
  const refused = anEntry({
    outcome: 'misconfigured',
    happening: { stage: 'auth', replyCode: 535, enhancedCode: '5.7.8', reply: null, code: null, originalCode: null },
  })

  it('is gone to with f from a test mail that was refused, whatever else is to be mended', () => {
    const desk = settingsDesk().press('t').type('ann@example.org')
    expect(aFrame(desk.model).at(-1)).toContain('Enter send')
    desk.press('enter')
    send(desk, { kind: 'tested', entry: refused })
    expect(aFrame(desk.model).join('\n')).toContain('f: SERVICE_MAIL_PASSWORD')
    desk.press('f')
    const { form, pane } = settingsOf(desk)
    expect(pane).toBeNull()
    expect(form.fields[form.focus]?.name).toBe('SERVICE_MAIL_PASSWORD')
  })
})

describe('the question whether to save', () => {
  it('shows every change that there is room for', () => {
    const desk = settingsDesk({ id: 'SERVICE_MAIL_ENABLE' })
    for (const key of [' ', 'j', '1', 'j', '2', 'j', ' ', 'j', ' ']) {
      if (key === '1') retype(desk, 'mx.example.org')
      else if (key === '2') retype(desk, '465')
      else desk.press(key)
    }
    retype(desk.press('j'), '/etc/ca.pem').press('ctrl+s')
    expect(words(desk)).toMatch(/ENABLE.*\n.*HOST.*\n.*PORT.*\n.*PROTOCOL.*\n.*TLS.*\n.*CA_FILE/)
    expect(words(desk)).not.toContain('other change')
  })
})

describe('a test mail that was taken earlier', () => {
  const tested = { fingerprint: mailFingerprint(DEFAULTS), to: 'ann@example.org', at: 0, confirmedAt: null }

  it('is confirmed at the setting that needs it, and nowhere else', () => {
    const desk = settingsDesk({ queue: { ...NEW_QUEUE, tested }, id: 'SERVICE_FORGOT_PASSWORD_ENABLE' })
    expect(fieldOf(desk, 'SERVICE_FORGOT_PASSWORD_ENABLE').warning).toContain('look for it there, then press y here')
    desk.press('y')
    expect(effectsOf(desk)).toEqual([])
    expect(words(desk)).toContain('Look for it at ann@example.org.')
    desk.press('y')
    expect(effectsOf(desk)).toEqual([{ kind: 'confirm' }])
    desk.press('k', 'y')
    expect(effectsOf(desk)).toEqual([])
  })

  it('is not confirmed by a second y that was meant for the question whether to save', () => {
    const portal = [
      aSetting({ name: 'SERVICE_PORTAL_ENABLE', value: true }),
      aSetting({ name: 'SERVICE_PORTAL_URL', value: 'https://example.org' }),
    ]
    const queue = { ...NEW_QUEUE, tested }
    const desk = settingsDesk({ rows: portal, queue, id: 'SERVICE_FORGOT_PASSWORD_ENABLE' }).press(' ', 'ctrl+s')
    desk.press('y', 'y')
    expect(effectsOf(desk)).toMatchObject([{ kind: 'save' }])
    send(desk, {
      kind: 'saved',
      names: ['SERVICE_FORGOT_PASSWORD_ENABLE'],
      changed: { kind: 'done', settings: DEFAULTS, warnings: [] },
    })
    expect(effectsOf(desk)).not.toContainEqual({ kind: 'confirm' })
    expect(asked(desk).title).toBe('Has the test mail arrived?')
  })
})

describe.each([
  [80, 24],
  [140, 40],
  [60, 15],
] as const)('at %i×%i', (columns, rows) => {
  it.each([
    ['the form', (desk: Desk) => desk],
    ['a field that is typed into', (desk: Desk) => desk.press('j', 'enter').type('x'.repeat(200))],
    ['the difference', (desk: Desk) => retype(desk.press('j'), 'mx.example').press('ctrl+s')],
    [
      'a check',
      (desk: Desk) => send(desk.press('c'), { kind: 'check-asked', check: aCheck(), warnings: ['w '.repeat(300)] }),
    ],
  ])('%s stays within the terminal', (_, play) => {
    const evil = aSetting({ name: 'SERVICE_MAIL_FROM_NAME', value: '\x1b[2J\u202e\x9b31mevil'.repeat(20) })
    const frame = aFrame(play(settingsDesk({ rows: [evil], model: { columns, rows } })).model)
    expect(frame.length).toBeLessThanOrEqual(rows)
    for (const line of frame) {
      expect(cellsOf(line)).toBeLessThanOrEqual(columns)
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/)
    }
    expect(frame[1]).toContain('System Configs › Setting')
  })
})

/** A world with a key to seal with and no daemon. */
async function aWorld() {
  const house = await StoreHouse.make()
  onTestFinished(() => house[Symbol.asyncDispose]())
  const store = await house.open()
  return { store, context: { store, actor: anActor, ids }, data: house.data, trouble: () => null }
}

const progress = (told: SettingsMsg[] = [], signal = new AbortController().signal) => ({
  tell: (msg: SettingsMsg) => void told.push(msg),
  signal,
})

describe('what is saved', () => {
  it('is refused as changed meanwhile when its version is not the one that was seen, and nothing of it is saved', async () => {
    const world = await aWorld()
    await world.store.transact(anActor, 'x', async (tx) => tx.put('setting', aSetting({ version: 4 })))
    const change = { name: 'SERVICE_MAIL_PORT', text: '465' } as const
    const old = await performSettings({ kind: 'save', changes: [{ ...change, version: 3 }] }, world, progress())
    expect(old).toMatchObject({ kind: 'saved', changed: { kind: 'changed-meanwhile', setting: { version: 4 } } })
    expect(await world.store.get('setting', 'SERVICE_MAIL_PORT')).toMatchObject({ value: 2525, version: 4 })
    const now = await performSettings({ kind: 'save', changes: [{ ...change, version: 4 }] }, world, progress())
    expect(now).toMatchObject({ changed: { kind: 'done' } })
  })

  it('needs the key to seal a secret with, and says so where it is missing', async () => {
    const change = { name: 'SERVICE_MAIL_PASSWORD', text: 'hunter2', version: 0 } as const
    const msg = await performSettings({ kind: 'save', changes: [change] }, await aWorld(), progress())
    expect(msg).toMatchObject({ kind: 'not-saved', why: expect.stringContaining('seal.pub') })
  })

  it('of a secret is sealed', async () => {
    const world = await aWorld()
    await publishSealKey(world.data, await createMasterKey(world.data))
    const change = { name: 'SERVICE_MAIL_PASSWORD', text: 'hunter2', version: 0 } as const
    await performSettings({ kind: 'save', changes: [change] }, world, progress())
    expect(String((await world.store.get('setting', 'SERVICE_MAIL_PASSWORD'))?.value)).toMatch(/^sealed:v1:/)
  })
})

it('a check that was called off is taken back, so that no daemon makes it later', async () => {
  const world = await aWorld()
  const stop = new AbortController()
  const told: SettingsMsg[] = []
  const over = performSettings({ kind: 'check', changes: [] }, world, {
    tell: (msg) => {
      told.push(msg)
      if (msg.kind === 'check-asked') stop.abort()
    },
    signal: stop.signal,
  })
  expect(await over).toMatchObject({ kind: 'check-over', trouble: expect.any(String) })
  expect(told[0]).toMatchObject({ kind: 'check-asked' })
  expect(await world.store.checks()).toEqual([])
})

it('a check is told stage by stage as the daemon fills it in', async () => {
  const world = await aWorld()
  const lock = await takeDaemonLock(world.data)
  if (!lock.ok) return expect.fail('the lock is not free')
  onTestFinished(() => lock.lock.close())
  const told: SettingsMsg[] = []
  const asked = Promise.withResolvers<void>()
  const over = performSettings({ kind: 'check', changes: [] }, world, {
    tell: (msg) => {
      told.push(msg)
      if (msg.kind === 'check-asked') asked.resolve()
    },
    signal: new AbortController().signal,
  })
  await asked.promise
  const begun = await beginCheck(world.context)
  const { id } = begun?.check ?? expect.fail('no check')
  await fillCheck(world.context, id, { stages: [], stage: 'tcp' })
  await finishCheck(world.context, id, { stages: [{ stage: 'tcp', durationMs: 1, detail: 'x' }], happening: null })
  expect(await over).toEqual({ kind: 'check-over', trouble: null })
  expect(told.at(-1)).toMatchObject({ kind: 'checked', check: { status: 'done' } })
})

it('an operator who has seen the test mail come in says so once, and not under other settings', async () => {
  const world = await aWorld()
  expect(await performSettings({ kind: 'confirm' }, world, progress())).toMatchObject({ kind: 'said', tone: 'warn' })
  const tested = { fingerprint: mailFingerprint(DEFAULTS), to: 'ann@example.org', at: 0, confirmedAt: null }
  await world.store.transact(anActor, 'x', async (tx) => tx.put('queue', { ...NEW_QUEUE, tested }))
  expect(await performSettings({ kind: 'confirm' }, world, progress())).toEqual({ kind: 'confirmed' })
})
