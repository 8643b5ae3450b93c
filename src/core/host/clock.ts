import { Cron } from 'croner'
import type { Clock } from '../domain/time.ts'

/** This machine's clock. A wake-up is a one-off croner job; one whose time has passed already fires at once. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  wakeAt(at, wake) {
    const job = new Cron(new Date(at), { catch: true, allowPast: true }, wake)
    return () => job.stop()
  },
}
