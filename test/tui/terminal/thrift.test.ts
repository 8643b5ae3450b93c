import xterm from '@xterm/headless'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thrifty } from '../../../src/tui/terminal/thrift.ts'

/** What a terminal shows after that, and where its cursor is. */
async function drawn(output: string): Promise<string> {
  const terminal = new xterm.Terminal({ cols: 20, rows: 6, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(output, resolve))
  const { active } = terminal.buffer
  const lines = Array.from({ length: 6 }, (_, y) => active.getLine(y)?.translateToString() ?? '')
  return [...lines, `${active.cursorX},${active.cursorY}`].join('\n')
}

describe('a frame in fewer bytes', () => {
  it('goes past unchanged lines by one sequence', () => {
    expect(thrifty('a\x1b[E\x1b[E\x1b[Eb\x1b[Ec')).toBe('a\x1b[3Eb\x1b[Ec')
  })

  it('draws the same', async () => {
    const piece = fc.constantFrom('a', '\x1b[E', '\x1b[E\x1b[E', '\x1b[A', '\n', '\r', '\x1b[2K', '王', '\x1b[3E')
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const frame = pieces.join('')
        expect(await drawn(thrifty(frame))).toBe(await drawn(frame))
      }),
    )
  })
})
