import { type Body, encodeBody, inMailLines, isPlain, PLAIN_LINE } from './body.ts'

/** A text with slots for what differs from letter to letter. */
export interface Slotted<Slot extends string> {
  readonly first: string
  readonly rest: readonly { readonly slot: Slot; readonly literal: string }[]
}

/** What stands in each slot. */
export type Values<Slot extends string> = Readonly<Record<Slot, string>>

/** The text with its slots filled. */
export function fill<Slot extends string>({ first, rest }: Slotted<Slot>, values: Values<Slot>): string {
  let text = first
  for (const { slot, literal } of rest) text += values[slot] + literal
  return text
}

/** A line with slots in it: its own length, and what is added to it. */
interface OpenLine<Slot> {
  readonly length: number
  readonly slots: readonly Slot[]
}

/**
 * A value that makes nothing special of the line that it stands in, wherever that is: ASCII, no space and no "." at its
 * edges, nothing of which "=_" or, at the beginning of a line, "From " could become.
 */
const ORDINARY = /^(?!F(?:r(?:o(?:m(?: .*)?)?)?)?$)[!-\-/-<>-^`-~](?:[ -<>-~]*[!-<>-~])?$/

/**
 * Makes bodies of one text with slots. What stands around the slots is looked at once: then of each letter only the
 * values are.
 * @returns what gives the same as `encodeBody` of the filled text
 */
export function bodyMaker<Slot extends string>(slotted: Slotted<Slot>): (values: Values<Slot>) => Body {
  const general = (values: Values<Slot>) => encodeBody(fill(slotted, values))
  const lines = openLines(slotted)
  if (lines === null) return general

  const inMail = {
    first: inMailLines(slotted.first),
    rest: slotted.rest.map(({ slot, literal }) => ({ slot, literal: inMailLines(literal) })),
  }
  const slots = [...new Set(slotted.rest.map(({ slot }) => slot))]
  return (values) =>
    slots.every((slot) => ORDINARY.test(values[slot])) && lines.every((line) => isShort(line, values))
      ? { encoding: '7bit', content: fill(inMail, values) }
      : general(values)
}

function isShort<Slot extends string>({ length, slots }: OpenLine<Slot>, values: Values<Slot>): boolean {
  let all = length
  for (const slot of slots) all += values[slot].length
  return all <= PLAIN_LINE
}

/** Stands for an ordinary value. */
const SAMPLE = 'x'
/** How a line begins of which a value could make one with "From ". */
const NEARLY_FROM = /^F.{0,3}$/

/** The lines with slots; null when what stands around them cannot go as it is, whatever the values are. */
function openLines<Slot extends string>({ first, rest }: Slotted<Slot>): readonly OpenLine<Slot>[] | null {
  const lines: OpenLine<Slot>[] = []
  let text = first
  let slots: Slot[] = []
  let length = first.length - (first.lastIndexOf('\n') + 1)
  for (const [index, { slot, literal }] of rest.entries()) {
    if (NEARLY_FROM.test(text.slice(text.lastIndexOf('\n') + 1))) return null
    text += SAMPLE + literal
    slots.push(slot)
    const end = literal.indexOf('\n')
    length += end < 0 ? literal.length : end
    if (end >= 0 || index === rest.length - 1) {
      lines.push({ length, slots })
      slots = []
      length = literal.length - (literal.lastIndexOf('\n') + 1)
    }
  }
  return isPlain(text) ? lines : null
}
