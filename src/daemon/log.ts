import { type Logger, pino } from 'pino'

/**
 * The daemon's log: one JSON line an event, on standard output or in a fresh file, written before the call returns. The asynchronous
 * destination loses its last lines on exit (measured: all of 1,000). What is logged never holds a secret or a letter.
 */
export function makeLog(file?: string): Log {
  const destination = file === undefined ? { dest: 1 } : { dest: file, append: false }
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime }
  const stream = pino.destination({ ...destination, sync: true, maxLength: KEPT })
  stream.once('error', (error: Error) => {
    process.stderr.write(`posternd: The log cannot be written (${error.message}). Letters leave without it.\n`)
    stream.on('error', () => undefined)
  })
  return pino(options, stream)
}

/** Of what could not be written, so many bytes are kept for when it can. */
const KEPT = 64 * 1024

export type Log = Pick<Logger, 'info' | 'warn' | 'error'>

/** For what prints its own results: nothing is logged beside them. */
export const noLog: Log = pino({ level: 'silent' })
