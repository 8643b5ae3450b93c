import { expect, it } from 'vitest'
import { line } from '../../../src/tui/line.ts'
import { scrollWithin } from '../../../src/tui/list/scroll.ts'
import type { Move } from '../../../src/tui/list/window.ts'
import { Desk } from '../a-model.ts'

const lines = Array.from({ length: 30 }, (_, at) => line(`line ${at}`))
const shown = { lines, columns: 40, bodyRows: 10 }
const DOWN: Move = { kind: 'by', rows: 1 }
const UP: Move = { kind: 'by', rows: -1 }
const PAGE: Move = { kind: 'page', views: 1 }

it('ends with the last line, and one key goes back from there, however often one went on', () => {
  let top = 0
  for (let times = 0; times < 50; times++) top = scrollWithin(top, DOWN, shown)
  expect(top).toBe(20)
  expect(scrollWithin(top, PAGE, shown)).toBe(20)
  expect(scrollWithin(top, UP, shown)).toBe(19)
})

it('goes back from the end by one key, too', () => {
  const end = scrollWithin(0, { kind: 'end' }, shown)
  expect(end).toBe(20)
  expect(scrollWithin(end, UP, shown)).toBe(19)
})

it('stays where it is when all is shown, and counts lines that take several', () => {
  expect(scrollWithin(0, PAGE, { ...shown, bodyRows: 40 })).toBe(0)
  const long = [line('word '.repeat(60))]
  expect(scrollWithin(0, { kind: 'end' }, { lines: long, columns: 22, bodyRows: 5 })).toBeGreaterThan(5)
})

it('is of the help as well: the keys of any opened page scroll it, any other closes it', () => {
  const desk = new Desk().press('?', 'G')
  const end = desk.model.overlay
  expect(end).toMatchObject({ kind: 'help', top: expect.any(Number) })
  desk.press('j', 'j', 'k')
  expect(desk.model.overlay).toEqual(end.kind === 'help' ? { ...end, top: end.top - 1 } : null)
  desk.press('g')
  expect(desk.model.overlay).toEqual({ kind: 'help', top: 0 })
  desk.press('x')
  expect(desk.model.overlay.kind).toBe('none')
})
