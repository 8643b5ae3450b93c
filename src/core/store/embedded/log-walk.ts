import {
  entriesOf,
  isEarlier,
  type LogContext,
  type Part,
  type Place,
  placeOf,
  type Source,
  type SourceLine,
  sourceLines,
  sources,
} from './log-source.ts'
import type { Log } from './segments.ts'
import { pause, SLICE_MS } from './slices.ts'
import { errorCode } from './system-error.ts'

/** Takes a line; true says that it was the last one wanted. */
export type TakeLine = (source: Source, line: SourceLine) => boolean

export interface Walk {
  readonly context: LogContext
  readonly log: Log
  readonly part: Part
  readonly newestFirst: boolean
  readonly take: TakeLine
}

/**
 * Walks through a part of a log, line by line: through the journals that are not folded yet and the segments by month.
 * Files are read no further than is asked for; letters of a year are never loaded, and looking through them holds nobody
 * up. After each slice it says what place it has come to. A line may hold entries that are not of the part.
 * @throws StoreError `damaged` at a line that cannot be trusted.
 */
export async function* walk({ context, log, part, newestFirst, take }: Walk): AsyncGenerator<Place, void> {
  let rest = part
  let pauseAt = performance.now() + SLICE_MS
  for (;;) {
    let come: Place | null = null
    try {
      const files = sources(context, log)
      for (const source of newestFirst ? files : files.reverse()) {
        let last: SourceLine | null = null
        for (const line of sourceLines(source, rest, newestFirst)) {
          if (take(source, line)) return
          last = line
          if (performance.now() < pauseAt) continue
          come = newestFirst ? placeOf(source, line) : placeBehind(source, line)
          yield come
          await pause()
          pauseAt = performance.now() + SLICE_MS
        }
        if (last !== null) come = newestFirst ? placeOf(source, last) : placeBehind(source, last)
      }
      return
    } catch (error) {
      // A fold went by and took a file away: go on with what there is now.
      if (errorCode(error) !== 'ENOENT') throw error
      if (come !== null) rest = newestFirst ? { ...rest, to: come } : { ...rest, from: come }
    }
  }
}

/** The place behind all entries of a line. */
function placeBehind(source: Source, line: SourceLine): Place {
  if (!source.journal) return justBehind(placeOf(source, line))
  const last = entriesOf(source, 'audit', line).at(-1)?.n
  return last === undefined ? placeOf(source, line) : [last[0] + 1, 0]
}

/** The first place behind an entry's. */
export const justBehind = ([sequence, index]: Place): Place => [sequence, index + 1]

export const isWithin = (place: Place, { from, to }: Part) =>
  (from === null || !isEarlier(place, from)) && (to === null || isEarlier(place, to))

/** What two parts have in common. */
export function overlap(one: Part, other: Part): Part {
  const from = one.from === null || (other.from !== null && isEarlier(one.from, other.from)) ? other.from : one.from
  const to = one.to === null || (other.to !== null && isEarlier(other.to, one.to)) ? other.to : one.to
  return { from, to }
}

/** The place of one end's entry of a part; null when it has none. */
export async function endPlace(
  context: LogContext,
  log: Log,
  part: Part,
  which: 'newest' | 'oldest',
): Promise<Place | null> {
  let found: Place | null = null
  const newestFirst = which === 'newest'
  const take: TakeLine = (source, line) => {
    const places = placesOf(source, log, line).filter((place) => isWithin(place, part))
    found = (newestFirst ? places.at(-1) : places[0]) ?? null
    return found !== null
  }
  for await (const _ of walk({ context, log, part, newestFirst, take }));
  return found
}

const placesOf = (source: Source, log: Log, line: SourceLine): readonly Place[] =>
  source.journal ? entriesOf(source, log, line).map(({ n }) => n) : [placeOf(source, line)]
