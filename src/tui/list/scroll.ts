import type { Move } from './window.ts'

/** Where a text of lines is scrolled to; its end is not known here, so a view shows as much as there is. */
export function scrollBy(top: number, move: Move, height: number): number {
  switch (move.kind) {
    case 'by':
      return Math.max(0, top + move.rows)
    case 'page':
      return Math.max(0, top + Math.round(move.views * Math.max(1, height - 1)))
    case 'start':
      return 0
    case 'end':
      return Number.MAX_SAFE_INTEGER
  }
}
