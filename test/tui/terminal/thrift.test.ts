import xterm from '@xterm/headless'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thrifty } from '../../../src/tui/terminal/thrift.ts'

/** What a terminal shows after that, how each cell looks, and where its cursor is. */
async function drawn(output: string): Promise<string> {
  const terminal = new xterm.Terminal({ cols: 20, rows: 6, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(output, resolve))
  const { active } = terminal.buffer
  const lines = Array.from({ length: 6 }, (_, y) =>
    Array.from({ length: 20 }, (__, x) => {
      const cell = active.getLine(y)?.getCell(x)
      return [cell?.getChars(), cell?.isBold(), cell?.isDim(), cell?.isInverse(), cell?.getFgColor()].join()
    }).join('|'),
  )
  return [...lines, `${active.cursorX},${active.cursorY}`].join('\n')
}

describe('a frame in fewer bytes', () => {
  it('goes past unchanged lines by one sequence', () => {
    expect(thrifty('a\x1b[E\x1b[E\x1b[Eb\x1b[Ec')).toBe('a\x1b[3Eb\x1b[Ec')
  })

  it('sets no look that nothing is written in, and several at once', () => {
    expect(thrifty('\x1b[31m\x1b[39m\x1b[2m\x1b[22ma\x1b[1m\x1b[31mb\x1b[39m\x1b[22mc')).toBe(
      'a\x1b[1;31mb\x1b[22;39mc',
    )
    expect(thrifty('\x1b[2mdim\x1b[22m\x1b[2m and dim\x1b[22m')).toBe('\x1b[2mdim and dim\x1b[22m')
  })

  it('draws the same', async () => {
    const looks = [0, 1, 2, 7, 22, 27, 31, 32, 39].map((code) => `\x1b[${code}m`)
    const moves = ['\x1b[E', '\x1b[E\x1b[E', '\x1b[A', '\n', '\r', '\x1b[2K', '\x1b[K', '\x1b[3E', '\x1b[4G']
    const piece = fc.constantFrom('a', '王', '\x1b[m', '\x1b[4m', ...moves, ...looks, ...looks)
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const frame = pieces.join('')
        // What comes behind it looks the same, too.
        expect(await drawn(`${thrifty(frame)}z`)).toBe(await drawn(`${frame}z`))
      }),
      { numRuns: 400 },
    )
  })
})
