import { expect, it, onTestFinished, vi } from 'vitest'
import { DEADLINES } from '../../../src/daemon/courier/deadline.ts'
import { failure } from '../../../src/daemon/courier/failure.ts'
import { Turns } from '../../../src/daemon/courier/turns.ts'

it('a connection that is stopped between two stages begins no deadline, which would keep the daemon alive', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const turns = new Turns(DEADLINES, () => undefined)
  turns.enter('auth')
  expect(vi.getTimerCount()).toBe(1)
  const stopped = failure('EABORTED', null, 'Sending was stopped.')
  turns.finish(stopped)
  turns.enter('mail')
  expect(vi.getTimerCount()).toBe(0)
  expect(await turns.perform(() => undefined)).toBe(stopped)
})
