/** Ink goes past every unchanged line by a sequence of its own, three bytes each: 120 at a key press on forty lines. */
const NEXT_LINES = /(?:\x1b\[E){2,}/g
const LENGTH = '\x1b[E'.length

/** The same for a terminal, in fewer bytes: `CSI n E` is n times `CSI E`. Source: ECMA-48, 8.3.12 (CNL). */
export const thrifty = (frame: string): string => frame.replace(NEXT_LINES, (run) => `\x1b[${run.length / LENGTH}E`)

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
