import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Press } from '../../../src/tui/input/press.ts'
import { Reader } from '../../../src/tui/input/reader.ts'
import { NOTHING, split } from '../../../src/tui/input/split.ts'

/** A press in one word: `<up>`, a text as itself, a paste in quotes. */
function word(press: Press): string {
  switch (press.kind) {
    case 'key':
      return `<${press.key}>`
    case 'text':
      return press.text
    case 'paste':
      return JSON.stringify(press.text)
  }
}

const words = (input: string): string[] => split(NOTHING, input).presses.map(word)

/** A reader whose timer is moved by hand. */
class Desk {
  readonly heard: string[] = []
  #now = 0
  #due: { at: number; callback: () => void } | null = null
  readonly reader = new Reader((milliseconds, callback) => {
    const due = { at: this.#now + milliseconds, callback }
    this.#due = due
    return () => {
      if (this.#due === due) this.#due = null
    }
  })

  constructor() {
    this.reader.listen((press) => this.heard.push(word(press)))
  }

  sends(input: string | Buffer): this {
    this.reader.take(Buffer.from(input))
    return this
  }

  passes(milliseconds: number): this {
    this.#now += milliseconds
    const due = this.#due
    if (due !== null && due.at <= this.#now) {
      this.#due = null
      due.callback()
    }
    return this
  }
}

describe('one write of a terminal', () => {
  it.each([
    ['five times j', 'jjjjj', ['j', 'j', 'j', 'j', 'j']],
    ['a word and Enter', 'abc\r', ['a', 'b', 'c', '<enter>']],
    ['Enter twice', '\r\r', ['<enter>', '<enter>']],
    ['what was typed before the terminal was raw', 'ab\n', ['a', 'b', '<enter>']],
    ['arrows in both modes', '\x1b[A\x1bOB\x1b[C\x1bOD', ['<up>', '<down>', '<right>', '<left>']],
    [
      'Home and End of four terminals',
      '\x1b[H\x1b[1~\x1b[7~\x1bOH\x1b[F\x1b[4~\x1b[8~\x1bOF',
      [...Array(4).fill('<home>'), ...Array(4).fill('<end>')],
    ],
    [
      'keys of editing',
      '\x1b[2~\x1b[3~\x1b[5~\x1b[6~\x7f\x08',
      ['<insert>', '<delete>', '<pageup>', '<pagedown>', '<backspace>', '<backspace>'],
    ],
    ['Tab and Shift-Tab', '\t\x1b[Z', ['<tab>', '<shift+tab>']],
    ['control keys', '\x01\x03\x17\x1a', ['<ctrl+a>', '<ctrl+c>', '<ctrl+w>', '<ctrl+z>']],
    ['function keys', '\x1bOP\x1b[12~\x1b[[C\x1b[24~', ['<f1>', '<f2>', '<f3>', '<f12>']],
    ['arrows with a modifier', '\x1b[1;2A\x1b[1;5C\x1b[1;3D', ['<shift+up>', '<ctrl+right>', '<alt+left>']],
    ['Escape and a key behind it', '\x1bq', ['<escape>', 'q']],
    ['Escape twice', '\x1b\x1bx', ['<escape>', '<escape>', 'x']],
    [
      'Alt with the letters of an editor',
      '\x1bb\x1bf\x1bd\x1b\x7f',
      ['<alt+b>', '<alt+f>', '<alt+d>', '<alt+backspace>'],
    ],
    ['characters of several code points', 'e\u0301👨‍👩‍👧🇹🇼王', ['e\u0301', '👨‍👩‍👧', '🇹🇼', '王']],
    [
      'keys in the kitty protocol',
      '\x1b[13u\x1b[97;5u\x1b[27u\x1b[113u\x1b[97:65;2u\x1b[57417u\x1b[9;2u',
      ['<enter>', '<ctrl+a>', '<escape>', 'q', 'A', '<left>', '<shift+tab>'],
    ],
    ['keys of modifyOtherKeys', '\x1b[27;5;99~\x1b[27;2;65~\x1b[27;5;13~', ['<ctrl+c>', 'A', '<enter>']],
  ])('is split: %s', (_, input, presses) => {
    expect(words(input)).toEqual(presses)
  })

  it.each([
    ['its kind (DA1, DA2)', '\x1b[?64;1;2c\x1b[>0;276;0c'],
    ['where the cursor is', '\x1b[24;80R'],
    ['that it is well', '\x1b[0n'],
    ['a mode (DECRPM)', '\x1b[?2026;2$y'],
    ['its focus', '\x1b[I\x1b[O'],
    ['its colours', '\x1b]11;rgb:0000/0000/0000\x1b\\\x1b]10;rgb:ffff/ffff/ffff\x07'],
    ['its name (XTVERSION)', '\x1bP>|xterm(370)\x1b\\'],
    ['a picture (APC)', '\x1b_Gi=31;OK\x1b\\'],
    ['its size', '\x1b[8;24;80t'],
    ['the mouse', '\x1b[<0;10;10M\x1b[<0;10;10m'],
    ['which keyboard it has', '\x1b[?1u'],
    ['that a key was let go', '\x1b[97;1:3u\x1b[1;1:3A'],
    ['a key that we do not know', '\x1b[57358u\x1b[29~\x1bOj'],
    ['control characters without a key', '\x00\x1c\x1f'],
    ['eight-bit controls', '\u0085\u0090'],
  ])('is no key when the terminal tells %s', (_, input) => {
    expect(words(`a${input}b`)).toEqual(['a', 'b'])
  })

  it('breaks off a sequence where something else begins', () => {
    expect(words('\x1b[12\x1b[A')).toEqual(['<up>'])
    expect(words('\x1b[1;\rx')).toEqual(['<enter>', 'x'])
    expect(words('\x1b]0;never ended\x1b[A')).toEqual(['<up>'])
  })
})

describe('a paste', () => {
  it('is one press, whatever is in it', () => {
    expect(words('a\x1b[200~x\ry\x1b[A\x03\x1b[201~b')).toEqual(['a', JSON.stringify('x\ry\x1b[A\x03'), 'b'])
  })

  it('may be empty', () => {
    expect(words('\x1b[200~\x1b[201~')).toEqual(['""'])
  })

  it('is cut where nobody means more, and its end is found', () => {
    const { presses } = split(NOTHING, `\x1b[200~${'x'.repeat(1_200_000)}\x1b[201~q`)
    expect(presses.map((press) => (press.kind === 'paste' ? press.text.length : word(press)))).toEqual([1_000_000, 'q'])
  })
})

describe('what comes in pieces', () => {
  it('means the same however it is cut', () => {
    const things = [
      'j',
      '\r',
      '\x1b[A',
      '\x1b[1;5C',
      '\x1bOP',
      '\x1b[200~a\nb王\x1b[201~',
      '\x1b]11;rgb:0/0/0\x1b\\',
      '王',
      'é',
      '\x1b[97;5u',
    ]
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...things), { maxLength: 8 }),
        fc.array(fc.nat(12), { maxLength: 12 }),
        (sent, cuts) => {
          const bytes = Buffer.from(sent.join(''))
          const whole = new Desk().sends(bytes).passes(2000)
          const pieces = new Desk()
          let at = 0
          for (const cut of cuts) {
            pieces.sends(bytes.subarray(at, at + cut))
            at += cut
          }
          pieces.sends(bytes.subarray(at)).passes(2000)
          expect(pieces.heard).toEqual(whole.heard)
        },
      ),
    )
  })

  it('never breaks, whatever it is', () => {
    const noise = fc.string({
      unit: fc.constantFrom(
        '\x1b',
        '[',
        ']',
        'O',
        'P',
        '~',
        'u',
        '2',
        '0',
        '1',
        ';',
        ':',
        '?',
        '$',
        'A',
        '\x07',
        '\\',
        'j',
        '\r',
        '王',
        '\ud800',
      ),
    })
    fc.assert(
      fc.property(fc.array(noise), (pieces) => {
        const desk = new Desk()
        for (const piece of pieces) desk.sends(piece)
        desk.passes(2000).passes(2000)
        desk.sends('\x1b[201~').passes(2000)
        desk.sends('\x07').passes(2000)
        const before = desk.heard.length
        expect(desk.sends('q').heard.slice(before)).toEqual(['q'])
      }),
      { numRuns: 2000 },
    )
  })

  it('is an arrow when its rest comes 40 ms behind the Escape', () => {
    expect(new Desk().sends('\x1b').passes(40).sends('[A').passes(1000).heard).toEqual(['<up>'])
  })

  it('is Escape when no rest comes', () => {
    const desk = new Desk().sends('\x1b').passes(49)
    expect(desk.heard).toEqual([])
    expect(desk.passes(1).heard).toEqual(['<escape>'])
  })

  it('is Escape and a letter when a letter follows at once', () => {
    expect(new Desk().sends('\x1b').passes(30).sends('j').heard).toEqual(['<escape>', 'j'])
  })

  it('waits a second for the rest of a sequence that has begun, and then hears keys again', () => {
    expect(new Desk().sends('\x1b[1;').passes(900).sends('5C').heard).toEqual(['<ctrl+right>'])
    expect(new Desk().sends('\x1b[1;').passes(1000).sends('j').heard).toEqual(['j'])
  })

  it('waits as long as it takes for the end of a paste', () => {
    expect(new Desk().sends('\x1b[200~a').passes(60_000).sends('\rb\x1b[20').passes(60_000).sends('1~').heard).toEqual([
      JSON.stringify('a\rb'),
    ])
  })

  it('is one character when its bytes come one by one', () => {
    const desk = new Desk()
    for (const byte of Buffer.from('王')) desk.sends(Buffer.from([byte]))
    expect(desk.heard).toEqual(['王'])
  })
})

describe('a reader', () => {
  it('holds what is typed before somebody listens', () => {
    const reader = new Reader(() => () => {})
    reader.take(Buffer.from('3jj'))
    const heard: string[] = []
    reader.listen((press) => heard.push(word(press)))
    reader.take(Buffer.from('q'))
    expect(heard).toEqual(['3', 'j', 'j', 'q'])
  })
})
