/** Ink goes past every unchanged line by a sequence of its own, three bytes each: 120 at a key press on forty lines. */
const NEXT_LINES = /(?:\x1b\[E){2,}/g
const LENGTH = '\x1b[E'.length

/** What a colour or a weight is set by. Source: ECMA-48, 8.3.117 (SGR). */
const LOOKS = /\x1b\[(\d*)m/g
const [RESET, BOLD, DIM, INVERSE, NO_WEIGHT, NO_INVERSE, NO_COLOUR] = [0, 1, 2, 7, 22, 27, 39] as const

/** How what is written next looks. */
interface Look {
  readonly colour: number
  readonly bold: boolean
  readonly dim: boolean
  readonly inverse: boolean
}

const PLAIN: Look = { colour: NO_COLOUR, bold: false, dim: false, inverse: false }

/** The look after a code; null for one that is none of ours. */
function lookAfter(look: Look, code: number): Look | null {
  if ((code >= 30 && code <= 37) || code === NO_COLOUR) return { ...look, colour: code }
  switch (code) {
    case RESET:
      return PLAIN
    case BOLD:
      return { ...look, bold: true }
    case DIM:
      return { ...look, dim: true }
    case NO_WEIGHT:
      return { ...look, bold: false, dim: false }
    case INVERSE:
    case NO_INVERSE:
      return { ...look, inverse: code === INVERSE }
    default:
      return null
  }
}

/** The shortest way from one look to another. */
function change(from: Look, to: Look): string {
  const isLighter = (from.bold && !to.bold) || (from.dim && !to.dim)
  const codes = [
    ...(isLighter ? [NO_WEIGHT] : []),
    ...(to.bold && (isLighter || !from.bold) ? [BOLD] : []),
    ...(to.dim && (isLighter || !from.dim) ? [DIM] : []),
    ...(to.inverse === from.inverse ? [] : [to.inverse ? INVERSE : NO_INVERSE]),
    ...(to.colour === from.colour ? [] : [to.colour]),
  ]
  return codes.length === 0 ? '' : `\x1b[${codes.join(';')}m`
}

/**
 * A frame with no look set that nothing is written in: Ink cuts a line where it begins to differ, and leaves in all the
 * looks before the cut, 19 bytes for each line of a pane beside a list. A frame begins plain, since each of Ink's lines
 * ends so.
 */
function withoutIdleLooks(frame: string): string {
  let shown = ''
  let is = PLAIN
  let wanted = PLAIN
  let end = 0
  const write = (text: string) => {
    if (text === '') return
    shown += change(is, wanted) + text
    is = wanted
  }
  for (const { 0: sequence, 1: digits, index } of frame.matchAll(LOOKS)) {
    write(frame.slice(end, index))
    end = index + sequence.length
    const next = lookAfter(wanted, Number(digits))
    if (next === null) write(sequence)
    else wanted = next
  }
  write(frame.slice(end))
  return shown + change(is, wanted)
}

/** The same for a terminal, in fewer bytes: `CSI n E` is n times `CSI E`. Source: ECMA-48, 8.3.12 (CNL). */
export const thrifty = (frame: string): string =>
  withoutIdleLooks(frame).replace(NEXT_LINES, (run) => `\x1b[${run.length / LENGTH}E`)

/** A terminal's stream to which Ink writes by way of `thrifty`; all else of it is the stream's own. */
export function thriftyStream(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): unknown =>
    Reflect.apply(stream.write, stream, [typeof chunk === 'string' ? thrifty(chunk) : chunk, ...rest])
  return new Proxy(stream, {
    get(target, name) {
      if (name === 'write') return write
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
