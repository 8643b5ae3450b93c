import type { Change } from '../../../core/store/port.ts'
import type { CoreMsg, Shared, Step } from '../../screen.ts'
import { causesOf, chosenCause, type OverviewEffect, type OverviewMsg, type OverviewState } from './overview.state.ts'
import { settingToFix } from './verdict.ts'

type OverviewStep = Step<OverviewState, OverviewMsg, OverviewEffect>

/** What becomes of the overview. */
export function updateOverview(state: OverviewState, msg: OverviewMsg | CoreMsg, shared: Shared): OverviewStep {
  switch (msg.kind) {
    case 'shown':
    case 'refresh':
      return reread(state, { figures: true, day: true })
    case 'changed':
      return reread(state, concerned(msg.kinds))
    case 'minute':
      return reread(state, { figures: true, day: false })
    case 'figures':
      return again({ ...state, figures: msg.figures, figuring: 'idle' }, state.figuring === 'again', false)
    case 'day':
      return again({ ...state, day: msg.day, isDayRead: true, following: 'idle' }, false, state.following === 'again')
    case 'move':
      return { state: moved(state, msg, shared) }
    case 'open':
    case 'entries':
      return goTo(state, shared, 'log')
    case 'tasks':
      return goTo(state, shared, 'tasks')
    case 'fix': {
      const id = settingToFix(state, shared)
      return id === null ? { state } : { state, orders: [{ kind: 'go', page: 'settings', arrival: { id } }] }
    }
    case 'failed':
      return { state: { ...state, figuring: 'idle', following: 'idle' } }
    case 'resized':
    case 'filter':
    case 'mark':
    case 'scroll':
    case 'typed':
      return { state }
  }
}

interface Wanted {
  readonly figures: boolean
  readonly day: boolean
}

/** What the figures are made from. */
const FIGURED = ['task', 'setting', 'queue', 'user'] as const
const concerned = (kinds: Change['kinds']): Wanted => ({
  figures: FIGURED.some((kind) => kinds.has(kind)),
  day: kinds.has('mail-log'),
})
const again = (state: OverviewState, figures: boolean, day: boolean): OverviewStep => reread(state, { figures, day })

/** Begins the reads that are wanted; one that is under way is made once more when it is over. */
function reread(state: OverviewState, { figures, day }: Wanted): OverviewStep {
  const effects: OverviewEffect[] = []
  let next = state
  if (figures && state.figuring === 'idle') effects.push({ kind: 'count' })
  if (figures) next = { ...next, figuring: state.figuring === 'idle' ? 'reading' : 'again' }
  if (day && state.following === 'idle') effects.push({ kind: 'follow-day', day: state.day })
  if (day) next = { ...next, following: state.following === 'idle' ? 'reading' : 'again' }
  return { state: next, effects }
}

function moved(state: OverviewState, { move }: Extract<CoreMsg, { kind: 'move' }>, { now }: Shared): OverviewState {
  const last = Math.max(0, causesOf(state, now).length - 1)
  const at = Math.min(state.cursor, last)
  switch (move.kind) {
    case 'start':
      return { ...state, cursor: 0 }
    case 'end':
      return { ...state, cursor: last }
    case 'by':
      return { ...state, cursor: Math.max(0, Math.min(last, at + move.rows)) }
    case 'page':
      return { ...state, cursor: move.views < 0 ? 0 : last }
  }
}

function goTo(state: OverviewState, shared: Shared, page: 'log' | 'tasks'): OverviewStep {
  const cause = chosenCause(state, shared)
  if (cause === undefined) return { state }
  const filter = page === 'log' ? `result:failure error:${cause.diagnosis}` : `status:failed error:${cause.diagnosis}`
  return { state, orders: [{ kind: 'go', page, arrival: { filter } }] }
}
