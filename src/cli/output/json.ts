import type { Io } from '../io.ts'

/** What JSON leaves as it is and a terminal would obey: C1 controls, what is invisible, what reorders. */
const UNSAFE = /[\p{C}\u2028\u2029]/gu

const escapeUnits = (character: string): string =>
  [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('')

/** A value as one line of JSON that no terminal takes for commands; parsed, it is the value again. */
export const jsonText = (value: unknown): string => JSON.stringify(value).replace(UNSAFE, escapeUnits)

/** Prints one document. */
export const printJson = (io: Io, value: unknown): Promise<void> => io.write(`${jsonText(value)}\n`)

/** Prints a list that is whole. */
export const printItems = (io: Io, items: readonly unknown[]): Promise<void> => printJson(io, { items, next: null })
