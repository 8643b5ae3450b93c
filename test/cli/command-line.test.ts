import { describe, expect, it } from 'vitest'
import { GROUPS } from '../../src/cli/commands.ts'
import { commandHelp } from '../../src/cli/help.ts'
import { distance } from '../../src/cli/settings/named.ts'
import { Desk } from './desk.ts'

const desk = () => new Desk()
const commands = GROUPS.flatMap((group) => group.commands)

describe('the command line', () => {
  it('has every sub-command of the contract', () => {
    expect(commands.map(({ name }) => name)).toEqual([
      ...['list', 'show', 'add', 'edit', 'disable', 'enable', 'delete', 'reset', 'import', 'export'].map(
        (name) => `users ${name}`,
      ),
      ...['list', 'show', 'send-now', 'cancel', 'redo'].map((name) => `tasks ${name}`),
      ...['log list', 'log show', 'settings list', 'settings get', 'settings set'],
      ...['mail status', 'mail resume', 'mail check', 'mail test', 'mail confirm'],
      ...['store init', 'store check', 'store fold', 'store backup', 'audit list', 'up'],
    ])
  })

  it('loads what each of them runs', async () => {
    for (const { name, load } of commands) expect(await load(), name).toBeTypeOf('function')
  })

  it('says how it is used without arguments, and exits 2', async () => {
    for (const argv of [[], ['users'], ['mail']]) {
      const { status, out, err } = await desk().run(argv)
      expect({ status, out }).toEqual({ status: 2, out: '' })
      expect(err).toMatch(/^Usage: postern /)
    }
  })

  it('prints help and version where they are asked for', async () => {
    expect(await desk().done('--version')).toMatch(/^\d+\.\d+\.\d+\n$/)
    const help = await desk().done('--help')
    for (const { name } of commands) expect(help).toContain(`  ${name}`)
    for (const definition of commands) {
      expect(await desk().done(...definition.name.split(' '), '--help')).toBe(commandHelp(definition))
    }
  })

  it('fits its help into 80 columns', async () => {
    const texts = [await desk().done('--help'), await desk().done('users', '--help'), ...commands.map(commandHelp)]
    for (const line of texts.join('\n').split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  })

  it.each([
    [['user'], 'postern: unknown command \'user\' (did you mean users?); "postern --help" says more.'],
    [
      ['users', 'lst'],
      'postern users: unknown command \'lst\' (did you mean list?); "postern users --help" says more.',
    ],
    [
      ['users', 'list', '--limt', '1'],
      'postern users list: unknown option \'--limt\' (did you mean --limit?); "postern users list --help" says more.',
    ],
    [
      ['users', 'list', '--limit'],
      'postern users list: option \'--limit <N>\' argument missing; "postern users list --help" says more.',
    ],
    [['users', 'list', 'a', 'b'], 'postern users list: too many arguments; "postern users list --help" says more.'],
    [
      ['users', 'show'],
      'postern users show: missing required argument \'NAME\'; "postern users show --help" says more.',
    ],
    [
      ['users', 'add', '--username', 'x'],
      'postern users add: required option \'--email <ADDRESS>\' not specified; "postern users add --help" says more.',
    ],
    [['\u001b]0;evil\u0007'], 'postern: unknown command \'^[]0;evil^G\'; "postern --help" says more.'],
  ])('refuses %j with one sentence', async (argv, sentence) => {
    const { status, out, err } = await desk().run(argv)
    expect({ status, out, err }).toEqual({ status: 2, out: '', err: `${sentence}\n` })
  })

  it('refuses a data directory without a name', async () => {
    expect(await new Desk('').refused('users', 'list')).toBe('postern: --data must name a directory.')
  })

  it('takes the global options before the sub-command, too', async () => {
    const { data } = desk()
    const { status, out } = await new Desk(data).run(['--json', 'users', 'list'])
    expect({ status, out }).toEqual({ status: 0, out: '{"items":[],"next":null}\n' })
  })
})

describe('the distance between two names', () => {
  it('is how many letters make the one of the other', () => {
    expect(distance('', 'abc')).toBe(3)
    expect(distance('abc', 'abc')).toBe(0)
    expect(distance('SERVICE_MAL_PORT', 'SERVICE_MAIL_PORT')).toBe(1)
    expect(distance('kitten', 'sitting')).toBe(3)
  })
})
