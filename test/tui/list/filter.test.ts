import { describe, expect, it } from 'vitest'
import { parseFilter } from '../../../src/tui/list/filter.ts'
import { parseSearch as parseAuditSearch } from '../../../src/tui/screens/audit/audit.state.ts'
import { parseLogSearch } from '../../../src/tui/screens/log/log.search.ts'
import { parseSearch as parseTaskSearch } from '../../../src/tui/screens/tasks/tasks.state.ts'
import { parseUserSearch } from '../../../src/tui/screens/users/users.state.ts'
import { MONDAY } from '../../support/clock.ts'

describe('a filter', () => {
  it('has words, fields, and either turned round', () => {
    const { words, without, fields, doubt } = parseFilter('Ann !Bob to:cy !from:"d e" lee', ['to', 'from'])
    expect({ words, without, doubt }).toEqual({ words: 'Ann lee', without: ['bob'], doubt: null })
    expect([...fields]).toEqual([
      ['to', { value: 'cy', inverse: false }],
      ['from', { value: 'd e', inverse: true }],
    ])
  })

  it('takes a field that there is not for a word, and says which there are', () => {
    expect(parseFilter('colour:red', ['to', 'from'])).toMatchObject({
      words: 'colour:red',
      doubt: 'no field colour; there are to, from',
    })
    expect(parseFilter('!colour:red', ['to']).doubt).toBe('no field colour; there is to')
    // Said while it is being typed, before there is a value.
    expect(parseFilter('colour:', ['to']).doubt).not.toBeNull()
  })

  it('has no doubt about an address or a time with a colon in it', () => {
    for (const text of ['[2001:db8::1]', '2026-11-02T10:00', 'a.b@example.org:25', ':x', 'to:a:b'])
      expect(parseFilter(text, ['to']).doubt).toBeNull()
  })

  it('of each page says which fields that page has', () => {
    expect(parseTaskSearch('x:1').doubt).toBe('no field x; there are status, kind, to, error, user')
    expect(parseLogSearch('x:1', MONDAY).doubt).toContain('result, kind, to, error')
    expect(parseAuditSearch('x:1', MONDAY).doubt).toContain('actor, action')
    expect(parseUserSearch('x:1').doubt).toBe('no field x; there is status')
  })

  it('knows a recipient by one word, in the tasks and in the mail log', () => {
    expect(parseTaskSearch('to:ann').filter).toEqual({ recipient: 'ann' })
    expect(parseLogSearch('to:ann', MONDAY).filter).toEqual({ recipient: 'ann' })
    expect(parseTaskSearch('!to:Ann')).toMatchObject({ filter: { notRecipient: 'Ann' } })
  })

  it('of tasks turns kinds and errors round, and means every kind that begins so', () => {
    const filterOf = (text: string) => parseTaskSearch(text).filter
    expect(filterOf('kind:reset').kind).toEqual(['reset-password', 'reset-link'])
    expect(filterOf('!kind:test').kind).toEqual(['reset-password', 'reset-link', 'password-changed'])
    expect(filterOf('!error:5.1.1')).toEqual({ notError: '5.1.1' })
  })
})
