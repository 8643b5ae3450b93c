import { describe, expect, it } from 'vitest'
import { bindings } from '../../src/tui/bindings.ts'
import { keyTable, strokeWords } from '../../src/tui/keymap.ts'
import { PAGE_SCREENS } from '../../src/tui/screens/table.ts'
import { aModel } from './a-model.ts'

const parts = keyTable().map((part) => [part.context, part] as const)

describe('the key table', () => {
  it.each(parts)('has no key twice in %s', (_context, { rows }) => {
    const keys = rows.flatMap((row) => row.keys)
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  })

  it.each(parts)('says in words what each key of %s does', (_context, { rows }) => {
    expect(rows.length).toBeGreaterThan(0)
    for (const { keys, help, hint } of rows) {
      expect(keys.length).toBeGreaterThan(0)
      expect(help).toMatch(/^[A-Z].*[^.]$/)
      if (hint !== undefined) expect(hint.length).toBeLessThanOrEqual(22)
    }
  })

  it.each(PAGE_SCREENS)('hides no shared key that holds on %s behind one of its own', (page) => {
    const there = bindings(aModel({ page }))
    const own = there.filter(({ context }) => context === page).flatMap(({ keys }) => keys)
    const shared = there.filter(({ context }) => context !== page).flatMap(({ keys }) => keys)
    // Enter opens a row, and on a form the field; f goes to the setting, that of the row in view before any other.
    const same = ['enter', 'f']
    expect(own.filter((key) => shared.includes(key) && !same.includes(key))).toEqual([])
    // Whatever R is pressed for, it does no more than read.
    expect(own).not.toContain('R')
  })

  it.each(PAGE_SCREENS)('has nothing that changes anything on %s under --read-only', (page) => {
    const dangerous = keyTable()
      .find(({ context }) => context === page)
      ?.rows.filter(({ changes }) => changes === true)
      .map(({ help }) => help)
    const there = bindings(aModel({ page, readOnly: true })).map(({ help }) => help)
    for (const help of dangerous ?? []) expect(there).not.toContain(help)
    const otherwise = bindings(aModel({ page, readOnly: false })).map(({ help }) => help)
    for (const help of dangerous ?? []) expect(otherwise).toContain(help)
  })

  it('names keys as keyboards do', () => {
    expect(['ctrl+s', 'shift+tab', ' ', 'G', 'pagedown', 'down'].map((key) => strokeWords(key))).toEqual([
      'Ctrl-S',
      'Shift-Tab',
      'space',
      'G',
      'PgDn',
      '↓',
    ])
    expect(strokeWords('down', true)).toBe('Down')
  })
})
