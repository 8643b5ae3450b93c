import { type InertText, inert } from '../../core/text/inert.ts'
import type { Spoken } from './spoken.tsx'

const LONGEST = 1200
const isSaid = (line: InertText): boolean => line !== ''

/** Where the operator has come to, and what must be known and was not said before; the page follows when it is there. */
export const arrivalOf = (before: Spoken | null, after: Spoken): readonly InertText[] =>
  [...(before === null ? [after.header] : []), after.place, ...messages(before, after)].filter(isSaid)

/** A page from top to bottom, then where on it the operator is, and what can be pressed. */
export function pageOf({ lines, current, position, over, keys }: Spoken): readonly InertText[] {
  const where = current === null ? '' : `You are on: ${current}${position === '' ? '' : `, ${position}`}`
  return [...lines, inert(where, LONGEST), ...over, keysLine(keys)].filter(isSaid)
}

const keysLine = (keys: InertText): InertText => inert(`Keys: ${keys}`, LONGEST)

/**
 * What is to be read now that something has changed: where the operator has come to, the row or field that they are on, the
 * question that has opened, what was said. Nothing else of a list that is still there, and nothing twice.
 * @param isAnswer whether a key was pressed: another row may then say the same as the one before
 */
export function newsOf(before: Spoken, after: Spoken, isAnswer: boolean): readonly InertText[] {
  const isClosed = before.over.length > 0 && after.over.length === 0
  // While a filter is typed, it is the rows that are of interest.
  const isElsewhere = isClosed || (before.place !== after.place && after.over.length === 0)
  const current = isElsewhere || isOther(before, after, isAnswer) ? currentLine(after) : []
  const body = bodyNews(before, after)
  return [
    ...(isElsewhere ? [after.place, ...body, ...current] : [...current, ...body]),
    ...added(before.over, after.over),
    ...typingNews(before, after),
    ...messages(before, after),
  ].filter(isSaid)
}

/** That the page's keys are text from now on, or are keys again: nothing else on it may have changed. */
function typingNews(before: Spoken, after: Spoken): readonly InertText[] {
  const isOver = before.over.length > 0 || after.over.length > 0
  return isOver || before.isTyping === after.isTyping ? [] : [keysLine(after.keys)]
}

/** The warning, when it is another, and what was just said. */
function messages(before: Spoken | null, { warning, toast }: Spoken): readonly InertText[] {
  const isToasted = toast !== null && before?.toast?.number !== toast.number
  return [...(before?.warning === warning ? [] : [warning]), ...(isToasted ? [toast.text] : [])]
}

const currentLine = ({ current, position }: Spoken): readonly InertText[] =>
  current === null ? [] : [inert(position === '' ? current : `${current}, ${position}`, LONGEST)]

/** Whether the operator is on another row or field, or it says something else than what they have just typed into it. */
function isOther(before: Spoken, after: Spoken, isAnswer: boolean): boolean {
  if (after.current === null) return false
  if (before.current === after.current) return isAnswer && placeIn(before) !== placeIn(after)
  return before.current === null || !isTypedOn(before.current, after.current)
}

/** `3` of `3 of 5,204`: that there are more rows is not read. */
const placeIn = ({ position }: Spoken): string => position.split(' ')[0] ?? ''

/** One character more or less at the end: a screen reader says by itself what is typed. */
function isTypedOn(one: string, other: string): boolean {
  const [before, after] = [withoutMark(one), withoutMark(other)]
  return Math.abs(before.length - after.length) === 1 && (before.startsWith(after) || after.startsWith(before))
}

const withoutMark = (line: string): string => line.replace(/^changed, /, '')

/** What has come to the page: of a list its rows are not, since they are moved over one by one. */
function bodyNews(before: Spoken, after: Spoken): readonly InertText[] {
  if (after.isList && after.current !== null) return []
  return added(before.lines, after.lines).filter((line) => line !== after.current && line !== before.current)
}

/** The lines that were not there before, in order; one that stands there twice must have been there twice. */
function added(before: readonly InertText[], after: readonly InertText[]): readonly InertText[] {
  const known = new Map<string, number>()
  for (const line of before) known.set(line, (known.get(line) ?? 0) + 1)
  return after.filter((line) => {
    const count = known.get(line) ?? 0
    known.set(line, count - 1)
    return count <= 0
  })
}
