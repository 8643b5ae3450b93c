import { describe, expect, it } from 'vitest'
import { NEW_QUEUE } from '../../src/core/domain/queue.ts'
import { inert } from '../../src/core/text/inert.ts'
import { footerLine } from '../../src/tui/frame.ts'
import { textOf } from '../../src/tui/line.ts'
import { fitting } from '../../src/tui/prompt/prompt.update.ts'
import { themeOf } from '../../src/tui/theme.ts'
import { warningOf } from '../../src/tui/warning.ts'
import { aModel, Desk } from './a-model.ts'

const theme = themeOf({ colour: false, ascii: false })

describe('a press', () => {
  it('goes to the question first, whatever the page would make of it', () => {
    const desk = new Desk()
    const dialog = {
      kind: 'confirm',
      title: inert('Sure?'),
      lines: [],
      ok: { kind: 'say', tone: 'good', text: inert('done') },
      focus: 'cancel',
    } as const
    desk.model = { ...desk.model, overlay: { kind: 'dialog', dialog, isSeen: true } }
    desk.press('r', '/', ':', '5')
    expect(desk.model.overlay.kind).toBe('dialog')
    desk.press('y')
    expect(desk.model.overlay.kind).toBe('none')
    expect(desk.model.toast?.text).toBe('done')
  })

  it('chooses OK only when that has the focus', () => {
    const desk = new Desk()
    const ok = { kind: 'quit' } as const
    const dialog = { kind: 'confirm', title: inert('Sure?'), lines: [], ok, focus: 'cancel' } as const
    desk.model = { ...desk.model, overlay: { kind: 'dialog', dialog, isSeen: true } }
    desk.press('right', 'enter')
    expect(desk.wanted()).toEqual([{ kind: 'quit' }])
  })

  it('that is a paste does nothing in a list', () => {
    const desk = new Desk()
    const { model } = desk
    desk.send({ kind: 'press', press: { kind: 'paste', text: 'rrq\ny\n' } })
    expect(desk.model).toBe(model)
    expect(desk.wanted()).toEqual([])
  })

  it('that is a paste longer than any field leaves the field as it is, and says so', () => {
    const desk = new Desk(aModel({ page: 'users' })).press('n')
    const { screens } = desk.model
    desk.send({ kind: 'press', press: { kind: 'paste', text: 'x'.repeat(5000) } })
    expect(desk.model.screens).toEqual(screens)
    expect(desk.model.toast?.text).toBe('Nothing was pasted: a field takes 4,096 characters at most.')
  })

  it('quits a terminal that is too small, and does nothing else there', () => {
    const desk = new Desk(aModel({ columns: 59, rows: 14 }))
    desk.press('r', '/', ':')
    expect(desk.model.overlay.kind).toBe('none')
    desk.press('q')
    expect(desk.wanted()).toEqual([{ kind: 'quit' }])
  })
})

describe('the palette', () => {
  it('finds a page or an action by some of its letters, and does it', () => {
    const desk = new Desk().press(':').type('overv')
    const { overlay } = desk.model
    if (overlay.kind !== 'prompt' || overlay.prompt.kind !== 'palette') return expect.fail('no palette')
    expect(fitting(overlay.prompt)[0]?.words).toBe('To Overview')
    desk.press('enter')
    expect(desk.model.page).toBe('overview')
  })

  it('offers nothing that changes anything under --read-only', () => {
    const desk = new Desk(aModel({ readOnly: true })).press(':').type('redo')
    const { overlay } = desk.model
    if (overlay.kind !== 'prompt' || overlay.prompt.kind !== 'palette') return expect.fail('no palette')
    expect(fitting(overlay.prompt).map(({ words }) => words)).not.toContainEqual(expect.stringContaining('Redo'))
  })
})

describe('the footer', () => {
  it.each([60, 80, 120, 140])('fits into %i columns, and says where all keys stand where it does not', (columns) => {
    const footer = textOf(footerLine(aModel({ columns }), theme))
    expect(footer.length).toBeLessThanOrEqual(columns)
    expect(footer.endsWith('… ? help  ')).toBe(columns < 120)
    expect(footer).toContain('? help')
  })
})

it('the footer says that q quits where there is nothing to go back to', () => {
  const root = aModel({ columns: 140 })
  const footer = (model: typeof root) => textOf(footerLine(model, theme))
  expect(footer(root)).toContain('q quit')
  expect(footer({ ...root, back: ['tasks'] })).toContain('q back')
})

it('the footer says over the help how to close it, not what keys do that are not heard', () => {
  const footer = textOf(footerLine(new Desk().press('?').model, theme))
  expect(footer).toContain('Esc close the help')
  expect(footer).not.toContain('redo')
})

it('the footer of a form of one field leads to no other field', () => {
  const footerOf = (...keys: string[]) =>
    textOf(footerLine(new Desk(aModel({ page: 'users' })).press(...keys).model, theme))
  expect(footerOf('n')).toContain('Tab next field')
  expect(footerOf('i')).toContain('Ctrl-S Look at it')
  expect(footerOf('i')).not.toContain('Tab')
})

describe('going from page to page', () => {
  it('leaves behind what was said on the one before', () => {
    const desk = new Desk(aModel({ page: 'users' })).send({
      kind: 'say',
      tone: 'good',
      text: inert('ann is up to date.'),
    })
    expect(desk.press('2').model.toast?.text).toBe('ann is up to date.')
    expect(desk.press('3').model.toast).toBeNull()
  })

  it('comes back from a page that was jumped to, and not from one that was chosen by its key', () => {
    const desk = new Desk().press('1')
    expect(desk.model.page).toBe('overview')
    expect(desk.model.back).toEqual([])
    desk.send({ kind: 'daemon', daemon: null })
    desk.press('3')
    expect(desk.model.back).toEqual([])
  })
})

describe('what must be known wherever one is', () => {
  it('is first that the store cannot be read, then that there is no daemon, then that mail does not leave', () => {
    const queue = { ...NEW_QUEUE, state: 'paused' as const }
    const mail = { state: 'paused' as const, queue, held: 3 }
    const model = aModel({ daemon: null, mail, stale: inert('the disk is gone') })
    expect(warningOf(model)?.text).toContain('the disk is gone')
    expect(warningOf({ ...model, stale: null })?.text).toContain('No daemon is running')
    expect(warningOf({ ...model, stale: null, daemon: undefined })?.text).toContain('Mail is paused')
    expect(warningOf({ ...model, stale: null, daemon: undefined, mail: null })).toBeNull()
  })

  it('leads with f to the setting that mends it', () => {
    const mail = { state: 'off' as const, queue: NEW_QUEUE, held: 0 }
    const model = aModel({ mail })
    expect(warningOf({ ...model, daemon: undefined })?.text).toContain('f: 5 Setting › MAIL_ENABLE')
  })
})
