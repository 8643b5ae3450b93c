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

  it.each(PAGE_SCREENS)('hides no key of every list, or of everywhere, behind one of %s', (page) => {
    const own =
      keyTable()
        .find(({ context }) => context === page)
        ?.rows.flatMap(({ keys }) => keys) ?? []
    // A page may give Enter and the like a meaning of its own; what moves, marks and leaves means the same on each.
    const shared = ['j', 'k', 'g', 'G', '/', ':', '?', 'q', 'escape', '1', '2', '3', '4', '5', '6', '7']
    // Where there is no list, nothing is marked or read again.
    const isList = bindings(aModel({ page })).some(({ context }) => context === 'list')
    const ofLists = isList ? [' ', 'R'] : []
    expect(own.filter((key) => [...shared, ...ofLists].includes(key))).toEqual([])
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
