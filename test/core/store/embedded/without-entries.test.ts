import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWithoutEntries } from '../../../../src/core/store/embedded/without-entries.ts'

function parsed(text: string): unknown {
  const around = 'before,"l":[{"n":1'
  const bytes = Buffer.from(`${around}${text},"l":["behind"]`)
  const start = Buffer.byteLength(around)
  return parseWithoutEntries(bytes, start, start + Buffer.byteLength(text))
}

const anything = fc.jsonValue({ maxDepth: 4 })
/** Texts that look like the end of a list, of a string, of the key. */
const awkward = fc.constantFrom('"', '\\', '\\"', ']', '[', ',"l":[', '\\\\"],', '王', '{"l":[', '')
const entry = fc.record({ at: fc.nat(), letter: anything, conversation: awkward, stages: fc.array(awkward) })
const transaction = fc.record(
  { n: fc.nat(), d: awkward, p: fc.array(fc.tuple(awkward, anything)), l: fc.array(entry), o: fc.array(awkward) },
  { requiredKeys: ['n', 'd', 'p'] },
)

/** The commit with the lists of entries empty, where they are not already. */
function emptied(commit: unknown): unknown {
  const { x } = commit as { x: { l?: unknown }[] }
  return { x: x.map((each) => ('l' in each ? { ...each, l: [] } : each)) }
}

describe('a commit that is parsed without its mail log entries', () => {
  it('is otherwise what it was, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(transaction), (x) => {
        const text = JSON.stringify({ x })
        expect(emptied(parsed(text))).toEqual(emptied(JSON.parse(text)))
      }),
      { numRuns: 1000 },
    )
  })

  it('says that there were entries, and what was noted behind them', () => {
    const x = [
      { n: 1, p: [], l: [{ conversation: 'S: 250 [ok] "\\' }], o: ['mail-log:1'] },
      { n: 2, p: [] },
    ]
    expect(parsed(JSON.stringify({ x }))).toEqual({
      x: [
        { n: 1, p: [], l: [], o: ['mail-log:1'] },
        { n: 2, p: [] },
      ],
    })
  })

  it('loses no list of a row that has the same name', () => {
    const x = [{ n: 1, p: [['user', { id: 'a', l: [1, 2] }]] }]
    expect(parsed(JSON.stringify({ x }))).toEqual({ x })
    const both = [{ n: 1, p: [['user', { id: 'a', l: [1, 2] }]], l: [{ at: 3 }] }]
    expect(parsed(JSON.stringify({ x: both }))).toEqual({ x: both })
  })

  it('is no JSON where its list is not closed', () => {
    expect(() => parsed('{"x":[{"n":1,"p":[],"l":[{"at":1}')).toThrow(SyntaxError)
    expect(() => parsed('{"x":[{"n":1,"p":[],"l":["open')).toThrow(SyntaxError)
  })

  it.each(['null', '3', '[]', '{"format":1}', '{"x":3}'])('%s is what it is', (text) => {
    expect(parsed(text)).toEqual(JSON.parse(text))
  })
})
