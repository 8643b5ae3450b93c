import type { Io } from '../io.ts'

/** A label with what it stands for, on one line or several; without any it is left out. */
export type Fact = readonly [label: string, value: string | readonly string[] | null]

const GAP = '  '

/** Prints facts, their values one below the other. */
export function printFacts(io: Io, facts: readonly Fact[]): void {
  const width = Math.max(...facts.map(([label]) => label.length))
  for (const [label, value] of facts) {
    const lines = value === null ? [] : typeof value === 'string' ? [value] : value
    lines.forEach((line, index) => {
      io.print(`${(index === 0 ? label : '').padEnd(width)}${GAP}${line}`.trimEnd())
    })
  }
}

/** Prints a heading with lines below it, behind an empty line; nothing where there are none. */
export function printSection(io: Io, heading: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  io.print('')
  io.print(heading)
  for (const line of lines) io.print(`${GAP}${line}`.trimEnd())
}
