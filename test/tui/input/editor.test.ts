import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inert } from '../../../src/core/text/inert.ts'
import { cellsOf, cutTo, graphemesOf } from '../../../src/core/text/width.ts'
import { type Editor, edit, editorOf, windowOf } from '../../../src/tui/input/editor.ts'
import { NOTHING, split } from '../../../src/tui/input/split.ts'

/** The field after what a terminal sent. */
function pressed(editor: Editor, sent: string): Editor {
  return split(NOTHING, sent).presses.reduce((state, press) => edit(state, press) ?? state, editor)
}

/** The text with the cursor as a bar. */
const drawn = ({ text, cursor }: Editor): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`
const LEFT = '\x1b[D'
const HOME = '\x1b[H'

describe('a field', () => {
  it.each([
    ['types at the cursor', 'abd', `${LEFT}c`, 'abc|d'],
    ['goes to its ends', 'abc', '\x01x\x05y', 'xabcy|'],
    ['goes to its ends by Home and End', 'abc', '\x1b[Hx\x1b[Fy', 'xabcy|'],
    ['takes one back', 'abc', '\x7f', 'ab|'],
    ['takes one away from under the cursor', 'abc', '\x1b[H\x1b[3~', '|bc'],
    ['takes a wide character back as one', '王小', '\x7f', '王|'],
    ['takes an emoji of four back as one', 'a👨‍👩‍👧', '\x7f', 'a|'],
    ['takes a letter with its mark back as one', 'be\u0301', '\x7f', 'b|'],
    ['puts a mark on the letter before it', 'e', '\u0301', 'e\u0301|'],
    ['takes away all before the cursor', 'one two', `${LEFT}\x15`, '|o'],
    ['takes away all behind the cursor', 'one two', `${LEFT}\x0b`, 'one tw|'],
    ['takes a word back, up to a space', 'to ann@example.org ', '\x17', 'to |'],
    ['takes a part of an address back', 'ann@example.org', '\x1b\x7f', 'ann@example.|'],
    ['takes a word away', 'one two', `${HOME}\x1bd`, '| two'],
    ['goes by words', 'one two three', '\x1bb\x1b[1;5D', 'one |two three'],
    ['goes by words to the right', 'one two', `${HOME}\x1bf`, 'one| two'],
    ['does nothing at its beginning', '', `\x7f${LEFT}\x17\x15\x1bb`, '|'],
    ['does nothing at its end', 'a', '\x1b[3~\x1b[C\x0b', 'a|'],
    ['takes a pasted text of several lines as one value', '', '\x1b[200~ann\r\nbob\n\n\x1b[201~', 'ann bob|'],
    ['leaves out controls of a pasted text', '', '\x1b[200~a\x1b[31m\x07b\x1b[201~', 'a[31mb|'],
  ])('%s', (_, text, sent, expected) => {
    expect(drawn(pressed(editorOf(text), sent))).toBe(expected)
  })

  it('leaves keys alone that are not its own', () => {
    for (const key of ['enter', 'escape', 'tab', 'shift+tab', 'up', 'down', 'ctrl+s', 'f1'] as const)
      expect(edit(editorOf('a'), { kind: 'key', key })).toBeNull()
  })

  it('does not grow without bound', () => {
    const pasted = edit(editorOf('a'), { kind: 'paste', text: 'x'.repeat(5000) })
    expect(pasted?.text).toBe('a')
  })
})

const piece = fc.constantFrom(
  'a',
  ' ',
  '@',
  '王',
  'e\u0301',
  '\u0301',
  '👨‍👩‍👧',
  '🇹🇼',
  '🇹',
  'ᄀ',
  'ᅡ',
  '\u200d',
  '\ud83d',
  '\u202e',
)
const press = fc.oneof(
  piece.map((text) => text),
  fc.constantFrom(LEFT, '\x1b[C', HOME, '\x1b[F', '\x7f', '\x1b[3~', '\x17', '\x1bb', '\x1bf', '\x1bd', '\x15', '\x0b'),
)

describe('whatever is pressed', () => {
  it('the cursor stands between two graphemes', () => {
    fc.assert(
      fc.property(fc.array(press, { maxLength: 40 }), (presses) => {
        let editor = editorOf()
        for (const sent of presses) {
          editor = pressed(editor, sent)
          const boundaries = [0]
          for (const grapheme of graphemesOf(editor.text)) boundaries.push((boundaries.at(-1) ?? 0) + grapheme.length)
          expect(boundaries).toContain(editor.cursor)
          expect(editor.text.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('the window holds the cursor, fits, and shows what is there', () => {
    fc.assert(
      fc.property(fc.array(press, { maxLength: 40 }), fc.integer({ min: 10, max: 30 }), (presses, width) => {
        let editor = editorOf()
        for (const sent of presses) {
          editor = pressed(editor, sent)
          const shown = windowOf(editor, width)
          const visible = shown.before + shown.under + shown.behind
          expect(cellsOf(visible)).toBeLessThanOrEqual(width)
          const whole = `${graphemesOf(editor.text)
            .map((each) => cutTo(inert(each), width))
            .join('')} `
          expect(whole).toContain(visible)
          // The cell behind the text is there for a cursor at its end alone.
          const all = editor.cursor === editor.text.length ? whole : whole.slice(0, -1)
          expect(shown.moreBefore || shown.moreBehind).toBe(visible !== all)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('a secret shows how long it is, and nothing of itself', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const editor = editorOf(pieces.join(''))
        const { before, under, behind } = windowOf(editor, 200, inert('*'))
        expect(before + under + behind).toMatch(/^\** ?$/)
        expect(before.length).toBe(graphemesOf(editor.text).length)
      }),
    )
  })
})

describe('the window of a long text', () => {
  it('shows what is behind the cursor, too, wherever that stands', () => {
    let editor: Editor = editorOf('abcdefghijklmnopqrstuvwxyz')
    const look = () => {
      const shown = windowOf(editor, 10)
      const more = (isThere: boolean) => (isThere ? '…' : '')
      return `${more(shown.moreBefore)}${shown.before}[${shown.under}]${shown.behind}${more(shown.moreBehind)}`
    }
    expect(look()).toBe('…rstuvwxyz[ ]')
    editor = pressed(editor, LEFT.repeat(3))
    expect(look()).toBe('…rstuvw[x]yz')
    editor = pressed(editor, LEFT.repeat(7))
    expect(look()).toBe('…klmnop[q]rst…')
    editor = pressed(editor, HOME)
    expect(look()).toBe('[a]bcdefghij…')
  })
})
