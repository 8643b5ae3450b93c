import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { MailLogEntry } from '../../../src/core/domain/mail-log.ts'
import type { Happening } from '../../../src/core/domain/outcome.ts'
import { NEW_QUEUE } from '../../../src/core/domain/queue.ts'
import { DAY, HOUR } from '../../../src/core/domain/time.ts'
import type { Store } from '../../../src/core/store/port.ts'
import { cellsOf } from '../../../src/core/text/width.ts'
import { textOf } from '../../../src/tui/line.ts'
import type { Effect } from '../../../src/tui/msg.ts'
import type { World } from '../../../src/tui/screen.ts'
import { performLog } from '../../../src/tui/screens/log/log.effects.ts'
import { entryLines, saidWords } from '../../../src/tui/screens/log/log.lines.ts'
import { momentOf, parseLogSearch } from '../../../src/tui/screens/log/log.search.ts'
import type { LogEffect, LogMsg } from '../../../src/tui/screens/log/log.state.ts'
import { themeOf } from '../../../src/tui/theme.ts'
import { anActor, anEntry, aTemplate, ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'
import { StoreHouse } from '../../support/store.ts'
import { aFrame } from '../a-frame.tsx'
import { aModel, Desk } from '../a-model.ts'

const refused: Happening = {
  stage: 'auth',
  code: 'EAUTH',
  originalCode: null,
  replyCode: 535,
  enhancedCode: '5.7.8',
  reply: '535 5.7.8 Username and Password not accepted',
}
const good = anEntry({ to: 'ann@example.org' })
const bad = anEntry({
  to: 'bob@example.org',
  outcome: 'misconfigured',
  happening: refused,
  replyCode: 535,
  enhancedCode: '5.7.8',
  reply: refused.reply,
})

const effectsOf = (effects: readonly Effect[]): readonly LogEffect[] =>
  effects.flatMap((each) => (each.kind === 'screen' && each.page === 'log' ? [each.effect] : []))
const logOf = ({ model }: Desk) => model.screens.log ?? expect.fail('no page of the mail log')
const send = (desk: Desk, msg: LogMsg): Desk => desk.send({ kind: 'screen', page: 'log', msg })

function readOf(desk: Desk): Extract<LogEffect, { kind: 'read' }> {
  const read = effectsOf(desk.wanted()).findLast(({ kind }) => kind === 'read')
  return read?.kind === 'read' ? read : expect.fail('nothing was asked for')
}

interface Found {
  readonly next?: string | null
  readonly share?: number | null
  readonly front?: string | null
}

function answer(desk: Desk, items: readonly MailLogEntry[], { next = null, share = null, front = null }: Found = {}) {
  const { ask } = readOf(desk)
  const previous = ask.place.kind === 'after' ? ask.place.cursor : null
  const slice = { items, next, previous, total: null }
  return send(desk, { kind: 'rows', ticket: ask.ticket, slice, share, front })
}

/** The mail log as it is when these have been read. */
function logDesk(entries: readonly MailLogEntry[] = [good, bad], desk = new Desk(aModel({ page: 'log' }))): Desk {
  desk.send({ kind: 'screen', page: 'log', msg: { kind: 'shown', arrival: {} } })
  return answer(desk, entries)
}

/** A console that searches for `bob`, and was told nothing yet. */
const searching = (): Desk => logDesk().press('/').type('bob').press('enter')

describe('the language of the filter', () => {
  it('knows results, recipients, errors and times, and `!`', () => {
    const { filter, fits, doubt } = parseLogSearch('result:failure to:ann error:5.7.8 since:2h until:1h spam', MONDAY)
    expect(filter).toEqual({
      keyword: 'spam',
      result: 'failure',
      recipient: 'ann',
      error: '5.7.8',
      since: MONDAY - 2 * HOUR,
      until: MONDAY - HOUR,
    })
    expect(fits).toBeNull()
    expect(doubt).toBeNull()
  })

  it.each([
    ['!result:success', [bad]],
    ['!to:ann', [bad]],
    ['!error:5.7.8', [good]],
    ['!bob', [good]],
    ['!ann !bob', []],
  ])('%s leaves the others', (text, left) => {
    const { filter, fits } = parseLogSearch(text, MONDAY)
    expect(filter).toEqual({})
    expect([good, bad].filter(fits ?? expect.fail('it turns nothing round'))).toEqual(left)
  })

  it('takes one user by the whole name, and no other whose name it is a part of', () => {
    const joann = { ...good, to: 'x@example.org', user: { id: ids.user(), username: 'joann' } }
    const ann = { ...joann, user: { id: ids.user(), username: 'Ann' } }
    const { filter, fits } = parseLogSearch('user:ann', MONDAY)
    expect(filter).toEqual({ recipient: 'ann' })
    expect([ann, joann].filter(fits ?? expect.fail('it takes all'))).toEqual([ann])
    const others = parseLogSearch('!user:ann', MONDAY)
    expect(others.filter).toEqual({})
    expect([ann, joann].filter(others.fits ?? expect.fail('it takes all'))).toEqual([joann])
  })

  it('takes days and minutes of the clock on the wall; a day alone as an end is meant whole', () => {
    const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).getTime()
    expect(momentOf('2026-11-20', MONDAY)).toBe(at(2026, 10, 20))
    expect(momentOf('2026-11-20', MONDAY, 'end')).toBe(at(2026, 10, 21))
    expect(momentOf('2026-11-20T14:05', MONDAY, 'end')).toBe(at(2026, 10, 20, 14, 5))
    expect(momentOf('3d', MONDAY)).toBe(MONDAY - 3 * DAY)
    for (const wrong of ['2026-02-31', '2h3', 'yesterday', '20261120', '2026-13-01'])
      expect(momentOf(wrong, MONDAY)).toBeNull()
  })

  it('says what it does not understand, and filters by the rest', () => {
    const { filter, doubt } = parseLogSearch('result:maybe to:ann since:then', MONDAY)
    expect(filter).toEqual({ recipient: 'ann' })
    expect(doubt).toContain('success, failure, unknown')
    expect(parseLogSearch('since:then', MONDAY).doubt).toContain('2h')
  })
})

describe('a search', () => {
  it('shows what it finds as it finds it, and goes on from there until the view is full', () => {
    const desk = searching()
    answer(desk, [], { next: '9.0', share: 0.2, front: '99.0' })
    expect(logOf(desk).list.rows).toEqual([])
    answer(desk, [bad], { next: '5.0', share: 0.5 })
    expect(logOf(desk).list.rows).toEqual([bad])
    expect(logOf(desk).search.share).toBeCloseTo(0.6)
    const { ask, filter } = readOf(desk)
    expect(ask.place).toEqual({ kind: 'after', cursor: '5.0' })
    expect(filter).toBe('bob')
  })

  it('says how far it is while it finds nothing', () => {
    const desk = searching()
    const { ask } = readOf(desk)
    send(desk, { kind: 'progress', ticket: ask.ticket, share: 0.4 })
    expect(logOf(desk).search.share).toBe(0.4)
    send(desk, { kind: 'progress', ticket: ask.ticket - 1, share: 0.9 })
    expect(logOf(desk).search.share).toBe(0.4)
  })

  it('is called off by Escape, with what was found left there, and goes on with R', () => {
    const desk = searching()
    answer(desk, [bad], { next: '5.0', share: 0.5, front: '99.0' })
    desk.wanted()
    desk.press('escape')
    expect(effectsOf(desk.wanted())).toEqual([{ kind: 'stop' }])
    expect(logOf(desk).list.rows).toEqual([bad])
    expect(logOf(desk).filter).toBe('bob')
    desk.press('j', 'k')
    expect(effectsOf(desk.wanted())).toEqual([])
    desk.press('R')
    expect(readOf(desk).ask.place.kind).toMatch(/after|before/)
    desk.press('escape', 'escape')
    expect(logOf(desk).filter).toBe('')
  })

  it('is another one with every key, and an answer to the old one is dropped', () => {
    const desk = logDesk().press('/').type('bo')
    const reads = effectsOf(desk.wanted()).filter((effect) => effect.kind === 'read')
    expect(reads.map(({ filter }) => filter)).toEqual(['b', 'bo'])
    const [first] = reads
    const slice = { items: [], next: null, previous: null, total: null }
    send(desk, { kind: 'rows', ticket: first?.ask.ticket ?? -1, slice, share: 1, front: null })
    expect(logOf(desk).list.rows).toEqual([good, bad])
  })

  it('looks only at what came since when the log grows, and shows it above', () => {
    const desk = searching()
    answer(desk, [bad], { share: 1, front: '99.0' })
    desk.wanted()
    desk.send({ kind: 'changed', kinds: new Set(['mail-log']), now: MONDAY })
    const { ask } = readOf(desk)
    expect(ask.place).toEqual({ kind: 'before', cursor: '99.0' })
    const newer = anEntry({ to: 'bobby@example.org' })
    const slice = { items: [newer], next: '99.0', previous: null, total: null }
    send(desk, { kind: 'rows', ticket: ask.ticket, slice, share: 1, front: '120.0' })
    expect(logOf(desk).list.rows).toEqual([newer, bad])
    expect(logOf(desk).list.top).toBe(0)
    expect(logOf(desk).search.front).toBe('120.0')
  })
})

describe('an entry', () => {
  it('is read whole and its letter with it when it is opened; Escape closes it', () => {
    const desk = logDesk().press('enter')
    expect(effectsOf(desk.wanted())).toEqual([{ kind: 'open', id: good.id, began: good.at }])
    send(desk, { kind: 'entry', id: good.id, entry: good })
    expect(logOf(desk).opened?.entry).toBe(good)
    desk.press('escape')
    expect(logOf(desk).opened).toBeNull()
  })

  it('that failed leads to the setting that mends it', () => {
    const desk = logDesk([bad]).press('f')
    expect(desk.model.page).toBe('settings')
    expect(desk.model.screens.settings?.wanted).toBe('SERVICE_MAIL_PASSWORD')
    desk.press('q')
    expect(desk.model.page).toBe('log')
  })

  it('that was delivered names no setting, and f says so', () => {
    const mail = { state: 'open', queue: NEW_QUEUE, held: 0 } as const
    const desk = logDesk([good], new Desk(aModel({ page: 'log', mail }))).press('f')
    expect(desk.model.toast?.text).toContain('No setting mends this')
  })

  it('leads to its task, and its id and address are copied, of the marked ones together', () => {
    const desk = logDesk().press('y', 'Y', ' ', ' ', 'Y')
    expect(desk.wanted().filter(({ kind }) => kind === 'copy')).toEqual([
      { kind: 'copy', text: good.id, what: 'the id' },
      { kind: 'copy', text: 'ann@example.org', what: 'the address' },
      { kind: 'copy', text: 'ann@example.org bob@example.org', what: 'address of 2 entries' },
    ])
    desk.press('t')
    expect(desk.model.page).toBe('tasks')
  })

  it('says what failed and what mends it before all else, and what was said', () => {
    const { glyphs } = themeOf({ colour: false, ascii: false })
    const lines = entryLines({ row: bad, entry: bad, letter: undefined, top: 0 }, { now: MONDAY, glyphs }).map(textOf)
    const text = lines.join('\n')
    expect(text).toMatch(/failure: misconfigured \(5\.7\.8\)[\s\S]*Why it failed[\s\S]*Conversation[\s\S]*Letter/)
    expect(text).toContain('f goes to 5 Setting › SERVICE_MAIL_')
  })

  it('says what happened where the server did not say it, and not what it said before', () => {
    const { glyphs } = themeOf({ colour: false, ascii: false })
    const happening = { ...refused, stage: 'dot', code: 'ESOCKET', replyCode: null, enhancedCode: null } as const
    const stages = [
      { stage: 'data', durationMs: 1, detail: '354 Go ahead' },
      { stage: 'dot', durationMs: 5, detail: '' },
    ] as const
    const said = { replyCode: null, enhancedCode: null, reply: '354 Go ahead' } as const
    const lost = anEntry({ ...said, outcome: 'unknown', happening: { ...happening, reply: 'read ECONNRESET' }, stages })
    expect(saidWords(lost)).toBe('No answer after the letter was sent')
    const text = entryLines({ row: lost, entry: lost, letter: undefined, top: 0 }, { now: MONDAY, glyphs })
      .map(textOf)
      .join('\n')
    expect(text).toMatch(/Result +! unknown \(ESOCKET\)\n/)
    expect(text).toMatch(/DATA +1 ms {2}354 Go ahead\nfinal dot +5 ms {2}no answer\n/)
  })
})

/** A world with one letter in its log. */
async function aWorld(): Promise<{ readonly world: World; readonly entry: MailLogEntry; readonly store: Store }> {
  const house = await StoreHouse.make()
  onTestFinished(() => house[Symbol.asyncDispose]())
  const store = await house.open()
  await store.transact(anActor, 'x', async (tx) => {
    tx.put('template', aTemplate({ hash: 'f'.repeat(32) }))
    tx.log(good)
  })
  return {
    store,
    entry: good,
    world: { store, context: { store, actor: anActor, ids }, data: house.data, trouble: () => null },
  }
}

const progress = (told: LogMsg[] = []) => ({
  tell: (msg: LogMsg) => void told.push(msg),
  signal: new AbortController().signal,
})

describe.each([
  [80, 24],
  [140, 40],
  [60, 15],
  [140, 15],
] as const)('at %i×%i', (columns, rows) => {
  const evil = '\x1b]8;;http://x\x9b2J\x1b\\\x1b]52;c;QQ==\x07\u202e\u200b\r\nrow\x9b31m'.concat('e\u0301'.repeat(2000))
  const hostile = anEntry({
    ...bad,
    id: ids.attempt(),
    to: evil,
    subject: evil,
    reply: evil,
    user: { id: ids.user(), username: evil },
    conversation: evil,
    stages: [{ stage: 'auth', durationMs: 1, detail: evil }],
    happening: { ...refused, reply: evil },
  })

  it.each([
    ['a hostile entry', (desk: Desk) => desk],
    [
      'one that was opened',
      (desk: Desk) => send(desk.press('enter'), { kind: 'entry', id: hostile.id, entry: hostile }),
    ],
    ['a path that is asked for', (desk: Desk) => desk.press('e').type('x'.repeat(300))],
    ['a filter', (desk: Desk) => desk.press('/').type('result:failure nobody')],
  ])('%s is inert and stays within the terminal', (_, play) => {
    const model = aModel({ page: 'log', columns, rows })
    const frame = aFrame(play(logDesk([hostile, good], new Desk(model))).model)
    expect(frame.length).toBeLessThanOrEqual(rows)
    for (const line of frame) {
      expect(cellsOf(line)).toBeLessThanOrEqual(columns)
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e]/)
    }
    expect(frame[1]).toContain('Mail Log')
  })

  it('shows results as a sign and a word, and the row below a hostile one as it is', () => {
    const frame = aFrame(logDesk([hostile, good], new Desk(aModel({ page: 'log', columns, rows }))).model)
    expect(frame[2]).toMatch(/TIME +RESULT .*TO/)
    expect(frame[3]).toContain('✗ failure')
    expect(frame[4]).toMatch(/✓ success.*ann@example\.org/)
  })
})

describe('the letter', () => {
  it('is shown without its secret, and that it was opened is on record', async () => {
    const { world, entry, store } = await aWorld()
    const msg = await performLog({ kind: 'open', id: entry.id, began: entry.at }, world, progress())
    expect(msg).toMatchObject({ kind: 'letter', letter: { text: expect.stringContaining('[secret hidden]') } })
    const { items } = await store.audit({ limit: 1 })
    expect(items[0]).toMatchObject({ action: 'log.show', touched: [`mail-log:${entry.id}`] })
  })

  it('is saved for its owner alone, and never over a file that is there', async () => {
    const { world, entry } = await aWorld()
    const directory = mkdtempSync(join(tmpdir(), 'postern-eml-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const path = join(directory, 'letter.eml')
    expect(await performLog({ kind: 'save', row: entry, path }, world, progress())).toEqual({ kind: 'saved', path })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toContain('[secret hidden]')
    writeFileSync(path, 'mine')
    expect(await performLog({ kind: 'save', row: entry, path }, world, progress())).toMatchObject({
      kind: 'not-saved',
      why: expect.stringContaining('is there already'),
    })
    expect(readFileSync(path, 'utf8')).toBe('mine')
    const nowhere = await performLog({ kind: 'save', row: entry, path: join(directory, 'no', 'x') }, world, progress())
    expect(nowhere).toMatchObject({ why: expect.stringContaining('no such directory') })
    const within = await performLog({ kind: 'save', row: entry, path: directory }, world, progress())
    expect(within).toEqual({ kind: 'not-saved', why: `${directory} is a directory: add the name of a file.` })
  })

  it('is saved in the home directory where a shell would put it', async () => {
    const { world, entry } = await aWorld()
    const home = mkdtempSync(join(tmpdir(), 'postern-home-'))
    onTestFinished(() => rmSync(home, { recursive: true }))
    vi.stubEnv('HOME', home)
    onTestFinished(() => void vi.unstubAllEnvs())
    const saved = await performLog({ kind: 'save', row: entry, path: '~/letter.eml' }, world, progress())
    expect(saved).toEqual({ kind: 'saved', path: join(home, 'letter.eml') })
    expect(await performLog({ kind: 'save', row: entry, path: '~' }, world, progress())).toMatchObject({
      why: `${home} is a directory: add the name of a file.`,
    })
  })

  it('asks for the path, keeps what was typed when it cannot be, and Escape leaves', () => {
    const desk = logDesk().press('e')
    desk.type('x').press('enter')
    const [effect] = effectsOf(desk.wanted())
    expect(effect).toMatchObject({ kind: 'save', path: expect.stringMatching(/\.emlx$/) })
    send(desk, { kind: 'not-saved', why: '/x is there already: choose another name.' })
    expect(logOf(desk).saving?.form.fields[0]?.error).toContain('is there already')
    desk.press('escape')
    expect(logOf(desk).saving).toBeNull()
  })

  it('is saved under the path as it stood: keys wait until that is done, and are for the page then', () => {
    const desk = logDesk().press('e', 'enter')
    const path = logOf(desk).saving?.form
    desk.type('jj').press('enter', 'escape')
    expect(logOf(desk).saving?.form).toEqual(path)
    expect(effectsOf(desk.wanted()).filter(({ kind }) => kind === 'save')).toHaveLength(1)
    desk.type('j')
    send(desk, { kind: 'saved', path: '/tmp/x.eml' })
    expect(logOf(desk)).toMatchObject({ saving: null, list: { cursor: 1 } })
  })

  it('that cannot be saved leaves the path as it was typed, not with what was typed behind it', () => {
    const desk = logDesk().press('e').type('x').press('enter').type('jj')
    send(desk, { kind: 'not-saved', why: '/x is there already: choose another name.' })
    desk.type('y')
    const field = logOf(desk).saving?.form.fields[0]
    expect(field).toMatchObject({ editor: { text: expect.stringMatching(/\.emlxy$/) } })
  })
})

it('a real search gives rows with cursors that go on, and from the end backwards', async () => {
  const { world, store } = await aWorld()
  await store.transact(anActor, 'x', async (tx) => tx.log(bad))
  const ask = { ticket: 1, place: { kind: 'start' }, limit: 60, again: false } as const
  const found = await performLog({ kind: 'read', ask, filter: '!ann', front: null }, world, progress())
  expect(found).toMatchObject({ kind: 'rows', share: 1, slice: { items: [{ id: bad.id }], next: null } })
  const front = found.kind === 'rows' ? found.front : null
  const later = anEntry({ to: 'cy@example.org' })
  await store.transact(anActor, 'x', async (tx) => tx.log(later))
  const newer = { ...ask, place: { kind: 'before', cursor: front ?? '' } } as const
  expect(await performLog({ kind: 'read', ask: newer, filter: '!ann', front }, world, progress())).toMatchObject({
    slice: { items: [{ id: later.id }], previous: null, next: front },
  })
  const last = await performLog(
    { kind: 'read', ask: { ...ask, place: { kind: 'end' } }, filter: 'example', front },
    world,
    progress(),
  )
  expect(last).toMatchObject({ slice: { items: [{ id: later.id }, { id: bad.id }, { id: good.id }], next: null } })
})
