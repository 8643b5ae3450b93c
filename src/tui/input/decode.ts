import type { KeyName, Press } from './press.ts'

/** What a whole control sequence means; null for what is no key: an answer of the terminal, a report, a release. */
export function decodeSequence(sequence: string): Press | null {
  if (sequence.startsWith('\x1bO')) return key(SS3.get(sequence.slice(2)))
  if (sequence.startsWith('\x1b[[')) return key(LINUX_CONSOLE.get(sequence.slice(3)))
  const parts = /^\x1b\[([0-9;:]*)([ -/]*)([@-~])$/.exec(sequence)
  const [, parameters = '', between = '', final = ''] = parts ?? []
  // Private ones (`?`, `<`, `=`, `>`) and those with an intermediate are answers: DA, DECRPM, kitty flags, mouse.
  if (parts === null || between !== '') return null
  const fields = parameters.split(';')
  switch (final) {
    case '~':
      return decodeTilde(fields)
    case 'u':
      return decodeCode(fields[0] ?? '', fields[1] ?? '', fields[2] ?? '')
    case 'Z':
      return key('shift+tab')
    default:
      return modified(LETTERED.get(final), fields[1] ?? '')
  }
}

/** A single control character as a key; null for one that no key of ours sends. Source: ECMA-48, 5.2. */
export function decodeControl(character: string): Press | null {
  const code = character.charCodeAt(0)
  switch (code) {
    // Enter sends CR; what was typed before the terminal was raw has LF in its place.
    case 0x0d:
    case 0x0a:
      return key('enter')
    case 0x09:
      return key('tab')
    // Backspace sends one or the other, by the terminal's settings.
    case 0x08:
    case 0x7f:
      return key('backspace')
    default:
      return code >= 1 && code <= 26 ? key(control(String.fromCharCode(code + 0x60))) : null
  }
}

/** The keys that editors know with Alt, which sends Escape before them. */
export function decodeAlt(character: string): Press | null {
  return key(ALT.get(character))
}

const key = (name: KeyName | undefined): Press | null => (name === undefined ? null : { kind: 'key', key: name })

const ALT: ReadonlyMap<string, KeyName> = new Map([
  ['b', 'alt+b'],
  ['f', 'alt+f'],
  ['d', 'alt+d'],
  ['\x7f', 'alt+backspace'],
])

const SS3: ReadonlyMap<string, KeyName> = new Map([
  ['A', 'up'],
  ['B', 'down'],
  ['C', 'right'],
  ['D', 'left'],
  ['F', 'end'],
  ['H', 'home'],
  ['M', 'enter'],
  ['P', 'f1'],
  ['Q', 'f2'],
  ['R', 'f3'],
  ['S', 'f4'],
])

/** F3 is not here: `CSI row ; column R` is where the cursor stands, the answer to a question. */
const LETTERED: ReadonlyMap<string, KeyName> = new Map([...SS3].filter(([letter]) => !['M', 'R'].includes(letter)))

const LINUX_CONSOLE: ReadonlyMap<string, KeyName> = new Map([
  ['A', 'f1'],
  ['B', 'f2'],
  ['C', 'f3'],
  ['D', 'f4'],
  ['E', 'f5'],
])

const TILDE: ReadonlyMap<string, KeyName> = new Map([
  ['1', 'home'],
  ['2', 'insert'],
  ['3', 'delete'],
  ['4', 'end'],
  ['5', 'pageup'],
  ['6', 'pagedown'],
  ['7', 'home'],
  ['8', 'end'],
  ['11', 'f1'],
  ['12', 'f2'],
  ['13', 'f3'],
  ['14', 'f4'],
  ['15', 'f5'],
  ['17', 'f6'],
  ['18', 'f7'],
  ['19', 'f8'],
  ['20', 'f9'],
  ['21', 'f10'],
  ['23', 'f11'],
  ['24', 'f12'],
])

/** `CSI number ; modifiers ~`, and xterm's modifyOtherKeys, `CSI 27 ; modifiers ; code ~`. */
function decodeTilde([number = '', modifiers = '', code = '']: readonly string[]): Press | null {
  return number === '27' ? decodeCode(code, modifiers, '') : modified(TILDE.get(number), modifiers)
}

/** Source: https://sw.kovidgoyal.net/kitty/keyboard-protocol/#modifiers; Caps Lock and Num Lock say nothing. */
function readModifiers(field: string): {
  shift: boolean
  alt: boolean
  control: boolean
  other: boolean
  released: boolean
} {
  const [bits = '', event = ''] = field.split(':')
  const held = Math.max(0, Number(bits || '1') - 1)
  return {
    shift: (held & 1) !== 0,
    alt: (held & 2) !== 0,
    control: (held & 4) !== 0,
    other: (held & 0b111000) !== 0,
    released: event === '3',
  }
}

const NAMED_WITH_MODIFIER: ReadonlyMap<string, KeyName> = new Map([
  ['shift+up', 'shift+up'],
  ['shift+down', 'shift+down'],
  ['shift+left', 'shift+left'],
  ['shift+right', 'shift+right'],
  ['ctrl+left', 'ctrl+left'],
  ['ctrl+right', 'ctrl+right'],
  ['alt+left', 'alt+left'],
  ['alt+right', 'alt+right'],
])

/** A key of motion with what is held; Ctrl-Home is Home to us. A function key with a modifier is another key. */
function modified(name: KeyName | undefined, field: string): Press | null {
  const held = readModifiers(field)
  if (name === undefined || held.released || held.other) return null
  const prefix = held.control ? 'ctrl' : held.alt ? 'alt' : held.shift ? 'shift' : ''
  if (prefix === '') return key(name)
  return key(NAMED_WITH_MODIFIER.get(`${prefix}+${name}`) ?? (/^f\d/.test(name) ? undefined : name))
}

/** Keys that have a number of their own in the kitty protocol: those of ASCII and those of the number pad. */
const NUMBERED: ReadonlyMap<number, KeyName> = new Map([
  [8, 'backspace'],
  [9, 'tab'],
  [13, 'enter'],
  [27, 'escape'],
  [127, 'backspace'],
  [57_414, 'enter'],
  [57_417, 'left'],
  [57_418, 'right'],
  [57_419, 'up'],
  [57_420, 'down'],
  [57_421, 'pageup'],
  [57_422, 'pagedown'],
  [57_423, 'home'],
  [57_424, 'end'],
  [57_425, 'insert'],
  [57_426, 'delete'],
])
/** The number pad's digits and signs, from 57399 on. */
const PAD = '0123456789./*-+'
const PAD_START = 57_399
/** The kitty protocol names its other keys (media, modifiers alone) in a private use area: they are no text. */
const PRIVATE_USE = /\p{Co}|\p{Cs}|\p{Cc}/u

/** `CSI code:shifted:base ; modifiers:event ; text u`. */
function decodeCode(codes: string, modifiers: string, text: string): Press | null {
  const [code = 0, shifted = 0] = codes.split(':').map(Number)
  const held = readModifiers(modifiers)
  if (held.released || held.other || code > 0x10_ff_ff) return null
  if (code === 9 && held.shift) return key('shift+tab')
  if (code === 127 && held.alt) return key('alt+backspace')
  const numbered = NUMBERED.get(code)
  if (numbered !== undefined) return modified(numbered, modifiers)
  const character = PAD[code - PAD_START] ?? String.fromCodePoint(held.shift && shifted > 0 ? shifted : code)
  if (held.control) return decodeControlled(character)
  if (held.alt) return decodeAlt(character)
  const typed = text === '' ? character : String.fromCodePoint(...text.split(':').map(Number))
  return PRIVATE_USE.test(typed) ? null : { kind: 'text', text: typed }
}

/** Ctrl with a letter, by the names that the plain control characters have. */
function decodeControlled(character: string): Press | null {
  if (character === '[') return key('escape')
  return /^[a-z]$/i.test(character)
    ? decodeControl(String.fromCharCode(character.toLowerCase().charCodeAt(0) - 0x60))
    : null
}

function control(letter: string): KeyName | undefined {
  return isLetter(letter) ? `ctrl+${letter}` : undefined
}

type ControlLetter =
  Extract<KeyName, `ctrl+${string}`> extends infer Name
    ? Name extends `ctrl+${infer Rest}`
      ? Exclude<Rest, 'left' | 'right'>
      : never
    : never

const isLetter = (letter: string): letter is ControlLetter => /^[a-z]$/.test(letter)
