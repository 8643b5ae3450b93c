import { cellsOf } from '../../core/text/width.ts'

/** Room that a line behind its indentation must have to be worth wrapping. */
const LEAST = 20

/**
 * A line in lines of at most `columns` cells, broken at spaces, those behind the first indented. A word that is longer
 * stays whole: an address or a link that is cut in two is of no use. Without columns the line is as it is.
 */
export function wrapped(line: string, columns: number | null, indent: number): readonly string[] {
  if (columns === null || columns - indent < LEAST || cellsOf(line) <= columns) return [line]
  const lines: string[] = []
  // What stands before the words keeps its spaces: it is a column of its own.
  let current = line.slice(0, indent)
  let empty = true
  for (const word of line.slice(indent).split(' ')) {
    const longer = empty ? current + word : `${current} ${word}`
    if (!empty && cellsOf(longer) > columns) {
      lines.push(current)
      current = ' '.repeat(indent) + word
    } else current = longer
    empty = false
  }
  return [...lines, current]
}
