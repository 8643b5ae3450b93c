import { findDaemon } from './heartbeat.ts'

const BETWEEN_LOOKS_MS = 1000
const noop = () => undefined

/** Runs `work` with a signal that aborts when no daemon is there any more, or `over` says that it is in vain. */
export async function withDaemon<Result>(
  data: string,
  work: (gone: AbortSignal) => Promise<Result>,
  over: () => Promise<boolean> = async () => false,
): Promise<Result> {
  const gone = new AbortController()
  const look = setInterval(() => {
    if (findDaemon(data) === null) gone.abort()
    // Where the store cannot be read, the work hears of it by itself.
    else over().then((isOver) => isOver && gone.abort(), noop)
  }, BETWEEN_LOOKS_MS)
  try {
    return await work(gone.signal)
  } finally {
    clearInterval(look)
  }
}
