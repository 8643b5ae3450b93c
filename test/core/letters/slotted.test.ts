import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeBody } from '../../../src/core/letters/body.ts'
import { bodyMaker, fill, type Slotted } from '../../../src/core/letters/slotted.ts'

type Slot = 'a' | 'b'

/** What a line's edges, an encoding or a boundary hang on, whole and in pieces. */
const PIECES = [
  '',
  'F',
  'Fr',
  'From',
  'From ',
  'rom ',
  'om x',
  '.',
  ' ',
  '\t',
  '\n',
  '\r',
  '=',
  '_',
  '=_',
  'é',
  '您',
  'x',
]
const piece = fc.oneof(
  fc.constantFrom(...PIECES),
  fc.integer({ min: 70, max: 79 }).map((length) => 'x'.repeat(length)),
  fc.string(),
)
const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''))
const plainText = fc
  .array(fc.constantFrom('Hello ', '\nF', '\nFr', 'Fro', 'From', ',\n', '\n\n', '"', ': ', 'x'.repeat(60), '=', '.'), {
    maxLength: 4,
  })
  .map((pieces) => pieces.join(''))
const slotted = (literal: fc.Arbitrary<string>): fc.Arbitrary<Slotted<Slot>> =>
  fc.record({
    first: literal,
    rest: fc.array(fc.record({ slot: fc.constantFrom<Slot>('a', 'b'), literal }), { maxLength: 4 }),
  })
const values = fc.record({
  a: text,
  b: fc.constantFrom('User Number 7', 'ABCD-EFGH', 'F', 'rom x', 'om x', 'x'.repeat(20), ''),
})

describe('a body made of a text with slots', () => {
  it.each([
    ['any text', text],
    ['text that is nearly plain', plainText],
  ])('is what the filled text gives: %s', (_what, literal) => {
    fc.assert(
      fc.property(slotted(literal), fc.array(values, { minLength: 1, maxLength: 3 }), (given, letters) => {
        const body = bodyMaker(given)
        for (const letter of letters) expect(body(letter)).toEqual(encodeBody(fill(given, letter)))
      }),
      { numRuns: 5000 },
    )
  })

  it('goes as it is while its lines are short enough, to the character', () => {
    const body = bodyMaker<Slot>({ first: `Hello ${'x'.repeat(60)} `, rest: [{ slot: 'a', literal: ',\nbye\n' }] })
    expect(body({ a: 'y'.repeat(10), b: '' }).encoding).toBe('7bit')
    expect(body({ a: 'y'.repeat(11), b: '' }).encoding).toBe('quoted-printable')
  })
})
