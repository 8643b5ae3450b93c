import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NEW_QUEUE } from '../../src/core/domain/queue.ts'
import { MINUTE } from '../../src/core/domain/time.ts'
import { inert } from '../../src/core/text/inert.ts'
import { Reader } from '../../src/tui/aloud/reader.ts'
import type { Msg } from '../../src/tui/msg.ts'
import { themeOf } from '../../src/tui/theme.ts'
import { aTask } from '../support/builders.ts'
import { MONDAY } from '../support/clock.ts'
import { aModel, Desk } from './a-model.ts'
import { PAYLOADS, strangeIn } from './support/hostile.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A console that is read aloud, and what was read of it. */
class Listener {
  readonly desk: Desk
  readonly #reader: Reader
  #said: string[] = []

  constructor(desk = new Desk(aModel({ columns: 119 }))) {
    this.desk = desk
    this.#reader = new Reader({
      say: (lines) => this.#said.push(...lines),
      later: (milliseconds, work) => {
        const timer = setTimeout(work, milliseconds)
        return () => clearTimeout(timer)
      },
      theme: themeOf({ colour: true, ascii: false }),
      title: inert('olga@mx1'),
    })
  }

  /** What is read when these keys are pressed one after the other. */
  press(...words: string[]): readonly string[] {
    for (const word of words) {
      this.#reader.heard()
      this.desk.press(word)
      this.#reader.look(this.desk.model)
    }
    return this.heard()
  }

  /** What is read when something happens by itself. */
  happens(msg: Msg): readonly string[] {
    this.desk.send(msg)
    this.#reader.look(this.desk.model)
    return this.heard()
  }

  again(): readonly string[] {
    this.#reader.again()
    return this.heard()
  }

  heard(): readonly string[] {
    const said = this.#said
    this.#said = []
    return said
  }
}

const TO = ['ann@example.org', 'bob@example.org', 'cy@example.org']
const someTasks = TO.map((to, at) => aTask({ to, dueAt: MONDAY + (at + 10) * MINUTE }))

/** The page of tasks with these rows; the page was read. */
function onTasks(items = someTasks): Listener {
  const listener = new Listener()
  listener.desk.send({ kind: 'screen', page: 'tasks', msg: { kind: 'shown', arrival: {} } })
  listener.desk.send(rowsFor(listener, items))
  return listener
}

/** The rows that the page has asked for. */
function rowsFor({ desk }: Listener, items: typeof someTasks): Msg {
  const { list } = desk.model.screens.tasks ?? expect.fail('no page of tasks')
  const slice = { items, next: null, previous: null, total: items.length }
  const msg = { kind: 'rows', ticket: list.asked?.ticket ?? 0, slice, held: new Map(), failed: 0 } as const
  return { kind: 'screen', page: 'tasks', msg }
}

describe('a console that is read aloud', () => {
  it('reads the page once as lines, says where one is and which keys there are', () => {
    const listener = onTasks()
    const page = listener.happens({ kind: 'minute', now: MONDAY })
    expect(page[0]).toMatch(/^postern, olga@mx1, .*\[3 Tasks\]/)
    expect(page[1]).toBe('System Information, Scheduled Tasks')
    for (const to of TO) expect(page.filter((line) => line.includes(to)).length).toBeGreaterThan(0)
    expect(page.at(-2)).toMatch(/^You are on: .*ann@example\.org.*, 1 of 3$/)
    expect(page.at(-1)).toMatch(/^Keys: .*, Enter open, .*\? help/)
    // No columns, no frames, no signs: what a state is stands there as a word.
    expect(page.join('\n')).not.toMatch(/ {2}|[│─╭✓✗·●○]/)
  })

  it('says that it is read, and the page when its rows have come', () => {
    const listener = new Listener()
    const arrival = listener.happens({ kind: 'screen', page: 'tasks', msg: { kind: 'shown', arrival: {} } })
    expect(arrival.at(-1)).toBe('System Information, Scheduled Tasks')
    expect(listener.happens(rowsFor(listener, someTasks))).toEqual([])
    vi.advanceTimersByTime(10_000)
    expect(listener.heard().at(-2)).toMatch(/^You are on: /)
  })

  it('reads the row that a key leads to, and nothing else', () => {
    const listener = onTasks()
    listener.happens({ kind: 'minute', now: MONDAY })
    expect(listener.press('j')).toEqual([expect.stringMatching(/bob@example\.org.*, 2 of 3$/)])
    expect(listener.press('j', 'k')).toEqual([
      expect.stringContaining('cy@example.org'),
      expect.stringContaining('bob@example.org'),
    ])
    expect(listener.press(' ')).toEqual([expect.stringMatching(/cy@example\.org.*, 3 of 3, 1 marked$/)])
    expect(listener.press('k')).toEqual([expect.stringMatching(/^marked, .*bob@example\.org/)])
  })

  it('reads the question that opens, what has the focus, and where one is when it is closed', () => {
    const listener = onTasks()
    listener.happens({ kind: 'minute', now: MONDAY })
    const asked = listener.press('c')
    expect(asked[0]).toMatch(/^Question: Cancel 1 letter/)
    expect(asked.at(-1)).toMatch(/^y is Cancel it, n is Keep it\. Enter does: Keep it$/)
    listener.happens({ kind: 'drawn' })
    expect(listener.press('right')).toEqual([expect.stringMatching(/Enter does: (?!Cancel$)/)])
    expect(listener.press('n').at(-1)).toMatch(/ann@example\.org.*, 1 of 3/)
  })

  it('reads what was opened, and of it only what comes to be seen', () => {
    const listener = onTasks()
    listener.happens({ kind: 'minute', now: MONDAY })
    const opened = listener.press('enter')
    expect(opened[0]).toContain('Scheduled Tasks, ann@example.org')
    expect(opened.some((line) => line.startsWith('Status, wait'))).toBe(true)
    expect(listener.press('escape')).toEqual([
      'System Information, Scheduled Tasks',
      expect.stringContaining('ann@example.org'),
    ])
  })

  it('says what a key was refused for, as often as it is pressed', () => {
    const listener = onTasks([])
    listener.happens({ kind: 'minute', now: MONDAY })
    const refused = listener.press('r')
    expect(refused).toHaveLength(1)
    expect(listener.press('r')).toEqual(refused)
  })

  it('does not repeat what is typed into a filter, and reads what it finds', () => {
    const listener = onTasks()
    listener.happens({ kind: 'minute', now: MONDAY })
    expect(listener.press('/')).toEqual([expect.stringMatching(/^Filter: /)])
    expect(listener.press('b', 'o')).toEqual([])
    const found = listener.happens(rowsFor(listener, someTasks.slice(1, 2)))
    expect(found).toEqual([expect.stringMatching(/bob@example\.org.*, 1 of 1/)])
  })

  it('is silent when a minute goes by, and when rows change that nobody is on', () => {
    const listener = onTasks()
    listener.happens({ kind: 'minute', now: MONDAY })
    vi.advanceTimersByTime(10_000)
    expect(listener.happens({ kind: 'minute', now: MONDAY + MINUTE })).toEqual([])
    listener.desk.send({ kind: 'changed', kinds: new Set(['task']), now: MONDAY + MINUTE })
    const items = [...someTasks.slice(0, 2), aTask({ to: 'new@example.org', dueAt: MONDAY + MINUTE })]
    expect(listener.happens(rowsFor(listener, items))).toEqual([])
  })

  it('says by itself what must be known, but does not talk without a pause', () => {
    const listener = onTasks()
    listener.happens({ kind: 'minute', now: MONDAY })
    vi.advanceTimersByTime(10_000)
    const say = (text: string) => listener.happens({ kind: 'say', tone: 'good', text: inert(text) })
    expect(say('one')).toEqual(['one'])
    expect(say('two')).toEqual([])
    expect(say('three')).toEqual([])
    vi.advanceTimersByTime(10_000)
    expect(listener.heard()).toEqual(['three'])
    // What comes of a key is said at once.
    listener.press('j')
    expect(say('four')).toEqual(['four'])
    expect(say('five')).toEqual(['five'])
  })

  it('says that keys are text, and that they are keys again, with those that do something then', () => {
    const listener = new Listener(new Desk(aModel({ columns: 119, page: 'settings' })))
    listener.desk.send({ kind: 'screen', page: 'settings', msg: { kind: 'shown', arrival: {} } })
    listener.desk.send({ kind: 'screen', page: 'settings', msg: { kind: 'rows', rows: [], queue: NEW_QUEUE } })
    listener.happens({ kind: 'minute', now: MONDAY })
    listener.press('j')
    expect(listener.press('enter')).toEqual([expect.stringMatching(/^Keys: .*Enter done/)])
    expect(listener.press('enter')).toEqual([expect.stringMatching(/^Keys: Enter edit/)])
    expect(listener.press('j').join('\n')).not.toContain('Keys:')
  })

  it('reads the page again when asked to', () => {
    const listener = onTasks()
    const page = listener.happens({ kind: 'minute', now: MONDAY })
    expect(listener.again()).toEqual(page)
  })

  it('reads hostile data as inert lines', () => {
    const listener = onTasks(PAYLOADS.map((to) => aTask({ to, user: null })))
    const page = listener.happens({ kind: 'minute', now: MONDAY })
    expect(page.length).toBeGreaterThan(PAYLOADS.length)
    for (const line of [...page, ...listener.press('j', 'enter')]) {
      expect(strangeIn(line)).toEqual([])
      expect(line).not.toMatch(/[\r\n]/)
    }
  })
})
