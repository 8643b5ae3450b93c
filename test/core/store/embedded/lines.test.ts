import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { linesBackward, seekEnd } from '../../../../src/core/store/embedded/backward.ts'
import { linesForward } from '../../../../src/core/store/embedded/forward.ts'
import { decodeLine, encodeJson, encodeLine } from '../../../../src/core/store/embedded/line.ts'
import { readLines, STOP } from '../../../../src/core/store/embedded/lines.ts'
import { temporaryDirectory } from '../../../support/store.ts'

const directory = temporaryDirectory()
afterAll(() => directory[Symbol.dispose]())

/** What `look` sees in a file of these bytes. */
function inFile<Seen>(bytes: Uint8Array, look: (fd: number) => Seen): Seen {
  const path = join(directory.path, 'lines')
  writeFileSync(path, bytes)
  const fd = openSync(path, 'r')
  try {
    return look(fd)
  } finally {
    closeSync(fd)
  }
}

/** All good lines and the end. */
function read(bytes: Buffer, chunk?: number) {
  return inFile(bytes, (fd) => {
    const values: unknown[] = []
    const offsets: number[] = []
    const use = (value: unknown, offset: number) => {
      values.push(value)
      offsets.push(offset)
      return null
    }
    return { values, offsets, end: readLines(fd, 0, bytes.length, use, chunk) }
  })
}

const anyValue = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 300 }))
const anyChunk = fc.integer({ min: 1, max: 200 })

describe('a line', () => {
  it('gives back any value that was written', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const line = encodeLine(value)
        expect(line.indexOf('\n')).toBe(line.length - 1)
        expect(decodeLine(line, 0, line.length - 1)).toEqual({ ok: true, value: JSON.parse(JSON.stringify(value)) })
      }),
    )
  })

  it('has the same bytes written whole or in pieces, however long', () => {
    const values = fc.array(anyValue, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(values, fc.constantFrom(0, 300_000, 2_000_000), (values, more) => {
        const all = [...values, 'é'.repeat(more)]
        const pieces = all.flatMap((value) => [',', JSON.stringify(value)])
        expect(encodeJson(['[', ...pieces.slice(1), ']']).equals(encodeLine(all))).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('is no good when any bit of it is another', () => {
    const line = encodeLine({ name: 'Ann Éclair', n: [100, 0.1, null] })
    for (let bit = 0; bit < (line.length - 1) * 8; bit++) {
      const flipped = Buffer.from(line)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(decodeLine(flipped, 0, flipped.length - 1).ok, `bit ${bit}`).toBe(false)
    }
  })

  it.each([
    ['', true],
    ['0', true],
    ['00000000', true],
    ['00000000 ', true],
    ['00000000  ', true],
    ['00000000 0 ', false],
    ['00000000 1e1 0123456789', true],
    ['00000000 0x2 {}', true],
    ['00000000 +2 {}', true],
    ['00000000 2 {}', true],
    ['00000000 3 {}', true],
    ['00000000 1 {}', false],
    [`00000000 ${'9'.repeat(20)} {}`, true],
  ])('%j is none, and %s that a write cut short left it', (text, torn) => {
    const bytes = Buffer.from(text)
    expect(decodeLine(bytes, 0, bytes.length)).toMatchObject({ ok: false, torn })
  })

  it('with the right checksum that is not JSON is none', () => {
    const line = Buffer.from('b0fe03a8 3 {]}')
    const sum = encodeLine(0)
    expect(decodeLine(sum, 0, sum.length - 1)).toEqual({ ok: true, value: 0 })
    expect(decodeLine(line, 0, line.length).ok).toBe(false)
  })
})

describe('a file of lines is read forward', () => {
  it('whatever the lines and wherever the chunks end', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 12 }), anyChunk, (values, chunk) => {
        const lines = values.map(encodeLine)
        const bytes = Buffer.concat(lines)
        const seen = read(bytes, chunk)
        expect(seen.values).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))))
        expect(seen.offsets).toEqual(lines.map((_, index) => Buffer.concat(lines.slice(0, index)).length))
        expect(seen.end).toEqual({ offset: bytes.length, kind: 'clean', why: '' })
      }),
    )
  })

  it('up to a last line that a write cut short, at whichever byte', () => {
    const lines = [{ a: 1 }, { b: 'two' }, { c: [3, 'three'] }].map(encodeLine)
    const bytes = Buffer.concat(lines)
    const starts = lines.map((_, index) => Buffer.concat(lines.slice(0, index)).length)
    for (let cut = 0; cut <= bytes.length; cut++) {
      for (const chunk of [1, 7, 1024]) {
        const { end } = read(bytes.subarray(0, cut), chunk)
        const whole = [...starts, bytes.length].filter((start) => start <= cut).at(-1)
        expect(end, `cut at ${cut}`).toMatchObject({ offset: whole, kind: whole === cut ? 'clean' : 'torn' })
      }
    }
  })

  it('and a bad line that is not the last is no torn one', () => {
    const lines = [{ a: 1 }, { b: 2 }, { c: 3 }].map(encodeLine)
    const bytes = Buffer.concat(lines)
    const second = lines[0]?.length ?? 0
    for (let bit = second * 8; bit < (second + (lines[1]?.length ?? 0)) * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(read(flipped).end, `bit ${bit}`).toMatchObject({ offset: second, kind: 'bad' })
    }
  })

  it('and not beyond where its reader stops or refuses', () => {
    const bytes = Buffer.concat([1, 2, 3].map(encodeLine))
    const until = (answer: string | typeof STOP) =>
      inFile(bytes, (fd) => readLines(fd, 0, bytes.length, (value) => (value === 2 ? answer : null)))
    expect(until(STOP)).toEqual({ offset: encodeLine(1).length, kind: 'stopped', why: '' })
    expect(until('it is a two')).toEqual({ offset: encodeLine(1).length, kind: 'bad', why: 'it is a two' })
  })

  it('and zeros behind the last line, which a power loss may leave, are a torn line', () => {
    const line = encodeLine({ a: 1 })
    expect(read(Buffer.concat([line, Buffer.alloc(5000)])).end).toMatchObject({ offset: line.length, kind: 'torn' })
  })
})

/** Any text of lines, empty ones and an unfinished last one included. */
const anyText = fc
  .array(fc.stringMatching(/^[a-z]{0,90}$/), { maxLength: 20 })
  .chain((lines) => fc.boolean().map((whole) => lines.join('\n') + (whole ? '\n' : '')))

describe('a file of lines is read backward', () => {
  it('whatever the lines and wherever the chunks end, without a last line that is not whole', () => {
    fc.assert(
      fc.property(anyText, anyChunk, (text, chunk) => {
        const whole = text.slice(0, text.lastIndexOf('\n') + 1)
        const lines = whole === '' ? [] : whole.slice(0, -1).split('\n')
        const seen = inFile(Buffer.from(text), (fd) => [...linesBackward(fd, text.length, chunk)])
        expect(seen.map(({ bytes }) => bytes.toString()).toReversed()).toEqual(lines)
        for (const { bytes, offset } of seen) {
          expect(text.slice(offset, offset + bytes.length + 1)).toBe(`${bytes}\n`)
        }
      }),
    )
  })

  it('and forward from any line on just the same, each whole line with its place', () => {
    fc.assert(
      fc.property(anyText, anyChunk, fc.nat({ max: 20 }), (text, chunk, line) => {
        const [back, forth] = inFile(Buffer.from(text), (fd) => {
          const seen = [...linesBackward(fd, text.length)].reverse()
          const from = seen[line]?.offset ?? 0
          const behind = seen.filter(({ offset }) => offset >= from)
          return [behind, [...linesForward(fd, from, text.length, chunk)]] as const
        })
        expect(forth).toEqual(back)
      }),
    )
  })

  it('and is not read beyond what is left of it without a word', () => {
    const read = (lines: (fd: number) => Iterable<unknown>) => inFile(Buffer.from('a\nb\n'), (fd) => [...lines(fd)])
    expect(() => read((fd) => linesForward(fd, 0, 9))).toThrow('became shorter')
    expect(() => read((fd) => linesBackward(fd, 9))).toThrow('became shorter')
  })

  it('reading no more than is asked for', () => {
    const bytes = Buffer.concat([Buffer.alloc(1024 * 1024, 'x'), Buffer.from('\nlast\n')])
    const [last] = inFile(bytes, (fd) => [linesBackward(fd, bytes.length, 64).next().value])
    expect(last).toMatchObject({ offset: 1024 * 1024 + 1 })
  })

  it('and the end of the lines before a given one is found, as a walk through all of them would', () => {
    const anyFile = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 300 })), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(anyFile, fc.integer({ min: -1, max: 51 }), fc.boolean(), (file, limit, whole) => {
        const numbers = file.sort(([a], [b]) => a - b)
        const lines = numbers.map(([number, width]) => `${number}${' '.repeat(width)}\n`)
        const text = lines.join('') + (whole ? '' : 'torn')
        const isBefore = (line: Buffer) => Number.parseInt(line.toString(), 10) < limit
        const naive = lines.filter((line) => isBefore(Buffer.from(line))).join('').length
        const found = inFile(Buffer.from(text), (fd) => seekEnd(fd, text.length, isBefore))
        const allBefore = naive === lines.join('').length
        expect(found).toBe(allBefore && found === text.length ? text.length : naive)
      }),
      { numRuns: 500 },
    )
  })
})
