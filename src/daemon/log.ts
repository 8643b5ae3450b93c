import { pino } from 'pino'

/**
 * The daemon's log: one JSON line an event on standard output, written before the call returns. The asynchronous
 * destination loses its last lines on exit (measured: all of 1,000). What is logged never holds a secret or a letter.
 */
export function makeLog() {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 1, sync: true }))
}

export type Log = Pick<ReturnType<typeof makeLog>, 'info' | 'warn' | 'error'>

/** For what prints its own results: nothing is logged beside them. */
export const noLog: Log = pino({ level: 'silent' })
