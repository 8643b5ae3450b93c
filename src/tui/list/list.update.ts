import type { CoreMsg } from '../screen.ts'
import {
  type Ask,
  clearMarks,
  failWindow,
  type ListWindow,
  moveWindow,
  openWindow,
  refreshWindow,
  resizeWindow,
  toggleMark,
} from './window.ts'

/**
 * What any list makes of the core's messages: it moves, marks, and reads again what has changed. Others leave it as it is.
 * @param height rows of the view
 * @param isTouched whether a change of these kinds concerns the list
 */
export function updateList<Row>(
  list: ListWindow<Row>,
  msg: CoreMsg,
  height: number,
  isTouched: (kinds: Extract<CoreMsg, { kind: 'changed' }>['kinds']) => boolean,
): ListWindow<Row> {
  switch (msg.kind) {
    case 'shown': {
      const sized = resizeWindow(list, height)
      return sized.loaded ? refreshWindow(sized) : openWindow(sized)
    }
    case 'resized':
      return resizeWindow(list, height)
    case 'changed':
      return isTouched(msg.kinds) ? refreshWindow(list) : list
    case 'refresh':
      return refreshWindow(list)
    case 'move':
      return moveWindow(list, msg.move)
    case 'failed':
      return failWindow(list)
    case 'mark':
      return toggleMark(list)
    case 'minute':
    case 'filter':
    case 'open':
    case 'scroll':
    case 'typed':
      return list
  }
}

/** The read that an update has asked for, if it has. */
export function askedSince<Row>(before: ListWindow<Row>, after: ListWindow<Row>): Ask | null {
  return after.asked !== null && after.ticket !== before.ticket ? after.asked : null
}

/** The list under another filter or order: from its start, without marks, which might not be in it. */
export const reopened = <Row>(list: ListWindow<Row>): ListWindow<Row> => openWindow(clearMarks(list))
