import { describe, expect, it } from 'vitest'
import { wantsConsole } from '../../bin/console.mjs'
import { GROUPS } from '../../src/cli/commands.ts'
import { programHelp } from '../../src/cli/help.ts'
import { CONSOLE_OPTIONS, parseOptions } from '../../src/tui/options.ts'

describe('the options of the console', () => {
  it('are read', () => {
    expect(parseOptions([])).toEqual({
      data: undefined,
      page: 'overview',
      filter: undefined,
      id: undefined,
      readOnly: false,
      ascii: false,
      noColor: false,
    })
    const all = [
      '--data',
      '/d',
      '--page=tasks',
      '--filter',
      'status:failed',
      '--id',
      'x',
      '--read-only',
      '--ascii',
      '--no-color',
    ]
    expect(parseOptions(all)).toEqual({
      data: '/d',
      page: 'tasks',
      filter: 'status:failed',
      id: 'x',
      readOnly: true,
      ascii: true,
      noColor: true,
    })
  })

  it('call a page by what its tab says, too', () => {
    expect(parseOptions(['--page', 'setting']).page).toBe('settings')
    expect(parseOptions(['--page', 'Mail Log']).page).toBe('log')
  })

  it.each([
    [['--page', 'nope'], 'there is no page "nope"'],
    [['--page'], '--page wants a value'],
    [['--read-only=yes'], '--read-only takes no value'],
    [['--nope'], 'the console has no option "--nope"'],
    [['word'], 'the console has no option "word"'],
    [['--data', ''], '--data must name a directory'],
  ])('are refused in one sentence: %j', (argv, sentence) => {
    expect(() => parseOptions(argv)).toThrow(sentence)
  })

  it('stand in the help of the program', () => {
    for (const { name } of CONSOLE_OPTIONS) expect(programHelp(GROUPS)).toContain(`--${name}`)
  })
})

describe('postern', () => {
  it('is the console where a terminal is at both ends, and nothing but options of the console is given', () => {
    expect(wantsConsole([], true)).toBe(true)
    for (const { name, value } of CONSOLE_OPTIONS) {
      expect(wantsConsole(value === null ? [`--${name}`] : [`--${name}`, 'users'], true)).toBe(true)
      expect(wantsConsole(value === null ? [`--${name}`] : [`--${name}=users`], true)).toBe(true)
    }
  })

  it('is the command line where there is a sub-command, or an option that is not the console’s', () => {
    for (const argv of [
      ['users', 'list'],
      ['--data', '/d', 'users'],
      ['--help'],
      ['--version'],
      ['--json'],
      ['--nope'],
    ])
      expect(wantsConsole(argv, true)).toBe(false)
  })

  it('is the command line without a terminal, unless an option was given that only the console has', () => {
    expect(wantsConsole([], false)).toBe(false)
    expect(wantsConsole(['--data', '/d'], false)).toBe(false)
    expect(wantsConsole(['--page', 'tasks'], false)).toBe(true)
  })
})
