import { expect, it } from 'vitest'
import { obeyKeys } from '../../src/cli/typed.ts'

it.each([
  ['geheim', 'geheim', null],
  ['geheim\r', 'geheim', 'entered'],
  ['ge\nheim', 'ge', 'entered'],
  ['wrong\u0015geheim\r', 'geheim', 'entered'],
  ['geheimm\u007f\r', 'geheim', 'entered'],
  ['密碼🔑\b', '密碼', null],
  ['\b', '', null],
  ['geh\u0003eim\r', 'geh', 'given-up'],
  ['\u0004', '', 'given-up'],
  ['a\u001b[200~b\u009b\t', 'a[200~b', null],
])('%j typed in one piece is %j (%s)', (text, line, end) => {
  expect(obeyKeys(text)).toEqual({ line, end })
})
