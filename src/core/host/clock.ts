import { Cron } from 'croner'
import type { Clock } from '../domain/time.ts'

/**
 * This machine's clock. A wake-up is a one-off croner job; one whose time has passed already fires at once. croner goes by
 * the wall clock alone, and would sleep on when that runs back an hour: a timer, which is monotonic, sees to it that nobody
 * sleeps longer than was asked for.
 */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  wakeAt(at, wake) {
    const stop = () => {
      job.stop()
      clearTimeout(guard)
    }
    const fire = () => {
      stop()
      wake()
    }
    const guard = setTimeout(fire, Math.min(Math.max(at - Date.now(), 0), LONGEST_TIMER))
    const job = new Cron(new Date(at), { catch: true, allowPast: true }, fire)
    return stop
  },
}

/** setTimeout takes no longer delay. */
const LONGEST_TIMER = 2 ** 31 - 1
