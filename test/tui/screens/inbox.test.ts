import { describe, expect, it } from 'vitest'
import { cellsOf } from '../../../src/core/text/width.ts'
import { bindings } from '../../../src/tui/bindings.ts'
import type { InboxLetter } from '../../../src/tui/inbox.ts'
import type { Effect } from '../../../src/tui/msg.ts'
import { performInbox } from '../../../src/tui/screens/inbox/inbox.effects.ts'
import type { InboxEffect } from '../../../src/tui/screens/inbox/inbox.state.ts'
import { anActor, ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { StoreHouse } from '../../support/store.ts'
import { aFrame } from '../a-frame.tsx'
import { aModel, Desk } from '../a-model.ts'

const aLetter = (given: Partial<InboxLetter> = {}): InboxLetter => ({
  id: '0',
  at: MONDAY,
  to: 'Ann <ann@example.org>',
  subject: 'Your temporary password',
  headers: [
    ['From', 'Accounts <accounts@example.org>'],
    ['To', 'Ann <ann@example.org>'],
    ['Subject', 'Your temporary password'],
  ],
  text: 'Hello Ann,\n\nhere it is:\n\n7XQ2-0M4A-0000-ABCD-EFGH-JKMN\n',
  secret: { kind: 'temporary password', text: '7XQ2-0M4A-0000-ABCD-EFGH-JKMN' },
  ...given,
})

const link = 'https://accounts.example.org/reset-password?t=abc'
const withLink = aLetter({ id: '1', text: `Click ${link} soon.\n`, secret: { kind: 'link', text: link } })
const notice = aLetter({ id: '2', subject: 'Your password was changed', text: 'It was changed.\n', secret: null })

const readsOf = (effects: readonly Effect[]): readonly InboxEffect[] =>
  effects.flatMap((each) => (each.kind === 'screen' && each.page === 'inbox' ? [each.effect] : []))

const aSandbox = (given: { readonly columns?: number; readonly rows?: number; readonly readOnly?: boolean } = {}) =>
  new Desk(aModel({ page: 'inbox', sandbox: true, ...given }))

/** The page of caught letters as it is when these have been read. */
function inboxDesk(letters: readonly InboxLetter[], desk = aSandbox()): Desk {
  desk.send({ kind: 'screen', page: 'inbox', msg: { kind: 'shown', arrival: {} } })
  return answer(desk, letters)
}

function answer(desk: Desk, letters: readonly InboxLetter[]): Desk {
  const read = readsOf(desk.wanted()).at(-1)
  if (read === undefined) return expect.fail('nothing was asked for')
  const slice = { items: letters, next: null, previous: null, total: letters.length }
  return desk.send({ kind: 'screen', page: 'inbox', msg: { kind: 'letters', ticket: read.ticket, slice } })
}

const inboxOf = ({ model }: Desk) => model.screens.inbox ?? expect.fail('no inbox')

describe('outside of a sandbox there is no inbox', () => {
  const desk = new Desk(aModel())

  it('neither as a tab', () => {
    expect(aFrame(desk.model)[0]).not.toContain('7')
    expect(aFrame(aModel({ sandbox: true }))[0]).toContain('7')
  })

  it('nor by its key, nor in the help', () => {
    expect(new Desk(aModel()).press('7').model.page).toBe('tasks')
    expect(new Desk(aModel({ sandbox: true })).press('7').model.page).toBe('inbox')
    expect(bindings(aModel()).some(({ keys }) => keys.includes('7'))).toBe(false)
    expect(bindings(aModel({ sandbox: true })).some(({ keys }) => keys.includes('7'))).toBe(true)
  })

  it('nor in the palette', () => {
    const found = (sandbox: boolean) => aFrame(new Desk(aModel({ sandbox })).press(':').type('inbox').model).join('\n')
    expect(found(false)).toContain('Nothing fits')
    expect(found(true)).toContain('To Sandbox › Inbox')
  })
})

describe('the inbox of a sandbox', () => {
  it('lists what was caught: when, to whom, about what', () => {
    const frame = aFrame(inboxDesk([notice, aLetter()]).model)
    expect(frame[1]).toMatch(/Sandbox › Inbox .*nothing leaves this machine · 1 of 2/)
    expect(frame[2]).toMatch(/CAUGHT +TO +SUBJECT/)
    expect(frame[3]).toMatch(/Ann <ann@example.org> +Your password was changed/)
  })

  it('has a letter as soon as the store says that one was sent, and stays on the one that is looked at', () => {
    const desk = inboxDesk([aLetter()])
    desk.send({ kind: 'changed', kinds: new Set(['setting']), now: MONDAY })
    expect(readsOf(desk.wanted())).toEqual([])
    desk.send({ kind: 'changed', kinds: new Set(['mail-log', 'task']), now: MONDAY })
    answer(desk, [notice, aLetter()])
    expect(inboxOf(desk).list).toMatchObject({ cursor: 1, total: 2 })
  })

  it('begins with the newest each time that it is gone to', () => {
    const desk = inboxDesk([notice, aLetter()]).press('j', '3', '7')
    answer(desk, [withLink, notice, aLetter()])
    expect(inboxOf(desk).list.cursor).toBe(0)
  })

  it('opens a letter as its reader would see it, the password in plain sight', () => {
    const text = aFrame(inboxDesk([aLetter()]).press('enter').model).join('\n')
    expect(text).toMatch(/From +Accounts <accounts@example.org>/)
    expect(text).toMatch(/Password +7XQ2-0M4A-0000-ABCD-EFGH-JKMN/)
    expect(text).toMatch(/here it is:\n\s*\n 7XQ2-0M4A-0000-ABCD-EFGH-JKMN/)
  })

  it.each([
    ['the temporary password', aLetter(), '7XQ2-0M4A-0000-ABCD-EFGH-JKMN'],
    ['the link', withLink, link],
  ])('copies %s', (what, letter, text) => {
    const desk = inboxDesk([letter]).press('y')
    expect(desk.wanted()).toContainEqual({ kind: 'copy', text, what })
  })

  it('says of a letter without either that it has none', () => {
    const desk = inboxDesk([notice]).press('y')
    expect(desk.model.toast?.text).toContain('no password and no link')
    expect(desk.press('Y').wanted()).toContainEqual(expect.objectContaining({ kind: 'copy', what: 'the text' }))
  })

  it('changes nothing, so that all of its keys are there under --read-only', () => {
    const own = (readOnly: boolean) =>
      bindings(aModel({ page: 'inbox', sandbox: true, readOnly })).filter(({ context }) => context === 'inbox')
    expect(own(true).map(({ help }) => help)).toEqual(own(false).map(({ help }) => help))
  })

  it('says what to do while nothing has been caught', () => {
    expect(aFrame(inboxDesk([]).model)[3]).toContain('No letter has been caught yet')
  })

  it.each([
    [80, 24],
    [140, 40],
    [60, 15],
  ])('fits %i×%i, and is inert there whatever a letter says', (columns, rows) => {
    const evil = `\x1b[2J\x1b]52;c;QQ==\x07\x1b]8;;http://x\x1b\\\x9b31m\u202e\u200b\r\ne${'\u0301'.repeat(4096)}`
    const hostile = aLetter({
      to: evil,
      subject: evil,
      headers: [['From', evil]],
      text: `${evil}\n`.repeat(50),
      secret: { kind: 'link', text: evil },
    })
    const listed = inboxDesk([hostile], aSandbox({ columns, rows }))
    for (const frame of [aFrame(listed.model), aFrame(listed.press('enter').model)]) {
      expect(frame.length).toBeLessThanOrEqual(rows)
      expect(frame[0]).toContain('7')
      for (const line of frame) {
        expect(cellsOf(line)).toBeLessThanOrEqual(columns)
        expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]/)
      }
    }
  })
})

it('filters by address, subject and text', async () => {
  await using house = await StoreHouse.make()
  const store = await house.open()
  const inbox = { letters: async () => [notice, withLink, aLetter()] }
  const world = { store, context: { store, actor: anActor, ids }, data: '', trouble: () => null, inbox }
  const found = async (filter: string) => {
    const read = await performInbox({ kind: 'read', ticket: 1, filter }, world)
    return read.kind === 'letters' ? read.slice.items : []
  }
  expect(await found('')).toHaveLength(3)
  expect(await found('WAS changed')).toEqual([notice])
  expect(await found('!changed ann')).toEqual([withLink, aLetter()])
})
