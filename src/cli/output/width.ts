/** A column before it is fitted: how wide it would be, and how it may give way. */
export interface Wanted {
  readonly width: number
  readonly flexible: boolean
  readonly spare: number | null
}

/** A flexible column that is narrower says next to nothing. */
const LEAST = 12
const least = ({ flexible, width }: Wanted): number => (flexible ? Math.min(width, LEAST) : width)
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/**
 * Fits columns into a line of `room` cells, with `border` more for each: spare ones are left out as long as the others
 * cannot be cut enough, then the widest flexible ones are cut. What cannot be made to fit stays too wide.
 * @returns the width of each column that stays, by its index.
 */
export function fitWidths(columns: readonly Wanted[], room: number, border: number): ReadonlyMap<number, number> {
  let kept = [...columns.entries()]
  while (sum(kept.map(([, column]) => least(column) + border)) > room) {
    const [last] = kept.flatMap(([index, { spare }]) => (spare === null ? [] : [{ index, spare }])).sort(bySpare)
    if (last === undefined) break
    kept = kept.filter(([index]) => index !== last.index)
  }
  const widths = new Map(kept.map(([index, { width }]) => [index, width]))
  for (let over = sum([...widths.values()].map((width) => width + border)) - room; over > 0; over--) {
    const [widest] = kept
      .flatMap(([index, column]) => {
        const width = widths.get(index) ?? 0
        return column.flexible && width > least(column) ? [{ index, width }] : []
      })
      .sort((a, b) => b.width - a.width)
    if (widest === undefined) break
    widths.set(widest.index, widest.width - 1)
  }
  return widths
}

const bySpare = (a: { readonly spare: number }, b: { readonly spare: number }): number => b.spare - a.spare
