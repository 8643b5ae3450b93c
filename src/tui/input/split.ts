import { graphemesIn } from '../../core/text/graphemes.ts'
import { decodeAlt, decodeControl, decodeSequence } from './decode.ts'
import type { Press } from './press.ts'

/** What has arrived and is not a whole thing yet. */
export interface Unsplit {
  /** The beginning of a control sequence, from its Escape on; empty when there is none. */
  readonly begun: string
  /** What has been pasted so far; null outside a paste. */
  readonly pasted: string | null
}

export interface Split {
  readonly presses: readonly Press[]
  readonly rest: Unsplit
}

export const NOTHING: Unsplit = { begun: '', pasted: null }

const PASTE_BEGINS = '\x1b[200~'
const PASTE_ENDS = '\x1b[201~'
/** Nobody means to paste more into a console; what is over it is left out, and its end still found. */
const LONGEST_PASTE = 1_000_000
/** A sequence that is longer is none: its Escape was something else. */
const LONGEST_SEQUENCE = 4096

/**
 * Splits what came from the terminal into presses: one chunk may hold many keys, and a key or a paste may lie in
 * several. Answers of the terminal (DA, cursor position, OSC, focus) become nothing.
 * @param chunk text, of whole code points
 */
export function split(rest: Unsplit, chunk: string): Split {
  let input = rest.begun + chunk
  let pasted = rest.pasted
  const presses: Press[] = []
  while (input !== '') {
    if (pasted !== null) {
      const end = input.indexOf(PASTE_ENDS)
      if (end === -1) {
        const kept = heldBack(input, PASTE_ENDS)
        return { presses, rest: { begun: input.slice(input.length - kept), pasted: joined(pasted, input, kept) } }
      }
      presses.push({ kind: 'paste', text: joined(pasted, input.slice(0, end), 0) })
      pasted = null
      input = input.slice(end + PASTE_ENDS.length)
      continue
    }
    if (!input.startsWith('\x1b')) {
      const next = input.indexOf('\x1b')
      const plain = next === -1 ? input : input.slice(0, next)
      for (const press of splitPlain(plain)) presses.push(press)
      input = input.slice(plain.length)
      continue
    }
    const length = sequenceLength(input)
    if (length === null) return { presses, rest: { begun: input, pasted } }
    const sequence = input.slice(0, length)
    input = input.slice(length)
    if (sequence === PASTE_BEGINS) pasted = ''
    else for (const press of decode(sequence)) presses.push(press)
  }
  return { presses, rest: { begun: '', pasted } }
}

/** How a wait for the rest of what has begun ends: soon for a lone Escape, later for a sequence that is on its way. */
export function patience({ begun, pasted }: Unsplit): 'none' | 'short' | 'long' {
  if (begun === '' || pasted !== null) return 'none'
  return begun.length <= 2 ? 'short' : 'long'
}

/** No more came: a lone Escape is Escape, `Escape [` was typed by hand; half a sequence is nothing. */
export function giveUp({ begun, pasted }: Unsplit): Split {
  if (pasted !== null) return { presses: [], rest: { begun, pasted } }
  const presses = begun === '' || begun.length > 2 ? [] : [ESCAPE, ...splitPlain(begun.slice(1))]
  return { presses, rest: NOTHING }
}

const ESCAPE: Press = { kind: 'key', key: 'escape' }

/** How many characters at the end may be the beginning of `mark`. */
function heldBack(input: string, mark: string): number {
  for (let length = Math.min(mark.length - 1, input.length); length > 0; length--)
    if (input.endsWith(mark.slice(0, length))) return length
  return 0
}

function joined(pasted: string, input: string, without: number): string {
  return (pasted + input.slice(0, input.length - without)).slice(0, LONGEST_PASTE)
}

/** `CSI [ letter` is a function key of the Linux console; a control character inside breaks a sequence off. */
const CSI = /^\x1b\[(\[[A-Z]|[0-?]*[ -/]*[@-Z\\-~])/
const CSI_BEGUN = /^\x1b\[(\[|[0-?]*[ -/]*)$/
const STRING_BEGINS = /^\x1b[\]P_^X]/

/**
 * The length of the sequence that the input begins with, Escape and all; null when more must come to tell.
 * Source: ECMA-48, 5.4 (control sequences) and 5.6 (control strings).
 */
function sequenceLength(input: string): number | null {
  const second = input[1]
  if (second === undefined) return null
  if (second === '[')
    return CSI.exec(input)?.[0].length ?? (CSI_BEGUN.test(input) ? beginning(input) : brokenOff(input))
  if (second === 'O') return input.length < 3 ? null : 3
  if (STRING_BEGINS.test(input)) return stringLength(input)
  // Escape and a character: Alt, or the two keys one after the other.
  return second === '\x1b' ? 1 : 1 + String.fromCodePoint(input.codePointAt(1) ?? 0).length
}

const beginning = (input: string): number | null => (input.length > LONGEST_SEQUENCE ? input.length : null)

/** Where a control sequence was cut off by something that cannot be part of it. */
function brokenOff(input: string): number {
  return /^\x1b\[\[?[0-?]*[ -/]*/.exec(input)?.[0].length ?? 2
}

/** OSC, DCS, APC, PM and SOS reach to BEL or ST; a further Escape breaks them off. */
function stringLength(input: string): number | null {
  const end = /[\x07\x1b\x9c\x18\x1a]/.exec(input.slice(2))
  if (end === null) return beginning(input)
  const at = 2 + end.index
  if (input[at] !== '\x1b') return at + 1
  if (input[at + 1] === undefined) return null
  return input[at + 1] === '\\' ? at + 2 : at
}

function decode(sequence: string): readonly Press[] {
  if (sequence === '\x1b') return [ESCAPE]
  if (/^\x1b[[O]/.test(sequence)) return listed(decodeSequence(sequence))
  if (STRING_BEGINS.test(sequence)) return []
  const character = sequence.slice(1)
  const alt = decodeAlt(character)
  // On a slow link Escape and the next key come in one piece: both were meant, and neither is lost.
  return alt === null ? [ESCAPE, ...splitPlain(character)] : [alt]
}

const listed = (press: Press | null): readonly Press[] => (press === null ? [] : [press])

const CONTROL = /^[\x00-\x1f\x7f-\x9f]/

/** Text without sequences, by grapheme; CR LF would be one grapheme, and is two keys. */
function splitPlain(text: string): readonly Press[] {
  const pieces = text.split(/([\x00-\x1f\x7f-\x9f])/)
  return pieces.flatMap((piece) => {
    if (CONTROL.test(piece)) return listed(decodeControl(piece))
    return Array.from(graphemesIn(piece), ({ segment }): Press => ({ kind: 'text', text: segment }))
  })
}
