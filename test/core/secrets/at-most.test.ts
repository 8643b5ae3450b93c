import { describe, expect, it } from 'vitest'
import { atMost } from '../../../src/core/secrets/at-most.ts'

/** Work that says when it began and ends when it is told to. */
function aWork() {
  const began = Promise.withResolvers<void>()
  const end = Promise.withResolvers<string>()
  let running = false
  const work = async () => {
    running = true
    began.resolve()
    return end.promise
  }
  return { work, began: began.promise, end, isRunning: () => running }
}

describe('at most two at once', () => {
  it('lets the third in when one of the two is done, and the fourth after it', async () => {
    const run = atMost(2)
    const works = [aWork(), aWork(), aWork(), aWork()] as const
    const results = works.map(({ work }) => run(work))
    const running = () => works.map(({ isRunning }) => isRunning())
    expect(running()).toEqual([true, true, false, false])
    works[1].end.resolve('second')
    await works[2].began
    expect(running()).toEqual([true, true, true, false])
    works[0].end.resolve('first')
    await works[3].began
    works[2].end.resolve('third')
    works[3].end.resolve('fourth')
    expect(await Promise.all(results)).toEqual(['first', 'second', 'third', 'fourth'])
  })

  it('gives the place on when work fails', async () => {
    const run = atMost(1)
    const [failing, next] = [aWork(), aWork()]
    const failed = run(failing.work)
    const passed = run(next.work)
    failing.end.reject(new Error('broken'))
    await expect(failed).rejects.toThrow('broken')
    await next.began
    next.end.resolve('done')
    expect(await passed).toBe('done')
    expect(await run(async () => 'later')).toBe('later')
  })
})
